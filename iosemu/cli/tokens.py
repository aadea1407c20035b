"""Kinds of typed values: reading one word, printing a value, and the same kind in pyparsing.

`Kind.read` is what the matcher uses: it gives the value, or `Bad` with the offset of the first bad
character.  `Kind.element()` is the definition in pyparsing; a test holds that both agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from iosemu.address import (
    IPv4Address,
    IPv4Prefix,
    IPv6Address,
    IPv6Interface,
    IPv6Prefix,
    MacAddress,
)
from iosemu.values import dataclass

from . import interfaces

if TYPE_CHECKING:
    import pyparsing


class Bad:
    """A word is not of this kind; `offset` is its first bad character."""

    __slots__ = ("offset",)

    def __init__(self, offset: int) -> None:
        self.offset = offset

    def __repr__(self) -> str:
        return f"Bad({self.offset})"


# Precedence of what a word may mean; smaller wins.
EXACT, ABBREVIATED, TYPED, ANY_WORD, REST = range(5)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.  `python` is the class of its values, `rank` its precedence."""

    name: str
    rank: int
    python: type
    read: Callable[[str], Any]
    show: Callable[[Any], str] = str
    build: Callable[[], pyparsing.ParserElement] | None = None

    def element(self) -> pyparsing.ParserElement:
        """The kind as a pyparsing element whose one token is the value."""
        assert self.build is not None
        return self.build()


# -- numbers ----


@cache
def _range(low: int, high: int) -> Kind:
    top = len(str(high))

    def read(text: str) -> Any:
        if low < 0 and text[:1] == "-" and len(text) > 1:
            below = _range(0, -low).read(text[1:])
            return Bad(below.offset and below.offset + 1) if isinstance(below, Bad) else -below
        if not (text.isdecimal() and text.isascii()):
            for offset, character in enumerate(text):
                if character not in "0123456789":
                    return Bad(offset)
            return Bad(0)
        if len(text) > top and len(text.lstrip("0")) > top:
            return Bad(0)
        value = int(text)
        return value if low <= value <= high else Bad(0)

    def build() -> pyparsing.ParserElement:
        import pyparsing as pp

        number = pp.Regex(r"-?[0-9]+" if low < 0 else r"[0-9]+").leave_whitespace()
        number.set_parse_action(lambda t: int(t[0]))
        return number.add_condition(lambda t: low <= t[0] <= high)

    return Kind(f"<{low}-{high}>", TYPED, int, read, str, build)


def _read_asdot(text: str) -> Any:
    """`1.10`: two halves of an autonomous system number."""
    high, dot, low = text.partition(".")
    upper = _range(1, 65535).read(high)
    if isinstance(upper, Bad):
        return upper
    if not dot:
        return Bad(len(text))
    lower = _range(0, 65535).read(low)
    return Bad(len(high) + 1 + lower.offset) if isinstance(lower, Bad) else upper << 16 | lower


def _show_asdot(value: int) -> str:
    return f"{value >> 16}.{value & 0xFFFF}"


def _build_asdot() -> pyparsing.ParserElement:
    import pyparsing as pp

    dot = pp.Suppress(pp.Literal(".").leave_whitespace())
    number = _range(1, 65535).element() + dot + _range(0, 65535).element()
    return number.set_parse_action(lambda t: t[0] << 16 | t[1])


# -- addresses ----

_DIGITS_AND_DOTS = re.compile(r"[0-9.]*", re.ASCII)


def _bad_ipv4(text: str) -> Bad:
    """Where a dotted address goes wrong."""
    start = 0
    parts = text.split(".")
    for index, part in enumerate(parts):
        if index > 3:
            return Bad(start - 1)
        for offset, character in enumerate(part):
            if character not in "0123456789":
                return Bad(start + offset)
        if len(part) > 3 or (part and int(part) > 255):
            return Bad(start)
        if not part:
            return Bad(start)
        start += len(part) + 1
    return Bad(len(text))


@lru_cache(maxsize=1 << 15)
def _read_ipv4(text: str) -> Any:
    try:
        return IPv4Address.parse(text)
    except ValueError:
        return _bad_ipv4(text)


@lru_cache(maxsize=1 << 14)
def _read_prefix(text: str) -> Any:
    address, slash, length = text.partition("/")
    network = _read_ipv4(address)
    if isinstance(network, Bad):
        return network
    if not slash:
        return Bad(len(text))
    bits = _range(0, 32).read(length)
    if isinstance(bits, Bad):
        return Bad(len(address) + 1 + bits.offset)
    return IPv4Prefix.of(network, bits)


def _build_ipv4() -> pyparsing.ParserElement:
    import pyparsing as pp

    octet = pp.Regex(r"[0-9]{1,3}").leave_whitespace()
    octet.set_parse_action(lambda t: int(t[0])).add_condition(lambda t: t[0] <= 255)
    dot = pp.Suppress(pp.Literal(".").leave_whitespace())
    address = octet + dot + octet + dot + octet + dot + octet
    return address.set_parse_action(
        lambda t: IPv4Address(t[0] << 24 | t[1] << 16 | t[2] << 8 | t[3])
    )


def _build_prefix() -> pyparsing.ParserElement:
    import pyparsing as pp

    slash = pp.Suppress(pp.Literal("/").leave_whitespace())
    prefix = _build_ipv4() + slash + _range(0, 32).element()
    # A named tuple would be taken for several tokens, hence the list around it.
    return prefix.set_parse_action(lambda t: [IPv4Prefix.of(t[0], t[1])])


_NOT_IPV6 = re.compile(r"[^0-9A-Fa-f:.]")


def _read_ipv6(text: str) -> Any:
    try:
        return IPv6Address.parse(text)
    except ValueError:
        found = _NOT_IPV6.search(text)
        return Bad(found.start() if found else len(text))


def _read_ipv6_prefix(text: str) -> Any:
    address, slash, length = text.partition("/")
    host = _read_ipv6(address)
    if isinstance(host, Bad):
        return host
    if not slash:
        return Bad(len(text))
    bits = _range(0, 128).read(length)
    if isinstance(bits, Bad):
        return Bad(len(address) + 1 + bits.offset)
    return IPv6Prefix.of(host, bits)


def _read_ipv6_interface(text: str) -> Any:
    prefix = _read_ipv6_prefix(text)
    return prefix if isinstance(prefix, Bad) else IPv6Interface.parse(text)


def _build_ipv6() -> pyparsing.ParserElement:
    import pyparsing as pp

    text = pp.Regex(r"[0-9A-Fa-f:.]+").leave_whitespace()

    def convert(tokens: Any) -> IPv6Address:
        try:
            return IPv6Address.parse(tokens[0])
        except ValueError as error:
            raise pp.ParseException(str(error)) from None

    return text.set_parse_action(convert)


def _build_ipv6_prefix() -> pyparsing.ParserElement:
    import pyparsing as pp

    slash = pp.Suppress(pp.Literal("/").leave_whitespace())
    prefix = _build_ipv6() + slash + _range(0, 128).element()
    # A named tuple would be taken for several tokens, hence the list around it.
    return prefix.set_parse_action(lambda t: [IPv6Prefix.of(t[0], t[1])])


def _build_ipv6_interface() -> pyparsing.ParserElement:
    import pyparsing as pp

    slash = pp.Suppress(pp.Literal("/").leave_whitespace())
    both = _build_ipv6() + slash + _range(0, 128).element()
    return both.set_parse_action(lambda t: [IPv6Interface(t[0], t[1])])


_MAC = re.compile(r"[0-9A-Fa-f]{1,4}\.[0-9A-Fa-f]{1,4}\.[0-9A-Fa-f]{1,4}")


def _read_mac(text: str) -> Any:
    if _MAC.fullmatch(text):
        return MacAddress.parse(text)
    for offset, character in enumerate(text):
        if character not in "0123456789abcdefABCDEF.":
            return Bad(offset)
    return Bad(len(text))


def _build_mac() -> pyparsing.ParserElement:
    import pyparsing as pp

    part = pp.Regex(r"[0-9A-Fa-f]{1,4}").leave_whitespace()
    dot = pp.Suppress(pp.Literal(".").leave_whitespace())
    mac = part + dot + part + dot + part
    return mac.set_parse_action(
        lambda t: MacAddress(int(t[0], 16) << 32 | int(t[1], 16) << 16 | int(t[2], 16))
    )


# -- other words ----

_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5]?[0-9]):([0-5]?[0-9])", re.ASCII)


def _read_time(text: str) -> Any:
    found = _TIME.fullmatch(text)
    if found is None:
        bad = re.match(r"[0-9:]*", text)
        assert bad is not None
        return Bad(bad.end() if bad.end() < len(text) else 0)
    hours, minutes, seconds = (int(g) for g in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _show_time(value: int) -> str:
    return f"{value // 3600:02}:{value // 60 % 60:02}:{value % 60:02}"


def _build_time() -> pyparsing.ParserElement:
    import pyparsing as pp

    def part(limit: int) -> pp.ParserElement:
        number = pp.Regex(r"[0-9]{1,2}").leave_whitespace()
        number.set_parse_action(lambda t: int(t[0]))
        return number.add_condition(lambda t: t[0] <= limit)

    colon = pp.Suppress(pp.Literal(":").leave_whitespace())
    time = part(23) + colon + part(59) + colon + part(59)
    return time.set_parse_action(lambda t: t[0] * 3600 + t[1] * 60 + t[2])


_MINUTES = re.compile(r"([01]?[0-9]|2[0-3]):([0-5]?[0-9])", re.ASCII)


def _read_minutes(text: str) -> Any:
    found = _MINUTES.fullmatch(text)
    if found is None:
        bad = re.match(r"[0-9:]*", text)
        assert bad is not None
        return Bad(bad.end() if bad.end() < len(text) else 0)
    return int(found[1]) * 60 + int(found[2])


def _show_minutes(value: int) -> str:
    return f"{value // 60}:{value % 60:02}"


def _build_minutes() -> pyparsing.ParserElement:
    import pyparsing as pp

    def part(limit: int) -> pp.ParserElement:
        number = pp.Regex(r"[0-9]{1,2}").leave_whitespace()
        number.set_parse_action(lambda t: int(t[0]))
        return number.add_condition(lambda t: t[0] <= limit)

    time = part(23) + pp.Suppress(pp.Literal(":").leave_whitespace()) + part(59)
    return time.set_parse_action(lambda t: t[0] * 60 + t[1])


def _read_community(text: str) -> Any:
    left, colon, right = text.partition(":")
    if not colon:
        return Bad(len(text))
    first = _range(0, 4294967295).read(left)
    if isinstance(first, Bad):
        dotted = _read_ipv4(left)
        if isinstance(dotted, Bad):
            return Bad(max(first.offset, dotted.offset))
    second = _range(0, 4294967295).read(right)
    if isinstance(second, Bad):
        return Bad(len(left) + 1 + second.offset)
    return f"{left if isinstance(first, Bad) else first}:{second}"


def _build_community() -> pyparsing.ParserElement:
    import pyparsing as pp

    colon = pp.Suppress(pp.Literal(":").leave_whitespace())
    number = _range(0, 4294967295).element()
    pair = (_build_ipv4() | number) + colon + number
    return pair.set_parse_action(lambda t: f"{t[0]}:{t[1]}")


def _build_word() -> pyparsing.ParserElement:
    import pyparsing as pp

    return pp.Regex(r"\S+").leave_whitespace()


def _build_line() -> pyparsing.ParserElement:
    import pyparsing as pp

    return pp.Regex(r".+").leave_whitespace()


def _read_interface(text: str) -> Any:
    if not text[0].isalpha():
        return Bad(0)
    name = interfaces.canonical(text)
    if name is not None:
        return name
    letters = re.match(r"[A-Za-z-]*", text)
    assert letters is not None
    word = letters[0]
    lower = word.lower()
    known = max(
        (_common(t.name.lower(), lower) for t in interfaces.TYPES),
        default=0,
    )
    kind = interfaces.type_of(word) if word else None
    if known < len(word) or kind is None:
        return Bad(known)
    bad = interfaces.bad_number(kind, text[len(word) :])
    return Bad(len(word) + (bad or 0))


def _common(one: str, other: str) -> int:
    """Length of the common beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _build_interface() -> pyparsing.ParserElement:
    import pyparsing as pp

    def one(kind: interfaces.InterfaceType) -> pp.ParserElement:
        letters = pp.Regex(r"[A-Za-z-]+").leave_whitespace()
        letters.add_condition(lambda t: interfaces.type_of(t[0]) is kind)
        first = pp.Regex(r"[0-9]+").leave_whitespace()
        first.set_parse_action(lambda t: str(int(t[0])))
        first.add_condition(lambda t: int(t[0]) <= kind.limit)
        number = pp.Regex(r"[0-9]+").leave_whitespace().set_parse_action(lambda t: str(int(t[0])))
        shape = first
        for _ in range(kind.parts[1] - 1):
            shape = shape + pp.Opt(pp.Literal("/").leave_whitespace() + number)
        if kind.subinterfaces:
            shape = shape + pp.Opt(pp.Literal(".").leave_whitespace() + number)
        return (letters + shape).set_parse_action(lambda t: kind.name + "".join(t[1:]))

    return pp.MatchFirst([one(kind) for kind in interfaces.TYPES])


@cache
def interface_number(type_name: str) -> Kind:
    """The number alone, typed as its own word after the type of an interface."""
    kind = interfaces.BY_NAME[type_name]

    def read(text: str) -> Any:
        bad = interfaces.bad_number(kind, text)
        return interfaces.plain_number(text) if bad is None else Bad(bad)

    return Kind(kind.number_help, TYPED, str, read)


def _same(text: str) -> str:
    return text


KINDS: dict[str, Kind] = {
    k.name: k
    for k in (
        Kind("A.B.C.D", TYPED, IPv4Address, _read_ipv4, str, _build_ipv4),
        Kind("A.B.C.D/nn", TYPED, IPv4Prefix, _read_prefix, str, _build_prefix),
        Kind("X:X:X:X::X", TYPED, IPv6Address, _read_ipv6, str, _build_ipv6),
        Kind("X:X:X:X::X/nn", TYPED, IPv6Prefix, _read_ipv6_prefix, str, _build_ipv6_prefix),
        Kind(
            "X:X:X:X::X/host",
            TYPED,
            IPv6Interface,
            _read_ipv6_interface,
            str,
            _build_ipv6_interface,
        ),
        Kind("H.H.H", TYPED, MacAddress, _read_mac, str, _build_mac),
        Kind("hh:mm:ss", TYPED, int, _read_time, _show_time, _build_time),
        Kind("hh:mm", TYPED, int, _read_minutes, _show_minutes, _build_minutes),
        Kind("ASN:nn", TYPED, str, _read_community, str, _build_community),
        Kind("<1.0-XX.YY>", TYPED, int, _read_asdot, _show_asdot, _build_asdot),
        Kind("INTERFACE", TYPED, str, _read_interface, str, _build_interface),
        Kind("WORD", ANY_WORD, str, _same, str, _build_word),
        Kind("LINE", REST, str, _same, str, _build_line),
    )
}


@cache
def kind_of(name: str) -> Kind | None:
    """The kind of this spelling in the notation, None if there is no such kind."""
    found = re.fullmatch(r"<(-?\d+)-(\d+)>", name)
    if found is not None:
        return _range(int(found[1]), int(found[2]))
    return KINDS.get(name)
