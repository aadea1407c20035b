"""Router models: which ports a router has, and their burned-in addresses."""

from __future__ import annotations

from collections.abc import Iterable

from iosemu.address import MacAddress
from iosemu.features.interface.hardware import FAMILIES, family_of, sort_key

PORTS_PER_SLOT = {
    "iol": {"Ethernet": 4, "Serial": 4},
    "iosv": {"GigabitEthernet": 4},
    "c7200": {"FastEthernet": 2, "Ethernet": 4, "GigabitEthernet": 1, "Serial": 8},
    "csr1000v": {"GigabitEthernet": 1},
}
"""Ports that come together when one of a slot is named; a family not listed comes one by one."""

ATTACHABLE = tuple(f.family for f in FAMILIES if f.family not in ("Loopback", "Null"))
"""Families that a cable fits."""


SERIAL = "Serial"


def canonical_port(text: str) -> str | None:
    """The full name of a port as typed in a lab file: "e0/1", "Gi2", "Ethernet 0/1".

    None if it is no port a cable fits: an unknown or ambiguous family, no number, a subinterface.
    """
    text = text.replace(" ", "")
    letters = text.rstrip("0123456789/")
    number = text[len(letters) :]
    parts = number.split("/")
    if not letters or not 1 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts):
        return None
    families = [f for f in ATTACHABLE if f.lower().startswith(letters.lower())]
    if len(families) != 1:
        return None
    return families[0] + "/".join(str(int(part)) for part in parts)


def ports_of(hardware: str, named: Iterable[str]) -> tuple[str, ...]:
    """All ports of a router in which these are named: whole slots, in order."""
    ports: dict[str, None] = {}
    for name in named:
        family = family_of(name)
        slot, slash, _ = name[len(family) :].rpartition("/")
        together = PORTS_PER_SLOT[hardware].get(family, 1) if slash else 1
        port = int(name.rpartition("/")[2]) if slash else 0
        first = port - port % together
        same = [f"{family}{slot}/{n}" for n in range(first, first + together)]
        ports.update(dict.fromkeys(same if together > 1 else [name]))
    return tuple(sorted(ports, key=sort_key))


def burned_in_address(number: int, name: str) -> MacAddress:
    """The address of a port of the lab's n-th router, 1..4095, built as on IOL.

    The last octet is port and slot, a digit each: router 1 has aabb.cc00.0100 on Ethernet0/0 and
    aabb.cc00.0110 on Ethernet0/1.  The families other than Ethernet differ in the fourth octet.
    """
    family = family_of(name)
    digits = [int(part) for part in name[len(family) :].split("/")]
    port, slot = digits[-1], digits[-2] if len(digits) > 1 else 0
    kind = ATTACHABLE.index(family)
    return MacAddress(
        0xAABBCC << 24 | kind << 20 | (number & 0xFFF) << 8 | (port & 15) << 4 | slot & 15
    )
