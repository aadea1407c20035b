"""What the system shows are about."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """A piece of hardware in `show inventory`."""

    name: str
    description: str
    product: str
    version: str = ""
    has_serial: bool = True


@dataclass(frozen=True, slots=True)
class Platform:
    """The words of `show version` that belong to a model.

    memory_kbytes: of the processor, and for packets (0: not told apart).  hardware, nvram: lines
    before and after the list of interfaces.  `{memory}`, `{nvram}` and `{board}` are filled in.
    """

    software: str
    image: str
    rom: str
    file: str
    processor: str
    memory_kbytes: tuple[int, int]
    nvram_kbytes: int
    nvram: tuple[str, ...]
    register: str
    inventory: tuple[Item, ...]
    hardware: tuple[str, ...] = ()
    has_boot_loader: bool = False
    is_xe: bool = False


@dataclass(frozen=True, slots=True)
class VersionView:
    """`show version`; `interfaces`: (count, family) in the order of a list.

    register: the configuration register of this boot, None: the model's own; next_register: of the
    next one.
    restarted: when it booted, told only by a clock that was set.  was_reloaded: False after power
    on.
    """

    hostname: str
    platform: Platform
    release: str
    board: str
    uptime: Time
    reload_reason: str
    interfaces: tuple[tuple[int, str], ...]
    register: int | None = None
    next_register: int | None = None
    was_reloaded: bool = False
    restarted: str | None = None


@dataclass(frozen=True, slots=True)
class InventoryView:
    """`show inventory`."""

    items: tuple[Item, ...]
    board: str


@dataclass(frozen=True, slots=True)
class ConfigurationView:
    """A configuration as text.

    is_numbered: each line with its number.  is_apart: with one more empty line above the length, as
    releases from 15.7 on print it.
    """

    lines: tuple[str, ...]
    length_bytes: int
    is_numbered: bool = False
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class StartupView:
    """`show startup-config`: `capacity_bytes` is the size of the configuration memory."""

    lines: tuple[str, ...]
    length_bytes: int
    capacity_bytes: int
