"""Routes of EIGRP on the wire: the fields of TLV 1.x (scaled 32-bit metrics) and 2.0 (wide).

RFC 7868 6.8 and 6.9.  Where the RFC and routers differ, the order of the fields is the routers':
topology before address family.  Named tuples, because a network that converges is full of them.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag
from struct import Struct
from typing import NamedTuple

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
_FLAGS = tuple(map(RouteFlag, range(16)))


_CLASSIC = Struct(">IIHBBBBBB")
"""Delay, bandwidth, MTU in two parts, hops, reliability, load, tag, flags."""
_WIDE = Struct(">BBBBHBBHIHIHH")
"""Attribute words, priority, reliability, load, MTU in two parts, hops, delay and bandwidth in two
parts each, reserved, flags."""


def _flags(value: int) -> RouteFlag:
    return _FLAGS[value] if value < 16 else RouteFlag(value)


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


class External(NamedTuple):
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


class ClassicMetric(NamedTuple):
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
        w.put(
            _CLASSIC.pack(
                self.delay,
                self.bandwidth,
                self.mtu_bytes >> 8,
                self.mtu_bytes & 0xFF,
                self.hops,
                self.reliability,
                self.load,
                self.internal_tag,
                self.flags,
            )
        )

    @property
    def is_reachable(self) -> bool:
        return self.delay != CLASSIC_UNREACHABLE


class WideMetric(NamedTuple):
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
        (
            words,
            priority,
            reliability,
            load,
            mtu_high,
            mtu_low,
            hops,
            delay_high,
            delay_low,
            bandwidth_high,
            bandwidth_low,
            _,
            flags,
        ) = _WIDE.unpack(r.take(_WIDE.size))
        return cls(
            delay_high << 32 | delay_low,
            bandwidth_high << 32 | bandwidth_low,
            mtu_high << 8 | mtu_low,
            hops,
            reliability,
            load,
            priority,
            _flags(flags),
            r.take(2 * words) if words else b"",
        )

    def emit(self, w: Writer) -> None:
        w.put(
            _WIDE.pack(
                len(self.attributes) // 2,
                self.priority,
                self.reliability,
                self.load,
                self.mtu_bytes >> 8,
                self.mtu_bytes & 0xFF,
                self.hops,
                self.delay_ps >> 32,
                self.delay_ps & 0xFFFFFFFF,
                self.bandwidth_kbps >> 32,
                self.bandwidth_kbps & 0xFFFFFFFF,
                0,
                self.flags,
            )
        )
        w.put(self.attributes)

    @property
    def is_reachable(self) -> bool:
        return self.delay_ps != WIDE_UNREACHABLE


class ClassicRoute(NamedTuple):
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


class WideRoute(NamedTuple):
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
    size = _BYTES[length]
    if length == 0 and not r.left:
        size = 0
    network = int.from_bytes(r.take(size), "big") << 8 * (4 - size)
    if network & 0xFFFFFFFF >> length:
        raise WireError(r.offset - size, "bits beyond the prefix")
    return IPv4Prefix(IPv4Address(network), length)


def _put_destinations(w: Writer, destinations: tuple[IPv4Prefix, ...]) -> None:
    for network, length in destinations:
        w.put(bytes((length,)) + network.to_bytes(4, "big")[: _BYTES[length]])


_BYTES = tuple(max(1, (length + 7) // 8) for length in range(33))
"""Bytes of a prefix by its length; RFC 7868 6.8.1 rounds (length - 1) / 8 toward zero and adds
one."""
