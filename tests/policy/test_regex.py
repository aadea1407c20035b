"""Regular expressions of IOS, against those of the standard library and against the clock."""

from __future__ import annotations

import re
from random import Random

import pytest

from iosemu.policy import regex as subject
from iosemu.policy.regex import BadPattern, Regex, regex

PATH = "65001 65002 (64512 64513) {3,4} 7018"


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        ("", "", True),
        ("^$", "", True),
        ("^$", "1", False),
        (".*", "", True),
        (".+", "", False),
        ("^65001_", PATH, True),
        ("_7018$", PATH, True),
        ("_65002_", PATH, True),
        ("_6500_", PATH, False),
        ("_3_", PATH, True),
        ("_64513_", PATH, True),
        ("_65001_65002_", PATH, True),
        ("_65001_7018_", PATH, False),
        ("^_65001", PATH, True),
        ("7018_$", PATH, True),
        ("^65001$", "65001", True),
        ("^[0-9]+$", "65001", True),
        ("^[0-9]+$", PATH, False),
        ("^[0-9]+_[0-9]+$", "1 2", True),
        ("^[^1]", "21", True),
        ("[^0-9 ]", "1 2", False),
        ("^(1|2)_3$", "2 3", True),
        ("^(65001)_\\1$", "65001 65001", True),
        ("^([0-9]+)(_\\1)*$", "65001 65001 65001", True),
        ("^([0-9]+)(_\\1)*$", "65001 65001 65002", False),
        ("^([0-9]+)(_\\1)+_2$", "1 1 1 2", True),
        ("{3,4}", PATH, True),
        ("\\(64512", PATH, True),
        ("a{2}", "aa", False),
        ("[]1]", "1", True),
        ("[1-]", "-", True),
        ("100?_", "10", True),
        ("\\$", "1", False),
        ("1.", "1", False),
    ],
)
def test_finds_what_ios_finds(pattern: str, text: str, is_found: bool) -> None:
    assert Regex(pattern).search(text) is is_found


@pytest.mark.parametrize(
    "pattern", ["*", "+1", "(1", "1)", "[1", "\\", "\\1", "(\\1)", "[2-1]", "(" * 41 + ")" * 41]
)
def test_refuses_what_is_no_expression(pattern: str) -> None:
    with pytest.raises(BadPattern):
        Regex(pattern)


def python(pattern: str) -> str:
    """The same for the standard library."""
    found = ""
    for char in pattern:
        found += {"_": "(?:^|$|[ ,{}()])", "{": r"\{", "}": r"\}", "$": r"\Z"}.get(char, char)
    return re.sub(r"(\\1)", r"(?:\1)", found)


def random_pattern(random: Random, depth: int, groups: list[int]) -> str:
    """Groups that a back reference may name are those that are closed."""
    match random.randrange(9 if depth else 5):
        case 0 | 1:
            return random.choice("12 ")
        case 2:
            return random.choice(("_", "^", "$", ".", "{"))
        case 3:
            return random.choice(("[12]", "[^1]", "[0-2 ]"))
        case 4:
            return f"\\{random.choice(groups)}" if groups else "2"
        case 5 | 6:
            return "".join(random_pattern(random, depth - 1, groups) for _ in range(3))
        case 7:
            inner = random_pattern(random, depth - 1, groups)
            return f"{inner}|{random_pattern(random, depth - 1, groups)}"
        case _:
            return random.choice(("1", ".", "[12]", "(1 )", "(2|1)")) + random.choice("*+?")


def test_agrees_with_the_standard_library() -> None:
    random = Random(7)
    found = 0
    for _ in range(4000):
        pattern = random_pattern(random, 3, [])
        text = "".join(random.choice("12 {,}") for _ in range(random.randrange(8)))
        wanted = re.search(python(pattern), text) is not None
        assert Regex(pattern).search(text) is wanted, (pattern, text)
        found += wanted
    assert 500 < found < 3500


def test_back_references_agree_with_the_standard_library() -> None:
    random = Random(8)
    found = 0
    for _ in range(3000):
        head = random.choice(("([12]+)", "([12]*)", "(1|12)", "([12]+_)", "((1)|2)"))
        pattern = head + random_pattern(random, 2, [1]) + "\\1"
        if re.search(r"\\1[*+?]", pattern):
            continue
        text = "".join(random.choice("12 ") for _ in range(random.randrange(9)))
        wanted = re.search(python(pattern), text) is not None
        assert Regex(pattern).search(text) is wanted, (pattern, text)
        found += wanted
    assert found > 200


@pytest.mark.parametrize("pattern", ["(1*)*$", "(1|1)*2", "(1+)+_", ".*.*.*.*.*.*.*.*2", "(.?)+3"])
def test_no_expression_takes_long(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The places looked at stay proportional to the text, where others need their number squared
    or doubled with each character."""
    steps = 0
    real = subject._Automaton.step

    def counted(self: object, *args: object) -> object:
        nonlocal steps
        steps += 1
        return real(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(subject._Automaton, "step", counted)
    Regex(pattern).search("1" * 3000)
    assert steps <= 3000


def test_back_references_give_up() -> None:
    assert not Regex("(.*)*(.*)*(.*)*\\1\\2\\3z").search("1" * 400)


def test_one_text_is_made_once() -> None:
    assert regex("^1$") is regex("^1$")
