"""Cutting and assembling are inverse, in any order, with options and for pieces of pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import IPv4Address
from iosemu.stack.fragment import assemble, copied_options, fragments
from iosemu.wire.ipv4 import IPv4

SOURCE, TARGET = IPv4Address.parse("10.0.0.1"), IPv4Address.parse("10.0.0.2")
ROUTER_ALERT = b"\x94\x04\x00\x00"
RECORD_ROUTE = b"\x07\x07\x04\x00\x00\x00\x00\x01"


def whole(payload: bytes, options: bytes = b"") -> IPv4:
    return IPv4(0, 7, False, False, False, 0, 64, 17, SOURCE, TARGET, options, payload)


@given(
    payload=st.binary(max_size=3000),
    options=st.sampled_from([b"", ROUTER_ALERT, RECORD_ROUTE, RECORD_ROUTE + ROUTER_ALERT]),
    mtus=st.lists(st.integers(68, 1500), min_size=1, max_size=3),
    data=st.data(),
)
def test_pieces_fit_their_mtu_and_make_the_whole_again(payload, options, mtus, data):
    datagram = whole(payload, options)
    pieces = [datagram]
    for mtu in mtus:
        pieces = [smaller for piece in pieces for smaller in fragments(piece, mtu)]
        assert all(piece.total_bytes <= mtu for piece in pieces)
    assert all(len(p.payload) % 8 == 0 for p in pieces if p.more_fragments)
    assert sum(not p.more_fragments for p in pieces) == 1
    shuffled = data.draw(st.permutations(pieces))
    for count in range(1, len(shuffled)):
        assert assemble(shuffled[:count]) is None
    assert assemble(shuffled) == datagram


@given(st.binary(max_size=100), st.integers(0, 5))
def test_a_repeated_piece_changes_nothing(payload, which):
    pieces = list(fragments(whole(payload * 3), 68))
    assert assemble([*pieces, pieces[which % len(pieces)]]) == whole(payload * 3)


def test_only_options_marked_as_copied_are_in_later_pieces():
    first, second, *_ = fragments(whole(bytes(100), RECORD_ROUTE + ROUTER_ALERT), 68)
    assert (first.options, second.options) == (RECORD_ROUTE + ROUTER_ALERT, ROUTER_ALERT)


@given(st.binary(max_size=40))
def test_malformed_options_are_left_out(noise):
    assert len(copied_options(noise)) % 4 == 0


def test_a_datagram_of_more_than_65535_bytes_never_completes():
    last = whole(bytes(64))._replace(fragment_offset=65528)
    first = whole(bytes(65528))._replace(more_fragments=True)
    assert assemble([first, last]) is None
