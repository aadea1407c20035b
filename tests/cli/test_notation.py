"""Errors in a grammar file name the file, the line, the column and what was expected."""

from __future__ import annotations

import pytest

from iosemu.cli.grammar import Grammar, GrammarError
from iosemu.cli.notation import NotationError, read
from iosemu.cli.syntax import Choice, Keyword, Step, Value

from .small import CLASSES


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("mode config\n\nx.y: foo {a | b", "3:16", "expected '}'"),
        ("mode config\n\nx.y: foo [a | ]", "3:13", "expected ']'"),
        ("mode config\n\nx.y: [no]", "3:10", "expected"),
        ("mode config\n\nx.y foo", "3:5", "expected ':'"),
        ("x.y: foo", "1:1", "expected 'mode NAME'"),
        ("mode config\n    sets a", "2:5", "expected a stanza"),
        ("mode config\nx.y: foo\n    sets a[", "3:12", "expected field name"),
        ("mode config\nx.y: foo\n    setz a", "3:5", "unknown attribute 'setz', expected one of"),
        ("mode config\nx.y: foo\n    order sideways", "3:11", "expected 'entered' or 'key'"),
        ("mode config\nx.y: foo\n    ? foo One blank only", "3:5", "expected '? path'"),
        ("mode config\nx.y: foo\n    sets a\n    appends b", "4:5", "expected one of sets"),
        ("mode x under", "1:13", "expected mode name"),
        ('mode x prompt "(x', "1:15", "expected quoted text"),
        ("let x {a | b}", "1:7", "expected '='"),
        ("let x = a\nlet y = b\nlet x = c", "3:1", "a second macro named 'x'"),
    ],
)
def test_a_syntax_error_names_its_place(text: str, place: str, expected: str) -> None:
    with pytest.raises(NotationError) as caught:
        read("bad.cli", text)
    assert str(caught.value).startswith(f"bad.cli:{place}: ")
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mode config\nx.y: foo\nx.y: bar", "bad.cli:3:1: a second stanza is named 'x.y'"),
        ("mode config\nx.y: foo ZORK:z", "unknown kind of value 'ZORK'"),
        ("mode config\nx.y: foo\n    sets zork", "Config has no field or slot 'zork'"),
        ("mode config\nslot zork : Zork", "no class 'Zork' is known"),
        ("mode config\nslot small : Small\nx.y: foo\n    sets small.cef.a", "cef has no fields"),
        ("mode config\nslot small : Small\nx.y: f\n    sets small.ports[n]", "key 'n' is not a"),
        (
            "mode config\nslot small : Small\nx.y: f WORD:n\n    sets small.cef[n]",
            "Small.cef must be Entries",
        ),
        (
            "mode config\nslot small : Small\nx.y: f WORD:n WORD:m\n    sets small.hostname",
            "hostname takes 2 values (n, m): no dataclass",
        ),
        ("mode config\nslot small : Small\nx.y: f\n    sets small.hostname", "must be bool"),
        (
            "mode config\nslot small : Small\nx.y: f WORD:n\n    sets small.ports[n]\n"
            "    enters nowhere",
            "no mode 'nowhere' is declared",
        ),
        (
            "mode config\nslot small : Small\nx.y: f WORD:zork <1-9>:n\n    sets small.routers[n]",
            "Router has no field 'zork'",
        ),
        ("mode config\nx.y: foo:bar", "':' after keyword 'foo', which is no macro"),
        ("mode config\nx.y: foo\n    alias of x.z", "alias of unknown 'x.z'"),
    ],
)
def test_what_does_not_fit_the_classes_is_refused(text: str, expected: str) -> None:
    with pytest.raises(GrammarError) as caught:
        Grammar.of([("bad.cli", text)], CLASSES)
    assert expected in str(caught.value)
    assert str(caught.value).startswith("bad.cli:")


def test_the_tree_of_a_stanza() -> None:
    tree = read(
        "good.cli",
        """\
mode config

# A comment.
a.b: [no] foo encryption=encr {x <1-9>:n | WORD}:kind [now] A.B.C.D+:hops WORD=""
    sets    one.two[kind, n].three   # why
    ? foo   Text with  two blanks
""",
    )
    (stanza,) = tree.stanzas
    assert stanza.negation == "[no]"
    assert stanza.syntax[1] == Keyword("encryption", "encr")
    assert stanza.syntax[2] == Choice(
        ((Keyword("x", "x"), Value("<1-9>", "n")), (Value("WORD"),)), False, "kind"
    )
    assert stanza.syntax[3] == Choice(((Keyword("now", "now"),),), True)
    assert stanza.syntax[4] == Value("A.B.C.D", "hops", many=True)
    assert stanza.syntax[5] == Value("WORD", hidden=True)
    assert stanza.path == (Step("one"), Step("two", ("kind", "n")), Step("three"))
    assert stanza.help[0].text == "Text with  two blanks"


def test_a_macro_of_another_file_is_not_defined_again() -> None:
    files = [("a.cli", "let x = {a | b}"), ("b.cli", "let y = c\nlet x = {a | b}")]
    with pytest.raises(GrammarError, match=r"^b\.cli:2:1: a second macro named 'x'$"):
        Grammar.of(files)


def test_a_macro_is_replaced_and_may_be_given_a_name() -> None:
    grammar = Grammar.of(
        [
            (
                "m.cli",
                "let list = {<1-99>:number | WORD:name}\nlet either = {<1-99> | WORD}\n"
                "mode exec\na.b: one list\na.c: two either:which\n",
            )
        ]
    )
    assert grammar.by_name["a.b"].absent == {"number": None, "name": None}
    assert grammar.by_name["a.c"].absent == {"which": None}
