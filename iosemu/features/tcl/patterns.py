"""Patterns of `string match` and of `regexp`."""

from __future__ import annotations

import re

from .parse import TclError

_GLOB = {"*": ".*", "?": "."}


def glob(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern of `*`, `?` and `[a-z]`."""
    out, at = "", 0
    while at < len(pattern):
        character = pattern[at]
        end = pattern.find("]", at + 1)
        if character == "[" and end > 0:
            inner = pattern[at + 1 : end].replace("\\", "\\\\").replace("^", "\\^")
            out += f"[{inner}]"
            at = end
        elif character == "\\" and at + 1 < len(pattern):
            at += 1
            out += re.escape(pattern[at])
        else:
            out += _GLOB.get(character) or re.escape(character)
        at += 1
    return compiled(out, re.DOTALL).fullmatch(text) is not None


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression; TclError if it is none."""
    try:
        return re.compile(pattern, flags)
    except re.error as error:
        raise TclError(f"couldn't compile regular expression pattern: {error.msg}") from None
