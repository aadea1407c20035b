"""Random valid lines of a grammar, and the fixed point they must keep.

Names, addresses and numbers come from small pools, so that lines meet each other: entries are
entered again, replaced, negated and removed.  Keywords are sometimes abbreviated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from iosemu.cli.configure import CONFIGURE, Modes, configure_line
from iosemu.cli.grammar import Command, Grammar, has_release
from iosemu.cli.nvgen import as_data, running_lines
from iosemu.cli.syntax import AnyOrder, Choice, Item, Keyword, Sequence, Value, leaves
from iosemu.config.tree import Config
from iosemu.kernel.rng import Random

_WORDS = ("ALPHA", "BRAVO", "CHARLIE", "D-4", "E_5", "F6", "GOLF.7", "x", "99z")
_OCTETS = (0, 1, 2, 10, 127, 128, 192, 255)
_MASKS = ("255.255.255.0", "255.255.255.255", "255.0.0.0", "0.0.0.0", "0.0.0.255", "0.0.3.255")
_INTERFACES = ("Ethernet0/0", "e0/1", "Ethernet 0/2", "Loopback0", "lo12", "Serial4/0", "Tunnel3")


def _address(random: Random) -> str:
    if random.random() < 0.3:
        return random.choice(_MASKS)
    return ".".join(str(random.choice(_OCTETS)) for _ in range(4))


def _line(random: Random) -> str:
    return " ".join(random.choice(_WORDS) for _ in range(random.randint(1, 3)))


def _time(random: Random) -> str:
    return f"{random.randrange(24):02}:{random.randrange(60):02}:{random.randrange(60):02}"


_SAMPLES: dict[str, Callable[[Random], str]] = {
    "A.B.C.D": _address,
    "A.B.C.D/nn": lambda r: f"{_address(r)}/{r.randrange(33)}",
    "X:X:X:X::X": lambda r: f"2001:DB8::{r.randrange(4):X}",
    "X:X:X:X::X/nn": lambda r: f"2001:DB8:{r.randrange(4):X}::/{r.randint(48, 64)}",
    "X:X:X:X::X/host": lambda r: f"2001:DB8:{r.randrange(65536):X}::1/{r.randint(48, 64)}",
    "H.H.H": lambda r: f"aabb.cc00.0{r.randrange(4)}00",
    "hh:mm:ss": _time,
    "hh:mm": lambda r: f"{r.randint(0, 23)}:{r.randint(0, 59):02}",
    "ASN:nn": lambda r: f"{r.randint(1, 3)}:{r.randrange(3)}",
    "<1.0-XX.YY>": lambda r: f"{r.randint(1, 3)}.{r.randrange(3)}",
    "INTERFACE": lambda r: r.choice(_INTERFACES),
    "WORD": lambda r: r.choice(_WORDS),
    "LINE": _line,
}


def value(kind: str, random: Random) -> str:
    """A word of a kind of value; numbers are small, at an end of the range, or anywhere."""
    if kind in _SAMPLES:
        return _SAMPLES[kind](random)
    low, high = (int(n) for n in kind[1:-1].split("-"))
    near = min(high, low + 3)
    drawn = random.randrange(10)
    if drawn < 7:
        return str(random.randint(low, near))
    return str(high if drawn == 7 else random.randint(low, high))


@dataclass
class Sampler:
    """Lines for the mode a terminal is in."""

    grammar: Grammar
    random: Random
    version: str
    abbreviates: bool = True

    def line(self, modes: Modes) -> str:
        """A valid line of the current mode, or one that leaves it."""
        if len(modes) > 1 and self.random.random() < 0.08:
            return "exit"
        commands = self.commands((modes or CONFIGURE)[-1].mode)
        command = self.random.choice(commands)
        words = self.words(command.syntax)
        negation = command.stanza.negation
        if negation == "no":
            return " ".join(["no", *words])
        drawn = self.random.random()
        if negation == "[no]" and drawn < 0.2:
            return " ".join(["no" if drawn < 0.15 else "default", *words])
        return " ".join(words)

    def commands(self, mode: str) -> list[Command]:
        """The configuration commands of a mode that this release has."""
        found = self.grammar.modes[mode].commands
        return [c for c in found if has_release(c.stanza, self.version)]

    def words(self, syntax: Sequence) -> list[str]:
        return [word for item in syntax for word in self.item(item)]

    def item(self, item: Item) -> list[str]:
        match item:
            case Keyword():
                return [self.keyword(item.text)]
            case Value():
                count = self.random.randint(1, 3) if item.many else 1
                return [value(item.kind, self.random) for _ in range(count)]
            case Choice():
                if item.optional and self.random.random() < 0.5:
                    return []
                count = self.random.randint(1, 3) if item.many else 1
                branches = [self.random.choice(item.branches) for _ in range(count)]
                return [word for branch in branches for word in self.words(branch)]
            case AnyOrder():
                taken = [b for b in item.branches if self.random.random() < 0.4]
                self.random.shuffle(taken)
                return [word for branch in taken for word in self.words(branch)]
            case _:
                raise AssertionError(item)

    def keyword(self, text: str) -> str:
        """The keyword, or a beginning of it that no other keyword of the grammar has."""
        if self.abbreviates and self.random.random() < 0.2:
            return text[: _shortest(self.grammar, text) + self.random.randrange(2)]
        return text


@cache
def _keywords(grammar: Grammar) -> frozenset[str]:
    return frozenset(
        leaf.text.lower()
        for command in grammar.commands
        for leaf in leaves(command.syntax)
        if isinstance(leaf, Keyword)
    )


@cache
def _shortest(grammar: Grammar, text: str) -> int:
    lower = text.lower()
    others = [k for k in _keywords(grammar) if k != lower]
    for length in range(2, len(lower)):
        if not any(other.startswith(lower[:length]) for other in others):
            return length
    return len(text)


# -- the fixed point ----


@dataclass
class Tally:
    """What a run did: lines typed, taken, and refused, by reason."""

    typed: int = 0
    taken: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    stanzas: dict[str, int] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)


def enter(
    grammar: Grammar, lines: Iterator[str] | list[str], version: str
) -> tuple[Config, list[str]]:
    """The configuration after typing lines, and the lines that were refused."""
    config, modes, refused = Config(), CONFIGURE, []
    for line in lines:
        outcome = configure_line(grammar, config, modes, line, version=version)
        if outcome.failure is not None:
            refused.append(line)
        config, modes = outcome.config, outcome.modes or CONFIGURE
    return config, refused


def first_difference(
    grammar: Grammar, config: Config, version: str, same: Callable[[Config, Config], bool]
) -> str | None:
    """What is not the same after printing a configuration and typing it into an empty one."""
    printed = running_lines(grammar, config, version=version)
    replayed, refused = enter(grammar, printed, version)
    if refused:
        return f"refused: {refused[0]}"
    again = running_lines(grammar, replayed, version=version)
    for old, new in zip(printed, again, strict=False):
        if old != new:
            return f"printed {old!r}, then {new!r}"
    if len(printed) != len(again):
        return f"printed {len(printed)} lines, then {len(again)}"
    if not same(config, replayed):
        return "the text is the same and the configuration is not"
    return None


def run(
    grammar: Grammar,
    seed: int,
    lines: int,
    *,
    version: str = "15.4",
    session: int = 60,
    same: Callable[[Config, Config], bool] = lambda one, other: as_data(one) == as_data(other),
) -> Tally:
    """Type random lines, `session` of them into each of several empty configurations."""
    tally = Tally()
    number = 0
    while tally.typed < lines:
        random = Random.named(seed, "fixed point", version, str(number))
        number += 1
        sampler = Sampler(grammar, random, version)
        config, modes = Config(), CONFIGURE
        typed: list[str] = []
        for _ in range(min(session, lines - tally.typed)):
            line = sampler.line(modes)
            typed.append(line)
            outcome = configure_line(grammar, config, modes, line, version=version)
            tally.typed += 1
            if outcome.failure is None:
                tally.taken += 1
                name = outcome.stanza or "exit"
                tally.stanzas[name] = tally.stanzas.get(name, 0) + 1
            else:
                reason = outcome.failure.kind
                tally.refused[reason] = tally.refused.get(reason, 0) + 1
            config, modes = outcome.config, outcome.modes or CONFIGURE
        difference = first_difference(grammar, config, version, same)
        if difference is not None:
            culprit = shrink(grammar, typed, version, same)
            tally.differences.append(f"{difference} after: " + " / ".join(culprit))
    return tally


def shrink(
    grammar: Grammar, typed: list[str], version: str, same: Callable[[Config, Config], bool]
) -> list[str]:
    """The typed lines without those that a difference does not need."""
    kept = list(typed)
    for line in list(kept):
        fewer = [k for k in kept if k is not line]
        config, _ = enter(grammar, fewer, version)
        if first_difference(grammar, config, version, same) is not None:
            kept = fewer
    return kept
