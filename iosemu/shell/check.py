"""`iosemu check FILE...`: what a router would say of each line of configuration texts."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from iosemu.lab.program import bare_config, program
from iosemu.session.doctor import (
    Checked,
    Examination,
    Status,
    by_keyword,
    commands_of,
    examine,
    release_of,
)
from iosemu.session.paste import PLAIN
from iosemu.values import dataclass

from .errors import FAILED, GOOD, UsageError

STDIN = "-"
DEFAULT_RELEASE = "15.4"
_COUNTED = (Status.APPLIED, Status.INERT, Status.REFUSED)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asked for.  `release`: None takes what the text says."""

    release: str | None = None
    verbose: bool = False
    as_json: bool = False


def check(files: Sequence[Path], asked: Asked) -> int:
    """Examine each file; 1 if a router would refuse a line of any."""
    texts = [(str(file), _read(file)) for file in files]
    examined = [(name, *_examine(text, asked)) for name, text in texts]
    if asked.as_json:
        print(json.dumps([as_data(*one) for one in examined], indent=2))
    else:
        for name, release, found in examined:
            _print(name, release, found, asked)
    refused = sum(found.count(Status.REFUSED) for _, _, found in examined)
    return FAILED if refused else GOOD


def _read(file: Path) -> str:
    try:
        raw = sys.stdin.buffer.read() if str(file) == STDIN else file.read_bytes()
        return raw.decode("utf-8")
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: byte {error.start} is not UTF-8") from None


def _examine(text: str, asked: Asked) -> tuple[str, Examination]:
    """The text on a router of its own release, with the ports it names."""
    release = asked.release or release_of(text) or DEFAULT_RELEASE
    config = bare_config(program(), commands_of(text))
    return release, examine(program().grammar, text, config, version=release)


# -- for people ----


def _print(name: str, release: str, found: Examination, asked: Asked) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for line in found.lines:
        if asked.verbose or is_telling(line):
            for text in lines_of(name, line):
                console.print(Text(text, style=_STYLES[line.status]))
    table = Table(title=f"{name} (release {release})", title_justify="left")
    table.add_column("keyword")
    for heading in ("lines", "applied", "inert", "refused"):
        table.add_column(heading, justify="right")
    for row in by_keyword(found.lines):
        table.add_row(row.keyword, *map(_number, (row.lines, row.applied, row.inert, row.refused)))
    counts = [found.count(status) for status in _COUNTED]
    table.add_section()
    table.add_row("all", *map(_number, (sum(counts), *counts)))
    console.print(table)


def is_telling(line: Checked) -> bool:
    """Whether more is to say of a line than that it was applied, or is a plain comment."""
    if line.status is Status.SKIPPED:
        return bool(line.reason) and line.reason not in PLAIN
    return bool(line.changes) or line.status is not Status.APPLIED


_STYLES = {
    Status.APPLIED: "",
    Status.INERT: "yellow",
    Status.REFUSED: "red",
    Status.SKIPPED: "dim",
}


def _number(count: int) -> str:
    return str(count) if count else ""


def lines_of(name: str, line: Checked) -> list[str]:
    """What is printed of one line: what became of it, what was changed, what IOS says."""
    if line.status is Status.SKIPPED and not line.reason:
        return []
    shown = line.typed if line.typed is not None else line.text
    head = f"{name}:{line.number}: {line.status.value:<8} "
    first, *more = shown.split("\n")
    printed = [head + first + (f"  [{len(more)} lines of text]" if more else "")]
    printed += [" " * len(head) + said for said in line.output if said]
    if line.reason:
        printed[0] += f"  [{line.reason}]"
    if line.changes:
        printed.append(" " * len(head) + "changed: " + "; ".join(line.changes))
    return printed


# -- for programs ----


def as_data(name: str, release: str, found: Examination) -> dict[str, Any]:
    """One examined file as JSON."""
    return {
        "file": name,
        "release": release,
        "counts": {status.value: found.count(status) for status in Status},
        "keywords": [
            {
                "keyword": row.keyword,
                "applied": row.applied,
                "inert": row.inert,
                "refused": row.refused,
            }
            for row in by_keyword(found.lines)
        ],
        "lines": [
            {
                "number": line.number,
                "text": line.text.rstrip("\r"),
                "status": line.status.value,
                "typed": line.typed,
                "output": list(line.output),
                "changes": list(line.changes),
                "reason": line.reason,
            }
            for line in found.lines
        ],
    }
