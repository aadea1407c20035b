"""Authentication of EIGRP packets: MD5 (RFC 7868 5.4) and HMAC-SHA-256.

The digest is over the whole packet with its digest and its checksum as zeros.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

from iosemu.wire.eigrp import CHECKSUM_OFFSET, HEADER_BYTES, Authentication, Digest, Eigrp

from .settings import AuthKey

_DIGEST_AT = HEADER_BYTES + 24
_MD5_SECRET_BYTES = 16


def signed(packet: Eigrp, key: AuthKey, source: str) -> Eigrp:
    """The packet with an authentication field in front.  `source`: the sender's address, which
    HMAC-SHA-256 takes in."""
    size = 16 if key.kind is Digest.MD5 else 32
    blank = Authentication(key.kind, key.key_id, 0, bytes(size))
    whole = replace(packet, tlvs=(blank, *packet.tlvs))
    digest = digest_of(whole.emit(), key, source)
    return replace(whole, tlvs=(replace(blank, digest=digest), *packet.tlvs))


def is_genuine(data: bytes, packet: Eigrp, key: AuthKey, source: str) -> bool:
    """Whether a packet that came as `data` was made with the key."""
    found = packet.field(Authentication)
    if found is None or found.kind is not key.kind or found.key_id != key.key_id:
        return False
    if packet.tlvs[0] is not found:
        return False
    return hmac.compare_digest(found.digest, digest_of(data, key, source))


def digest_of(data: bytes, key: AuthKey, source: str) -> bytes:
    """The digest of a packet whose first field is for it."""
    octets = bytearray(data)
    octets[CHECKSUM_OFFSET : CHECKSUM_OFFSET + 2] = bytes(2)
    size = 16 if key.kind is Digest.MD5 else 32
    octets[_DIGEST_AT : _DIGEST_AT + size] = bytes(size)
    if key.kind is Digest.MD5:
        secret = key.secret.encode()[:_MD5_SECRET_BYTES].ljust(_MD5_SECRET_BYTES, b"\0")
        return hashlib.md5(bytes(octets) + secret, usedforsecurity=False).digest()
    secret = ("\n" + key.secret + source).encode()
    return hmac.new(secret, bytes(octets), hashlib.sha256).digest()
