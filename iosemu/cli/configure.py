"""One configuration line: a pure function from a configuration and a mode stack to new ones.

Knows nothing of terminals; `do`, pipes and dialogs are the session's.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from iosemu.config.tree import Config, replaced, slot_of, with_slot
from iosemu.kernel.rng import Random
from iosemu.values import dataclass

from . import api
from .bind import Several, apply
from .errors import Failure, error_lines, failure_of
from .grammar import CONFIG, EXEC, Command, Grammar, release
from .levels import Levels
from .match import AmbiguousWord, Found, Invalid, Verdict, match, spans
from .render import render

PathPart = tuple[str, Any]
"""("field", name), ("slot", name), ("key", key), or ("keys", keys) for a range of objects.

("implied", key) is an entry that is there only while something is set in it: one that was entered
by a second spelling, which is never printed.
"""


@dataclass(frozen=True, slots=True)
class ModeFrame:
    """A mode and where in the configuration its object is."""

    mode: str
    path: tuple[PathPart, ...] = ()

    @property
    def key(self) -> Any:
        """The key of the mode's object, as the name of an interface; None if it has none."""
        return key_of(self.path)


def key_of(path: tuple[PathPart, ...]) -> Any:
    """The key at the end of a path; None if it does not end in one."""
    return path[-1][1] if path and path[-1][0] in ("key", "implied") else None


Streams = Callable[[str], Random]
"""The random stream of a purpose."""


def _stream(purpose: str) -> Random:
    """Without a device: always the same stream, from its start."""
    return Random.named(0, purpose)


Modes = tuple[ModeFrame, ...]
"""The mode stack of a terminal, outermost first; empty in exec mode."""

CONFIGURE: Modes = (ModeFrame(CONFIG),)
"""The stack after `configure terminal`."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a configuration line did.

    `output`: lines to print, without line ends.  `stanza`: the command's name, None if none was
    carried out (failure, comment) or for the built-in `exit` and `end`.  `values`, `form` as
    matched.  `inert`: accepted, kept and printed, not simulated.
    """

    config: Config
    modes: Modes
    output: tuple[str, ...] = ()
    failure: Failure | None = None
    stanza: str | None = None
    values: dict[str, Any] | None = None
    form: str = ""
    inert: bool = False


# -- the object of a mode ----


def object_at(grammar: Grammar, config: Config, path: tuple[PathPart, ...]) -> Any:
    """The object a frame points to; None if it is no longer there."""
    found: Any = config
    for kind, name in path:
        if found is None:
            return None
        if kind == "slot":
            found = slot_of(found, grammar.slots[type(found), name])
        elif kind == "keys":
            found = found.get(name[0])
        elif kind in ("key", "implied"):
            found = found.get(name)
        else:
            found = getattr(found, name)
    return found


def with_object(grammar: Grammar, owner: Any, path: tuple[PathPart, ...], new: Any) -> Any:
    """`owner` with the object at this path replaced."""
    if not path:
        return new
    (kind, name), *rest = path
    if kind == "slot":
        old: Any = slot_of(owner, grammar.slots[type(owner), name])
        changed = with_object(grammar, old, tuple(rest), new)
        return owner if changed is old else with_slot(owner, changed)
    if kind == "implied" and not rest and new == type(new)():
        return owner.drop(name)
    if kind in ("key", "implied"):
        old = owner.get(name)
        return owner.put(name, with_object(grammar, old, tuple(rest), new))
    old = getattr(owner, name)
    changed = with_object(grammar, old, tuple(rest), new)
    return owner if changed is old else replaced(owner, name, changed)


# -- prompts ----


def prompt_of(
    grammar: Grammar,
    hostname: str,
    modes: Modes,
    *,
    privilege: int = 15,
    version: str = "15.4",
) -> str:
    """The prompt of a terminal in this mode, as "R1(config-if)#"; no trailing blank."""
    if not modes:
        return hostname + ("#" if privilege > 1 else ">")
    prompts = grammar.modes[modes[-1].mode].mode.prompts
    key = _prompt_key(modes[-1])
    for text, last, pattern in prompts:
        is_of_release = last is None or release(version) <= release(last)
        if is_of_release and (pattern is None or fnmatchcase(key, pattern)):
            return hostname + text
    return hostname + prompts[-1][0]


def _prompt_key(frame: ModeFrame) -> str:
    """What the pattern of a prompt is compared with; several objects end in a comma each."""
    kind, key = frame.path[-1] if frame.path else ("", ())
    return "".join(f"{k}," for k in key) if kind == "keys" else str(frame.key)


# -- one line ----


def configure_line(
    grammar: Grammar,
    config: Config,
    modes: Modes,
    line: str,
    *,
    version: str = "15.4",
    privilege: int = 15,
    levels: Levels = (),
    prompt_width: int = 0,
    random: Streams = _stream,
) -> Outcome:
    """Carry out one line typed in a configuration mode; `random` gives streams to handlers."""
    words = line.split(None, 2)
    if not words or words[0][0] == "!":
        return Outcome(config, modes)
    modes = _present(grammar, config, modes)
    left = _leaves(grammar, modes, words)
    if left is not None:
        return Outcome(config, left)
    form, skip = ("", 0)
    if words[0] in ("no", "default"):
        if len(words) == 1:
            failure = Failure("incomplete")
            return Outcome(config, modes, error_lines(failure, line, prompt_width), failure)
        form, skip = words[0], 1
    first: Verdict | None = None
    for depth in _depths(grammar, modes, words[skip].lower(), (form, version, privilege, levels)):
        frame = modes[depth - 1]
        verdict = match(grammar.root(frame.mode, form, version, privilege, levels), line, skip)
        if type(verdict) is Found:
            try:
                return _carry_out(grammar, config, modes[:depth], verdict, (form, random))
            except api.Rejected as refusal:
                if str(refusal) == api.INVALID_VALUE:
                    failure = Failure("invalid", spans(line)[-1][0])
                    return Outcome(config, modes, error_lines(failure, line, prompt_width), failure)
                text = tuple(str(refusal).split("\n"))
                return Outcome(config, modes, text, Failure("rejected"))
        first = further(first, verdict)
        if type(first) is not Invalid:
            break
    assert first is not None
    assert not isinstance(first, Found)
    failure = failure_of(first)
    return Outcome(config, modes, error_lines(failure, line, prompt_width), failure)


def _depths(
    grammar: Grammar, modes: Modes, word: str, key: tuple[str, str, int, Levels]
) -> Iterable[int]:
    """The modes to try, innermost first.

    A word that is a keyword of an outer mode and only begins one of the inner mode is the outer
    one: `key 2` below `key 1` of a key chain is no `key-string 2`.
    """
    depths = range(len(modes), 0, -1)
    if len(modes) == 1:
        return depths
    inner = grammar.root(modes[-1].mode, *key)
    if word in inner.words or not inner.keywords(word):
        return depths
    exact = [d for d in depths[1:] if word in grammar.root(modes[d - 1].mode, *key).words]
    return (*exact, *depths)


def further(first: Verdict | None, verdict: Verdict) -> Verdict:
    """Of two failures the one to report: the first, unless a parent mode gets further.

    A line that is only not whole there got to its end: `interface` below an interface.
    """
    if not isinstance(first, Invalid):
        return verdict if first is None else first
    match verdict:
        case Invalid(offset):
            return verdict if offset > first.offset else first
        case AmbiguousWord(end):
            return verdict if end > first.offset else first
        case _:
            return verdict


def _leaves(grammar: Grammar, modes: Modes, words: list[str]) -> Modes | None:
    """The stack after `exit`, `end` or the closing word of a mode; None for any other line."""
    if len(words) != 1:
        return None
    word = words[0].lower()
    if word == "end":
        return ()
    if word in ("exit", "quit", "exi", "ex"):
        back = grammar.modes[modes[-1].mode].mode.returns
        depths = [n for n in range(1, len(modes)) if modes[n - 1].mode == back]
        return modes[: max(depths, default=len(modes) - 1)]
    for depth in range(len(modes), 0, -1):
        closes = grammar.modes[modes[depth - 1].mode].mode.closes
        if closes is not None and len(word) > 5 and closes.startswith(word):
            return modes[: depth - 1]
    return None


def _carry_out(
    grammar: Grammar, config: Config, modes: Modes, found: Found, how: tuple[str, Streams]
) -> Outcome:
    form, random = how
    command = grammar.commands[found.command]
    stanza = command.stanza
    if stanza.negation == "no":
        form = "no"
    target = grammar.by_name[command.name] if stanza.alias_of else command
    frame = modes[-1]
    values = {**command.absent, **found.values}
    enters = target.stanza.enters is not None and not form
    said: list[str] = []
    implies = enters and stanza.alias_of is not None and not _can_print(target, values)
    refused = False
    paths = each_path(frame.path)
    streams = _equal_streams(random)
    for path in paths:
        owner = object_at(grammar, config, path)
        if owner is None:
            context = grammar.modes[frame.mode].context
            assert context is not None
            owner = context()
        offered = {
            **values,
            "config": config,
            "key": key_of(path),
            "form": form,
            "random": random if len(paths) == 1 else next(streams),
            "said": said,
            "values": values,
        }
        try:
            if not form:
                _check(target, owner, offered)
            new = owner if implies else _changed(target, owner, values, offered, form)
        except api.Rejected as refusal:
            # Of several objects, those that can take the line do.
            if len(paths) == 1:
                raise
            refused = True
            said += str(refusal).split("\n")
            continue
        if new is not owner:
            config = with_object(grammar, config, path, new)
    if refused:
        return Outcome(config, modes, tuple(said), Failure("rejected"))
    if enters:
        assert target.stanza.enters is not None
        path = frame.path + entered(target, values)
        if implies:
            path = tuple(("implied", k) if kind == "key" else (kind, k) for kind, k in path)
        modes = (*modes, ModeFrame(target.stanza.enters, path))
        resumes = api.RESUMES.get(target.stanza.name)
        below = None if resumes is None else resumes(object_at(grammar, config, path))
        if below is not None:
            mode, name = below
            modes = (*modes, ModeFrame(mode, (*path, ("field", name))))
    return Outcome(
        config,
        modes,
        tuple(said),
        None,
        target.stanza.name,
        values,
        form,
        target.stanza.is_inert(form) or _is_inert(target, owner, offered),
    )


def _can_print(command: Command, values: dict[str, Any]) -> bool:
    """Whether this command, not only a second spelling of it, can name the entry."""
    return render(command.syntax, values, frozenset()) is not None


def _present(grammar: Grammar, config: Config, modes: Modes) -> Modes:
    """The stack without the modes whose object was taken away: `no key 1` typed below `key 1`."""
    for depth in range(1, len(modes)):
        path = modes[depth].path
        if path and path[-1][0] != "implied" and object_at(grammar, config, path) is None:
            return modes[:depth]
    return modes


def _changed(
    command: Command, owner: Any, values: dict[str, Any], offered: dict[str, Any], form: str
) -> Any:
    """The object after the command; a handler may also choose key values that were not typed."""
    handler = api.CONFIG.get(command.handler)
    if handler is not None:
        result = handler(owner, **chosen(handler, offered))
        owner, keys = result if isinstance(result, tuple) else (result, {})
        values.update(keys)
        return owner
    if command.binding is not None and not command.stanza.via_handler:
        return apply(command.binding, owner, values, form)
    return owner


def each_path(path: tuple[PathPart, ...]) -> list[tuple[PathPart, ...]]:
    """The paths to all objects of a frame: one, or one for each number of a range."""
    for index, (kind, keys) in enumerate(path):
        if kind == "keys":
            before, after = path[:index], path[index + 1 :]
            return [p for key in keys for p in each_path((*before, ("key", key), *after))]
    return [path]


def entered(command: Command, values: dict[str, Any]) -> tuple[PathPart, ...]:
    """The path from the mode's object to what a command enters."""
    path: list[PathPart] = []
    for part in () if command.binding is None else command.binding.parts:
        path.append(("slot" if part.slot is not None else "field", part.name))
        if part.is_range:
            path.append(("keys", part.numbers(values)))
        elif part.keys:
            key = part.key(values)
            path.append(("keys" if type(key) is Several else "key", key))
    return tuple(path)


def _equal_streams(random: Streams) -> Iterator[Streams]:
    """Streams for each object of a range in turn: all draw the numbers that the first one draws.

    So what one line sets is equal in all of them, also a password with its salt.
    """
    starts: dict[str, Random] = {}

    def first(purpose: str) -> Random:
        stream = random(purpose)
        starts.setdefault(purpose, replace(stream))
        return stream

    yield first
    while True:
        again = {purpose: replace(stream) for purpose, stream in starts.items()}

        def same(purpose: str, again: dict[str, Random] = again) -> Random:
            return again[purpose] if purpose in again else first(purpose)

        yield same


OFFERED = frozenset(("config", "key", "form", "random", "said", "values"))
"""What checks and handlers may ask for besides the values: the whole configuration, the key of the
mode's object, "", "no" or "default", the random stream of a purpose, the list of lines to print
when it is done, and all the values by name."""


def _check(command: Command, owner: Any, offered: dict[str, Any]) -> None:
    """Rejected if a check of this command refuses it."""
    for function in api.CHECKS.get(command.handler, ()):
        refusal = function(owner, **chosen(function, offered))
        if refusal is not None:
            raise api.Rejected(refusal)


def _is_inert(command: Command, owner: Any, offered: dict[str, Any]) -> bool:
    """Whether a command that mostly does something does nothing with these values, or here."""
    function = api.INERT.get(command.stanza.name)
    return function is not None and function(owner, **chosen(function, offered))


def chosen(function: Callable[..., Any], offered: dict[str, Any]) -> dict[str, Any]:
    """Of what is offered, the keyword arguments a function takes."""
    return {name: offered[name] for name in wanted(function)}


@cache
def wanted(function: Callable[..., Any]) -> tuple[str, ...]:
    """The keyword arguments of a function, after its first parameter."""
    return tuple(inspect.signature(function).parameters)[1:]


# -- exec ----


@dataclass(frozen=True, slots=True)
class ExecFound:
    """An exec line is this command with these values; every name is there."""

    stanza: str
    values: dict[str, Any]


def match_exec(
    grammar: Grammar,
    line: str,
    *,
    privilege: int = 15,
    version: str = "15.4",
    levels: Levels = (),
) -> ExecFound | Failure:
    """The command an exec line means, or why it means none."""
    words = line.split(None, 1)
    form = "no" if len(words) > 1 and words[0].lower() == "no" else ""
    root = grammar.root(EXEC, form, version, privilege, levels)
    verdict = match(root, line, 1 if form else 0)
    if not isinstance(verdict, Found):
        return failure_of(verdict)
    command = grammar.commands[verdict.command]
    values = {**command.absent, **verdict.values}
    if command.stanza.negation == "[no]":
        values["negated"] = bool(form)
    return ExecFound(command.name, values)


__all__ = [
    "CONFIGURE",
    "ExecFound",
    "ModeFrame",
    "Modes",
    "Outcome",
    "configure_line",
    "match_exec",
    "object_at",
    "prompt_of",
    "with_object",
]
