"""`debug ip bgp updates` of what goes out; texts are made only while the flag is on."""

from __future__ import annotations

from collections.abc import Sequence

from iosemu.wire.bgp_as_path import AsPath, Segment
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4
from iosemu.wire.bgp_nlri import Nlri

from . import policy
from .advertising import Group, Member, Told
from .outbound import with_next_hop
from .settings import TableKey
from .turn import Turn

FLAG = "ip bgp updates out"
_NUMBERS = {IPV4_UNICAST: 0, IPV6_UNICAST: 1}
_VPN = 4


def is_on(turn: Turn) -> bool:
    return FLAG in turn.state.debugs


def heading(turn: Turn, table: TableKey) -> str:
    """What stands before the neighbor: the number of the family, and since 15.0 the topology."""
    number = _NUMBERS.get(table.family, _VPN)
    return f"BGP({number}):" if turn.state.is_old else f"BGP({number}): (base)"


def told(
    turn: Turn,
    group: Group,
    member: Member,
    announced: Sequence[tuple[Told, Sequence[Nlri]]],
    withdrawn: Sequence[Nlri],
) -> None:
    """What one member was told, prefix by prefix; nothing if the flag is on for another one."""
    wanted = getattr(turn.state.debugs.get(FLAG), "neighbor", None)
    if wanted not in (None, member.peer.address):
        return
    neighbor = getattr(turn.state.debugs[FLAG], "neighbor", None)
    if neighbor not in (None, member.peer.address):
        return
    start = f"{heading(turn, group.key.table)} {member.peer.address} send"
    shown = (lambda key: key) if group.key.table.family == VPNV4 else policy.bare
    for key in map(shown, withdrawn):
        turn.debug(FLAG, f"{start} unreachable (format) {key}")
    for said, keys in announced:
        attributes = with_next_hop(said, member.form)
        text = described(attributes, before(attributes.as_path, len(group.key.outbound.prepends)))
        for key in map(shown, keys):
            turn.debug(FLAG, f"{start} UPDATE (format) {key}, {text}")


def before(path: AsPath, count: int) -> AsPath:
    """The path as it was before our own numbers were put in front."""
    if not count or not path:
        return path
    kind, asns = path[0]
    return AsPath((Segment(kind, asns[count:]), *path[1:]) if asns[count:] else path[1:])


def described(attributes: Attributes, path: AsPath) -> str:
    """Next hop, metric if there is one, and path."""
    metric = "" if attributes.med is None else f"metric {attributes.med}, "
    return f"next {attributes.next_hop}, {metric}path {path or 'Local'}"
