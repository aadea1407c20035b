"""Keystrokes as text: `^A` a control key, `<up>` a named key, everything else itself.

A line of a `.keys` file is typed as it stands; its end is no key (`<cr>` is).  `# ` starts a note.
"""

from __future__ import annotations

import re

NAMED = {
    "cr": b"\r",
    "lf": b"\n",
    "crlf": b"\r\n",
    "crnul": b"\r\0",
    "tab": b"\t",
    "bs": b"\b",
    "del": b"\x7f",
    "esc": b"\x1b",
    "up": b"\x1b[A",
    "down": b"\x1b[B",
    "right": b"\x1b[C",
    "left": b"\x1b[D",
    "home": b"\x1b[H",
    "end": b"\x1b[F",
    "delete": b"\x1b[3~",
    "nbsp": "\u00a0".encode(),
    "break": b"\x1e",
    "lt": b"<",
    "sp": b" ",
    "caret": b"^",
}
_TOKEN = re.compile(r"<([a-z]+)>|\^([A-Z\[\]^_])|(.)", re.DOTALL)


def typed(text: str) -> bytes:
    """The bytes of a keystroke file."""
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    return b"".join(_key(*found.groups()) for found in _TOKEN.finditer("".join(lines)))


def _key(named: str | None, control: str | None, character: str | None) -> bytes:
    if named is not None:
        return NAMED[named]
    if control is not None:
        return bytes([ord(control) & 0x1F])
    assert character is not None
    return character.encode()
