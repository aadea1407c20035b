"""State of the advertising side: update groups, their members, and what each was told.

Neighbors with the same outbound policy in a table form a group.  What a group was told (`sent`) is
the same for all its members; only the next hop, and how numbers are written, may differ between
them, which is their `Form`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv6Address
from iosemu.kernel.time import Time
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Nlri
from iosemu.wire.bgp_update import Context

from .settings import DEFAULT_VRF, Outbound, PeerKey, Prefix, TableKey
from .state import State

RUN, INTERVAL, POLICY, AGGREGATE = "advertise", "interval", "policy", "aggregate"
TIMERS: tuple[str, ...] = (RUN, INTERVAL, POLICY, AGGREGATE)
"""The first words of the timers of this side."""


class NextHopRule(NamedTuple):
    """What becomes of a next hop on the way out: `is_self`, this router takes its place;
    `is_shared`, unless it is on the subnet shared with the neighbor."""

    is_self: bool = False
    is_shared: bool = False


KEPT = NextHopRule()
SELF = NextHopRule(is_self=True)
SHARED = NextHopRule(is_shared=True)


class Told(NamedTuple):
    """What is said of a prefix to a group, before the next hop is filled in.  path_id: 0 for the
    best path, from 1 on for additional ones."""

    attributes: Attributes
    rule: NextHopRule
    label: int | None = None
    path_id: int = 0


class Form(NamedTuple):
    """What makes updates of one group differ between its members.

    own: this router's address on the session.  link_local: the own address on the shared link.
    subnets: the connected networks that hold both ends.
    """

    context: Context
    own: IPv4Address | IPv6Address
    link_local: IPv6Address | None = None
    subnets: tuple[Prefix, ...] = ()


@dataclass(slots=True)
class Member:
    """One neighbor of a group.  needs_all: it was told nothing yet, or asked for all again.
    needs_end: and then the end of the table is to be said.  default: what it was told of the
    default route by `default-originate`.  knows: what another group told it, to be taken back."""

    peer: PeerKey
    form: Form
    needs_all: bool = True
    needs_end: bool = True
    default: Told | None = None
    knows: dict[Nlri, None] = field(default_factory=dict)
    announced: int = 0
    implicit: int = 0
    explicit: int = 0
    """Prefixes it was told, how many of them anew, and how many were taken back."""


class GroupKey(NamedTuple):
    """What the members of a group share."""

    table: TableKey
    outbound: Outbound


@dataclass(slots=True)
class Group:
    """One update group.

    index: as IOS numbers them, within the table.  version: of the table when it was walked last.
    pending: prefixes with news that wait for the advertisement interval, which ends at `due`.
    is_stale: all prefixes have to be judged again.  repeats: and all said again, changed or not.
    """

    key: GroupKey
    index: int
    members: dict[PeerKey, Member] = field(default_factory=dict)
    sent: dict[Nlri, Told] = field(default_factory=dict)
    more: dict[Nlri, tuple[Told, ...]] = field(default_factory=dict)
    """Additional paths, for members that take them."""
    version: int = 0
    pending: dict[Nlri, None] = field(default_factory=dict)
    due: Time = 0
    is_stale: bool = True
    repeats: bool = False
    conditions: tuple[bool, ...] | None = None
    """Which of its advertise maps hold prefixes back, as the scanner found last."""
    updates: int = 0
    """Messages made for it."""
    replicated: int = 0
    """Messages sent to its members."""
    most: int = 0
    """Prefixes announced in its fullest message."""


@dataclass(slots=True)
class Aggregated:
    """An aggregate at work: its more specific prefixes that have a best path, and those of them
    that are not advertised because of it.  is_waiting: for the timer, to say something else."""

    contributors: dict[Nlri, None] = field(default_factory=dict)
    suppressed: dict[Nlri, None] = field(default_factory=dict)
    exists: bool = False
    is_waiting: bool = False


@dataclass(slots=True)
class Advertising:
    """The advertising side of one BGP process.

    is_due: a run was asked for.  named: what the policies name, as it was when the groups were
    formed.  aggregates: per table, with the version of it that they know (`aggregated`) and when
    they were judged last (`aggregate_at`).
    """

    groups: dict[GroupKey, Group] = field(default_factory=dict)
    indexes: dict[TableKey, int] = field(default_factory=dict)
    is_due: bool = False
    hangs_on_routes: bool = False
    """A `default-originate` asks the routing table."""
    named: tuple[object, ...] = ()
    aggregates: dict[TableKey, dict[Prefix, Aggregated]] = field(default_factory=dict)
    aggregated: dict[TableKey, int] = field(default_factory=dict)
    aggregate_at: dict[TableKey, Time] = field(default_factory=dict)

    def groups_of(self, table: TableKey) -> list[Group]:
        """In the order of their numbers."""
        return [group for key, group in self.groups.items() if key.table == table]

    def readers_of(self, home: TableKey) -> list[Group]:
        """The groups that are told what is in a table, also as VRFs know it."""
        return [group for key, group in self.groups.items() if home_of(key.table) == home]

    def group_of(self, table: TableKey, peer: PeerKey) -> Group | None:
        """The group a neighbor is in."""
        for key, group in self.groups.items():
            if key.table == table and peer in group.members:
                return group
        return None


def home_of(key: TableKey) -> TableKey:
    """The table that holds the prefixes of a table: those of VRFs live in that of VPNv4."""
    return key if key.vrf == DEFAULT_VRF else TableKey(VPNV4)


def state_of(state: State) -> Advertising:
    """That of a router, made when it is asked for first."""
    if state.advertising is None:
        state.advertising = Advertising()
    found: Advertising = state.advertising
    return found
