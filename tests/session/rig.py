"""A lab folder with terminals of our own on its devices: the world, a runner, screens."""

from __future__ import annotations

from dataclasses import dataclass, field

from iosemu.data import labs
from iosemu.kernel.runner import Runner
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World
from iosemu.lab import build, loader
from iosemu.lab.program import program
from iosemu.proto.lines import Caller, LineEvent
from iosemu.session.session import Session
from iosemu.session.terminal import Terminal
from tests.session.screen import Screen


@dataclass
class Window:
    """A terminal and what is on its screen; `raw` is every byte it sent."""

    terminal: Terminal
    screen: Screen = field(default_factory=Screen)
    raw: str = ""

    def write(self, data: bytes) -> None:
        self.raw += data.decode("ascii")
        self.screen.write(data.decode("ascii"))


class Rig:
    """`type` keys into a window, `run` time, look at the screen."""

    def __init__(self, lab: str = "hello") -> None:
        self.world: World = build.new_world(loader.load(labs() / lab))
        self.windows: dict[int, Window] = {}
        self.routers = build.routers_of(self.world, program(), self)
        handlers = build.handlers_of(self.world, self.routers)
        handlers["session"] = lambda target, event: self.windows[target[1]].terminal.on_event(event)
        self.runner = Runner(self.world, handlers)

    def boot(self) -> Rig:
        """Everything on; ten seconds, so that the lines of the boot are over."""
        for router in self.routers.values():
            router.power_on()
        self.run(10 * SECOND)
        return self

    def open(self, session: Session) -> Window:
        """A terminal; a console is not yet past RETURN."""
        terminal = Terminal(session, self.routers[session.device], lambda data: window.write(data))
        window = Window(terminal)
        self.windows[session.number] = window
        self.world.parts.setdefault("sessions", {})[session.number] = session
        terminal.start()
        return window

    def console(self, device: str) -> Window:
        """A console in privileged exec, without the lines that led there."""
        window = self.open(Session.console(len(self.windows) + 1, device))
        self.type(window, b"\renable\rterminal length 0\r")
        window.screen, window.raw = Screen(), ""
        self.type(window, b"\r")
        window.screen = Screen()
        window.screen.write(window.terminal.prompt)
        window.raw = ""
        return window

    def vty(self, device: str, line: int = 0) -> Window:
        """A virtual terminal somebody has just connected to."""
        return self.open(Session.vty(len(self.windows) + 1, device, line))

    def configure(self, device: str, *lines: str) -> None:
        """Configure a device from a line of nobody's."""
        window = self.hidden(device)
        self.type(window, "\r".join(("configure terminal", *lines, "end", "")).encode())
        assert "%" not in window.raw, window.raw

    def hidden(self, device: str) -> Window:
        """The line of the Python API."""
        return self.open(Session.hidden(len(self.windows) + 1, device))

    def type(self, window: Window, keys: bytes, *, seconds: float = 0.5) -> None:
        """Keys at this instant, then some time."""
        window.terminal.feed(keys)
        self.run(round(seconds * SECOND))

    def run(self, duration: Time) -> None:
        self.runner.run(self.world.now + duration)

    # -- Hooks of the devices ----

    def job_printed(self, session: int, job: int, text: str) -> None:
        self.windows[session].terminal.printed(job, text)

    def job_showed(self, session: int, job: int, data: bytes) -> None:
        self.windows[session].terminal.showed(job, data)

    def job_done(self, session: int, job: int) -> None:
        self.windows[session].terminal.job_done(job)

    def called(self, device: str, engine: str, caller: Caller) -> int | None:
        """Nobody calls: whoever sits down was put there by `open`."""
        return None

    def line_event(self, device: str, engine: str, event: LineEvent) -> None: ...

    def logged(self, device: str, line: str, severity: int, debug: bool) -> None:
        for window in self.windows.values():
            if window.terminal.session.device == device:
                window.terminal.logged(line, severity, debug)

    def went_down(self, device: str) -> None: ...

    def came_up(self, device: str) -> None: ...
