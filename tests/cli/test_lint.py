"""What the linter finds, and that it finds nothing in good grammars."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.cli import api
from iosemu.cli.grammar import Grammar
from iosemu.cli.lint import lint, lint_handlers

from .small import CLASSES, small

HEAD = "mode config\nslot small : Small\n"


def findings(text: str) -> list[str]:
    return lint(Grammar.of([("bad.cli", HEAD + text)], CLASSES))


def test_the_small_grammar_is_clean() -> None:
    assert lint(small()) == []


def test_a_token_without_help() -> None:
    (found,) = findings("a.b: hostname WORD:n\n    sets small.hostname\n    ? hostname  Name\n")
    assert found == "bad.cli:3:1: a.b: no help for 'hostname WORD'"


def test_help_that_is_never_shown() -> None:
    text = "a.b: cef\n    sets small.cef\n    ? cef  Forwarding\n    ? ceff  Typing error\n"
    (found,) = findings(text)
    assert found == "bad.cli:6:5: help for 'ceff' is never shown"


def test_two_commands_that_take_one_line() -> None:
    text = (
        "a.b: x <1-20>:n\n    inert\n    ? x  X\n    ? <1-20>  N\n"
        "a.c: x <10-30>:n\n    inert\n    ? <10-30>  N\n"
    )
    (found,) = findings(text)
    assert "a.c takes the same line as a.b (bad.cli:3:1)" in found


def test_a_type_that_does_not_fit() -> None:
    text = "a.b: h <1-9>:n\n    sets small.hostname\n    ? h  H\n    ? <1-9>  N\n"
    (found,) = findings(text)
    assert found.endswith("a.b: hostname cannot hold int")


def test_a_command_that_does_nothing_must_say_so() -> None:
    (found,) = findings("a.b: h\n    ? h  H\n")
    assert found.endswith("a.b changes nothing and is not marked inert")


def test_a_choice_that_is_lost() -> None:
    (found,) = findings("a.b: {h | g}\n    inert\n    ? h  H\n    ? g  G\n")
    assert "which keyword of a {} was typed is lost" in found


def test_a_mode_that_nothing_enters() -> None:
    text = 'mode far under config prompt "(far)#" context Family\n'
    assert findings(text) == ["bad.cli:3:1: no command enters mode far"]


def test_handlers_are_checked_against_the_grammar() -> None:
    def good(x: object, *, name: str | None) -> list[str]:
        return []

    def narrow(x: object, *, name: int) -> list[str]:
        return []

    def extra(x: object, *, zork: int) -> list[str]:
        return []

    def check(owner: object, *, source: IPv4Address, key: object) -> str | None:
        return None

    def looked(**tables: dict[str, object]) -> list[str]:
        held = {name: dict(getattr(api, name)) for name in ("EXEC", "CHECKS")}
        try:
            for name in held:
                getattr(api, name).clear()
                getattr(api, name).update(tables.get(name, {}))
            found = lint_handlers(small(), __name__)
        finally:
            for name, table in held.items():
                getattr(api, name).clear()
                getattr(api, name).update(table)
        return [f.split(": ", 1)[1] for f in found if "has no handler" not in f]

    show = "small.show.interfaces"
    assert looked(EXEC={show: good}) == []
    assert looked(EXEC={show: narrow}) == [
        "small.show.interfaces: 'name' may also be NoneType, str"
    ]
    assert looked(EXEC={show: extra}) == [
        "small.show.interfaces has a value 'name' that the handler does not take",
        "small.show.interfaces has no value 'zork'",
    ]
    assert looked(EXEC={"small.gone": good}) == ["no stanza is named 'small.gone'"]
    assert looked(CHECKS={"small.rule": [check]}) == []
    assert looked(CHECKS={"small.cef": [check]}) == ["small.cef has no value 'source'"]
