"""Path attributes as bytes, in the order of their type codes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from struct import pack

from iosemu.address import IPv4Address

from .bgp_as_path import AS_TRANS, MOST_IN_SEGMENT, AsPath
from .bgp_attributes import EXTENDED, FLAGS_OF, Aggregator, Attributes, AttributeType

_REMEMBERED = 1 << 13
_MOST_TWO_OCTET = 0xFFFF
_VPN_NEXT_HOP_RD = bytes(8)


def attribute(type_: int, value: bytes, flags: int | None = None) -> bytes:
    """One attribute with its header; flags None: those the type must have."""
    bits = FLAGS_OF[type_] if flags is None else flags
    if len(value) > 0xFF:
        return pack(">BBH", bits | EXTENDED, type_, len(value)) + value
    return bytes((bits, type_, len(value))) + value


@lru_cache(maxsize=_REMEMBERED)
def attribute_block(attributes: Attributes, *, next_hop: bool, four_octet: bool) -> bytes:
    """All attributes but those that hold prefixes.

    next_hop: whether NEXT_HOP is among them, as it is for IPv4 unicast.
    """
    return b"".join(_parts(attributes, next_hop, four_octet))


def _parts(values: Attributes, next_hop: bool, four_octet: bool) -> Iterator[bytes]:
    """The attributes there are, in order."""
    width = 4 if four_octet else 2
    yield attribute(AttributeType.ORIGIN, bytes((values.origin,)))
    yield attribute(AttributeType.AS_PATH, _path(values.as_path, width))
    if next_hop:
        yield attribute(AttributeType.NEXT_HOP, values.next_hop.to_bytes(4, "big"))
    if values.med is not None:
        yield attribute(AttributeType.MULTI_EXIT_DISC, values.med.to_bytes(4, "big"))
    if values.local_pref is not None:
        yield attribute(AttributeType.LOCAL_PREF, values.local_pref.to_bytes(4, "big"))
    if values.atomic_aggregate:
        yield attribute(AttributeType.ATOMIC_AGGREGATE, b"")
    if values.aggregator is not None:
        yield attribute(AttributeType.AGGREGATOR, _aggregator(values.aggregator, width))
    if values.communities:
        yield attribute(AttributeType.COMMUNITIES, _numbers(values.communities, "I"))
    if values.originator_id is not None:
        yield attribute(AttributeType.ORIGINATOR_ID, values.originator_id.packed)
    if values.cluster_list:
        yield attribute(AttributeType.CLUSTER_LIST, _numbers(values.cluster_list, "I"))
    if values.extended_communities:
        value = _numbers(values.extended_communities, "Q")
        yield attribute(AttributeType.EXTENDED_COMMUNITIES, value)
    if not four_octet:
        yield from _for_old_neighbor(values)
    if values.large_communities:
        numbers = (number for community in values.large_communities for number in community)
        yield attribute(AttributeType.LARGE_COMMUNITIES, _numbers(tuple(numbers), "I"))
    for flags, type_, value in values.unknown:
        yield attribute(type_, value, flags)


def _for_old_neighbor(values: Attributes) -> Iterator[bytes]:
    """What carries four octets through systems that do not know them (RFC 6793 4.2.2)."""
    if any(asn > _MOST_TWO_OCTET for asn in values.as_path.asns):
        value = _path(values.as_path.without_confederation, 4)
        yield attribute(AttributeType.AS4_PATH, value)
    aggregator = values.aggregator
    if aggregator is not None and aggregator.asn > _MOST_TWO_OCTET:
        yield attribute(AttributeType.AS4_AGGREGATOR, _aggregator(aggregator, 4))


def _numbers(values: tuple[int, ...], letter: str) -> bytes:
    return pack(f">{len(values)}{letter}", *values)


def _path(path: AsPath, width: int) -> bytes:
    """The segments, those that are too long in pieces; with two octets AS_TRANS where needed."""
    parts = []
    for kind, asns in path:
        fitting = asns if width == 4 else tuple(map(_two_octet, asns))
        for start in range(0, len(fitting), MOST_IN_SEGMENT):
            piece = fitting[start : start + MOST_IN_SEGMENT]
            parts.append(bytes((kind, len(piece))) + _numbers(piece, "I" if width == 4 else "H"))
    return b"".join(parts)


def _two_octet(asn: int) -> int:
    return asn if asn <= _MOST_TWO_OCTET else AS_TRANS


def _aggregator(aggregator: Aggregator, width: int) -> bytes:
    asn = aggregator.asn if width == 4 else _two_octet(aggregator.asn)
    return asn.to_bytes(width, "big") + aggregator.address.packed


def next_hop_bytes(attributes: Attributes) -> bytes:
    """The next hop of MP_REACH_NLRI: IPv6, also with the link-local one, or that of VPNv4."""
    hop = attributes.next_hop
    if isinstance(hop, IPv4Address):
        return _VPN_NEXT_HOP_RD + hop.packed
    second = attributes.link_local
    return hop.packed + (second.packed if second is not None else b"")
