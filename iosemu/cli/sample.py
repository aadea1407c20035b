"""Random valid lines of a grammar, for the fixed point: apply, print, replay, compare."""

from __future__ import annotations

from collections.abc import Callable

from iosemu.kernel.rng import Random

from . import interfaces
from .configure import CONFIGURE, Modes
from .grammar import Command, Grammar, has_release
from .syntax import AnyOrder, Choice, Item, Keyword, Sequence, Value

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def sample_word(random: Random) -> str:
    """A name that no keyword begins with: capitals, digits and dashes."""
    return (
        random.choice(_LETTERS)
        + "".join(random.choice(_LETTERS + "0123456789-_") for _ in range(random.randint(2, 8)))
        + random.choice("0123456789")
    )


def _address(random: Random) -> str:
    return ".".join(str(random.choice((0, 1, 10, 128, 192, 255))) for _ in range(3)) + (
        f".{random.randint(0, 255)}"
    )


def _ipv6(random: Random) -> str:
    return f"2001:DB8:{random.randint(1, 65535):X}::{random.randint(1, 65535):X}"


def _interface(random: Random) -> str:
    kind = random.choice(interfaces.TYPES)
    first = random.randint(0, min(kind.limit, 9))
    return kind.name + "/".join([str(first), "0"] if kind.parts[1] > 1 else [str(first)])


_SAMPLES: dict[str, Callable[[Random], str]] = {
    "A.B.C.D": _address,
    "A.B.C.D/nn": lambda r: f"{_address(r)}/{r.randint(0, 32)}",
    "X:X:X:X::X": _ipv6,
    "X:X:X:X::X/nn": lambda r: f"{_ipv6(r)}/{r.randint(0, 128)}",
    "X:X:X:X::X/host": lambda r: f"{_ipv6(r)}/{r.randint(48, 64)}",
    "H.H.H": lambda r: ".".join(f"{r.randint(0, 65535):04x}" for _ in range(3)),
    "hh:mm:ss": lambda r: f"{r.randint(0, 23):02}:{r.randint(0, 59):02}:{r.randint(0, 59):02}",
    "hh:mm": lambda r: f"{r.randint(0, 23)}:{r.randint(0, 59):02}",
    "ASN:nn": lambda r: f"{r.randint(1, 65535)}:{r.randint(0, 65535)}",
    "<1.0-XX.YY>": lambda r: f"{r.randint(1, 65535)}.{r.randint(0, 65535)}",
    "INTERFACE": _interface,
    "WORD": sample_word,
    "LINE": lambda r: " ".join(sample_word(r) for _ in range(r.randint(1, 3))),
}


def sample_value(kind: str, random: Random) -> str:
    """A word of this kind of value; small numbers are as likely as great ones."""
    if kind.startswith("<") and kind not in _SAMPLES:
        low, high = (int(n) for n in kind[1:-1].rsplit("-", 1))
        return str(random.randint(low, random.choice((min(low + 4, high), high))))
    return _SAMPLES[kind](random)


def sample_line(command: Command, random: Random) -> str:
    """A valid line of a command, without `no`."""
    return " ".join(_sequence(command.syntax, random))


def _sequence(syntax: Sequence, random: Random) -> list[str]:
    return [word for item in syntax for word in _item(item, random)]


def _item(item: Item, random: Random) -> list[str]:
    match item:
        case Keyword():
            return [item.text]
        case Value():
            count = random.randint(1, 3) if item.many else 1
            return [sample_value(item.kind, random) for _ in range(count)]
        case Choice():
            if item.optional and random.random() < 0.5:
                return []
            return _sequence(random.choice(item.branches), random)
        case AnyOrder():
            taken = [b for b in item.branches if random.random() < 0.5]
            random.shuffle(taken)
            return [word for branch in taken for word in _sequence(branch, random)]
        case _:
            raise AssertionError(item)


def sample_command(
    grammar: Grammar, modes: Modes, random: Random, *, version: str = "15.4"
) -> tuple[Command, str] | None:
    """A command of the current mode and a line of it, sometimes negated; None in an empty mode."""
    commands = [
        c
        for c in grammar.modes[(modes or CONFIGURE)[-1].mode].commands
        if has_release(c.stanza, version) and c.stanza.action
    ]
    if not commands:
        return None
    command = random.choice(commands)
    line = sample_line(command, random)
    if command.stanza.negation == "no" or (command.stanza.negation and random.random() < 0.15):
        line = f"no {line}"
    elif command.stanza.negation and random.random() < 0.03:
        line = f"default {line}"
    return command, line
