"""Renderers of update groups, peer groups and templates, as IOS 15.x prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .group_views import (
    MESSAGES_LIMIT,
    GroupHeading,
    GroupView,
    PeerGroupView,
    PolicyView,
    ReplicationView,
    TemplateView,
)

_PER_LINE = 4
_SESSION_BITS = {"remote-as": 0x1, "local-as": 0x2, "update-source": 0x8, "timers": 0x10}
_POLICY_BITS = {
    "route-map in": 0x1,
    "route-map out": 0x2,
    "filter-list in": 0x8,
    "filter-list out": 0x10,
    "prefix-list in": 0x40,
    "prefix-list out": 0x80,
    "weight": 0x800,
    "maximum-prefix": 0x80000,
}
"""Which bit stands for what; the others follow above."""


@renders(GroupView)
def group(view: GroupView) -> Iterator[str]:
    vrf = "" if view.vrf is None else f" vrf {view.vrf}"
    yield (
        f"BGP version 4 update-group {view.index}, {view.kind}, Address Family: {view.family}{vrf}"
    )
    yield f"  BGP Update version : {view.version}/0, messages 0, active RGs: 1"
    for line in view.policies:
        yield f"  {line}"
    topology = "global" if view.vrf is None else view.vrf
    versions = f"highest version: {view.table_version}, tail marker: {view.version}"
    yield f"  Topology: {topology}, {versions}"
    yield "  Format state: Current working (OK, last not in list)"
    yield "                Refresh blocked (not in list, last not in list)"
    yield (
        f"  Update messages formatted {view.formatted}, replicated {view.replicated},"
        f" current 0, refresh 0, limit {MESSAGES_LIMIT}"
    )
    yield f"  Number of NLRIs in the update sent: max {view.most}, min {view.least}"
    yield f"  Minimum time between advertisement runs is {view.interval_s} seconds"
    count = len(view.members)
    yield f"  Has {count} member{'' if count == 1 else 's'}:"
    for at in range(0, count, _PER_LINE):
        yield "   " + "".join(f"{member:<16} " for member in view.members[at : at + _PER_LINE])
    yield ""


@renders(ReplicationView)
def replication(view: ReplicationView) -> Iterator[str]:
    formatted = sum(each.formatted for each in view.groups)
    replicated = sum(each.replicated for each in view.groups)
    yield f"BGP Total Messages Formatted/Enqueued : {formatted}/{replicated}"
    yield ""
    yield "    Index    Type  Members          Leader   MsgFmt  MsgRepl   Csize   Version"
    for each in view.groups:
        leader = each.members[0] if each.members else ""
        versions = f"{each.version}/0"
        yield (
            f"{each.index:>9} {each.kind:>8} {len(each.members):>7} {leader:>15}"
            f" {each.formatted:>8} {each.replicated:>8} {f'0/{MESSAGES_LIMIT}':>7} {versions:>9}"
        )


@renders(PeerGroupView)
def peer_group(view: PeerGroupView) -> Iterator[str]:
    remote = "" if view.remote_as is None else f",  remote AS {view.remote_as}"
    yield f"BGP peer-group is {view.name}{remote}"
    for line in view.lines:
        yield f" {line}"
    yield "  BGP version 4"
    yield "  Neighbor sessions:"
    yield "    0 active, is not multisession capable (disabled)"
    yield f"  Default minimum time between advertisement runs is {view.interval_s} seconds"
    for family in view.families:
        yield ""
        yield f" For address family: {family.family}"
        yield f"  BGP neighbor is {view.name}, peer-group {view.kind}, members:"
        for at in range(0, len(family.members), _PER_LINE):
            yield "  " + "".join(f"{name} " for name in family.members[at : at + _PER_LINE])
        yield "  Index 0, Advertise bit 0"
        for line in family.policies:
            yield f"  {line}"
        yield (f"  Update messages formatted {family.formatted}, replicated {family.replicated}")
        yield f"  Number of NLRIs in the update sent: max {family.most}, min {family.least}"
    yield ""


@renders(TemplateView)
def template(view: TemplateView) -> Iterator[str]:
    what = "policies" if view.is_policy else "session commands"
    yield f"Template:{view.name}, index:{view.index}{'.' if view.is_policy else ''}"
    yield (
        f"Local policies:{_mask(view.own, is_policy=view.is_policy)},"
        f" Inherited polices:{_mask(view.inherited, is_policy=view.is_policy)}"
    )
    for name, index in view.heirs:
        yield f" *Inherited by Template {name}, index= {index} "
    yield f"Locally configured {what}: "
    for line in view.own:
        yield f"  {line}"
    yield f"Inherited {what}: "
    for line in view.inherited:
        yield f"  {line}"
    yield ""


def _mask(lines: tuple[str, ...], *, is_policy: bool) -> str:
    bits = _POLICY_BITS if is_policy else _SESSION_BITS
    mask, above = 0, 0x100000 if is_policy else 0x100
    for line in lines:
        words = line.split()
        name = f"{words[0]} {words[-1]}" if words[-1] in ("in", "out") else words[0]
        bit = bits.get(name)
        if bit is None:
            bit, above = above, above << 1
        mask |= bit
    return f"0x{mask:X}"


@renders(PolicyView)
def policy(view: PolicyView) -> Iterator[str]:
    vrf = "" if view.vrf is None else f", VRF: {view.vrf}"
    yield f" Neighbor: {view.address}, Address-Family: {view.family}{vrf}"
    for what, lines in (
        ("Locally configured policies", view.own),
        ("Inherited polices", view.inherited),
    ):
        if lines:
            yield f" {what}:"
            for line in lines:
                yield f"  {line}"
    yield ""


@renders(GroupHeading)
def heading(view: GroupHeading) -> Iterator[str]:
    yield view.text
