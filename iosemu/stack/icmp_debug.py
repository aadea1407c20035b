"""`debug ip icmp`: one line for each message sent or received, in the words of IOS 15."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.wire.icmp import TimeExceeded, Type, Unreachable
from iosemu.wire.ipv4 import IPv4

from .context import Context

FLAG = "ip icmp"
_QUOTED_TARGET = slice(24, 28)
"""In an ICMP error: 8 bytes of ICMP, then the destination field of the quoted header."""
_WHAT = {
    int(Unreachable.NETWORK): "net",
    int(Unreachable.HOST): "host",
    int(Unreachable.PROTOCOL): "protocol",
    int(Unreachable.PORT): "port",
    int(Unreachable.FRAGMENTATION_NEEDED): "frag. needed and DF set",
    int(Unreachable.PROHIBITED): "administratively prohibited",
}


def sent(ctx: Context, message: IPv4) -> None:
    """Say what was sent, if the flag is on and IOS says it."""
    if not ctx.debugging(FLAG):
        return
    target = message.target
    match message.payload[0]:
        case Type.ECHO_REPLY:
            ctx.debug(FLAG, f"ICMP: echo reply sent, {_ends(message)}")
        case Type.UNREACHABLE:
            ctx.debug(FLAG, f"ICMP: dst ({_quoted(message)}) {_what(message)} sent to {target}")
        case Type.TIME_EXCEEDED:
            about = f"sent to {target} (dest was {_quoted(message)})"
            is_transit = message.payload[1] == TimeExceeded.TRANSIT
            what = "time to live" if is_transit else "reassembly"
            ctx.debug(FLAG, f"ICMP: time exceeded ({what}) {about}")
        case Type.REDIRECT:
            about = f"for dest {_quoted(message)}, use gw {_gateway(message)}"
            ctx.debug(FLAG, f"ICMP: redirect sent to {target} {about}")


def received(ctx: Context, message: IPv4) -> None:
    """Say what came for this router, if the flag is on and IOS says it."""
    if not ctx.debugging(FLAG):
        return
    source = message.source
    match message.payload[0]:
        case Type.ECHO_REPLY:
            ctx.debug(FLAG, f"ICMP: echo reply rcvd, {_ends(message)}")
        case Type.UNREACHABLE:
            text = f"ICMP: dst ({_quoted(message)}) {_what(message)} rcv from {source}"
            ctx.debug(FLAG, text + _mtu(message))
        case Type.TIME_EXCEEDED:
            ctx.debug(FLAG, f"ICMP: time exceeded rcvd from {source}")
        case Type.REDIRECT:
            about = f"for {_quoted(message)} use gw {_gateway(message)}"
            ctx.debug(FLAG, f"ICMP: redirect rcvd from {source} -- {about}")


def _ends(message: IPv4) -> str:
    dscp = message.tos >> 2
    return f"src {message.source}, dst {message.target}, topology BASE, dscp {dscp} topoid 0"


def _what(message: IPv4) -> str:
    return f"{_WHAT.get(message.payload[1], 'host')} unreachable"


def _mtu(message: IPv4) -> str:
    """The MTU a router names that could not cut a datagram."""
    if message.payload[1] != Unreachable.FRAGMENTATION_NEEDED:
        return ""
    return f" mtu:{int.from_bytes(message.payload[6:8], 'big')}"


def _quoted(message: IPv4) -> IPv4Address:
    return IPv4Address(int.from_bytes(message.payload[_QUOTED_TARGET], "big"))


def _gateway(message: IPv4) -> IPv4Address:
    return IPv4Address(int.from_bytes(message.payload[4:8], "big"))
