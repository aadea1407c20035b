"""The mutation guard: would the comparison notice if the transcript expected something else?

Every token of every expected line that is no volatile field is changed, one at a time, and
compared with what was really printed.  A change that still passes is a survivor: the transcript
does not test that token.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from iosemu.values import dataclass

from .compare import Verdict, compare, compare_line, verdict_of
from .read import Expected, Log, Text
from .run import Exchange, Result
from .shapes import fields

_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A changed line that passed all the same."""

    number: int
    line: str
    changed: str

    def __str__(self) -> str:
        return f"{self.number}: {self.line!r} may as well be {self.changed!r}"


def survivors(result: Result) -> list[Survivor]:
    """Every change that the replay would not notice; the transcript itself must have passed."""
    return [lost for exchange in result.exchanges for lost in _of_exchange(exchange)]


def _of_exchange(exchange: Exchange) -> Iterator[Survivor]:
    block = exchange.block
    for at, item in enumerate(block):
        if not isinstance(item, Text) or item.is_comment:
            continue
        for changed in mutations(item.text):
            mutant: list[Expected] = [*block[:at], replace(item, text=changed), *block[at + 1 :]]
            if verdict_of(compare(mutant, exchange.printed)) is not Verdict.DIFFERS:
                yield Survivor(item.number, item.text, changed)
    yield from _of_logs(exchange)


def _of_logs(exchange: Exchange) -> Iterator[Survivor]:
    expected = [item for item in exchange.step.expected if isinstance(item, Log)]
    for item, printed in zip(expected, exchange.logs, strict=False):
        lines = printed.replace("\r\n", "\n").split("\n")
        got = [line for line in lines if line.strip()]
        for wanted, have in zip([item.text, *item.more], got, strict=False):
            for changed in mutations(wanted):
                if compare_line(changed, have)[0] is not Verdict.DIFFERS:
                    yield Survivor(item.number, wanted, changed)


def mutations(line: str) -> Iterator[str]:
    """The line with one token changed in one character, for each token that is not volatile."""
    volatile = fields(line)
    for token in _TOKEN.finditer(line):
        for at in range(token.start(), token.end()):
            if all(not field.start <= at < field.end for field in volatile):
                yield line[:at] + _another(line[at]) + line[at + 1 :]
                break


def _another(character: str) -> str:
    if character.isdecimal():
        return str((int(character) + 1) % 10)
    return "x" if character != "x" else "y"
