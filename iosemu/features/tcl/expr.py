"""`expr`: arithmetic of Tcl.  Reads and evaluates in one pass; what is not taken is not run."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from .parse import Reader, Script, TclError, Text, Word

Number = int | float
Operand = Number | str
Substitute = Callable[[Word], str]

_OPERATORS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("|",),
    ("^",),
    ("&",),
    ("==", "!=", "eq", "ne"),
    ("<=", ">=", "<", ">"),
    ("<<", ">>"),
    ("+", "-"),
    ("*", "/", "%"),
)
_LEVELS = tuple((level, token) for level, tokens in enumerate(_OPERATORS) for token in tokens)
_INTEGER: dict[str, Callable[[int, int], int]] = {
    "|": operator.or_,
    "^": operator.xor,
    "&": operator.and_,
    "<<": operator.lshift,
    ">>": operator.rshift,
    "%": operator.mod,
}
_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "abs": abs,
    "int": int,
    "double": float,
    "round": lambda value: int(value + (0.5 if value >= 0 else -0.5)),
    "max": max,
    "min": min,
    "pow": lambda base, power: float(base) ** power,
    "sqrt": lambda value: float(value) ** 0.5,
}
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[A-Za-z_]+")
BITS = 64
"""Shifts by more are refused, so that no number grows without end."""


def number_of(text: str) -> Number | None:
    """The number a text is, None if it is none."""
    stripped = text.strip()
    sign, digits = (stripped[:1], stripped[1:]) if stripped[:1] in "+-" else ("", stripped)
    if not _NUMBER.fullmatch(digits):
        return None
    value = int(digits, 16) if digits[:2].lower() == "0x" else None
    if value is None:
        value = int(digits) if digits.isdecimal() else None
    found: Number = float(digits) if value is None else value
    return -found if sign == "-" else found


def text_of(value: Operand) -> str:
    """A value as Tcl writes it."""
    return repr(value) if isinstance(value, float) else str(value)


def evaluate(source: str, substitute: Substitute) -> Operand:
    """The value of an expression; TclError if it has none."""
    return Expression(source, substitute).whole()


def is_true(value: Operand) -> bool:
    """Whether a value counts as true."""
    if isinstance(value, str):
        lowered = value.lower()
        if lowered in ("true", "yes", "on"):
            return True
        if lowered in ("false", "no", "off"):
            return False
        number = number_of(value)
        if number is None:
            raise TclError(f'expected boolean value but got "{value}"')
        value = number
    return value != 0


class Expression:
    """One expression being read."""

    def __init__(self, source: str, substitute: Substitute) -> None:
        self.reader = Reader(source)
        self.substitute = substitute

    def whole(self) -> Operand:
        """The value of all of it."""
        value = self.choice(True)
        self.blanks()
        if self.reader.next:
            raise self.error()
        return value

    def error(self) -> TclError:
        return TclError(f'syntax error in expression "{self.reader.source}"')

    def blanks(self) -> None:
        self.reader.skip(" \t\n\r")

    def takes(self, token: str) -> bool:
        """Go over an operator if it is next."""
        self.blanks()
        source, at = self.reader.source, self.reader.at
        if not source.startswith(token, at):
            return False
        following = source[at + len(token) : at + len(token) + 1]
        if token.isalpha() and following.isalnum():
            return False
        if token in ("|", "&", "<", ">") and following == token:
            return False
        if token in ("<", ">") and following == "=":
            return False
        self.reader.at += len(token)
        return True

    def choice(self, live: bool) -> Operand:
        """`a ? b : c`; `live`: whether what is read counts, or is only gone over."""
        value = self.binary(0, live)
        if not self.takes("?"):
            return value
        first = live and is_true(value)
        one = self.choice(first)
        if not self.takes(":"):
            raise self.error()
        other = self.choice(live and not first)
        return one if first else other

    def binary(self, least: int, live: bool) -> Operand:
        """Operators that bind at least so tightly, from left to right."""
        value = self.unary(live)
        while (found := self.operator(least)) is not None:
            level, token = found
            if token in ("||", "&&"):
                truth = live and is_true(value)
                other = self.binary(level + 1, live and truth == (token == "&&"))
                value = int(truth if truth == (token == "||") else live and is_true(other))
                continue
            other = self.binary(level + 1, live)
            value = apply(token, value, other) if live else 0
        return value

    def operator(self, least: int) -> tuple[int, str] | None:
        """The next operator with its level, taken if it binds tightly enough."""
        return next(((n, token) for n, token in _LEVELS if n >= least and self.takes(token)), None)

    def unary(self, live: bool) -> Operand:
        """A sign or `!` before an operand."""
        for sign in ("-", "+", "!", "~"):
            if self.takes(sign):
                value = self.unary(live)
                if not live:
                    return 0
                if sign == "!":
                    return int(not is_true(value))
                number = numeric(value)
                if sign == "~":
                    return ~integral(number)
                return -number if sign == "-" else number
        return self.operand(live)

    def operand(self, live: bool) -> Operand:
        """A number, a text, a variable, a command, a function or something in parentheses."""
        self.blanks()
        reader = self.reader
        if self.takes("("):
            value = self.choice(live)
            if not self.takes(")"):
                raise self.error()
            return value
        found = _NUMBER.match(reader.source, reader.at)
        if found is not None:
            reader.at = found.end()
            number = number_of(found[0])
            assert number is not None
            return number
        if reader.next in ("$", "[", '"', "{"):
            return self.substituted(live)
        name = _NAME.match(reader.source, reader.at)
        if name is None:
            raise self.error()
        reader.at = name.end()
        if name[0].lower() in ("true", "false", "yes", "no", "on", "off"):
            return name[0]
        return self.function(name[0], live)

    def substituted(self, live: bool) -> Operand:
        reader = self.reader
        word: Word
        match reader.next:
            case "$":
                variable = reader.variable()
                if variable is None:
                    raise self.error()
                word = (variable,)
            case "[":
                word = (Script(reader.bracketed()),)
            case "{":
                word = (Text(reader.braced()),)
            case _:
                reader.at += 1
                word = reader.parts('"')
                reader.at += 1
        if not live:
            return 0
        text = self.substitute(word)
        number = number_of(text)
        return text if number is None else number

    def function(self, name: str, live: bool) -> Operand:
        function = _FUNCTIONS.get(name)
        if function is None or not self.takes("("):
            raise self.error()
        arguments = [self.choice(live)]
        while self.takes(","):
            arguments.append(self.choice(live))
        if not self.takes(")"):
            raise self.error()
        if not live:
            return 0
        try:
            return function(*map(numeric, arguments))
        except (TypeError, ValueError, OverflowError):
            raise TclError("domain error: argument not in valid range") from None


def numeric(value: Operand) -> Number:
    """A value as a number."""
    if isinstance(value, str):
        raise TclError(f'can\'t use non-numeric string "{value}" as operand')
    return value


def integral(value: Number) -> int:
    """A number as an integer."""
    if isinstance(value, float):
        raise TclError("can't use floating-point value as operand")
    return value


def apply(token: str, one: Operand, other: Operand) -> Operand:
    """The value of one operator."""
    if token in ("eq", "ne"):
        return int((text_of(one) == text_of(other)) == (token == "eq"))
    if token in _COMPARE:
        if isinstance(one, str) or isinstance(other, str):
            return int(_COMPARE[token](text_of(one), text_of(other)))
        return int(_COMPARE[token](one, other))
    left, right = numeric(one), numeric(other)
    if token in ("/", "%") and right == 0:
        raise TclError("divide by zero")
    if token == "/":
        return left / right if isinstance(left + right, float) else left // right
    if token in _ARITHMETIC:
        value: Number = _ARITHMETIC[token](left, right)
        return value
    if token in ("<<", ">>") and not 0 <= integral(right) <= BITS:
        raise TclError("integer value too large to represent")
    return _INTEGER[token](integral(left), integral(right))
