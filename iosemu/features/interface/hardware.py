"""What the hardware of an interface gives it: defaults and the words of `show interfaces`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hardware:
    """One family of interfaces; `short` is the prefix IOS prints in narrow columns."""

    family: str
    short: str
    name: str
    mtu_bytes: int
    bandwidth_kbps: int
    delay_us: int
    encapsulation: str = "ARPA"
    output_queue: int = 40

    @property
    def is_ethernet(self) -> bool:
        return self.encapsulation == "ARPA"


FAMILIES = (
    Hardware("Ethernet", "Et", "AmdP2", 1500, 10_000, 1000),
    Hardware("FastEthernet", "Fa", "DEC21140", 1500, 100_000, 100),
    Hardware("GigabitEthernet", "Gi", "iGbE", 1500, 1_000_000, 10),
    Hardware("TenGigabitEthernet", "Te", "ixgbe", 1500, 10_000_000, 10),
    Hardware("Loopback", "Lo", "Loopback", 1514, 8_000_000, 5000, "LOOPBACK", 0),
    Hardware("Null", "Nu", "Unknown", 1500, 10_000_000, 0, "ARPA", 0),
)
_BY_FAMILY = {hardware.family: hardware for hardware in FAMILIES}


def family_of(name: str) -> str:
    """The letters of a canonical name: "Ethernet0/0.12" -> "Ethernet"."""
    return name.rstrip("0123456789/.:")


def hardware_of(name: str) -> Hardware:
    """The hardware of a canonical name; KeyError for a family that does not exist."""
    return _BY_FAMILY[family_of(name)]


def short_name(name: str) -> str:
    """ "Ethernet0/0" -> "Et0/0"."""
    family = family_of(name)
    return _BY_FAMILY[family].short + name[len(family) :]


def main_interface(name: str) -> str | None:
    """The interface a subinterface belongs to; None for any other."""
    main, dot, _ = name.partition(".")
    return main if dot else None


def sort_key(name: str) -> tuple[str, tuple[int, ...]]:
    """The order of interfaces in shows: family by name, then numbers as numbers."""
    family = family_of(name)
    numbers = name[len(family) :].replace(".", "/").replace(":", "/")
    return family, tuple(int(n) for n in numbers.split("/") if n)
