"""What is wrong with a grammar that reads well: findings with file and line.

Every token has help, no help is unused, no mode is unreachable, every captured value has a use, no
two commands of a mode take the same line, handlers fit their stanzas.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from types import NoneType
from typing import Any

from . import api
from .automaton import (
    Alternatives,
    Item,
    Items,
    Many,
    Permutation,
    Rest,
    Space,
    State,
    digits_of,
    push,
    ways,
)
from .bind import options_of
from .complete import help_of
from .configure import OFFERED
from .grammar import CONFIG, EXEC, Command, Grammar, ModeInfo, release
from .render import only_number
from .syntax import (
    AnyOrder,
    Choice,
    Help,
    Keyword,
    Sequence,
    Stanza,
    Value,
    flag_name,
    is_flags,
    value_names,
)
from .tokens import kind_of


def lint(grammar: Grammar) -> list[str]:
    """All findings of the grammar alone, as "file:line:column: text", in the order of the files."""
    findings = [
        *_help(grammar),
        *_modes(grammar),
        *_unnamed(grammar),
        *_collisions(grammar),
        *_bindings(grammar),
    ]
    return sorted(findings)


def lint_handlers(grammar: Grammar, package: str = "iosemu") -> list[str]:
    """Handlers, checks and printers of a package against the stanzas they name.

    Run it after their import: at start-up an empty list is asserted.
    """
    findings: list[str] = []
    for name, function in _of_package(api.EXEC.items(), package):
        command = grammar.by_name.get(name)
        if command is None:
            findings.append(f"{_where(function)}: no stanza is named {name!r}")
        elif command.stanza.mode != EXEC:
            findings.append(f"{_where(function)}: {name!r} is no exec command")
        else:
            findings += _arguments(command, function, 1, all_needed=True)
    checks = [(name, f) for name, functions in api.CHECKS.items() for f in functions]
    for name, function in _of_package(checks, package):
        command = grammar.by_name.get(name)
        if command is None:
            findings.append(f"{_where(function)}: no stanza is named {name!r}")
        else:
            findings += _arguments(command, function, 1, all_needed=False)
    for name, function in _of_package(api.INERT.items(), package):
        command = grammar.by_name.get(name)
        if command is None or command.stanza.mode == EXEC:
            findings.append(f"{_where(function)}: no config stanza is named {name!r}")
        else:
            findings += _arguments(command, function, 1, all_needed=False)
    for name, function in _of_package(api.RESUMES.items(), package):
        command = grammar.by_name.get(name)
        if command is None or command.stanza.enters is None:
            findings.append(f"{_where(function)}: no stanza {name!r} enters a mode")
    for name, function in _of_package(api.EFFECTS.items(), package):
        command = grammar.by_name.get(name)
        if command is None or command.stanza.mode == EXEC:
            findings.append(f"{_where(function)}: no config stanza is named {name!r}")
        else:
            findings += _arguments(command, function, 1, all_needed=True)
    for name, function in _of_package((*api.CONFIG.items(), *api.PRINTERS.items()), package):
        command = grammar.by_name.get(name)
        if command is None or not command.stanza.via_handler:
            findings.append(f"{_where(function)}: no stanza {name!r} is marked 'via handler'")
        elif function is api.CONFIG.get(name):
            findings += _arguments(command, function, 1, all_needed=False)
    for command in grammar.commands:
        stanza = command.stanza
        if (
            stanza.mode == EXEC
            and command.name not in api.EXEC
            and not stanza.name.startswith("exec.")
        ):
            findings.append(f"{stanza.place}: exec command {stanza.name} has no handler")
        if stanza.via_handler and stanza.mode != EXEC and command.handler not in api.CONFIG:
            findings.append(f"{stanza.place}: {stanza.name} has no handler")
    return sorted(findings)


# -- help ----


def _help(grammar: Grammar) -> Iterator[str]:
    for info in grammar.modes.values():
        used: set[tuple[str, ...]] = set()
        beginnings = frozenset(p[:n] for p in info.help for n in range(1, len(p)))
        for command in info.commands:
            for path in paths_of(command, beginnings):
                suffix = _suffix_found(grammar, info.name, command, path, used)
                if not suffix:
                    place = command.stanza.place
                    yield f"{place}: {command.stanza.name}: no help for {' '.join(path)!r}"
        lines: list[Help] = [line for group in info.help.values() for line in group]
        for line in lines:
            if line.path not in used:
                yield f"{line.place}: help for {' '.join(line.path)!r} is never shown"


def _suffix_found(
    grammar: Grammar,
    mode: str,
    command: Command,
    path: tuple[str, ...],
    used: set[tuple[str, ...]],
) -> bool:
    own = {line.path for line in command.help}
    table = grammar.modes[mode].help
    for start in range(len(path)):
        suffix = path[start:]
        if suffix in own or suffix in table:
            used.add(suffix)
            return True
    return help_of(grammar, mode, command.index, path) is not None


def paths_of(
    command: Command, beginnings: frozenset[tuple[str, ...]] = frozenset()
) -> list[tuple[str, ...]]:
    """A typed path to every token of a command.

    `beginnings` of help paths: two ways to a token are one if they end in the same beginning, since
    help looks at nothing else.
    """
    start = as_rest(relaxed(command.items))
    found: dict[tuple[str, ...], None] = {}
    seen: set[tuple[Rest, tuple[str, ...]]] = set()
    pending: list[tuple[Rest, tuple[str, ...], tuple[str, ...]]] = [(start, (), ())]
    for rest, path, tail in pending:
        if (rest, tail) in seen:
            continue
        seen.add((rest, tail))
        for leaf, after, _ in ways(rest):
            if leaf is None:
                continue
            longer = (*path, leaf.shown)
            if leaf.fixed_help is None and leaf.is_in_help:
                found[longer] = None
            pending.append((after, longer, _tail((*tail, leaf.shown), beginnings)))
    return list(found)


def _tail(path: tuple[str, ...], beginnings: frozenset[tuple[str, ...]]) -> tuple[str, ...]:
    """The longest end of a path that some help path begins with."""
    for start in range(len(path)):
        if path[start:] in beginnings:
            return path[start:]
    return ()


def as_rest(items: Items) -> Rest:
    """Items as what is left of a syntax."""
    return push(items, None)


def relaxed(items: Items) -> Items:
    """The items with branches in any order taken as often as one likes.

    They follow each other in the same ways, and there are not two to the power of their number of
    remainders to look at.
    """
    return tuple(_relaxed(item) for item in items)


def _relaxed(item: Item) -> Item:
    match item:
        case Alternatives():
            return Alternatives(tuple(relaxed(b) for b in item.branches), item.optional)
        case Many():
            return Many(relaxed(item.items), item.started)
        case Permutation():
            one = Alternatives(tuple(relaxed(b) for b in item.branches), optional=False)
            return Alternatives(((Many((one,)),),), optional=True)
        case _:
            return item


# -- modes, names, collisions ----


def _modes(grammar: Grammar) -> Iterator[str]:
    entered = {c.stanza.enters for c in grammar.commands}
    for info in grammar.modes.values():
        if info.name in (EXEC, CONFIG):
            continue
        if info.name not in entered:
            yield f"{info.mode.place}: no command enters mode {info.name}"
        if not info.mode.prompts:
            yield f"{info.mode.place}: mode {info.name} has no prompt"
        if not info.mode.parents:
            yield f"{info.mode.place}: mode {info.name} is under no other"


def _unnamed(grammar: Grammar) -> Iterator[str]:
    for command in grammar.commands:
        for text in _unnamed_in(command.syntax, named=False):
            yield f"{command.stanza.place}: {command.stanza.name}: {text}"


def _unnamed_in(syntax: Sequence, *, named: bool) -> Iterator[str]:
    for index, item in enumerate(syntax):
        if isinstance(item, Value) and item.name is None and not (named and index == 0):
            if not item.hidden and only_number(item) is None:
                yield f"value {item.kind} has no name"
        elif isinstance(item, Choice):
            silent = [b for b in item.branches if not value_names(b)]
            if item.name is None and not item.optional and len(silent) > 1:
                yield "which keyword of a {} was typed is lost: give it a name"
            for branch in item.branches:
                yield from _unnamed_in(branch, named=item.name is not None)
        elif isinstance(item, AnyOrder):
            for branch in item.branches:
                yield from _unnamed_in(branch, named=False)


def _relaxed_root(info: ModeInfo, form: str) -> State:
    """The state before the first word of all commands of a mode."""
    threads: list[tuple[int, Rest, bool]] = []
    for command in info.commands:
        negation = command.stanza.negation
        if form == "" and negation != "no":
            threads.append((command.index, as_rest(relaxed(command.items)), False))
        elif form == "no" and negation:
            items = command.short_items if negation == "[no]" else command.items
            threads.append((command.index, as_rest(relaxed(items)), False))
    return Space().state(tuple(threads))


def _collisions(grammar: Grammar) -> Iterator[str]:
    """Two commands that end in one state by the same words: only one of them can ever run."""
    for info in grammar.modes.values():
        for form in ("", "no"):
            seen: set[int] = set()
            pending = [_relaxed_root(info, form)]
            reported: set[tuple[int, int]] = set()
            while pending:
                state = pending.pop()
                if id(state) in seen:
                    continue
                seen.add(id(state))
                ends = sorted({c for is_short, c, _ in state.ends if not is_short})
                for first, second in pairwise(ends):
                    one, two = grammar.commands[first], grammar.commands[second]
                    if (first, second) not in reported and meet(one.stanza, two.stanza):
                        reported.add((first, second))
                        yield (
                            f"{two.stanza.place}: {two.stanza.name} takes the same line as"
                            f" {one.stanza.name} ({one.stanza.place})"
                        )
                pending += state.followers()


def meet(one: Stanza, other: Stanza) -> bool:
    """Whether some release has both stanzas."""
    for earlier, later in ((one, other), (other, one)):
        until, since = earlier.until, later.since
        if until is not None and since is not None and release(until) < release(since):
            return False
    return True


def _bindings(grammar: Grammar) -> Iterator[str]:
    for command in grammar.commands:
        stanza = command.stanza
        if stanza.mode == EXEC:
            continue
        acts = (
            stanza.action
            or stanza.via_handler
            or stanza.alias_of
            or stanza.enters
            or stanza.name in api.EFFECTS
        )
        if not acts and not stanza.inert:
            yield f"{stanza.place}: {stanza.name} changes nothing and is not marked inert"
        if stanza.alias_of is not None:
            target = grammar.by_name[stanza.alias_of]
            missing = [n for n in command.absent if n not in target.absent]
            if missing:
                yield f"{stanza.place}: {stanza.alias_of} has no value {missing[0]!r}"
        binding = command.binding
        if binding is None or binding.last.kind is not None or len(binding.names) != 1:
            continue
        yield from _type_fits(command)


def _type_fits(command: Command) -> Iterator[str]:
    """Whether a single value can be what the field holds."""
    binding = command.binding
    assert binding is not None
    if binding.action != "sets":
        return
    offered = types_of(command.syntax).get(binding.names[0], set())
    wanted = {typing.get_origin(o) or o for o in options_of(binding.last.hint)}
    if not offered <= wanted and Any not in wanted:
        names = ", ".join(sorted(t.__name__ for t in offered - wanted))
        field = f"{command.stanza.name}: {binding.last.name}"
        yield f"{command.stanza.place}: {field} cannot hold {names}"


def types_of(syntax: Sequence) -> dict[str, set[type]]:
    """The Python types each named value may have when it was typed."""
    found: dict[str, set[type]] = {}

    def add(name: str | None, kind: type) -> None:
        if name is not None:
            found.setdefault(name, set()).add(kind)

    def value(item: Value, name: str | None) -> None:
        kind = kind_of(item.kind)
        assert kind is not None
        if not item.hidden:
            add(name, tuple if item.many else kind.python)

    def walk(items: Sequence) -> None:
        for item in items:
            if isinstance(item, Value):
                value(item, item.name)
            elif isinstance(item, Choice | AnyOrder):
                for branch in item.branches:
                    branch_of(item, branch)

    def branch_of(owner: Choice | AnyOrder, branch: Sequence) -> None:
        first, name = branch[0], owner.name if isinstance(owner, Choice) else None
        if isinstance(owner, Choice) and name is not None:
            if owner.many:
                add(name, tuple)
            elif isinstance(first, Keyword):
                add(name, digits_of(owner))
            elif isinstance(first, Value) and first.name is None:
                value(first, name)
        elif is_flags(owner) and (flag := flag_name(branch)) is not None:
            add(flag, bool)
        walk(branch)

    walk(syntax)
    return found


# -- handlers ----


def _of_package(
    items: Iterable[tuple[str, Callable[..., Any]]], package: str
) -> list[tuple[str, Callable[..., Any]]]:
    return [(n, f) for n, f in items if f"{f.__module__}.".startswith(f"{package}.")]


def _where(function: Callable[..., Any]) -> str:
    code = inspect.unwrap(function).__code__
    return f"{code.co_filename}:{code.co_firstlineno}:1"


def _arguments(
    command: Command, function: Callable[..., Any], skip: int, *, all_needed: bool
) -> Iterator[str]:
    """Whether a handler's keyword arguments and annotations are those of the grammar."""
    name, where = command.stanza.name, _where(function)
    hints = typing.get_type_hints(function)
    parameters = list(inspect.signature(function).parameters.values())[skip:]
    offered = set(command.absent)
    if command.stanza.mode == EXEC and command.stanza.negation == "[no]":
        offered.add("negated")
    extra = offered if all_needed else offered | OFFERED
    types = types_of(command.syntax)
    takes_all = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        if parameter.name not in extra:
            yield f"{where}: {name} has no value {parameter.name!r}"
        elif parameter.name in types:
            yield from _annotation(command, parameter.name, hints.get(parameter.name), where)
    if all_needed and not takes_all:
        for missing in offered - {p.name for p in parameters}:
            yield f"{where}: {name} has a value {missing!r} that the handler does not take"


def _annotation(command: Command, name: str, hint: Any, where: str) -> Iterator[str]:
    if hint is None:
        yield f"{where}: {name!r} has no annotation"
        return
    known = {typing.get_origin(o) or o for o in options_of(hint)}
    offered: set[type] = set(types_of(command.syntax)[name])
    if command.absent[name] is None and is_skippable(command.syntax, name):
        offered.add(NoneType)
    if Any not in known and not offered <= known:
        names = ", ".join(sorted(t.__name__ for t in offered - known))
        yield f"{where}: {command.stanza.name}: {name!r} may also be {names}"


def is_skippable(syntax: Sequence, name: str) -> bool:
    """Whether a line may be complete without this value."""
    for item in syntax:
        if isinstance(item, Value) and item.name == name:
            return False
        if isinstance(item, Choice) and not item.optional:
            if item.name == name:
                firsts = [b[0] for b in item.branches]
                return any(isinstance(f, Value) and f.name is not None for f in firsts)
            if all(not is_skippable(b, name) for b in item.branches):
                return False
    return True


__all__ = ["is_skippable", "lint", "lint_handlers", "paths_of", "types_of"]
