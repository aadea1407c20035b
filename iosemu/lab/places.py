"""YAML with places: which line and column a value of a lab file came from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from iosemu.values import dataclass, field

T = TypeVar("T")
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_PATH = re.compile(r" - at `(?:key in )?\$([^`]*)`$")


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a lab file.  Line and column count from 1; 0 where there is no place."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        place = f":{self.line}:{self.column}" if self.line else ""
        return f"{self.file}{place}: {self.text}"


class LabFileError(Exception):
    """A lab that cannot be loaded; nothing was started."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(slots=True)
class Source:
    """A file being read and the mistakes found so far."""

    path: Path
    problems: list[Problem] = field(default_factory=list)

    def problem(self, node: yaml.Node | None, text: str) -> None:
        """Note a mistake at a node."""
        mark = node.start_mark if node is not None else None
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        self.problems.append(Problem(str(self.path), line, column, text))

    def fail(self) -> LabFileError:
        """The error to raise, problems in the order of the file."""
        return LabFileError(sorted(self.problems, key=lambda p: (p.line, p.column)))

    def compose(self) -> yaml.Node:
        """The file's root node; LabFileError if it is not readable or not YAML."""
        try:
            text = self.path.read_text(encoding="utf-8")
            root = yaml.compose(text, Loader=yaml.CSafeLoader)
        except OSError as error:
            self.problem(None, f"cannot be read: {error.strerror}")
            raise self.fail() from error
        except UnicodeDecodeError as error:
            self.problem(None, f"byte {error.start} is not UTF-8")
            raise self.fail() from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            text = f"not YAML: {error.problem}"
            self.problems.append(Problem(str(self.path), line, column, text))
            raise self.fail() from error
        except yaml.reader.ReaderError as error:
            before = text.encode()[: error.position].decode(errors="replace")
            line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
            reason = f"not YAML: {error.reason}"
            self.problems.append(Problem(str(self.path), line, column, reason))
            raise self.fail() from error
        if root is None:
            self.problem(None, "is empty; expected a containerlab topology: name, topology")
            raise self.fail()
        return root

    def convert(self, node: yaml.Node, kind: type[T]) -> T | None:
        """The node as a struct; a mistake is noted where it stands and gives None."""
        try:
            return msgspec.convert(plain(node), kind)
        except msgspec.ValidationError as error:
            self.problem(*self._locate(node, str(error), kind))
            return None

    def _locate(self, node: yaml.Node, message: str, kind: type[Any]) -> tuple[yaml.Node, str]:
        found = _PATH.search(message)
        text = message[: found.start()] if found else message
        at = step_into(node, found.group(1) if found else "")
        if unknown := _UNKNOWN.search(text):
            name = unknown.group(1)
            return key_node(at, name) or at, f"unknown key {name!r}; expected {expected(kind)}"
        return at, text[:1].lower() + text[1:]


def expected(kind: type[Any]) -> str:
    """The keys of a struct, for an error text."""
    return ", ".join(sorted(f.encode_name for f in msgspec.structs.fields(kind)))


def entries(node: yaml.Node | None) -> list[tuple[yaml.Node, yaml.Node]]:
    """Key and value nodes of a mapping; none of anything else."""
    return list(node.value) if isinstance(node, yaml.MappingNode) else []


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The value under a key of a mapping node."""
    return next((value for k, value in entries(node) if k.value == key), None)


def key_node(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """The key itself."""
    return next((k for k, _ in entries(node) if k.value == key), None)


def step_into(node: yaml.Node, path: str) -> yaml.Node:
    """Follow a msgspec path (".a[0].b") as far as it can be followed."""
    for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]", path):
        if name:
            below = child(node, name)
        elif index.isdecimal() and isinstance(node, yaml.SequenceNode):
            below = node.value[int(index)]
        else:
            return node
        if below is None:
            return node
        node = below
    return node


def plain(node: yaml.Node) -> Any:
    """The values of a node.  A float stays the text it is, so that release 15.10 is not 15.1."""
    if isinstance(node, yaml.MappingNode):
        return {str(k.value): value_of(k, v) for k, v in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    assert isinstance(node, yaml.ScalarNode)
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool":
        return node.value.lower() in ("true", "yes", "on")
    if kind == "int" and node.value.lstrip("+-").isdecimal():
        return int(node.value)
    return str(node.value)


def value_of(key: yaml.Node, value: yaml.Node) -> Any:
    """As `plain`, but all values under `labels` are texts, as containerlab reads them."""
    if key.value == "labels" and isinstance(value, yaml.MappingNode):
        return {
            str(k.value): str(v.value) if isinstance(v, yaml.ScalarNode) else plain(v)
            for k, v in value.value
        }
    return plain(value)
