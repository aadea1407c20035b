"""CEF's shows and load sharing on the lab of static routes."""

from __future__ import annotations

import json
import re

import pytest

import iosemu
from iosemu.lab.lab import Lab


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("static")
    lab.boot()
    lab.run_for(5)
    return lab


def lines(lab: Lab, command: str, device: str = "R1") -> list[str]:
    return lab[device].cli(command).splitlines()


@pytest.mark.goal("X17")
def test_a_prefix_with_one_and_with_three_next_hops(lab: Lab) -> None:
    assert lines(lab, "sh ip cef 5.5.5.5") == ["5.5.5.5/32", "  nexthop 10.0.12.2 Ethernet0/0"]
    assert lines(lab, "sh ip cef 192.168.5.10") == [
        "192.168.5.0/24",
        "  nexthop 10.0.12.2 Ethernet0/0",
        "  nexthop 10.0.13.3 Ethernet0/1",
        "  nexthop 10.0.14.4 Ethernet0/2",
    ]


@pytest.mark.goal("X19")
def test_longer_prefixes_come_with_the_gateway_of_last_resort(lab: Lab) -> None:
    lab["R1"].configure("ip route 0.0.0.0 0.0.0.0 10.0.13.3\nno ip route 5.5.5.5 255.255.255.255")
    shown = lines(lab, "sh ip route 5.5.5.5 long")
    assert shown[0].startswith("Codes: L - local, C - connected")
    assert shown[-1] == "Gateway of last resort is 10.0.13.3 to network 0.0.0.0"
    shown = lines(lab, "sh ip route 172.16.0.0 255.240.0.0 longer-prefixes")
    assert shown[shown.index("") + 3 :] == [
        "S     172.16.0.0/12 is directly connected, Null0",
        "      172.16.0.0/24 is subnetted, 1 subnets",
        "S        172.16.5.0 [1/0] via 10.0.13.3, Ethernet0/1",
    ]
    assert lines(lab, "sh ip route supernets-only")[-1] == (
        "S     172.16.0.0/12 is directly connected, Null0"
    )


def routers(trace: str) -> list[str]:
    """The routers of the second hop."""
    second = trace.split("\n  2 ")[1].split("\n  3 ")[0]
    return re.findall(r"10\.0\.1\d\.\d", second)


@pytest.mark.goal("C39")
def test_packets_go_in_turn_only_where_all_interfaces_say_so(lab: Lab) -> None:
    lab["HOST1"].cli("ping 192.168.5.10 repeat 10 timeout 1")
    r1, host = lab["R1"], lab["HOST1"]
    assert len(routers(host.cli("traceroute 192.168.5.10"))) == 1
    r1.configure("interface range e0/0 - 1\n ip load-sharing per-packet")
    assert len(routers(host.cli("traceroute 192.168.5.10"))) == 1
    r1.configure("interface e0/2\n ip load-sharing per-packet")
    for neighbor in ("10.0.13.3", "10.0.14.4", "192.168.5.10"):
        r1.cli(f"ping {neighbor} timeout 1")
    lab["HOST1"].cli("ping 192.168.5.10 repeat 10 timeout 1")
    seen = routers(host.cli("traceroute 192.168.5.10"))
    assert sorted(seen) == ["10.0.12.2", "10.0.13.3", "10.0.14.4"]
    assert lines(lab, "show ip cef 192.168.5.0 detail")[0] == (
        "192.168.5.0/24, epoch 0, per-packet sharing"
    )


def test_without_cef_packets_go_in_turn(lab: Lab) -> None:
    r1, host = lab["R1"], lab["HOST1"]
    r1.configure("no ip cef")
    for _ in range(3):
        host.cli("ping 192.168.5.10 repeat 10 timeout 1")
    assert len(routers(host.cli("traceroute 192.168.5.10"))) == 3
    assert lines(lab, "show ip cef") == ["%IPv4 CEF not running"]
    r1.configure("ip cef")
    assert len(routers(host.cli("traceroute 192.168.5.10"))) == 1


def exact(lab: Lab, source: str, target: str, device: str = "R1") -> str:
    (line,) = lines(lab, f"show ip cef exact-route {source} {target}", device)
    return line


def test_the_exact_route_is_the_one_packets_take(lab: Lab) -> None:
    for last in (10, 11, 12, 13):
        target = f"192.168.5.{last}"
        before = sent(lab)
        lab["HOST1"].cli(f"ping {target} repeat 2 timeout 1")
        lab["HOST1"].cli(f"ping {target} repeat 4 timeout 1")
        (interface,) = [
            name for name, count in sent(lab).items() if count - before.get(name, 0) > 3
        ]
        assert f"out of {interface}," in exact(lab, "192.168.1.10", target)


def sent(lab: Lab) -> dict[str, int]:
    """Packets out of each uplink of R1."""
    found = json.loads(lab["R1"].cli("show interfaces | json"))
    return {i["name"]: i["counters"]["output_packets"] for i in found if i["name"] < "Ethernet0/3"}


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("10.0.12.1", "receive"),
        ("127.0.0.1", "drop"),
        ("9.9.9.9", "no route"),
        ("172.17.0.1", "attached to Null0"),
        ("192.168.1.99", "glean for Ethernet0/3"),
    ],
)
def test_an_exact_route_may_end_without_a_neighbor(lab: Lab, target: str, where: str) -> None:
    assert exact(lab, "1.1.1.1", target) == f"1.1.1.1 -> {target} => {where}"


def test_the_original_algorithm_is_the_same_on_every_router_and_an_identifier_is_obeyed(
    lab: Lab,
) -> None:
    flows = [(f"1.1.1.{n}", f"192.168.5.{m}") for n in range(1, 9) for m in range(1, 4)]

    def picks(device: str) -> list[str]:
        # R5 has three ways to 192.168.1.0/24, R1 three to 192.168.5.0/24: which of them, by number.
        network = {"R1": "192.168.5", "R5": "192.168.1"}[device]
        found = []
        for source, target in flows:
            line = exact(lab, source, target.replace("192.168.5", network), device)
            found.append(line.split("Ethernet")[1][:3])
        return found

    universal = picks("R1")
    lab["R1"].configure("ip cef load-sharing algorithm universal 1234")
    numbered = picks("R1")
    assert numbered != universal
    lab["R1"].configure("ip cef load-sharing algorithm original")
    assert set(picks("R1")) == {"0/0", "0/1", "0/2"}
    lab["R1"].configure("ip cef load-sharing algorithm universal 1234")
    assert picks("R1") == numbered
    lab["R1"].configure("no ip cef load-sharing algorithm")
    assert picks("R1") == universal
    refused = lab["R1"].configure("ip cef load-sharing algorithm universal xyz")
    assert refused == "% Invalid Id"
    running = lab["R1"].cli("show running-config | include load-sharing")
    assert running == ""


def test_ports_may_choose_the_way(lab: Lab) -> None:
    def picks() -> set[str]:
        stem = "show ip cef exact-route 1.1.1.1 src-port {} 192.168.5.10 dest-port 80"
        return {lines(lab, stem.format(port))[0].split("Ethernet")[1][:3] for port in range(30)}

    assert len(picks()) == 1
    lab["R1"].configure("ip cef load-sharing algorithm include-ports source destination")
    assert picks() == {"0/0", "0/1", "0/2"}
    for _ in range(3):
        lab["HOST1"].cli("ping 192.168.5.10 repeat 10 timeout 1")
    seen = [routers(lab["HOST1"].cli("traceroute 192.168.5.10"))[0] for _ in range(4)]
    probes = [hop for _ in seen for hop in routers(lab["HOST1"].cli("traceroute 192.168.5.10"))]
    assert len(set(probes)) > 1


def test_adjacencies_have_the_rewrite_of_their_frames(lab: Lab) -> None:
    assert lines(lab, "show adjacency") == ["Protocol Interface                 Address"]
    lab["R1"].cli("ping 10.0.12.2")
    lab["R1"].cli("ping 10.0.13.99 repeat 1 timeout 1")
    assert lines(lab, "show adjacency detail") == [
        "Protocol Interface                 Address",
        "IP       Ethernet0/0               10.0.12.2(10)",
        "                                   0 packets, 0 bytes",
        "                                   epoch 0",
        "                                   sourced in sev-epoch 0",
        "                                   Encap length 14",
        "                                   AABBCC000200AABBCC0001000800",
        "                                   L2 destination address byte offset 0",
        "                                   L2 destination address byte length 6",
        "                                   Link-type after encap: ip",
        "                                   ARP",
        "IP       Ethernet0/1               10.0.13.99(5) (incomplete)",
        "                                   0 packets, 0 bytes",
        "                                   epoch 0",
        "                                   sourced in sev-epoch 0",
        "                                   punt (rate-limited) packets",
        "                                   ARP",
    ]
    assert lines(lab, "show adjacency summary")[:4] == [
        "Adjacency table has 2 adjacencies:",
        "  each adjacency consumes 336 bytes (0 bytes platform extension)",
        "  1 complete adjacencies",
        "  1 incomplete adjacencies",
    ]
    assert len(lines(lab, "show adjacency e0/1")) == 2
    assert lab["R1"].cli("clear adjacency") == ""
    assert "!!!!!" in lab["R1"].cli("ping 10.0.12.2")


def test_the_kinds_of_entries(lab: Lab) -> None:
    assert lines(lab, "show ip cef adjacency null")[1:] == [
        "172.16.0.0/12        attached             Null0"
    ]
    glean = [row.split()[0] for row in lines(lab, "show ip cef adjacency glean")[1:]]
    assert glean == ["10.0.12.0/24", "10.0.13.0/24", "10.0.14.0/24", "192.168.1.0/24"]
    direct = [row.split()[0] for row in lines(lab, "show ip cef non-recursive")]
    assert "172.16.5.0/24" in direct
    assert "50.0.0.0/8" not in direct
    over = [row.split()[0] for row in lines(lab, "show ip cef e0/0")[1:]]
    assert over[:3] == ["5.5.5.5/32", "10.0.12.0/24", "50.0.0.0/8"]
    near = [row[:20].strip() for row in lines(lab, "show ip cef adjacency e0/1 10.0.13.3")[1:]]
    assert near == ["172.16.5.0/24", "192.168.5.0/24", "", ""]
    inside = [row.split()[0] for row in lines(lab, "show ip cef 172.16.0.0/12 longer-prefixes")]
    assert inside == ["Prefix", "172.16.0.0/12", "172.16.5.0/24"]
    assert lines(lab, "show ip cef 99.0.0.0/8") == ["%Prefix not found"]


def test_an_entry_in_detail_and_inside(lab: Lab) -> None:
    lab["R1"].cli("ping 10.0.13.3")
    assert lines(lab, "show ip cef 10.0.13.3 detail")[0] == "10.0.13.3/32, epoch 0, flags attached"
    assert lines(lab, "show ip cef 10.0.13.0/24 internal")[:6] == [
        "10.0.13.0/24, epoch 0, flags [att, cnn, cover, deagg], RIB[C], refcnt 5,"
        " per-destination sharing",
        "  sources: RIB",
        "  subblocks:",
        "    Covered dependent prefixes: 3",
        "      need deagg: 2",
        "      notify cover updated: 1",
    ]
    inside = lines(lab, "show ip cef 192.168.5.0 internal")
    assert "    15 hash buckets" in inside
    buckets = [row.split("Ethernet")[1][:3] for row in inside if row.startswith("      <")]
    assert buckets == ["0/0", "0/1", "0/2"] * 5
