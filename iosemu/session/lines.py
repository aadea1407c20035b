"""The lines of a device and who sits at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from iosemu.config.tree import Config
from iosemu.features.line.config import LineConfig, LinesConfig, VtyConfig
from iosemu.kernel.world import World

from .session import Kind, Session


@dataclass(frozen=True, slots=True)
class HangUp:
    """Event of a session: its line is reset by somebody else."""


@dataclass(slots=True)
class LineUses:
    """How often each line was used since the boot, by its number among all lines."""

    counts: dict[int, int] = field(default_factory=dict)

    def count(self, number: int) -> None:
        self.counts[number] = self.counts.get(number, 0) + 1


def line_config(config: Config, session: Session) -> LineConfig:
    """The configuration of a session's line."""
    lines = config.of(LinesConfig)
    if session.kind is Kind.VTY:
        return lines.vty.get(session.line_number) or VtyConfig()
    return lines.con.get(session.line_number) or LineConfig()


def sessions_of(world: World, device: str) -> list[Session]:
    """The terminals of a device that somebody may see: con 0 and its virtual terminals in use."""
    held: dict[int, Session] = world.parts.get("sessions", {})
    seen = [s for s in held.values() if s.device == device and s.kind is not Kind.HIDDEN]
    return sorted((s for s in seen if not s.is_over), key=lambda s: s.absolute_number)


def free_vty(world: World, config: Config, device: str, wanted: int | None = None) -> int | None:
    """The first virtual terminal nobody sits at, or the wanted one; None if it is busy."""
    busy = {s.line_number for s in sessions_of(world, device) if s.kind is Kind.VTY}
    return next(
        (number for number in open_vtys(config) if number not in busy and wanted in (None, number)),
        None,
    )


def open_vtys(config: Config) -> Iterator[int]:
    """Virtual terminals that let somebody in: not those with `transport input none`."""
    for number, line in sorted(config.of(LinesConfig).vty.items()):
        if line.transport_input != ("none",):
            yield number
