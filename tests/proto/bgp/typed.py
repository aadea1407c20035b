"""BGP typed line by line, and what is printed of it."""

from __future__ import annotations

from collections.abc import Iterable

from tests.features.shop import Typed, router

VRFS = (
    "vrf definition A",
    " rd 65000:1",
    " address-family ipv4",
    " exit-address-family",
    " address-family ipv6",
    " exit-address-family",
)
"""A VRF that BGP may serve."""


def typed(*lines: str) -> Typed:
    """A router with `router bgp` entered and these lines typed."""
    made = router("GigabitEthernet1")
    made.type("interface Loopback0", "ip address 1.1.1.1 255.255.255.255", *VRFS)
    made.type("exit", "router bgp 1")
    made.printed.clear()
    made.type(*lines)
    return made


def block(made: Typed) -> list[str]:
    """The lines of `router bgp` in the running configuration."""
    lines = made.running
    start = next(n for n, line in enumerate(lines) if line.startswith("router bgp"))
    return lines[start : lines.index("!", start)]


def sections(lines: Iterable[str]) -> list[list[str]]:
    """The `router bgp` blocks of a whole configuration."""
    found: list[list[str]] = []
    is_inside = False
    for line in lines:
        if line.startswith("router bgp"):
            found.append([])
            is_inside = True
        elif not line.startswith(" "):
            is_inside = False
        if is_inside:
            found[-1].append(line.rstrip())
    return found
