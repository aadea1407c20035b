"""Path attributes on the wire, and what RFC 7606 makes of those that are wrong.

MP_REACH_NLRI and MP_UNREACH_NLRI are cut out first; the rest of the block is the same bytes for
many updates, so it is read once and remembered, as are the AS paths and communities in it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from struct import Struct, unpack
from typing import Any, NamedTuple

from iosemu.address import IPv4Address, IPv6Address

from .bgp_as_path import AS_TRANS, AsPath, Segment, SegmentKind
from .bgp_attributes import (
    EXTENDED,
    FLAGS_OF,
    OPTIONAL,
    OPTIONAL_TRANSITIVE,
    PARTIAL,
    TRANSITIVE,
    Aggregator,
    Attributes,
    AttributeType,
    Origin,
    UnknownAttribute,
)
from .bgp_community import ExtendedCommunity, LargeCommunity
from .bgp_error import BgpError, Code, Fault, Treatment, UpdateError

_REMEMBERED = 1 << 13
_LARGE = Struct(">III")
_LETTERS = {2: "H", 4: "I", 8: "Q"}
_SEGMENT_KINDS = {int(kind): kind for kind in SegmentKind}
_SEQUENCES = (SegmentKind.SEQUENCE, SegmentKind.CONFED_SEQUENCE)


class Raw(NamedTuple):
    """One attribute as it came; data: the whole of it, value: what follows its header."""

    flags: int
    type: int
    data: bytes
    value: bytes


class Cut(NamedTuple):
    """A block in parts.  rest: all attributes but the two that hold prefixes."""

    rest: bytes
    reach: Raw | None
    unreach: Raw | None


class Mode(NamedTuple):
    """What the meaning of a block depends on beside its bytes."""

    four_octet: bool
    internal: bool
    confederation: bool


class Block(NamedTuple):
    """A block as read; present: bit n for an attribute of type n, right or wrong."""

    attributes: Attributes
    faults: tuple[Fault, ...]
    present: int


def cut(block: bytes) -> Cut:
    """Take the attributes that hold prefixes out of a block; BgpError 3/1 if one is there twice."""
    reach = unreach = None
    kept: list[bytes] = []
    from_ = at = 0
    end = len(block)
    while at + 3 <= end:
        type_, start = block[at + 1], at
        if block[at] & EXTENDED:
            at += 4
            if at > end:
                break
            at += block[at - 2] << 8 | block[at - 1]
        else:
            at += 3 + block[at + 2]
        if type_ != AttributeType.MP_REACH_NLRI and type_ != AttributeType.MP_UNREACH_NLRI:
            continue
        if at > end:
            break
        kept.append(block[from_:start])
        from_ = at
        raw = _raw(block, start, at)
        if type_ == AttributeType.MP_REACH_NLRI and reach is None:
            reach = raw
        elif type_ == AttributeType.MP_UNREACH_NLRI and unreach is None:
            unreach = raw
        else:
            raise BgpError(Code.UPDATE, UpdateError.MALFORMED, text="prefixes twice")
    if not kept:
        return Cut(block, None, None)
    kept.append(block[from_:])
    return Cut(b"".join(kept), reach, unreach)


def _raw(block: bytes, start: int, end: int) -> Raw:
    flags = block[start]
    header = 4 if flags & EXTENDED else 3
    return Raw(flags, block[start + 1], block[start:end], block[start + header : end])


@lru_cache(maxsize=_REMEMBERED)
def read_block(block: bytes, next_hop: bytes, mode: Mode) -> Block:
    """Read a block that holds no prefixes; BgpError 3/2 for an unknown well-known attribute.

    next_hop: that of MP_REACH_NLRI (4, 12, 16 or 32 bytes), empty where NEXT_HOP counts.
    """
    reading = _Reading(mode)
    reading.read(block)
    reading.merge_four_octet()
    attributes = Attributes(**reading.values)
    if next_hop:
        attributes = _with_next_hop(attributes, next_hop)
    return Block(attributes, tuple(reading.faults), reading.present)


def _with_next_hop(attributes: Attributes, data: bytes) -> Attributes:
    if len(data) in (4, 12):
        return attributes._replace(next_hop=IPv4Address.from_bytes(data[-4:], "big"))
    address = IPv6Address.from_bytes(data[:16], "big")
    second = IPv6Address.from_bytes(data[16:], "big") if len(data) == 32 else None
    return attributes._replace(next_hop=address, link_local=second)


class _Wrong(Exception):
    """An attribute whose value is not what it must be."""

    def __init__(self, subcode: UpdateError, text: str) -> None:
        super().__init__(text)
        self.subcode = subcode


class _Reading:
    """What was found so far in one block."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.values: dict[str, Any] = {}
        self.faults: list[Fault] = []
        self.present = 0
        self.as4_path: AsPath | None = None
        self.as4_aggregator: Aggregator | None = None

    def read(self, block: bytes) -> None:
        """All attributes of a block; what is left of one that is cut off is a fault."""
        at, end = 0, len(block)
        while at < end:
            start = at + (4 if block[at] & EXTENDED else 3)
            stop = start + int.from_bytes(block[at + 2 : start], "big")
            if stop > end:
                type_ = block[at + 1] if at + 1 < end else 0
                self.fault(
                    Treatment.WITHDRAW, UpdateError.LENGTH, type_, block[at:], "attribute cut off"
                )
                return
            self.take(block, at, start, stop)
            at = stop

    def take(self, block: bytes, at: int, start: int, stop: int) -> None:
        """One attribute, its value from `start` on: keep it, note a fault, or drop it."""
        flags, type_ = block[at], block[at + 1]
        if self.present >> type_ & 1:
            self.fault(
                Treatment.DISCARD,
                UpdateError.MALFORMED,
                type_,
                block[at:stop],
                "attribute twice",
            )
            return
        self.present |= 1 << type_
        reader = _READERS.get(type_)
        if reader is None:
            self.take_unknown(flags, type_, block[at:stop], block[start:stop])
        elif flags & OPTIONAL_TRANSITIVE != FLAGS_OF[type_]:
            text = f"attribute flags 0x{flags:02X}"
            self.fault(Treatment.WITHDRAW, UpdateError.FLAGS, type_, block[at:stop], text)
        else:
            try:
                reader(self, block[start:stop])
            except _Wrong as wrong:
                treatment = _TREATMENTS.get(type_, Treatment.WITHDRAW)
                self.fault(treatment, wrong.subcode, type_, block[at:stop], str(wrong))

    def take_unknown(self, flags: int, type_: int, data: bytes, value: bytes) -> None:
        if not flags & OPTIONAL:
            raise BgpError(Code.UPDATE, UpdateError.UNRECOGNIZED_WELL_KNOWN, data)
        if flags & TRANSITIVE:
            kept = UnknownAttribute(OPTIONAL_TRANSITIVE | PARTIAL, type_, value)
            self.values["unknown"] = (*self.values.get("unknown", ()), kept)

    def fault(
        self, treatment: Treatment, subcode: UpdateError, type_: int, data: bytes, text: str
    ) -> None:
        self.faults.append(Fault(treatment, subcode, type_, data, text))

    # The readers of values, in the order of the type codes.

    def origin(self, value: bytes) -> None:
        _expect(value, 1)
        if value[0] > Origin.INCOMPLETE:
            raise _Wrong(UpdateError.ORIGIN, f"origin {value[0]}")
        self.values["origin"] = _ORIGINS[value[0]]

    def as_path(self, value: bytes) -> None:
        path = _as_path(value, 4 if self.mode.four_octet else 2)
        if not (self.mode.internal or self.mode.confederation):
            for segment in path:
                if segment.is_confederation:
                    raise _Wrong(UpdateError.AS_PATH, "confederation segments from outside")
        self.values["as_path"] = path

    def next_hop(self, value: bytes) -> None:
        self.values["next_hop"] = _next_hop(value)

    def med(self, value: bytes) -> None:
        self.values["med"] = _number(value)

    def local_pref(self, value: bytes) -> None:
        if self.mode.internal or self.mode.confederation:
            self.values["local_pref"] = _number(value)

    def atomic_aggregate(self, value: bytes) -> None:
        _expect(value, 0)
        self.values["atomic_aggregate"] = True

    def aggregator(self, value: bytes) -> None:
        self.values["aggregator"] = _aggregator(value, 4 if self.mode.four_octet else 2)

    def communities(self, value: bytes) -> None:
        self.values["communities"] = _communities(value)

    def originator_id(self, value: bytes) -> None:
        if self.mode.internal:
            self.values["originator_id"] = IPv4Address(_number(value))

    def cluster_list(self, value: bytes) -> None:
        if self.mode.internal:
            _expect_some(value, 4)
            self.values["cluster_list"] = tuple(map(IPv4Address, _numbers(value, 4)))

    def extended_communities(self, value: bytes) -> None:
        self.values["extended_communities"] = _extended_communities(value)

    def four_octet_path(self, value: bytes) -> None:
        if not self.mode.four_octet:
            path = _as_path(value, 4)
            self.as4_path = path.without_confederation

    def four_octet_aggregator(self, value: bytes) -> None:
        if not self.mode.four_octet:
            self.as4_aggregator = _aggregator(value, 4)

    def large_communities(self, value: bytes) -> None:
        _expect_some(value, _LARGE.size)
        self.values["large_communities"] = tuple(
            LargeCommunity(*numbers) for numbers in _LARGE.iter_unpack(value)
        )

    def merge_four_octet(self) -> None:
        """Put back the numbers that an old neighbor could not carry, RFC 6793 4.2.3."""
        aggregator = self.values.get("aggregator")
        if aggregator is not None and self.as4_aggregator is not None:
            if aggregator.asn != AS_TRANS:
                return
            self.values["aggregator"] = self.as4_aggregator
        if self.as4_path is not None and "as_path" in self.values:
            self.values["as_path"] = merged_path(self.values["as_path"], self.as4_path)


_ORIGINS = tuple(Origin)
_READERS: dict[int, Callable[[_Reading, bytes], None]] = {
    AttributeType.ORIGIN: _Reading.origin,
    AttributeType.AS_PATH: _Reading.as_path,
    AttributeType.NEXT_HOP: _Reading.next_hop,
    AttributeType.MULTI_EXIT_DISC: _Reading.med,
    AttributeType.LOCAL_PREF: _Reading.local_pref,
    AttributeType.ATOMIC_AGGREGATE: _Reading.atomic_aggregate,
    AttributeType.AGGREGATOR: _Reading.aggregator,
    AttributeType.COMMUNITIES: _Reading.communities,
    AttributeType.ORIGINATOR_ID: _Reading.originator_id,
    AttributeType.CLUSTER_LIST: _Reading.cluster_list,
    AttributeType.EXTENDED_COMMUNITIES: _Reading.extended_communities,
    AttributeType.AS4_PATH: _Reading.four_octet_path,
    AttributeType.AS4_AGGREGATOR: _Reading.four_octet_aggregator,
    AttributeType.LARGE_COMMUNITIES: _Reading.large_communities,
}
_TREATMENTS: dict[int, Treatment] = {
    AttributeType.ATOMIC_AGGREGATE: Treatment.DISCARD,
    AttributeType.AGGREGATOR: Treatment.DISCARD,
    AttributeType.AS4_PATH: Treatment.DISCARD,
    AttributeType.AS4_AGGREGATOR: Treatment.DISCARD,
}
"""Those whose wrong value harms nobody; for all others the prefixes are withdrawn."""


def _expect(value: bytes, size: int) -> None:
    if len(value) != size:
        raise _Wrong(UpdateError.LENGTH, f"{len(value)} bytes, not {size}")


def _expect_some(value: bytes, size: int) -> None:
    if not value or len(value) % size:
        raise _Wrong(UpdateError.LENGTH, f"{len(value)} bytes, not a multiple of {size}")


def _number(value: bytes) -> int:
    _expect(value, 4)
    return int.from_bytes(value, "big")


def _numbers(data: bytes, size: int) -> tuple[int, ...]:
    """Numbers of 2, 4 or 8 bytes up to the end."""
    return unpack(f">{len(data) // size}{_LETTERS[size]}", data)


@lru_cache(maxsize=_REMEMBERED)
def _next_hop(value: bytes) -> IPv4Address:
    """The same value for all paths of a neighbor: a full table has a hundred thousand."""
    _expect(value, 4)
    address = IPv4Address.from_bytes(value, "big")
    # What no host can have: 0/8, 127/8, and classes D and E (RFC 4271 6.3).
    if value[0] in (0, 127) or value[0] >= 224:
        raise _Wrong(UpdateError.NEXT_HOP, f"next hop {address}")
    return address


@lru_cache(maxsize=_REMEMBERED)
def _as_path(value: bytes, width: int) -> AsPath:
    """RFC 4271 4.3, with the checks of RFC 7606 7.2 and RFC 7607."""
    segments = []
    at, end = 0, len(value)
    while at < end:
        if at + 2 > end:
            raise _Wrong(UpdateError.AS_PATH, "segment cut off")
        kind, count = value[at], value[at + 1]
        start = at + 2
        at = start + count * width
        if at > end or not count:
            raise _Wrong(UpdateError.AS_PATH, f"segment of {count} systems")
        if kind not in _SEGMENT_KINDS:
            raise _Wrong(UpdateError.AS_PATH, f"segment of type {kind}")
        asns = _numbers(value[start:at], width)
        if 0 in asns:
            raise _Wrong(UpdateError.AS_PATH, "system 0")
        segments.append(Segment(_SEGMENT_KINDS[kind], asns))
    return AsPath(_joined(segments))


def _joined(segments: list[Segment]) -> list[Segment]:
    """Sequences that were cut because they were too long for one segment, whole again."""
    whole: list[Segment] = []
    for segment in segments:
        last = whole[-1] if whole else None
        if last is not None and last.kind == segment.kind and last.kind in _SEQUENCES:
            whole[-1] = Segment(last.kind, last.asns + segment.asns)
        else:
            whole.append(segment)
    return whole


def merged_path(path: AsPath, as4_path: AsPath) -> AsPath:
    """The path of an old neighbor with the part AS4_PATH kept (RFC 6793 4.2.3)."""
    missing = path.hops - as4_path.hops
    if missing < 0 or not as4_path:
        return path
    leading: list[Segment] = []
    for segment in path:
        kind, asns = segment
        if segment.is_confederation:
            leading.append(segment)
        elif not missing:
            break
        elif kind == SegmentKind.SET:
            leading.append(segment)
            missing -= 1
        else:
            leading.append(Segment(kind, asns[:missing]))
            missing -= len(asns[:missing])
    return AsPath(_joined([*leading, *as4_path]))


def _aggregator(value: bytes, width: int) -> Aggregator:
    _expect(value, width + 4)
    asn = int.from_bytes(value[:width], "big")
    if not asn:
        raise _Wrong(UpdateError.OPTIONAL, "aggregated by system 0")
    return Aggregator(asn, IPv4Address.from_bytes(value[width:], "big"))


@lru_cache(maxsize=_REMEMBERED)
def _communities(value: bytes) -> tuple[int, ...]:
    _expect_some(value, 4)
    return _numbers(value, 4)


@lru_cache(maxsize=_REMEMBERED)
def _extended_communities(value: bytes) -> tuple[ExtendedCommunity, ...]:
    _expect_some(value, 8)
    return tuple(map(ExtendedCommunity, _numbers(value, 8)))


def forget() -> None:
    """Empty the caches, whose size does not grow with the tables of a lab."""
    for cached in (read_block, _next_hop, _as_path, _communities, _extended_communities):
        cached.cache_clear()
