"""Cutting and assembling are inverse, in any order, with options and for pieces of pieces."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import IPv4Address
from iosemu.stack.fragment import Fit, assemble, copied_options, fit, fragments, is_possible
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


@given(st.binary(min_size=17, max_size=100), st.integers(0, 5))
def test_a_repeated_piece_is_a_duplicate_and_another_in_its_place_is_not(payload, which):
    pieces = list(fragments(whole(payload * 3), 68))
    again = pieces[which % len(pieces)]
    assert fit(pieces, again) is Fit.DUPLICATE
    forged = again._replace(payload=bytes(b ^ 1 for b in again.payload))
    assert fit(pieces, forged) is Fit.BROKEN


def test_pieces_that_overlap_or_disagree_about_the_end_are_broken():
    def piece(start: int, size: int, more: bool) -> IPv4:
        return whole(bytes(size))._replace(fragment_offset=start, more_fragments=more)

    held = [piece(0, 16, True), piece(32, 8, False)]
    assert fit(held, piece(16, 16, True)) is Fit.NEW
    for other in (
        piece(8, 16, True),
        piece(24, 16, True),
        piece(0, 8, True),
        piece(16, 8, False),
        piece(40, 8, True),
        piece(48, 8, False),
    ):
        assert fit(held, other) is Fit.BROKEN


def test_a_piece_of_odd_octets_or_beyond_the_largest_datagram_is_impossible():
    assert not is_possible(whole(bytes(9))._replace(more_fragments=True))
    assert not is_possible(whole(b"")._replace(more_fragments=True))
    assert not is_possible(whole(bytes(32))._replace(fragment_offset=65512))
    assert is_possible(whole(bytes(3))._replace(fragment_offset=65512))


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
