"""The state of one terminal on one device.  World state: values only, pickled with the lab."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from iosemu.cli.api import Dialog
from iosemu.cli.configure import Modes
from iosemu.kernel.time import Time

from .line import Line
from .pager import Pager
from .tclsh import TclShell

VTY_OFFSET = 2
"""The number of vty 0 among all lines, behind con 0 and aux 0."""


class Kind(Enum):
    """What the terminal is to its device."""

    CONSOLE = "con"
    VTY = "vty"
    HIDDEN = "hidden"
    """The line of the Python API: privileged, unlimited length, no log lines."""


@dataclass(slots=True)
class Session:
    """One terminal.

    number: unique in the lab.  device: the node's name.  line_number: 0 for con 0.  modes: empty in
    exec mode.  job: number of the job that is waited for.  ahead: bytes typed and not yet served.
    at_left: whether the screen's cursor is at the left edge.  is_open: past "Press RETURN".
    is_in: past login.  is_over: a virtual terminal that was left.  user: who logged in.  view: the
    parser view the user is in.
    typed_at, opened_at: when a key was last pressed, and when the user sat down.
    is_watched: a timer runs that looks for idleness.
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
    is_watched: bool = False
    user: str | None = None
    typed_at: Time = 0
    opened_at: Time = 0

    @classmethod
    def console(cls, number: int, device: str) -> Session:
        """The console of a device, as it is after power on: nobody has pressed RETURN."""
        return cls(number, device, Kind.CONSOLE, privilege=1, length=24)

    @classmethod
    def vty(cls, number: int, device: str, line_number: int) -> Session:
        """A virtual terminal somebody has connected to."""
        return cls(number, device, Kind.VTY, line_number, privilege=1, length=24)

    @classmethod
    def hidden(cls, number: int, device: str) -> Session:
        """The line that `cli()` types on."""
        return cls(number, device, Kind.HIDDEN)

    @property
    def absolute_number(self) -> int:
        """Its number among all lines of the device."""
        return self.line_number + (VTY_OFFSET if self.kind is Kind.VTY else 0)

    @property
    def name(self) -> str:
        """As `show users` calls it: "con 0"."""
        return f"{self.kind.value} {self.line_number}"
