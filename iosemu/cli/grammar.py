"""All commands of all grammar files, compiled: modes, commands, states to match from.

`Grammar.load` is called once per process; a grammar is never changed afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path as FilePath
from typing import Any

from iosemu.config.tree import Config
from iosemu.values import dataclass, field

from .automaton import MAY_END, Alternatives, Items, Space, State, compile_syntax
from .bind import BindError, Binding, SlotTable, check_fit, compile_path, with_class
from .kept import trees
from .levels import NOBODY, Levels, View, bearers, beginnings, first_words, needed
from .syntax import (
    AnyOrder,
    Choice,
    GrammarFile,
    Help,
    Include,
    Item,
    Keyword,
    Mode,
    NotationError,
    Place,
    Sequence,
    Stanza,
    Use,
    Value,
    flag_name,
    hidden_names,
    holds_many,
    is_flags,
    leaves,
    value_names,
)
from .tokens import kind_of


class GrammarError(NotationError):
    """A grammar file reads well but does not fit the others or the classes."""


@dataclass(frozen=True, eq=False)
class Command:
    """One command.  Its items are compiled when a mode that has it is first used.

    `absent` holds every value name with what it is when not typed: None, False for a flag.
    `target` is the command this one is an alias of, or itself.
    """

    index: int
    stanza: Stanza
    syntax: Sequence
    absent: dict[str, Any]
    binding: Binding | None
    rank: tuple[int, int]
    help: tuple[Help, ...] = ()

    @cached_property
    def items(self) -> Items:
        return compile_syntax(self.syntax)

    @cached_property
    def short_items(self) -> Items:
        """The items of the negative form: it may end after the last key and the keywords there."""
        if self.stanza.matches:
            return self.items
        keys = () if self.binding is None else self.binding.keys
        end = _end_of_keys(self.syntax, keys)
        return (*self.items[:end], MAY_END, *self.items[end:])

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Names of the values that are never printed."""
        return hidden_names(self.syntax)

    @cached_property
    def names_interface(self) -> bool:
        """Whether an interface is among its values."""
        found = (item for item in leaves(self.syntax) if isinstance(item, Value))
        return any(item.kind == "INTERFACE" for item in found)

    @cached_property
    def has_many(self) -> bool:
        """Whether one line holds all values of a tuple."""
        return holds_many(self.syntax)

    @property
    def name(self) -> str:
        """The name Python knows it by: that of the command it is an alias of, or its own."""
        return self.stanza.alias_of or self.stanza.name

    @property
    def handler(self) -> str:
        """The name its handler, checks and printer are registered under."""
        return self.stanza.included or self.stanza.name


@dataclass(slots=True)
class ModeInfo:
    """A mode with its commands in the order of the running configuration."""

    mode: Mode
    context: type | None
    commands: list[Command] = field(default_factory=list)
    help: dict[tuple[str, ...], list[Help]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.mode.name


_BUILT_IN = Place("built in", 0)
EXEC, CONFIG = "exec", "config"
USER_LEVEL, TOP_LEVEL = 1, 15


def own_level(stanza: Stanza) -> int:
    """The privilege level a command needs until it is moved."""
    if stanza.privilege is not None:
        return stanza.privilege
    return USER_LEVEL if stanza.mode == EXEC else TOP_LEVEL


@cache
def release(version: str) -> tuple[int, ...]:
    """The numbers of a release: "15.4(2)T" gives (15, 4)."""
    numbers = []
    for part in version.split("(")[0].split("."):
        digits = "".join(c for c in part if c.isdigit())
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def has_release(stanza: Stanza, version: str) -> bool:
    """Whether this IOS release has the command."""
    mine = release(version)
    if stanza.since is not None and mine < release(stanza.since):
        return False
    return stanza.until is None or mine <= release(stanza.until)


class Grammar:
    """The compiled grammar: `modes`, `commands` (by index), `by_name`."""

    def __init__(self) -> None:
        self.modes: dict[str, ModeInfo] = {
            EXEC: ModeInfo(Mode(EXEC, _BUILT_IN, prompts=(("#", None, None),), title="Exec"), None),
            CONFIG: ModeInfo(
                Mode(CONFIG, _BUILT_IN, prompts=(("(config)#", None, None),), title="Configure"),
                Config,
            ),
        }
        self.commands: list[Command] = []
        self.by_name: dict[str, Command] = {}
        self.slots: SlotTable = {}
        self._roots: dict[tuple[str, str, str, int, Levels], State] = {}

    @classmethod
    def load(
        cls,
        paths: Iterable[str | FilePath],
        classes: Mapping[str, type] | None = None,
        kept: FilePath | None = None,
    ) -> Grammar:
        """Read grammar files; `classes` are the configuration classes they name.

        A file `order` beside the first one gives the order of commands across files.  `kept` is a
        folder where what was read is kept for the next time.
        """
        files = [FilePath(p) for p in paths]
        texts = [(p.name, p.read_text(encoding="utf-8")) for p in files]
        order: list[str] = []
        if files and (listing := files[0].parent / "order").is_file():
            lines = listing.read_text(encoding="utf-8").splitlines()
            order = [w for line in lines if (w := line.split("#")[0].strip())]
        return cls.of(texts, classes, order, kept)

    @classmethod
    def of(
        cls,
        texts: Iterable[tuple[str, str]],
        classes: Mapping[str, type] | None = None,
        order: Iterable[str] = (),
        kept: FilePath | None = None,
    ) -> Grammar:
        """As `load`, from (file name, text) pairs."""
        grammar = cls()
        _Loader(grammar, dict(classes or {}), list(order)).load(trees(list(texts), kept))
        return grammar

    def root(
        self, mode: str, form: str, version: str, privilege: int, levels: Levels = ()
    ) -> State:
        """The state before the first word.  `form`: "", "no" or "default".  `levels`: what
        `privilege` commands have moved."""
        key = (mode, form, version, privilege, levels)
        found = self._roots.get(key)
        if found is None:
            found = self._roots[key] = self._build_root(*key)
        return found

    def _build_root(
        self, mode: str, form: str, version: str, privilege: int, levels: Levels
    ) -> State:
        space = Space()
        level_of = self._levels_of(mode, levels)
        threads = []
        for command in self.modes[mode].commands:
            stanza = command.stanza
            if privilege < level_of(command) or not has_release(stanza, version):
                continue
            if form == "":
                if stanza.negation == "no":
                    continue
                items = command.items
            elif stanza.negation == "[no]":
                items = command.short_items
            elif stanza.negation == "no" and form == "no":
                items = command.items
            else:
                continue
            if isinstance(levels, View):
                items = _seen(items, [levels.shows(mode, w) for w in beginnings(command.syntax)])
            threads.append((command.index, _rest(items), False))
        threads.sort(key=lambda t: t[0])
        return space.state(tuple(threads))

    def level_of(self, mode: str, stanza: str, levels: Levels = ()) -> int:
        """The privilege level a command of a mode needs."""
        return self._levels_of(mode, levels)(self.by_name[stanza])

    def _levels_of(self, mode: str, levels: Levels) -> Callable[[Command], int]:
        """The level each command of a mode needs."""
        if isinstance(levels, View):
            view = levels
            return lambda c: 0 if any(view.shows(mode, w) for w in beginnings(c.syntax)) else NOBODY
        moved = [(words, level) for name, words, level in levels if name == mode]
        commands = self.modes[mode].commands if moved else ()
        at = bearers((first_words(c.syntax), own_level(c.stanza)) for c in commands)

        def level(command: Command) -> int:
            own = own_level(command.stanza)
            if not moved:
                return own
            words = first_words(command.syntax)
            return needed(words, own, at[words], moved)

        return level


def _seen(items: Items, shown: list[bool]) -> Items:
    """What a view leaves of a command: of a choice after its first keywords, the branches shown."""
    if all(shown):
        return items
    at = next(index for index, item in enumerate(items) if isinstance(item, Alternatives))
    group = items[at]
    assert isinstance(group, Alternatives)
    left = tuple(b for b, is_shown in zip(group.branches, shown, strict=True) if is_shown)
    return (*items[:at], Alternatives(left, optional=False), *items[at + 1 :])


def _rest(items: Items) -> Any:
    rest: Any = None
    for item in reversed(items):
        rest = (item, rest)
    return rest


# -- loading ----


class _Loader:
    """Puts the trees of all files into one grammar."""

    def __init__(self, grammar: Grammar, classes: dict[str, type], order: list[str]) -> None:
        self.grammar = grammar
        self.classes = {"Config": Config, **classes}
        self.order = {name: index for index, name in enumerate(order)}
        self.macros: dict[str, Sequence] = {}
        self.macro_help: dict[str, tuple[Help, ...]] = {}
        self.used_macros: dict[str, None] = {}
        self.inner: set[tuple[str, tuple[str, ...]]] = set()
        self.included: set[str] = set()
        self.shared: dict[str, list[Stanza]] = {}

    def load(self, trees: list[GrammarFile]) -> None:
        for tree in trees:
            for name, place in tree.macro_places.items():
                if name in self.macros:
                    raise GrammarError(place, f"a second macro named {name!r}")
            self.macros.update(tree.macros)
            self.macro_help.update(tree.macro_help)
        self.included = {i.included for t in trees for i in t.stanzas if isinstance(i, Include)}
        for tree in trees:
            for mode in tree.modes:
                if mode.name not in self.included:
                    self.declare(mode)
        for tree in trees:
            for stanza in tree.stanzas:
                if isinstance(stanza, Stanza) and stanza.mode in self.included:
                    self.shared.setdefault(stanza.mode, []).append(stanza)
        for tree in trees:
            for slot in tree.slots:
                owner = self.mode(slot.mode, slot.place).context
                if owner is None:
                    raise GrammarError(slot.place, f"mode {slot.mode} has no context for a slot")
                self.grammar.slots[owner, slot.name] = self.class_of(slot.context, slot.place)
        for tree in trees:
            for stanza in self.stanzas_of(tree):
                names = tuple(step.name for step in stanza.path)
                self.inner.update((stanza.mode, names[:n]) for n in range(1, len(names)))
        for number, tree in enumerate(trees):
            stem = tree.name.removesuffix(".cli")
            for stanza in self.stanzas_of(tree):
                self.add(stanza, stem, number)
        for info in self.grammar.modes.values():
            info.commands.sort(key=lambda c: (*c.rank, c.index))
            for parent in info.mode.parents:
                self.mode(parent, info.mode.place)
        self.name_keys()
        self.check_references()

    def stanzas_of(self, tree: GrammarFile) -> Iterator[Stanza]:
        """The stanzas of a file, with those it includes at their place."""
        for stanza in tree.stanzas:
            if isinstance(stanza, Include):
                yield from self.copies(stanza)
            elif stanza.mode not in self.included:
                yield stanza

    def copies(self, include: Include) -> Iterator[Stanza]:
        """The stanzas an `include` repeats, as they are in the including mode."""
        if include.included not in self.shared:
            raise GrammarError(include.place, f"no stanza is in mode {include.included!r}")
        for stanza in self.shared[include.included]:
            alias = stanza.alias_of
            yield replace(
                stanza,
                name=f"{stanza.name}@{include.mode}",
                mode=include.mode,
                path=(*include.path, *stanza.path) if stanza.path else (),
                alias_of=None if alias is None else f"{alias}@{include.mode}",
                unless=include.unless,
                included=stanza.name,
            )

    def mode(self, name: str, place: Place) -> ModeInfo:
        if name not in self.grammar.modes:
            raise GrammarError(place, f"no mode {name!r} is declared")
        return self.grammar.modes[name]

    def class_of(self, name: str, place: Place) -> type:
        if name not in self.classes:
            raise GrammarError(place, f"no class {name!r} is known")
        return self.classes[name]

    def declare(self, mode: Mode) -> None:
        """Add a mode, or what this declaration adds to one that is there."""
        known = self.grammar.modes.get(mode.name)
        context = None if mode.context is None else self.class_of(mode.context, mode.place)
        if known is None:
            self.grammar.modes[mode.name] = ModeInfo(mode, context)
            return
        held = known.mode
        known.mode = replace(
            held,
            parents=held.parents + tuple(p for p in mode.parents if p not in held.parents),
            prompts=mode.prompts or held.prompts,
            closes=mode.closes or held.closes,
            title=mode.title or held.title,
            returns=mode.returns or held.returns,
            place=mode.place if mode.prompts else held.place,
        )
        known.context = context or known.context

    def add(self, stanza: Stanza, stem: str, file_number: int) -> None:
        info = self.mode(stanza.mode, stanza.place)
        if stanza.name in self.grammar.by_name:
            raise GrammarError(stanza.place, f"a second stanza is named {stanza.name!r}")
        self.used_macros = {}
        syntax = self.expand(stanza.syntax, stanza.place)
        self.check_values(syntax, stanza.place)
        absent = _absent(syntax)
        try:
            binding = self.bind(stanza, info, absent, syntax)
        except BindError as error:
            raise GrammarError(stanza.place, f"{stanza.name}: {error}") from None
        command = Command(
            len(self.grammar.commands),
            stanza,
            syntax,
            absent,
            binding,
            (self.rank(stanza.name, stem), file_number),
            (*stanza.help, *self.help_of_macros()),
        )
        self.grammar.commands.append(command)
        self.grammar.by_name[stanza.name] = command
        if stanza.included is not None:
            self.grammar.by_name.setdefault(stanza.included, command)
        info.commands.append(command)
        for line in command.help:
            held = info.help.setdefault(line.path, [])
            if line not in held:
                held.append(line)

    def help_of_macros(self) -> list[Help]:
        """The help lines of the macros of the stanza being read."""
        return [line for name in self.used_macros for line in self.macro_help.get(name, ())]

    def rank(self, name: str, stem: str) -> int:
        """The line of the order file that names the command, its longest prefix, or its file."""
        words = name.split(".")
        for count in range(len(words), 0, -1):
            found = self.order.get(".".join(words[:count]))
            if found is not None:
                return found
        return self.order.get(stem, len(self.order))

    def bind(
        self, stanza: Stanza, info: ModeInfo, absent: dict[str, Any], syntax: Sequence
    ) -> Binding | None:
        if not stanza.path:
            return None
        if info.context is None:
            raise BindError(f"mode {info.name} has no context to set in")
        parts = compile_path(info.context, stanza.path, self.grammar.slots)
        keys = {k for p in parts for k in p.keys}
        # A numbered entry may have no word for its number.
        automatic = {k for p in parts if p.auto is not None for k in p.keys}
        unknown = [k for k in keys - automatic if k not in absent]
        if unknown:
            raise BindError(f"key {unknown[0]!r} is not a value of the syntax")
        hidden = hidden_names(syntax)
        names = tuple(n for n in absent if n not in keys and n not in hidden)
        parts = (*parts[:-1], with_class(parts[-1], names))
        path = tuple(part.name for part in parts)
        keeps = stanza.enters is not None or (stanza.mode, path) in self.inner
        binding = Binding(
            stanza.action, parts, names, absent, stanza.where, stanza.matches, keeps=keeps
        )
        if not stanza.via_handler:
            check_fit(binding)
        return binding

    # -- macros and values

    def expand(self, syntax: Sequence, place: Place) -> Sequence:
        """The syntax with every macro replaced by what it stands for."""
        expanded: list[Item] = []
        for item in syntax:
            match item:
                case Keyword(text=text, shown=shown) if text in self.macros and text == shown:
                    self.used_macros[text] = None
                    expanded += self.expand(self.macros[text], place)
                case Use(name=name, capture=capture):
                    expanded += self.renamed(name, capture, place)
                case Choice():
                    branches = tuple(self.expand(b, place) for b in item.branches)
                    expanded.append(replace(item, branches=_flattened(branches)))
                case AnyOrder():
                    expanded.append(AnyOrder(tuple(self.expand(b, place) for b in item.branches)))
                case _:
                    expanded.append(item)
        return tuple(expanded)

    def renamed(self, name: str, capture: str | None, place: Place) -> Sequence:
        if name not in self.macros:
            raise GrammarError(place, f"':' after keyword {name!r}, which is no macro")
        self.used_macros[name] = None
        syntax = self.expand(self.macros[name], place)
        if len(syntax) != 1 or not isinstance(syntax[0], Choice | Value):
            raise GrammarError(place, f"macro {name!r} cannot be given a name")
        return (replace(syntax[0], name=capture),)

    def check_values(self, syntax: Sequence, place: Place) -> None:
        for item in syntax:
            if isinstance(item, Value) and kind_of(item.kind) is None:
                raise GrammarError(place, f"unknown kind of value {item.kind!r}")
            if isinstance(item, Choice | AnyOrder):
                for branch in item.branches:
                    self.check_values(branch, place)

    def name_keys(self) -> None:
        """Give each "removes" the key names of the command that makes the entries it removes."""
        made = {}
        for command in self.grammar.commands:
            if command.binding is not None and command.binding.keys:
                path = tuple(p.name for p in command.binding.parts)
                made[command.stanza.mode, path] = command.binding.last.keys
        for index, command in enumerate(self.grammar.commands):
            binding, stanza = command.binding, command.stanza
            if binding is None or stanza.action != "removes":
                continue
            keys = made.get((stanza.mode, tuple(p.name for p in binding.parts)), ())
            changed = replace(command, binding=replace(binding, where_keys=keys))
            self.grammar.commands[index] = self.grammar.by_name[stanza.name] = changed
            commands = self.grammar.modes[stanza.mode].commands
            commands[commands.index(command)] = changed

    def check_references(self) -> None:
        for command in self.grammar.commands:
            stanza = command.stanza
            if stanza.enters is not None:
                entered = self.mode(stanza.enters, stanza.place).context
                binding = command.binding
                target = None if binding is None else binding.last.kind
                if binding is not None and not stanza.via_handler and target is not entered:
                    raise GrammarError(
                        stanza.place, f"{stanza.name}: mode {stanza.enters} is not of that class"
                    )
            if stanza.alias_of is not None and stanza.alias_of not in self.grammar.by_name:
                raise GrammarError(stanza.place, f"alias of unknown {stanza.alias_of!r}")


def _flattened(branches: tuple[Sequence, ...]) -> tuple[Sequence, ...]:
    """The branches, with those of a plain choice inside as branches of their own."""
    flat: list[Sequence] = []
    for branch in branches:
        inner = branch[0] if len(branch) == 1 else None
        if isinstance(inner, Choice) and not (inner.name or inner.many or inner.optional):
            flat += inner.branches
        else:
            flat.append(branch)
    return tuple(flat)


def _absent(syntax: Sequence) -> dict[str, Any]:
    """Each value name with what stands for it when it was not typed."""
    flags: set[str] = set()

    def walk(items: Sequence) -> None:
        for item in items:
            if isinstance(item, Choice | AnyOrder):
                for branch in item.branches:
                    if is_flags(item) and (flag := flag_name(branch)) is not None:
                        flags.add(flag)
                    walk(branch)

    walk(syntax)
    return {name: False if name in flags else None for name in value_names(syntax)}


def _end_of_keys(syntax: Sequence, keys: tuple[str, ...]) -> int:
    """Where the last key, and the keywords next to it, end."""
    end = 0
    for index, item in enumerate(syntax):
        if any(name in keys for name in value_names((item,))):
            end = index + 1
    while end < len(syntax) and isinstance(syntax[end], Keyword):
        end += 1
    return end
