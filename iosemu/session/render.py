"""What a command gives, as lines: views through their renderers or as JSON; lines as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from iosemu.cli.api import RENDERERS, Lines
from iosemu.cli.nvgen import as_data
from iosemu.cli.pipes import Pipe, apply_pipes
from iosemu.proto.parts import Files

FLASH = "flash:"


def rendered(result: Iterable[Any], *, as_json: bool) -> Iterator[str]:
    """Lines of a handler's result; None prints nothing."""
    if as_json:
        yield from json.dumps([as_data(item) for item in result], indent=2).split("\n")
        return
    for item in result or ():
        if isinstance(item, str):
            yield item
        else:
            yield from RENDERERS[type(item)](item)


def piped(lines: Lines, pipes: tuple[Pipe, ...], files: Files) -> Lines:
    """The lines behind all output modifiers; files are those of the device."""
    return apply_pipes(lines, pipes, writer(files))


def writer(files: Files) -> Callable[[str, str, list[str]], Iterable[str]]:
    """What redirect, append and tee do: a file in flash; `tee` also prints."""

    def write(name: str, url: str, lines: list[str]) -> Iterable[str]:
        file = url.removeprefix(FLASH).lstrip("/")
        if ":" in file or not file:
            return [f"%Error opening {url} (No such file or directory)"]
        data = "".join(line + "\n" for line in lines).encode("latin-1", "replace")
        held = files.flash.get(file, b"") if name == "append" else b""
        files.flash[file] = held + data
        return lines if name == "tee" else []

    return write
