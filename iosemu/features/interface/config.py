"""What is configured on interfaces.  Other features add slots to `InterfaceConfig`."""

from __future__ import annotations

from typing import Any, ClassVar

from iosemu.address import MacAddress
from iosemu.config.entries import Entries
from iosemu.stack.interface import CLOCK_BPS
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class Dot1Q:
    """`encapsulation dot1Q VLAN [native]` of a subinterface."""

    vlan: int
    native: bool = False


@dataclass(frozen=True, slots=True)
class CarrierDelay:
    """`carrier-delay SECONDS`."""

    seconds: int


@dataclass(frozen=True, slots=True)
class CarrierDelayMsec:
    """`carrier-delay msec MILLISECONDS`."""

    milliseconds: int


@dataclass(frozen=True, slots=True)
class InterfaceConfig:
    """One interface.  None means the default of its hardware."""

    slots: Entries[str, Any] = field(default_factory=Entries)
    description: str | None = None
    mac_address: MacAddress | None = None
    mtu_bytes: int | None = None
    bandwidth_kbps: int | None = None
    delay_tens_us: int | None = None
    """Tens of microseconds, as typed."""
    encapsulation: Dot1Q | None = None
    load_interval_s: int = 300
    logs_link_status: bool = True
    shutdown: bool = False
    duplex: str | None = None
    speed: str | None = None
    media_type: str | None = None
    negotiation_auto: bool = False
    keepalive_s: int | None = 10
    carrier_delay: CarrierDelay | CarrierDelayMsec | None = None
    arp_arpa: bool = True
    arp_timeout_s: int = 14400
    mop_enabled: bool = True
    mop_sysid: bool = True
    hold_queue_in: int | None = None
    hold_queue_out: int | None = None
    framing: str = "hdlc"
    """Of a serial line: "hdlc" or "ppp"."""
    clock_rate_bps: int | None = CLOCK_BPS
    down_when_looped: bool = False
    restart_delay_s: int | None = None


def fresh(name: str, *, shutdown: bool = False) -> InterfaceConfig:
    """An interface of which nothing is configured; serial hardware says its restart delay."""
    delay_s = 0 if name.startswith("Serial") else None
    return InterfaceConfig(shutdown=shutdown, restart_delay_s=delay_s)


@dataclass(frozen=True, slots=True)
class InterfacesConfig:
    """All interfaces, by canonical name ("Ethernet0/0")."""

    SLOT: ClassVar[str] = "interface"
    by_name: Entries[str, InterfaceConfig] = field(default_factory=Entries)
