"""The registry as a device needs it: engines to create, functions to call at a commit."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import Any

from iosemu.config.tree import Config, Slot
from iosemu.proto.base import Engine
from iosemu.registry import Feature, load
from iosemu.stack.state import Stack
from iosemu.values import dataclass

Apply = Callable[[Stack, Any, Config, Config], None]
"""`apply(stack, router, old, new)`: carry a commit into the stack and the parts of the device."""

Base = Callable[[Config, Iterable[str], str], Config]
"""`base(config, ports, startup) -> config`: what is there before the startup configuration."""


Touched = Container[str] | None
"""The slots a commit may have changed; None: any."""


@dataclass(frozen=True, slots=True)
class EngineKind:
    """An engine of a feature: its name, class, and the config slots it is told of."""

    name: str
    create: Callable[[], Engine]
    slots: tuple[type[Slot], ...]

    def concerns(self, old: Config, new: Config, touched: Touched) -> bool:
        """Whether a commit changed a slot of this engine."""
        for slot in self.slots:
            if (touched is None or slot.SLOT in touched) and old.of(slot) is not new.of(slot):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Follower:
    """What brings the stack or the device to a configuration, and after a change of which slots;
    without any, it is called at each commit."""

    apply: Apply
    slots: tuple[str, ...]

    def concerns(self, touched: Touched) -> bool:
        """Whether a commit may have changed what it follows."""
        if touched is None or not self.slots:
            return True
        return any(slot in touched for slot in self.slots)


@dataclass(frozen=True, slots=True)
class Features:
    """What the registry lists, loaded."""

    followers: tuple[Follower, ...]
    engines: tuple[EngineKind, ...]
    bases: tuple[Base, ...]

    @classmethod
    def of(cls, listed: Iterable[Feature]) -> Features:
        """Import what the features name."""
        followers, engines, bases = [], [], []
        for feature in listed:
            if feature.apply is not None:
                followers.append(Follower(load(feature.apply), feature.follows))
            if feature.engine is not None:
                kind = load(feature.engine)
                engines.append(EngineKind(feature.name, kind, kind.SLOTS))
            if feature.base is not None:
                bases.append(load(feature.base))
        return cls(tuple(followers), tuple(engines), tuple(bases))
