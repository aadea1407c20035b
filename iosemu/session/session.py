"""The state of one terminal on one device.  World state: values only, pickled with the lab."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from iosemu.cli.api import Dialog
from iosemu.cli.configure import Modes

from .line import Line
from .pager import Pager
from .tclsh import TclShell


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
    """

    number: int
    device: str
    kind: Kind = Kind.HIDDEN
    line_number: int = 0
    line: Line = field(default_factory=Line)
    modes: Modes = ()
    privilege: int = 15
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

    @classmethod
    def console(cls, number: int, device: str) -> Session:
        """The console of a device, as it is after power on: nobody has pressed RETURN."""
        return cls(number, device, Kind.CONSOLE, privilege=1, length=24)

    @classmethod
    def hidden(cls, number: int, device: str) -> Session:
        """The line that `cli()` types on."""
        return cls(number, device, Kind.HIDDEN)
