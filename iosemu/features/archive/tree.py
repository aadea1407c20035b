"""A configuration as text, as a tree of lines; what one has and another lacks.

Pure: knows text and nothing of what it means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iosemu.values import dataclass, field

NOTES = ("Building configuration", "Current configuration", "version ", "end")


@dataclass(slots=True)
class Node:
    """A line and the lines below it.  `depth`: blanks before it."""

    text: str
    depth: int = -1
    below: list[Node] = field(default_factory=list)


def tree_of(lines: Iterable[str]) -> Node:
    """The lines of a configuration without marks and notes, by their indent."""
    root = Node("")
    above = [root]
    for line in lines:
        text = line.strip()
        depth = len(line) - len(line.lstrip())
        is_note = depth == 0 and any(text == n or text.startswith(n) for n in NOTES)
        if not text or text.startswith("!") or is_note:
            continue
        while above[-1].depth >= depth:
            above.pop()
        node = Node(text, depth)
        above[-1].below.append(node)
        above.append(node)
    return root


def lacking(wanted: Node, held: Node) -> Iterator[tuple[str, str, int]]:
    """Lines of `wanted` that `held` has not, as (mark, text, depth): the mark is "+" for such a
    line and "" for one that only says where it is."""
    there: dict[str, list[Node]] = {}
    for node in held.below:
        there.setdefault(node.text, []).append(node)
    for node in wanted.below:
        matching = there.get(node.text, [])
        if not matching:
            yield from whole(node)
            continue
        inner = list(lacking(node, matching.pop(0)))
        if inner:
            yield "", node.text, node.depth
            yield from inner


def whole(node: Node) -> Iterator[tuple[str, str, int]]:
    """A line and everything below it, all lacking."""
    yield "+", node.text, node.depth
    for below in node.below:
        yield from whole(below)


def differences(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """How the second configuration differs from the first: lines with `+`, then with `-`."""
    before, after = tree_of(one), tree_of(other)
    found = [marked(mark, text, depth, "+") for mark, text, depth in lacking(after, before)]
    found += [marked(mark, text, depth, "-") for mark, text, depth in lacking(before, after)]
    return found


def marked(mark: str, text: str, depth: int, sign: str) -> str:
    """ " +ip address 10.0.0.1 255.255.255.0": the sign stands behind the indent."""
    return " " * depth + (sign if mark else "") + text


def missing(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Lines of the second configuration that the first has not, where they belong."""
    found = lacking(tree_of(other), tree_of(one))
    return [" " * depth + text for _, text, depth in found]


def commands(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Lines that would turn the first configuration into the second: first what goes."""
    before, after = tree_of(one), tree_of(other)
    return [*removals(before, after), *missing(one, other)]


def removals(before: Node, after: Node) -> Iterator[str]:
    """`no` forms of lines that go; what is below such a line goes with it."""
    there: dict[str, list[Node]] = {}
    for node in after.below:
        there.setdefault(node.text, []).append(node)
    for node in before.below:
        blanks = " " * node.depth
        matching = there.get(node.text, [])
        if not matching:
            yield blanks + negated(node.text)
            continue
        inner = list(removals(node, matching.pop(0)))
        if inner:
            yield blanks + node.text
            yield from inner


def negated(text: str) -> str:
    """The line that takes another one away."""
    return text.removeprefix("no ") if text.startswith("no ") else f"no {text}"
