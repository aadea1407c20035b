"""Route maps, static routes and key chains."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries


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


@dataclass(frozen=True, slots=True)
class Metric:
    """`set metric`: one number, or the five of EIGRP (kbps, tens of microseconds, 0-255, bytes)."""

    metric: int
    delay: int | None = None
    reliability: int | None = None
    load: int | None = None
    mtu: int | None = None


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
class RouteMapEntry:
    """One entry of a route map."""

    action: str = "permit"
    description: str | None = None
    match_as_paths: tuple[int, ...] = ()
    match_community: CommunityMatch | None = None
    match_interfaces: tuple[str, ...] = ()
    match_acls: tuple[int | str, ...] = ()
    match_prefix_lists: tuple[str, ...] = ()
    match_next_hop_acls: tuple[int | str, ...] = ()
    match_next_hop_prefix_lists: tuple[str, ...] = ()
    match_length: Length | None = None
    match_metrics: tuple[int, ...] = ()
    match_route_type: RouteType | None = None
    match_tags: tuple[int, ...] = ()
    continue_at: Continue | None = None
    set_metric: Metric | None = None
    set_metric_type: str | None = None
    set_tag: int | None = None
    set_as_path_prepend: tuple[int, ...] = ()
    set_community: SetCommunity | None = None
    set_local_preference: int | None = None
    set_weight: int | None = None
    set_origin: Origin | None = None
    set_precedence: str | None = None
    set_df: int | None = None
    set_vrf: str | None = None
    set_global: bool = False
    set_next_hops: tuple[IPv4Address, ...] = ()
    set_next_hop_recursive: IPv4Address | None = None
    set_next_hop_self: bool = False
    set_next_hop_peer: bool = False
    set_verified: Entries[int, VerifiedNextHop] = field(default_factory=Entries)
    set_interfaces: tuple[str, ...] = ()
    set_default_next_hops: tuple[IPv4Address, ...] = ()
    set_default_interfaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteMap:
    """Entries by sequence number."""

    entries: Entries[int, RouteMapEntry] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class RouteMapsConfig:
    """Route maps by name."""

    SLOT: ClassVar[str] = "route_map"
    maps: Entries[str, RouteMap] = field(default_factory=Entries)


RouteKey = tuple[str | None, IPv4Address, IPv4Address, str | None, IPv4Address | None]
"""VRF, prefix, mask, interface, next hop."""


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """What follows the next hop of `ip route`."""

    distance: int = 1
    tag: int | None = None
    name: str | None = None
    permanent: bool = False
    track: int | None = None


@dataclass(frozen=True, slots=True)
class StaticConfig:
    """Static routes; the key is what two routes must differ in."""

    SLOT: ClassVar[str] = "static"
    routes: Entries[RouteKey, StaticRoute] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class KeyString:
    """`key-string`: 0 or 7 before a text."""

    text: str
    encryption: int | None = None


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From a time of day (seconds) of a date, for ever, for some seconds, or until another."""

    start_time: int
    start_month: str
    start_day: int
    start_year: int
    infinite: bool = False
    duration: int | None = None
    end_time: int | None = None
    end_month: str | None = None
    end_day: int | None = None
    end_year: int | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a chain."""

    key_string: KeyString | None = None
    algorithm: str | None = None
    accept: Lifetime | None = None
    send: Lifetime | None = None


@dataclass(frozen=True, slots=True)
class KeyChain:
    """Keys by number."""

    description: str | None = None
    keys: Entries[int, Key] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class KeyChainsConfig:
    """Key chains by name."""

    SLOT: ClassVar[str] = "key_chain"
    chains: Entries[str, KeyChain] = field(default_factory=Entries)
