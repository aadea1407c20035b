"""Digests against packets of routers, and against what FRR 8.4 makes and accepts."""

from __future__ import annotations

import hashlib

import pytest

from iosemu.proto.eigrp import auth
from iosemu.proto.eigrp.settings import AuthKey
from iosemu.wire.eigrp import (
    CHECKSUM_OFFSET,
    Authentication,
    Digest,
    Eigrp,
    Flag,
    Opcode,
    Parameters,
    SoftwareVersion,
    TidList,
)

HEAD = "0205000000000000000000000000000000000000"
FIELD = "00020028000200100000000100000000" + "00" * 8
"""A hello and an authentication field with key 1 up to the digest, as the header of a public
password cracker's samples has them: they are hellos of routers."""
SAMPLES = [
    (42, "password12345", "1a42aaf8ebe2f766100ea1fa05a5fa55"),
    (42, "1234567812345", "f29e7d44351d37e6fc71e2aacca63d28"),
    (42, "123456789012345678901234567890", "61f237e29d28538a372f01121f2cd12f"),
    (1, "ninja", "212acb1cb76b31a810a9752c5cf6f554"),
]
SHA_PACKET = (
    "020500000000000000000000000000000000000a00020038000300200000000000000000"
    + "00" * 40
    + "0001000c010001000000000f000400080f00020000f5000a000000020000"
)
SHA_DIGEST = "cff66484cea20c6f58f175f8c004fc6d73be72090e53429c2616309aca38d5f3"
HELLO = (Parameters((1, 0, 1, 0, 0, 0), 15), SoftwareVersion((28, 0), (2, 0)))
KEY = AuthKey(Digest.MD5, 1, "secret")


def packet(opcode: Opcode, flags: int = 0, *tlvs: object, asn: int = 100) -> Eigrp:
    return Eigrp(opcode, Flag(flags), 0, 0, 0, asn, tlvs)  # type: ignore[arg-type]


@pytest.mark.parametrize(("asn", "secret", "digest"), SAMPLES)
def test_md5_of_hellos_is_that_of_routers(asn: int, secret: str, digest: str) -> None:
    made = auth.signed(packet(Opcode.HELLO, 0, *HELLO, asn=asn), AuthKey(Digest.MD5, 1, secret), "")
    octets = bytearray(made.emit())
    octets[CHECKSUM_OFFSET : CHECKSUM_OFFSET + 2] = bytes(2)
    assert octets[:44].hex() == HEAD[:-4] + f"{asn:04x}" + FIELD
    found = made.field(Authentication)
    assert found is not None
    assert found.digest.hex() == digest


def test_hmac_sha_256_is_that_of_routers() -> None:
    blank = bytes.fromhex(SHA_PACKET)
    key = AuthKey(Digest.SHA256, 0, "password12345")
    plain = packet(Opcode.HELLO, 0, *HELLO, asn=10)
    assert auth.digest_of(blank, plain, key, "10.0.0.2").hex() == SHA_DIGEST


@pytest.mark.parametrize("kind", [Digest.MD5, Digest.SHA256])
@pytest.mark.parametrize(
    "made",
    [
        packet(Opcode.HELLO, 0, *HELLO),
        packet(Opcode.HELLO, 0, *HELLO, TidList(0, (0,))),
        packet(Opcode.UPDATE, 1),
        packet(Opcode.UPDATE, 8, *HELLO),
    ],
    ids=["hello", "topologies", "init", "fields"],
)
def test_what_is_signed_is_genuine_with_the_key_alone(kind: Digest, made: Eigrp) -> None:
    key = AuthKey(kind, 0, "secret")
    signed = auth.signed(made, key, "10.0.0.1")
    data = signed.emit()
    assert auth.is_genuine(data, Eigrp.parse(data), key, "10.0.0.1")
    for other in (AuthKey(kind, 0, "secreT"), AuthKey(kind, 1, "secret")):
        assert not auth.is_genuine(data, Eigrp.parse(data), other, "10.0.0.1")
    assert not auth.is_genuine(made.emit(), made, key, "10.0.0.1")


@pytest.mark.parametrize("bit", [20 * 8 + 30, 60 * 8, 70 * 8 + 3])
def test_a_changed_bit_of_an_update_is_noticed(bit: int) -> None:
    signed = auth.signed(packet(Opcode.UPDATE, 8, *HELLO), KEY, "")
    octets = bytearray(signed.emit())
    octets[bit // 8] ^= 1 << bit % 8
    assert not auth.is_genuine(bytes(octets), signed, KEY, "")


def as_frr(made: Eigrp) -> bytes:
    """A packet with the digest that eigrpd 8.4 puts into it (eigrp_make_md5_digest)."""
    data = bytearray(made.emit())
    data[CHECKSUM_OFFSET : CHECKSUM_OFFSET + 2] = bytes(2)
    secret = KEY.secret.encode().ljust(16, b"\0")
    if made.opcode == Opcode.HELLO:
        content = data[:44] + secret
    elif Flag.INIT in made.flags:
        content = data[:40]
    else:
        content = data[:44] + secret + data[60:-20]
    data[44:60] = hashlib.md5(bytes(content)).digest()
    return Eigrp.parse(checksummed(data)).emit()


def checksummed(data: bytearray) -> bytes:
    from iosemu.wire.checksum import checksum

    value = checksum(bytes(data))
    data[CHECKSUM_OFFSET : CHECKSUM_OFFSET + 2] = value.to_bytes(2, "big")
    return bytes(data)


@pytest.mark.parametrize(
    "made",
    [
        packet(Opcode.HELLO, 0, *HELLO),
        packet(Opcode.UPDATE, 1),
        packet(Opcode.UPDATE, 8, *HELLO),
        packet(Opcode.UPDATE, 8, *HELLO, *HELLO),
    ],
    ids=["hello", "init", "short", "update"],
)
def test_the_digests_of_frr_are_accepted(made: Eigrp) -> None:
    blank = Eigrp(
        made.opcode,
        made.flags,
        0,
        0,
        0,
        100,
        (Authentication(Digest.MD5, 1, 0, bytes(16)), *made.tlvs),
    )
    data = as_frr(blank)
    assert auth.is_genuine(data, Eigrp.parse(data), KEY, "")
    assert not auth.is_genuine(data, Eigrp.parse(data), AuthKey(Digest.MD5, 2, "secret"), "")


def test_frr_accepts_our_plain_hello() -> None:
    data = auth.signed(packet(Opcode.HELLO, 0, *HELLO), KEY, "").emit()
    assert data == as_frr(Eigrp.parse(data))
