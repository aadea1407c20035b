"""What `key chain` configures, and which keys hold at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.proto.calendar import DAY_S, MONTHS, days_of
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class KeyString:
    """`key-string`; `encryption` 7: `text` is hidden."""

    text: str
    encryption: int | None = None


@dataclass(frozen=True, slots=True)
class Lifetime:
    """From a time of day (seconds) of a date, for ever, for some seconds, or until another."""

    start_time: int
    start_month: str
    start_day: int
    start_year: int
    infinite: bool = False
    duration: int | None = None
    end_time: int | None = None
    end_month: str | None = None
    end_day: int | None = None
    end_year: int | None = None

    def span(self) -> tuple[int, int | None]:
        """First second and the first no more, since 1970 on the device's clock; None: no end."""
        start = _seconds(self.start_year, self.start_month, self.start_day, self.start_time)
        if self.duration is not None:
            return start, start + self.duration
        if self.end_month is None:
            return start, None
        assert self.end_year is not None
        assert self.end_day is not None
        assert self.end_time is not None
        return start, _seconds(self.end_year, self.end_month, self.end_day, self.end_time)

    def holds(self, second: int) -> bool:
        """Whether a second of the device's clock lies within."""
        start, end = self.span()
        return start <= second and (end is None or second < end)


def _seconds(year: int, month: str, day: int, time_s: int) -> int:
    return days_of(year, MONTHS.index(month) + 1, day) * DAY_S + time_s


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a chain.  No lifetime: always."""

    key_string: KeyString | None = None
    algorithm: str | None = None
    accept: Lifetime | None = None
    send: Lifetime | None = None


@dataclass(frozen=True, slots=True)
class KeyChain:
    """Keys by number."""

    description: str | None = None
    keys: Entries[int, Key] = field(default_factory=Entries)

    def sending(self, second: int) -> tuple[int, Key] | None:
        """The key to send with: of those that hold the one of the lowest number."""
        return next(self._usable(second, "send"), None)

    def accepted(self, second: int) -> tuple[tuple[int, Key], ...]:
        """The keys with which a packet is accepted."""
        return tuple(self._usable(second, "accept"))

    def turns(self) -> Iterator[int]:
        """The seconds at which some key begins or ceases to hold."""
        for key in self.keys.values():
            for lifetime in (key.accept, key.send):
                if lifetime is not None:
                    yield from (at for at in lifetime.span() if at is not None)

    def _usable(self, second: int, use: str) -> Iterator[tuple[int, Key]]:
        for number in sorted(self.keys):
            key = self.keys[number]
            lifetime: Lifetime | None = getattr(key, use)
            if key.key_string is not None and (lifetime is None or lifetime.holds(second)):
                yield number, key


@dataclass(frozen=True, slots=True)
class KeyChainsConfig:
    """Key chains by name."""

    SLOT: ClassVar[str] = "key_chain"

    chains: Entries[str, KeyChain] = field(default_factory=Entries)
