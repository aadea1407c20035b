"""Commands of the debug flags."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Lines, exec_command, show

from .flags import turned
from .views import DebuggingView


@exec_command("debug.undebug")
def undebug_all(x: Exec) -> Lines:
    """Turn every flag off."""
    x.debugs.clear()
    return ["All possible debugging has been turned off"]


@show("debug.show")
def show_debugging(x: Exec) -> Iterator[DebuggingView]:
    yield DebuggingView(tuple(x.debugs))


@exec_command("debug.ip.icmp")
def debug_ip_icmp(x: Exec, *, negated: bool) -> Lines:
    return [switch(x, "ip icmp", on=not negated)]


@exec_command("debug.ip.icmp.off")
def undebug_ip_icmp(x: Exec) -> Lines:
    return [switch(x, "ip icmp", on=False)]


@exec_command("debug.arp")
def debug_arp(x: Exec, *, negated: bool) -> Lines:
    return [switch(x, "arp", on=not negated)]


@exec_command("debug.arp.off")
def undebug_arp(x: Exec) -> Lines:
    return [switch(x, "arp", on=False)]


@exec_command("debug.cdp.packets")
def debug_cdp_packets(x: Exec, *, negated: bool) -> Lines:
    return [switch(x, "cdp packets", on=not negated)]


@exec_command("debug.cdp.packets.off")
def undebug_cdp_packets(x: Exec) -> Lines:
    return [switch(x, "cdp packets", on=False)]


def switch(x: Exec, flag: str, *, on: bool) -> str:
    """Turn a flag on or off; what the command prints."""
    if on:
        x.debugs[flag] = True
    else:
        x.debugs.pop(flag, None)
    return turned(flag, on=on)
