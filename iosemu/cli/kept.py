"""Grammar trees kept on disk between runs, because reading the notation takes most of a start.

A kept file is JSON and holds nothing but the values of `syntax.py`: reading one that somebody else
wrote can give a wrong grammar, never run code.  Its name is a hash of the grammar files and of the
classes, so it never has to be invalidated; one that cannot be read is made again.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import fields, is_dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from . import syntax
from .syntax import GrammarFile

_CLASSES: dict[str, type] = {
    name: kind
    for name, kind in vars(syntax).items()
    if isinstance(kind, type) and is_dataclass(kind)
}


def trees(texts: list[tuple[str, str]], folder: Path | None) -> list[GrammarFile]:
    """The trees of grammar files, given as (name, text); NotationError for a wrong one."""
    file = None if folder is None else folder / f"{_fingerprint(texts)}.json"
    if file is not None:
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            held = [_decoded(tree) for tree in json.loads(file.read_bytes())]
            if [getattr(tree, "name", None) for tree in held] == [name for name, _ in texts]:
                return held
    # Imported only here: pyparsing is a tenth of a second that a kept grammar saves.
    from .notation import read

    made = [read(name, text) for name, text in texts]
    if file is not None:
        with suppress(OSError):
            _write(file, json.dumps([_encoded(tree) for tree in made], separators=(",", ":")))
    return made


def _fingerprint(texts: list[tuple[str, str]]) -> str:
    shapes = {name: [f.name for f in fields(kind)] for name, kind in _CLASSES.items()}
    return blake2b(repr((shapes, texts)).encode(), digest_size=16).hexdigest()


def _write(file: Path, text: str) -> None:
    """Whole or not at all: two programs may start at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_text(text, encoding="ascii")
    draft.replace(file)


def _encoded(value: Any) -> Any:
    """A dataclass as {"=": its class, then its values}, a mapping as {"": its items}."""
    if isinstance(value, tuple):
        return [_encoded(item) for item in value]
    if isinstance(value, dict):
        return {"": [[key, _encoded(item)] for key, item in value.items()]}
    if is_dataclass(value):
        values = [_encoded(getattr(value, f.name)) for f in fields(value)]
        return {"=": type(value).__name__, "v": values}
    return value


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return tuple([_decoded(item) for item in value])
    if isinstance(value, dict):
        if "=" in value:
            return _CLASSES[value["="]](*[_decoded(item) for item in value["v"]])
        return {key: _decoded(item) for key, item in value[""]}
    return value
