"""Commands of the log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iosemu.cli.api import Dialog, Exec, Lines, exec_command, show
from iosemu.proto.parts import LogBuffer

from .config import LoggingConfig
from .views import Destination, LoggingView


@show("logging.show")
def show_logging(x: Exec) -> Iterator[LoggingView]:
    config = x.config.of(LoggingConfig)
    buffer = x.part(LogBuffer)
    kept = config.buffered
    yield LoggingView(
        is_enabled=config.on,
        console=Destination(config.console, buffer.logged),
        monitor=Destination(config.monitor, 0),
        buffer=Destination(None if kept is None else kept.level, buffer.logged),
        size_bytes=0 if kept is None else kept.size,
        lines=tuple(row for line in buffer.lines for row in line.text.split("\n")),
    )


@dataclass(frozen=True, slots=True)
class ConfirmClear:
    """`clear logging`."""

    def ask(self) -> str:
        return "Clear logging buffer [confirm]"

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if text.strip().lower() in ("", "y"):
            x.part(LogBuffer).clear()
        return []


@exec_command("logging.clear")
def clear_logging(x: Exec) -> Dialog:
    return ConfirmClear()
