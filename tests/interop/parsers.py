"""Parsers nobody here wrote, asked about one command and what was printed of it."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a parser made of an output.  `trouble`: empty when it took it."""

    parser: str
    result: Any
    trouble: str = ""


@cache
def _quiet_genie() -> None:
    """It logs much, and its own plug-ins that are not installed are no concern of a test."""
    os.environ.setdefault("PYATS_DISABLE_TELEMETRY", "1")
    logging.getLogger("genie").setLevel(logging.CRITICAL)
    logging.getLogger("pyats").setLevel(logging.CRITICAL)


@cache
def _device(system: str) -> Any:
    from genie.conf.base import Device

    device = Device("R1", os=system, custom={"abstraction": {"order": ["os"]}})
    # Some parsers ask the device for a second output; it answers nothing.
    device.execute = lambda *_, **__: ""
    return device


def genie(command: str, text: str) -> Opinion | None:
    """What genie makes of it, by its parser for IOS or else for IOS XE; None without a parser."""
    _quiet_genie()
    from genie.libs.parser.utils import get_parser

    last: Opinion | None = None
    for system in ("ios", "iosxe"):
        device = _device(system)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                found, _ = get_parser(command, device)
            except Exception:
                # Its way to say that there is none.
                continue
            if not _knows(found, command):
                continue
            name = f"genie {system} {found.__name__}"
            try:
                result = device.parse(command, output=text)
            except Exception as error:
                last = Opinion(name, None, f"{type(error).__name__}: {error}")
                continue
        if result:
            return Opinion(name, result)
        last = Opinion(name, result, "empty")
    return last


def _knows(parser: Any, command: str) -> bool:
    """Whether a parser is for this command; what is looked for fuzzily may be found elsewhere."""
    known = parser.cli_command
    patterns = (re.sub(r"\\{[^}]*\\}", r".+", re.escape(text)) for text in _listed(known))
    return any(re.fullmatch(pattern, command) for pattern in patterns)


def _listed(known: str | Iterable[str]) -> Iterable[str]:
    return [known] if isinstance(known, str) else known


@cache
def _templates() -> Any:
    from ntc_templates.parse import _get_template_dir
    from textfsm import clitable

    return clitable.CliTable("index", _get_template_dir())


def ntc(command: str, text: str) -> Opinion | None:
    """What ntc-templates makes of it; None without a template."""
    from ntc_templates.parse import parse_output

    index = _templates().index
    row = index.GetRowMatch({"Command": command, "Platform": "cisco_ios"})
    if not row or not _fits(index, row, command):
        return None
    name = index.index[row]["Template"]
    try:
        rows = parse_output(platform="cisco_ios", command=command, data=text)
    except Exception as error:
        return Opinion(name, None, f"{type(error).__name__}: {error}")
    return Opinion(name, rows, "" if rows else "empty")


def _fits(index: Any, row: int, command: str) -> bool:
    """Whether a template is for the whole command: behind what its index asks for only values."""
    found = index.compiled[row]["Command"].match(command)
    return all(re.search("[0-9*]", word) for word in command[found.end() :].split())
