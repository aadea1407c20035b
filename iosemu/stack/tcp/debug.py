"""`debug ip tcp transactions` and `debug ip tcp packet`, in the words of IOS 15."""

from __future__ import annotations

from iosemu.proto.base import TcpListen
from iosemu.wire.tcp import Flag, Tcp

from ..context import Context
from ..tcp_state import Connection, State

TRANSACTIONS = "ip tcp transactions"
PACKETS = "ip tcp packet"
_NAMES = (
    (Flag.SYN, "SYN"),
    (Flag.PSH, "PSH"),
    (Flag.FIN, "FIN"),
    (Flag.RST, "RST"),
    (Flag.URG, "URG"),
)


def transaction(ctx: Context, text: str) -> None:
    """A line as it stands, if transactions are debugged."""
    if ctx.debugging(TRANSACTIONS):
        ctx.debug(TRANSACTIONS, text)


def of(ctx: Context, c: Connection, text: str) -> None:
    """A line of a connection: `TCP0: ...`, by its terminal line."""
    if ctx.debugging(TRANSACTIONS):
        ctx.debug(TRANSACTIONS, f"TCP{c.options.tty}: {text}")


def block(ctx: Context, number: int, text: str) -> None:
    """A line of a control block: `TCB64F0B6F8 created`."""
    if ctx.debugging(TRANSACTIONS):
        ctx.debug(TRANSACTIONS, f"TCB{number:08X} {text}")


def state(ctx: Context, c: Connection, after: State) -> None:
    """A connection changes its state."""
    if ctx.debugging(TRANSACTIONS):
        ends = f"[{c.local_port} -> {c.peer}({c.peer_port})]"
        of(ctx, c, f"state was {c.state.value} -> {after.value} {ends}")


def accepted(ctx: Context, c: Connection, socket: TcpListen) -> None:
    """A SYN came to a listener, whose own block stays in LISTEN."""
    if ctx.debugging(TRANSACTIONS):
        block(ctx, c.number, "created")
        block(ctx, c.number, f"bound to {c.local}.{c.local_port}")
        whom = "any peer" if socket.peer is None else str(socket.peer)
        block(ctx, c.number, f"accepting {c.peer}.{c.peer_port} for {whom}")


def packet(ctx: Context, c: Connection, segment: Tcp, *, is_out: bool) -> None:
    """A segment of a connection, in or out."""
    if not ctx.debugging(PACKETS):
        return
    way = "O" if is_out else "I"
    ends = f"{c.peer}:{c.peer_port} {c.local}:{c.local_port}"
    head = f"tcp{c.options.tty}: {way} {c.state.value} {ends} seq {segment.sequence}"
    ctx.debug(PACKETS, f"{head}\n{_details(segment)}")


def _details(segment: Tcp) -> str:
    words = []
    if segment.payload:
        words.append(f"DATA {len(segment.payload)}")
    if segment.options:
        words.append(f"OPTS {len(segment.options)}")
    if segment.flags & Flag.ACK:
        words.append(f"ACK {segment.acknowledgment}")
    words += [name for bit, name in _NAMES if segment.flags & bit]
    return f"        {' '.join(words)}  WIN {segment.window}"
