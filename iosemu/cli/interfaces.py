"""Interface names: one table of types, and the canonical, short and sorted forms of a name.

A leaf: every package may use it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from iosemu.values import dataclass

_NUMBER = re.compile(r"\d+(?:/\d+)*(?:\.\d+)?", re.ASCII)
_NAME = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d[\d/.]*)$", re.ASCII)


@dataclass(frozen=True, slots=True)
class InterfaceType:
    """A kind of interface.

    `parts`: how many numbers separated by "/" a name may have (fewest, most).  `limit`: the
    greatest first number.  `creatable`: configuration alone makes one.
    """

    name: str
    short: str
    help: str
    parts: tuple[int, int]
    limit: int
    creatable: bool = False
    subinterfaces: bool = False

    @property
    def number_help(self) -> str:
        """What `?` shows for the number, as `<0-15>`."""
        return f"<0-{self.limit}>"


TYPES: tuple[InterfaceType, ...] = (
    InterfaceType("Ethernet", "Et", "IEEE 802.3", (1, 3), 15, subinterfaces=True),
    InterfaceType("FastEthernet", "Fa", "FastEthernet IEEE 802.3", (1, 3), 15, subinterfaces=True),
    InterfaceType(
        "GigabitEthernet", "Gi", "GigabitEthernet IEEE 802.3z", (1, 3), 99, subinterfaces=True
    ),
    InterfaceType(
        "TenGigabitEthernet", "Te", "Ten Gigabit Ethernet", (1, 3), 99, subinterfaces=True
    ),
    InterfaceType("Serial", "Se", "Serial", (1, 3), 99, subinterfaces=True),
    InterfaceType("Loopback", "Lo", "Loopback interface", (1, 1), 2147483647, creatable=True),
    InterfaceType("Null", "Nu", "Null interface", (1, 1), 0),
    InterfaceType("Tunnel", "Tu", "Tunnel interface", (1, 1), 2147483647, creatable=True),
    InterfaceType("Vlan", "Vl", "Catalyst Vlans", (1, 1), 4094, creatable=True),
    InterfaceType(
        "Port-channel",
        "Po",
        "Ethernet Channel of interfaces",
        (1, 1),
        512,
        creatable=True,
        subinterfaces=True,
    ),
)

BY_NAME: dict[str, InterfaceType] = {t.name: t for t in TYPES}
_BY_LOWER: dict[str, InterfaceType] = {t.name.lower(): t for t in TYPES}
# The order of interfaces in a running configuration: logical ones first.
_RANK = {
    name: rank
    for rank, name in enumerate(
        (
            "Loopback",
            "Tunnel",
            "Port-channel",
            "Ethernet",
            "FastEthernet",
            "GigabitEthernet",
            "TenGigabitEthernet",
            "Serial",
            "Vlan",
            "Null",
        )
    )
}


def type_of(word: str) -> InterfaceType | None:
    """The type an abbreviation means ("e", "gi"); None if no type or more than one."""
    lower = word.lower()
    exact = _BY_LOWER.get(lower)
    if exact is not None:
        return exact
    found = [t for name, t in _BY_LOWER.items() if name.startswith(lower)]
    return found[0] if len(found) == 1 else None


def bad_number(kind: InterfaceType, text: str) -> int | None:
    """The offset of the first bad character of an interface number, None if it is good."""
    found = _NUMBER.match(text)
    if found is None:
        return 0
    if found.end() != len(text):
        return found.end()
    slots, dot, _sub = text.partition(".")
    if dot and not kind.subinterfaces:
        return len(slots)
    numbers = slots.split("/")
    if len(numbers) > kind.parts[1]:
        return len("/".join(numbers[: kind.parts[1]]))
    return 0 if int(numbers[0]) > kind.limit else None


@lru_cache(maxsize=4096)
def canonical(text: str) -> str | None:
    """The full name of "e0/0", "Ethernet 0/0" or "Ethernet0/0"; None if it is no interface name."""
    found = _NAME.match(text)
    if found is None:
        return None
    kind = type_of(found[1])
    if kind is None or bad_number(kind, found[2]) is not None:
        return None
    return kind.name + plain_number(found[2])


def plain_number(number: str) -> str:
    """The number without leading zeros."""
    return re.sub(r"\d+", lambda m: str(int(m[0])), number)


def split(name: str) -> tuple[InterfaceType, str]:
    """The type and the number text of a canonical name; KeyError for any other text."""
    kind = name.rstrip("0123456789/.")
    return BY_NAME[kind], name[len(kind) :]


@lru_cache(maxsize=4096)
def short(name: str) -> str:
    """The short form of a canonical name: "Et0/0"; a name of no known type stays as it is."""
    try:
        kind, number = split(name)
    except KeyError:
        return name
    return kind.short + number


@lru_cache(maxsize=4096)
def sort_key(name: str) -> tuple[int, str, tuple[int, ...]]:
    """Orders interface names as a running configuration does."""
    kind = name.rstrip("0123456789/.")
    numbers = tuple(int(n) for n in re.findall(r"\d+", name[len(kind) :]))
    return (_RANK.get(kind, len(_RANK)), kind, numbers)


def parent(name: str) -> str | None:
    """The interface a subinterface belongs to; None for a main interface."""
    main, dot, _ = name.partition(".")
    return main if dot else None
