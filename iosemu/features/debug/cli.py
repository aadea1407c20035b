"""Commands of the debug flags."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Dialog, Exec, Lines, Rejected, exec_command, show
from iosemu.cli.interfaces import short
from iosemu.proto.parts import Debugs
from iosemu.stack.routes import RoutesOf
from iosemu.values import dataclass

from .flags import FLAGS, register, switch, turned
from .views import ConditionsView, DebuggingView


@exec_command("debug.undebug")
def undebug_all(x: Exec) -> Lines:
    """Turn every flag off."""
    x.debugs.clear()
    return ["All possible debugging has been turned off"]


@show("debug.show")
def show_debugging(x: Exec) -> Iterator[DebuggingView]:
    yield DebuggingView(
        tuple(x.debugs), tuple(turned(f, on=True, condition=c) for f, c in x.debugs.items())
    )


register("debug.ip.icmp", "ip icmp", "Generic IP", "ICMP packet debugging")
register("debug.arp", "arp", "ARP", "ARP packet debugging")
register("debug.ipv6.icmp", "ipv6 icmp", "Generic IPv6", "ICMPv6 Packet debugging")
register("debug.ipv6.nd", "ipv6 nd", "Generic IPv6", "ICMP Neighbor Discovery events debugging")
register("debug.ipv6.packet", "ipv6 packet", "Generic IPv6", "IPv6 unicast packet debugging")
register(
    "debug.ipv6.routing", "ipv6 routing", "Generic IPv6", "IPv6 routing table events debugging"
)
register("debug.cdp.adjacency", "cdp adjacency", "CDP", "CDP neighbor info debugging")
register("debug.cdp.events", "cdp events", "CDP", "CDP events debugging")
register("debug.cdp.packets", "cdp packets", "CDP", "CDP packet info debugging")
register("debug.ppp.negotiation", "ppp negotiation", "PPP", "PPP protocol negotiation debugging")
register(
    "debug.serial.interface",
    "serial interface",
    "Serial",
    "Serial network interface debugging",
)


# -- the routing table ----

ROUTING = "ip routing"
FLAGS[ROUTING] = ("IP routing", "IP routing debugging")


@exec_command("debug.ip.routing")
def debug_routing(x: Exec, *, negated: bool, acl: int | None) -> Lines:
    """With a list: only routes that it permits."""
    said = switch(x, ROUTING, on=not negated)
    if negated or acl is None:
        return [said]
    x.debugs[ROUTING] = RoutesOf(str(acl))
    return [f"{said}{x.debugs[ROUTING]}"]


@exec_command("debug.ip.routing.off")
def undebug_routing(x: Exec, *, acl: int | None) -> Lines:
    return debug_routing(x, negated=True, acl=acl)


# -- conditions ----


@exec_command("debug.condition")
def debug_condition(x: Exec, *, negated: bool, interface: str) -> Lines | Dialog:
    """Only debug lines of these interfaces are printed; those of no interface always are."""
    conditions = x.part(Debugs).conditions
    number = next((n for n, name in conditions.items() if name == interface), None)
    if negated:
        if number is None:
            return ["% Condition not found"]
        return removed(x, number)
    if number is not None:
        return [f"% Condition already set as condition {number}"]
    number = next(n for n in range(1, len(conditions) + 2) if n not in conditions)
    conditions[number] = interface
    return [f"Condition {number} set"]


@exec_command("debug.condition.off")
def undebug_interface(x: Exec, *, interface: str) -> Lines | Dialog:
    return debug_condition(x, negated=True, interface=interface)


@exec_command("debug.condition.number")
def undebug_condition(x: Exec, *, number: int) -> Lines | Dialog:
    if number not in x.part(Debugs).conditions:
        return ["% Condition not found"]
    return removed(x, number)


@exec_command("debug.condition.all")
def undebug_conditions(x: Exec) -> Lines | Dialog:
    if not x.part(Debugs).conditions:
        return ["% No conditions found"]
    return RemoveLast(tuple(x.part(Debugs).conditions))


def removed(x: Exec, number: int) -> Lines | Dialog:
    """Take a condition away; of the last one IOS asks first."""
    conditions = x.part(Debugs).conditions
    if len(conditions) == 1:
        return RemoveLast((number,))
    del conditions[number]
    return [f"Condition {number} has been removed"]


@dataclass(frozen=True, slots=True)
class RemoveLast:
    """Asks before the last condition goes."""

    numbers: tuple[int, ...]

    def ask(self) -> str:
        return "\r\n".join(
            (
                "This condition is the last interface condition set.",
                "Removing all conditions may cause a flood of debugging",
                "messages to result, unless specific debugging flags",
                "are first removed.",
                "",
                "Proceed with removal? [yes/no]: ",
            )
        )

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        word = text.strip().lower()
        if not word or not ("yes".startswith(word) or "no".startswith(word)):
            return self
        if word[0] == "n":
            return []
        conditions = x.part(Debugs).conditions
        for number in self.numbers:
            conditions.pop(number, None)
        return [f"Condition {number} has been removed" for number in self.numbers]


@show("debug.show.condition")
def show_conditions(x: Exec) -> Iterator[ConditionsView]:
    conditions = x.part(Debugs).conditions
    if not conditions:
        raise Rejected("% No conditions found")
    yield ConditionsView(tuple((n, short(name)) for n, name in sorted(conditions.items())))
