"""Grammar trees kept between runs are those that were read."""

from __future__ import annotations

from pathlib import Path

import pytest

from iosemu.cli.kept import trees
from iosemu.cli.notation import read
from iosemu.cli.syntax import NotationError
from iosemu.data import grammars

TEXTS = [(file.name, file.read_text()) for file in sorted(grammars().glob("*.cli"))]


def test_kept_trees_equal_those_read(tmp_path: Path) -> None:
    first, again = trees(TEXTS, tmp_path), trees(TEXTS, tmp_path)
    assert first == again == [read(name, text) for name, text in TEXTS]
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "damage",
    [b"", b"[1", b"[{}]", b'[{"=":"Nothing","v":[]}]', b"\xff", b"[]", b"[7,8]", b"[" * 99_999],
)
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    trees(TEXTS[:2], tmp_path)
    (kept,) = tmp_path.iterdir()
    good = kept.read_bytes()
    kept.write_bytes(damage)
    assert trees(TEXTS[:2], tmp_path) == [read(name, text) for name, text in TEXTS[:2]]
    assert kept.read_bytes() == good


def test_a_changed_grammar_has_a_file_of_its_own(tmp_path: Path) -> None:
    trees([("a.cli", "mode config\n")], tmp_path)
    trees([("a.cli", "mode config\n\n")], tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_wrong_grammar_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(NotationError):
        trees([("a.cli", "nonsense")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    assert trees(TEXTS[:1], file) == trees(TEXTS[:1], None)
