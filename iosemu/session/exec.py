"""`Exec` over a router: what a command of a feature sees of its device and its terminal."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, TypeVar

from iosemu.address import Address
from iosemu.cli.api import Built, Lines, Screen
from iosemu.cli.inert import inert_lines
from iosemu.config.tree import Config
from iosemu.device.router import Router
from iosemu.device.syslog import time_text
from iosemu.features.line.config import LineConfig
from iosemu.features.system.config import SystemConfig
from iosemu.kernel.rng import Random
from iosemu.kernel.snapshot import state_bytes
from iosemu.kernel.time import Time
from iosemu.proto.base import Engine, LogMessage
from iosemu.proto.parts import StampStyle

from . import connections
from .lines import line_config, may_call
from .session import Kind, Session

T = TypeVar("T")
STARTING = 0
"""`session.job` while a job takes its first step; no job has this number."""


class DeviceExec:
    """One command being carried out; made for it and forgotten."""

    def __init__(self, session: Session, router: Router) -> None:
        self.session, self._router = session, router

    @property
    def now(self) -> Time:
        return self._router.world.now

    @property
    def hostname(self) -> str:
        return hostname(self._router)

    @property
    def version(self) -> str:
        return self._router.device.identity.version

    @property
    def config(self) -> Config:
        return self._router.device.config

    @property
    def line_config(self) -> LineConfig:
        """The configuration of the line somebody sits at."""
        return line_config(self.config, self.session)

    @property
    def privilege(self) -> int:
        return self.session.privilege

    @property
    def width(self) -> int:
        return self.session.width

    @property
    def screen(self) -> Screen:
        session = self.session
        number = session.absolute_number
        return Screen(number, session.width, session.length, session.terminal)

    def may_call(self, address: Address) -> bool:
        return may_call(self._router, self.line_config, address)

    @property
    def debugs(self) -> dict[str, Any]:
        return self._router.device.debugs.flags

    def part(self, kind: type[T]) -> T:
        return self._router.part(kind)

    def view(self, engine: str, query: Hashable) -> Any:
        return self._router.view(engine, query)

    def post(self, engine: str, request: Any) -> None:
        self._router.post(engine, request)

    def publish(self, topic: str, value: Any) -> None:
        self._router.publish(topic, value)

    def start(self, job: Engine) -> None:
        """A job may end in its first step; then the terminal does not wait."""
        self.session.job = STARTING
        number = self._router.start_job(job, self.session.number)
        if self.session.job == STARTING:
            self.session.job = number
            connections.opened(self.session, self._router, number)

    def commit(self, config: Config) -> None:
        self._router.commit(config)

    @property
    def user(self) -> str:
        return user(self.session)

    def reload(self, reason: str = "Reload Command") -> None:
        self._router.reload(reason)

    def running_config(self, *, full: bool = False) -> list[str]:
        return self._router.running_config(full=full)

    def inert_lines(self) -> list[str]:
        grammar, lines = self._router.grammar, self.running_config()
        return list(inert_lines(grammar, self.config, lines, version=self.version))

    def built(self, text: str) -> Built:
        return self._router.built(text)

    def configure(self, text: str) -> list[str]:
        return self._router.configure(text)

    def log(self, message: LogMessage) -> None:
        self._router.log(message)

    def announce(self, lines: Lines) -> None:
        self._router.announce(lines)

    def schedule(self, name: str, delay_ns: Time) -> None:
        self._router.schedule(name, delay_ns)

    def unschedule(self, name: str) -> None:
        self._router.unschedule(name)

    def queued(self, interface: str) -> int:
        return self._router.queued(interface)

    def memory_bytes(self) -> int:
        return state_bytes(self._router.device)

    def memory_by_process(self) -> dict[str, int]:
        return {name: state_bytes(held) for name, held in self._router.device.engines.items()}

    def random(self, purpose: str) -> Random:
        return self._router.random(purpose)

    def clock(self, at: Time | None = None) -> str:
        clock = self._router.device.clock
        style = self._router.device.log_settings.log_stamp or StampStyle()
        return clock.mark + time_text(clock, self.now if at is None else at, style)


def configurer(session: Session) -> str:
    """Who is at a terminal, as log lines say it."""
    name = "" if session.user is None else f"{session.user} on "
    return f"console by {name}{user(session)}"


def user(session: Session) -> str:
    """Who is at a terminal and which it is, as log lines say it."""
    line = f"vty{session.line_number}" if session.kind is Kind.VTY else "console"
    if session.location:
        line += f" ({session.location})"
    return line if session.user is None else f"{session.user} on {line}"


def hostname(router: Router) -> str:
    """The name in prompts; the node's name is another thing."""
    return router.device.config.of(SystemConfig).hostname
