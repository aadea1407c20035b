"""ICMP errors about segments of this router: RFC 1122 4.2.3.9, RFC 5927, RFC 1191."""

from __future__ import annotations

from iosemu.address import Address, IPv4Address, IPv6Address
from iosemu.kernel.time import SECOND
from iosemu.proto.base import TcpReason
from iosemu.wire.icmp import Type, Unreachable
from iosemu.wire.icmpv6 import Error as Error6
from iosemu.wire.icmpv6 import Type as Type6
from iosemu.wire.ipv6 import MINIMUM_MTU, IPv6

from ..context import Context
from ..state import Stack
from ..tcp_state import Clock, Connection, State, unwrap
from . import clocks, debug, emit, life, output, path

LEAST_MTU_BYTES = 68
_PLATEAUS = (32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, LEAST_MTU_BYTES)


def on_error(
    stack: Stack, ctx: Context, vrf: str, type_: int, code: int, mtu_bytes: int, quoted: bytes
) -> None:
    """`quoted`: IP header and at least 8 bytes of a segment that got an error."""
    header = (quoted[0] & 15) * 4
    source, target = (IPv4Address(int.from_bytes(quoted[at : at + 4], "big")) for at in (12, 16))
    if type_ != Type.UNREACHABLE:
        return
    mtu = None
    if code == Unreachable.FRAGMENTATION_NEEDED:
        mtu = mtu_bytes or _plateau_below(int.from_bytes(quoted[2:4], "big"))
    _about(stack, ctx, vrf, source, target, quoted[header : header + 8], code, mtu)


def on_error6(
    stack: Stack, ctx: Context, vrf: str, error: Error6, cut: IPv6, segment: bytes
) -> None:
    """The same over IPv6: of the packet `cut`, and the beginning of its segment."""
    if error.type == Type6.TOO_BIG:
        mtu = max(error.rest, MINIMUM_MTU)
        _about(stack, ctx, vrf, cut.source, cut.target, segment, 0, mtu)
    elif error.type == Type6.UNREACHABLE:
        _about(stack, ctx, vrf, cut.source, cut.target, segment, error.code, None)


def _about(
    stack: Stack,
    ctx: Context,
    vrf: str,
    source: Address,
    target: Address,
    segment: bytes,
    code: int,
    mtu_bytes: int | None,
) -> None:
    """A segment, of which the first 8 bytes are known, is too large for a link of this MTU, or
    (None) was not delivered."""
    own_port, peer_port = int.from_bytes(segment[:2], "big"), int.from_bytes(segment[2:4], "big")
    c = stack.tcp.of((vrf, source, own_port, target, peer_port))
    if c is None:
        return
    s = c.sender
    sequence = unwrap(int.from_bytes(segment[4:8], "big"), s.una)
    if not s.una <= sequence <= s.top:
        return  # RFC 5927 4.1: about nothing that is under way.
    if mtu_bytes is not None:
        lower_path_mtu(stack, ctx, c, mtu_bytes)
    elif c.state is State.SYN_SENT:
        # A connection that is up waits for better times; one that is not has no use for waiting.
        debug.of(ctx, c, f"ICMP destination unreachable received, code {code}")
        life.fail(stack, ctx, c, TcpReason.UNREACHABLE)
    emit.flush(stack, ctx)


def lower_path_mtu(stack: Stack, ctx: Context, c: Connection, mtu_bytes: int) -> None:
    """A router on the way, or the own interface, takes no larger datagrams (RFC 1191 6)."""
    s, settings = c.sender, stack.tcp.settings
    mss = max(mtu_bytes, LEAST_MTU_BYTES) - path.headers_bytes(c.peer)
    # IPv6 has no other way: no router on the path cuts a packet.
    may_lower = c.path_mtu or isinstance(c.peer, IPv6Address)
    if not may_lower or mss >= s.mss:
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
