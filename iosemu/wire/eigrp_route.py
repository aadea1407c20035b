"""Routes of EIGRP on the wire: the fields of TLV 1.x (scaled 32-bit metrics) and 2.0 (wide).

RFC 7868 6.8 and 6.9.  Where the RFC and routers differ, the order of the fields is the routers':
topology before address family.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, IntFlag

from iosemu.address import IPv4Address, IPv4Prefix

from .base import Reader, WireError, Writer

CLASSIC_UNREACHABLE = 0xFFFFFFFF
"""Delay of a classic route that is lost."""
WIDE_UNREACHABLE = 0xFFFFFFFFFFFF
"""Delay, in picoseconds, of a wide route that is lost."""
_AFI_IPV4 = 1


class RouteType(IntEnum):
    """Types of fields that carry IPv4 routes."""

    INTERNAL = 0x0102
    EXTERNAL = 0x0103
    WIDE_INTERNAL = 0x0602
    WIDE_EXTERNAL = 0x0603


class RouteFlag(IntFlag):
    """Flags of a route, RFC 7868 6.9.2: the last byte of a classic metric, opaque flags of a wide
    one."""

    SOURCE_WITHDRAWN = 0x1
    CANDIDATE_DEFAULT = 0x2
    ACTIVE = 0x4
    REPLICATED = 0x8


NO_FLAGS = RouteFlag(0)


class Source(IntEnum):
    """Where an external route comes from, RFC 7868 6.6.2."""

    IGRP = 1
    EIGRP = 2
    STATIC = 3
    RIP = 4
    HELLO = 5
    OSPF = 6
    ISIS = 7
    EGP = 8
    BGP = 9
    IDRP = 10
    CONNECTED = 11


@dataclass(frozen=True, slots=True)
class External:
    """What the router that redistributed a route says of it."""

    router: IPv4Address
    autonomous_system: int
    tag: int
    metric: int
    protocol: int
    flags: int = 0

    @classmethod
    def parse(cls, r: Reader) -> External:
        router, autonomous_system, tag, metric = r.ipv4(), r.u32(), r.u32(), r.u32()
        r.u16()
        return cls(router, autonomous_system, tag, metric, r.u8(), r.u8())

    def emit(self, w: Writer) -> None:
        w.ipv4(self.router).u32(self.autonomous_system).u32(self.tag).u32(self.metric)
        w.u16(0).u8(self.protocol).u8(self.flags)


@dataclass(frozen=True, slots=True)
class ClassicMetric:
    """delay: 256 times tens of microseconds; bandwidth: 256 times 10^7 / (kb/s)."""

    delay: int
    bandwidth: int
    mtu_bytes: int
    hops: int
    reliability: int
    load: int
    internal_tag: int = 0
    flags: RouteFlag = NO_FLAGS

    @classmethod
    def parse(cls, r: Reader) -> ClassicMetric:
        delay, bandwidth, mtu_bytes = r.u32(), r.u32(), r.u24()
        return cls(delay, bandwidth, mtu_bytes, r.u8(), r.u8(), r.u8(), r.u8(), RouteFlag(r.u8()))

    def emit(self, w: Writer) -> None:
        w.u32(self.delay).u32(self.bandwidth).u24(self.mtu_bytes).u8(self.hops)
        w.u8(self.reliability).u8(self.load).u8(self.internal_tag).u8(self.flags)

    @property
    def is_reachable(self) -> bool:
        return self.delay != CLASSIC_UNREACHABLE


@dataclass(frozen=True, slots=True)
class WideMetric:
    """delay: picoseconds (48 bits); bandwidth: kb/s (48 bits); attributes: an even number of bytes,
    at most 510, extended attributes as they came."""

    delay_ps: int
    bandwidth_kbps: int
    mtu_bytes: int
    hops: int
    reliability: int
    load: int
    priority: int = 0
    flags: RouteFlag = NO_FLAGS
    attributes: bytes = b""

    @classmethod
    def parse(cls, r: Reader) -> WideMetric:
        words, priority, reliability, load = r.u8(), r.u8(), r.u8(), r.u8()
        mtu_bytes, hops = r.u24(), r.u8()
        delay_ps, bandwidth_kbps = r.number(6), r.number(6)
        r.u16()
        flags = RouteFlag(r.u16())
        return cls(
            delay_ps,
            bandwidth_kbps,
            mtu_bytes,
            hops,
            reliability,
            load,
            priority,
            flags,
            r.take(2 * words),
        )

    def emit(self, w: Writer) -> None:
        w.u8(len(self.attributes) // 2).u8(self.priority).u8(self.reliability).u8(self.load)
        w.u24(self.mtu_bytes).u8(self.hops)
        w.number(self.delay_ps, 6).number(self.bandwidth_kbps, 6)
        w.u16(0).u16(self.flags).put(self.attributes)

    @property
    def is_reachable(self) -> bool:
        return self.delay_ps != WIDE_UNREACHABLE


@dataclass(frozen=True, slots=True)
class ClassicRoute:
    """One metric for some destinations, TLV 1.x.  `next_hop` 0.0.0.0: the sender."""

    next_hop: IPv4Address
    metric: ClassicMetric
    destinations: tuple[IPv4Prefix, ...]
    external: External | None = None

    @property
    def type(self) -> RouteType:
        return RouteType.INTERNAL if self.external is None else RouteType.EXTERNAL

    @classmethod
    def parse_internal(cls, r: Reader) -> ClassicRoute:
        next_hop, metric = r.ipv4(), ClassicMetric.parse(r)
        return cls(next_hop, metric, _destinations(r))

    @classmethod
    def parse_external(cls, r: Reader) -> ClassicRoute:
        next_hop, external, metric = r.ipv4(), External.parse(r), ClassicMetric.parse(r)
        return cls(next_hop, metric, _destinations(r), external)

    def emit(self, w: Writer) -> None:
        w.ipv4(self.next_hop)
        if self.external is not None:
            self.external.emit(w)
        self.metric.emit(w)
        _put_destinations(w, self.destinations)


@dataclass(frozen=True, slots=True)
class WideRoute:
    """One metric for some destinations, TLV 2.0.  `router`: who brought the route into EIGRP."""

    router: IPv4Address
    metric: WideMetric
    next_hop: IPv4Address
    destinations: tuple[IPv4Prefix, ...]
    external: External | None = None
    topology: int = 0

    @property
    def type(self) -> RouteType:
        return RouteType.WIDE_INTERNAL if self.external is None else RouteType.WIDE_EXTERNAL

    @classmethod
    def parse_internal(cls, r: Reader) -> WideRoute:
        return _wide(r, is_external=False)

    @classmethod
    def parse_external(cls, r: Reader) -> WideRoute:
        return _wide(r, is_external=True)

    def emit(self, w: Writer) -> None:
        w.u16(self.topology).u16(_AFI_IPV4).ipv4(self.router)
        self.metric.emit(w)
        w.ipv4(self.next_hop)
        if self.external is not None:
            self.external.emit(w)
        _put_destinations(w, self.destinations)


def _wide(r: Reader, *, is_external: bool) -> WideRoute:
    topology, family = r.u16(), r.u16()
    if family != _AFI_IPV4:
        raise WireError(r.offset - 2, f"address family {family}")
    router, metric, next_hop = r.ipv4(), WideMetric.parse(r), r.ipv4()
    external = External.parse(r) if is_external else None
    return WideRoute(router, metric, next_hop, _destinations(r), external, topology)


def _destinations(r: Reader) -> tuple[IPv4Prefix, ...]:
    found = tuple(r.rest_of(_destination))
    if not found:
        raise r.fail("a route without destination")
    return found


def _destination(r: Reader) -> IPv4Prefix:
    """A length and the bytes it needs; the default route has one byte, though some send none."""
    length = r.u8()
    if length > 32:
        raise WireError(r.offset - 1, f"prefix length {length}")
    size = _bytes_of(length)
    if length == 0 and not r.left:
        size = 0
    network = r.take(size).ljust(4, b"\0")
    prefix = IPv4Prefix.of(int.from_bytes(network, "big"), length)
    if prefix.network != int.from_bytes(network, "big"):
        raise WireError(r.offset - size, "bits beyond the prefix")
    return prefix


def _put_destinations(w: Writer, destinations: tuple[IPv4Prefix, ...]) -> None:
    for prefix in destinations:
        w.u8(prefix.length).put(prefix.network.packed[: _bytes_of(prefix.length)])


def _bytes_of(length: int) -> int:
    """Bytes of a prefix; RFC 7868 6.8.1 rounds (length - 1) / 8 toward zero and adds one."""
    return max(1, (length + 7) // 8)
