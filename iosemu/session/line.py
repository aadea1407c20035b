"""The IOS line editor: bytes in, echo bytes and events out.

Sans-IO and a value: it can be pickled in the middle of a word.  Output is printable ASCII, CR, LF,
BS and BEL only, and the echo of a key is complete before its event is handed on.  It knows nothing
of modes or commands: the terminal sets the prompt and decides what an event means.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from iosemu.values import dataclass, field

HISTORY_LINES = 20
SCROLL_COLUMNS = 20
MOST_CHARACTERS = 4096
"""What a line holds; more is refused with the bell, so no paste can make the editor slow."""

_SEQUENCE_CHARACTERS = 16
"""How far a line that reached the right edge jumps to the left."""

_BEL = "\a"
_BS = "\b"
_LINE_END = "\r\n"


class Key(Enum):
    """What the terminal must act on; everything else is editing."""

    ENTER = auto()
    """The line is complete; its text is no longer in the editor."""
    HELP = auto()
    """`?` was typed: answer for the text left of the cursor, then `redraw`."""
    TAB = auto()
    """Complete the text left of the cursor, then `redraw`."""
    END = auto()
    """Ctrl-Z: run the line typed so far and leave configuration."""
    ABORT = auto()
    """Ctrl-C: the line is dropped; leave configuration."""
    ESCAPE = auto()
    """Ctrl-Shift-6: interrupts a job; at a prompt it is nothing."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """An event and the text it is about (the line, or what is left of the cursor)."""

    key: Key
    text: str = ""


class _Wait(Enum):
    """What the next byte belongs to."""

    KEY = auto()
    ESC = auto()
    SEQUENCE = auto()
    LITERAL = auto()


_PLAIN_KEYS = frozenset((0x08, 0x0C, 0x12, 0x15, 0x16, 0x17, 0x18))
"""Keys that work without editing, too: rub out a character, a word, the line; show it again."""


@dataclass(slots=True)
class Line:
    """One line being edited.  `width` in columns, 0 = unlimited: never scrolls."""

    prompt: str = ""
    width: int = 80
    echo: bool = True
    helps: bool = True
    edits: bool = True
    """Whether keys move the cursor and cut: `terminal editing`."""
    text: str = ""
    cursor: int = 0
    left: int = 0
    """First character of `text` that is visible."""
    shown: str = ""
    """What is on the screen right of the prompt."""
    column: int = 0
    """The screen's cursor, counted from the end of the prompt."""
    history_name: str = "exec"
    histories: dict[str, list[str]] = field(default_factory=dict)
    recalled: int = 0
    """How many lines back the recalled one is; 0: none is recalled."""
    killed: str = ""
    history_lines: int = HISTORY_LINES
    broken_at: int | None = None
    """Where in the text a log line broke in: what is left of it is gone from the screen."""
    wait: _Wait = _Wait.KEY
    sequence: str = ""
    after_cr: bool = False
    out: list[str] = field(default_factory=list)

    # -- what the terminal calls ----

    def ask(self, prompt: str, *, echo: bool = True, helps: bool = True) -> str:
        """Print a prompt and start an empty line; `helps`: `?` and Tab are no characters of it."""
        self.prompt, self.echo, self.helps = prompt, echo, helps and echo
        self._clear()
        return prompt

    def redraw(self) -> str:
        """The prompt and the line again, on a row of their own that the caller has begun."""
        self.shown, self.column, self.broken_at = "", 0, None
        return self.prompt + self._drawn()

    def break_in(self) -> None:
        """Something else was printed and the cursor is at the left edge of a new row."""
        self.broken_at, self.shown, self.column = self.cursor, "", 0

    def replace_left(self, text: str) -> None:
        """Put another text left of the cursor (completion); shown by the next `redraw`."""
        self.text = text + self.text[self.cursor :]
        self.cursor = len(text)

    def press(self, byte: int) -> tuple[str, Pressed | None]:
        """One byte typed: what to print for it, and what happened."""
        pressed = self._byte(byte)
        printed = "".join(self.out) + self._drawn()
        self.out.clear()
        if pressed is not None and pressed.key in _ENDS:
            printed += self._end_of_line() + _ENDS[pressed.key] + _LINE_END
            self._clear()
        elif pressed is not None and pressed.key is Key.HELP:
            printed += "?" + _LINE_END
        elif pressed is not None and pressed.key is Key.TAB:
            printed += _LINE_END
        return printed, pressed

    def append(self, run: str) -> str | None:
        """Plain characters typed at the end of the line, all at once: what to print for them.

        None if they have to be pressed one by one, as each may scroll or redraw the row.
        """
        if self.wait is _Wait.KEY and len(self.text) >= MOST_CHARACTERS:
            self.after_cr = False
            return _BEL
        plain = self.wait is _Wait.KEY and self.echo and self.broken_at is None and not self.left
        end, room = len(self.text), self._room()
        is_long = end + len(run) > (min(room, MOST_CHARACTERS) if room else MOST_CHARACTERS)
        if not plain or self.cursor != end or is_long:
            return None
        self.after_cr = False
        self.text += run
        self.shown = self.text
        self.cursor = self.column = end + len(run)
        return run

    def remember(self, text: str) -> None:
        """Add a line to the history of the present mode class."""
        lines = self.histories.setdefault(self.history_name, [])
        if text.strip() and lines[-1:] != [text]:
            lines.append(text)
            del lines[: -self.history_lines or len(lines)]

    # -- bytes ----

    def _byte(self, byte: int) -> Pressed | None:
        after_cr, self.after_cr = self.after_cr, byte == 0x0D
        if after_cr and byte in (0x0A, 0x00):
            return None
        match self.wait:
            case _Wait.LITERAL:
                self.wait = _Wait.KEY
                self._insert(byte)
            case _Wait.ESC:
                self._after_escape(byte)
            case _Wait.SEQUENCE:
                self._in_sequence(byte)
            case _Wait.KEY:
                return self._key(byte)
        return None

    def _key(self, byte: int) -> Pressed | None:
        match byte:
            case 0x0D | 0x0A:
                return Pressed(Key.ENTER, self.text)
            case 0x3F if self.helps:
                return Pressed(Key.HELP, self.text[: self.cursor])
            case 0x09 if self.helps:
                return Pressed(Key.TAB, self.text[: self.cursor])
            case 0x1A:
                return Pressed(Key.END, self.text)
            case 0x03:
                return Pressed(Key.ABORT)
            case 0x1E:
                return Pressed(Key.ESCAPE)
            case _ if not self.edits and byte not in _PLAIN_KEYS and byte < 0x20:
                pass
            case 0x1B:
                self.wait = _Wait.ESC
            case 0x16:
                self.wait = _Wait.LITERAL
            case _ if byte < 0x20 or byte == 0x7F:
                self._control(byte)
            case _:
                self._insert(byte)
        return None

    def _insert(self, byte: int) -> None:
        # A blank that was pasted from a web page is U+00A0: C2 A0 in UTF-8, A0 in Latin-1.
        # What else is no printable ASCII is not put on the line: a line has seven data bits.
        character = " " if byte == 0xA0 else chr(byte)
        if len(self.text) >= MOST_CHARACTERS:
            self.out.append(_BEL)
        elif 0x20 <= ord(character) < 0x7F:
            self.text = self.text[: self.cursor] + character + self.text[self.cursor :]
            self.cursor += 1

    def _control(self, byte: int) -> None:
        match byte:
            case 0x01:
                self.cursor = 0
            case 0x05:
                self.cursor = len(self.text)
            case 0x02:
                self._move(-1)
            case 0x06:
                self._move(1)
            case 0x04:
                self._cut(self.cursor, self.cursor + 1, keep=False)
            case 0x08 | 0x7F:
                self._backspace()
            case 0x0B:
                self._cut(self.cursor, len(self.text))
            case 0x15 | 0x18:
                self._cut(0, self.cursor)
            case 0x17:
                self._cut(self._word_left(), self.cursor)
            case 0x19:
                self._paste_killed()
            case 0x14:
                self._transpose()
            case 0x12 | 0x0C:
                self._reprint()
            case 0x10:
                self._recall(1)
            case 0x0E:
                self._recall(-1)
            case _:
                pass

    def _after_escape(self, byte: int) -> None:
        self.wait = _Wait.KEY
        match chr(byte):
            case "[" | "O":
                self.wait, self.sequence = _Wait.SEQUENCE, ""
            case "b" | "B":
                self.cursor = self._word_left()
            case "f" | "F":
                self.cursor = self._word_right()
            case "d" | "D":
                self._cut(self.cursor, self._word_right())
            case "\x7f" | "\b":
                self._cut(self._word_left(), self.cursor)
            case "c" | "C":
                self._change_word(str.capitalize)
            case "l" | "L":
                self._change_word(str.lower)
            case "u" | "U":
                self._change_word(str.upper)
            case _:
                pass

    def _in_sequence(self, byte: int) -> None:
        """The rest of an ANSI key: digits and `;`, then one final byte."""
        if 0x20 <= byte < 0x40:
            self.sequence = (self.sequence + chr(byte))[:_SEQUENCE_CHARACTERS]
            return
        self.wait = _Wait.KEY
        match self.sequence + chr(byte):
            case "A":
                self._recall(1)
            case "B":
                self._recall(-1)
            case "C":
                self._move(1)
            case "D":
                self._move(-1)
            case "H" | "1~" | "7~":
                self.cursor = 0
            case "F" | "4~" | "8~":
                self.cursor = len(self.text)
            case "3~":
                self._cut(self.cursor, self.cursor + 1, keep=False)
            case _:
                pass

    # -- editing ----

    def _move(self, by: int) -> None:
        to = self.cursor + by
        if 0 <= to <= len(self.text):
            self.cursor = to
        else:
            self.out.append(_BEL)

    def _backspace(self) -> None:
        if self.cursor:
            self._cut(self.cursor - 1, self.cursor, keep=False)
        else:
            self.out.append(_BEL)

    def _cut(self, start: int, end: int, *, keep: bool = True) -> None:
        if keep and self.text[start:end]:
            self.killed = self.text[start:end]
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def _paste_killed(self) -> None:
        pasted = self.killed[: MOST_CHARACTERS - len(self.text)]
        self.text = self.text[: self.cursor] + pasted + self.text[self.cursor :]
        self.cursor += len(pasted)

    def _transpose(self) -> None:
        """Exchange the character before the cursor with the one at it."""
        at = self.cursor
        if 0 < at < len(self.text):
            swapped = self.text[at] + self.text[at - 1]
            self.text = self.text[: at - 1] + swapped + self.text[at + 1 :]
            self.cursor += 1
        else:
            self.out.append(_BEL)

    def _word_left(self) -> int:
        before = self.text[: self.cursor].rstrip(" ")
        return before.rfind(" ") + 1

    def _word_right(self) -> int:
        after = self.text[self.cursor :]
        blanks = len(after) - len(after.lstrip(" "))
        end = after.find(" ", blanks)
        return len(self.text) if end < 0 else self.cursor + end

    def _change_word(self, change: Callable[[str], str]) -> None:
        end = self._word_right()
        changed = change(self.text[self.cursor : end])
        self.text = self.text[: self.cursor] + changed + self.text[end:]
        self.cursor = end

    def _recall(self, by: int) -> None:
        lines = self.histories.get(self.history_name, [])
        to = self.recalled + by
        if not 0 <= to <= len(lines):
            self.out.append(_BEL)
            return
        self.recalled = to
        self.text = lines[-to] if to else ""
        self.cursor = len(self.text)

    # -- drawing ----

    def _clear(self) -> None:
        self.text, self.cursor, self.left = "", 0, 0
        self.shown, self.column, self.recalled = "", 0, 0
        self.broken_at = None

    def _reprint(self) -> None:
        self.out.append(_LINE_END + self.prompt)
        self.shown, self.column, self.broken_at = "", 0, None

    def _room(self) -> int:
        """Columns right of the prompt; the last one of the row stays empty, so nothing wraps."""
        return max(self.width - len(self.prompt) - 1, SCROLL_COLUMNS + 2) if self.width else 0

    def _visible(self) -> tuple[str, int]:
        """The part of the text that is on the screen, and the cursor's column in it."""
        room = self._room()
        if not self.echo:
            return "", 0
        if self.broken_at is not None:
            return self._visible_after_break()
        if not room or (len(self.text) <= room and not self.left):
            return self.text, self.cursor
        while self.cursor - self.left > room - 1:
            self.left += SCROLL_COLUMNS
        while self.left and self.cursor - self.left < 1:
            self.left = max(self.left - SCROLL_COLUMNS, 0)
        shown = self.text[self.left : self.left + room]
        if self.left:
            shown = "$" + shown[1:]
        if self.left + room < len(self.text):
            shown = shown[:-1] + "$"
        return shown, self.cursor - self.left

    def _visible_after_break(self) -> tuple[str, int]:
        """IOS does not print again what was left of the cursor when a log line broke in."""
        assert self.broken_at is not None
        self.broken_at = min(self.broken_at, self.cursor)
        if self.width and self.cursor - self.broken_at > self.width - 2:
            self.broken_at += SCROLL_COLUMNS
        shown = self.text[self.broken_at :]
        return shown[: self.width - 1] if self.width else shown, self.cursor - self.broken_at

    def _drawn(self) -> str:
        """What turns the screen as it is into the screen as it should be."""
        wanted, cursor = self._visible()
        if wanted == self.shown:
            return self._move_column(cursor)
        same = _common_prefix(self.shown, wanted)
        drawn = self._move_column(same) + wanted[same:]
        erased = max(len(self.shown) - len(wanted), 0)
        drawn += " " * erased + _BS * erased
        self.shown, self.column = wanted, len(wanted)
        return drawn + self._move_column(cursor)

    def _move_column(self, to: int) -> str:
        moved = _BS * (self.column - to) + self.shown[self.column : to]
        self.column = to
        return moved

    def _end_of_line(self) -> str:
        return self._move_column(len(self.shown))


_ENDS = {Key.ENTER: "", Key.END: "^Z", Key.ABORT: "^C"}


def _common_prefix(one: str, other: str) -> int:
    for at, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return at
    return min(len(one), len(other))
