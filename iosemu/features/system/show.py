"""Renderers of the box: version, configurations."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import uptime
from iosemu.cli.api import renders

from .platforms import software
from .views import ConfigurationView, StartupView, VersionView


@renders(VersionView)
def version(view: VersionView) -> Iterator[str]:
    platform = view.platform
    yield from software(platform, view.release)
    yield ""
    yield f"ROM: {platform.rom}"
    yield ""
    yield f"{view.hostname} uptime is {uptime(view.uptime)}"
    yield "System returned to ROM by reload"
    yield f'System image file is "{platform.file}"'
    yield f"Last reload reason: {view.reload_reason}"
    yield ""
    yield f"{platform.processor} with {platform.memory} bytes of memory."
    yield f"Processor board ID {view.board}"
    for count, family in view.interfaces:
        yield f"{count} {family} interface{'' if count == 1 else 's'}"
    yield f"{platform.nvram_kbytes}K bytes of {platform.nvram}."
    yield ""
    yield f"Configuration register is {registers(view)}"


def registers(view: VersionView) -> str:
    """The register of this boot, and another one of the next."""
    now, following = view.register, view.next_register
    shown = view.platform.register if now is None else f"0x{now:X}"
    if following is None or following == now:
        return shown
    return f"{shown} (will be 0x{following:X} at next reload)"


@renders(ConfigurationView)
def running(view: ConfigurationView) -> Iterator[str]:
    yield "Building configuration..."
    yield ""
    if view.is_apart:
        yield ""
    yield f"Current configuration : {view.length_bytes} bytes"
    for number, line in enumerate(view.lines, 1):
        yield f"{number} : {line}" if view.is_numbered else line
    yield ""


@renders(StartupView)
def startup(view: StartupView) -> Iterator[str]:
    yield f"Using {view.length_bytes} out of {view.capacity_bytes} bytes"
    yield from view.lines
    yield ""
