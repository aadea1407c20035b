"""The AS path as a value: what the decision, the policies and the shows ask of it."""

from __future__ import annotations

from collections.abc import Container
from enum import IntEnum
from typing import NamedTuple

from .bgp_community import asn_text

AS_TRANS = 23456
"""Stands for an autonomous system of four octets where only two fit (RFC 6793)."""
MOST_IN_SEGMENT = 255


class SegmentKind(IntEnum):
    """RFC 4271 4.3, RFC 5065 3."""

    SET = 1
    SEQUENCE = 2
    CONFED_SEQUENCE = 3
    CONFED_SET = 4


_BRACKETS = {
    SegmentKind.SET: ("{", ",", "}"),
    SegmentKind.SEQUENCE: ("", " ", ""),
    SegmentKind.CONFED_SEQUENCE: ("(", " ", ")"),
    SegmentKind.CONFED_SET: ("[", ",", "]"),
}


class Segment(NamedTuple):
    """One segment; no more than 255 numbers fit on the wire, longer ones are sent as several."""

    kind: SegmentKind
    asns: tuple[int, ...]

    @property
    def is_confederation(self) -> bool:
        return self.kind >= SegmentKind.CONFED_SEQUENCE

    def text(self, *, dotted: bool = False) -> str:
        """As IOS prints it."""
        left, between, right = _BRACKETS[self.kind]
        return left + between.join(asn_text(asn, dotted=dotted) for asn in self.asns) + right


class AsPath(tuple[Segment, ...]):
    """Segments in the order of the wire; `AsPath()` is that of a route of this system."""

    __slots__ = ()

    @classmethod
    def of(cls, *asns: int) -> AsPath:
        """One sequence of these."""
        return cls((Segment(SegmentKind.SEQUENCE, asns),)) if asns else EMPTY_PATH

    @property
    def hops(self) -> int:
        """The length the decision weighs: a set counts one, confederations nothing."""
        count = 0
        for kind, asns in self:
            if kind == SegmentKind.SEQUENCE:
                count += len(asns)
            elif kind == SegmentKind.SET:
                count += 1
        return count

    @property
    def confederation_hops(self) -> int:
        """The same of the confederation segments alone."""
        return sum(
            len(asns) if kind == SegmentKind.CONFED_SEQUENCE else 1
            for kind, asns in self
            if kind >= SegmentKind.CONFED_SEQUENCE
        )

    @property
    def neighbor(self) -> int | None:
        """The system next to this confederation; None for a route of it, or behind a set."""
        for kind, asns in self:
            if kind < SegmentKind.CONFED_SEQUENCE:
                return asns[0] if kind == SegmentKind.SEQUENCE else None
        return None

    @property
    def first(self) -> int | None:
        """The number that stands first, of whatever segment; None for an empty path."""
        return self[0].asns[0] if self else None

    @property
    def origin(self) -> int | None:
        """The system that stands last, None for an empty path or one that ends in a set."""
        if not self or self[-1].kind not in (SegmentKind.SEQUENCE, SegmentKind.CONFED_SEQUENCE):
            return None
        return self[-1].asns[-1]

    def occurrences(self, asn: int) -> int:
        """How often a system stands in the path, confederation segments included."""
        return sum(asns.count(asn) for _, asns in self)

    @property
    def asns(self) -> tuple[int, ...]:
        """All numbers, in order."""
        return tuple(asn for segment in self for asn in segment.asns)

    @property
    def without_confederation(self) -> AsPath:
        """What is told to a neighbor outside."""
        return AsPath(segment for segment in self if not segment.is_confederation)

    def prepended(self, *asns: int, kind: SegmentKind = SegmentKind.SEQUENCE) -> AsPath:
        """The path with these in front, joined to the first segment if that is of the same kind."""
        if not asns:
            return self
        if self and self[0].kind == kind:
            return AsPath((Segment(kind, asns + self[0].asns), *self[1:]))
        return AsPath((Segment(kind, asns), *self))

    def replaced(self, old: Container[int], new: int) -> AsPath:
        """Every number in `old` as `new`, as `as-override` does."""
        return AsPath(
            Segment(kind, tuple(new if asn in old else asn for asn in asns)) for kind, asns in self
        )

    def text(self, *, dotted: bool = False) -> str:
        """As IOS prints it and as regular expressions see it: `65001 65002 {3,4}`."""
        return " ".join(segment.text(dotted=dotted) for segment in self)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"AsPath({str(self)!r})"


EMPTY_PATH = AsPath()
