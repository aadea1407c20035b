"""`ip route` as typed: forms, refusals, printing, recursion, default networks, sharing."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.lab.lab import Lab


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    return lab


def routes(lab: Lab, device: str = "R1") -> list[str]:
    return lab[device].cli("show running-config | include ip route").splitlines()


def static(lab: Lab, device: str = "R1") -> list[str]:
    """Rows of static routes and of their further ways."""
    rows = lab[device].cli("show ip route static").splitlines()
    start = next(n for n, row in enumerate(rows) if row.startswith("Gateway")) + 2
    return [row for row in rows[start:] if "subnetted" not in row]


def test_lines_are_printed_by_prefix_with_their_options_in_order(lab: Lab) -> None:
    lab["R1"].configure(
        """
        ip route 9.9.0.0 255.255.0.0 Ethernet0/0 10.0.12.2 20 name two track 5 tag 77
        ip route 9.9.0.0 255.255.0.0 10.0.13.3 permanent
        ip route 9.0.0.0 255.0.0.0 10.0.13.3 multicast
        ip route 0.0.0.0 0.0.0.0 10.0.12.2
        """
    )
    assert routes(lab) == [
        "ip route 0.0.0.0 0.0.0.0 10.0.12.2",
        "ip route 2.2.2.2 255.255.255.255 10.0.12.2",
        "ip route 3.3.3.3 255.255.255.255 10.0.13.3",
        "ip route 9.0.0.0 255.0.0.0 10.0.13.3 multicast",
        "ip route 9.9.0.0 255.255.0.0 Ethernet0/0 10.0.12.2 20 tag 77 name two track 5",
        "ip route 9.9.0.0 255.255.0.0 10.0.13.3 permanent",
        "ip route 192.168.3.0 255.255.255.0 10.0.13.3",
        "ip route 192.168.3.0 255.255.255.0 10.0.12.2 10",
    ]


def test_the_distance_stands_before_the_other_options(lab: Lab) -> None:
    refused = lab["R1"].configure("ip route 172.16.0.0 255.255.0.0 Null0 name hole 250")
    assert "% Invalid input detected at '^' marker." in refused


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ip route 9.0.0.1 255.0.0.0 10.0.12.2", "%Inconsistent address and mask"),
        ("ip route 9.0.0.0 255.0.255.0 10.0.12.2", "%Inconsistent address and mask"),
        ("ip route 9.0.0.0 255.0.0.0 224.0.0.1", "%Invalid next hop address"),
        (
            "ip route 9.0.0.0 255.0.0.0 10.0.12.1",
            "%Invalid next hop address (it's this router)",
        ),
        ("ip route 9.0.0.0 255.0.0.0 dhcp", "% Invalid input detected at '^' marker."),
        ("no ip route 9.0.0.0 255.0.0.0", "%No matching route to delete"),
        ("no ip route 3.3.3.3 255.255.255.255 10.0.12.2", "%No matching route to delete"),
        ("no ip route 3.3.3.3 255.255.255.255 10.0.13.3 7", "%No matching route to delete"),
    ],
)
def test_what_is_refused_changes_nothing(lab: Lab, line: str, said: str) -> None:
    before = routes(lab)
    assert said in lab["R1"].configure(line)
    assert routes(lab) == before


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("no ip route 192.168.3.0 255.255.255.0", []),
        ("no ip route 192.168.3.0 255.255.255.0 10.0.13.3", ["10.0.12.2 10"]),
        ("no ip route 192.168.3.0 255.255.255.0 10.0.12.2 10 name any", ["10.0.13.3"]),
    ],
)
def test_a_line_may_be_taken_away_in_part(lab: Lab, line: str, left: list[str]) -> None:
    lab["R1"].configure(line)
    stem = "ip route 192.168.3.0 255.255.255.0 "
    assert [row for row in routes(lab) if row.startswith(stem)] == [stem + way for way in left]


def test_a_default_route_out_of_a_shared_link_gets_a_warning(lab: Lab) -> None:
    r1 = lab["R1"]
    said = r1.configure("ip route 0.0.0.0 0.0.0.0 Ethernet0/0")
    assert said == (
        "%Default route without gateway, if not a point-to-point interface, may impact performance"
    )
    assert "S*    0.0.0.0/0 is directly connected, Ethernet0/0" in static(lab)
    assert r1.configure("ip route 9.0.0.0 255.0.0.0 Ethernet0/0") == ""


@pytest.mark.goal("C47")
def test_a_next_hop_that_does_not_exist_stays_while_its_subnet_is_connected(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip route 0.0.0.0 0.0.0.0 10.0.12.10")
    assert static(lab)[0] == "S*    0.0.0.0/0 [1/0] via 10.0.12.10"
    assert r1.cli("show ip cef 8.8.8.8").splitlines()[1:] == ["  nexthop 10.0.12.10 Ethernet0/0"]
    assert "Success rate is 0 percent (0/5)" in r1.cli("ping 8.8.8.8")
    assert static(lab)[0] == "S*    0.0.0.0/0 [1/0] via 10.0.12.10"
    r1.configure("interface Ethernet0/0\n shutdown")
    assert not any("0.0.0.0/0" in row for row in static(lab))


def test_a_route_that_resolves_over_itself_is_not_in_the_table(lab: Lab) -> None:
    lab["R1"].configure("ip route 9.0.0.0 255.0.0.0 9.1.1.1")
    assert not any("9.0.0.0" in row for row in static(lab))


def test_a_loop_of_recursive_routes_is_logged_and_drops(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure(
        "ip route 0.0.0.0 0.0.0.0 10.0.12.2\n"
        "ip route 20.0.0.0 255.0.0.0 30.0.0.1\nip route 30.0.0.0 255.0.0.0 20.0.0.1"
    )
    looped = [line.text for line in r1.log if "RIB_LOOP" in line.text]
    assert [text.split(": ", 1)[1] for text in looped] == [
        "%IPRT-3-RIB_LOOP: Resolution loop formed by routes in RIB"
    ]
    assert r1.cli("show ip cef 20.0.0.1").splitlines() == ["20.0.0.0/8", "  drop"]
    r1.configure("no ip route 30.0.0.0 255.0.0.0")
    assert r1.cli("show ip cef 20.0.0.1").splitlines()[1] == "  nexthop 10.0.12.2 Ethernet0/0"


def test_a_default_network_is_the_gateway_of_last_resort(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip route 9.0.0.0 255.0.0.0 10.0.13.3\nip default-network 9.0.0.0")
    table = r1.cli("show ip route").splitlines()
    assert "Gateway of last resort is 10.0.13.3 to network 9.0.0.0" in table
    assert "S*    9.0.0.0/8 [1/0] via 10.0.13.3" in table
    assert r1.cli("show ip cef 77.7.7.7").splitlines() == [
        "0.0.0.0/0",
        "  nexthop 10.0.13.3 Ethernet0/1",
    ]
    assert "ip default-network 9.0.0.0" in r1.cli("show running-config").splitlines()
    r1.configure("no ip default-network 9.0.0.0")
    assert "Gateway of last resort is not set" in r1.cli("show ip route").splitlines()
    assert r1.cli("show ip cef 77.7.7.7").splitlines() == ["0.0.0.0/0", "  no route"]


def test_a_subnet_as_default_network_becomes_a_route_to_its_network(lab: Lab) -> None:
    lab["R1"].configure("ip default-network 10.0.23.0")
    assert "ip route 10.0.0.0 255.0.0.0 10.0.23.0" in routes(lab)


def test_classful_lookups_ignore_the_default_for_known_networks_without_cef(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip route 0.0.0.0 0.0.0.0 10.0.13.3\nno ip classless")
    ping = "ping 10.77.0.1 repeat 1 timeout 1"
    before = r1.cli("show ip traffic")
    r1.cli(ping)
    assert no_route(r1.cli("show ip traffic")) == no_route(before)
    r1.configure("no ip cef")
    r1.cli(ping)
    assert no_route(r1.cli("show ip traffic")) == no_route(before) + 1
    r1.cli("ping 77.77.0.1 repeat 1 timeout 1")
    assert no_route(r1.cli("show ip traffic")) == no_route(before) + 1
    r1.configure("ip classless")
    r1.cli(ping)
    assert no_route(r1.cli("show ip traffic")) == no_route(before) + 1


def no_route(traffic: str) -> int:
    (line,) = [line for line in traffic.splitlines() if "no route" in line]
    return int(line.split()[0])


def test_subnet_zero_may_be_forbidden(lab: Lab) -> None:
    said = lab["R1"].configure(
        "no ip subnet-zero\ninterface Loopback5\n ip address 50.0.0.1 255.255.255.0"
    )
    assert "Bad mask /24 for address 50.0.0.1" in said
    assert lab["R1"].configure("interface Loopback5\n ip address 50.0.1.1 255.255.255.0") == ""
