"""Commands of the box: clock, version, configuration files."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Dialog, Exec, Lines, Rejected, exec_command, show
from iosemu.proto.parts import Clock, Files

from .files import NVRAM_BYTES, STARTUP, ConfirmErase, SaveAs, length_bytes, save
from .views import ClockView, ConfigurationView, StartupView


@show("system.show.clock")
def show_clock(x: Exec) -> Iterator[ClockView]:
    clock = x.part(Clock)
    at = clock.at(x.now)
    yield ClockView(
        clock.mark,
        at.hour,
        at.minute,
        at.second,
        at.millisecond,
        at.weekday,
        at.month,
        at.day,
        at.year,
    )


@show("system.show.running")
def show_running(x: Exec, *, all: bool) -> Iterator[ConfigurationView]:
    lines = tuple(x.running_config(full=all))
    yield ConfigurationView(lines, length_bytes(lines))


@show("system.write.terminal")
def write_terminal(x: Exec) -> Iterator[ConfigurationView]:
    return show_running(x, all=False)


@show("system.show.startup")
def show_startup(x: Exec) -> Iterator[StartupView]:
    held = x.part(Files).nvram.get(STARTUP)
    if held is None:
        raise Rejected("startup-config is not present")
    yield StartupView(tuple(held.decode("latin-1").splitlines()), len(held), NVRAM_BYTES)


@exec_command("system.write.memory")
def write_memory(x: Exec) -> Lines:
    """Save under the usual name without asking."""
    return save(x)


@exec_command("system.copy.save")
def copy_save(x: Exec) -> Dialog:
    return SaveAs()


@exec_command("system.write.erase")
def write_erase(x: Exec) -> Dialog:
    return ConfirmErase()


@exec_command("system.erase.startup")
def erase_startup(x: Exec) -> Dialog:
    return ConfirmErase()
