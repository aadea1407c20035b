"""The shows' queries on tables filled with routes."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.cli.api import Rejected
from iosemu.features.cef import show as cef_show  # noqa: F401  (registers the renderers)
from iosemu.features.cef.tables import cef_entry
from iosemu.features.cef.views import CefTableView
from iosemu.features.ip import route_show, show  # noqa: F401
from iosemu.features.ip.tables import routing_entry, routing_table
from iosemu.kernel.time import HOUR, SECOND
from iosemu.rib.fib import Fib
from iosemu.rib.route import EntryNote, NextHop, Route, RouteKey
from iosemu.rib.table import Rib

from .samples import rendered, sample

ip = IPv4Address.parse


def route(
    prefix: str, *hops: NextHop, code: str, protocol: str, distance: int = 0, metric: int = 0
) -> Route:
    key = RouteKey("default", IPv4Prefix.parse(prefix), protocol)
    return Route(key, hops, distance, code, protocol.split()[0], metric)


def printed(views: Iterable[object]) -> list[str]:
    return [line for view in views for line in rendered(view)]


@pytest.fixture
def rib() -> Rib:
    table = Rib("default")
    e0 = NextHop(interface="Ethernet0/0")
    for item in (
        route("10.0.12.0/24", e0, code="C", protocol="connected"),
        route("10.0.12.1/32", e0, code="L", protocol="connected"),
        route("0.0.0.0/0", NextHop(ip("10.0.12.2")), code="S", protocol="static", distance=1),
        route(
            "10.9.0.0/16",
            NextHop(ip("10.0.12.2"), "Ethernet0/0"),
            code="D",
            protocol="eigrp 100",
            distance=90,
            metric=307200,
        ),
        route("172.16.0.0/12", NextHop(ip("10.0.12.2")), code="S", protocol="static", distance=1),
        route(
            "192.168.7.0/24",
            NextHop(interface="Null0"),
            code="S",
            protocol="static",
            distance=1,
        ),
    ):
        table.offer(item, 3 * SECOND)
    return table


def test_the_table_names_its_gateway_and_the_ages_of_learned_routes(rib: Rib) -> None:
    assert printed(routing_table(rib, HOUR + 3 * SECOND))[9:] == [
        "Gateway of last resort is 10.0.12.2 to network 0.0.0.0",
        "",
        "S*    0.0.0.0/0 [1/0] via 10.0.12.2",
        "      10.0.0.0/8 is variably subnetted, 3 subnets, 3 masks",
        "C        10.0.12.0/24 is directly connected, Ethernet0/0",
        "L        10.0.12.1/32 is directly connected, Ethernet0/0",
        "D        10.9.0.0/16 [90/307200] via 10.0.12.2, 01:00:00, Ethernet0/0",
        "S     172.16.0.0/12 [1/0] via 10.0.12.2",
        "S     192.168.7.0/24 is directly connected, Null0",
    ]


def test_only_the_wanted_routes(rib: Rib) -> None:
    wanted = [route for route in rib.routes() if route.protocol == "connected"]
    lines = printed(routing_table(rib, 0, wanted))
    assert lines[11:] == [
        "      10.0.0.0/8 is variably subnetted, 3 subnets, 3 masks",
        "C        10.0.12.0/24 is directly connected, Ethernet0/0",
        "L        10.0.12.1/32 is directly connected, Ethernet0/0",
    ]


def test_an_address_finds_its_longest_match(rib: Rib) -> None:
    assert rendered(routing_entry(rib, HOUR + 3 * SECOND, ip("10.9.1.1"), None)) == [
        "Routing entry for 10.9.0.0/16",
        '  Known via "eigrp 100", distance 90, metric 307200',
        "  Last update from 10.0.12.2 on Ethernet0/0, 01:00:00 ago",
        "  Routing Descriptor Blocks:",
        "  * 10.0.12.2, from 10.0.12.2, 01:00:00 ago, via Ethernet0/0",
        "      Route metric is 307200, traffic share count is 1",
    ]


@pytest.mark.goal("X18")
def test_what_only_its_owner_knows_of_a_route_is_printed_where_a_device_has_it() -> None:
    internal = EntryNote(
        kind="internal",
        redistributing=("eigrp 1",),
        path_lines=(
            "Total delay is 20 microseconds, minimum bandwidth is 1000000 Kbit",
            "Reliability 255/255, minimum MTU 1500 bytes",
            "Loading 1/255, Hops 1",
        ),
    )
    hop = NextHop(ip("192.168.9.2"), "GigabitEthernet0/2.4")
    eigrp = route(
        "192.168.234.0/24", hop, code="D", protocol="eigrp 1", distance=90, metric=3072
    )._replace(detail=internal)
    external = EntryNote(
        tag_kind="external", path_lines=("AS Hops 4", "Route tag 8244", "MPLS label: none")
    )
    bgp = route(
        "1.0.4.0/24", NextHop(ip("10.105.179.5")), code="B", protocol="bgp 65201", distance=20
    )._replace(detail=external, tag=8244)
    table = Rib("default")
    for each in (eigrp, bgp):
        table.offer(each, 0)
    shown = rendered(routing_entry(table, 76 * HOUR, ip("192.168.234.1"), None))
    captured = [line for line in sample("show_ip_route_PREFIX__1.txt") if line.strip()]
    assert shown == captured[-len(shown) :]
    shown = rendered(routing_entry(table, 45 * HOUR, ip("1.0.4.9"), None))
    captured = [line for line in sample("show_ip_route_PREFIX__3.txt") if line.strip()]
    assert shown == captured


def test_a_connected_network_and_a_supernet(rib: Rib) -> None:
    assert rendered(routing_entry(rib, 0, ip("10.0.12.77"), None)) == [
        "Routing entry for 10.0.12.0/24",
        '  Known via "connected", distance 0, metric 0 (connected, via interface)',
        "  Routing Descriptor Blocks:",
        "  * directly connected, via Ethernet0/0",
        "      Route metric is 0, traffic share count is 1",
    ]
    assert rendered(routing_entry(rib, 0, ip("172.17.0.1"), None))[:2] == [
        "Routing entry for 172.16.0.0/12, supernet",
        '  Known via "static", distance 1, metric 0',
    ]


def test_the_default_route_answers_only_for_itself(rib: Rib) -> None:
    with pytest.raises(Rejected, match="% Network not in table"):
        routing_entry(rib, 0, ip("8.8.8.8"), None)
    with pytest.raises(Rejected, match="% Subnet not in table"):
        routing_entry(rib, 0, ip("10.77.0.1"), None)
    assert rendered(routing_entry(rib, 0, ip("0.0.0.0"), None))[:2] == [
        "Routing entry for 0.0.0.0/0, supernet",
        '  Known via "static", distance 1, metric 0, candidate default path',
    ]


def test_a_classful_network_lists_its_subnets(rib: Rib) -> None:
    assert rendered(routing_entry(rib, 0, ip("10.0.0.0"), None))[:4] == [
        "Routing entry for 10.0.0.0/8, 3 known subnets",
        "  Attached (2 connections)",
        "  Variably subnetted with 3 masks",
        "",
    ]


def test_the_forwarding_table(rib: Rib) -> None:
    fib = Fib(rib)
    fib.receive = {ip("10.0.12.0"): "Ethernet0/0", ip("10.0.12.1"): "Ethernet0/0"}
    fib.hosts = {ip("10.0.12.2"): "Ethernet0/0"}
    assert printed([CefTableView(), *map(cef_entry, fib.all())]) == [
        "Prefix               Next Hop             Interface",
        "0.0.0.0/0            10.0.12.2            Ethernet0/0",
        "0.0.0.0/8            drop",
        "0.0.0.0/32           receive",
        "10.0.12.0/24         attached             Ethernet0/0",
        "10.0.12.0/32         receive              Ethernet0/0",
        "10.0.12.1/32         receive              Ethernet0/0",
        "10.0.12.2/32         attached             Ethernet0/0",
        "10.9.0.0/16          10.0.12.2            Ethernet0/0",
        "127.0.0.0/8          drop",
        "172.16.0.0/12        10.0.12.2            Ethernet0/0",
        "192.168.7.0/24       attached             Null0",
        "224.0.0.0/4          drop",
        "224.0.0.0/24         receive",
        "240.0.0.0/4          drop",
        "255.255.255.255/32   receive",
    ]
