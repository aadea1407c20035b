"""The blocks of the source article: fixed by line number, so that the count cannot drift."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

BLOCKS = Path(__file__).with_name("blocks.tsv")
LINES = 1653
_PROMPT = re.compile(r"([A-Z]+\d)((?:\([\w-]+\))?#)(.*)")
_STAMP = re.compile(r"\*[A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d\.\d{3}: ")
_STATUS = re.compile(r"pass|pending \w+|erratum \d+")


@dataclass(frozen=True)
class Block:
    first: int
    last: int
    devices: tuple[str, ...]
    command: str
    status: str


def blocks() -> list[Block]:
    """The rows of the table."""
    held = []
    for row in BLOCKS.read_text().splitlines()[1:]:
        lines, devices, command, status = row.split("\t")
        first, last = map(int, lines.split("-"))
        held.append(Block(first, last, tuple(devices.split()), command, status))
    return held


def test_blocks_are_in_order_and_do_not_overlap() -> None:
    end = 0
    for block in blocks():
        assert end < block.first <= block.last <= LINES, block
        end = block.last


def test_every_block_has_a_device_and_a_status() -> None:
    for block in blocks():
        assert block.devices, block
        assert _STATUS.fullmatch(block.status), block


def test_every_prompt_line_begins_a_block(source: list[str]) -> None:
    by_first = {block.first: block for block in blocks()}
    for number, line in enumerate(source):
        found = _PROMPT.match(line)
        if found is None:
            continue
        block = by_first[number]
        typed = re.sub(r"\s+", " ", (found[2] + found[3].strip()).strip())
        assert (block.devices, block.command) == ((found[1],), typed), number


def test_every_block_with_a_command_is_at_its_prompt(source: list[str]) -> None:
    for block in blocks():
        assert block.command.startswith("(") or _PROMPT.match(source[block.first]), block
        assert source[block.first].strip(), block
        assert source[block.last].strip(), block


def test_every_log_line_and_every_output_line_is_in_a_block(source: list[str]) -> None:
    covered = {n for block in blocks() for n in range(block.first, block.last + 1)}
    for number, line in enumerate(source):
        if _STAMP.match(line) or line.startswith(("Success rate is", "Type escape", "!!!!!")):
            assert number in covered, number


def test_a_block_ends_where_the_next_begins_or_at_a_blank_line(source: list[str]) -> None:
    """No block stops in the middle of an output: what follows is blank, a block or prose."""
    firsts = {block.first for block in blocks()}
    prose = {541, 544, 809, 1369, 1377, 1448, 1472, 1519, 1540}
    for block in blocks():
        after = block.last + 1
        assert after > LINES or after in firsts or after in prose or not source[after].strip(), (
            block
        )
