"""What a command gives, as lines: views through their renderers or as JSON; lines as they are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from iosemu.cli.api import RENDERERS, Lines, Rejected
from iosemu.cli.nvgen import as_data
from iosemu.cli.pipes import Pipe, apply_pipes
from iosemu.features.files.store import NETWORK, Box, exists, located, read, refused
from iosemu.features.files.store import write as store


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


def piped(lines: Lines, pipes: tuple[Pipe, ...], box: Box) -> Lines:
    """The lines behind all output modifiers; files are those of the device."""
    return apply_pipes(lines, pipes, writer(box))


def writer(box: Box) -> Callable[[str, str, list[str]], Iterable[str]]:
    """What redirect, append and tee do: a file of the device; `tee` also prints."""

    def write(name: str, url: str, lines: list[str]) -> Iterable[str]:
        data = "".join(line + "\n" for line in lines).encode("latin-1", "replace")
        is_appending, _, rest = url.partition(" ")
        appends = name == "append" or (name == "tee" and is_appending == "/append")
        try:
            place = located(box, rest if is_appending == "/append" else url)
            if place.system in NETWORK:
                raise refused("opening", url, "Timed out")
            held = read(box, place, str) if appends and exists(box, place) else b""
            store(box, place, held + data)
        except Rejected as refusal:
            return [str(refusal)]
        return lines if name == "tee" else []

    return write
