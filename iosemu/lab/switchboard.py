"""Between devices and their terminals: who hears what.  Rebuilt on restore, never pickled."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from iosemu.device.router import Router
from iosemu.kernel.world import World
from iosemu.session.session import Kind, Session
from iosemu.session.terminal import Terminal

Listener = Callable[[bytes], None]


class Switchboard:
    """All terminals of a lab, by session number; it is the `Hooks` of every router."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.terminals: dict[int, Terminal] = {}
        self.listeners: dict[int, list[Listener]] = {}

    @property
    def sessions(self) -> dict[int, Session]:
        """The state of all terminals."""
        held: dict[int, Session] = self.world.parts.setdefault("sessions", {})
        return held

    def attach(self, session: Session, router: Router) -> Terminal:
        """Give a session its terminal."""
        number = session.number

        def write(data: bytes) -> None:
            for listener in self.listeners.get(number, ()):
                listener(data)

        terminal = self.terminals[number] = Terminal(session, router, write)
        return terminal

    def listen(self, number: int, listener: Listener) -> None:
        """Call `listener` with all bytes a terminal prints from now on."""
        self.listeners.setdefault(number, []).append(listener)

    def of_device(self, device: str) -> list[Terminal]:
        """The terminals on a device, oldest first."""
        return [t for t in self.terminals.values() if t.session.device == device]

    @property
    def coming_number(self) -> int:
        """The number the next new session gets."""
        number: int = self.world.parts.get("next session", 1)
        return number

    def next_number(self) -> int:
        """The number of a new session; never used again after it closes."""
        number = self.coming_number
        self.world.parts["next session"] = number + 1
        return number

    # -- Hooks ----

    def job_printed(self, session: Hashable, text: str) -> None:
        assert isinstance(session, int)
        if session in self.terminals:
            self.terminals[session].printed(text)

    def job_done(self, session: Hashable) -> None:
        assert isinstance(session, int)
        if session in self.terminals:
            self.terminals[session].job_done()

    def logged(self, device: str, line: str, severity: int, debug: bool) -> None:
        for terminal in self.of_device(device):
            terminal.logged(line, severity, debug)

    def announced(self, device: str, text: str) -> None:
        for terminal in self.of_device(device):
            terminal.announced(text)

    def went_down(self, device: str) -> None:
        """Virtual terminals are gone; the others start anew when the device is up again."""
        for terminal in self.of_device(device):
            if terminal.session.kind is Kind.VTY:
                terminal.end()

    def came_up(self, device: str) -> None:
        for terminal in self.of_device(device):
            if not terminal.session.is_over:
                terminal.start()
                terminal.serve()
