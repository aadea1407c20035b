"""A link of a lab, as scripts see it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from iosemu.fabric import LAN, Quality
from iosemu.fabric.filter import compiled
from iosemu.fabric.rules import Drop, Match, Rule
from iosemu.fabric.topology import PortKey
from iosemu.kernel.time import MILLISECOND

from .mutations import DropFrames, SetDrops, SetLink, SetQuality

if TYPE_CHECKING:
    from .lab import Lab


class LabLink:
    """One link.  `end` names one end, as "R1:Ethernet0/0"; without it all ends are meant."""

    def __init__(self, lab: Lab, number: int) -> None:
        self._lab, self.number = lab, number

    @property
    def ends(self) -> tuple[str, ...]:
        """Its ends, as "R1:Ethernet0/0"."""
        return tuple(f"{node}:{port}" for node, port in self._lab.fabric.links[self.number].ports)

    def down(self, end: str | None = None) -> None:
        """Cut it: seen by all ends, or by one only."""
        self._lab.act(SetLink(self.number, False, self._keys(end)))

    def up(self, end: str | None = None) -> None:
        """Mend it."""
        self._lab.act(SetLink(self.number, True, self._keys(end)))

    def impair(
        self,
        *,
        end: str | None = None,
        loss: float | None = None,
        delay_ms: float | None = None,
        jitter_ms: float | None = None,
        rate_kbps: int | None = None,
        duplicate: float | None = None,
        reorder: float | None = None,
        corrupt: float | None = None,
    ) -> None:
        """Change what is given, for frames that leave one end or all.  Chances are in 0..1."""
        given: dict[str, Any] = {
            "loss": loss,
            "delay_ns": None if delay_ms is None else round(delay_ms * MILLISECOND),
            "jitter_ns": None if jitter_ms is None else round(jitter_ms * MILLISECOND),
            "rate_bps": None if rate_kbps is None else rate_kbps * 1000,
            "duplicate": duplicate,
            "reorder": reorder,
            "corrupt": corrupt,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        for key in self._keys(end) or self._lab.fabric.links[self.number].ports:
            held = self._lab.fabric.ports[key].quality
            self._lab.act(SetQuality(self.number, replace(held, **changes), (key,)))

    def drop(
        self,
        filter: str = "",
        *,
        every: int = 1,
        skip: int = 0,
        count: int | None = None,
        end: str | None = None,
    ) -> None:
        """Drop what leaves one end or all and fits a filter such as "icmp and src host 10.0.0.1",
        besides what is dropped already: not the first `skip` frames, then every n-th, `count`
        times.  ValueError if it is no filter."""
        compiled(filter)
        if every < 1 or skip < 0 or (count is not None and count < 1):
            raise ValueError("every and count are at least 1, skip at least 0")
        rule = DropFrames(filter, every, skip, count)
        for key in self._keys(end) or self._lab.fabric.links[self.number].ports:
            held = drops_of(self._lab.fabric.rules.get(key, ()))
            self._lab.act(SetDrops(key, (*held, rule)))

    def repair(self) -> None:
        """Take all faults away; delay and rate become the defaults."""
        self._lab.act(SetQuality(self.number, LAN))
        for key in self._lab.fabric.links[self.number].ports:
            if key in self._lab.fabric.rules:
                self._lab.act(SetDrops(key))

    def quality(self, end: str) -> Quality:
        """Delay and faults of what leaves an end."""
        return self._lab.fabric.ports[self._lab.port_key(end)].quality

    def _keys(self, end: str | None) -> tuple[PortKey, ...]:
        return () if end is None else (self._lab.port_key(end),)


def rule_of(drop: DropFrames) -> Rule:
    """The rule of the fabric that a drop of a lab is."""
    reason = f"filter {drop.filter}" if drop.filter else "filter"
    return Rule(Match(filter=drop.filter), Drop(reason), drop.skip, drop.count, drop.every)


def drops_of(rules: tuple[Rule, ...]) -> tuple[DropFrames, ...]:
    """The drops that made these rules."""
    return tuple(DropFrames(r.match.filter, r.every, r.skip, r.count) for r in rules)
