"""What `explain` found, as frozen values, and how it reads.  Knows no lab."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from iosemu.kernel.time import SECOND, Time
from iosemu.values import dataclass


class Outcome(StrEnum):
    """How a followed packet ended."""

    DELIVERED = "delivered"
    DROPPED = "dropped"
    REFUSED = "refused"
    LOST = "lost on the link"
    LEFT = "left the lab"
    UNTAKEN = "taken by nobody"
    WAITING = "not whole"


@dataclass(frozen=True, slots=True)
class ConfigLine:
    """A line of a running configuration, and the one it stands under; empty: none."""

    text: str
    under: str = ""

    def __str__(self) -> str:
        return f"'{self.text}'" + (f" of '{self.under}'" if self.under else "")


@dataclass(frozen=True, slots=True)
class Step:
    """What one stage of one router did, or what became of the packet between two.

    at: ns since lab start.  role: "packet", "reply" or "ICMP error".  interface: it came in by,
    empty if it was made here.  reason: name of the reason of a drop.  lines: what decided.
    """

    at: Time
    router: str
    role: str
    interface: str
    stage: str
    verdict: str
    text: str = ""
    lines: tuple[ConfigLine, ...] = ()
    reason: str = ""

    @property
    def says_something(self) -> bool:
        """Whether it is more than a stage that let the packet pass."""
        return bool(self.text or self.lines or self.verdict != "pass")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A packet from its beginning to its end.

    router: where it ended.  back: the way of the reply, or of the ICMP error that came of it;
    `answer` is how that ended, None if nothing came back.
    """

    packet: str
    outcome: Outcome
    router: str
    steps: tuple[Step, ...]
    back: tuple[Step, ...] = ()
    answer: Outcome | None = None
    notes: tuple[str, ...] = ()

    @property
    def last(self) -> Step:
        """The step that ended it."""
        return self.steps[-1]

    @property
    def reading(self) -> str:
        """The whole in one sentence."""
        step = self.last
        lines = f", by {' and '.join(map(str, step.lines))}" if step.lines else ""
        why = f": {step.text}{lines}" if step.text else ""
        return f"{self.packet} is {self.outcome.value} at {self.router} ({step.stage}){why}"

    def __str__(self) -> str:
        return "\n".join(text_of(self, both=True))


@dataclass(frozen=True, slots=True)
class DropView:
    """A packet that a router dropped.  number: 1 is the newest of those asked for.  at: ns since
    lab start.  interface: it came in by, empty if it was made there."""

    number: int
    at: Time
    router: str
    interface: str
    packet: str
    reason: str
    verdict: str
    text: str
    lines: tuple[ConfigLine, ...] = ()


HEADINGS = ("router", "interface", "stage", "verdict", "why")


def text_of(found: Explanation, *, both: bool = False, detail: bool = False) -> Iterator[str]:
    """A table of the steps that say something, or with `detail` of all, and how it ended."""
    shown = [step for step in found.steps if detail or step.says_something]
    yield found.packet
    yield from table([HEADINGS, *(row for step in shown for row in rows_of(step))])
    for note in found.notes:
        yield f"note: {note}"
    yield f"=> {found.outcome.value} at {found.router}"
    if not both:
        return
    if found.answer is None:
        yield "=> nothing comes back"
        return
    back = [step for step in found.back if detail or step.says_something]
    yield f"the {found.back[0].role} it causes"
    yield from table([HEADINGS, *(row for step in back for row in rows_of(step))])
    yield f"=> {found.answer.value} at {found.back[-1].router}"


def rows_of(step: Step) -> Iterator[tuple[str, ...]]:
    """One row, and one more for each line that decided."""
    yield step.router, step.interface or "-", step.stage, step.verdict, step.text
    for line in step.lines:
        yield "", "", "", "", f"  {line}"


def drop_text(drops: list[DropView]) -> Iterator[str]:
    """The last drops in one table, the newest first."""
    rows = [
        (
            str(drop.number),
            f"{drop.at / SECOND:.6f}",
            drop.router,
            drop.interface or "-",
            drop.packet,
            drop.verdict,
        )
        for drop in drops
    ]
    return table([("no", "time", "router", "interface", "packet", "reason"), *rows])


def one_drop_text(drop: DropView) -> Iterator[str]:
    """One drop in full."""
    where = f"came in by {drop.interface}" if drop.interface else "made there"
    yield f"{drop.packet}, {where}"
    yield f"{drop.router} dropped it at {drop.at / SECOND:.6f} s: {drop.verdict}"
    yield f"  {drop.text}"
    for line in drop.lines:
        yield f"  {line}"


def table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    """Columns as wide as what is in them; the last one as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = [f"{cell:<{width}}" for cell, width in zip(row[:-1], widths, strict=False)]
        yield "  ".join((*padded, row[-1])).rstrip()
