"""What the shows of update groups, peer groups and templates are about, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.wire.bgp_family import Family

MESSAGES_LIMIT = 1000
"""So many formatted messages may wait in a group."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """One update group of `show ip bgp update-group`.  kind: "internal" or "external"; policies:
    its lines, as of a neighbor; members: addresses, dynamic ones with a star."""

    index: int
    kind: str
    family: Family
    version: int
    table_version: int
    policies: tuple[str, ...]
    formatted: int
    replicated: int
    most: int
    least: int
    interval_s: int
    members: tuple[str, ...]
    vrf: str | None = None


@dataclass(frozen=True, slots=True)
class ReplicationView:
    """`show ip bgp replication`."""

    groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class PeerGroupFamily:
    """A peer group in one family."""

    family: Family
    members: tuple[str, ...]
    policies: tuple[str, ...]
    formatted: int = 0
    replicated: int = 0
    most: int = 0
    least: int = 0


@dataclass(frozen=True, slots=True)
class PeerGroupView:
    """One peer group.  remote_as: None if each member has its own; kind: "internal", "external"."""

    name: str
    remote_as: str | None
    kind: str
    families: tuple[PeerGroupFamily, ...]
    lines: tuple[str, ...] = ()
    interval_s: int = 0


@dataclass(frozen=True, slots=True)
class TemplateView:
    """One template: what it says itself, what it inherits, and which templates inherit it."""

    name: str
    index: int
    is_policy: bool
    own: tuple[str, ...]
    inherited: tuple[str, ...] = ()
    heirs: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyView:
    """`show ip bgp neighbors X policy`: one family."""

    address: str
    family: Family
    own: tuple[str, ...]
    inherited: tuple[str, ...] = ()
    vrf: str | None = None


@dataclass(frozen=True, slots=True)
class GroupHeading:
    """What stands above the summary of one group."""

    text: str
