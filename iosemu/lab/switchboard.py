"""Between devices and their terminals: who hears what.  Rebuilt on restore, never pickled."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from iosemu.device.router import Router
from iosemu.kernel.world import World
from iosemu.proto.lines import Caller, LineEvent
from iosemu.session.lines import line_for
from iosemu.session.session import Kind, Remote, Session
from iosemu.session.terminal import Terminal

Listener = Callable[[bytes], None]


class Switchboard:
    """All terminals of a lab, by session number; it is the `Hooks` of every router."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routers: dict[str, Router] = {}
        """Set once they are made: they know their hooks from the beginning."""
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

    def job_printed(self, session: Hashable, job: int, text: str) -> None:
        assert isinstance(session, int)
        if session in self.terminals:
            self.terminals[session].printed(job, text)

    def job_showed(self, session: Hashable, job: int, data: bytes) -> None:
        assert isinstance(session, int)
        if session in self.terminals:
            self.terminals[session].showed(job, data)

    def job_done(self, session: Hashable, job: int) -> None:
        assert isinstance(session, int)
        if session in self.terminals:
            self.terminals[session].job_done(job)

    def called(self, device: str, engine: str, caller: Caller) -> int | None:
        """The line is the caller's from now on; he is greeted when he is connected."""
        router = self.routers[device]
        line = line_for(router, caller)
        if line is not None:
            remote = Remote(engine, caller.conn, caller.peer)
            session = Session.vty(self.next_number(), device, line, remote)
            self.sessions[session.number] = session
            self.attach(session, router)
        return line

    def line_event(self, device: str, engine: str, event: LineEvent) -> None:
        """It reaches the terminal as an event of its own: the router is in the middle of
        something."""
        for terminal in self.of_device(device):
            session, remote = terminal.session, terminal.session.remote
            if remote is not None and (remote.engine, remote.conn) == (engine, event.conn):
                self.world.schedule(self.world.now, ("session", session.number), event)

    def forget(self, number: int) -> None:
        """A caller's session is over and everybody knows: nothing is kept of it."""
        del self.sessions[number], self.terminals[number]

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
            if terminal.session.remote is not None:
                self.forget(terminal.session.number)

    def came_up(self, device: str) -> None:
        for terminal in self.of_device(device):
            if not terminal.session.is_over:
                terminal.start()
                terminal.serve()
