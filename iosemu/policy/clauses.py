"""What the clauses of route maps say, as values.  Which entry has them: `route_map`."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.values import dataclass

AclName = int | str


@dataclass(frozen=True, slots=True)
class Length:
    """`match length`: bytes, both included."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class CommunityMatch:
    """`match community`: list numbers or names."""

    lists: tuple[int | str, ...]
    exact_match: bool = False


@dataclass(frozen=True, slots=True)
class RouteType:
    """`match route-type`."""

    kind: str
    type_1: bool = False
    type_2: bool = False

    def __str__(self) -> str:
        return f"{self.kind}{' type-1' * self.type_1}{' type-2' * self.type_2}"


@dataclass(frozen=True, slots=True)
class SourceProtocol:
    """`match source-protocol`; `number` of a process."""

    protocol: str
    number: int | None = None

    def __str__(self) -> str:
        return self.protocol if self.number is None else f"{self.protocol} {self.number}"


@dataclass(frozen=True, slots=True)
class Metric:
    """`set metric`: one number, or the five of EIGRP (kbps, tens of microseconds, 0-255, bytes)."""

    metric: int
    delay: int | None = None
    reliability: int | None = None
    load: int | None = None
    mtu: int | None = None


@dataclass(frozen=True, slots=True)
class MetricOffset:
    """`set metric +5`: what is added to the metric, or with `-` taken away."""

    offset: str


@dataclass(frozen=True, slots=True)
class SetCommunity:
    """`set community`: `none` takes all away; additive keeps what is there."""

    none: bool = False
    communities: tuple[int | str, ...] | None = None
    additive: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """`set origin`; an AS number goes with egp."""

    origin: str
    asn: int | None = None


@dataclass(frozen=True, slots=True)
class Continue:
    """`continue`: at the next entry, or at a number."""

    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class VerifiedNextHop:
    """`set ip next-hop verify-availability A.B.C.D SEQUENCE track OBJECT`."""

    next_hop: IPv4Address
    track: int


@dataclass(frozen=True, slots=True)
class SetExtended:
    """`set extcommunity rt`: in place of those that are there, or beside them."""

    communities: tuple[str, ...] = ()
    additive: bool = False


@dataclass(frozen=True, slots=True)
class SetLarge:
    """`set large-community`: `none` takes all away; additive keeps what is there."""

    none: bool = False
    communities: tuple[str, ...] | None = None
    additive: bool = False


@dataclass(frozen=True, slots=True)
class Dampening:
    """`set dampening`: half-life (minutes), reuse, suppress, longest time (minutes)."""

    half_life: int
    reuse: int
    suppress: int
    maximum: int
