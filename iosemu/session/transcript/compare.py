"""Expected lines against printed lines: a verdict for each.

Equal but for trailing blanks is `pass`.  Equal but for volatile fields whose values are plausible
is `normalised`.  Everything else is `differs`, or `erratum` where the transcript corrects its
source and the correction holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from iosemu.values import dataclass

from .read import Expected, Gap, Log, Text
from .shapes import fields


class Verdict(Enum):
    """What became of one line."""

    PASS = "pass"
    NORMALISED = "normalised"
    DIFFERS = "differs"
    ERRATUM = "erratum"


@dataclass(frozen=True, slots=True)
class Judged:
    """One line of the comparison.  `number`: the line of the transcript, or the one before it."""

    number: int
    verdict: Verdict
    expected: str | None
    printed: str | None
    note: str = ""

    def __str__(self) -> str:
        if self.verdict is not Verdict.DIFFERS:
            return (
                f"{self.number:>5} {self.verdict.value:<10} {self.printed or self.expected or ''}"
            )
        lines = [f"{self.number:>5} {self.verdict.value:<10} {self.note}".rstrip()]
        if self.expected is not None:
            lines.append(f"      expected   {self.expected}")
        if self.printed is not None:
            lines.append(f"      printed    {self.printed}")
        return "\n".join(lines)


def compare_line(expected: str, printed: str) -> tuple[Verdict, str]:
    """Two lines; the note says which field is wrong, if one is."""
    expected, printed = expected.rstrip(), printed.rstrip()
    if expected == printed:
        return Verdict.PASS, ""
    wanted, got = fields(expected), fields(printed)
    if not wanted or [f.shape.name for f in wanted] != [f.shape.name for f in got]:
        return Verdict.DIFFERS, ""
    at_wanted = at_got = 0
    for want, have in zip(wanted, got, strict=True):
        if expected[at_wanted : want.start] != printed[at_got : have.start]:
            return Verdict.DIFFERS, ""
        if not have.shape.is_plausible(have.text):
            return Verdict.DIFFERS, f"no plausible {have.shape.name}: {have.text}"
        at_wanted, at_got = _behind(expected, want.end), _behind(printed, have.end)
        pads = (at_wanted - want.end, at_got - have.end)
        if pads not in ((0, 0), (1, 1)) and at_wanted - want.start != at_got - have.start:
            return Verdict.DIFFERS, f"columns behind {have.shape.name}"
    same = expected[at_wanted:] == printed[at_got:]
    return (Verdict.NORMALISED if same else Verdict.DIFFERS), ""


def _behind(line: str, at: int) -> int:
    """Where the padding behind a field ends: a field of another length moves it."""
    return at + len(line[at:]) - len(line[at:].lstrip(" "))


def compare(expected: Sequence[Expected], printed: Sequence[str]) -> list[Judged]:
    """Align a block with what was printed, with the fewest differences."""
    wanted = [item for item in expected if not isinstance(item, Log)]
    got = [line.rstrip() for line in printed]
    while got and not got[-1]:
        got.pop()
    while (
        got and not got[0] and not (wanted and isinstance(wanted[0], Text) and not wanted[0].text)
    ):
        got.pop(0)
    return _Alignment(wanted, got).judged()


@dataclass(frozen=True, slots=True)
class _Move:
    """How an alignment goes on: how many expected and printed lines it consumes."""

    cost: int
    take_expected: int
    take_printed: int


class _Alignment:
    """Fewest differences by dynamic programming from the end; a gap swallows lines for nothing."""

    def __init__(self, wanted: list[Text | Gap], got: list[str]) -> None:
        self.wanted, self.got = wanted, got
        self.verdicts: dict[tuple[str, str], tuple[Verdict, str]] = {}
        self.start = self._equal_head()

    def _equal_head(self) -> int:
        at = 0
        for want, have in zip(self.wanted, self.got, strict=False):
            if not isinstance(want, Text) or want.text.rstrip() != have:
                break
            at += 1
        return at

    def _line(self, want: str, have: str) -> tuple[Verdict, str]:
        key = (want, have)
        if key not in self.verdicts:
            self.verdicts[key] = compare_line(want, have)
        return self.verdicts[key]

    def _moves(self) -> list[list[_Move]]:
        rows, columns = len(self.wanted), len(self.got)
        table = [[_Move(0, 0, 0)] * (columns + 1) for _ in range(rows + 1)]
        for i in range(rows, self.start - 1, -1):
            for j in range(columns, self.start - 1, -1):
                table[i][j] = self._best(table, i, j)
        return table

    def _best(self, table: list[list[_Move]], i: int, j: int) -> _Move:
        rows, columns = len(self.wanted), len(self.got)
        if i == rows:
            return _Move(columns - j, 0, 1) if j < columns else _Move(0, 0, 0)
        want = self.wanted[i]
        if isinstance(want, Gap):
            skipped = _Move(table[i + 1][j].cost, 1, 0)
            if j == columns:
                return skipped
            return min(skipped, _Move(table[i][j + 1].cost, 0, 1), key=lambda m: m.cost)
        optional = want.is_comment or not want.text
        choices = [_Move(table[i + 1][j].cost + (0 if want.is_comment else 2), 1, 0)]
        if j < columns:
            matches = self._line(want.text, self.got[j])[0] is not Verdict.DIFFERS
            if matches or not optional:
                choices.insert(0, _Move(table[i + 1][j + 1].cost + (0 if matches else 3), 1, 1))
            choices.append(_Move(table[i][j + 1].cost + 2, 0, 1))
        return min(choices, key=lambda m: m.cost)

    def judged(self) -> list[Judged]:
        table = self._moves()
        judged = [
            _judge(want, have, Verdict.PASS, "")
            for want, have in zip(self.wanted[: self.start], self.got, strict=False)
            if isinstance(want, Text)
        ]
        i = j = self.start
        while i < len(self.wanted) or j < len(self.got):
            move = table[i][j]
            judged += self._judge_move(move, i, j)
            i, j = i + move.take_expected, j + move.take_printed
        return judged

    def _judge_move(self, move: _Move, i: int, j: int) -> list[Judged]:
        want = self.wanted[i] if i < len(self.wanted) else None
        if isinstance(want, Gap):
            return []
        if want is not None and move.take_expected and move.take_printed:
            return [_judge(want, self.got[j], *self._line(want.text, self.got[j]))]
        if want is not None and move.take_expected:
            if want.is_comment:
                return []
            return [Judged(want.number, Verdict.DIFFERS, want.text, None, "missing")]
        number = want.number if want is not None else self._last_number()
        return [Judged(number, Verdict.DIFFERS, None, self.got[j], "not expected")]

    def _last_number(self) -> int:
        return self.wanted[-1].number if self.wanted else 0


def _judge(want: Text, have: str, verdict: Verdict, note: str) -> Judged:
    if verdict is not Verdict.DIFFERS and want.was is not None:
        verdict, note = Verdict.ERRATUM, f"the source has {want.was!r}"
    return Judged(want.number, verdict, want.text, have, note)


def verdict_of(judged: Sequence[Judged]) -> Verdict:
    """The worst of a block: differs, erratum, normalised, pass."""
    order = (Verdict.DIFFERS, Verdict.ERRATUM, Verdict.NORMALISED)
    held = {line.verdict for line in judged}
    return next((verdict for verdict in order if verdict in held), Verdict.PASS)
