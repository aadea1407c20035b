"""Exec commands that show update groups, peer groups and templates.

What a template or a neighbor says is read off the running configuration, as it is printed there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iosemu.cli.api import Exec, Rejected, show
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4

from .config import BgpConfig, BgpProcess, Neighbor
from .group_views import (
    GroupHeading,
    GroupView,
    PeerGroupView,
    PolicyView,
    ReplicationView,
    TemplateView,
)
from .queries import GroupsQuery, NeighborsQuery, PeerGroupsQuery, Scope, SummaryQuery
from .show_commands import NO_NEIGHBOR, asked, scope_of

NO_TEMPLATE = "% Template does not exist"
FAMILY_LINES = {
    IPV4_UNICAST: "address-family ipv4",
    IPV6_UNICAST: "address-family ipv6",
    VPNV4: "address-family vpnv4",
}
OF_SESSIONS = frozenset(
    {
        "activate",
        "cluster-id",
        "description",
        "disable-connected-check",
        "dont-capability-negotiate",
        "ebgp-multihop",
        "fall-over",
        "ha-mode",
        "local-as",
        "log-neighbor-changes",
        "password",
        "peer-group",
        "remote-as",
        "shutdown",
        "timers",
        "transport",
        "ttl-security",
        "update-source",
        "version",
    }
)
"""First words of what a neighbor says of its session, or of itself."""


def groups(x: Exec, values: dict[str, Any], peer: Any = None) -> tuple[GroupView, ...]:
    """The groups that are asked for."""
    found: tuple[GroupView, ...] = asked(
        x, GroupsQuery(scope_of(values), x.now, values.get("index"), peer)
    )
    return found


@show("bgp.show.groups")
@show("bgp.vpn.groups")
def show_groups(x: Exec, **values: Any) -> Iterator[GroupView]:
    yield from groups(x, {"vrf": None, "rd": None, **values}, values["peer"])


@show("bgp.show.replication")
def show_replication(x: Exec, **values: Any) -> Iterator[ReplicationView]:
    yield ReplicationView(groups(x, values, values["peer"]))


@show("bgp.show.groups.summary")
def show_groups_summary(x: Exec, **values: Any) -> Iterator[object]:
    scope = scope_of(values)
    for group in groups(x, values):
        yield GroupHeading(f"Summary for Update-group {group.index}, Address Family {group.family}")
        yield asked(x, SummaryQuery(scope, x.now, frozenset(group.members)))


@show("bgp.show.peer-group")
def show_peer_group(x: Exec, *, group: str | None, **values: Any) -> Iterator[PeerGroupView]:
    yield from asked(x, PeerGroupsQuery(scope_of(values), group))


@show("bgp.show.peer-group.summary")
def show_peer_group_summary(x: Exec, *, group: str, **values: Any) -> Iterator[object]:
    scope = scope_of(values)
    found: tuple[PeerGroupView, ...] = asked(x, PeerGroupsQuery(scope, group))
    for one in found:
        members = frozenset(
            name
            for family in one.families
            if family.family == scope.family
            for name in family.members
        )
        yield asked(x, SummaryQuery(scope, x.now, members))


# -- templates ----


@show("bgp.show.template")
def show_template(x: Exec, *, which: str, name: str | None, **values: Any) -> Iterator[object]:
    process = process_of(x)
    is_policy = which == "peer-policy"
    names = list(process.policies if is_policy else process.sessions)
    said = {one: tuple(block(x.running_config(), f" template {which} {one}", 2)) for one in names}
    if name is not None and name not in said:
        raise Rejected(NO_TEMPLATE)
    for at, one in enumerate(names):
        if name in (None, one):
            yield TemplateView(
                one,
                at + 1,
                is_policy,
                tuple(own(said[one])),
                tuple(inherited(said, one)),
                tuple(
                    (other, names.index(other) + 1)
                    for other in names
                    if one in parents(said[other])
                ),
            )


def process_of(x: Exec) -> BgpProcess:
    """The process; Rejected while there is none."""
    asked(x, NeighborsQuery(None, x.now))
    process = x.config.of(BgpConfig).process
    assert process is not None
    return process


def block(lines: list[str], head: str, indent: int) -> Iterator[str]:
    """What stands below a line of a configuration."""
    is_inside = False
    for line in lines:
        if is_inside:
            if line.startswith(" " * indent) and not line.startswith(" " * indent + " "):
                yield line.strip()
            elif not line.startswith(" " * indent):
                return
        is_inside = is_inside or line == head


def own(said: tuple[str, ...]) -> Iterator[str]:
    """What a template says itself."""
    return (line for line in said if not line.startswith("inherit "))


def parents(said: tuple[str, ...]) -> list[str]:
    """The templates that one inherits, the one that wins last."""
    return [line.split()[2] for line in said if line.startswith("inherit ")]


def inherited(said: dict[str, tuple[str, ...]], name: str) -> Iterator[str]:
    """What a template inherits, directly or not."""
    mine = {key(line) for line in own(said[name])}
    found: dict[str, str] = {}
    for parent in parents(said[name]):
        for line in (*inherited(said, parent), *own(said.get(parent, ()))):
            found[key(line)] = line
    return (line for word, line in found.items() if word not in mine)


def key(line: str) -> str:
    """What a line is about: another one of the same key takes its place."""
    words = line.split()
    return f"{words[0]} {words[-1]}" if words[-1] in ("in", "out") else words[0]


@show("bgp.show.neighbors.policy")
def show_policy(x: Exec, **values: Any) -> Iterator[PolicyView]:
    scope: Scope = scope_of(values)
    address = values["peer"]
    if not asked(x, NeighborsQuery(scope, x.now, address)):
        raise Rejected(NO_NEIGHBOR)
    process = process_of(x)
    lines = x.running_config()
    said = of_neighbor(lines, scope, str(address))
    neighbor: Neighbor = process.neighbors.get(address) or Neighbor()
    given: list[str] = []
    if neighbor.group is not None:
        given += of_neighbor(lines, scope, neighbor.group)
    templates = {
        one: tuple(block(lines, f" template peer-policy {one}", 2)) for one in process.policies
    }
    for parent in parents(tuple(said)):
        given += (*inherited(templates, parent), *own(templates[parent]))
    mine = {key(line) for line in own(tuple(said))}
    kept = {key(line): line for line in given if key(line) not in mine}
    yield PolicyView(str(address), scope.family, tuple(own(tuple(said))), tuple(kept.values()))


def of_neighbor(lines: list[str], scope: Scope, name: str) -> list[str]:
    """What a family says of the policy of a neighbor or peer group, in the block of the family or,
    of IPv4, where the process speaks of neighbors."""
    start = next(at for at, line in enumerate(lines) if line.startswith("router bgp "))
    lines = lines[start:]
    found = list(block(lines, lines[0], 1))
    if f" {FAMILY_LINES[scope.family]}" in lines:
        found = list(block(lines, f" {FAMILY_LINES[scope.family]}", 2))
    named = f"neighbor {name} "
    said = [line.removeprefix(named) for line in found if line.startswith(named)]
    return [
        line
        for line in said
        if line.split()[0] not in OF_SESSIONS and not line.startswith("inherit peer-session")
    ]
