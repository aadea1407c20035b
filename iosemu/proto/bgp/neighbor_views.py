"""What `show ip bgp neighbors` and its kin are about, as frozen values; times in ns, None: never.

How the engine makes them of its state is in `neighbor_answers`.
"""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv4Address, IPv6Address
from iosemu.kernel.time import Time
from iosemu.wire.bgp_family import Family

Address = IPv4Address | IPv6Address
NO_ADDRESS = IPv4Address(0)


@dataclass(frozen=True, slots=True)
class CapabilityRow:
    """One line below `Neighbor capabilities:`; `said` as "advertised and received(new)"."""

    name: str
    said: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of the message statistics."""

    name: str
    sent: int
    received: int


@dataclass(frozen=True, slots=True)
class DeniedRow:
    """One reason for which local policy kept prefixes out; None: it cannot happen that way."""

    reason: str
    outbound: int | None = None
    inbound: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """`Prefix activity`, in one direction.  The last two count what is used of what came in."""

    current: int = 0
    total: int = 0
    implicit: int = 0
    explicit: int = 0
    best: int = 0
    multipath: int = 0


@dataclass(frozen=True, slots=True)
class Refresh:
    """Marks of enhanced refresh in one direction, how long ago the last ones passed, and how long
    the last refresh took, None while it is under way."""

    begins: int = 0
    ends: int = 0
    begun: Time | None = None
    ended: Time | None = None
    took: Time | None = None


@dataclass(frozen=True, slots=True)
class NeighborFamily:
    """One address family of a neighbor.

    bit: which place it has in its update group, None without one.  policies: the lines between its
    place in groups and the figures, as "Inbound soft reconfiguration allowed".
    keeps: what comes is remembered as it came.
    """

    family: Family
    address: str
    version: int
    neighbor_version: int
    pending_version: int = 0
    group: int | None = None
    bit: int | None = None
    policies: tuple[str, ...] = ()
    sent: Activity = Activity()
    received: Activity = Activity()
    path_bytes: int = 80
    denied: tuple[DeniedRow, ...] = ()
    most_in_update: int = 0
    least_in_update: int = 0
    epoch: int = 1
    refresh_out: Refresh = Refresh()
    refresh_in: Refresh = Refresh()
    vrf: str | None = None
    topology: str = "base"
    keeps: bool = False


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session of several (`transport multi-session`)."""

    number: int
    state: str
    families: tuple[Family, ...]


@dataclass(frozen=True, slots=True)
class NeighborView:
    """One neighbor.

    lines: below the first, as "Description: X".  up: how long the session has been established.
    configured: keepalive and hold time if they are not those in use, with the least hold time.
    sessions: how many are active; multisession: "is multisession capable" or what else.
    tracking: "does have" or "does not have".  reset: why it last went down, and when.
    link: the interface of a neighbor on a connected network.
    hops: of multihop; is_single_hop: eBGP on a connected network.
    conn: the number of its TCP connection, which another view tells of.
    """

    address: Address
    remote_as: str
    kind: str
    release: str
    lines: tuple[str, ...] = ()
    vrf: str | None = None
    is_dynamic: bool = False
    local_as: str | None = None
    router_id: IPv4Address = NO_ADDRESS
    state: str = "Idle"
    up: Time | None = None
    last_read: Time | None = None
    last_write: Time | None = None
    hold_s: int = 180
    keepalive_s: int = 60
    configured: tuple[int, int, int] | None = None
    sessions: int = 0
    session_rows: tuple[SessionRow, ...] = ()
    multisession: str = "is not multisession capable (disabled)"
    capabilities: tuple[CapabilityRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    logs_changes: bool = True
    interval_s: int = 0
    families: tuple[NeighborFamily, ...] = ()
    tracks: bool = True
    has_route: bool = True
    reachability: tuple[int, int, Time | None] | None = None
    established: int = 0
    dropped: int = 0
    reset: tuple[str, Time] | None = None
    hops: int | None = None
    is_single_hop: bool = False
    link: str | None = None
    path_mtu: bool = True
    graceful_restart: tuple[int, int] | None = None
    conn: int | None = None
    in_queue: int = 0
    out_queue: int = 0
    is_shutdown: bool = False
