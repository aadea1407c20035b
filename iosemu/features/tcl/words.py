"""Commands on lists and texts."""

from __future__ import annotations

import re
from typing import Any

from .control import integer
from .expr import number_of
from .interpreter import Interpreter, command
from .parse import TclError, elements, listed
from .patterns import compiled, glob


def position(text: str, length: int) -> int:
    """An index as `3`, `end` or `end-1`."""
    if text == "end":
        return length - 1
    if text.startswith("end-"):
        return length - 1 - integer(text[4:])
    return integer(text)


# -- lists ----


@command("list")
def list_(i: Interpreter, words: list[str]) -> str:
    return listed(words)


@command("concat")
def concat(i: Interpreter, words: list[str]) -> str:
    return " ".join(word.strip() for word in words if word.strip())


@command("llength", 1, 1)
def llength(i: Interpreter, words: list[str]) -> str:
    return str(len(elements(words[0])))


@command("lindex", 2, 2)
def lindex(i: Interpreter, words: list[str]) -> str:
    items = elements(words[0])
    at = position(words[1], len(items))
    return items[at] if 0 <= at < len(items) else ""


@command("lrange", 3, 3)
def lrange(i: Interpreter, words: list[str]) -> str:
    items = elements(words[0])
    first, last = (position(word, len(items)) for word in words[1:])
    return listed(items[max(first, 0) : max(last + 1, 0)])


@command("lappend", 1)
def lappend(i: Interpreter, words: list[str]) -> str:
    held = elements(i.get(words[0])) if i.has(words[0]) else []
    return i.set(words[0], listed([*held, *words[1:]]))


@command("linsert", 2)
def linsert(i: Interpreter, words: list[str]) -> str:
    items = elements(words[0])
    at = len(items) if words[1] == "end" else position(words[1], len(items))
    at = max(at, 0)
    return listed([*items[:at], *words[2:], *items[at:]])


@command("lreplace", 3)
def lreplace(i: Interpreter, words: list[str]) -> str:
    items = elements(words[0])
    first, last = (position(word, len(items)) for word in words[1:3])
    first = max(first, 0)
    return listed([*items[:first], *words[3:], *items[max(last + 1, first) :]])


@command("lsearch", 2, 3)
def lsearch(i: Interpreter, words: list[str]) -> str:
    *options, text, pattern = words
    for at, item in enumerate(elements(text)):
        if item == pattern or (options != ["-exact"] and glob(pattern, item)):
            return str(at)
    return "-1"


@command("lsort", 1)
def lsort(i: Interpreter, words: list[str]) -> str:
    *options, text = words
    items = elements(text)

    def key(item: str) -> Any:
        return integer(item) if "-integer" in options else item

    ordered = sorted(items, key=key, reverse="-decreasing" in options)
    return listed(dict.fromkeys(ordered) if "-unique" in options else ordered)


@command("split", 1, 2)
def split(i: Interpreter, words: list[str]) -> str:
    text, separators = words[0], words[1] if len(words) == 2 else " \t\n"
    if not separators:
        return listed(text)
    items = [""]
    for character in text:
        if character in separators:
            items.append("")
        else:
            items[-1] += character
    return listed(items) if text else ""


@command("join", 1, 2)
def join(i: Interpreter, words: list[str]) -> str:
    return (words[1] if len(words) == 2 else " ").join(elements(words[0]))


# -- texts ----


@command("string", 2)
def string(i: Interpreter, words: list[str]) -> str:
    match words:
        case ["length", text]:
            return str(len(text))
        case ["index", text, at]:
            number = position(at, len(text))
            return text[number] if 0 <= number < len(text) else ""
        case ["range", text, first, last]:
            start, end = position(first, len(text)), position(last, len(text))
            return text[max(start, 0) : max(end + 1, 0)]
        case ["tolower", text]:
            return text.lower()
        case ["toupper", text]:
            return text.upper()
        case ["trim" | "trimleft" | "trimright" as side, text, *rest]:
            removed = rest[0] if rest else " \t\n\r"
            text = text if side == "trimright" else text.lstrip(removed)
            return text if side == "trimleft" else text.rstrip(removed)
        case ["first", needle, text]:
            return str(text.find(needle))
        case ["last", needle, text]:
            return str(text.rfind(needle))
        case ["match", pattern, text]:
            return str(int(glob(pattern, text)))
        case ["equal", one, other]:
            return str(int(one == other))
        case ["compare", one, other]:
            return str((one > other) - (one < other))
        case ["repeat", text, count]:
            times = integer(count)
            if times * len(text) > 1_000_000:
                raise TclError("string is too long")
            return text * times
        case ["map", pairs, text]:
            return mapped(elements(pairs), text)
        case ["is", "integer" | "digit", text]:
            return str(int(isinstance(number_of(text), int)))
        case _:
            raise TclError(f'bad option "{words[0]}" of string, or wrong # args')


def mapped(pairs: list[str], text: str) -> str:
    """Every key replaced by its value, the first key that fits at each place."""
    if len(pairs) % 2:
        raise TclError("char map list unbalanced")
    table = dict(zip(pairs[::2], pairs[1::2], strict=True))
    if not table:
        return text
    pattern = "|".join(map(re.escape, table))
    return re.sub(pattern, lambda found: table[found[0]], text)


@command("format", 1)
def format_(i: Interpreter, words: list[str]) -> str:
    """`format %-10s%d ...`."""
    values = list(words[1:])

    def shown(found: re.Match[str]) -> str:
        flags, kind = found[1], found[2]
        if kind == "%":
            return "%"
        if not values:
            raise TclError("not enough arguments for all format specifiers")
        value = values.pop(0)
        try:
            if kind in "dxXoc":
                number = integer(value)
                return f"%{flags}{kind}" % number
            if kind in "feg":
                return f"%{flags}{kind}" % float(value)
            return f"%{flags}s" % value
        except (ValueError, OverflowError):
            raise TclError(f'cannot format "{value}"') from None

    return re.sub(r"%([-+ 0#]*\d{0,3}(?:\.\d{1,2})?)([dxXocfegs%])", shown, words[0])


@command("regexp", 2)
def regexp(i: Interpreter, words: list[str]) -> str:
    flags = 0
    while words[0].startswith("-"):
        option, words = words[0], words[1:]
        flags |= re.IGNORECASE if option == "-nocase" else 0
        if option == "--":
            break
    pattern, text, *names = words
    found = compiled(pattern, flags).search(text)
    if found is None:
        return "0"
    groups = [found[0], *(group or "" for group in found.groups())]
    for at, name in enumerate(names):
        i.set(name, groups[at] if at < len(groups) else "")
    return "1"


@command("regsub", 3)
def regsub(i: Interpreter, words: list[str]) -> str:
    count, flags = 1, 0
    while words[0].startswith("-"):
        option, words = words[0], words[1:]
        count = 0 if option == "-all" else count
        flags |= re.IGNORECASE if option == "-nocase" else 0
    if len(words) < 3:
        raise TclError('wrong # args: should be "regsub ?switches? exp string subSpec ?varName?"')
    pattern, text, replacement, *names = words

    def filled(found: re.Match[str]) -> str:
        def one(part: re.Match[str]) -> str:
            if part[0] == "&":
                return found[0]
            number = int(part[1])
            return (found[number] or "") if number <= (found.re.groups) else ""

        return re.sub(r"&|\\(\d)", one, replacement)

    new, changed = compiled(pattern, flags).subn(filled, text, count)
    if not names:
        return new
    i.set(names[0], new)
    return str(changed)
