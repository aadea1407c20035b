"""Commands with lines of text below them: banners up to a delimiter, certificates up to `quit`.

Such a command and its text are one configuration line with line ends in it.  Whoever feeds lines
one by one (a startup configuration, a terminal) gathers them first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

BANNERS = ("motd", "login", "exec", "incoming", "prompt-timeout", "slip-ppp", "config-save")
QUIT = "quit"
CONTROL_C = "^C"
"""How a running configuration prints the delimiter Ctrl-C; read back as one character."""

_CERTIFICATE = re.compile(
    r"certificate +((self-signed|ca|rollover|ra-\S+) +)*[0-9a-f]+$", re.IGNORECASE
)
_AUTHENTICATION = re.compile(r"aaa +authentication +(banner|fail-message) +(?=\S)", re.IGNORECASE)


def body_end(line: str) -> str | None:
    """What ends the text below this line: a delimiter, or `quit` alone; None if no text follows."""
    line = line.strip()
    text = ""
    match line[:1].lower():
        case "b":
            text = _banner_text(line)
        case "a" if (found := _AUTHENTICATION.match(line)) is not None:
            text = line[found.end() :]
        case "c" if _CERTIFICATE.match(line) is not None:
            return QUIT
    if not text:
        return None
    end = CONTROL_C if text.startswith(CONTROL_C) else text[0]
    return None if end in text[len(end) :] else end


def _banner_text(line: str) -> str:
    """What stands behind `banner` and its kind, delimiter first; "" if that is missing."""
    words = line.split(None, 2)
    if len(words) < 2 or not ("banner".startswith(words[0].lower()) and len(words[0]) > 1):
        return ""
    kind = words[1].lower()
    if len(kind) > 1 and any(name.startswith(kind) for name in BANNERS):
        return words[2] if len(words) > 2 else ""
    return line.split(None, 1)[1]


def text_of(delimited: str) -> str:
    """The text between the delimiters; what follows the second one is dropped."""
    end = CONTROL_C if delimited.startswith(CONTROL_C) else delimited[:1]
    return delimited[len(end) :].split(end, 1)[0]


def is_last(end: str, line: str) -> bool:
    """Whether the text ends with this line."""
    return line.strip().lower() == QUIT if end == QUIT else end in line


def gathered(lines: Iterable[str]) -> Iterator[str]:
    """The lines, each command together with its text."""
    held: list[str] = []
    end: str | None = None
    for line in lines:
        held.append(line)
        if end is None:
            end = body_end(line)
        elif is_last(end, line):
            end = None
        if end is None:
            yield "\n".join(held)
            held = []
    if held:
        yield "\n".join(held)


__all__ = ["BANNERS", "CONTROL_C", "QUIT", "body_end", "gathered", "is_last", "text_of"]
