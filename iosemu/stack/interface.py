"""An interface: its kind, what is configured on it, and its state."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum

from iosemu.address import IPv4Address, IPv4Prefix, MacAddress
from iosemu.kernel.cache import Cache
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    DEFAULT_VRF,
    Datagram,
    Farewell,
    InterfaceState,
    Send,
    SerialState,
)

from .access_state import Gate
from .counters import NEVER, Traffic
from .ipv6_state import Ipv6Link, Ipv6Settings

_NAME = re.compile(r"([A-Za-z-]+)([\d/]*)(?:\.(\d+))?")
ARP_TIMEOUT_S = 14400
NO_MAC = MacAddress(0)


class Medium(Enum):
    """What carries the frames of an interface."""

    ETHERNET = "ethernet"
    SERIAL = "serial"
    LOOPBACK = "loopback"
    NULL = "null"


@dataclass(frozen=True, slots=True)
class Kind:
    """Defaults of a type of interface, as `show interfaces` prints them."""

    name: str
    medium: Medium
    bandwidth_kbps: int
    delay_us: int
    mtu_bytes: int = 1500


HARDWARE = (Medium.ETHERNET, Medium.SERIAL)
"""Media that ports have."""
IPCP = "IPCP"
IPV6CP = "IPV6CP"
NO_FAULTS = 0.001
"""Input errors a second that are none any more."""
KINDS = {
    kind.name: kind
    for kind in (
        Kind("Ethernet", Medium.ETHERNET, 10_000, 1000),
        Kind("FastEthernet", Medium.ETHERNET, 100_000, 100),
        Kind("GigabitEthernet", Medium.ETHERNET, 1_000_000, 10),
        Kind("TenGigabitEthernet", Medium.ETHERNET, 10_000_000, 10),
        Kind("Serial", Medium.SERIAL, 1544, 20_000),
        Kind("Loopback", Medium.LOOPBACK, 8_000_000, 5000, 1514),
        Kind("Null", Medium.NULL, 10_000_000, 0),
    )
}


def kind_of(name: str) -> Kind:
    """The kind of an interface by its canonical name; KeyError for a type that is not built."""
    found = _NAME.fullmatch(name)
    return KINDS[found.group(1) if found else name]


def parent_of(name: str) -> str | None:
    """The hardware interface of a sub-interface, None for any other."""
    base, dot, _ = name.partition(".")
    return base if dot else None


def iol_mac(instance: int, slot: int, port: int) -> MacAddress:
    """The burned-in address of a virtual router's Ethernet slot/port: aabb.cc00.NNPS."""
    return MacAddress(0xAABBCC000000 + (instance << 8 | port << 4 | slot))


class Encapsulation(Enum):
    """What frames a serial line with."""

    HDLC = "hdlc"
    PPP = "ppp"


CLOCK_BPS = 2_000_000
"""What the DCE end of a serial line gives unless told otherwise."""
KEEPALIVE_S = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """What is configured on an interface; None means the default of its kind.

    `addresses`: (address, prefix length), primary first.  `borrowed`: the address of another
    interface (`ip unnumbered`).  `vlan`: 802.1Q number of a sub-interface; with `is_native` its
    frames carry no tag.  `encapsulation`, `clock_bps` (None: no clock), `keepalive_s` (None: none)
    and `is_down_when_looped` are those of a serial line.
    """

    shutdown: bool = False
    vrf: str = DEFAULT_VRF
    addresses: tuple[tuple[IPv4Address, int], ...] = ()
    mtu_bytes: int | None = None
    ip_mtu_bytes: int | None = None
    tcp_mss_bytes: int | None = None
    """`ip tcp adjust-mss`: of connections through this interface."""
    bandwidth_kbps: int | None = None
    delay_us: int | None = None
    mac: MacAddress | None = None
    vlan: int | None = None
    is_native: bool = False
    arp_timeout_s: int = ARP_TIMEOUT_S
    load_interval_s: int = 300
    logs_link_status: bool = True
    has_proxy_arp: bool = True
    has_redirects: bool = True
    has_unreachables: bool = True
    is_per_packet: bool = False
    has_mask_reply: bool = False
    has_local_proxy_arp: bool = False
    has_directed_broadcast: bool = False
    is_process_switched: bool = False
    """`no ip route-cache`: every packet takes the slow path, where debugs see it."""
    helpers: tuple[IPv4Address, ...] = ()
    """Where UDP broadcasts that arrive here go."""
    borrowed: IPv4Address | None = None
    hold_queue: int | None = None
    encapsulation: Encapsulation = Encapsulation.HDLC
    clock_bps: int | None = CLOCK_BPS
    keepalive_s: int | None = KEEPALIVE_S
    is_down_when_looped: bool = False
    access_in: str | None = None
    access_out: str | None = None
    policy: str | None = None
    """`ip policy route-map`, of what comes in here."""
    ipv6: Ipv6Settings | None = None
    """None: not enabled."""


class Link(Enum):
    """The first word pair of `show interfaces`."""

    SHUT = "administratively down"
    DOWN = "down"
    UP = "up"


@dataclass(slots=True)
class ArpEntry:
    """A neighbor on an interface.

    `mac` None: asked for, no answer yet.  `since`: learned or confirmed, for an incomplete entry
    first asked; `asked_at`: last request sent.
    """

    mac: MacAddress | None
    since: Time
    asked_at: Time = NEVER


Flow = tuple[bytes, "Interface", int, Gate | None]
"""Link header, egress interface, its IP MTU, access lists on the way: all that a packet of a known
flow needs."""


Heard = tuple[Hashable, Datagram]
"""The owner of a socket and what it is told of a frame."""
Said = tuple[Send, bytes, int, bytes]
"""What was asked for, link header, IP header without identification and checksum, and what follows
it, padded."""


@dataclass(slots=True)
class Interface:
    """One interface of a router.

    `carrier`: the fabric's word for hardware, True for what has none.  `has_early_carrier`: there
    is one, but not yet for long enough; `has_settled`: the link is up for long enough to let the
    line protocol be up, `is_settling`: not yet.  `is_up`: line protocol.
    Of a serial line: `is_dce` (None: no cable), `clock_bps` that is there, `has_protocol` and
    `is_looped`: what its protocol last said, `network`: what PPP has opened on it.
    """

    name: str
    kind: Kind
    burned_in: MacAddress = NO_MAC
    settings: Settings = field(default_factory=lambda: Settings(shutdown=True))
    carrier: bool = False
    has_early_carrier: bool = False
    is_settling: bool = False
    has_settled: bool = False
    is_up: bool = False
    changed_at: Time = 0
    """When the line protocol last changed."""
    received: Traffic = field(default_factory=Traffic)
    sent: Traffic = field(default_factory=Traffic)
    cleared_at: Time = NEVER
    broadcasts_received: int = 0
    multicasts_received: int = 0
    input_errors: int = 0
    giants: int = 0
    crc_errors: int = 0
    aborts: int = 0
    faults: Traffic = field(default_factory=Traffic)
    """Input errors as if they were packets, for their rate."""
    runts: int = 0
    unknown_protocols: int = 0
    output_drops: int = 0
    carrier_losses: int = 0
    carrier_changes: int = 0
    resets: int = 0
    duplicate_logged_at: Time = NEVER
    unreachables: int = 0
    df_unreachables: int = 0
    """Unreachables that fell due here, sent or suppressed; "fragmentation needed" apart."""
    arp: dict[IPv4Address, ArpEntry] = field(default_factory=dict)
    groups: dict[IPv4Address, list[object]] = field(default_factory=dict)
    """Multicast groups joined here, with the owners that joined."""
    farewells: dict[int, Farewell] = field(default_factory=dict)
    """What engines want sent when the port is shut down, by protocol number."""
    vlans: dict[int, str] = field(default_factory=dict)
    """802.1Q number -> sub-interface; 0: untagged frames of the native VLAN."""
    flows: Cache[bytes, Flow] = field(default_factory=Cache)
    is_dce: bool | None = None
    clock_bps: int | None = None
    has_protocol: bool = False
    is_looped: bool = False
    network: tuple[str, ...] = ()
    hardware: Kind | None = None
    """Of a sub-interface: what its hardware has, in the form of defaults."""
    ipv6: Ipv6Link | None = None
    """None: not enabled, or the interface is down."""
    identifier: int | None = None
    """Of a serial line: what PPP is to tell of its link-local address."""
    headers: Cache[int, bytes] = field(default_factory=Cache)
    """Next hop -> link header of an IPv4 frame to it."""
    heard: Cache[bytes, Heard] = field(default_factory=Cache)
    """Frames to groups that were delivered here, as `again_key` has them."""
    said: Cache[int, Said] = field(default_factory=Cache)
    """Group -> the last datagram that an engine sent to it."""

    @property
    def parent(self) -> str | None:
        """The hardware interface a sub-interface belongs to."""
        return parent_of(self.name)

    @property
    def inherited(self) -> Kind:
        """The values that hold where nothing is configured."""
        return self.kind if self.hardware is None else self.hardware

    @property
    def is_hardware(self) -> bool:
        """Whether frames of this very interface go to a port."""
        return self.kind.medium in HARDWARE and self.parent is None

    @property
    def is_serial(self) -> bool:
        return self.kind.medium is Medium.SERIAL

    @property
    def is_coming_up(self) -> bool:
        """Whether it is down only because a delay has to pass."""
        return self.has_early_carrier or self.is_settling

    @property
    def has_link(self) -> bool:
        """Whether frames can pass at all: carrier, and on a serial line a clock."""
        return self.link is Link.UP and not (self.is_serial and self.clock_bps is None)

    @property
    def passes_ip(self) -> bool:
        """Whether IPv4 may pass once the line protocol is up: PPP opens it by IPCP."""
        return (
            not self.is_serial
            or self.settings.encapsulation is Encapsulation.HDLC
            or IPCP in self.network
        )

    @property
    def passes_ipv6(self) -> bool:
        """Whether IPv6 may pass once the line protocol is up: PPP opens it by IPV6CP."""
        return (
            not self.is_serial
            or self.settings.encapsulation is Encapsulation.HDLC
            or IPV6CP in self.network
        )

    @property
    def ipv6_mtu_bytes(self) -> int:
        """The largest IPv6 packet that goes out here."""
        given = None if self.settings.ipv6 is None else self.settings.ipv6.mtu_bytes
        return self.mtu_bytes if given is None else min(given, self.mtu_bytes)

    @property
    def mac(self) -> MacAddress:
        return self.settings.mac if self.settings.mac is not None else self.burned_in

    @property
    def mtu_bytes(self) -> int:
        given = self.settings.mtu_bytes
        return self.inherited.mtu_bytes if given is None else given

    @property
    def ip_mtu_bytes(self) -> int:
        """The largest IP datagram sent unfragmented."""
        given = self.settings.ip_mtu_bytes
        return self.mtu_bytes if given is None else min(given, self.mtu_bytes)

    @property
    def bandwidth_kbps(self) -> int:
        given = self.settings.bandwidth_kbps
        return self.inherited.bandwidth_kbps if given is None else given

    @property
    def delay_us(self) -> int:
        given = self.settings.delay_us
        return self.inherited.delay_us if given is None else given

    @property
    def link(self) -> Link:
        """The hardware state."""
        if self.settings.shutdown:
            return Link.SHUT
        return Link.UP if self.carrier else Link.DOWN

    @property
    def address(self) -> IPv4Address | None:
        """The primary address, or the one it borrows."""
        addresses = self.settings.addresses
        return addresses[0][0] if addresses else self.settings.borrowed

    def count_fault(self, now: Time) -> None:
        """One input error of any sort."""
        self.input_errors += 1
        if now >= self.faults.window_end:
            self.faults.sample(now)
        self.faults.packets += 1

    def reliability(self, now: Time) -> int:
        """The share of input that was good over the load interval, of 255."""
        bad, good = self.faults.packet_rate(now), self.received.packet_rate(now)
        return 255 if bad < NO_FAULTS else round(255 * good / (good + bad))

    def subnet_of(self, address: int) -> IPv4Prefix | None:
        """The connected subnet that holds an address."""
        for own, length in self.settings.addresses:
            subnet = IPv4Prefix.of(own, length)
            if subnet.holds(address):
                return subnet
        return None

    def owns(self, address: int) -> bool:
        """Whether this is an address of the interface."""
        return any(own == address for own, _ in self.settings.addresses)

    def state(self) -> InterfaceState:
        """What engines see of it."""
        return InterfaceState(
            self.name,
            self.settings.vrf,
            self.is_up,
            self.settings.addresses,
            self.mtu_bytes,
            self.bandwidth_kbps,
            self.delay_us,
            self.kind.medium is Medium.LOOPBACK,
            self.is_serial,
            self._serial_state() if self.is_serial else None,
            None if self.ipv6 is None else self.ipv6.state(),
        )

    def _serial_state(self) -> SerialState:
        settings = self.settings
        return SerialState(
            settings.encapsulation.value,
            self.has_link,
            settings.keepalive_s,
            self.address,
            settings.is_down_when_looped,
            self.identifier,
        )


def receive_addresses(addresses: tuple[tuple[IPv4Address, int], ...]) -> tuple[IPv4Address, ...]:
    """Own addresses, and network and broadcast address of each subnet with room for them."""
    found: list[IPv4Address] = []
    for address, length in addresses:
        found.append(address)
        if length <= 30:
            subnet = IPv4Prefix.of(address, length)
            found += (subnet.network, subnet.broadcast)
    return tuple(found)
