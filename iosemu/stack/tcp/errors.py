"""ICMP errors about segments of this router: RFC 1122 4.2.3.9, RFC 5927, RFC 1191."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import SECOND
from iosemu.proto.base import TcpReason
from iosemu.wire.icmp import Type, Unreachable

from ..context import Context
from ..state import Stack
from ..tcp_state import Clock, Connection, State, unwrap
from . import clocks, debug, emit, life, output

LEAST_MTU_BYTES = 68
_HEADERS_BYTES = 40
_PLATEAUS = (32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, LEAST_MTU_BYTES)


def on_error(
    stack: Stack, ctx: Context, vrf: str, type_: int, code: int, mtu_bytes: int, quoted: bytes
) -> None:
    """`quoted`: IP header and at least 8 bytes of a segment that got an error."""
    header = (quoted[0] & 15) * 4
    source, target = (IPv4Address(int.from_bytes(quoted[at : at + 4], "big")) for at in (12, 16))
    ports = quoted[header : header + 4]
    own_port, peer_port = int.from_bytes(ports[:2], "big"), int.from_bytes(ports[2:], "big")
    c = stack.tcp.of((vrf, source, own_port, target, peer_port))
    if c is None or type_ != Type.UNREACHABLE:
        return
    s = c.sender
    sequence = unwrap(int.from_bytes(quoted[header + 4 : header + 8], "big"), s.una)
    if not s.una <= sequence <= s.top:
        return  # RFC 5927 4.1: about nothing that is under way.
    if code == Unreachable.FRAGMENTATION_NEEDED:
        sent_bytes = int.from_bytes(quoted[2:4], "big")
        lower_path_mtu(stack, ctx, c, mtu_bytes or _plateau_below(sent_bytes))
    elif c.state is State.SYN_SENT:
        # A connection that is up waits for better times; one that is not has no use for waiting.
        debug.of(ctx, c, f"ICMP destination unreachable received, code {code}")
        life.fail(stack, ctx, c, TcpReason.UNREACHABLE)
    emit.flush(stack, ctx)


def lower_path_mtu(stack: Stack, ctx: Context, c: Connection, mtu_bytes: int) -> None:
    """A router on the way, or the own interface, takes no larger datagrams (RFC 1191 6)."""
    s, settings = c.sender, stack.tcp.settings
    mss = max(mtu_bytes, LEAST_MTU_BYTES) - _HEADERS_BYTES
    if not c.path_mtu or mss >= s.mss:
        return
    s.mss = mss
    if settings.path_mtu_age_s is not None:
        clocks.start(ctx, c, Clock.PATH_MTU, settings.path_mtu_age_s * SECOND)
    s.nxt = s.una
    s.timed = None
    output.send_more(stack, ctx, c)


def _plateau_below(size_bytes: int) -> int:
    """What a router that does not say its MTU may have (RFC 1191 7)."""
    return next((p for p in _PLATEAUS if p < size_bytes), LEAST_MTU_BYTES)
