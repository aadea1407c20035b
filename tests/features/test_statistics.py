"""Route summary, traffic and hosts, against devices' own output and on a lab that runs."""

from __future__ import annotations

import re

import pytest

import iosemu
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.features.ip import statistics_show  # noqa: F401  (registers the renderers)
from iosemu.features.ip.statistics import summary
from iosemu.features.ip.statistics_views import (
    HostRow,
    HostsView,
    IcmpCounts,
    OptionCounts,
    TrafficView,
)
from iosemu.kernel.time import SECOND
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.stack import Stack, add_route, refresh_routes

from .samples import rendered, sample, unpadded


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    return lab


def connected(prefix: str) -> Route:
    key = RouteKey("default", IPv4Prefix.parse(prefix), "connected")
    return Route(key, (NextHop(None, "Ethernet0/0"),), 0, "C", "connected")


def test_the_route_summary() -> None:
    captured = sample("show_ip_route_summary__2.txt")
    own = ("connected", "static", "internal", "Total", "Route")
    prefixes = ("10.1.1.0/24", "10.1.1.1/32", "10.1.2.0/24", "10.1.2.1/32")
    routes = [connected(p) for p in (*prefixes, "192.168.5.0/25", "192.168.5.1/32")]
    assert rendered(summary(routes))[2:] == [
        line for line in captured if line.split()[:1] and line.split()[0] in own
    ]


def test_later_releases_have_routes_of_applications() -> None:
    rows = rendered(summary([], version="15.7"))
    assert [row.split()[0] for row in rows[3:]] == ["connected", "static", "application", "Total"]


def test_a_classful_network_is_no_subnet() -> None:
    rows = rendered(summary([connected("192.168.5.0/24"), connected("0.0.0.0/0")]))
    assert [row.split()[:3] for row in rows[3:]] == [
        ["connected", "2", "0"],
        ["static", "0", "0"],
        ["Total", "2", "0"],
    ]


TRAFFIC = TrafficView(
    received=844148,
    delivered=843331,
    format_errors=0,
    checksum_errors=0,
    bad_hop_count=811,
    unknown_protocol=0,
    not_a_gateway=6,
    reassembled=0,
    reassembly_timeouts=0,
    not_reassembled=0,
    fragmented=0,
    not_fragmented=0,
    broadcasts_received=653921,
    broadcasts_sent=6,
    multicasts_received=0,
    multicasts_sent=0,
    generated=212110,
    forwarded=0,
    encapsulation_failed=10,
    unresolved=0,
    no_adjacency=0,
    no_route=0,
    forced_drop=0,
    options=OptionCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    icmp_format_errors=0,
    icmp_checksum_errors=0,
    icmp_received=IcmpCounts(0, 0, 43838, 713, 0, 0, 0, 0, 0, 0, 0),
    icmp_sent=IcmpCounts(0, 4, 730, 43838, 0, 0, 0, 0, 0, 0, 0),
    udp_received=682217,
    udp_sent=28296,
    udp_no_port=289579,
    udp_checksum_errors=0,
    broadcasts_forwarded=0,
    arp_requests_received=26338,
    arp_replies_received=25520,
    arp_others_received=0,
    arp_requests_sent=123,
    arp_replies_sent=1399,
    arp_proxy_replies_sent=0,
    tcp_received=116563,
    tcp_sent=139252,
)


def sections(lines: list[str]) -> dict[str, list[str]]:
    """The paragraphs of `show ip traffic` by their headings."""
    found: dict[str, list[str]] = {}
    for line in lines:
        if re.match(r"\S.* statistics:", line):
            found[line] = body = []
        elif line.strip() and found:
            body.append(line)
    return found


def test_the_traffic_counters() -> None:
    captured = sections(unpadded(sample("show_ip_traffic__1.txt")))
    ours = sections(rendered(TRAFFIC))
    assert list(ours) == [
        "IP statistics:",
        "ICMP statistics:",
        "TCP statistics:",
        "UDP statistics:",
        "ARP statistics:",
    ]
    for heading, body in ours.items():
        # The capture counts reverse ARP, which nobody here sends.
        assert body == [line.replace("42 reverse", "0 reverse") for line in captured[heading]]


def test_a_ping_is_counted_at_both_ends(lab: iosemu.Lab) -> None:
    lab["R1"].cli("ping 10.0.12.2")
    lab["R1"].cli("ping 10.0.12.2")
    sent = lab["R1"].cli("show ip traffic")
    assert "10 echo, 0 echo reply" in sent
    assert "0 echo, 9 echo reply" in sent
    assert "  Drop:  1 encapsulation failed" in sent
    assert "9 echo, 0 echo reply" in lab["R2"].cli("show ip traffic")


def test_hosts_print_each_address() -> None:
    one, two = IPv4Address.parse("10.0.0.1"), IPv4Address.parse("10.0.0.2")
    view = HostsView("example.org", True, (one,), (HostRow("both", (one, two)),))
    assert rendered(view) == [
        "Default domain is example.org",
        "Name/address lookup uses domain service",
        "Name servers are 10.0.0.1",
        "",
        "Codes: UN - unknown, EX - expired, OK - OK, ?? - revalidate",
        "       temp - temporary, perm - permanent",
        "       NA - Not Applicable None - Not defined",
        "",
        "Host                      Port  Flags      Age Type   Address(es)",
        "both                      None  (perm, OK)  0   IP    10.0.0.1",
        "                                                      10.0.0.2",
    ]


def test_a_name_of_ip_host_is_pinged_and_traced(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert "% Unrecognized host" in r1.cli("ping r2")
    r1.configure("ip host r2 2.2.2.2 10.0.12.2")
    assert "ICMP Echos to 2.2.2.2" in r1.cli("ping r2")
    assert "route to r2 (2.2.2.2)" in r1.cli("traceroute r2")
    assert "ip host r2 2.2.2.2 10.0.12.2" in r1.cli("show running-config").splitlines()


def test_a_cleared_arp_cache_is_filled_again(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("ping 10.0.12.2")
    r1.cli("ping 10.0.13.3")
    r1.cli("clear ip arp 10.0.12.2")
    assert "10.0.12.2 " not in r1.cli("show arp")
    assert "10.0.13.3 " in r1.cli("show arp")
    r1.cli("clear arp-cache")
    assert "10.0.13.3 " not in r1.cli("show arp")
    assert "(4/5)" in r1.cli("ping 10.0.13.3")
    # The timer of the entry that was cleared ends; the one learned since stays, and is refreshed.
    lab.run_for(4 * 3600 + 10)
    assert "aabb.cc00.0310" in r1.cli("show ip arp 10.0.13.3")


def test_cleared_routes_are_as_new() -> None:
    stack = Stack()
    for prefix in ("10.1.1.0/24", "10.1.2.0/24"):
        add_route(stack, 0, connected(prefix))
    rib = stack.vrf("default").rib
    assert refresh_routes(stack, 7 * SECOND, "default", IPv4Prefix.parse("10.1.2.0/24")) == 1
    assert [route.since for route in rib.routes()] == [0, 7 * SECOND]
    assert refresh_routes(stack, 9 * SECOND, "default") == 2
    assert [route.since for route in rib.routes()] == [9 * SECOND, 9 * SECOND]


def test_a_route_that_is_not_there_is_not_cleared(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    before = r1.cli("show ip route")
    assert r1.cli("clear ip route *") == ""
    assert r1.cli("clear ip route 192.168.3.0 255.255.255.0") == ""
    assert r1.cli("clear ip route 9.9.9.9") == "% Network not in table"
    assert r1.cli("show ip route") == before


def test_cleared_traffic_counts_from_zero(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("ping 10.0.12.2")
    assert r1.cli("clear ip traffic") == ""
    shown = r1.cli("show ip traffic").splitlines()
    assert shown[1] == "  Rcvd:  0 total, 0 local destination"
    r1.cli("ping 10.0.12.2 repeat 3")
    assert "  Rcvd:  3 total, 3 local destination" in r1.cli("show ip traffic")
