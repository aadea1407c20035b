"""All state of one router's forwarding: interfaces, VRFs, sockets, counters."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from iosemu.address import IPv4Address, IpVersion, MacAddress
from iosemu.kernel.cache import Cache
from iosemu.kernel.time import MILLISECOND, Time
from iosemu.proto.base import DEFAULT_VRF, Socket
from iosemu.rib.fib import Fib
from iosemu.rib.nexthop import NextHops
from iosemu.rib.table import Rib
from iosemu.wire.ipv4 import IPv4

from .access_state import Access
from .counters import NEVER
from .interface import KINDS, Interface, Settings
from .ipv6_state import Ipv6Host
from .pbr_state import Policies
from .tcp_state import TcpHost

KEPT_DROPS = 64
UNREACHABLE_INTERVAL_NS = 500 * MILLISECOND


class Reason(Enum):
    """Why a packet was dropped; the text is for `explain` and debug lines."""

    FORMAT = "format error"
    CHECKSUM = "checksum error"
    NOT_FOR_US = "link broadcast of a unicast packet"
    ACCESS = "access denied"
    SOURCE = "source address is no host"
    NOT_A_GATEWAY = "not a gateway"
    NOT_JOINED = "multicast group not joined"
    TTL = "bad hop count"
    BAD_OPTIONS = "bad options"
    OPTIONS_DENIED = "options denied"
    SOURCE_ROUTE = "source route failed"
    NO_ROUTE = "no route"
    UNRESOLVED = "next hop does not resolve"
    SPECIAL = "address is never forwarded"
    DISCARDED = "route to Null0"
    NO_ADJACENCY = "interface is down"
    ENCAPSULATION = "encapsulation failed"
    DONT_FRAGMENT = "fragmentation needed and DF set"
    TOO_LARGE = "datagram over 65535 bytes"
    NO_SOURCE = "no source address"
    NO_PROTOCOL = "unknown protocol"
    NO_PORT = "no port"
    REASSEMBLY = "couldn't reassemble"
    DUPLICATE = "duplicate fragment"
    ICMP_FORMAT = "ICMP format error"
    ICMP_CHECKSUM = "ICMP checksum error"
    UDP_FORMAT = "UDP format error"
    UDP_CHECKSUM = "UDP checksum error"
    TCP_FORMAT = "TCP format error"
    TCP_CHECKSUM = "TCP checksum error"


AFTER_DELIVERY = frozenset(
    (
        Reason.NO_PROTOCOL,
        Reason.NO_PORT,
        Reason.REASSEMBLY,
        Reason.DUPLICATE,
        Reason.ICMP_FORMAT,
        Reason.ICMP_CHECKSUM,
        Reason.UDP_FORMAT,
        Reason.UDP_CHECKSUM,
        Reason.TCP_FORMAT,
        Reason.TCP_CHECKSUM,
    )
)
"""Drops of what IP had delivered to this router."""


@dataclass(slots=True)
class IpStatistics:
    """Counters of `show ip traffic`; drops are counted by reason in `Stack.drops`.

    Nothing vanishes: received and flooded = delivered + forwarded + drops before delivery, without
    those of own datagrams; fragments received = assembled + expired + waiting + drops of
    reassembly and duplicates.
    """

    received: int = 0
    delivered: int = 0
    forwarded: int = 0
    generated: int = 0
    own_drops: int = 0
    """Of the drops, those of datagrams this router made."""
    flooded: int = 0
    """Copies forwarded to the broadcast address of a subnet whose original was delivered."""
    broadcasts_forwarded: int = 0
    """UDP broadcasts sent on to helpers."""
    with_options: int = 0
    options: dict[int, int] = field(default_factory=dict)
    """Options seen, by type."""
    broadcasts_received: int = 0
    broadcasts_sent: int = 0
    multicasts_received: int = 0
    multicasts_sent: int = 0
    fragmented: int = 0
    fragments_sent: int = 0
    fragments_received: int = 0
    fragments_assembled: int = 0
    fragments_expired: int = 0
    reassembled: int = 0
    reassembly_timeouts: int = 0
    udp_received: int = 0
    udp_sent: int = 0
    arp_requests_received: int = 0
    arp_replies_received: int = 0
    arp_others_received: int = 0
    """Neither: another operation, or no ARP for IPv4 over Ethernet."""
    arp_filtered: int = 0
    """Of the requests and replies, those from outside of the subnet."""
    arp_requests_sent: int = 0
    arp_replies_sent: int = 0
    arp_proxy_replies_sent: int = 0
    icmp_errors_suppressed: int = 0
    icmp_received: dict[int, int] = field(default_factory=dict)
    """By ICMP type."""
    icmp_sent: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class IcmpLimits:
    """`ip icmp rate-limit unreachable [df]`, one limit for the whole router; None: no limit."""

    interval_ns: Time | None = UNREACHABLE_INTERVAL_NS
    df_interval_ns: Time | None = UNREACHABLE_INTERVAL_NS
    sent_at: Time = NEVER
    df_sent_at: Time = NEVER


@dataclass(slots=True)
class LineLog:
    """What the log last said of an interface; `link` as `Link.value`, `protocol` None: nothing.

    `is_pending`: a timer runs that will bring the log up to date.
    """

    link: str
    protocol: bool | None
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class StaticArp:
    """`arp ADDRESS MAC arpa`.  `alias`: requests for the address are answered as for an own one."""

    mac: MacAddress
    interface: str | None = None
    alias: bool = False


@dataclass(slots=True)
class Redirected:
    """What a host learned from an ICMP redirect: the gateway for one target."""

    gateway: IPv4Address
    interface: str
    used_at: Time
    uses: int = 0


FragmentKey = tuple[str, IPv4Address, IPv4Address, int, int]
"""VRF, source, target, protocol, identification."""


@dataclass(slots=True)
class Reassembly:
    """Fragments of one datagram in order of arrival, and the interface of the first."""

    ingress: str
    fragments: list[IPv4] = field(default_factory=list)
    is_broken: bool = False
    """Fragments overlapped: whatever else comes of this datagram is thrown away (RFC 5722)."""


Because = tuple[Any, ...]
"""What decided, as a word and the values that name it: ("route", vrf, prefix, ...), or ("access
list", name, sequence).  A feature says with `cli.api.explains` which lines made it so."""


@dataclass(frozen=True, slots=True)
class TraceLine:
    """What one stage did with a packet.  `reason`: of a drop."""

    stage: str
    verdict: str
    because: Because = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """A packet that ended here.

    datagram: as it was then, with no more than 8 bytes of its payload; None if it was none, then
    `head` has its first bytes.  ingress None: made here.  because: what decided, if the stage said
    so.
    """

    at: Time
    reason: Reason
    vrf: str
    ingress: str | None
    egress: str | None
    datagram: IPv4 | None
    head: bytes = b""
    because: Because = ()


class Role(Enum):
    """What a followed packet is to the one that was marked."""

    PACKET = "packet"
    REPLY = "reply"
    ERROR = "ICMP error"


@dataclass(slots=True)
class Traced:
    """What one router did with one followed packet, stage by stage.

    `datagram`: as it came; `ingress` None: made here."""

    at: Time
    role: Role
    datagram: IPv4
    ingress: str | None
    egress: str | None = None
    lines: list[TraceLine] = field(default_factory=list)


@dataclass(slots=True)
class Following:
    """The packets to look at: from source to target, with this identification unless it is None,
    and what comes back because of them.  `head`: how the payload of the first begins."""

    source: IPv4Address
    target: IPv4Address
    identification: int | None = None
    head: bytes = b""
    seen: list[Traced] = field(default_factory=list)


@dataclass(slots=True)
class Vrf:
    """Tables and sockets of one VRF: `fib` and `next_hops` of IPv4, and the same of IPv6."""

    name: str
    fib: Fib
    fib6: Fib
    next_hops: NextHops = field(default_factory=NextHops)
    next_hops6: NextHops = field(default_factory=NextHops)
    sockets: dict[Socket, Hashable] = field(default_factory=dict)
    """Open socket -> its owner's key, as given to `send`."""
    has_overlap: bool = False
    """Whether two interfaces ever owned one address at a time."""
    turns: dict[tuple[tuple[str, int], ...], int] = field(default_factory=dict)
    """For each set of (interface, next hop) that is shared by packet, the bucket that is next."""

    @classmethod
    def named(cls, name: str) -> Vrf:
        """An empty one."""
        return cls(name, Fib(Rib(name)), Fib(Rib(name, IpVersion.V6)))

    @property
    def rib(self) -> Rib:
        return self.fib.rib

    @property
    def rib6(self) -> Rib:
        return self.fib6.rib

    def fib_of(self, version: IpVersion) -> Fib:
        """The forwarding table of one version."""
        return self.fib if version is IpVersion.V4 else self.fib6

    def rib_of(self, version: IpVersion) -> Rib:
        """The routing table of one version."""
        return self.fib_of(version).rib

    def next_hops_of(self, version: IpVersion) -> NextHops:
        """The tracked next hops of one version."""
        return self.next_hops if version is IpVersion.V4 else self.next_hops6


@dataclass(frozen=True, slots=True)
class Sharing:
    """`ip cef load-sharing algorithm`.  `identifier`: the number in the hash instead of the
    router's own."""

    algorithm: str = "universal"
    identifier: int | None = None
    source_port: bool = False
    destination_port: bool = False

    @property
    def has_ports(self) -> bool:
        return self.source_port or self.destination_port


def _null0() -> dict[str, Interface]:
    null = Interface("Null0", KINDS["Null"], settings=Settings(), carrier=True, is_up=True)
    return {null.name: null}


@dataclass(slots=True)
class Stack:
    """One router.  `load_sharing_id`: its own 32 bits in the hash of equal paths."""

    load_sharing_id: int = 0
    interfaces: dict[str, Interface] = field(default_factory=_null0)
    vrfs: dict[str, Vrf] = field(default_factory=lambda: {DEFAULT_VRF: Vrf.named(DEFAULT_VRF)})
    is_routing: bool = True
    """`ip routing`; without it the router is a host with `default_gateway`."""
    default_gateway: IPv4Address | None = None
    redirects: dict[IPv4Address, Redirected] = field(default_factory=dict)
    """Of a host: the redirect cache."""
    accepts_source_route: bool = True
    drops_options: bool = False
    """`ip options drop`."""
    helped_ports: tuple[int, ...] = ()
    """UDP ports whose broadcasts go on to the helper addresses of the interface."""
    has_cef: bool = True
    """`ip cef`; without it packets are switched one by one, equal paths in turn."""
    sharing: Sharing = field(default_factory=Sharing)
    static_arp: dict[IPv4Address, StaticArp] = field(default_factory=dict)
    """`arp ADDRESS MAC arpa`: neighbors that are never asked for."""
    identification: int = 0
    """IP identification of the last datagram sent."""
    access: Access = field(default_factory=Access)
    policies: Policies = field(default_factory=Policies)
    tcp: TcpHost = field(default_factory=TcpHost)
    icmp: IcmpLimits = field(default_factory=IcmpLimits)
    ip: IpStatistics = field(default_factory=IpStatistics)
    ipv6: Ipv6Host = field(default_factory=Ipv6Host)
    drops: dict[Reason, int] = field(default_factory=dict)
    reassembly: dict[FragmentKey, Reassembly] = field(default_factory=dict)
    started_at: Time = 0
    line_log: dict[str, LineLog] = field(default_factory=dict)
    warm: Cache[str, None] = field(default_factory=Cache)
    """The interfaces that remember flows or link headers."""
    dropped: deque[Dropped] = field(default_factory=lambda: deque(maxlen=KEPT_DROPS))
    """The last packets that were dropped, for `explain`."""
    following: Following | None = None
    """Packets to write down what happens to them, for `explain`."""

    def vrf(self, name: str) -> Vrf:
        """The VRF of this name, made when first named."""
        held = self.vrfs.get(name)
        if held is None:
            held = self.vrfs[name] = Vrf.named(name)
        return held

    @property
    def sharing_number(self) -> int:
        """What makes the hash of this router its own; the original algorithm had nothing."""
        if self.sharing.algorithm == "original":
            return 0
        given = self.sharing.identifier
        return self.load_sharing_id if given is None else given

    def next_identification(self) -> int:
        """Count up the identification shared by all datagrams of this router."""
        self.identification = self.identification + 1 & 0xFFFF
        return self.identification

    def count_drop(self, reason: Reason, *, is_own: bool = False) -> None:
        """One datagram ended; `is_own`: this router made it, and it was on its way out."""
        self.drops[reason] = self.drops.get(reason, 0) + 1
        if is_own and reason not in AFTER_DELIVERY:
            self.ip.own_drops += 1

    def forget_flows(self) -> None:
        """Drop every remembered flow: a route changed."""
        for name in self.warm:
            if name in self.interfaces:
                self.interfaces[name].flows.clear()
                self.interfaces[name].heard.clear()

    def forget_headers(self) -> None:
        """Drop remembered link headers too: a neighbor or an interface changed."""
        self.forget_flows()
        for name in self.warm:
            if name in self.interfaces:
                self.interfaces[name].headers.clear()
                self.interfaces[name].said.clear()
        self.warm.clear()
