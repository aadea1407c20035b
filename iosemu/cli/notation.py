"""Reads grammar files: the notation of `grammars/README.md` as a pyparsing grammar.

Knows the notation only; what a name means is found out by `grammar`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pyparsing as pp

from .syntax import (
    AnyOrder,
    Choice,
    GrammarFile,
    Help,
    Include,
    Keyword,
    Mode,
    NotationError,
    Path,
    Place,
    Sequence,
    SlotDeclaration,
    Stanza,
    Step,
    Use,
    Value,
)

VALUE = (
    r"<-?[0-9]+-[0-9]+>|<1\.0-XX\.YY>|A\.B\.C\.D(?:/nn)?"
    r"|X:X:X:X::X(?:/nn|/host)?|H\.H\.H|hh:mm(?::ss)?|ASN:nn"
    r"|WORD|LINE|INTERFACE|[A-Z][A-Z]+(?![A-Za-z0-9.-])"
)


# -- the grammar of the notation ----


def _group(optional: bool) -> Any:
    def build(tokens: pp.ParseResults) -> Choice:
        branches, *rest = tokens
        many = "+" in rest
        name = [t for t in rest if t != "+"]
        return Choice(tuple(branches), optional, name[0] if name else None, many)

    return build


def _value(tokens: pp.ParseResults) -> Value:
    kind, *rest = tokens
    names = [t[1:] for t in rest if t.startswith(":")]
    return Value(kind, names[0] if names else None, many="+" in rest, hidden='=""' in rest)


def _keyword(tokens: pp.ParseResults) -> Keyword | Use:
    text, *rest = tokens
    for suffix in rest:
        if suffix.startswith(":"):
            return Use(text, suffix[1:])
    return Keyword(text, rest[0] if rest else text)


def _syntax() -> pp.ParserElement:
    name = pp.Regex(r":[a-z_][a-z0-9_]*").set_name(":name")
    group_name = name.copy().add_parse_action(lambda t: t[0][1:])
    sequence = pp.Forward().set_name("keyword, value, {, [ or *(")
    branches = pp.Group(pp.DelimitedList(sequence, "|"))
    value = pp.Regex(VALUE) + pp.Opt("+") + pp.Opt(name) + pp.Opt(pp.Literal('=""'))
    word = pp.Regex(
        r"(?:[A-Za-z0-9/]|[+-](?=[a-z]))[A-Za-z0-9_./+*%-]*(?::(?=\s|$))?|\*(?!\()"
    ).set_name("keyword")
    quoted = pp.Regex(r'"[^"]*"').set_parse_action(lambda t: t[0][1:-1])
    keyword = word + pp.Opt(pp.Suppress("=") + (word | quoted) | name)
    exactly = (
        pp.Suppress("{")
        - branches
        - pp.Suppress("}")
        + pp.Opt(pp.Literal("+"))
        + pp.Opt(group_name)
    )
    at_most = pp.Suppress("[") - branches - pp.Suppress("]") + pp.Opt(group_name)
    any_order = pp.Suppress("*(") - branches - pp.Suppress(")")
    item = (
        exactly.set_parse_action(_group(False))
        | at_most.set_parse_action(_group(True))
        | any_order.set_parse_action(lambda t: AnyOrder(tuple(t[0])))
        | value.set_parse_action(_value)
        | keyword.set_parse_action(_keyword)
    )
    # A tuple would be taken for several tokens, hence the list around it.
    sequence <<= pp.OneOrMore(item).set_parse_action(lambda t: [tuple(t)])  # type: ignore[operator]
    found: pp.ParserElement = sequence
    return found


def _path() -> pp.ParserElement:
    name = pp.Regex(r"[a-z_][a-z0-9_]*").set_name("field name")
    number = pp.Regex(r"[0-9]+").set_parse_action(lambda t: int(t[0]))
    auto = pp.Suppress(pp.Keyword("auto")) + number + pp.Suppress(pp.Keyword("step")) + number
    cut = pp.Suppress(pp.Keyword("cut")) + number
    several = name("first") + pp.Suppress("..") - name("last") + pp.Opt(cut)("cut")
    listed = pp.DelimitedList(name)("keys") + pp.Opt(auto)("auto")
    keys = (pp.Group(several) | pp.Group(listed)).set_name("field name")
    step = name + pp.Opt(pp.Suppress("[") - keys + pp.Suppress("]"))

    def build(tokens: pp.ParseResults) -> Step:
        field, *rest = tokens
        if not rest:
            return Step(field)
        if "first" in rest[0]:
            first, last, *limit = rest[0]
            return Step(field, (first, last), None, True, limit[0] if limit else None)
        names = [k for k in rest[0] if isinstance(k, str)]
        numbers = [k for k in rest[0] if isinstance(k, int)]
        return Step(field, tuple(names), (numbers[0], numbers[1]) if numbers else None)

    step.set_parse_action(build)
    return pp.DelimitedList(step, ".").set_parse_action(lambda t: [tuple(t)])


def _mode() -> pp.ParserElement:
    name = pp.Regex(r"[a-z][a-z0-9-]*").set_name("mode name")
    text = pp.QuotedString('"').set_name("quoted text")
    release = pp.Regex(r"[0-9][0-9A-Za-z.()]*").set_name("release")
    prompt = pp.Group(
        text
        + pp.Opt(pp.Suppress(pp.Keyword("until")) + release, default=None)
        + pp.Opt(pp.Suppress(pp.Keyword("for")) + text, default=None)
    )
    return (
        pp.Suppress(pp.Keyword("mode"))
        - name("name")
        + pp.Opt(pp.Suppress(pp.Keyword("under")) - pp.DelimitedList(name)("parents"))
        + pp.Opt(pp.Suppress(pp.Keyword("prompt")) - pp.OneOrMore(prompt)("prompts"))
        + pp.Opt(
            pp.Suppress(pp.Keyword("context")) - pp.Regex(r"[A-Z]\w*").set_name("class")("context")
        )
        + pp.Opt(pp.Suppress(pp.Keyword("closes")) - pp.Regex(r"[a-z-]+")("closes"))
        + pp.Opt(pp.Suppress(pp.Keyword("returns")) - name("returns"))
        + pp.Opt(pp.Suppress(pp.Keyword("title")) - text("title"))
    )


_NAME = pp.Regex(r"[a-z0-9][a-z0-9.-]*").set_name("stanza name")
_SYNTAX = _syntax()
_NEGATION = pp.Opt(pp.Literal("[no]") | pp.Keyword("no"), default="")
_HEADER = _NAME + pp.Suppress(":") - _NEGATION + _SYNTAX
_LET = (
    pp.Suppress(pp.Keyword("let"))
    - pp.Regex(r"[a-z][a-z0-9-]*").set_name("macro name")
    + pp.Suppress("=")
    + _SYNTAX
)
_SLOT = (
    pp.Suppress(pp.Keyword("slot"))
    - pp.Regex(r"[a-z_][a-z0-9_]*").set_name("slot name")
    + pp.Suppress(":")
    + pp.Regex(r"[A-Z]\w*").set_name("class")
)
_MODE = _mode()
_PATH = _path()
_INCLUDE = (
    pp.Suppress(pp.Keyword("include"))
    - pp.Regex(r"[a-z][a-z0-9-]*").set_name("mode name")("included")
    + pp.Opt(pp.Suppress(pp.Keyword("at")) - _PATH("at"))
    + pp.Opt(pp.Suppress(pp.Keyword("unless")) - _PATH("unless"))
)
_WHERE = (
    _PATH
    + pp.Suppress(pp.Keyword("where"))
    - pp.Group(pp.DelimitedList(pp.Regex(r"[a-z_][a-z0-9_]*") + pp.Suppress(pp.Opt("="))))
)
_MODE_NAME = pp.Regex(r"[a-z][a-z0-9-]*").set_name("mode name")
_ATTRIBUTES: dict[str, pp.ParserElement] = {
    "sets": _PATH,
    "appends": _PATH,
    "deletes": _PATH,
    "removes": _WHERE,
    "enters": _MODE_NAME,
    "order": pp.one_of("entered key").set_name("'entered' or 'key'"),
    "prints": pp.one_of("always never no").set_name("'always', 'no' or 'never'"),
    "matches": pp.one_of("value no").set_name("'value' or 'no'"),
    "alias": pp.Suppress(pp.Keyword("of")) - _NAME,
    "via": pp.Keyword("handler"),
    "inert": pp.Opt(
        pp.Suppress(pp.Keyword("when")) - pp.one_of("set unset", as_keyword=True)
    ).set_name("'when set' or 'when unset'"),
    "apart": pp.Opt(pp.Keyword("after")).set_name("'after'"),
    "together": pp.Empty(),
    "interleave": pp.Empty(),
    "unless": _PATH,
    "since": pp.Regex(r"[0-9]\S*").set_name("release"),
    "until": pp.Regex(r"[0-9]\S*").set_name("release"),
    "privilege": pp.Regex(r"1[0-5]|[0-9]").set_name("number 0 to 15"),
}
_HELP = re.compile(r"\?\s+(\S.*?)(?:\s{2,}|\t+)(\S.*)$")


# -- reading a file ----


def read(name: str, text: str) -> GrammarFile:
    """The tree of one grammar file; NotationError names the first place that is wrong."""
    return _Reader(name, text).read()


class _Reader:
    """Walks the lines of a file; each statement is parsed alone so that errors stay local."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.lines = text.splitlines()
        self.mode: str | None = None
        self.modes: list[Mode] = []
        self.slots: list[SlotDeclaration] = []
        self.stanzas: list[Stanza | Include] = []
        self.macros: dict[str, Sequence] = {}
        self.macro_places: dict[str, Place] = {}
        self.macro: str | None = None
        self.macro_help: dict[str, tuple[Help, ...]] = {}

    def read(self) -> GrammarFile:
        index = 0
        while index < len(self.lines):
            line = self.lines[index]
            if not line.strip() or line.lstrip().startswith("#"):
                index += 1
                continue
            last = self._end_of_statement(index)
            statement = "\n".join(self.lines[index : last + 1])
            if line[0].isspace():
                self._attribute(index, statement)
            else:
                self._statement(index, statement)
            index = last + 1
        return GrammarFile(
            self.name,
            tuple(self.modes),
            tuple(self.slots),
            tuple(self.stanzas),
            self.macros,
            self.macro_help,
            self.macro_places,
        )

    def _end_of_statement(self, index: int) -> int:
        """The last line of a statement: it goes on while a bracket is open."""
        if self.lines[index].lstrip().startswith("?"):
            return index
        depth = 0
        for at in range(index, len(self.lines)):
            line = self.lines[at].split("  #")[0]
            depth += sum(map(line.count, "{[(")) - sum(map(line.count, "}])"))
            if depth <= 0:
                return at
        return index

    def _parse(self, element: pp.ParserElement, index: int, text: str, skip: int = 0) -> Any:
        body = re.sub(r"\s\s#[^\n]*", "", text)
        try:
            return element.parse_string(" " * skip + body[skip:], parse_all=True)
        except pp.ParseBaseException as error:
            row = body.count("\n", 0, error.loc)
            column = error.loc - (body.rfind("\n", 0, error.loc) + 1) + 1
            place = Place(self.name, index + row + 1, column)
            raise NotationError(place, error.msg[0].lower() + error.msg[1:]) from None

    def _place(self, index: int) -> Place:
        return Place(self.name, index + 1)

    def _statement(self, index: int, text: str) -> None:
        word = text.split()[0]
        place = self._place(index)
        self.macro = None
        if word == "mode":
            found = self._parse(_MODE, index, text)
            self.mode = found["name"]
            prompts = tuple(tuple(p) for p in found.get("prompts", ()))
            self.modes.append(
                Mode(
                    found["name"],
                    place,
                    tuple(found.get("parents", ())),
                    prompts,
                    found.get("context"),
                    found.get("closes"),
                    found.get("title"),
                    found.get("returns"),
                )
            )
        elif word == "let":
            name, syntax = self._parse(_LET, index, text)
            if name in self.macros:
                raise NotationError(place, f"a second macro named {name!r}")
            self.macro_places[name] = place
            self.macros[name] = syntax
            self.macro = name
        elif self.mode is None:
            raise NotationError(place, "expected 'mode NAME' before the first stanza")
        elif word == "include":
            found = self._parse(_INCLUDE, index, text)
            # pyparsing gives a named tuple-valued part as a list of that one tuple.
            at, unless = (found[k][0] if k in found else () for k in ("at", "unless"))
            self.stanzas.append(Include(found["included"], self.mode, at, unless, place))
        elif word == "slot":
            name, context = self._parse(_SLOT, index, text)
            self.slots.append(SlotDeclaration(name, self.mode, context, place))
        else:
            name, negation, syntax = self._parse(_HEADER, index, text)
            self.stanzas.append(Stanza(name, self.mode, syntax, place, negation))

    def _attribute(self, index: int, text: str) -> None:
        stripped = text.lstrip()
        place = Place(self.name, index + 1, len(text) - len(stripped) + 1)
        if self.macro is not None and stripped.startswith("?"):
            held = self.macro_help.get(self.macro, ())
            self.macro_help[self.macro] = (*held, self._help(stripped, place))
            return
        if not self.stanzas or self.macro is not None:
            raise NotationError(place, "expected a stanza before its attributes")
        stanza = self.stanzas[-1]
        if isinstance(stanza, Include):
            raise NotationError(place, "expected no attributes after 'include'")
        if stripped.startswith("?"):
            self.stanzas[-1] = replace(stanza, help=(*stanza.help, self._help(stripped, place)))
            return
        word = stripped.split()[0]
        if word not in _ATTRIBUTES:
            expected = ", ".join([*_ATTRIBUTES, "?"])
            raise NotationError(place, f"unknown attribute {word!r}, expected one of: {expected}")
        skip = len(text) - len(stripped) + len(word)
        values = list(self._parse(_ATTRIBUTES[word], index, text, skip))
        self.stanzas[-1] = _with(stanza, word, values, place)

    @staticmethod
    def _help(line: str, place: Place) -> Help:
        found = _HELP.match(line)
        if found is None:
            raise NotationError(place, "expected '? path', two blanks, and a help text")
        return Help(tuple(found[1].split()), found[2].rstrip().replace("\\n", "\n"), place)


def _with(stanza: Stanza, word: str, values: list[Any], place: Place) -> Stanza:
    """The stanza with one attribute more."""
    if word in ("sets", "appends", "deletes", "removes"):
        if stanza.action:
            raise NotationError(place, "expected one of sets, appends, deletes, removes, not two")
        path: Path = values[0]
        where = tuple(values[1]) if word == "removes" else ()
        return replace(stanza, action=word, path=path, where=where)
    match word:
        case "alias":
            return replace(stanza, alias_of=values[0])
        case "via":
            return replace(stanza, via_handler=True)
        case "matches":
            return replace(stanza, matches=values[0])
        case "privilege":
            return replace(stanza, privilege=int(values[0]))
        case "inert":
            return replace(stanza, inert=True, inert_when=values[0] if values else "")
        case "apart":
            return replace(stanza, apart=True, leads=bool(values))
        case "interleave":
            return replace(stanza, interleave=True)
        case "unless":
            return replace(stanza, unless=values[0])
        case "together":
            return replace(stanza, together=True)
        case "enters":
            return replace(stanza, enters=values[0])
        case "order":
            return replace(stanza, order=values[0])
        case "prints":
            return replace(stanza, prints=values[0])
        case "since":
            return replace(stanza, since=values[0])
        case _:
            return replace(stanza, until=values[0])
