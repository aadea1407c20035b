"""What the system shows are about."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class Platform:
    """The words of `show version` that belong to a model."""

    software: str
    image: str
    rom: str
    file: str
    processor: str
    memory: str
    nvram_kbytes: int
    nvram: str
    register: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """`show version`; `interfaces`: (count, family) in the order of a list.

    register: the configuration register of this boot, None: the model's own; next_register: of the
    next one.
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
