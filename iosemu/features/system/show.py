"""Renderers of the box: clock, version, configurations."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import uptime
from iosemu.cli.api import renders
from iosemu.proto.parts import MONTHS, WEEKDAYS

from .views import ClockView, ConfigurationView, StartupView, VersionView

IMAGES = {
    "15.4": ("15.4(1)T", "RELEASE SOFTWARE (fc2)"),
}
"""The full release behind a short one, and its kind; others print the short one."""


@renders(ClockView)
def clock(view: ClockView) -> Iterator[str]:
    yield (
        f"{view.mark}{view.hour:02d}:{view.minute:02d}:{view.second:02d}.{view.millisecond:03d}"
        f" UTC {WEEKDAYS[view.weekday]} {MONTHS[view.month - 1]} {view.day} {view.year}"
    )


@renders(VersionView)
def version(view: VersionView) -> Iterator[str]:
    release, kind = IMAGES.get(view.release, (view.release, "RELEASE SOFTWARE (fc1)"))
    yield (
        f"Cisco IOS Software, iosemu Software (IOSEMU-ADVENTERPRISEK9-M), Version {release}, {kind}"
    )
    yield "Technical Support: https://pypi.org/project/iosemu"
    yield "A simulated router; it contains no vendor software."
    yield ""
    yield "ROM: Bootstrap program is iosemu"
    yield ""
    yield f"{view.hostname} uptime is {uptime(view.uptime)}"
    yield f"System returned to ROM by {view.reload_reason}"
    yield 'System image file is "unix:iosemu"'
    yield f"Last reload reason: {view.reload_reason}"
    yield ""
    yield f"iosemu {view.platform} processor with 1048576K bytes of memory."
    yield "Processor board ID 2048001"
    for count, family in view.interfaces:
        yield f"{count} {family} interface{'' if count == 1 else 's'}"
    yield "64K bytes of NVRAM."
    yield ""
    yield "Configuration register is 0x0"


@renders(ConfigurationView)
def running(view: ConfigurationView) -> Iterator[str]:
    yield "Building configuration..."
    yield ""
    yield f"Current configuration : {view.length_bytes} bytes"
    yield from view.lines


@renders(StartupView)
def startup(view: StartupView) -> Iterator[str]:
    yield f"Using {view.length_bytes} out of {view.capacity_bytes} bytes"
    yield from view.lines
