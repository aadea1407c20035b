"""Rules on what leaves a port: scripted faults, as values.

Rules are asked in order.  `Pass` goes on to the next rule and at last to the link with all its
faults, `Deliver` goes over the link at once and unharmed, `Drop` goes nowhere.
"""

from __future__ import annotations

from iosemu.fabric.filter import compiled, headers_of
from iosemu.fabric.linktype import ETHERNET
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Pass:
    """Ask the next rule."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """Carry the frame whatever the link's loss and corruption."""


@dataclass(frozen=True, slots=True)
class Drop:
    """Lose the frame; the reason is counted and stands in captures."""

    reason: str = "rule"


Verdict = Pass | Deliver | Drop


@dataclass(frozen=True, slots=True)
class Match:
    """Which frames a rule is about; every given part must fit.

    ethertype: of an Ethernet frame, behind an 802.1Q tag if there is one.  at: (offset, bytes)
    pairs, offsets from the start of the frame.  contains: bytes anywhere in the frame.  filter: as
    `filter.py` reads it.
    """

    ethertype: int | None = None
    at: tuple[tuple[int, bytes], ...] = ()
    contains: bytes = b""
    filter: str = ""

    def fits(self, frame: bytes, linktype: int = ETHERNET) -> bool:
        """Whether the frame is one of them."""
        if self.filter and not compiled(self.filter)(headers_of(frame, linktype)):
            return False
        if self.ethertype is not None and ethertype_of(frame) != self.ethertype:
            return False
        return self.contains in frame and all(
            frame[offset : offset + len(wanted)] == wanted for offset, wanted in self.at
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A verdict on matching frames: not on the first `skip` of them, then on every n-th, `count`
    times (None: on all)."""

    match: Match = Match()
    verdict: Verdict = Drop()
    skip: int = 0
    count: int | None = None
    every: int = 1


def decide(
    rules: tuple[Rule, ...], hits: list[int], frame: bytes, linktype: int = ETHERNET
) -> Verdict:
    """The verdict on a frame.  `hits`: how many frames each rule matched so far; counted on."""
    for number, rule in enumerate(rules):
        if rule.match.fits(frame, linktype):
            hits[number] += 1
            turn, rest = divmod(hits[number] - rule.skip, rule.every)
            applies = turn > 0 and not rest and (rule.count is None or turn <= rule.count)
            if applies and not isinstance(rule.verdict, Pass):
                return rule.verdict
    return Pass()


def ethertype_of(frame: bytes) -> int:
    """The EtherType of a frame, behind one 802.1Q tag; of a short frame what there is."""
    offset = 16 if frame[12:14] == b"\x81\x00" else 12
    return int.from_bytes(frame[offset : offset + 2], "big")
