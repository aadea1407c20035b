"""IPv4 configuration of the router and of an interface."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv4Address, mask_of
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

HOST_MASK = mask_of(32)


@dataclass(frozen=True, slots=True)
class IpAddress:
    """`ip address ADDRESS MASK`."""

    address: IPv4Address
    mask: IPv4Address = HOST_MASK


@dataclass(frozen=True, slots=True)
class IpInterfaceConfig:
    """IPv4 of one interface: a slot of `InterfaceConfig`."""

    SLOT: ClassVar[str] = "ip"
    address: IpAddress | None = None
    secondaries: Entries[IPv4Address, IpAddress] = field(default_factory=Entries)
    access_in: int | str | None = None
    access_out: int | str | None = None
    """Names of access lists."""
    policy: str | None = None
    """The route map of `ip policy`."""
    mtu_bytes: int | None = None
    tcp_mss_bytes: int | None = None
    redirects: bool = True
    unreachables: bool = True
    proxy_arp: bool = True
    local_proxy_arp: bool = False
    mask_reply: bool = False
    reassembles_in: bool = False
    reassembles_out: bool = False
    is_dhcp: bool = False
    unnumbered: str | None = None
    """The interface whose address this one uses."""
    helpers: tuple[IPv4Address, ...] = ()
    directed_broadcast: bool = False
    route_cache: bool = True
    route_cache_cef: bool = True
    route_cache_same_interface: bool = False
    load_sharing: str = "per-destination"
    """Or "per-packet"; a set of paths is shared by packet when all its interfaces say so."""


@dataclass(frozen=True, slots=True)
class HostName:
    """`ip host NAME ADDRESS...`."""

    addresses: tuple[IPv4Address, ...] = ()


@dataclass(frozen=True, slots=True)
class CefSharing:
    """`ip cef load-sharing algorithm`.  `identifier`: hexadecimal, as typed."""

    algorithm: str = "universal"
    source: bool = False
    destination: bool = False
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class IpConfig:
    """IPv4 of the router.  Intervals in milliseconds; None: not limited."""

    SLOT: ClassVar[str] = "ip"
    routing: bool = True
    cef: bool = True
    sharing: CefSharing = CefSharing()
    default_gateway: IPv4Address | None = None
    unreachable_interval_ms: int | None = 500
    df_interval_ms: int | None = 500
    """Of "fragmentation needed"; not limited either while the others are not."""
    options: str | None = None
    """`ip options drop` or `ip options ignore`."""
    domain_lookup: bool = True
    domain_name: str | None = None
    domain_list: Entries[str, bool] = field(default_factory=Entries)
    hosts: Entries[str, HostName] = field(default_factory=Entries)
    name_servers: tuple[IPv4Address, ...] = ()
