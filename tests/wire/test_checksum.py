"""The checksum against the loop of RFC 1071, and the incremental update against a fresh sum."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import IPv4Address
from iosemu.wire.checksum import checksum, is_correct, update
from iosemu.wire.ipv4 import datagram


def slow_checksum(data: bytes) -> int:
    """RFC 1071 section 4.1, word by word."""
    total = 0
    for at in range(0, len(data), 2):
        total += int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big")
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def test_the_example_of_rfc_1071():
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == ~0xDDF2 & 0xFFFF


@given(st.binary(max_size=80))
def test_one_division_equals_the_loop(data):
    assert checksum(data) == slow_checksum(data)


@given(st.binary(min_size=1, max_size=40).map(lambda b: b + bytes(len(b) % 2)))
def test_data_with_its_checksum_is_correct_and_any_changed_bit_is_seen(data):
    whole = data + checksum(data).to_bytes(2, "big")
    assert is_correct(whole)
    for bit in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        assert not is_correct(bytes(changed))


@given(
    st.binary(min_size=18, max_size=18),
    st.integers(0, 0xFFFF),
    st.integers(0, 0xFFFF),
)
def test_an_update_equals_a_new_sum(rest, before, after):
    # The rest is never all zeros, as in a real header: only then does zero have one form.
    rest = b"\x45" + rest[1:]
    old = checksum(before.to_bytes(2, "big") + rest)
    assert update(old, before, after) == checksum(after.to_bytes(2, "big") + rest)


def test_a_header_whose_checksum_is_zero_has_a_zero_there():
    source, target = IPv4Address(0x0A000001), IPv4Address(0x0A000002)
    zeros = 0
    for identification in range(0x10000):
        header = datagram(source, target, 200, b"", identification=identification).header()
        zeros += header[10:12] == b"\0\0"
        assert header[10:12] != b"\xff\xff"
    assert zeros == 1
