"""Commands of the box: version, inventory, configuration files."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator

from iosemu.cli.api import Dialog, Exec, Lines, Rejected, config_command, exec_command, show
from iosemu.cli.grammar import release
from iosemu.config.tree import Config
from iosemu.features.clock.text import local_text
from iosemu.features.interface.checks import NO_SUCH_INTERFACE
from iosemu.features.interface.hardware import family_of
from iosemu.proto.parts import Clock, Files, Identity
from iosemu.stack.state import Stack

from .files import (
    STARTUP,
    ConfirmErase,
    configuration,
    interface_block,
    length_bytes,
    save,
)
from .platforms import platform_of, release_of
from .views import ConfigurationView, InventoryView, StartupView, VersionView


@config_command("system.version")
def version_of_text(owner: Config) -> Config:
    """The release that wrote a text changes nothing on the one that reads it."""
    return owner


@show("system.show.version")
def show_version(x: Exec) -> Iterator[VersionView]:
    identity, clock = x.part(Identity), x.part(Clock)
    yield VersionView(
        hostname=x.hostname,
        platform=platform_of(identity.hardware),
        release=release_of(identity.version),
        board=board_of(identity),
        uptime=x.now - identity.booted_at,
        reload_reason=identity.reload_reason,
        interfaces=counted(x.part(Stack)),
        register=x.part(Files).booted_register,
        next_register=x.part(Files).register,
        was_reloaded=identity.boots > 1,
        restarted=local_text(clock, identity.booted_at) if clock.is_set else None,
    )


def board_of(identity: Identity) -> str:
    """A serial number that is always the same for a node of this name."""
    return str(zlib.crc32(identity.node.encode()))


def counted(stack: Stack) -> tuple[tuple[int, str], ...]:
    """How many ports of each family the hardware has."""
    families = Counter(family_of(i.name) for i in stack.interfaces.values() if i.is_hardware)
    return tuple((families[name], spoken(name)) for name in sorted(families))


def spoken(family: str) -> str:
    """ "GigabitEthernet" as `show version` writes it: "Gigabit Ethernet"; but "FastEthernet"."""
    return family.replace("Gigabit", " Gigabit ").strip().replace("  ", " ")


@show("system.show.inventory")
def show_inventory(x: Exec) -> Iterator[InventoryView]:
    identity = x.part(Identity)
    yield InventoryView(platform_of(identity.hardware).inventory, board_of(identity))


@show("system.show.running")
def show_running(
    x: Exec, *, all: bool, brief: bool, full: bool, linenum: bool
) -> Iterator[ConfigurationView]:
    yield shown(x, configuration(x, full=all), is_numbered=linenum)


@show("system.show.running.interface")
def show_running_interface(x: Exec, *, name: str, linenum: bool) -> Iterator[ConfigurationView]:
    lines = interface_block(x.running_config(), name)
    if not lines:
        raise Rejected(NO_SUCH_INTERFACE)
    yield shown(x, lines, is_numbered=linenum)


@show("system.write.terminal")
def write_terminal(x: Exec) -> Iterator[ConfigurationView]:
    yield shown(x, configuration(x))


def shown(x: Exec, lines: tuple[str, ...], *, is_numbered: bool = False) -> ConfigurationView:
    """The view of a configuration or a part of one, as this release heads it."""
    is_apart = release(x.version) >= release("15.7")
    return ConfigurationView(lines, length_bytes(lines), is_numbered, is_apart)


@show("system.show.startup")
def show_startup(x: Exec) -> Iterator[StartupView]:
    held = x.part(Files).nvram.get(STARTUP)
    if held is None:
        raise Rejected("startup-config is not present")
    yield StartupView(
        tuple(held.decode("latin-1").removeprefix("\n").splitlines()),
        len(held),
        platform_of(x.part(Identity).hardware).nvram_kbytes * 1024,
    )


@exec_command("system.write.memory")
def write_memory(x: Exec) -> Lines:
    """Save under the usual name without asking."""
    return save(x)


@exec_command("system.write.erase")
def write_erase(x: Exec) -> Dialog:
    return ConfirmErase()


@exec_command("system.erase.startup")
def erase_startup(x: Exec) -> Dialog:
    return ConfirmErase()
