"""Commands of ICMP: shows of limits and redirects, and the packet debug."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Lines, exec_command, show
from iosemu.features.debug.flags import FLAGS, turned
from iosemu.features.interface.cli import interface_named, listed_interfaces
from iosemu.kernel.time import Time
from iosemu.stack.interface import Interface
from iosemu.stack.packet_debug import FLAG, PacketCondition
from iosemu.stack.redirects import forget_all
from iosemu.stack.state import Stack

from .views import RateLimitView, RateRow, RedirectRow, RedirectsView


@show("icmp.show.rate")
def show_rate_limit(x: Exec, *, name: str | None) -> Iterator[RateLimitView]:
    stack = x.part(Stack)
    rows = (RateRow(i.name, i.df_unreachables, i.unreachables) for i in chosen(stack, name))
    yield RateLimitView(stack.icmp.df_interval_ns, stack.icmp.interval_ns, tuple(rows))


def chosen(stack: Stack, name: str | None) -> list[Interface]:
    """The interface of this name, or all."""
    return list(listed_interfaces(stack)) if name is None else [interface_named(stack, name)]


@exec_command("icmp.clear.rate")
def clear_rate_limit(x: Exec, *, name: str | None) -> Lines:
    for interface in chosen(x.part(Stack), name):
        interface.unreachables = interface.df_unreachables = 0
    return []


@show("icmp.show.redirects")
def show_redirects(x: Exec) -> Iterator[RedirectsView]:
    yield redirects(x.part(Stack), x.now)


def redirects(stack: Stack, now: Time) -> RedirectsView:
    """The redirect cache by target."""
    held = sorted(stack.redirects.items())
    return RedirectsView(
        stack.default_gateway,
        tuple(
            RedirectRow(target, r.gateway, now - r.used_at, r.uses, r.interface)
            for target, r in held
        ),
    )


@exec_command("icmp.clear.redirects")
def clear_redirects(x: Exec) -> Lines:
    forget_all(x.part(Stack))
    return []


FLAGS[FLAG] = ("Generic IP", "IP packet debugging")


@exec_command("debug.ip.packet")
def debug_packet(x: Exec, *, negated: bool, access_list: int | None, detail: bool) -> Lines:
    """Watch datagrams, all or those a list permits; `detail` says what is inside."""
    if negated:
        return no_debug_packet(x, access_list=access_list, detail=detail)
    x.debugs[FLAG] = PacketCondition(access_list, detail)
    return [turned(FLAG, on=True, condition=x.debugs[FLAG])]


@exec_command("debug.ip.packet.off")
def no_debug_packet(x: Exec, *, access_list: int | None, detail: bool) -> Lines:
    x.debugs.pop(FLAG, None)
    return [turned(FLAG, on=False)]
