"""Type a transcript into a lab and judge each line.

The lab is anything that offers the public Python API; this module imports no lab.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Protocol

from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.values import dataclass, field

from .compare import Judged, Verdict, compare, compare_line
from .read import (
    STAMP,
    Expected,
    Gap,
    Gaps,
    Hidden,
    Item,
    Log,
    Settle,
    Step,
    Text,
    Think,
    Transcript,
    Until,
    Wait,
)

SUSPEND = "\x1ex"
"""Ctrl-Shift-6 x."""
THINK = 5 * SECOND
LOG_PATIENCE = 120 * SECOND
UNTIL_PATIENCE = 3600 * SECOND
_SLICE = 100 * MILLISECOND
_GAP_ABSOLUTE = 20 * MILLISECOND
_REFUSED = re.compile(
    r"^% (?:Invalid input|Incomplete|Ambiguous|Unrecognized|Unknown)", re.MULTILINE
)
_MONTH_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class LogEntry(Protocol):
    """A line of a device's log with its virtual time in ns."""

    @property
    def at(self) -> Time: ...
    @property
    def text(self) -> str: ...


class Player(Protocol):
    """One device of the lab, as the Python API gives it."""

    @property
    def prompt(self) -> str: ...
    @property
    def logged(self) -> int: ...
    def log_since(self, number: int) -> Sequence[LogEntry]: ...
    def cli(self, line: str) -> str: ...


class Stage(Protocol):
    """The lab, as the Python API gives it.  `run_for` in virtual seconds."""

    @property
    def devices(self) -> Mapping[str, Any]: ...
    def run_for(self, seconds: float) -> object: ...
    def settle(self) -> object: ...


@dataclass(slots=True)
class Exchange:
    """A step, what was printed for it, and the verdicts."""

    step: Step
    printed: list[str]
    judged: list[Judged]
    typed: list[str] = field(default_factory=list)
    """Every line typed for the step: its own, then the answers of a dialog."""
    questions: list[str] = field(default_factory=list)
    """The questions of a dialog, each with its answer."""
    logs: list[str] = field(default_factory=list)
    block: tuple[Expected, ...] = ()
    """What `printed` was compared with: the expected lines without logs and dialog questions."""


@dataclass(slots=True)
class Result:
    """A transcript that was run."""

    transcript: Transcript
    exchanges: list[Exchange]
    hidden: int = 0
    """Lines the source does not show, counted so that they can be reviewed."""

    @property
    def lines(self) -> Iterator[Judged]:
        """Every judged line in the order of the file."""
        return (line for exchange in self.exchanges for line in exchange.judged)

    def count(self, verdict: Verdict) -> int:
        """How many lines have this verdict."""
        return sum(line.verdict is verdict for line in self.lines)

    @property
    def passed(self) -> bool:
        """Whether nothing differs."""
        return not self.count(Verdict.DIFFERS)


def run(transcript: Transcript, stage: Stage, *, strict: bool = False) -> Result:
    """Run every item in order.  KeyError names a device the lab does not have."""
    runner = _Runner(transcript, stage, strict)
    for item in transcript.items:
        runner.item(item)
    return runner.result


def devices_of(transcript: Transcript) -> Iterator[tuple[int, str]]:
    """Line and name of every device a transcript names."""
    for item in transcript.items:
        if isinstance(item, Step | Hidden):
            yield item.number, item.device


class _Runner:
    def __init__(self, transcript: Transcript, stage: Stage, strict: bool) -> None:
        self.stage, self.strict = stage, strict
        self.result = Result(transcript, [])
        self.think = THINK
        self.with_gaps = False
        self.last: Step | None = None
        self.seat: str | None = None
        """Whose terminal was typed on last."""
        self.seen: dict[str, int] = {}
        """Per device: the first log line that an expectation may still mean."""

    def item(self, item: Item) -> None:
        match item:
            case Step():
                self.step(item)
            case Wait(_, duration):
                self.pass_time(duration)
            case Think(_, duration):
                self.think = duration
            case Until():
                self.until(item)
            case Hidden():
                self.hidden(item)
            case Settle():
                self.stage.settle()
            case Gaps():
                self.with_gaps = True

    def pass_time(self, duration: Time) -> None:
        self.stage.run_for(duration / SECOND)

    def player(self, name: str) -> Player:
        return self.stage.devices[name]  # type: ignore[no-any-return]

    # -- steps ----

    def _at_terminal(self, step: Step) -> Player:
        """Whose terminal the step is typed on: the last one's, if it shows a prompt of the step's
        device (a telnet to it), else the device's own.  Who stands at a prompt of the device again
        that he had called from has suspended the connection."""
        if self.seat is not None and step.typed is not None:
            there = self.player(self.seat)
            if not there.prompt:
                # A connection that was gone back to shows its prompt at Enter.
                there.cli("")
            if _name_of(there.prompt) == step.device:
                return there
            if step.device == self.seat and _name_of(there.prompt) in self.stage.devices:
                there.cli(SUSPEND)
                return there
        self.seat = step.device
        return self.player(step.device)

    def step(self, step: Step) -> None:
        self._think(step)
        player = self._at_terminal(step)
        judged: list[Judged] = []
        if step.typed is not None:
            self.seen[step.device] = max(self.seen.get(step.device, 0), player.logged)
            _go_to(player, step.prompt)
            actual = _mode_of(player.prompt)
            if actual != step.prompt:
                judged.append(
                    Judged(step.number, Verdict.DIFFERS, step.prompt, actual, "another prompt")
                )
        exchange = Exchange(step, [], judged)
        self.result.exchanges.append(exchange)
        self._type(player, exchange)
        self._logs(player, exchange)
        self.last = step

    def _think(self, step: Step) -> None:
        """A person needs time to turn to another device, or from configuring to looking."""
        last = self.last
        if last is not None and (
            last.device != step.device or ("(" in last.prompt and "(" not in step.prompt)
        ):
            self.pass_time(self.think)

    def _type(self, player: Player, exchange: Exchange) -> None:
        step = exchange.step
        rest = [item for item in step.expected if not isinstance(item, Log)]
        if step.typed is None:
            exchange.judged += [_missing(item) for item in rest if isinstance(item, Text)]
            return
        printed = _send(player, exchange, step.typed)
        while _is_question(player.prompt):
            printed += self._answer(player, exchange, rest, printed)
        exchange.printed = _lines(printed)
        exchange.block = tuple(rest)
        judged = compare(rest, exchange.printed)
        typed = Verdict.ERRATUM if step.was is not None else Verdict.PASS
        if _REFUSED.search(printed) and not any(isinstance(item, Text) for item in rest):
            typed = Verdict.DIFFERS
        note = f"the source has {step.was!r}" if step.was is not None else ""
        shown = f"{step.device}{step.prompt}{step.typed}"
        exchange.judged += [Judged(step.number, typed, shown, shown, note), *judged]

    def _answer(
        self, player: Player, exchange: Exchange, rest: list[Text | Gap], printed: str
    ) -> str:
        """Answer one question from the next expected line, or from one behind what was printed; a
        gap hides questions answered by CR."""
        question = player.prompt.rstrip()
        at = _place_of(question, rest, len(_lines(printed)))
        want = rest[at] if rest else None
        if not isinstance(want, Text):
            return _send(player, exchange, "")
        if want.text.startswith(question):
            rest.pop(at)
            while at and at == len(rest) and _is_blank(rest[-1]):
                # Between what was printed and the question.
                rest.pop()
                at -= 1
            answer = want.text[len(question) :].strip()
            exchange.questions.append(f"{player.prompt}{answer}")
            exchange.judged.append(
                Judged(want.number, Verdict.PASS, want.text, f"{player.prompt}{answer}")
            )
            return _send(player, exchange, answer.partition(" !")[0].strip())
        exchange.judged.append(
            Judged(want.number, Verdict.DIFFERS, want.text, player.prompt, "another question")
        )
        return _send(player, exchange, "")

    # -- logs ----

    def _logs(self, player: Player, exchange: Exchange) -> None:
        step = exchange.step
        at: list[tuple[Log, Time]] = []
        for item in step.expected:
            if isinstance(item, Log):
                found = self._await(step.device, lambda i=item: self._find(step.device, i))  # type: ignore[misc]
                exchange.judged.append(_judge_log(item, found))
                if found is not None:
                    at.append((item, found.at))
                    exchange.logs.append(found.text)
        if self.with_gaps:
            exchange.judged += _judge_gaps(at)
        if self.strict:
            exchange.judged += [
                Judged(step.number, Verdict.DIFFERS, None, entry.text, "log line not shown")
                for entry in player.log_since(self.seen.get(step.device, 0))
            ]
            self.seen[step.device] = player.logged

    def _find(self, device: str, item: Log) -> LogEntry | None:
        """The first log line from here on that is this one; lines before it are skipped."""
        player = self.player(device)
        log = player.log_since(self.seen.get(device, 0))
        for number, entry in enumerate(log):
            if _log_verdict(item, entry.text) is not Verdict.DIFFERS:
                self.seen[device] = player.logged - len(log) + number + 1
                if self.strict and number:
                    self._not_shown(item, log[:number])
                return entry
        return None

    def _not_shown(self, item: Log, skipped: Sequence[LogEntry]) -> None:
        self.result.exchanges[-1].judged += [
            Judged(item.number, Verdict.DIFFERS, None, entry.text, "log line not shown")
            for entry in skipped
        ]

    def _await(self, device: str, look: Callable[[], LogEntry | None]) -> LogEntry | None:
        found = look()
        waited = 0
        while found is None and waited < LOG_PATIENCE:
            self.pass_time(_SLICE)
            waited += _SLICE
            found = look()
        return found

    # -- marks ----

    def until(self, item: Until) -> None:
        pattern = re.compile(item.pattern)
        start = {name: self.player(name).logged for name in self.stage.devices}
        waited = 0
        while waited < UNTIL_PATIENCE:
            for name, first in start.items():
                player = self.player(name)
                if any(pattern.search(entry.text) for entry in player.log_since(first)):
                    return
                start[name] = player.logged
            self.pass_time(_SLICE)
            waited += _SLICE
        step = Step(item.number, "", "", None)
        missed = Judged(item.number, Verdict.DIFFERS, item.pattern, None, "no such log line")
        self.result.exchanges.append(Exchange(step, [], [missed]))

    def hidden(self, item: Hidden) -> None:
        player = self.player(item.device)
        for line in item.lines:
            player.cli(line)
        self.result.hidden += len(item.lines)


def _send(player: Player, exchange: Exchange, line: str) -> str:
    exchange.typed.append(line)
    return player.cli(line)


def _lines(printed: str) -> list[str]:
    return printed.replace("\r\n", "\n").split("\n")


def _mode_of(prompt: str) -> str:
    """The prompt without the host name."""
    found = re.fullmatch(r"[\w.-]*?((?:\([\w-]+\))?[#>])\s*", prompt)
    return found[1] if found else prompt


def _place_of(question: str, rest: Sequence[Text | Gap], printed: int) -> int:
    """Which expected line has the question: the next, or one with so many lines before it at most
    as were printed."""
    for at, want in enumerate(rest[: printed + 1]):
        if not isinstance(want, Text):
            break
        if want.text.startswith(question):
            return at
    return 0


def _is_blank(item: Text | Gap) -> bool:
    return isinstance(item, Text) and not item.text


def _name_of(prompt: str) -> str:
    """The host name of a prompt; empty if it is none."""
    found = re.fullmatch(r"([\w.-]+?)(?:\([\w-]+\))?[#>]\s*", prompt)
    return found[1] if found else ""


def _is_question(prompt: str) -> bool:
    # Nothing at all is a host that has not said anything yet.
    return bool(prompt) and not prompt.rstrip().endswith(("#", ">"))


def _go_to(player: Player, wanted: str) -> None:
    """Between exec and configuration, and up to the top of configuration, without being told."""
    actual = _mode_of(player.prompt)
    if "(" in actual and "(" not in wanted:
        player.cli("end")
        actual = _mode_of(player.prompt)
    if actual == ">" and wanted != ">":
        player.cli("enable")
    elif actual == "#" and wanted == ">":
        player.cli("disable")
    if "(" not in actual and "(" in wanted:
        player.cli("configure terminal")
    climbed = 0
    while wanted == "(config)#" and _mode_of(player.prompt) != wanted and climbed < 8:
        player.cli("exit")
        climbed += 1


def _missing(item: Text) -> Judged:
    return Judged(item.number, Verdict.DIFFERS, item.text, None, "nothing was typed")


def _log_verdict(item: Log, printed: str) -> Verdict:
    lines = [item.text, *item.more]
    got = [line for line in _lines(printed) if line.strip()]
    if len(lines) != len(got):
        return Verdict.DIFFERS
    verdicts = [compare_line(a, b)[0] for a, b in zip(lines, got, strict=True)]
    if Verdict.DIFFERS in verdicts:
        return Verdict.DIFFERS
    return Verdict.NORMALISED if Verdict.NORMALISED in verdicts else Verdict.PASS


def _judge_log(item: Log, found: LogEntry | None) -> Judged:
    if found is None:
        patience = LOG_PATIENCE // SECOND
        return Judged(
            item.number, Verdict.DIFFERS, item.text, None, f"not logged within {patience} s"
        )
    verdict = _log_verdict(item, found.text)
    if item.was is not None:
        verdict = Verdict.ERRATUM
    return Judged(item.number, verdict, item.text, found.text)


def _judge_gaps(at: list[tuple[Log, Time]]) -> list[Judged]:
    """The time between neighbouring stamped lines, to 20 ms + 1 %."""
    judged = []
    for (before, t0), (after, t1) in pairwise(at):
        wanted = stamp_time(after.text) - stamp_time(before.text)
        if abs(t1 - t0 - wanted) > _GAP_ABSOLUTE + abs(wanted) // 100:
            note = f"after {(t1 - t0) / SECOND:.3f} s, not {wanted / SECOND:.3f} s"
            judged.append(Judged(after.number, Verdict.DIFFERS, after.text, None, note))
    return judged


def stamp_time(line: str) -> Time:
    """The stamp of a log line as ns within its year, every year counted as a leap year."""
    found = STAMP.match(line)
    assert found is not None
    days = sum(_MONTH_DAYS[: _MONTHS.index(found["month"])]) + int(found["day"]) - 1
    seconds = (days * 24 + int(found["hour"])) * 3600
    seconds += int(found["minute"]) * 60 + int(found["second"])
    return seconds * SECOND + int(found["ms"] or 0) * MILLISECOND
