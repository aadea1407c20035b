"""A lab's history as a file: what came from outside, what followed from it, and the configurations.

A save is text.  Loading it plays the journal again and compares the digests; nothing is unpickled.
If this program goes another way than the one that saved, the lab starts over from the
configurations.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from iosemu.kernel.digest import first_different_minute
from iosemu.kernel.journal import Journal, JournalDamaged, JournalEntry, parse
from iosemu.kernel.time import Time
from iosemu.values import dataclass

from .version import version

FORMAT = 1


class NoSave(Exception):
    """The file is no save, or one of another lab; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Save:
    """What a file holds.  `entries`: the branch of the journal, from the root."""

    lab: str
    version: str
    now: Time
    digest: str
    minutes: tuple[tuple[int, bytes], ...]
    entries: tuple[JournalEntry, ...]
    configurations: Mapping[str, str]

    def dump(self) -> bytes:
        """The file."""
        journal = Journal()
        for entry in self.entries:
            journal.append(entry.time, entry.sequence, entry.source, entry.kind, *entry.args)
        content = {
            "iosemu save": FORMAT,
            "lab": self.lab,
            "version": self.version,
            "now": self.now,
            "digest": self.digest,
            "minutes": [[minute, value.hex()] for minute, value in self.minutes],
            "configurations": dict(self.configurations),
            "journal": journal.dump().decode("ascii").splitlines(),
        }
        return json.dumps(content, indent=1).encode() + b"\n"

    @classmethod
    def read(cls, data: bytes) -> Save:
        """Read a file; NoSave if it is none."""
        try:
            content = json.loads(data)
            if content["iosemu save"] != FORMAT:
                raise NoSave(f"written in another form: {content['iosemu save']!r}")
            lines = "".join(line + "\n" for line in content["journal"]).encode()
            entries, good_bytes = parse(lines)
            if good_bytes != len(lines):
                raise NoSave("its journal is damaged")
            return cls(
                lab=str(content["lab"]),
                version=str(content["version"]),
                now=int(content["now"]),
                digest=str(content["digest"]),
                minutes=tuple((int(m), bytes.fromhex(value)) for m, value in content["minutes"]),
                entries=tuple(entries),
                configurations={str(k): str(v) for k, v in content["configurations"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise NoSave("not written by `save`") from error
        except JournalDamaged as error:
            raise NoSave(str(error)) from error

    def differs_in(self, minutes: Sequence[tuple[int, bytes]], digest: str) -> str | None:
        """Where what happened differs from what was saved; None if it does not."""
        if digest == self.digest:
            return None
        minute = first_different_minute(self.minutes, tuple(minutes)[: len(self.minutes)])
        return "its last minute" if minute is None else f"minute {minute}"


def same_inputs(one: Sequence[JournalEntry], other: Sequence[JournalEntry]) -> bool:
    """Whether two branches hold the same."""
    return [_content(entry) for entry in one] == [_content(entry) for entry in other]


def _content(entry: JournalEntry) -> tuple[object, ...]:
    return (entry.time, entry.sequence, entry.kind, entry.args)


def made_by(own: str) -> str:
    """How to name the program that wrote a save."""
    return "this version" if own == version() else f"version {own}"
