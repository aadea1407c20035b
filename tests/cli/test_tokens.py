"""Each kind of value is defined twice: fast, and in pyparsing.  Both must agree."""

from __future__ import annotations

from random import Random
from typing import Any

import pyparsing as pp
import pytest

from iosemu.address import IPv4Address, IPv4Prefix, MacAddress
from iosemu.cli import interfaces
from iosemu.cli.sample import sample_value
from iosemu.cli.tokens import KINDS, Bad, kind_of

NAMES = ("<1-10>", "<-23-23>", "<0-4294967295>", "<100-199>", *(k for k in KINDS))
SAMPLES = 10_000 // len(NAMES) + 1
SPOILERS = "0123456789.:/abcfghxzEeFSLGPT-+ \u00a0%"


def spoiled(text: str, random: Random) -> str:
    """The text, often with a character changed, lost, doubled or added."""
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        at = random.randrange(len(text) + 1)
        kind = random.randrange(3)
        if kind == 0:
            text = text[:at] + random.choice(SPOILERS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + 1 :]
        else:
            text = text[:at] + random.choice(SPOILERS) + text[at + 1 :]
    return text


def slow(element: pp.ParserElement, text: str) -> Any:
    try:
        (value,) = element.parse_string(text, parse_all=True)
    except pp.ParseException:
        return None
    return value


@pytest.mark.parametrize("name", NAMES)
def test_the_fast_reader_agrees_with_pyparsing(name: str) -> None:
    kind = kind_of(name)
    assert kind is not None
    element = kind.element().leave_whitespace()
    random = Random(name)
    taken = 0
    for _ in range(SAMPLES):
        text = spoiled(sample_value(name, random), random)
        if not text or (name != "LINE" and text.split() != [text]) or text != text.strip():
            continue
        value, other = kind.read(text), slow(element, text)
        if isinstance(value, Bad):
            assert other is None, text
            assert 0 <= value.offset <= len(text), text
        else:
            taken += 1
            assert value == other, text
            assert type(value) is type(other), text
            assert kind.read(kind.show(value)) == value, text
    assert taken > SAMPLES // 5


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("<1-10>", "010", 10),
        ("A.B.C.D", "10.0.0.1", IPv4Address.parse("10.0.0.1")),
        ("A.B.C.D/nn", "10.1.2.3/8", IPv4Prefix.parse("10.0.0.0/8")),
        ("H.H.H", "aabb.cc00.0100", MacAddress(0xAABBCC000100)),
        ("hh:mm:ss", "13:05:09", 13 * 3600 + 5 * 60 + 9),
        ("ASN:nn", "65000:1", "65000:1"),
        ("INTERFACE", "gi0/1.7", "GigabitEthernet0/1.7"),
    ],
)
def test_values(kind: str, text: str, value: object) -> None:
    found = kind_of(kind)
    assert found is not None
    assert found.read(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "offset"),
    [
        ("<1-10>", "11", 0),
        ("<1-10>", "1x", 1),
        ("A.B.C.D", "10.0.300.1", 5),
        ("A.B.C.D", "10.0.0", 6),
        ("A.B.C.D", "10.0.0.1.2", 8),
        ("A.B.C.D", "10.O.0.1", 3),
        ("A.B.C.D/nn", "10.0.0.0/33", 9),
        ("H.H.H", "aabb.cc00.g", 10),
        ("INTERFACE", "ethernut0/0", 6),
        ("INTERFACE", "e0/x", 2),
    ],
)
def test_the_first_bad_character(kind: str, text: str, offset: int) -> None:
    found = kind_of(kind)
    assert found is not None
    bad = found.read(text)
    assert isinstance(bad, Bad)
    assert bad.offset == offset


def test_interface_names() -> None:
    assert interfaces.canonical("e0/0") == "Ethernet0/0"
    assert interfaces.short("Ethernet0/0") == "Et0/0"
    assert interfaces.short("GigabitEthernet1.124") == "Gi1.124"
    assert interfaces.canonical("t0") is None
    assert interfaces.canonical("lo0.1") is None
    assert interfaces.parent("Ethernet0/0.10") == "Ethernet0/0"
    assert interfaces.parent("Ethernet0/0") is None
    names = ["Vlan1", "Ethernet0/10", "Serial1/0", "Loopback10", "Ethernet0/2", "Loopback9"]
    assert sorted(names, key=interfaces.sort_key) == [
        "Loopback9",
        "Loopback10",
        "Ethernet0/2",
        "Ethernet0/10",
        "Serial1/0",
        "Vlan1",
    ]
