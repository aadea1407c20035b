"""What the hardware of an interface is called in shows; its numbers are the stack's `KINDS`."""

from __future__ import annotations

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Hardware:
    """One family of interfaces.  `output_queue`: packets."""

    family: str
    name: str
    encapsulation: str = "ARPA"
    output_queue: int = 40


FAMILIES = (
    Hardware("Ethernet", "AmdP2"),
    Hardware("FastEthernet", "DEC21140"),
    Hardware("GigabitEthernet", "iGbE"),
    Hardware("TenGigabitEthernet", "ixgbe"),
    Hardware("Serial", "M4T", "HDLC"),
    Hardware("Loopback", "Loopback", "LOOPBACK", 0),
    Hardware("Null", "Unknown", "ARPA", 0),
)
_BY_FAMILY = {hardware.family: hardware for hardware in FAMILIES}


def family_of(name: str) -> str:
    """The letters of a canonical name: "Ethernet0/0.12" -> "Ethernet"."""
    return name.rstrip("0123456789/.:")


def hardware_of(name: str) -> Hardware:
    """The hardware of a canonical name; KeyError for a family that does not exist."""
    return _BY_FAMILY[family_of(name)]


def sort_key(name: str) -> tuple[str, tuple[int, ...]]:
    """The order of interfaces in shows: family by name, then numbers as numbers."""
    family = family_of(name)
    numbers = name[len(family) :].replace(".", "/").replace(":", "/")
    return family, tuple(int(n) for n in numbers.split("/") if n)
