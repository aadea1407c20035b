"""Interfaces and terminal lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from iosemu.address import IPv4Address
from iosemu.config.entries import Entries


@dataclass(frozen=True, slots=True)
class Dot1Q:
    """`encapsulation dot1Q VLAN [native]`."""

    vlan: int
    native: bool = False


@dataclass(frozen=True, slots=True)
class LinkProtocol:
    """`encapsulation hdlc | ppp | frame-relay` of a serial line."""

    protocol: str
    ietf: bool = False


@dataclass(frozen=True, slots=True)
class Address:
    """`ip address ADDRESS MASK`."""

    address: IPv4Address
    mask: IPv4Address


@dataclass(frozen=True, slots=True)
class Unnumbered:
    """`ip unnumbered INTERFACE`: that interface's address."""

    interface: str


@dataclass(frozen=True, slots=True)
class Negotiated:
    """`ip address dhcp | negotiated`."""

    method: str


@dataclass(frozen=True, slots=True)
class IpInterface:
    """IPv4 of one interface."""

    SLOT: ClassVar[str] = "ip"
    address: Address | Unnumbered | Negotiated | None = None
    secondaries: Entries[IPv4Address, Address] = field(default_factory=Entries)
    access_group_in: int | str | None = None
    access_group_out: int | str | None = None
    helpers: Entries[IPv4Address, bool] = field(default_factory=Entries)
    mtu_bytes: int | None = None
    redirects: bool = True
    unreachables: bool = True
    proxy_arp: bool = True
    policy: str | None = None
    tcp_mss_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class QosInterface:
    """Policy maps of one interface."""

    SLOT: ClassVar[str] = "qos"
    input: str | None = None
    output: str | None = None


@dataclass(frozen=True, slots=True)
class Summary:
    """`ip summary-address eigrp`, with what follows the mask."""

    distance: int | None = None
    leak_map: str | None = None


@dataclass(frozen=True, slots=True)
class EigrpInterface:
    """One interface in one EIGRP autonomous system."""

    hello_s: int = 5
    hold_s: int = 15
    authentication: str | None = None
    key_chain: str | None = None
    split_horizon: bool = True
    summaries: Entries[tuple[IPv4Address, IPv4Address], Summary] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class EigrpInterfaces:
    """EIGRP of one interface by autonomous system."""

    SLOT: ClassVar[str] = "eigrp"
    by_asn: Entries[int, EigrpInterface] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class CryptoInterface:
    """The crypto map of one interface."""

    SLOT: ClassVar[str] = "crypto"
    map: str | None = None


@dataclass(frozen=True, slots=True)
class TunnelMode:
    """`tunnel mode PROTOCOL [OVER]`."""

    protocol: str
    over: str | None = None


@dataclass(frozen=True, slots=True)
class Tunnel:
    """`tunnel ...` of a tunnel interface; an end is an address or an interface."""

    source: IPv4Address | str | None = None
    destination: IPv4Address | None = None
    mode: TunnelMode | None = None
    key: int | None = None
    protection: str | None = None
    vrf: str | None = None


@dataclass(frozen=True, slots=True)
class InterfaceConfig:
    """One interface; None is the default of its hardware."""

    slots: Entries[str, Any] = field(default_factory=Entries)
    description: str | None = None
    mtu_bytes: int | None = None
    bandwidth_kbps: int | None = None
    vrf: str | None = None
    load_interval_s: int = 300
    delay_tens_us: int | None = None
    encapsulation: Dot1Q | LinkProtocol | None = None
    keepalive_s: int | None = 10
    shutdown: bool = False
    tunnel: Tunnel = Tunnel()
    duplex: str | None = None
    speed: str | None = None
    media_type: str | None = None
    negotiation: bool = False
    mop_enabled: bool = True
    mop_sysid: bool = True
    clock_rate: int | None = None
    serial_restart_delay_s: int | None = None


@dataclass(frozen=True, slots=True)
class InterfacesConfig:
    """Interfaces by canonical name."""

    SLOT: ClassVar[str] = "interface"
    by_name: Entries[str, InterfaceConfig] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class ExecTimeout:
    """`exec-timeout MINUTES [SECONDS]`; both 0 is never."""

    minutes: int
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Login:
    """`login [local]`."""

    local: bool = False


@dataclass(frozen=True, slots=True)
class Password:
    """`password [0 | 7] TEXT`."""

    text: str
    encryption: int | None = None


@dataclass(frozen=True, slots=True)
class AccessClass:
    """`access-class ACL in [vrf-also]`."""

    acl: int | str
    vrf_also: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Settings of one terminal line."""

    access_class_in: AccessClass | None = None
    access_class_out: AccessClass | None = None
    exec_timeout: ExecTimeout = ExecTimeout(10, 0)
    privilege: int = 1
    password: Password | None = None
    logging_synchronous: bool = False
    login: Login | None = None
    history: int = 20
    length: int = 24
    width: int = 80
    exec: bool = True
    transport_preferred: str | None = None
    transport_input: tuple[str, ...] = ()
    transport_output: tuple[str, ...] = ()
    stopbits: str | None = None


@dataclass(frozen=True, slots=True)
class Vty(Line):
    """A virtual terminal asks for a password unless told otherwise."""

    login: Login | None = Login()


@dataclass(frozen=True, slots=True)
class LinesConfig:
    """The console, the auxiliary line, and virtual terminals by number, without gaps."""

    SLOT: ClassVar[str] = "line"
    con: Line = Line()
    aux: Line = Line()
    vty: Entries[int, Vty] = field(default_factory=lambda: Entries({n: Vty() for n in range(5)}))

    def __post_init__(self) -> None:
        # A command adds one run to lines without gaps: then a gap shows at the count of all.
        count = len(self.vty)
        if count >= 5 and count - 1 in self.vty and count not in self.vty:
            return
        missing = [n for n in range(max(5, max(self.vty, default=0) + 1)) if n not in self.vty]
        for number in missing:
            object.__setattr__(self, "vty", self.vty.put(number, Vty()))
