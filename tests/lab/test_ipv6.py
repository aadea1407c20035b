"""IPv6 of a lab, as typed: addresses, neighbors, forwarding, errors."""

from __future__ import annotations

import pickle

import pytest

import iosemu
from iosemu import Lab
from iosemu.address import IPv6Address
from iosemu.wire import icmpv6
from iosemu.wire.ethernet import EtherType
from iosemu.wire.icmpv6 import RouterAdvertisement
from iosemu.wire.ipv6 import IPv6, NextHeader

ALL_HERE = "Success rate is 100 percent (5/5)"


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("ipv6")
    lab.boot()
    lab.run_for(10)
    return lab


def messages(lab: Lab, capture: iosemu.lab.lab.Capture) -> list[tuple[IPv6, icmpv6.Icmpv6]]:
    """The ICMPv6 messages of a capture."""
    found = []
    for seen in capture.frames:
        if seen.frame[12:14] == EtherType.IPV6.to_bytes(2, "big"):
            ip = IPv6.parse(seen.frame[14:])
            if ip.next_header == NextHeader.ICMPV6:
                found.append((ip, icmpv6.parse(ip.payload, ip.source, ip.target)))
    return found


def test_every_echo_to_a_new_neighbor_is_answered_because_the_first_waits(lab: Lab) -> None:
    lab["R1"].cli("clear ipv6 neighbors")
    assert lab["R1"].cli("ping 2001:DB8:12::2").splitlines()[2:] == [
        "!!!!!",
        "Success rate is 100 percent (5/5), round-trip min/avg/max = 1/1/2 ms",
    ]
    assert "2001:DB8:12::2                              0 aabb.cc00.0200  REACH Et0/0" in lab[
        "R1"
    ].cli("show ipv6 neighbors")


def test_packets_pass_three_routers_both_ways_and_a_trace_names_them(lab: Lab) -> None:
    assert ALL_HERE in lab["HOST"].cli("ping 2001:DB8:1::1")
    assert lab["R1"].cli("traceroute ipv6 2001:DB8:3::10").splitlines() == [
        "Type escape sequence to abort.",
        "Tracing the route to 2001:DB8:3::10",
        "",
        "  1 2001:DB8:12::2 1 msec 1 msec 1 msec",
        "  2 2001:DB8:23::3 2 msec 2 msec 2 msec",
        "  3 2001:DB8:3::10 3 msec 3 msec 3 msec",
    ]


def test_a_link_local_target_needs_its_interface(lab: Lab) -> None:
    lab["R1"].cli("ping FE80::2")
    assert lab["R1"].prompt == "Output Interface: "
    assert lab["R1"].cli("Ethernet0/0").splitlines()[1:] == [
        "Sending 5, 100-byte ICMP Echos to FE80::2, timeout is 2 seconds:",
        "Packet sent with a source address of FE80::A8BB:CCFF:FE00:100%Ethernet0/0",
        "!!!!!",
        "Success rate is 100 percent (5/5), round-trip min/avg/max = 1/1/1 ms",
    ]


def test_a_serial_line_carries_ipv6_without_asking_for_link_addresses(lab: Lab) -> None:
    assert ALL_HERE in lab["R1"].cli("ping 2001:DB8:13::3 source Serial1/0")
    assert "Se1/0" not in lab["R1"].cli("show ipv6 neighbors")


def test_large_packets_are_cut_by_who_sends_them_and_put_together(lab: Lab) -> None:
    lab["R1"].cli("ping ipv6 2001:DB8:3::10")
    assert ALL_HERE in lab["R1"].cli("ping ipv6 2001:DB8:3::10 size 4000")
    lab["R2"].configure("interface e0/1\n ipv6 mtu 1280")
    assert "BBBBB" in lab["R1"].cli("ping ipv6 2001:DB8:3::10 size 1400 source 2001:DB8:1::1")


def test_a_route_that_is_missing_is_told_and_errors_are_limited(lab: Lab) -> None:
    lab["R2"].configure("no ipv6 route 2001:DB8:3::/48")
    assert "UUUUU" in lab["R1"].cli("ping ipv6 2001:DB8:3::10")
    lab["R2"].configure("ipv6 icmp error-interval 1000 2")
    lab.run_for(5)
    marks = lab["R1"].cli("ping ipv6 2001:DB8:3::10 timeout 0 repeat 20").splitlines()[2]
    assert marks.count("U") <= 3


def test_a_host_forwards_nothing_and_a_router_that_stops_routing_neither(lab: Lab) -> None:
    lab["R2"].configure("no ipv6 unicast-routing")
    assert "....." in lab["R1"].cli("ping ipv6 2001:DB8:3::10")
    lab["R2"].configure("ipv6 unicast-routing")
    assert ALL_HERE in lab["R1"].cli("ping ipv6 2001:DB8:3::10")


def test_a_second_router_with_the_same_address_leaves_it_alone(lab: Lab) -> None:
    lab["R2"].configure("interface e0/0\n ipv6 address 2001:DB8:12::1/64")
    lab.run_for(3)
    assert "%IPV6_ND-4-DUPLICATE: Duplicate address 2001:DB8:12::1 on Ethernet0/0" in str(
        [line.text for line in lab["R2"].log]
    )
    printed = lab["R2"].cli("show ipv6 interface Ethernet0/0")
    assert "    2001:DB8:12::1, subnet is 2001:DB8:12::/64 [DUP]" in printed
    assert "2001:DB8:12::1/128" not in lab["R2"].cli("show ipv6 route")
    assert ALL_HERE in lab["R2"].cli("ping 2001:DB8:12::1")


def test_a_neighbor_is_confirmed_grows_stale_and_is_probed(lab: Lab) -> None:
    def state() -> str:
        lines = lab["R1"].cli("show ipv6 neighbors").splitlines()
        return next((line for line in lines if line.startswith("2001:DB8:12::2 ")), "")

    lab["R1"].cli("ping 2001:DB8:12::2")
    assert "REACH" in state()
    lab.run_for(31)
    assert "STALE" in state()
    lab["R1"].cli("ping 2001:DB8:12::2 repeat 1")
    assert "DELAY" in state()
    lab.run_for(5.1)
    assert "REACH" in state()


def test_who_does_not_answer_is_incomplete_and_forgotten(lab: Lab) -> None:
    printed = lab["R1"].cli("ping 2001:DB8:12::99 repeat 1")
    assert "Success rate is 0 percent (0/1)" in printed
    assert "2001:DB8:12::99                             0 -               INCMP Et0/0" in lab[
        "R1"
    ].cli("show ipv6 neighbors")
    lab.run_for(4)
    assert "2001:DB8:12::99" not in lab["R1"].cli("show ipv6 neighbors")
    assert "H" in lab["R3"].cli("ping ipv6 2001:DB8:12::99 repeat 1 timeout 5").splitlines()[2]


def test_a_router_advertises_its_prefixes_and_stops_when_told(lab: Lab) -> None:
    cap = lab.capture("R1:e0/0")
    lab.run_for(600)
    said = [(ip, m) for ip, m in messages(lab, cap) if isinstance(m, RouterAdvertisement)]
    of_r1 = [m for ip, m in said if ip.source == IPv6Address.parse("FE80::A8BB:CCFF:FE00:100")]
    assert 3 <= len(of_r1) <= 8
    prefix = next(o for o in of_r1[0].options if isinstance(o, icmpv6.PrefixInformation))
    assert (str(prefix.prefix), of_r1[0].lifetime_s) == ("2001:DB8:12::/64", 1800)
    assert all(ip.hop_limit == 255 for ip, _ in said)
    lab["R1"].configure("interface e0/0\n ipv6 nd ra suppress")
    count = len(cap.frames)
    lab.run_for(600)
    later = messages(lab, cap)[-(len(cap.frames) - count) :]
    assert not [m for ip, m in later if ip.source == said[0][0].source and m == of_r1[0]]


def test_snapshots_hold_neighbors_and_a_lab_goes_on_the_same(lab: Lab) -> None:
    lab["R1"].cli("ping ipv6 2001:DB8:3::10")
    saved = lab.snapshot()
    lab.run_for(300)
    straight = lab.digest
    again = iosemu.lab.lab.restore(pickle.loads(pickle.dumps(saved)))
    again.run_for(300)
    assert again.digest == straight


def test_telnet_over_ipv6(lab: Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("telnet 2001:DB8:23::3").splitlines()[0] == "Trying 2001:DB8:23::3 ... Open"
    r1.cli("cisco")
    (line,) = [one for one in r1.cli("show tcp brief").splitlines() if "ESTAB" in one]
    assert "2001:DB8:23::3.23" in line
    assert "2001:DB8:12::1" in r1.cli("show users")
    r1.cli("exit")
    assert "% Connection refused by remote host" in r1.cli("telnet 2001:DB8:23::3 99")
    lab["R3"].configure("no ipv6 route ::/0 2001:DB8:23::2")
    assert "% Connection timed out" in r1.cli("telnet 2001:DB8:23::3")
    lab["R2"].configure("interface e0/1\n shutdown")
    assert "% Destination unreachable" in r1.cli("telnet 2001:DB8:23::3")


def test_what_was_counted_is_shown(lab: Lab) -> None:
    lab["R1"].cli("ping 2001:DB8:12::2")
    lab["R1"].cli("clear ipv6 traffic")
    lab["R1"].cli("ping 2001:DB8:12::2")
    lab["R1"].cli("ping 2001:DB8:55::2 repeat 1")
    said = [line.strip() for line in lab["R1"].cli("show ipv6 traffic").splitlines()]
    assert said[1] == "Rcvd:  5 total, 5 local destination"
    assert said[8] == "Sent:  6 generated, 0 forwarded"
    assert "6 echo request, 0 echo reply" in said
    assert "0 echo request, 5 echo reply" in said
    debugged = lab["R2"]
    debugged.cli("debug ipv6 icmp")
    lab["R1"].cli("ping 2001:DB8:12::2 repeat 1")
    assert [line.text.partition(": ")[2] for line in debugged.log][-2:] == [
        "ICMPv6: Received echo request, Src=2001:DB8:12::1, Dst=2001:DB8:12::2",
        "ICMPv6: Sent echo reply, Src=2001:DB8:12::2, Dst=2001:DB8:12::1",
    ]


def test_a_static_route_follows_its_interface_and_a_floating_one_takes_over(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure(
        "ipv6 route 2001:DB8:3::/48 2001:DB8:13::3 200\ntrack 1 interface e0/0 line-protocol"
    )
    r1.configure("ipv6 route 2001:DB8:66::/48 2001:DB8:12::2 track 1\nno ipv6 route ::/0 Null0")
    for prefix in ("2001:DB8:3::/48", "2001:DB8:66::/48"):
        assert "    2001:DB8:12::2" in r1.cli(f"show ipv6 route {prefix}")
    r1.configure("interface e0/0\n shutdown")
    shown = r1.cli("show ipv6 route 2001:DB8:3::/48")
    assert "distance 200" in shown
    assert "2001:DB8:13::3" in shown
    assert r1.cli("show ipv6 route 2001:DB8:66::/48") == "% Route not found"
    assert "    2001:DB8:3::/48 via 2001:DB8:12::2, distance 1" in r1.cli("show ipv6 static")
    assert ALL_HERE in r1.cli("ping 2001:DB8:3::1 source Serial1/0")


def test_ppp_opens_ipv6_by_itself_and_without_ipv4(lab: Lab) -> None:
    for name in ("R1", "R3"):
        lab[name].configure("interface s1/0\n encapsulation ppp")
    lab.run_for(20)
    assert "Open: IPV6CP, CDPCP" in lab["R1"].cli("show interfaces Serial1/0")
    assert ALL_HERE in lab["R1"].cli("ping 2001:DB8:13::3 source Serial1/0")
    lab["R3"].configure("interface s1/0\n no ipv6 address 2001:DB8:13::3/64")
    lab.run_for(5)
    shown = lab["R1"].cli("show interfaces Serial1/0")
    assert "IPV6CP" not in shown
    assert "Open: " in shown
    assert "2001:DB8:13::/64" not in lab["R1"].cli("show ipv6 route")
    lab["R3"].configure("interface s1/0\n ipv6 address 2001:DB8:13::3/64")
    lab.run_for(5)
    assert ALL_HERE in lab["R1"].cli("ping 2001:DB8:13::3 source Serial1/0")
