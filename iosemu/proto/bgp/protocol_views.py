"""What `show ip protocols` tells of BGP, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv4Address, IPv6Address
from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class NeighborFilters:
    """One neighbor and its filters, empty where there is none."""

    address: IPv4Address | IPv6Address
    filter_in: str = ""
    filter_out: str = ""
    list_in: str = ""
    list_out: str = ""
    weight: str = ""
    route_map_in: str = ""
    route_map_out: str = ""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A neighbor that routes are from; told: how long ago the last one came."""

    address: IPv4Address | IPv6Address
    distance: int
    told: Time


@dataclass(frozen=True, slots=True)
class BgpProtocolView:
    """The BGP process among all protocols; is_six: of IPv6, of which less is told."""

    asn: str
    redistributed: tuple[str, ...]
    neighbors: tuple[NeighborFilters, ...]
    maximum_paths: int
    gateways: tuple[Gateway, ...]
    distances: tuple[int, int, int]
    is_synchronized: bool = False
    is_summarized: bool = False
    is_six: bool = False
