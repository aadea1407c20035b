"""State of IPv6: what an interface is told, its addresses and neighbors, and the router's own."""

from __future__ import annotations

from enum import Enum

from iosemu.address import IPv6Address, IPv6Interface, IPv6Prefix, MacAddress
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import Ipv6State
from iosemu.values import dataclass, field
from iosemu.wire.ipv6 import Fragment, IPv6

ALL_NODES = IPv6Address.parse("FF02::1")
ALL_ROUTERS = IPv6Address.parse("FF02::2")
ANY = IPv6Address(0)
_SOLICITED = IPv6Address.parse("FF02::1:FF00:0")
REACHABLE_MS = 30_000
RETRANSMIT_MS = 1000
BUCKET = 10
"""ICMP errors that may go out at once."""


def solicited_group(address: IPv6Address) -> IPv6Address:
    """The group in which whoever has this address listens (RFC 4291 2.7.1)."""
    return IPv6Address(_SOLICITED | address & 0xFFFFFF)


def eui64(mac: MacAddress) -> int:
    """The interface identifier that a link address makes (RFC 4291, appendix A)."""
    return (mac >> 24 ^ 0x020000) << 40 | 0xFFFE << 24 | mac & 0xFFFFFF


@dataclass(frozen=True, slots=True)
class Assigned:
    """A configured address; of an EUI-64 one the interface gives the lower 64 bits."""

    interface: IPv6Interface
    is_eui64: bool = False
    is_anycast: bool = False


@dataclass(frozen=True, slots=True)
class Ipv6Settings:
    """IPv6 as configured on an interface.  `link_local` None: made from the link address.

    `ns_interval_ms` and `reachable_ms` 0: not set, and not said in advertisements.
    `advertises`: whether router advertisements are not suppressed; `advertised_flags`: managed
    0x80, other 0x40, and the preference.
    """

    assigned: tuple[Assigned, ...] = ()
    link_local: IPv6Address | None = None
    mtu_bytes: int | None = None
    dad_attempts: int = 1
    ns_interval_ms: int = 0
    reachable_ms: int = 0
    advertises: bool = True
    answers_solicitations: bool = True
    advertisement_interval_s: int = 200
    advertised_lifetime_s: int = 1800
    advertised_flags: int = 0
    has_unreachables: bool = True
    has_redirects: bool = True

    @property
    def retransmit_ns(self) -> Time:
        return (self.ns_interval_ms or RETRANSMIT_MS) * MILLISECOND

    @property
    def reachable_ns(self) -> Time:
        return (self.reachable_ms or REACHABLE_MS) * MILLISECOND


class Use(Enum):
    """How far an own address is; the values are those of `show ipv6 interface`."""

    TENTATIVE = "TEN"
    UNIQUE = ""
    DUPLICATE = "DUP"


@dataclass(slots=True)
class Own:
    """An address of an interface.  `probes`: solicitations for it that are still to be sent."""

    interface: IPv6Interface
    use: Use = Use.TENTATIVE
    probes: int = 0
    is_eui64: bool = False
    is_anycast: bool = False


class Reach(Enum):
    """States of a neighbor (RFC 4861 7.3.2), as `show ipv6 neighbors` prints them."""

    INCOMPLETE = "INCMP"
    REACHABLE = "REACH"
    STALE = "STALE"
    DELAY = "DELAY"
    PROBE = "PROBE"


@dataclass(slots=True)
class Neighbor:
    """A neighbor on an interface.  `since`: last known to be reachable, or first asked for;
    `sent`: solicitations in this state; `waiting`: the last packet that could not go yet, with the
    interface it came from."""

    mac: MacAddress | None
    reach: Reach
    since: Time
    is_router: bool = False
    sent: int = 0
    waiting: tuple[IPv6, str | None] | None = None


@dataclass(slots=True)
class Ipv6Link:
    """IPv6 on an interface that is up.  `own` has the link-local address first."""

    own: dict[IPv6Address, Own] = field(default_factory=dict)
    neighbors: dict[IPv6Address, Neighbor] = field(default_factory=dict)
    groups: dict[IPv6Address, list[object]] = field(default_factory=dict)
    """Groups that engines joined, with the owners."""
    advertisements: int = 0
    """How many went out since the interface came up: the first ones follow each other faster."""
    solicitations: int = 0
    """How often this router, as a host, asked for routers."""

    @property
    def link_local(self) -> Own | None:
        first = next(iter(self.own.values()), None)
        return first if first is not None and first.interface.address.is_link_local else None

    @property
    def source(self) -> IPv6Address | None:
        """The link-local address, once it is in use."""
        held = self.link_local
        return None if held is None or held.use is not Use.UNIQUE else held.interface.address

    def in_use(self) -> tuple[IPv6Interface, ...]:
        """The addresses beside the link-local one that are known to be unique."""
        return tuple(
            own.interface
            for address, own in self.own.items()
            if own.use is Use.UNIQUE and not address.is_link_local
        )

    def listens(self, group: IPv6Address, *, is_router: bool) -> bool:
        """Whether packets to a group are for this router."""
        if group == ALL_NODES or group in self.groups:
            return True
        if group == ALL_ROUTERS:
            return is_router
        return any(solicited_group(address) == group for address in self.own)

    def subnet_of(self, address: IPv6Address) -> IPv6Prefix | None:
        """The connected prefix that holds an address."""
        for own in self.in_use():
            if own.prefix.holds(address):
                return own.prefix
        return None

    def state(self) -> Ipv6State:
        """What engines see."""
        return Ipv6State(self.source, self.in_use())


@dataclass(slots=True)
class Ipv6Statistics:
    """Counters of `show ipv6 traffic`; drops are counted by the name of their reason."""

    received: int = 0
    delivered: int = 0
    forwarded: int = 0
    generated: int = 0
    multicasts_received: int = 0
    multicasts_sent: int = 0
    fragments_received: int = 0
    reassembled: int = 0
    reassembly_timeouts: int = 0
    fragments_sent: int = 0
    fragmented: int = 0
    udp_received: int = 0
    udp_sent: int = 0
    errors_suppressed: int = 0
    icmp_received: dict[tuple[int, int], int] = field(default_factory=dict)
    icmp_sent: dict[tuple[int, int], int] = field(default_factory=dict)
    """By ICMPv6 type and code."""
    drops: dict[str, int] = field(default_factory=dict)


FragmentsKey = tuple[str, IPv6Address, IPv6Address, int]
"""VRF, source, target, identification."""


@dataclass(slots=True)
class Pieces:
    """Fragments of one packet: offset -> (more follow, bytes), and the first packet as it came."""

    ingress: str
    first: IPv6 | None = None
    protocol: int = 0
    parts: dict[int, tuple[bool, bytes]] = field(default_factory=dict)
    is_broken: bool = False
    head: Fragment | None = None


@dataclass(slots=True)
class Ipv6Host:
    """IPv6 of the whole router.  `error_interval_ms`: between ICMP errors beyond a bucketful, 0:
    no limit; `tokens` that were left at `filled_at`."""

    is_routing: bool = False
    """`ipv6 unicast-routing`."""
    hop_limit: int = 64
    error_interval_ms: int = 100
    bucket: int = BUCKET
    tokens: int = BUCKET
    filled_at: Time = 0
    identification: int = 0
    """Of the last packet that was cut."""
    statistics: Ipv6Statistics = field(default_factory=Ipv6Statistics)
    pieces: dict[FragmentsKey, Pieces] = field(default_factory=dict)

    def drop(self, reason: str) -> None:
        """Count a packet that ends here."""
        drops = self.statistics.drops
        drops[reason] = drops.get(reason, 0) + 1


STALE_NS = 14_400 * SECOND
"""How long an unused neighbor is remembered."""
