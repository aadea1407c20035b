"""IPv6 configuration of the router and of an interface."""

from __future__ import annotations

from typing import ClassVar

from iosemu.address import IPv6Address, IPv6Interface
from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class AddressOptions:
    """What stands behind `ipv6 address ADDRESS/LENGTH`."""

    eui_64: bool = False
    anycast: bool = False


@dataclass(frozen=True, slots=True)
class Ipv6InterfaceConfig:
    """IPv6 of one interface: a slot of `InterfaceConfig`."""

    SLOT: ClassVar[str] = "ipv6"
    link_local: IPv6Address | None = None
    addresses: Entries[IPv6Interface, AddressOptions] = field(default_factory=Entries)
    autoconfig: bool = False
    enable: bool = False
    mtu_bytes: int | None = None
    redirects: bool = True
    unreachables: bool = True
    dad_attempts: int = 1
    ns_interval_ms: int = 0
    reachable_ms: int = 0
    managed: bool = False
    other: bool = False
    ra_interval_s: int = 200
    ra_lifetime_s: int = 1800
    ra_suppress: bool = False
    router_preference: str = "Medium"

    @property
    def is_enabled(self) -> bool:
        """Any address enables IPv6, and so does saying it."""
        return self.enable or bool(self.addresses) or self.link_local is not None


@dataclass(frozen=True, slots=True)
class ErrorLimit:
    """`ipv6 icmp error-interval MILLISECONDS [BUCKET]`."""

    interval_ms: int = 100
    bucket: int = 10


@dataclass(frozen=True, slots=True)
class Ipv6Config:
    """IPv6 of the router."""

    SLOT: ClassVar[str] = "ipv6"
    routing: bool = False
    hop_limit: int = 64
    errors: ErrorLimit = ErrorLimit()
