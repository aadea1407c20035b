"""`debug ip udp`: one line for each datagram of this router, in the words of IOS 15."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.wire.ipv4 import IPv4
from iosemu.wire.udp import HEADER_BYTES, Udp

from .context import Context

FLAG = "ip udp"


def received(ctx: Context, datagram: IPv4, udp: Udp) -> None:
    """A datagram to this router, whether somebody listens or not."""
    if ctx.debugging(FLAG):
        ctx.debug(FLAG, f"UDP: rcvd {_ends(datagram.source, datagram.target, udp)}")


def sent(ctx: Context, source: IPv4Address, target: IPv4Address, udp: Udp) -> None:
    """A datagram of this router."""
    if ctx.debugging(FLAG):
        ctx.debug(FLAG, f"UDP: sent {_ends(source, target, udp)}")


def _ends(source: IPv4Address, target: IPv4Address, udp: Udp) -> str:
    ports = f"src={source}({udp.source_port}), dst={target}({udp.target_port})"
    return f"{ports}, length={HEADER_BYTES + len(udp.payload)}"
