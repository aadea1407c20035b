"""`show users`, `show line`, `show terminal`: who sits where, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iosemu.ages import age
from iosemu.cli.api import Rejected, renders
from iosemu.config.tree import Config
from iosemu.device.router import Router
from iosemu.features.line.config import ESCAPE, LineConfig, LinesConfig, shown_key
from iosemu.kernel.time import SECOND, Time

from .connections import talk_of
from .lines import LineUses, line_config, sessions_of
from .session import VTY_OFFSET, Kind, Session


@dataclass(frozen=True, slots=True)
class UserRow:
    """One line: its number among all, its name, who sits there.  `hosts`: what it is connected to.
    `idle`: since the last key."""

    number: int
    name: str
    is_here: bool
    is_active: bool
    user: str
    hosts: tuple[str, ...]
    idle: Time
    location: str


@dataclass(frozen=True, slots=True)
class UsersView:
    """`show users [all]`."""

    rows: tuple[UserRow, ...]


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of `show line`; `kind`: CTY, AUX or VTY."""

    number: int
    kind: str
    is_active: bool
    uses: int


@dataclass(frozen=True, slots=True)
class LinesView:
    """`show line`."""

    rows: tuple[LineRow, ...]


@dataclass(frozen=True, slots=True)
class TerminalView:
    """`show terminal`; a timeout of 0 is none, `active` None: nobody is there."""

    number: int
    location: str
    kind: str
    escape: str
    length: int
    width: int
    exec_timeout_s: int
    session_timeout_s: int
    login_timeout_s: int
    is_monitor: bool
    has_exec_banner: bool
    stopbits: str
    active: Time | None
    is_editing: bool
    history_lines: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    preferred: str


# -- queries ----


def all_lines(config: Config) -> list[tuple[int, str, LineConfig]]:
    """(number among all, name, configuration) of every line."""
    lines = config.of(LinesConfig)
    vtys = [(n + VTY_OFFSET, f"vty {n}", line) for n, line in sorted(lines.vty.items())]
    return [(0, "con 0", lines.con[0]), (1, "aux 0", lines.aux[0]), *vtys]


def users_view(session: Session, router: Router, *, everybody: bool) -> UsersView:
    """Lines in use; with `everybody` all there are."""
    held = {s.absolute_number: s for s in sessions_of(router.world, router.device.name)}
    rows = []
    for number, name, line in all_lines(router.device.config):
        at = held.get(number)
        is_active = at is not None and at.is_open
        if not (is_active or everybody):
            continue
        idle = router.now - at.typed_at if at is not None and is_active else 0
        user = at.user or "" if at is not None else ""
        place = line.location or (at.location if at is not None and is_active else "")
        hosts = () if at is None else hosts_of(at, router)
        rows.append(UserRow(number, name, at is session, is_active, user, hosts, idle, place))
    return UsersView(tuple(rows))


def hosts_of(session: Session, router: Router) -> tuple[str, ...]:
    """The hosts a terminal is connected to."""
    return tuple(talk_of(router, held).host for held in session.connections.values())


def lines_view(session: Session, router: Router) -> LinesView:
    held = {s.absolute_number: s for s in sessions_of(router.world, router.device.name)}
    uses = router.part(LineUses).counts
    kinds = {"con": "CTY", "aux": "AUX", "vty": "VTY"}
    return LinesView(
        tuple(
            LineRow(n, kinds[name[:3]], n in held and held[n].is_open, uses.get(n, 0))
            for n, name, _ in all_lines(router.device.config)
        )
    )


def line_views(session: Session, router: Router, number: int) -> Iterator[LinesView | TerminalView]:
    """`show line NUMBER`: its row, and how it is set."""
    rows = tuple(row for row in lines_view(session, router).rows if row.number == number)
    if not rows:
        raise Rejected("% Invalid line number")
    yield LinesView(rows)
    held = sessions_of(router.world, router.device.name)
    here = next((s for s in held if s.absolute_number == number and s.is_open), None)
    if here is not None:
        yield terminal_view(here, router)
        return
    line = next(line for n, _, line in all_lines(router.device.config) if n == number)
    yield idle_view(number, line)


def idle_view(number: int, line: LineConfig) -> TerminalView:
    """A line nobody is at."""
    timeout = line.exec_timeout
    return TerminalView(
        number=number,
        location=line.location or "",
        kind="",
        escape=escape_text(line.escape),
        length=line.length,
        width=line.width,
        exec_timeout_s=timeout.minutes * 60 + timeout.seconds,
        session_timeout_s=60 * line.session_timeout.minutes if line.session_timeout else 0,
        login_timeout_s=line.login_timeout_s,
        is_monitor=False,
        has_exec_banner=line.exec_banner,
        stopbits=line.stopbits or "2",
        active=None,
        is_editing=line.editing,
        history_lines=line.history,
        inputs=line.transport_input,
        outputs=line.transport_output,
        preferred=line.transport_preferred or "telnet",
    )


def terminal_view(session: Session, router: Router) -> TerminalView:
    line = line_config(router.device.config, session)
    timeout = line.exec_timeout
    return TerminalView(
        number=session.absolute_number,
        location=line.location or "",
        kind=session.terminal,
        escape=escape_text(session.escape),
        length=session.length,
        width=session.width,
        exec_timeout_s=timeout.minutes * 60 + timeout.seconds,
        session_timeout_s=60 * line.session_timeout.minutes if line.session_timeout else 0,
        login_timeout_s=line.login_timeout_s,
        is_monitor=session.monitor or session.kind is Kind.CONSOLE,
        has_exec_banner=line.exec_banner,
        stopbits=line.stopbits or "2",
        active=router.now - session.opened_at,
        is_editing=session.line.edits,
        history_lines=session.line.history_lines,
        inputs=line.transport_input,
        outputs=line.transport_output,
        preferred=line.transport_preferred or "telnet",
    )


def escape_text(key: int | None) -> str:
    """The escape character as `show terminal` prints it; the usual one takes another key after
    it."""
    if key is None:
        return "none"
    return "^^x" if key == ESCAPE else shown_key(key)


# -- renderers ----


@renders(UsersView)
def users(view: UsersView) -> Iterator[str]:
    yield "    Line       User       Host(s)              Idle       Location"
    for row in view.rows:
        star = "*" if row.is_here else " "
        first, *others = row.hosts or ("idle" if row.is_active else "",)
        yield (
            f"{star}{row.number:>3} {row.name:<10}{row.user:<11}{first:<21}{age(row.idle):<11}"
            f"{row.location}".rstrip()
        )
        for host in others:
            yield f"{'':26}{host:<21}{age(row.idle)}"
    yield ""
    yield "  Interface    User               Mode         Idle     Peer Address"
    yield ""


@renders(LinesView)
def lines(view: LinesView) -> Iterator[str]:
    yield ("   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int")
    for row in view.rows:
        star = "*" if row.is_active else " "
        rate = "9600/9600" if row.kind == "AUX" else ""
        yield (
            f"{star}{row.number:>6} {row.kind}{rate:>12}  -    -      -    -    -"
            f"{row.uses:>7}{0:>8}     0/0       -"
        )
    yield ""


@renders(TerminalView)
def terminal(view: TerminalView) -> Iterator[str]:
    banner = "" if view.has_exec_banner else " No Exec Banner,"
    receives = "Receives Logging Output" if view.is_monitor else "none"
    yield f'Line {view.number}, Location: "{view.location}", Type: "{view.kind}"'
    yield f"Length: {view.length} lines, Width: {view.width} columns"
    yield f"Baud rate (TX/RX) is 9600/9600, no parity, {view.stopbits} stopbits, 8 databits"
    if view.active is None:
        yield f"Status:{banner} No Exit Banner"
    else:
        yield f"Status: PSI Enabled, Ready, Active,{banner} Automore On"
    yield f"Capabilities: {receives}"
    yield f"Modem state: {'Idle' if view.active is None else 'Ready'}"
    yield "Special Chars: Escape  Hold  Stop  Start  Disconnect  Activation"
    yield f"                {view.escape:<7}none   -     -       none         "
    yield "Timeouts:      Idle EXEC    Idle Session   Modem Answer  Session   Dispatch"
    idle, connected = limit_text(view.exec_timeout_s), limit_text(view.session_timeout_s)
    yield f"               {idle:<15}{connected.strip():<29}none     not set"
    yield "                            Idle Session Disconnect Warning"
    yield "                              never "
    yield "                            Login-sequence User Response"
    yield f"                             {age(view.login_timeout_s * SECOND)}"
    yield "                            Autoselect Initial Wait"
    yield "                              not set "
    yield "Modem type is unknown."
    yield "Session limit is not set."
    yield f"Time since activation: {'never' if view.active is None else age(view.active)}"
    yield f"Editing is {'enabled' if view.is_editing else 'disabled'}."
    yield f"History is enabled, history size is {view.history_lines}."
    yield "DNS resolution in show commands is enabled"
    yield "Full user help is disabled"
    yield f"Allowed input transports are {' '.join(view.inputs) or 'none'}."
    yield f"Allowed output transports are {' '.join(view.outputs) or 'telnet ssh'}."
    yield f"Preferred transport is {view.preferred}."
    yield "Shell: disabled"
    yield "Shell trace: off"
    yield "No output characters are padded"
    yield "No special data dispatching characters"


def limit_text(seconds: int) -> str:
    """A timeout in its column: `00:10:00`, or ` never`."""
    return age(seconds * SECOND) if seconds else " never"
