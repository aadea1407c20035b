"""All state of one router's forwarding: interfaces, VRFs, sockets, counters."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import Enum

from iosemu.address import IPv4Address, MacAddress
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
from .tcp_state import TcpHost

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


@dataclass(slots=True)
class IpStatistics:
    """Counters of `show ip traffic`; drops are counted by reason in `Stack.drops`."""

    received: int = 0
    delivered: int = 0
    forwarded: int = 0
    generated: int = 0
    broadcasts_received: int = 0
    broadcasts_sent: int = 0
    multicasts_received: int = 0
    multicasts_sent: int = 0
    fragmented: int = 0
    fragments_sent: int = 0
    fragments_received: int = 0
    reassembled: int = 0
    reassembly_timeouts: int = 0
    udp_received: int = 0
    udp_sent: int = 0
    udp_checksum_errors: int = 0
    arp_requests_received: int = 0
    arp_replies_received: int = 0
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


FragmentKey = tuple[str, IPv4Address, IPv4Address, int, int]
"""VRF, source, target, protocol, identification."""


@dataclass(slots=True)
class Reassembly:
    """Fragments of one datagram in order of arrival, and the interface of the first."""

    ingress: str
    fragments: list[IPv4] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TraceLine:
    """What one stage did with a packet.  `because`: the route or config line that decided."""

    stage: str
    verdict: str
    because: str = ""


@dataclass(slots=True)
class Vrf:
    """Tables and sockets of one VRF."""

    name: str
    fib: Fib
    next_hops: NextHops = field(default_factory=NextHops)
    sockets: dict[Socket, Hashable] = field(default_factory=dict)
    """Open socket -> its owner's key, as given to `send`."""
    has_overlap: bool = False
    """Whether two interfaces ever owned one address at a time."""
    turns: dict[tuple[tuple[str, int], ...], int] = field(default_factory=dict)
    """For each set of (interface, next hop) that is shared by packet, the bucket that is next."""

    @classmethod
    def named(cls, name: str) -> Vrf:
        """An empty one."""
        return cls(name, Fib(Rib(name)))

    @property
    def rib(self) -> Rib:
        return self.fib.rib


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
    has_cef: bool = True
    """`ip cef`; without it packets are switched one by one, equal paths in turn."""
    sharing: Sharing = field(default_factory=Sharing)
    static_arp: dict[IPv4Address, MacAddress] = field(default_factory=dict)
    """`arp ADDRESS MAC arpa`: neighbors that are never asked for."""
    identification: int = 0
    """IP identification of the last datagram sent."""
    access: Access = field(default_factory=Access)
    tcp: TcpHost = field(default_factory=TcpHost)
    icmp: IcmpLimits = field(default_factory=IcmpLimits)
    ip: IpStatistics = field(default_factory=IpStatistics)
    drops: dict[Reason, int] = field(default_factory=dict)
    reassembly: dict[FragmentKey, Reassembly] = field(default_factory=dict)
    line_log: dict[str, LineLog] = field(default_factory=dict)
    warm: Cache[str, None] = field(default_factory=Cache)
    """The interfaces that remember flows or link headers."""
    traces: dict[tuple[IPv4Address, IPv4Address], list[list[TraceLine]]] = field(
        default_factory=dict
    )
    """Packets being followed: (source, target) -> the lines of each packet seen."""

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

    def count_drop(self, reason: Reason) -> None:
        self.drops[reason] = self.drops.get(reason, 0) + 1

    def forget_flows(self) -> None:
        """Drop every remembered flow: a route changed."""
        for name in self.warm:
            if name in self.interfaces:
                self.interfaces[name].flows.clear()

    def forget_headers(self) -> None:
        """Drop remembered link headers too: a neighbor or an interface changed."""
        self.forget_flows()
        for name in self.warm:
            if name in self.interfaces:
                self.interfaces[name].headers.clear()
        self.warm.clear()
