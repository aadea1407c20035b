"""Debug commands of BGP."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.cli.api import Exec, Lines, exec_command
from iosemu.proto.bgp import trace, trace_in, trace_out
from iosemu.values import dataclass

from .flags import FLAGS, switch, turned

_FAMILY = " for address family: IPv4 Unicast"
_WAYS = {"in": (trace_in.FLAG,), "out": (trace_out.FLAG,)}
FLAGS[trace.SESSIONS] = ("IP routing", "BGP debugging")
FLAGS[trace.EVENTS] = ("IP routing", "BGP events debugging")
FLAGS[trace.KEEPALIVES] = ("IP routing", "BGP keepalives debugging")
FLAGS[trace_in.FLAG] = ("IP routing", "BGP updates debugging")
FLAGS[trace_out.FLAG] = ("IP routing", "BGP updates debugging")


@dataclass(frozen=True, slots=True)
class About:
    """What a flag is on for: a neighbor or all, `way`: "inbound" or "outbound" of updates."""

    neighbor: IPv4Address | None = None
    way: str = ""
    has_family: bool = True

    def __str__(self) -> str:
        way = f" ({self.way})" if self.way else ""
        neighbor = "" if self.neighbor is None else f" for neighbor {self.neighbor}"
        return f"{way}{neighbor}{_FAMILY if self.has_family else ''}"


@exec_command("bgp.debug")
def debug(x: Exec, *, negated: bool, neighbor: IPv4Address | None) -> Lines:
    return [turn(x, trace.SESSIONS, About(neighbor), on=not negated)]


@exec_command("bgp.debug.off")
def undebug(x: Exec, *, neighbor: IPv4Address | None) -> Lines:
    return debug(x, negated=True, neighbor=neighbor)


@exec_command("bgp.debug.kind")
def debug_kind(
    x: Exec, *, negated: bool, neighbor: IPv4Address | None, kind: str, direction: str | None
) -> Lines:
    """`in` and `out` are the updates of that direction."""
    on = not negated
    if kind == "events":
        return [turn(x, trace.EVENTS, About(neighbor, has_family=False), on=on)]
    if kind == "keepalives":
        return [turn(x, trace.KEEPALIVES, About(neighbor), on=on)]
    way = direction if kind == "updates" else kind
    words = {"in": "inbound", "out": "outbound"}
    for each, flags in _WAYS.items():
        for flag in flags if way in (None, each) else ():
            turn(x, flag, About(neighbor, words[each]), on=on)
    said = About(neighbor, "" if way is None else words[way])
    return [turned(trace_in.FLAG, on=on, condition=said)]


@exec_command("bgp.debug.kind.off")
def undebug_kind(
    x: Exec, *, neighbor: IPv4Address | None, kind: str, direction: str | None
) -> Lines:
    return debug_kind(x, negated=True, neighbor=neighbor, kind=kind, direction=direction)


def turn(x: Exec, flag: str, about: About, *, on: bool) -> str:
    """Turn a flag on or off; what the command prints."""
    said = switch(x, flag, on=on)
    if not on:
        return said
    x.debugs[flag] = about
    return turned(flag, on=True, condition=about)
