"""Remembers which prefix list was changed last."""

from __future__ import annotations

from typing import Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.stack.state import Stack
from iosemu.values import dataclass

from .config import PrefixListsConfig

T = TypeVar("T")


@dataclass(slots=True)
class LastPrefixList:
    """The list of the last deletion or insertion of an entry, None before the first; likewise of
    IPv6."""

    name: str | None = None
    ipv6: str | None = None


class Device(Protocol):
    """The device: its parts by class."""

    def part(self, kind: type[T]) -> T: ...


def apply(stack: Stack, device: Device, old: Config, new: Config) -> None:
    """Of several changed at once, the last in the configuration."""
    before, after = old.of(PrefixListsConfig), new.of(PrefixListsConfig)
    for name in after.lists.changed_keys(before.lists):
        device.part(LastPrefixList).name = name
    for name in after.ipv6.changed_keys(before.ipv6):
        device.part(LastPrefixList).ipv6 = name
