"""The journal keeps what it acknowledged, whatever happens to the process or the last line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.kernel.journal import Journal, JournalDamaged, format_line, parse, parse_line
from iosemu.kernel.rng import Random

ROOT = Path(__file__).parents[2]


def typed(journal: Journal, count: int) -> None:
    for number in range(count):
        journal.append(1000 * number, number, "R1 con 0", "keys", b"show\r\xff", number)


def test_entries_come_back_from_the_file(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal")
    typed(journal, 3)
    journal.append(9000, 9, "api", "link", {"up": False, "ends": [["R1", "e0"]]}, None, 1.5)
    journal.close()
    again = Journal.open(tmp_path / "journal")
    assert list(again) == list(journal)
    assert again.head == 4
    assert again[4].args == ({"up": False, "ends": [["R1", "e0"]]}, None, 1.5)


def test_a_journal_in_memory_gives_what_one_on_a_file_gives(tmp_path: Path) -> None:
    memory, file = Journal(), Journal.open(tmp_path / "journal")
    for journal in (memory, file):
        journal.append(1, 2, "api", "link", ("R1", ("e0", b"x")), {"a": (1,)})
    file.close()
    assert list(memory) == list(Journal.open(tmp_path / "journal"))
    assert memory.dump() == (tmp_path / "journal").read_bytes()


def test_what_a_journal_cannot_hold_is_refused_and_not_written(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal")
    with pytest.raises(TypeError):
        journal.append(0, 0, "api", "object", object())
    assert len(journal) == 0
    assert (tmp_path / "journal").read_bytes() == b""


def test_every_torn_last_line_is_cut_off(tmp_path: Path) -> None:
    whole = Journal()
    typed(whole, 3)
    data = whole.dump()
    lines = data.splitlines(keepends=True)
    start = len(lines[0]) + len(lines[1])
    for length in range(start, len(data)):
        path = tmp_path / "journal"
        path.write_bytes(data[:length])
        journal = Journal.open(path)
        assert list(journal) == list(whole)[:2]
        typed(journal, 1)
        journal.close()
        assert len(Journal.open(path)) == 3


def test_a_changed_line_before_the_last_is_an_error_with_its_number() -> None:
    journal = Journal()
    typed(journal, 4)
    data = bytearray(journal.dump())
    data[len(format_line(journal[1])) + 20] ^= 1
    with pytest.raises(JournalDamaged) as damaged:
        parse(bytes(data))
    assert damaged.value.line == 2


def test_a_missing_line_is_an_error() -> None:
    journal = Journal()
    typed(journal, 4)
    lines = journal.dump().splitlines(keepends=True)
    with pytest.raises(JournalDamaged):
        parse(b"".join(lines[:1] + lines[2:]) + format_line(journal[2]))


def test_garbage_instead_of_a_last_line_is_cut_off() -> None:
    journal = Journal()
    typed(journal, 2)
    for garbage in (b"\0" * 50, b"deadbeef [1]\n", b"\n", b"\r\x85\xff"):
        entries, good_bytes = parse(journal.dump() + garbage)
        assert entries == list(journal)
        assert good_bytes == len(journal.dump())


def test_going_back_starts_a_branch_and_deletes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal.open(path)
    typed(journal, 5)
    assert journal.last_until(2500) == 3
    journal.branch(3, 2500, 77, "lab")
    journal.append(3000, 78, "R1 con 0", "keys", b"x")
    assert [entry.number for entry in journal.path()] == [1, 2, 3, 6, 7]
    assert [entry.number for entry in journal.path(5)] == [1, 2, 3, 4, 5]
    assert [entry.number for entry in journal.leaves()] == [5, 7]
    assert journal.last_until(2600) == 6
    journal.close()
    again = Journal.open(path)
    assert again.path() == journal.path()


def test_a_lab_that_was_only_taken_back_is_found_there_again(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal")
    typed(journal, 5)
    journal.branch(0, 0, 0, "lab")
    journal.close()
    again = Journal.open(tmp_path / "journal")
    assert [entry.kind for entry in again.path()] == ["rewind"]


def test_a_full_disk_leaves_the_journal_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "journal"
    journal = Journal.open(path)
    typed(journal, 2)
    before, real_write = path.read_bytes(), os.write

    def write_half(file: int, data: bytes) -> int:
        if len(data) <= 20:
            raise OSError(28, "No space left on device")
        return real_write(file, data[:20])

    monkeypatch.setattr(os, "write", write_half)
    with pytest.raises(OSError, match="No space"):
        typed(journal, 1)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert len(journal) == 2
    typed(journal, 1)
    journal.close()
    assert len(Journal.open(path)) == 3


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(values, max_size=4), st.text(), st.text())
def test_a_line_reads_back_as_its_entry(args: list[Any], source: str, kind: str) -> None:
    journal = Journal()
    entry = journal.append(5, 6, source, kind, *args)
    line = format_line(entry)
    assert line.count(b"\n") == 1
    assert parse_line(line, 1) == entry


WRITER = """
import os, sys
from pathlib import Path
from iosemu.kernel.journal import Journal
journal = Journal.open(Path(sys.argv[1]))
while True:
    number = len(journal) + 1
    journal.append(number, number, "R1 con 0", "keys", b"k" * (number * 37 % 900))
    if number % 8 == 0:
        journal.sync()
    os.write(1, b"%d\\n" % number)
"""


def test_a_hundred_kills_lose_no_acknowledged_line(tmp_path: Path) -> None:
    """One writer after the other on the same file, each killed after a random number of
    acknowledgements was read; whatever it acknowledged must be there."""
    path, rng, acknowledged = tmp_path / "journal", Random.named(3, "kill"), 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(100):
        writer = subprocess.Popen(
            [sys.executable, "-S", "-c", WRITER, str(path)],
            stdout=subprocess.PIPE,
            env=environment,
            cwd=ROOT,
        )
        assert writer.stdout is not None
        wanted, seen = rng.randint(1, 20), b""
        while seen.count(b"\n") < wanted:
            seen += os.read(writer.stdout.fileno(), rng.randint(1, 100))
        os.kill(writer.pid, signal.SIGKILL)
        seen += writer.stdout.read()
        writer.stdout.close()
        assert writer.wait() == -signal.SIGKILL
        complete = seen[: seen.rfind(b"\n") + 1].split()
        acknowledged = max([acknowledged, *map(int, complete)])
        entries, _ = parse(path.read_bytes())
        assert len(entries) >= acknowledged
        assert all(e.args == (b"k" * (e.number * 37 % 900),) for e in entries)
    assert acknowledged > 500
