"""Authentication of EIGRP packets: MD5 and HMAC-SHA-256.

HMAC-SHA-256 covers the whole packet with its digest and its checksum as zeros.  MD5 as routers do
it, which RFC 7868 does not say: over the header (checksum as zeros) and the authentication field
with the key in the place of the digest, and then over the fields behind, but for a hello of which
only the authentication field counts unless it lists topologies.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import replace

from iosemu.wire.eigrp import (
    CHECKSUM_OFFSET,
    HEADER_BYTES,
    Authentication,
    Digest,
    Eigrp,
    Opcode,
    TidList,
)

from .settings import AuthKey

_DIGEST_AT = HEADER_BYTES + 24
_MD5_END = _DIGEST_AT + 16
_MD5_SECRET_BYTES = 16
_FRR_INIT_BYTES = 40
_FRR_SHORT_BYTES = 20


def signed(packet: Eigrp, key: AuthKey, source: str) -> Eigrp:
    """The packet with an authentication field in front.  `source`: the sender's address, which
    HMAC-SHA-256 takes in."""
    size = 16 if key.kind is Digest.MD5 else 32
    blank = Authentication(key.kind, key.key_id, 0, bytes(size))
    whole = replace(packet, tlvs=(blank, *packet.tlvs))
    digest = digest_of(whole.emit(), whole, key, source)
    return replace(whole, tlvs=(replace(blank, digest=digest), *packet.tlvs))


def is_genuine(data: bytes, packet: Eigrp, key: AuthKey, source: str) -> bool:
    """Whether a packet that came as `data` was made with the key."""
    found = packet.field(Authentication)
    if found is None or found.kind is not key.kind or found.key_id != key.key_id:
        return False
    if packet.tlvs[0] is not found:
        return False
    if hmac.compare_digest(found.digest, digest_of(data, packet, key, source)):
        return True
    if key.kind is not Digest.MD5:
        return False
    return any(hmac.compare_digest(found.digest, one) for one in _other_digests(data, packet, key))


def digest_of(data: bytes, packet: Eigrp, key: AuthKey, source: str) -> bytes:
    """The digest of a packet whose first field is for it."""
    octets = _without_checksum(data)
    if key.kind is Digest.MD5:
        is_short = packet.opcode == Opcode.HELLO and packet.field(TidList) is None
        behind = b"" if is_short else bytes(octets[_MD5_END:])
        return _md5(bytes(octets[:_DIGEST_AT]) + _secret(key) + behind)
    octets[_DIGEST_AT : _DIGEST_AT + 32] = bytes(32)
    secret = ("\n" + key.secret + source).encode()
    return hmac.new(secret, bytes(octets), hashlib.sha256).digest()


def _other_digests(data: bytes, packet: Eigrp, key: AuthKey) -> Iterator[bytes]:
    """What other implementations make of it: a hello that counts whole or not at all, and FRR 8,
    which leaves 20 bytes at the end out, and of an empty packet signs no secret."""
    octets = bytes(_without_checksum(data))
    head, behind = octets[:_DIGEST_AT] + _secret(key), octets[_MD5_END:]
    if packet.opcode == Opcode.HELLO:
        yield _md5(head)
        yield _md5(head + behind)
    elif behind:
        yield _md5(head + behind[: max(0, len(behind) - _FRR_SHORT_BYTES)])
    else:
        yield _md5(octets[:_FRR_INIT_BYTES])


def _without_checksum(data: bytes) -> bytearray:
    octets = bytearray(data)
    octets[CHECKSUM_OFFSET : CHECKSUM_OFFSET + 2] = bytes(2)
    return octets


def _secret(key: AuthKey) -> bytes:
    """A short one is filled up; a long one goes beyond the place of the digest."""
    return key.secret.encode().ljust(_MD5_SECRET_BYTES, b"\0")


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
