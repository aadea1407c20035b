"""What a copy from terminals, files and web pages adds to a line of configuration, and its removal.

Pure functions of text; what IOS takes by itself (blanks in front and between words) stays.
"""

from __future__ import annotations

import re
from dataclasses import replace

from iosemu.values import dataclass

BLANKS = dict.fromkeys(map(ord, "\u00a0\u2002\u2003\u2007\u2009\u202f\u3000"), " ")
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
TYPOGRAPHY = {
    ord("\u2013"): "-",
    ord("\u2014"): "-",
    ord("\u2018"): "'",
    ord("\u2019"): "'",
    ord("\u201c"): '"',
    ord("\u201d"): '"',
}

_MORE = re.compile(r" ?-+ ?more ?-+(?:[\x08 ]*\x08|\s*\r *\r|\x1b\[K| *)", re.IGNORECASE)
_PROMPT = re.compile(r"\s*[A-Za-z][\w.-]{0,62}(\([a-z][\w.-]*\)#|[#>])")
_LOG = re.compile(
    r"[*.]?(?:\d{6}: )?[*.]?"
    r"(?:\w{3} +\d+ (?:\d{4} )?[\d:.]+(?: \w+)?|\d+:\d\d:\d\d|\d+[wd]\d+[dh]): \S"
)
_HEADER = re.compile(
    r"(?:Building configuration\.\.\.|Current configuration : \d+ bytes|"
    r"Using \d+ out of \d+ bytes.*|Load for five secs.*|Time source is .*|"
    r"Enter configuration commands, one per line\. +End with CNTL/Z\.|"
    r"Configuration register is .*)\s*$"
)
_REMARK = re.compile(
    r"\(.*\)|<.*>|\[\w+\] .*|\.\.\..*|\d+\. .*|[=*~_#+-]{3,}.*|https?://.*|-+BEGIN .*|.*-+END .*"
)
"""What no command begins like: a line in brackets, a rule, an address, the frame of a PEM."""
_SENTENCE_END = re.compile(r"[a-z]{3,}\. [A-Za-z]")
_TITLE = re.compile(r"[\w, -]+( \([\w ]+\))?:|\w+ -> .*")
"""A title with a colon, a drawn path."""
_NOTES = (
    re.compile(r"\s+\([^()]*\)\s*$"),
    re.compile(r"\s+!.*$"),
    re.compile(r"\s+(?:<|<?-+|=+>|//|\u2190|\u2192|#)\s.*$"),
    re.compile(r"\s+<-+.*$"),
)
PEM_BEGIN, PEM_END = "-----BEGIN ", "-----END "
REMARK, OUTPUT = "remark", "output"
COMMENT, HEADER, LOG_LINE = "comment", "header", "log line"
PLAIN = (COMMENT, HEADER, LOG_LINE)
"""Reasons why a line is no command that need no telling."""

_STOPS = (".", ":", "?", "!", ")", ";", ",")
_PROSE = re.compile(
    r"(the|of|and|is|that|with|this|these|it|it's|its|are|be|as|we|you|our|my|they|was|were|will|can"
    r"|when|which|to)"
)
"""Words of sentences that are no words of commands."""
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A line without the marks of its journey.

    text: the line with its blanks folded.  typed: the command in it.  skipped: why it is no
    command, None if it may be one.  is_exec: it stood behind an exec prompt.
    """

    number: int
    raw: str
    text: str
    typed: str
    changes: tuple[str, ...] = ()
    skipped: str | None = None
    is_prompted: bool = False
    is_exec: bool = False

    def mended(self, typed: str, change: str) -> Cleaned:
        """The line with another command in it, and why."""
        return replace(self, typed=typed, changes=(*self.changes, change))


def clean(number: int, raw: str) -> Cleaned:
    """One line: fold its blanks, take away prompts and rests of a pager, see whether it is text."""
    text = raw.rstrip("\r")
    changes: list[str] = []
    if _MORE.search(text) is not None:
        text = _MORE.sub("", text)
        changes.append("left out --More--")
    if not (text.isascii() and text.isprintable()):
        text = _folded(text, changes)
    text = text.rstrip()
    line = Cleaned(number, raw, text, text, tuple(changes))
    reason = _no_command(text)
    return replace(line, skipped=reason) if reason is not None else _unprompted(line)


def _folded(text: str, changes: list[str]) -> str:
    """The text in the characters of a terminal; what was replaced is added to the changes."""
    for table, change in (
        (BLANKS, "replaced non-breaking blanks"),
        (INVISIBLE, "left out invisible characters"),
        (TYPOGRAPHY, "replaced typographic quotes and dashes"),
        ({9: " "}, "replaced tabs"),
    ):
        folded = text.translate(table)
        if folded != text:
            text = folded
            changes.append(change)
    return "".join(c for c in text if c >= " " or c == "\x03")


def _no_command(text: str) -> str | None:
    bare = text.strip()
    if not bare:
        return ""
    if bare[0] == "!":
        return COMMENT
    if _HEADER.match(bare):
        return HEADER
    if _LOG.match(bare):
        return LOG_LINE
    if bare[0] == "%":
        return OUTPUT
    if _REMARK.fullmatch(bare):
        return REMARK
    return None


def _unprompted(line: Cleaned) -> Cleaned:
    found = _PROMPT.match(line.text)
    if found is None:
        return line
    typed = line.text[found.end() :]
    is_exec = not found[1].startswith("(")
    if not typed.strip() or typed.lstrip()[0] == "!":
        return replace(line, typed="", skipped="prompt", is_prompted=True)
    done = line.mended(typed, f"left out the prompt {found[0].strip()}")
    return replace(done, is_prompted=True, is_exec=is_exec)


def without_notes(typed: str) -> list[tuple[str, str]]:
    """The command without what may be a note behind it, and the note; the longest command first."""
    found = [pattern.search(typed) for pattern in _NOTES]
    starts = {note.start() for note in found if note is not None and note.start() > 0}
    return [(typed[:start], typed[start:].strip()) for start in sorted(starts, reverse=True)]


def _prose_words(typed: str) -> int:
    words = typed.lower().split()
    return sum(_PROSE.fullmatch(word.strip('.,;:!?()"')) is not None for word in words)


def is_sentence(typed: str) -> bool:
    """Whether a line is a sentence beyond doubt, as no output of a router is."""
    return _prose_words(typed) > 2 and typed.rstrip().endswith(_STOPS)


def is_fragment(typed: str) -> bool:
    """Whether a line may be the author's if it stands alone: a number, words with a full stop."""
    return typed.isdigit() or typed.rstrip().endswith(".")


def holds_sentences(typed: str) -> bool:
    """Whether a sentence ends within the line: prose, even if it begins as a command does."""
    return _prose_words(typed) > 1 and _SENTENCE_END.search(typed) is not None


def is_prose(typed: str) -> bool:
    """Whether a line that is no command reads like a sentence of an author, or is an address."""
    words = typed.split()
    if _prose_words(typed) > 1:
        return True
    if typed[0] in "\"'" or typed.startswith("- ") or _TITLE.fullmatch(typed.strip()):
        return True
    return typed[:1].isupper() and len(words) >= _FEW_WORDS and typed.rstrip().endswith(_STOPS)


__all__ = [
    "LOG_LINE",
    "OUTPUT",
    "PEM_BEGIN",
    "PEM_END",
    "PLAIN",
    "REMARK",
    "Cleaned",
    "clean",
    "holds_sentences",
    "is_fragment",
    "is_prose",
    "is_sentence",
    "without_notes",
]
