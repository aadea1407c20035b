"""Follows the tracked objects that next hops of route maps hang on."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from iosemu.config.tree import Config
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    Action,
    Configured,
    Input,
    InterfaceChanged,
    PolicyTrack,
    Published,
    Subscribe,
)
from iosemu.values import dataclass, field

from .config import RouteMapsConfig

TRACK = "track "


@dataclass(slots=True)
class PolicyEngine:
    """`followed`: numbers of objects, once asked for always told."""

    SLOTS: ClassVar[tuple[type, ...]] = (RouteMapsConfig,)

    followed: dict[int, None] = field(default_factory=dict)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(_, new):
                return follow(self, new)
            case Published(topic, is_up):
                return [PolicyTrack(int(topic.removeprefix(TRACK)), is_up)]
            case InterfaceChanged():
                return []
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


def follow(engine: PolicyEngine, config: Config) -> list[Action]:
    """Ask for every object that a route map names and that was not asked for yet."""
    actions: list[Action] = []
    for held in config.of(RouteMapsConfig).maps.values():
        for entry in held.entries.values():
            for hop in entry.set_verified.values():
                if hop.track not in engine.followed:
                    engine.followed[hop.track] = None
                    actions.append(Subscribe(f"{TRACK}{hop.track}"))
    return actions
