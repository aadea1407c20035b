"""The registry as a device needs it: engines to create, functions to call at a commit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from iosemu.config.tree import Config, Slot
from iosemu.proto.base import Engine
from iosemu.registry import Feature, load
from iosemu.stack.state import Stack

Apply = Callable[[Stack, Any, Config, Config], None]
"""`apply(stack, router, old, new)`: carry a commit into the stack and the parts of the device."""

Base = Callable[[Config, Iterable[str], str], Config]
"""`base(config, ports, startup) -> config`: what is there before the startup configuration."""


@dataclass(frozen=True, slots=True)
class EngineKind:
    """An engine of a feature: its name, class, and the config slots it is told of."""

    name: str
    create: Callable[[], Engine]
    slots: tuple[type[Slot], ...]

    def concerns(self, old: Config, new: Config) -> bool:
        """Whether a commit changed a slot of this engine."""
        touched = new.slots.touched(old.slots)
        return any(
            (touched is None or slot.SLOT in touched) and old.of(slot) is not new.of(slot)
            for slot in self.slots
        )


@dataclass(frozen=True, slots=True)
class Features:
    """What the registry lists, loaded."""

    applies: tuple[Apply, ...]
    engines: tuple[EngineKind, ...]
    bases: tuple[Base, ...]

    @classmethod
    def of(cls, listed: Iterable[Feature]) -> Features:
        """Import what the features name."""
        applies, engines, bases = [], [], []
        for feature in listed:
            if feature.apply is not None:
                applies.append(load(feature.apply))
            if feature.engine is not None:
                kind = load(feature.engine)
                engines.append(EngineKind(feature.name, kind, kind.SLOTS))
            if feature.base is not None:
                bases.append(load(feature.base))
        return cls(tuple(applies), tuple(engines), tuple(bases))
