"""Transcript text to steps.  Knows the format, nothing of labs.

A line `R1(config-if)#shutdown` is typed on R1; the lines below it are what R1 printed.  A line
`[mark ...]` at the left edge is an instruction; `! text` is a comment.
"""

from __future__ import annotations

import re
from dataclasses import replace

from iosemu.kernel.time import DAY, HOUR, MILLISECOND, MINUTE, SECOND, Time
from iosemu.values import dataclass


class TranscriptError(Exception):
    """The file is no transcript: `file:line:column: what was expected`."""

    def __init__(self, name: str, line: int, column: int, expected: str) -> None:
        super().__init__(f"{name}:{line}:{column}: {expected}")


@dataclass(frozen=True, slots=True)
class Text:
    """One expected line.  A comment needs no counterpart in the output."""

    number: int
    text: str
    is_comment: bool = False
    was: str | None = None
    """What the source has here instead; the text is the correction."""


@dataclass(frozen=True, slots=True)
class Log:
    """An expected log or debug line with its lines without stamp."""

    number: int
    text: str
    more: tuple[str, ...] = ()
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """`<output omitted>`: any lines.  `is_cut`: the source stops here."""

    number: int
    is_cut: bool = False


Expected = Text | Log | Gap


@dataclass(frozen=True, slots=True)
class Step:
    """Type a line on a device at a prompt.  `typed` None: the prompt alone, nothing is typed."""

    number: int
    device: str
    prompt: str
    """The prompt without the host name: "#", ">", "(config-if)#"."""
    typed: str | None
    expected: tuple[Expected, ...] = ()
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Let this much virtual time pass."""

    number: int
    duration: Time


@dataclass(frozen=True, slots=True)
class Until:
    """Run until a log line of any device matches."""

    number: int
    pattern: str


@dataclass(frozen=True, slots=True)
class Think:
    """From here on, how long a person needs before turning to another device."""

    number: int
    duration: Time


@dataclass(frozen=True, slots=True)
class Hidden:
    """What the source did and does not show; the output is not compared."""

    number: int
    device: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settle:
    """Run until routing is quiet."""

    number: int


@dataclass(frozen=True, slots=True)
class Gaps:
    """From here on compare the time between stamped lines of a block."""

    number: int


Item = Step | Wait | Until | Think | Hidden | Settle | Gaps


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript file.  `lab`: the lab it names, if it does."""

    name: str
    items: tuple[Item, ...]
    lab: str | None = None


PROMPT = re.compile(r"([A-Za-z][\w.-]*)((?:\([\w-]+\))?[#>])(.*)")
STAMP = re.compile(
    r"[*.]?(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) (?:\d{4} )?"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.(?P<ms>\d{3}))?(?: [A-Z]{3,4})?: "
)
_OMITTED = re.compile(r"<[\w ]*omitted[\w ]*>|\[output omitted\]", re.IGNORECASE)
_MARK = re.compile(r"\[(\w+)(?: ([^\]]*))?\] ?(.*)")
_UNTIL = re.compile(r"\[(until) (.*)\]()")
_ERRATUM = re.compile(r"(\S+) was: ?(.*)")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_UNITS = {"ms": MILLISECOND, "s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
_REMARK = re.compile(r" *(?:<-- .*|\((?:through|now) [^)]*\))$")
_RULE = re.compile(r"={5,}")


def read(text: str, name: str = "transcript") -> Transcript:
    """Parse a transcript; TranscriptError says where it is none."""
    reader = _Reader(name)
    for number, line in enumerate(text.replace("\u00a0", " ").splitlines(), 1):
        reader.line(number, line.rstrip())
    return reader.finish()


def duration(text: str) -> Time | None:
    """`40s`, `24h`, `1.5s`, `500ms`, `2m`, `1d` as nanoseconds; None if it is none of them."""
    found = _DURATION.fullmatch(text.strip())
    return round(float(found[1]) * _UNITS[found[2]]) if found else None


def remark_removed(line: str) -> str:
    """The line without what the author wrote behind it."""
    return _REMARK.sub("", line)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.lab: str | None = None
        self.items: list[Item] = []
        self.step: Step | None = None
        self.expected: list[Expected] = []
        self.erratum: tuple[int, str, str, str] | None = None

    def line(self, number: int, line: str) -> None:
        mark = _UNTIL.fullmatch(line) or _MARK.fullmatch(line)
        if mark is not None and mark[1] in _MARKS:
            self._no_open_erratum()
            _MARKS[mark[1]](self, number, mark[2] or "", mark[3])
            return
        prompt = PROMPT.fullmatch(line)
        if prompt is not None:
            self._prompt(number, *prompt.groups())
        elif self.step is not None:
            self._output(number, line)
        elif line and not line.startswith("!"):
            raise self.error(number, 1, "expected a prompt, a mark or a comment")

    def finish(self) -> Transcript:
        self._no_open_erratum()
        self._close()
        return Transcript(self.name, tuple(self.items), self.lab)

    def error(self, number: int, column: int, expected: str) -> TranscriptError:
        return TranscriptError(self.name, number, column, expected)

    def add(self, item: Item) -> None:
        self._close()
        self.items.append(item)

    # -- lines ----

    def _prompt(self, number: int, device: str, prompt: str, typed: str) -> None:
        was = None
        if self.erratum is not None and self.erratum[1] == device:
            _, _, wrong, right = self.erratum
            if typed.strip() == wrong:
                typed, was, self.erratum = right, wrong, None
        self._no_open_erratum()
        self._close()
        self.step = Step(number, device, prompt, typed if typed.strip() else None, (), was)

    def _output(self, number: int, line: str) -> None:
        was = None
        if self.erratum is not None and self.erratum[2] == line.strip():
            indent = line[: len(line) - len(line.lstrip())]
            line, was, self.erratum = indent + self.erratum[3], line, None
        self._no_open_erratum()
        if _RULE.fullmatch(line):
            return
        at = 0
        for found in _OMITTED.finditer(line):
            if line[at : found.start()].strip():
                self._text(number, line[at : found.start()].rstrip(), was)
            self.expected.append(Gap(number))
            at = found.end()
        if at == 0 or line[at:].strip():
            self._text(number, line[at:], was)

    def _text(self, number: int, line: str, was: str | None) -> None:
        last = self.expected[-1] if self.expected else None
        if STAMP.match(line):
            self.expected.append(Log(number, line, (), was))
        elif isinstance(last, Log) and line.strip():
            self.expected[-1] = replace(last, more=(*last.more, line))
        else:
            is_comment = line.startswith("! ")
            self.expected.append(Text(number, remark_removed(line), is_comment, was))

    def _close(self) -> None:
        if self.step is not None:
            expected = self.expected
            while expected and isinstance(expected[-1], Text) and not expected[-1].text:
                expected.pop()
            self.items.append(replace(self.step, expected=tuple(expected)))
        self.step, self.expected = None, []

    def _no_open_erratum(self) -> None:
        if self.erratum is not None:
            raise self.error(self.erratum[0], 1, f"expected below it the line {self.erratum[2]!r}")

    # -- marks ----

    def _duration(self, number: int, value: str) -> Time:
        found = duration(value)
        if found is None:
            raise self.error(number, 7, "expected a time such as 40s, 500ms, 2m or 24h")
        return found

    def mark_wait(self, number: int, value: str, rest: str) -> None:
        self.add(Wait(number, self._duration(number, value)))

    def mark_think(self, number: int, value: str, rest: str) -> None:
        self.add(Think(number, self._duration(number, value)))

    def mark_until(self, number: int, value: str, rest: str) -> None:
        try:
            re.compile(value)
        except re.error as fault:
            raise self.error(
                number, 8 + (fault.pos or 0), f"expected a regular expression: {fault.msg}"
            ) from None
        self.add(Until(number, value))

    def mark_settle(self, number: int, value: str, rest: str) -> None:
        self.add(Settle(number))

    def mark_gaps(self, number: int, value: str, rest: str) -> None:
        self.add(Gaps(number))

    def mark_lab(self, number: int, value: str, rest: str) -> None:
        self.lab = value

    def mark_cut(self, number: int, value: str, rest: str) -> None:
        if self.step is None:
            raise self.error(number, 1, "expected the output that is cut above it")
        self.expected.append(Gap(number, is_cut=True))

    def mark_hidden(self, number: int, value: str, rest: str) -> None:
        if not value or not rest:
            raise self.error(number, 9, "expected [hidden DEVICE] line; line")
        self.add(Hidden(number, value, tuple(part.strip() for part in rest.split(";"))))

    def mark_erratum(self, number: int, value: str, rest: str) -> None:
        found = _ERRATUM.fullmatch(value)
        if found is None:
            raise self.error(number, 10, "expected [erratum DEVICE was: TEXT] CORRECTION")
        device, wrong = found[1], found[2].strip()
        prompt = PROMPT.fullmatch(rest)
        if prompt is not None and prompt[1] == device:
            self._close()
            self.step = Step(number, device, prompt[2], prompt[3], (), wrong)
        else:
            self.erratum = (number, device, wrong, rest)


_MARKS = {
    name.removeprefix("mark_"): getattr(_Reader, name)
    for name in vars(_Reader)
    if name.startswith("mark_")
}
