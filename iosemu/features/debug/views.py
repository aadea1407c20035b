"""What `show debugging` is about."""

from __future__ import annotations

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class DebuggingView:
    """Flags that are on, in the order they were turned on."""

    flags: tuple[str, ...]
    said: tuple[str, ...]
    """What is said of each: "ICMP packet debugging is on"."""


@dataclass(frozen=True, slots=True)
class ConditionsView:
    """Conditions: number and short name of the interface."""

    conditions: tuple[tuple[int, str], ...]
