"""Metric arithmetic of EIGRP, RFC 7868 5.6: pure functions on vectors.

A process counts in one of two scales.  CLASSIC: delay in 256ths of ten microseconds, as TLV 1.x has
it on the wire.  WIDE: delay in picoseconds, as TLV 2.0 has it.  Both ways between them are exact
for what a CLASSIC process can hold.
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from iosemu.wire.eigrp_route import (
    CLASSIC_UNREACHABLE,
    NO_FLAGS,
    WIDE_UNREACHABLE,
    ClassicMetric,
    RouteFlag,
    WideMetric,
)

INFINITY = (1 << 64) - 1
"""Distance of what cannot be reached, in either scale."""
RIB_SCALE = 128
_REFERENCE_KBPS = 10_000_000
_CLASSIC_PS = 10_000_000
"""Picoseconds in ten microseconds."""
_GIGABIT_KBPS = 1_000_000
_REMEMBERED = 1 << 13
"""Results kept of pure functions: the same vectors pass a router many times."""
_DEFAULT_DELAYS_US = {10, 5000}
"""Delays that interfaces of a gigabit or more have without configuration."""

K = tuple[int, int, int, int, int, int]
DEFAULT_K: K = (1, 0, 1, 0, 0, 0)


class Scale(StrEnum):
    """How a process counts."""

    CLASSIC = "classic"
    WIDE = "wide"


class Vector(NamedTuple):
    """The metric of a path.  `delay` is in the unit of the process's scale; None: unreachable."""

    bandwidth_kbps: int
    delay: int | None
    mtu_bytes: int = 1500
    hops: int = 0
    reliability: int = 255
    load: int = 1

    @property
    def is_reachable(self) -> bool:
        return self.delay is not None


UNREACHABLE = Vector(0, None, 0, 0, 0, 0)


def interface_delay(scale: Scale, bandwidth_kbps: int, delay_us: int) -> int:
    """What an interface adds.  From a gigabit on, a wide process takes the delay from the
    bandwidth unless one is configured (RFC 7868 5.6.1.2)."""
    if scale is Scale.CLASSIC:
        return delay_us * 256 // 10
    if bandwidth_kbps >= _GIGABIT_KBPS and delay_us in _DEFAULT_DELAYS_US:
        return 10_000_000_000_000 // bandwidth_kbps
    return delay_us * 1_000_000


def composite(vector: Vector, k: K, scale: Scale) -> int:
    """The distance of a vector (RFC 7868 5.6.1, 5.6.2); INFINITY if unreachable."""
    if vector.delay is None:
        return INFINITY
    k1, k2, k3, k4, k5, _ = k
    bandwidth = _REFERENCE_KBPS // vector.bandwidth_kbps
    if scale is Scale.CLASSIC:
        throughput, latency = bandwidth * 256, vector.delay
    else:
        throughput = 65536 * _REFERENCE_KBPS // vector.bandwidth_kbps
        latency = 65536 * vector.delay // 1_000_000
    total = k1 * throughput + k2 * throughput // (256 - vector.load) + k3 * latency
    if k5:
        total = total * k5 // (vector.reliability + k4)
    return total


def through(
    vector: Vector, scale: Scale, *, bandwidth_kbps: int, delay_us: int, mtu_bytes: int
) -> Vector:
    """What a neighbor's vector is from here, over this interface."""
    if vector.delay is None:
        return UNREACHABLE
    return Vector(
        min(vector.bandwidth_kbps, bandwidth_kbps),
        vector.delay + interface_delay(scale, bandwidth_kbps, delay_us),
        min(vector.mtu_bytes, mtu_bytes),
        vector.hops + 1,
        vector.reliability,
        vector.load,
    )


def from_typed(metric: tuple[int, int, int, int, int], scale: Scale) -> Vector:
    """The five numbers of `redistribute ... metric` and `default-metric`."""
    bandwidth_kbps, delay_tens, reliability, load, mtu_bytes = metric
    delay = delay_tens * (256 if scale is Scale.CLASSIC else _CLASSIC_PS)
    return Vector(bandwidth_kbps, delay, mtu_bytes, 0, reliability, load)


class Arrival(NamedTuple):
    """A neighbor's metric as its own vector, and as the vector from here, with both distances."""

    reported: Vector
    reported_distance: int
    vector: Vector
    distance: int


@lru_cache(maxsize=_REMEMBERED)
def arrival(
    metric: ClassicMetric | WideMetric, scale: Scale, k: K, link: tuple[int, int, int]
) -> Arrival:
    """What a metric means that came over an interface of this bandwidth, delay and MTU."""
    if isinstance(metric, ClassicMetric):
        reported = from_classic(metric, scale)
    else:
        reported = from_wide(metric, scale)
    bandwidth_kbps, delay_us, mtu_bytes = link
    vector = through(
        reported,
        scale,
        bandwidth_kbps=bandwidth_kbps,
        delay_us=delay_us,
        mtu_bytes=mtu_bytes,
    )
    return Arrival(reported, composite(reported, k, scale), vector, composite(vector, k, scale))


def offset(vector: Vector, amount: int, scale: Scale, k: K) -> Vector:
    """A vector whose delay grew so that the distance grows by `amount` (K3 being 1)."""
    if vector.delay is None:
        return vector
    more = amount if scale is Scale.CLASSIC else -(-amount * 1_000_000 // 65536)
    return vector._replace(delay=vector.delay + more // max(1, k[2]))


def from_classic(metric: ClassicMetric, scale: Scale) -> Vector:
    """A vector of TLV 1.x."""
    if not metric.is_reachable:
        return UNREACHABLE
    delay = metric.delay if scale is Scale.CLASSIC else _ps_of(metric.delay)
    scaled = max(1, metric.bandwidth // 256)
    return Vector(
        max(1, _REFERENCE_KBPS // scaled),
        delay,
        metric.mtu_bytes,
        metric.hops,
        metric.reliability,
        metric.load,
    )


def from_wide(metric: WideMetric, scale: Scale) -> Vector:
    """A vector of TLV 2.0."""
    if not metric.is_reachable:
        return UNREACHABLE
    delay = metric.delay_ps if scale is Scale.WIDE else _classic_of(metric.delay_ps)
    return Vector(
        max(1, metric.bandwidth_kbps),
        delay,
        metric.mtu_bytes,
        metric.hops,
        metric.reliability,
        metric.load,
    )


@lru_cache(maxsize=_REMEMBERED)
def to_classic(vector: Vector, scale: Scale, flags: RouteFlag = NO_FLAGS) -> ClassicMetric:
    """As TLV 1.x carries it."""
    if vector.delay is None:
        return ClassicMetric(CLASSIC_UNREACHABLE, 0xFFFFFFFF, 0, 0, 0, 0, 0, flags)
    delay = vector.delay if scale is Scale.CLASSIC else _classic_of(vector.delay)
    return ClassicMetric(
        min(delay, CLASSIC_UNREACHABLE - 1),
        256 * (_REFERENCE_KBPS // vector.bandwidth_kbps),
        vector.mtu_bytes,
        min(vector.hops, 255),
        vector.reliability,
        vector.load,
        0,
        flags,
    )


@lru_cache(maxsize=_REMEMBERED)
def to_wide(vector: Vector, scale: Scale, flags: RouteFlag = NO_FLAGS) -> WideMetric:
    """As TLV 2.0 carries it."""
    if vector.delay is None:
        return WideMetric(WIDE_UNREACHABLE, 0xFFFFFFFF, 0, 255, 0, 0, 0, flags)
    delay = vector.delay if scale is Scale.WIDE else _ps_of(vector.delay)
    return WideMetric(
        min(delay, WIDE_UNREACHABLE - 1),
        vector.bandwidth_kbps,
        vector.mtu_bytes,
        min(vector.hops, 255),
        vector.reliability,
        vector.load,
        0,
        flags,
    )


def rib_metric(distance: int, scale: Scale, rib_scale: int = RIB_SCALE) -> int:
    """The metric the routing table shows; it has 32 bits."""
    value = distance if scale is Scale.CLASSIC else distance // rib_scale
    return min(value, 0xFFFFFFFF)


def _ps_of(classic: int) -> int:
    return -(-classic * _CLASSIC_PS // 256)


def _classic_of(delay_ps: int) -> int:
    return delay_ps * 256 // _CLASSIC_PS
