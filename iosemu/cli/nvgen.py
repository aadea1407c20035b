"""The running configuration: from configuration objects back to the lines that make them.

Walks the modes in the order of their commands.  What equals its default is not printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from itertools import groupby
from typing import Any

from iosemu.config.entries import Entries
from iosemu.config.tree import Config, empty
from iosemu.values import dataclass

from . import api, interfaces
from .bind import Part, cleared, defaults_of, field_names
from .configure import PathPart, object_at
from .grammar import CONFIG, Command, Grammar, has_release
from .render import render
from .syntax import Keyword, Stanza, value_names


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one command: its own, and those of the mode it enters, indented."""

    stanza: Stanza
    lines: tuple[str, ...]
    has_body: bool = False


def running_lines(
    grammar: Grammar, config: Config, *, version: str = "15.4", full: bool = False
) -> list[str]:
    """The lines of a configuration, with `!` between blocks; `full` prints defaults too."""
    blocks = _Writer(grammar, version, full).blocks(CONFIG, config)
    return list(_separated(blocks))


def differing_lines(
    grammar: Grammar, having: Config, lacking: Config, *, version: str = "15.4"
) -> list[tuple[str, str]]:
    """The lines that printing the first gives and printing the second does not, each with the line
    it stands under, empty for none."""
    known = Counter(_with_heads(running_lines(grammar, lacking, version=version)))
    found = []
    for pair in _with_heads(running_lines(grammar, having, version=version)):
        if known[pair]:
            known[pair] -= 1
        else:
            found.append(pair)
    return found


def _with_heads(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each line without its indent, and the line it stands under."""
    heads: list[tuple[int, str]] = [(-1, "")]
    for line in lines:
        text = line.strip()
        indent = len(line) - len(line.lstrip())
        while heads[-1][0] >= indent:
            heads.pop()
        if text != "!":
            yield text, heads[-1][1]
            heads.append((indent, text))


def section_lines(
    grammar: Grammar,
    config: Config,
    path: tuple[PathPart, ...],
    *,
    version: str = "15.4",
    full: bool = False,
) -> list[str]:
    """The block of one object alone, as `show running-config interface X` prints it."""
    wanted = object_at(grammar, config, path)
    if wanted is None:
        return []
    writer = _Writer(grammar, version, full)
    first = path[0][1]
    for block, found in writer.objects(CONFIG, config, str(first)):
        if found is wanted:
            return list(block.lines)
    return []


def _separated(blocks: Iterable[Block]) -> Iterator[str]:
    """Lines with a `!` around every block that has a mode, and before what stands apart."""
    before: Block | None = None
    for block in blocks:
        if before is not None:
            same = before.stanza is block.stanza
            is_apart = before.has_body or block.has_body or (block.stanza.apart and not same)
            if is_apart and not stand_together(before.stanza, block.stanza):
                yield "!"
        yield from block.lines
        before = block
    if before is not None:
        yield "!"


def stand_together(one: Stanza, other: Stanza) -> bool:
    """Whether blocks of these commands follow each other without a `!`: `line con`, `line vty`."""
    related = one.name.split(".")[0] == other.name.split(".")[0]
    return one.together and other.together and related


class _Writer:
    """One printing of one configuration."""

    def __init__(self, grammar: Grammar, version: str, full: bool) -> None:
        self.grammar = grammar
        self.version = version
        self.full = full

    def blocks(self, mode: str, owner: Any) -> Iterator[Block]:
        """The blocks of a mode's object, in the order of its commands."""
        commands = [
            c
            for c in self.grammar.modes[mode].commands
            if self.is_printed(c) and not _is_elsewhere(c, owner)
        ]
        for block, _ in self.walk(commands, owner, 0, ()):
            yield block

    def objects(self, mode: str, owner: Any, first: str) -> Iterator[tuple[Block, Any]]:
        """Blocks with the object each shows, of commands whose path begins with `first`."""
        commands = [
            c
            for c in self.grammar.modes[mode].commands
            if self.is_printed(c) and c.binding is not None and c.binding.parts[0].name == first
        ]
        return self.walk(commands, owner, 0, ())

    def is_printed(self, command: Command) -> bool:
        stanza = command.stanza
        if stanza.alias_of is not None or not has_release(stanza, self.version):
            return False
        return command.handler in api.PRINTERS or (
            command.binding is not None
            and stanza.action in ("sets", "appends")
            and stanza.prints != "never"
        )

    def walk(
        self, commands: list[Command], owner: Any, depth: int, keys: tuple[Any, ...]
    ) -> Iterator[tuple[Block, Any]]:
        """Commands that share a keyed collection are printed together, entry by entry."""
        index = 0
        done: set[tuple[str, ...]] = set()
        while index < len(commands):
            command = commands[index]
            prefix = keyed_prefix(command, depth)
            end = index + 1
            if not prefix:
                # What one command has printed, another one of the same path does not repeat.
                path = path_names(command)
                if path not in done or command.stanza.action != "sets":
                    for block in self.command(command, owner, depth, keys):
                        done.add(path)
                        yield block
                index = end
                continue
            if command.stanza.interleave:
                names = key_names(command, depth)
                while end < len(commands) and (
                    commands[end].stanza.interleave and key_names(commands[end], depth) == names
                ):
                    end += 1
                yield from self.interleaved(commands[index:end], owner, depth, keys)
                index = end
                continue
            while end < len(commands) and keyed_prefix(commands[end], depth) == prefix:
                end += 1
            group = commands[index:end]
            for key, entry in self.entries(group, owner, depth, len(prefix)):
                below = (*keys, key)
                yield from self.walk(group, entry, depth + len(prefix), below)
            index = end

    def interleaved(
        self, group: list[Command], owner: Any, depth: int, keys: tuple[Any, ...]
    ) -> Iterator[tuple[Block, Any]]:
        """Commands of several collections, key by key; words come first, as they were entered."""
        tables: dict[tuple[str, ...], dict[Any, Any]] = {}
        for command in group:
            prefix = keyed_prefix(command, depth)
            if prefix not in tables:
                tables[prefix] = dict(self.held(command, owner, depth, len(prefix)))
        found = list(dict.fromkeys(key for table in tables.values() for key in table))
        if any(c.stanza.order == "key" for c in group):
            found.sort(key=lambda key: (0, 0) if isinstance(key, str) else (1, key))
        for key in found:
            for prefix, run in groupby(group, key=lambda c: keyed_prefix(c, depth)):
                if key in tables[prefix]:
                    entry = tables[prefix][key]
                    yield from self.walk(list(run), entry, depth + len(prefix), (*keys, key))

    def entries(
        self, group: list[Command], owner: Any, depth: int, count: int
    ) -> Iterable[tuple[Any, Any]]:
        """The entries of the collection that a group of commands shares, in their order."""
        binding = group[0].binding
        assert binding is not None
        found = self.held(group[0], owner, depth, count)
        if not found:
            return ()
        last = binding.parts[depth + count - 1]
        if last.is_range:
            return runs(found, last.cut)
        if any(c.stanza.order == "key" for c in group):
            is_interface = group[0].names_interface
            return sorted(found.items(), key=lambda i: order_of(i[0], is_interface))
        return found.items()

    @staticmethod
    def held(command: Command, owner: Any, depth: int, count: int) -> Entries[Any, Any]:
        """The collection at a command's path, as it was entered."""
        assert command.binding is not None
        found = owner
        for part in command.binding.parts[depth : depth + count]:
            found = None if found is None else part.get(found)
        if not found:
            return Entries()
        assert isinstance(found, Entries)
        return found

    def command(
        self, command: Command, owner: Any, depth: int, keys: tuple[Any, ...]
    ) -> Iterator[tuple[Block, Any]]:
        """The blocks of one command; `owner` is what its path from `depth` on starts from."""
        stanza = command.stanza
        if command.handler in api.PRINTERS:
            for line in api.PRINTERS[command.handler](owner):
                yield Block(stanza, (line,)), None
            return
        assert command.binding is not None
        parts = command.binding.parts
        holder, found = owner, owner
        for part in parts[depth:]:
            if found is None:
                return
            holder, found = found, part.get(found)
        values: dict[str, Any] = {}
        given = list(keys)
        for part in parts:
            if part.keys:
                values.update(part.key_values(given.pop(0)))
        is_entry = depth == len(parts)
        for line in self.lines(command, values, found, is_entry):
            yield self.with_body(command, line, found), found
        del holder

    def with_body(self, command: Command, line: str, found: Any) -> Block:
        """The line, and the block of the mode it enters."""
        stanza = command.stanza
        if stanza.enters is None or line.startswith("no "):
            return Block(stanza, (line,))
        lines = [line]
        leads = False
        for block in self.blocks(stanza.enters, found):
            mode = block.stanza.enters
            closes = None if mode is None else self.grammar.modes[mode].mode.closes
            is_closed = closes is not None and block.has_body
            if leads or (is_closed and not block.stanza.leads):
                lines.append(" !")
            leads = is_closed and block.stanza.leads
            lines += [" " + inner for inner in block.lines]
        closes = self.grammar.modes[stanza.enters].mode.closes
        if closes is not None:
            lines.append(closes)
        return Block(stanza, tuple(lines), has_body=True)

    def lines(
        self, command: Command, values: dict[str, Any], found: Any, is_entry: bool
    ) -> Iterator[str]:
        """The lines that make this value: usually one, none for a default."""
        binding = command.binding
        assert binding is not None
        last, stanza = binding.last, command.stanza
        default = self.default_of(last)
        if stanza.action == "appends":
            yield from self.appended(command, values, found)
            return
        if not is_entry and found == default and not (self.full or stanza.prints == "always"):
            if stanza.prints == "no" and found == cleared(last):
                yield self.negative(command, values)
            return
        if found is None or found is False or found == ():
            if found != default or stanza.prints or self.full:
                yield self.negative(command, values)
            return
        line = self.positive(command, values, found)
        if line is not None:
            yield line

    def default_of(self, part: Part) -> Any:
        return empty(part.slot) if part.slot is not None else part.default

    def positive(self, command: Command, values: dict[str, Any], found: Any) -> str | None:
        binding = command.binding
        assert binding is not None
        kind = binding.last.kind
        usual: frozenset[str] = frozenset()
        if kind is not None:
            if not isinstance(found, kind):
                return None
            held = {n: getattr(found, n) for n in binding.names if n in field_names(kind)}
            defaults = defaults_of(kind)
            if not self.full:
                usual = frozenset(n for n, v in held.items() if n in defaults and v == defaults[n])
            values = {**values, **held}
        elif binding.names:
            values = {**values, binding.names[0]: None if found is True else found}
        rendered = render(command.syntax, values, usual)
        if rendered is None or self.leaves_out(command, values, rendered[1], usual):
            return None
        return " ".join(rendered[0])

    def leaves_out(
        self, command: Command, values: dict[str, Any], used: frozenset[str], usual: frozenset[str]
    ) -> bool:
        """Whether the words lack a value, so that another command must print this object."""
        hidden = command.hidden
        for name, value in values.items():
            if name in hidden:
                continue
            if value not in (None, False, ()) and name not in used and name not in usual:
                return name in command.absent
        return False

    def appended(
        self, command: Command, values: dict[str, Any], found: tuple[Any, ...]
    ) -> Iterator[str]:
        binding = command.binding
        assert binding is not None
        if not found:
            if command.stanza.prints == "no":
                yield self.negative(command, values)
            return
        if binding.last.kind is not None or not command.has_many:
            for one in found:
                line = self.positive_item(command, values, one)
                if line is not None:
                    yield line
            return
        rendered = render(command.syntax, {**values, binding.names[0]: found}, frozenset())
        if rendered is not None:
            yield " ".join(rendered[0])

    def positive_item(self, command: Command, values: dict[str, Any], one: Any) -> str | None:
        binding = command.binding
        assert binding is not None
        if is_dataclass(one):
            held = {f.name: getattr(one, f.name) for f in fields(one) if f.name in binding.names}
            values = {**values, **held}
        else:
            values = {**values, binding.names[0]: one}
        rendered = render(command.syntax, values, frozenset())
        if rendered is None or self.leaves_out(command, values, rendered[1], frozenset()):
            return None
        return " ".join(rendered[0])

    def negative(self, command: Command, values: dict[str, Any]) -> str:
        """`no` and as much of the command as must be typed after it."""
        binding = command.binding
        assert binding is not None
        last_key = -1
        for index, item in enumerate(command.syntax):
            if any(name in binding.keys for name in value_names((item,))):
                last_key = index
        end = last_key + 1
        while end < len(command.syntax) and isinstance(command.syntax[end], Keyword):
            end += 1
        rendered = render(command.syntax[:end], values, frozenset())
        assert rendered is not None, command.stanza.name
        return " ".join(["no", *rendered[0]])


def _is_elsewhere(command: Command, owner: Any) -> bool:
    """Whether the mode's object says that this command is printed in another mode."""
    found = owner
    for step in command.stanza.unless:
        found = getattr(found, step.name)
    return bool(command.stanza.unless) and bool(found)


def runs(entries: Entries[int, Any], cut: int | None) -> Iterator[tuple[Any, Any]]:
    """Equal entries of adjacent numbers, as ((first, last), entry); last None for one alone."""
    first = previous = None
    for number in sorted(entries):
        if first is not None and previous is not None:
            if number == previous + 1 != cut and entries[number] == entries[first]:
                previous = number
                continue
            yield (first, None if previous == first else previous), entries[first]
        first = previous = number
    if first is not None:
        yield (first, None if previous == first else previous), entries[first]


def key_names(command: Command, depth: int) -> tuple[str, ...]:
    """The value names of the next key along the path from `depth`, empty if there is none."""
    if command.binding is None:
        return ()
    return next((part.keys for part in command.binding.parts[depth:] if part.keys), ())


def path_names(command: Command) -> tuple[str, ...]:
    """The path of a command as names; a printer's own name if it has no path."""
    if command.binding is None:
        return (command.stanza.name,)
    return tuple(part.name for part in command.binding.parts)


def keyed_prefix(command: Command, depth: int) -> tuple[str, ...]:
    """Names along the path from `depth` to the next keyed collection, empty if there is none."""
    if command.binding is None:
        return ()
    names = []
    for part in command.binding.parts[depth:]:
        names.append(part.name)
        if part.keys:
            return tuple(names)
    return ()


def order_of(key: Any, is_interface: bool) -> Any:
    """A key by which entries of mixed types can be sorted."""
    if isinstance(key, tuple) and not hasattr(key, "_fields"):
        return tuple(order_of(k, is_interface) for k in key)
    if isinstance(key, str):
        return (2, interfaces.sort_key(key)) if is_interface else (2, key)
    return (0, 0) if key is None else (1, key)


def is_same(grammar: Grammar, one: Config, other: Config, *, version: str = "15.4") -> bool:
    """Whether two configurations hold and print the same.

    Collections printed in the order of their keys may have been entered in any order.
    """
    return as_data(one) == as_data(other) and running_lines(
        grammar, one, version=version, full=True
    ) == running_lines(grammar, other, version=version, full=True)


def as_data(value: Any) -> Any:
    """A configuration as dicts, lists, numbers and texts, for JSON."""
    if isinstance(value, Config):
        return {name: as_data(slot) for name, slot in value.slots.items()}
    if is_dataclass(value) and not isinstance(value, type):
        found = {
            f.name: as_data(getattr(value, f.name)) for f in fields(value) if f.name != "slots"
        }
        if hasattr(value, "slots"):
            found |= {name: as_data(slot) for name, slot in value.slots.items()}
        return found
    if isinstance(value, Mapping):
        return {_key_text(k): as_data(v) for k, v in value.items()}
    if type(value) in (int, bool, float, str) or value is None:
        return value
    if type(value) in (tuple, list):
        return [as_data(v) for v in value]
    return str(value)


def _key_text(key: Any) -> str:
    if type(key) is tuple:
        return " ".join("" if k is None else str(k) for k in key)
    return str(key)


__all__ = ["Block", "as_data", "differing_lines", "is_same", "running_lines", "section_lines"]
