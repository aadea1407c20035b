"""Renderers of the box: version, configurations."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import uptime
from iosemu.cli.api import renders

from .platforms import image, software
from .views import ConfigurationView, InventoryView, Platform, StartupView, VersionView


@renders(VersionView)
def version(view: VersionView) -> Iterator[str]:
    platform = view.platform
    yield from software(platform, view.release)
    yield ""
    yield platform.rom
    if platform.has_boot_loader:
        yield f"BOOTLDR: {image(platform, view.release)}, RELEASE SOFTWARE (fc1)"
    yield ""
    yield f"{view.hostname} uptime is {uptime(view.uptime)}"
    if platform.is_xe:
        yield f"Uptime for this control processor is {uptime(view.uptime)}"
    yield f"System returned to ROM by {'reload' if view.was_reloaded else 'power-on'}"
    if view.restarted is not None:
        yield f"System restarted at {view.restarted}"
    yield f'System image file is "{platform.file}"'
    yield f"Last reload reason: {view.reload_reason}"
    yield from ("", "", "")
    yield platform.processor.format(memory=memory(platform))
    yield f"Processor board ID {view.board}"
    yield from platform.hardware
    for count, family in view.interfaces:
        yield f"{count} {family} interface{'' if count == 1 else 's'}"
    for line in platform.nvram:
        yield line.format(nvram=platform.nvram_kbytes)
    yield ""
    yield f"Configuration register is {registers(view)}"
    yield ""


def registers(view: VersionView) -> str:
    """The register of this boot, and another one of the next."""
    now, following = view.register, view.next_register
    shown = view.platform.register if now is None else f"0x{now:X}"
    if following is None or following == now:
        return shown
    return f"{shown} (will be 0x{following:X} at next reload)"


def memory(platform: Platform) -> str:
    """ "491520K/32768K"."""
    processor, packets = platform.memory_kbytes
    return f"{processor}K/{packets}K" if packets else f"{processor}K"


@renders(InventoryView)
def inventory(view: InventoryView) -> Iterator[str]:
    for item in view.items:
        serial = view.board if item.has_serial else ""
        yield f'NAME: "{item.name}", DESCR: "{item.description.format(board=view.board)}"'
        yield f"PID: {item.product:<18}, VID: {item.version:<3}, SN: {serial}"
        yield ""


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
