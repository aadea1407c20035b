"""The IPv6 shows against devices' own output."""

from __future__ import annotations

import re

from iosemu.address import IPv6Address, IPv6Prefix
from iosemu.features.ipv6 import show as ipv6_show  # noqa: F401  (registers the renderers)
from iosemu.features.ipv6.views import Brief6View, BriefRow6, Route6Row, Routing6View, Way6

from ..samples import rendered, sample


def brief_of(lines: list[str]) -> Brief6View:
    """What a captured table says."""
    rows: list[BriefRow6] = []
    for line in lines:
        head = re.fullmatch(r"(\S+) +\[(.*)/(.*)\]", line)
        if head is not None:
            rows.append(BriefRow6(head[1], head[2], head[3], ()))
        elif line.strip() != "unassigned":
            last = rows.pop()
            address = IPv6Address.parse(line.strip())
            rows.append(
                BriefRow6(last.name, last.status, last.protocol, (*last.addresses, address))
            )
    return Brief6View(tuple(rows))


def test_captured_interfaces_are_printed_again_as_they_were() -> None:
    for name, skipped in (
        ("show_ipv6_interface_brief__1.txt", 0),
        ("show_ipv6_interface_brief__2.txt", 1),
    ):
        captured = sample(name)[skipped:]
        assert rendered(brief_of(captured)) == captured


def test_a_captured_routing_table_is_printed_again_but_for_its_legend() -> None:
    def way(address: str | None, interface: str | None = None, kind: str = "") -> Way6:
        return Way6(None if address is None else IPv6Address.parse(address), interface, kind)

    def row(code: str, prefix: str, distance: int, *ways: Way6) -> Route6Row:
        return Route6Row(code, IPv6Prefix.parse(prefix), distance, 0, 0, ways)

    view = Routing6View(
        "default",
        6,
        (
            row("C", "2A05:C100:2A::/64", 0, way(None, "Vlan1", "directly connected")),
            row(
                "B",
                "2001:DB8:4::/48",
                20,
                way("FE80::A8BB:CCFF:FE02:8B00", "Serial6/0"),
                way("A8BB::FE80:CCFF:FE02:8B00", "Serial4/0"),
            ),
            row("L", "FF00::/8", 0, way(None, "Null0", "receive")),
            row(
                "S",
                "5555:4444::4/128",
                1,
                way("2A05:C100:2A::56"),
                way("2A05:C100:2A::5765"),
                way("2A05:C100:2A::3:344", "Vlan1"),
                way(None, "Vlan1", "directly connected"),
            ),
        ),
        "15.4",
    )
    captured = [line.rstrip() for line in sample("show_ipv6_route__1.txt") if line.strip()]
    # Whoever made the sample left the host bits in a BGP prefix.
    wanted = [line.replace("2001:DB8:4::2/48", "2001:DB8:4::/48") for line in captured]
    said = rendered(view)
    assert said[0] == wanted[0]
    assert said[-12:] == wanted[-12:]


def test_the_newer_legend_is_that_of_a_captured_table() -> None:
    captured = sample("show_ipv6_route__2.txt")
    start = next(i for i, line in enumerate(captured) if line.startswith("Codes:"))
    legend = [line.rstrip() for line in captured[start : start + 8]]
    said = rendered(Routing6View("default", 23, (), "15.6"))
    assert said[0] == "IPv6 Routing Table - default - 23 entries"
    assert said[1:] == legend
