"""The blocks of the article that `blocks.tsv` says pass are in a transcript, whole and in order,
and the lab prints what they say."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import iosemu
from iosemu.data import labs
from iosemu.session.transcript.compare import Verdict
from iosemu.session.transcript.read import PROMPT, read, remark_removed
from iosemu.session.transcript.run import run

from .test_blocks import Block, blocks

POSTS = {
    "pbr": (range(1030, 1296), Counter({"pass": 36, "erratum": 2})),
    "bgp-nht": (range(1296, 1546), Counter({"pass": 39})),
    "bgp-multisession": (range(1546, 1615), Counter({"pass": 7})),
    "bgp-dynamic": (range(1615, 1654), Counter({"pass": 3})),
}
"""Per lab: the lines of its post, and how many of its blocks pass."""
OTHERS = {
    # The source just repeats the configuration.
    "pbr": Counter({"R2(config-if)#do show running-config | section ^route-map": 3}),
    # Log lines stand below the prompt of the device that logs.
    "bgp-nht": Counter({"R1#": 6}),
    "bgp-multisession": Counter({"R1#": 1}),
    # The source says once what three routers are configured with.
    "bgp-dynamic": Counter({"R1#": 1})
    + Counter(
        f"{name}({mode})#{line}"
        for name in ("R3", "R4")
        for mode, line in (
            ("config", "router bgp 100"),
            ("config-router", " bgp log-neighbor-changes"),
            ("config-router", " neighbor 192.168.124.1 remote-as 100"),
            ("config-router", " neighbor 192.168.124.1 password CISCO"),
        )
    ),
}
"""Per lab: lines of the transcript that are not of the source."""
ERRATA = Path(__file__).with_name("errata.md")
_NOT_OF_THE_SOURCE = re.compile(r"\s*|! .*|\[(?:lab|hidden|settle|erratum|wait|gaps)\b.*")


def blocks_of(lab: str) -> list[Block]:
    lines, _ = POSTS[lab]
    return [block for block in blocks() if block.first in lines]


def transcript_of(lab: str) -> Path:
    return labs() / lab / "transcripts" / "post.txt"


@cache
def verdicts(lab: str) -> dict[int, list[Verdict]]:
    """By line of the transcript what was judged there."""
    played = iosemu.load(lab)
    played.boot()
    file = transcript_of(lab)
    found: dict[int, list[Verdict]] = {}
    for line in run(read(file.read_text(), file.name), played).lines:
        found.setdefault(line.number, []).append(line.verdict)
    return found


def places(lab: str, source: list[str]) -> Iterator[tuple[Block, range]]:
    """Where each block stands in the transcript; AssertionError if it is not there."""
    lines = ["", *transcript_of(lab).read_text().split("\n")]
    at = 1
    for block in blocks_of(lab):
        is_typed = block.command.startswith("(config")
        wanted = [source[n].rstrip() for n in range(block.first, block.last + 1)]
        wanted = [line for line in wanted if line]
        first = next((n for n in range(at, len(lines)) if same(wanted[0], lines[n], is_typed)), 0)
        assert first, f"{block} is not in the transcript behind line {at}"
        at = first
        for line in wanted:
            while not same(line, lines[at], is_typed):
                assert _NOT_OF_THE_SOURCE.fullmatch(lines[at]), (block, at)
                at += 1
            at += 1
        yield block, range(first, at)


def same(wanted: str, line: str, is_typed: bool) -> bool:
    """Whether a line of the transcript is this one of the source.  Of a configuration the source
    has the lines, the transcript has them as typed."""
    if wanted == line.rstrip():
        return True
    prompt = PROMPT.fullmatch(line)
    return is_typed and remark_removed(wanted) == (prompt[3] if prompt else line).rstrip()


def numbers_of_errata() -> list[str]:
    return re.findall(r"^(\d+)\. ", ERRATA.read_text(), re.MULTILINE)


@pytest.mark.parametrize(
    "lab",
    [
        pytest.param(
            "pbr",
            marks=pytest.mark.goal(
                *("C29", "C30", "C31", "C32", "C33", "C34", "C35", "C36", "C37", "C38", "C39"),
                *("X16", "X17", "X18", "X19", "B31", "B33", "B35", "B36", "B37", "B38", "B39"),
            ),
        ),
        pytest.param(
            "bgp-nht",
            marks=pytest.mark.goal(
                *("C40", "C41", "C42", "C43", "C44", "C45", "C46", "C47", "C53"),
                *("X20", "X22", "L16", "L17", "L18", "L19"),
                *("D1", "D2", "D3", "D4", "D5", "D6", "D7", "D8", "B40", "B41", "B42", "B43"),
            ),
        ),
        pytest.param("bgp-multisession", marks=pytest.mark.goal("C48", "C49", "X21", "B46")),
        pytest.param("bgp-dynamic", marks=pytest.mark.goal("C50", "C51", "C52", "B47")),
    ],
)
def test_every_block_of_the_post_replays_as_the_table_says(lab: str, source: list[str]) -> None:
    judged = verdicts(lab)
    held: Counter[str] = Counter()
    for block, lines in places(lab, source):
        found = [verdict for n in lines for verdict in judged.get(n, ())]
        assert found, block
        assert Verdict.DIFFERS not in found, block
        status = "erratum" if Verdict.ERRATUM in found else "pass"
        assert status == block.status.split()[0], block
        held[status] += 1
    assert held == POSTS[lab][1]


@pytest.mark.parametrize("lab", POSTS)
def test_what_is_omitted_is_omitted_by_the_source(lab: str, source: list[str]) -> None:
    """A gap is in a block of the source, so a line of it says so; elsewhere none is allowed."""
    text = transcript_of(lab).read_text()
    lines, _ = POSTS[lab]
    assert text.count("omitted]") == sum(source[n].count("omitted]") for n in lines)
    assert "[cut]" not in text
    assert "<output" not in text


@pytest.mark.parametrize("lab", POSTS)
def test_every_line_of_the_transcript_is_of_the_source_or_marked(
    lab: str, source: list[str]
) -> None:
    of_the_source = {n for _, lines in places(lab, source) for n in lines}
    text = transcript_of(lab).read_text()
    others = [
        line
        for n, line in enumerate(text.split("\n"), 1)
        if n not in of_the_source and not _NOT_OF_THE_SOURCE.fullmatch(line)
    ]
    assert Counter(others) == OTHERS[lab]


def test_every_erratum_is_listed() -> None:
    listed = numbers_of_errata()
    assert len(set(listed)) == len(listed)
    used = [block.status.split()[1] for block in blocks() if block.status.startswith("erratum")]
    assert set(used) <= set(listed)
