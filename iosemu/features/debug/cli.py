"""Commands of the debug flags."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Lines, exec_command, show

from .views import DebuggingView


@exec_command("debug.undebug")
def undebug_all(x: Exec) -> Lines:
    """Turn every flag off."""
    x.debugs.clear()
    return ["All possible debugging has been turned off"]


@show("debug.show")
def show_debugging(x: Exec) -> Iterator[DebuggingView]:
    yield DebuggingView(tuple(x.debugs))
