"""The paste doctor: what a router says of each line of a configuration text, and what was mended.

Text comes from files, terminals and web pages.  A line is taken as it is wherever IOS takes it;
only a line that IOS would refuse is tried again without what a paste adds: a note behind it, or
the break of a wrapped command.  Knows nothing of files and terminals.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from iosemu.cli.bodies import body_end, is_last
from iosemu.cli.configure import CONFIGURE, ExecFound, Modes, Outcome, configure_line, match_exec
from iosemu.cli.grammar import Grammar
from iosemu.cli.syntax import Keyword
from iosemu.config.tree import Config
from iosemu.values import dataclass, field

from .paste import (
    LOG_LINE,
    OUTPUT,
    PEM_BEGIN,
    PEM_END,
    REMARK,
    Cleaned,
    clean,
    holds_sentences,
    is_fragment,
    is_prose,
    is_sentence,
    without_notes,
)


class Status(Enum):
    """What became of a line."""

    APPLIED = "applied"
    INERT = "inert"
    REFUSED = "refused"
    SKIPPED = "skipped"
    """No command: a comment, a header, a log line, an exec command, the author's prose."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the text.

    number: from 1.  text: as given, without its line end.  typed: what was carried out, None if
    nothing.  output: what IOS prints, the caret under the line as typed.  changes: what was mended,
    in words.  reason: why it was skipped, "" for an empty line.  keyword: the first word of the
    command, not abbreviated, without `no` and `default`.  below: the first word of the block the
    line stands in, "" at the top.
    """

    number: int
    text: str
    status: Status
    typed: str | None = None
    output: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    reason: str = ""
    keyword: str = ""
    below: str = ""

    @property
    def is_line(self) -> bool:
        """Whether the line counts: it is a command, taken or refused."""
        return self.status is not Status.SKIPPED


@dataclass(frozen=True, slots=True)
class Examination:
    """All lines of a text, and the configuration they made."""

    lines: tuple[Checked, ...]
    config: Config

    def count(self, status: Status) -> int:
        return sum(1 for line in self.lines if line.status is status)

    def accepted(self) -> str:
        """The text that was taken, as a configuration file."""
        return "".join(
            f"{line.typed}\n"
            for line in self.lines
            if line.status in (Status.APPLIED, Status.INERT) and line.typed is not None
        )


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """How many lines that begin with one word were taken."""

    keyword: str
    applied: int
    inert: int
    refused: int

    @property
    def lines(self) -> int:
        return self.applied + self.inert + self.refused


def by_keyword(lines: tuple[Checked, ...]) -> tuple[KeywordRow, ...]:
    """The table: most refused first, then by name."""
    counts: dict[str, dict[Status, int]] = {}
    for line in lines:
        if line.is_line:
            row = counts.setdefault(line.keyword, dict.fromkeys(Status, 0))
            row[line.status] += 1
    rows = [
        KeywordRow(word, n[Status.APPLIED], n[Status.INERT], n[Status.REFUSED])
        for word, n in counts.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.refused, row.keyword)))


def commands_of(text: str) -> str:
    """The text without what a paste adds to its lines: what a router would read of it."""
    lines = (clean(number, line) for number, line in enumerate(text.split("\n"), 1))
    return "\n".join(line.typed for line in lines if line.skipped is None)


def release_of(text: str) -> str | None:
    """The release that wrote a configuration, as its `version` line says."""
    for line in text.split("\n"):
        words = line.split()
        if len(words) == 2 and words[0] == "version" and words[1].replace(".", "").isdigit():
            return words[1]
    return None


def examine(
    grammar: Grammar, text: str, config: Config | None = None, *, version: str = "15.4"
) -> Examination:
    """Carry out a text on a configuration, and tell of each line."""
    doctor = _Doctor(grammar, version, Config() if config is None else config)
    doctor.read(text)
    return Examination(tuple(doctor.done), doctor.config)


@dataclass(slots=True)
class _Doctor:
    """Goes through a text.

    printing: what to call lines that may be the output of an exec command.  said: the log line or
    message before, of which indented lines may be a part.  block: the first word of the block.
    """

    grammar: Grammar
    version: str
    config: Config
    modes: Modes = CONFIGURE
    lines: list[Cleaned] = field(default_factory=list)
    done: list[Checked] = field(default_factory=list)
    printing: str = ""
    said: str = ""
    block: str = ""

    def read(self, text: str) -> None:
        self.lines = [clean(n, line) for n, line in enumerate(text.split("\n"), 1)]
        if not self.lines[-1].text:
            self.lines.pop()
        index = 0
        while index < len(self.lines):
            index += self.take(index)

    def take(self, index: int) -> int:
        """The command that begins at an index; how many lines it took."""
        line = self.lines[index]
        if line.skipped is not None:
            self.skip(line, line.skipped)
            if line.skipped in (LOG_LINE, OUTPUT):
                self.said = line.skipped
            if PEM_BEGIN in line.text:
                return self.pem(index)
        elif line.is_exec or line.typed.lower().startswith("do "):
            self.execute(line)
        else:
            if line.is_prompted:
                self.printing = self.said = ""
            taken = self.with_text(index)
            if taken:
                return taken
            tried = self.tried(line.typed)
            if tried.failure is not None:
                return self.mend(index, tried)
            self.keep(line, tried)
        return 1

    def pem(self, index: int) -> int:
        """The lines of a PEM, which are the answer to a question; how many there are."""
        rest = range(index + 1, len(self.lines))
        last = next((n for n in rest if PEM_END in self.lines[n].text), index)
        for line in self.lines[index + 1 : last + 1]:
            self.skip(line, f"text of line {self.lines[index].number}")
        return last - index + 1

    def tried(self, typed: str) -> Outcome:
        return configure_line(self.grammar, self.config, self.modes, typed, version=self.version)

    # -- what becomes of a line ----

    def keep(self, line: Cleaned, tried: Outcome) -> None:
        """Put the line down with what the router says, and be where it leads."""
        self.printing = self.said = ""
        if not line.text[:1].isspace():
            self.block = line.typed.split()[0].lower()
        if tried.failure is not None:
            status = Status.REFUSED
        else:
            status = Status.INERT if tried.inert else Status.APPLIED
            self.config, self.modes = tried.config, tried.modes or CONFIGURE
        self.done.append(
            Checked(
                line.number,
                line.raw,
                status,
                line.typed,
                tried.output,
                line.changes,
                "",
                self.keyword_of(line.typed, tried),
                self.block if line.text[:1].isspace() else "",
            )
        )

    def skip(self, line: Cleaned, reason: str) -> None:
        self.done.append(
            Checked(line.number, line.raw, Status.SKIPPED, changes=line.changes, reason=reason)
        )

    def keyword_of(self, typed: str, tried: Outcome) -> str:
        """The first word of a command, written out if it is known."""
        if tried.stanza is not None:
            first = self.grammar.by_name[tried.stanza].syntax[0]
            if isinstance(first, Keyword):
                return first.text
        words = typed.lower().split()
        return words[1] if len(words) > 1 and words[0] in ("no", "default") else words[0]

    def execute(self, line: Cleaned) -> None:
        """An exec command: only `configure` leads anywhere; what follows it may be its output."""
        found = match_exec(self.grammar, line.typed, version=self.version)
        name = found.stanza if isinstance(found, ExecFound) else ""
        if line.is_exec:
            self.modes = CONFIGURE
        is_shown = not name.startswith("exec.configure")
        self.printing = f"output of {line.typed.strip()!r}" if is_shown else ""
        self.skip(line, "exec command")

    # -- lines that are not taken as they are ----

    def mend(self, index: int, refused: Outcome) -> int:
        """A refused line: a wrap, a note, prose, an exec command, output, or really refused."""
        line = self.lines[index]
        if self.joined(index, refused):
            return 2
        shorter = line.typed
        for shorter, note in without_notes(line.typed):
            tried = self.tried(shorter)
            if tried.failure is None:
                self.keep(line.mended(shorter, f"left out the note {note!r}"), tried)
                return 1
        if is_sentence(shorter) and not line.is_prompted:
            # The author speaks, so the output of a command is over.
            self.printing = ""
        if self.printing and not line.is_prompted:
            self.skip(line, self.printing)
        elif self.said and line.text[0].isspace() and not _is_begun(refused, line.typed):
            self.skip(line, f"part of the {self.said}")
        elif self.is_remark(index, refused, shorter):
            self.skip(line, REMARK)
        elif self.is_exec(line.typed):
            self.execute(line)
        else:
            self.keep(line, refused)
        return 1

    def is_remark(self, index: int, refused: Outcome, typed: str) -> bool:
        """Whether a refused line is the author's: a sentence, or a title that stands alone."""
        line = self.lines[index]
        is_titled = line.text[0].isupper()
        if line.is_prompted:
            return False
        if _is_begun(refused, line.typed) and not is_titled:
            return holds_sentences(typed)
        return is_prose(typed) or ((is_titled or is_fragment(typed)) and self.is_alone(index))

    def is_alone(self, index: int) -> bool:
        """Whether the lines before and after are empty, or remarks too."""
        around = self.lines[max(index - 1, 0) : index] + self.lines[index + 1 : index + 2]
        return all(each.skipped in ("", REMARK) for each in around)

    def is_exec(self, typed: str) -> bool:
        return isinstance(match_exec(self.grammar, typed, version=self.version), ExecFound)

    def joined(self, index: int, refused: Outcome) -> bool:
        """Whether it is a wrapped command: the next line completes it, and is none by itself."""
        line = self.lines[index]
        if not _is_begun(refused, line.typed) or index + 1 == len(self.lines):
            return False
        following = self.lines[index + 1]
        if following.skipped is not None or following.is_prompted:
            return False
        if self.tried(following.typed).failure is None:
            return False
        for glue in (" ", ""):
            whole = line.typed + glue + following.typed.strip()
            tried = self.tried(whole)
            if tried.failure is None:
                self.keep(line.mended(whole, f"joined with line {following.number}"), tried)
                self.skip(following, f"part of line {line.number}")
                return True
        return False

    def with_text(self, index: int) -> int:
        """A command with lines of text below it: one command; how many lines, 0 if it has none."""
        line = self.lines[index]
        whole, last = line.typed, self.end_of_text(index)
        if last is None:
            return 0
        text = self.lines[index + 1 : last + 1]
        whole = "\n".join((line.typed, *map(_kept, text)))
        self.keep(replace(line, typed=whole), self.tried(whole))
        for each in text:
            self.skip(replace(each, changes=()), f"text of line {line.number}")
        return 1 + len(text)

    def end_of_text(self, index: int) -> int | None:
        """The last line of the text below a line; the line itself if the end is missing."""
        end = body_end(self.lines[index].typed)
        if end is None:
            return None
        rest = range(index + 1, len(self.lines))
        return next((n for n in rest if is_last(end, _kept(self.lines[n]))), index)


def _kept(line: Cleaned) -> str:
    """A line of text as it is stored: only its line end is no part of it."""
    return line.raw.rstrip("\r")


def _is_begun(refused: Outcome, typed: str) -> bool:
    """Whether a refused line at least has the first word of a command."""
    assert refused.failure is not None
    bare = typed.lstrip()
    first = len(typed) - len(bare) + len(bare.split()[0])
    located = refused.failure.kind in ("invalid", "ambiguous")
    return not located or refused.failure.offset > first


__all__ = [
    "Checked",
    "Examination",
    "KeywordRow",
    "Status",
    "by_keyword",
    "commands_of",
    "examine",
    "release_of",
]
