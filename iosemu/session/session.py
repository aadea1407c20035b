"""The state of one terminal on one device.  World state: values only, pickled with the lab."""

from __future__ import annotations

from enum import Enum

from iosemu.address import Address
from iosemu.cli.api import Dialog
from iosemu.cli.configure import Modes
from iosemu.kernel.time import Time
from iosemu.values import dataclass, field

from .line import Line
from .pager import Pager
from .tclsh import TclShell

VTY_OFFSET = 2
"""The number of vty 0 among all lines, behind con 0 and aux 0."""
ESCAPE = 0x1E
"""Ctrl-Shift-6."""


class Kind(Enum):
    """What the terminal is to its device."""

    CONSOLE = "con"
    VTY = "vty"
    HIDDEN = "hidden"
    """The line of the Python API: privileged, unlimited length, no log lines."""


@dataclass(frozen=True, slots=True)
class Remote:
    """Who is at a virtual terminal: the engine that serves him, and its name for the connection."""

    engine: str
    conn: int
    peer: Address


@dataclass(slots=True)
class Connection:
    """A connection that was opened from a terminal.  `job`: its conversation; `name`: given by the
    user."""

    number: int
    job: int
    name: str = ""


@dataclass(slots=True)
class Session:
    """One terminal.

    number: unique in the lab.  device: the node's name.  line_number: 0 for con 0.  modes: empty in
    exec mode.  job: number of the job that is waited for.  ahead: bytes typed and not yet served.
    at_left: whether the screen's cursor is at the left edge.  is_open: past "Press RETURN".
    is_in: past login.  is_over: a virtual terminal that was left.  user: who logged in.  view: the
    parser view the user is in.
    typed_at, opened_at: when a key was last pressed, and when the user sat down.
    watched_to: when a timer looks for idleness, None: none runs.
    remote: None for a line that is used from outside the lab; unsent: what it printed and the
    server was not told yet.  connections: those opened here; current: the last one used; heard_at:
    when one last said something; tail: the row of the screen it is at; held: what it said of itself
    while it had no keys.  escape: the key that leads to a command for the line; is_escaped: it was
    typed.  terminal: what it calls itself.  is_auto: it ends with the one command it was opened
    for.
    """

    number: int
    device: str
    kind: Kind = Kind.HIDDEN
    line_number: int = 0
    line: Line = field(default_factory=Line)
    modes: Modes = ()
    privilege: int = 15
    view: str | None = None
    width: int = 80
    length: int = 0
    monitor: bool = False
    is_open: bool = False
    dialog: Dialog | None = None
    pager: Pager | None = None
    job: int | None = None
    tcl: TclShell | None = None
    ahead: bytearray = field(default_factory=bytearray)
    at_left: bool = True
    is_in: bool = False
    is_over: bool = False
    watched_to: Time | None = None
    user: str | None = None
    typed_at: Time = 0
    opened_at: Time = 0
    remote: Remote | None = None
    unsent: bytearray = field(default_factory=bytearray)
    connections: dict[int, Connection] = field(default_factory=dict)
    current: int = 0
    heard_at: Time = 0
    tail: str = ""
    held: bytearray = field(default_factory=bytearray)
    escape: int | None = ESCAPE
    is_escaped: bool = False
    terminal: str = ""
    is_auto: bool = False

    @classmethod
    def console(cls, number: int, device: str) -> Session:
        """The console of a device, as it is after power on: nobody has pressed RETURN."""
        return cls(number, device, Kind.CONSOLE, privilege=1, length=24)

    @classmethod
    def vty(
        cls, number: int, device: str, line_number: int, remote: Remote | None = None
    ) -> Session:
        """A virtual terminal somebody has connected to."""
        session = cls(number, device, Kind.VTY, line_number, privilege=1, length=24, remote=remote)
        session.terminal = "VT100"
        return session

    @classmethod
    def hidden(cls, number: int, device: str) -> Session:
        """The line that `cli()` types on."""
        return cls(number, device, Kind.HIDDEN)

    @property
    def absolute_number(self) -> int:
        """Its number among all lines of the device."""
        return self.line_number + (VTY_OFFSET if self.kind is Kind.VTY else 0)

    @property
    def location(self) -> str:
        """Where the user is, if he came over the network."""
        return "" if self.remote is None else str(self.remote.peer)

    @property
    def name(self) -> str:
        """As `show users` calls it: "con 0"."""
        return f"{self.kind.value} {self.line_number}"
