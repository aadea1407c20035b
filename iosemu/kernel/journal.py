"""Everything that came from outside, as a tree of entries.

An entry follows its parent; going back in time and acting again starts a branch, and nothing is
ever deleted.  On a file it is one line an entry: crc32 in eight hexadecimal digits, a blank, JSON.
A line is written before what it says acts, so a process that is killed loses at most the last,
unfinished line, which nobody was told of.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

from iosemu.kernel.time import Time
from iosemu.values import dataclass

_BYTES_KEY = "$bytes"


class JournalDamaged(Exception):
    """A line before the last is not what was written: the file was changed from outside."""

    def __init__(self, line: int, reason: str, *, is_torn: bool = False) -> None:
        super().__init__(f"journal line {line}: {reason}")
        self.line, self.reason, self.is_torn = line, reason, is_torn


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One input from outside.

    number: counts from 1.  parent: the entry before it on its branch, 0 at the root.  time,
    sequence: those of the world when it acts, after all events of that instant.  source: who, as
    "R1 con 0" or "api".  kind and args: what; args are None, bool, int, float, str, bytes or
    lists and string-keyed dictionaries of those.
    """

    number: int
    parent: int
    time: Time
    sequence: int
    source: str
    kind: str
    args: tuple[Any, ...] = ()


class Journal:
    """The tree and where in it the lab is (`head`, 0 before the first entry); in memory, or on a
    file that only this process writes."""

    def __init__(self, entries: Iterable[JournalEntry] = (), head: int | None = None) -> None:
        """In memory, `head` at the last entry if not said."""
        self._entries = list(entries)
        self._file: int | None = None
        self._is_synced = True
        self.head = len(self._entries) if head is None else head

    @classmethod
    def open(cls, path: Path) -> Journal:
        """The journal of a file, made if it is missing.  A torn last line is cut off; raises
        JournalDamaged for any other line that is wrong, OSError as the system says."""
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            data = _read_all(file)
            entries, good_bytes = parse(data)
            if good_bytes < len(data):
                os.ftruncate(file, good_bytes)
        except BaseException:
            os.close(file)
            raise
        journal = cls(entries)
        journal._file = file
        return journal

    def close(self) -> None:
        """Sync and close the file; the entries stay readable."""
        if self._file is not None:
            os.fsync(self._file)
            os.close(self._file)
            self._file = None

    def append(self, time: Time, sequence: int, source: str, kind: str, *args: Any) -> JournalEntry:
        """Write an entry after the head and move the head to it.  When this returns, the entry
        outlives the process; `sync` makes it outlive the machine."""
        number = len(self._entries) + 1
        values = tuple(_as_read(value) for value in args)
        entry = JournalEntry(number, self.head, time, sequence, source, kind, values)
        if self._file is not None:
            _write_all(self._file, format_line(entry))
            self._is_synced = False
        self._entries.append(entry)
        self.head = number
        return entry

    def sync(self) -> None:
        """Have the system put on disk what was appended (at Enter)."""
        if self._file is not None and not self._is_synced:
            os.fsync(self._file)
            self._is_synced = True

    def path(self, head: int | None = None) -> list[JournalEntry]:
        """The entries that led to `head` (default: where the lab is), oldest first."""
        found = []
        number = self.head if head is None else head
        while number:
            entry = self._entries[number - 1]
            found.append(entry)
            number = entry.parent
        found.reverse()
        return found

    def last_until(self, time: Time) -> int:
        """The last entry of the present branch with time <= `time`, 0 if there is none."""
        return max((entry.number for entry in self.path() if entry.time <= time), default=0)

    def branch(
        self, after: int, time: Time, sequence: int, source: str, kind: str = "rewind"
    ) -> JournalEntry:
        """Move the head back to `after` and start a branch there.  The entry that starts it says
        where the lab went on, so that opening the file again finds the same head."""
        assert 0 <= after <= len(self._entries), f"no entry {after}"
        self.head = after
        return self.append(time, sequence, source, kind)

    def leaves(self) -> list[JournalEntry]:
        """The ends of all branches, oldest first."""
        parents = {entry.parent for entry in self._entries}
        return [entry for entry in self._entries if entry.number not in parents]

    def dump(self) -> bytes:
        """The whole tree in the form of the file."""
        return b"".join(map(format_line, self._entries))

    def __getitem__(self, number: int) -> JournalEntry:
        assert number > 0, "entries count from 1"
        return self._entries[number - 1]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[JournalEntry]:
        return iter(self._entries)


def parse(data: bytes) -> tuple[list[JournalEntry], int]:
    """The entries of a file and how many of its bytes they take; what follows is a torn line.
    Raises JournalDamaged if a good line follows a bad one."""
    entries: list[JournalEntry] = []
    good_bytes = 0
    bad: JournalDamaged | None = None
    lines = data.split(b"\n")
    ended = [line + b"\n" for line in lines[:-1]] + [line for line in lines[-1:] if line]
    for number, line in enumerate(ended, 1):
        try:
            entry = parse_line(line, number)
        except JournalDamaged as error:
            if not error.is_torn:
                raise bad or error from None
            bad = bad or error
            continue
        if bad is not None:
            raise bad
        entries.append(entry)
        good_bytes += len(line)
    return entries, good_bytes


def format_line(entry: JournalEntry) -> bytes:
    """One entry as a line of the file."""
    fields = [entry.parent, entry.time, entry.sequence, entry.source, entry.kind, *entry.args]
    text = json.dumps([entry.number, *fields], default=_bytes_as_json, separators=(",", ":"))
    body = text.encode()
    return b"%08x %b\n" % (crc32(body), body)


def parse_line(line: bytes, expected_number: int) -> JournalEntry:
    """Read one line; raises JournalDamaged if it is torn, changed or out of order."""
    if not line.endswith(b"\n") or line[8:9] != b" ":
        raise JournalDamaged(expected_number, "is not complete", is_torn=True)
    body = line[9:-1]
    if line[:8] != b"%08x" % crc32(body):
        raise JournalDamaged(expected_number, "has a wrong checksum", is_torn=True)
    try:
        fields = json.loads(body, object_hook=_bytes_from_json)
        number, parent, time, sequence, source, kind, *args = fields
    except (ValueError, TypeError) as error:
        raise JournalDamaged(expected_number, "is no entry") from error
    if number != expected_number or not 0 <= parent < number:
        raise JournalDamaged(expected_number, f"has number {number}, parent {parent}")
    return JournalEntry(number, parent, time, sequence, source, kind, tuple(args))


def _as_read(value: Any) -> Any:
    """What a value becomes through the file, so that a journal in memory gives the same."""
    if isinstance(value, tuple | list):
        return [_as_read(item) for item in value]
    if isinstance(value, dict):
        return {key: _as_read(item) for key, item in value.items()}
    return value


def _bytes_as_json(value: Any) -> Any:
    if isinstance(value, bytes):
        return {_BYTES_KEY: value.hex()}
    raise TypeError(f"a journal cannot hold {value!r}")


def _bytes_from_json(value: dict[str, Any]) -> Any:
    return bytes.fromhex(value[_BYTES_KEY]) if value.keys() == {_BYTES_KEY} else value


def _read_all(file: int) -> bytes:
    parts = []
    while part := os.read(file, 1 << 20):
        parts.append(part)
    return b"".join(parts)


def _write_all(file: int, line: bytes) -> None:
    """Write a line whole, or not at all: a full disk leaves the file as it was."""
    before = os.lseek(file, 0, os.SEEK_END)
    try:
        rest = line
        while rest:
            rest = rest[os.write(file, rest) :]
    except OSError:
        os.ftruncate(file, before)
        raise
