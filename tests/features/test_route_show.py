"""`show ip route` and `show ip route PREFIX` against devices' own output."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.features.ip import route_show  # noqa: F401  (registers the renderers)
from iosemu.features.ip.networks import is_supernet
from iosemu.features.ip.views import (
    EntryPathView,
    NetworkView,
    PathView,
    RouteView,
    RoutingEntryView,
    RoutingTableView,
)
from iosemu.kernel.time import HOUR, MINUTE, SECOND
from iosemu.rib.classful import classful

from .samples import rendered, sample, unpadded

ip = IPv4Address.parse
net = IPv4Prefix.parse


def grouped(routes: Iterable[RouteView], version: str = "15.4") -> list[NetworkView]:
    """Routes under their classful networks, which a captured table may hold in any order."""
    found: dict[IPv4Prefix, list[RouteView]] = {}
    for route in sorted(routes, key=lambda r: r.prefix):
        found.setdefault(classful(route.prefix), []).append(route)
    views = []
    for network, held in sorted(found.items()):
        masks = len({route.prefix.length for route in held})
        alone = len(held) == 1 and held[0].prefix == network
        views.append(NetworkView(None if alone else network, masks, tuple(held), version))
    return views


def printed(*views: object) -> list[str]:
    return [line for view in views for line in rendered(view)]


def connected(prefix: str, interface: str, code: str = "C") -> RouteView:
    return RouteView(code, net(prefix), 0, 0, (PathView(None, interface),))


def static(prefix: str, *vias: str, default: bool = False) -> RouteView:
    paths = tuple(PathView(ip(via)) for via in vias)
    return RouteView("S", net(prefix), 1, 0, paths, is_candidate_default=default)


def test_a_table_with_a_default_route_subnets_and_two_ways() -> None:
    head = RoutingTableView(
        gateway=PathView(ip("192.168.12.2")),
        gateway_network=ip("0.0.0.0"),
    )
    networks = grouped(
        [
            connected("192.168.12.0/24", "Ethernet0/0"),
            connected("192.168.12.1/32", "Ethernet0/0", "L"),
            connected("1.1.1.1/32", "Loopback0"),
            static("10.9.0.0/16", "192.168.12.2", "192.168.12.3"),
            static("10.8.0.0/16", "192.168.12.2"),
            static("172.16.0.0/16", "192.168.12.2"),
            static("0.0.0.0/0", "192.168.12.2", default=True),
        ]
    )
    lines = printed(head, *networks)
    assert lines[0] == "Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP"
    assert lines[8:] == [
        "",
        "Gateway of last resort is 192.168.12.2 to network 0.0.0.0",
        "",
        "S*    0.0.0.0/0 [1/0] via 192.168.12.2",
        "      1.0.0.0/32 is subnetted, 1 subnets",
        "C        1.1.1.1 is directly connected, Loopback0",
        "      10.0.0.0/16 is subnetted, 2 subnets",
        "S        10.8.0.0 [1/0] via 192.168.12.2",
        "S        10.9.0.0 [1/0] via 192.168.12.2",
        "                  [1/0] via 192.168.12.3",
        "S     172.16.0.0/16 [1/0] via 192.168.12.2",
        "      192.168.12.0/24 is variably subnetted, 2 subnets, 2 masks",
        "C        192.168.12.0/24 is directly connected, Ethernet0/0",
        "L        192.168.12.1/32 is directly connected, Ethernet0/0",
    ]


def test_an_empty_table_has_no_gateway() -> None:
    assert rendered(RoutingTableView())[8:] == ["", "Gateway of last resort is not set", ""]


def test_a_long_row_breaks_before_its_brackets() -> None:
    route = RouteView(
        "O E2",
        net("192.168.10.168/29"),
        110,
        20,
        (PathView(ip("7.7.7.170"), "TenGigabitEthernet7/4", 12 * HOUR + 54 * MINUTE),),
    )
    rows = printed(*grouped([route]))[-2:]
    assert rows == [
        "O E2     192.168.10.168 ",
        "           [110/20] via 7.7.7.170, 12:54:00, TenGigabitEthernet7/4",
    ]


@pytest.mark.parametrize(
    ("prefix", "network", "supernet"),
    [
        ("10.1.0.0/16", "10.0.0.0/8", False),
        ("172.16.0.0/12", "172.16.0.0/12", True),
        ("192.168.1.4/30", "192.168.1.0/24", False),
        ("0.0.0.0/0", "0.0.0.0/0", True),
        ("192.168.1.0/24", "192.168.1.0/24", False),
    ],
)
def test_the_classful_network(prefix: str, network: str, supernet: bool) -> None:
    assert classful(net(prefix)) == net(network)
    assert is_supernet(net(prefix)) is supernet


def test_an_entry_by_eigrp() -> None:
    view = RoutingEntryView(
        prefix=net("192.168.234.0/24"),
        is_supernet=False,
        known_via="eigrp 1",
        distance=90,
        metric=3072,
        qualifier=None,
        tag=0,
        is_candidate_default=False,
        paths=(
            EntryPathView(
                ip("192.168.9.2"), "GigabitEthernet0/2.4", ip("192.168.9.2"), 76 * HOUR, 3072
            ),
        ),
    )
    expected = sample("show_ip_route_PREFIX__1.txt")
    lines = rendered(view)
    # What only EIGRP knows (type, redistribution, its metrics) is EIGRP's to print.
    assert [line for line in lines if line in expected] == [
        line for line in lines if "Known via" not in line
    ]


def parsed_table(lines: list[str]) -> list[NetworkView]:
    """Read a captured table: an independent reading of the format, for the round trip."""
    row = re.compile(
        r"(?P<code>[A-Za-z].{1,3}?)\s+(?P<net>[\d.]+)(?:/(?P<len>\d+))?"
        r"(?: \[(?P<ad>\d+)/(?P<metric>\d+)\] via (?P<via>[\d.]+)| is directly connected)"
        r"(?:, (?P<age>\d+:\d+:\d+))?(?:, (?P<if>\S+))?$"
    )
    routes: list[RouteView] = []
    length = 0
    for line in lines[lines.index("") :]:
        if heading := re.match(r" +[\d.]+/(\d+) is (?:variably )?subnetted", line):
            length = int(heading[1])
        elif found := row.match(line):
            routes.append(_route(found, length))
    return grouped(routes)


def _route(found: re.Match[str], length: int) -> RouteView:
    seconds = None
    if found["age"]:
        hours, minutes, rest = map(int, found["age"].split(":"))
        seconds = hours * HOUR + minutes * MINUTE + rest * SECOND
    path = PathView(ip(found["via"]) if found["via"] else None, found["if"], seconds)
    prefix = IPv4Prefix(ip(found["net"]), int(found["len"] or length))
    return RouteView(
        found["code"].strip(), prefix, int(found["ad"] or 0), int(found["metric"] or 0), (path,)
    )


def test_the_table_of_a_7200_is_printed_again_as_it_was() -> None:
    captured = sample("show_ip_route__1.txt")
    ours = printed(RoutingTableView(), *parsed_table(captured))
    assert unpadded(ours) == unpadded(captured)


@pytest.mark.parametrize(
    ("version", "file", "start"),
    [
        ("12.4", "show_ip_route__2.txt", 0),
        ("15.4", "show_ip_route__1.txt", 0),
        ("15.7", "show_ip_route__4.txt", 2),
        ("16.9", "show_ip_route__3.txt", 2),
    ],
)
def test_the_legend_is_that_of_the_release(version: str, file: str, start: int) -> None:
    captured = sample(file)
    end = captured.index("", start)
    ours = rendered(RoutingTableView(version=version))
    assert unpadded(ours[: ours.index("")]) == unpadded(captured[start:end])


def test_an_older_release_prints_narrower_columns() -> None:
    routes = [
        static("1.1.1.1/32", "212.0.0.1", "192.168.0.1"),
        connected("194.0.0.0/16", "FastEthernet0/0.100"),
        connected("10.0.1.0/24", "Serial0/0"),
    ]
    captured = sample("show_ip_route__2.txt")
    ours = printed(*grouped(routes, "12.4"))
    assert all(line in captured for line in ours if "10.0" not in line)
    assert "     10.0.0.0/24 is subnetted, 1 subnets" in ours
