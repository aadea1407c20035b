"""Policy routing over serial lines: R1 - R2 = four lines = far routers, with static routes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab

FAR = ("R3", "R4", "R5", "R6", "R7")
"""Behind Serial4/0 to 4/4 of R2; R3 is the way of the routing table."""

TOPOLOGY = """
name: policy
topology:
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol, startup-config: R2.cfg}
%s
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
%s
"""
PBR = """\
route-map PBR permit 10
 match ip address match
 set ip next-hop 192.168.24.4
 set interface Serial4/2
 set ip default next-hop 192.168.26.6
 set default interface Serial4/4
"""


def configs() -> dict[str, str]:
    lines = "".join(
        f"interface Serial4/{n - 3}\n ip address 192.168.2{n}.2 255.255.255.0\n no shutdown\n"
        for n in range(3, 8)
    )
    made = {
        "R1": """\
hostname R1
interface Loopback0
 ip address 1.1.1.1 255.255.255.255
interface Ethernet0/0
 ip address 192.168.12.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 192.168.12.2
no ip icmp rate-limit unreachable
""",
        "R2": f"""\
hostname R2
interface Ethernet0/0
 ip address 192.168.12.2 255.255.255.0
 ip policy route-map PBR
{lines}ip access-list extended match
 permit ip host 1.1.1.1 host 9.9.9.9
{PBR}ip route 1.1.1.1 255.255.255.255 192.168.12.1
ip route 9.9.9.9 255.255.255.255 192.168.23.3
ip route 8.8.8.8 255.255.255.255 192.168.25.5
ip route 8.8.8.8 255.255.255.255 192.168.26.6
ip route 8.8.8.8 255.255.255.255 192.168.27.7
no ip icmp rate-limit unreachable
""",
    }
    for n in range(3, 8):
        made[f"R{n}"] = f"""\
hostname R{n}
interface Loopback0
 ip address 9.9.9.9 255.255.255.255
interface Loopback8
 ip address 8.8.8.8 255.255.255.255
interface Serial2/0
 ip address 192.168.2{n}.{n} 255.255.255.0
ip route 0.0.0.0 0.0.0.0 192.168.2{n}.2
no ip icmp rate-limit unreachable
"""
    return made


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    nodes = "\n".join(f"    {n}: {{kind: cisco_iol, startup-config: {n}.cfg}}" for n in FAR)
    links = "\n".join(f'    - endpoints: ["R2:s4/{n}", "{far}:s2/0"]' for n, far in enumerate(FAR))
    (tmp_path / "policy.clab.yml").write_text(TOPOLOGY % (nodes, links))
    for name, text in configs().items():
        (tmp_path / f"{name}.cfg").write_text(text)
    made = iosemu.load(tmp_path)
    made.boot()
    made.run_for(30)
    # The first packet is lost while ARP asks.
    made["R1"].cli("ping 192.168.12.2 repeat 2")
    return made


def way(lab: Lab, target: str = "9.9.9.9", source: str = "1.1.1.1") -> str:
    """Which far router a packet of R1 ends at."""
    return lab.explain("R1", target, source=source).router


def why(lab: Lab, router: str = "R2", **asked: str) -> str:
    """What the stage of policy routing says, with its lines."""
    asked = {"source": "1.1.1.1", "target": "9.9.9.9", **asked}
    found = lab.explain("R1", asked["target"], source=asked["source"])
    (step,) = [s for s in found.steps if s.router == router and s.stage == "policy"]
    return f"{step.text} | {', '.join(map(str, step.lines))}"


def shut(lab: Lab, *lines: int) -> None:
    for n in lines:
        lab["R2"].configure(f"interface s4/{n}\n shutdown")
    lab.run_for(40)


def only_default(lab: Lab) -> None:
    lab["R2"].configure(
        "no ip route 9.9.9.9 255.255.255.255 192.168.23.3\nip route 0.0.0.0 0.0.0.0 192.168.23.3"
    )


@pytest.mark.goal("B31", "B36", "C31", "C32", "C33", "C34", "C36")
def test_each_set_clause_is_tried_when_the_one_before_is_unusable(lab: Lab) -> None:
    assert way(lab) == "R4"
    shut(lab, 1)
    assert way(lab) == "R5"
    shut(lab, 2)
    assert way(lab) == "R3", "there is an explicit route, so no default clause applies"
    only_default(lab)
    assert way(lab) == "R6"
    shut(lab, 3)
    assert way(lab) == "R7"
    shut(lab, 4)
    assert way(lab) == "R3"
    for n in (1, 2, 3, 4):
        lab["R2"].configure(f"interface s4/{n}\n no shutdown")
    lab.run_for(40)
    assert way(lab) == "R4"


@pytest.mark.goal("B31")
def test_explain_says_why_each_clause_was_passed_over(lab: Lab) -> None:
    assert why(lab).startswith(
        "route-map PBR, sequence 10, matches; set ip next-hop 192.168.24.4 | "
        "'route-map PBR permit 10'"
    )
    assert "'ip policy route-map PBR' of 'interface Ethernet0/0'" in why(lab)
    shut(lab, 1, 2)
    assert why(lab).split(" | ")[0] == (
        "route-map PBR, sequence 10, matches"
        "; not set ip next-hop 192.168.24.4: Serial4/1 is administratively down"
        "; not set interface Serial4/2: Serial4/2 is administratively down"
        "; not set ip default next-hop 192.168.26.6: there is an explicit route, 9.9.9.9/32"
        "; not set default interface Serial4/4: there is an explicit route, 9.9.9.9/32"
        "; the search ends here, so the routing table decides"
    )


@pytest.mark.goal("B33")
def test_default_clauses_act_only_without_an_explicit_route(lab: Lab) -> None:
    lab["R2"].configure("no route-map PBR\nroute-map PBR\n set ip default next-hop 192.168.26.6")
    assert way(lab) == "R3"
    assert "there is an explicit route, 9.9.9.9/32" in why(lab)
    only_default(lab)
    assert way(lab) == "R6"
    lab["R2"].configure("no ip route 0.0.0.0 0.0.0.0 192.168.23.3")
    assert way(lab) == "R6", "nor does it need a default route"
    lab["R2"].configure("ip route 9.0.0.0 255.0.0.0 192.168.23.3")
    assert way(lab) == "R3", "a summary is explicit"


@pytest.mark.goal("B32")
def test_the_first_entry_that_matches_ends_the_search(lab: Lab) -> None:
    lab["R2"].configure(
        "no route-map PBR\n"
        "route-map PBR permit 10\n match ip address match\n set ip next-hop 192.168.24.4\n"
        "route-map PBR permit 20\n match ip address match\n set interface Serial4/2"
    )
    assert way(lab) == "R4"
    shut(lab, 1)
    assert way(lab) == "R3"
    assert "sequence 10" in why(lab)
    assert "the search ends here, so the routing table decides" in why(lab)


@pytest.mark.goal("B35", "C30")
def test_only_what_the_list_matches_where_the_policy_is(lab: Lab) -> None:
    assert way(lab, source="192.168.12.1") == "R3"
    assert why(lab, source="192.168.12.1").startswith(
        "route-map PBR: no entry matches, so the routing table decides"
    )
    assert way(lab, target="192.168.27.7") == "R7"
    # What R2 makes itself is none of the policy of an interface.
    assert lab.explain("R2", "9.9.9.9", source="192.168.12.2").router == "R3"


def test_a_deny_leaves_a_packet_to_the_routing_table(lab: Lab) -> None:
    lab["R2"].configure("route-map PBR deny 5\n match ip address match")
    assert way(lab) == "R3"
    assert "sequence 5, matches and denies policy routing" in why(lab)


def hops(lab: Lab, source: str = "1.1.1.1", ttls: str = "2 2") -> list[str]:
    """The addresses a trace of R1 prints behind the first hop."""
    text = lab["R1"].cli(f"traceroute 9.9.9.9 source {source} ttl {ttls} probe 3", timeout=120)
    return [word for word in text.split() if word.count(".") == 3 and word != "9.9.9.9"]


@pytest.mark.goal("B37", "C35", "C39")
def test_a_recursive_next_hop_is_shared_packet_by_packet(lab: Lab) -> None:
    for n in (2, 3, 4):
        lab["R2"].configure(f"interface s4/{n}\n ip load-sharing per-packet")
    lab["R2"].configure(
        "no route-map PBR permit 10\nroute-map PBR permit 10\n match ip address match\n"
        " set ip next-hop recursive 8.8.8.8"
    )
    # The far routers own 9.9.9.9, so that the second hop is the last.
    three = ["192.168.25.5", "192.168.26.6", "192.168.27.7"]
    assert hops(lab) == three
    assert hops(lab) == three, "a round of three begins again with the first"
    assert hops(lab, "192.168.12.1") == ["192.168.23.3"]
    said = why(lab)
    found = re.search(
        r"recursive 8.8.8.8, found by static route 8.8.8.8/32 via (\S+).*? over (\S+)", said
    )
    assert found is not None
    assert found[2].rpartition(".")[0] == found[1].rpartition(".")[0]
    assert f"'ip route 8.8.8.8 255.255.255.255 {found[1]}'" in said
    lab["R2"].configure("interface s4/3\n shutdown")
    lab.run_for(40)
    assert sorted(set(hops(lab))) == ["192.168.25.5", "192.168.27.7"]
    for n in (2, 4):
        lab["R2"].configure(f"interface s4/{n}\n shutdown")
    assert way(lab) == "R3"
    assert "there is no route to 8.8.8.8" in why(lab)


def test_without_per_packet_all_packets_of_a_flow_take_one_path(lab: Lab) -> None:
    lab["R2"].configure("no route-map PBR\nroute-map PBR\n set ip next-hop recursive 8.8.8.8")
    assert len(set(hops(lab))) == 1


def shown(lab: Lab, router: str = "R2") -> str:
    return lab[router].cli("show route-map PBR")


def test_packets_are_counted_with_the_frames_they_came_in(lab: Lab) -> None:
    lab["R1"].cli("ping 9.9.9.9 source 1.1.1.1 repeat 10")
    assert "Policy routing matches: 10 packets, 1140 bytes" in shown(lab)
    assert "(10 matches)" in lab["R2"].cli("show access-lists match")
    lab["R2"].cli("clear route-map counters PBR")
    assert "Policy routing matches: 0 packets, 0 bytes" in shown(lab)
    # Probes that end at R2 never come to the policy; short ones are padded.
    lab["R1"].cli("traceroute 9.9.9.9 source 1.1.1.1 ttl 1 2", timeout=60)
    assert "Policy routing matches: 3 packets, 180 bytes" in shown(lab)


def test_show_route_map_is_laid_out_as_on_ios(lab: Lab) -> None:
    assert shown(lab).splitlines() == [
        "route-map PBR, permit, sequence 10",
        "  Match clauses:",
        "    ip address (access-lists): match ",
        "  Set clauses:",
        "    ip next-hop 192.168.24.4",
        "    interface Serial4/2",
        "    ip default next-hop 192.168.26.6",
        "    default interface Serial4/4",
        "  Policy routing matches: 0 packets, 0 bytes",
    ]
    assert lab["R2"].cli("show route-map NONE").splitlines() == ["route-map NONE not found"]
    assert lab["R2"].cli("show ip policy").splitlines() == [
        "Interface      Route map",
        "Et0/0          PBR",
    ]


def test_bits_are_set_and_the_checksum_is_right(lab: Lab) -> None:
    lab["R2"].configure(
        "no route-map PBR\nroute-map PBR\n set ip precedence flash\n set ip tos min-delay\n"
        " set ip df 1\n set ip next-hop 192.168.24.4"
    )
    capture = lab.capture("R2:s4/1")
    assert "!!" in lab["R1"].cli("ping 9.9.9.9 source 1.1.1.1 repeat 2")
    heads = [seen.frame[4:24] for seen in capture.frames]
    sent = [head for head in heads if head[12:20] == bytes((1, 1, 1, 1, 9, 9, 9, 9))]
    assert len(sent) == 2
    for head in sent:
        assert head[1] == 3 << 5 | 8 << 1
        assert head[6] & 0x40
        assert int.from_bytes(head, "big") % 0xFFFF == 0


def test_local_policy_is_for_own_packets_alone(lab: Lab) -> None:
    lab["R2"].configure(
        "route-map OWN\n match ip address 150\n set interface Serial4/4\n"
        "access-list 150 permit ip any host 9.9.9.9\nip local policy route-map OWN"
    )
    assert lab.explain("R2", "9.9.9.9", source="192.168.27.2").router == "R7"
    assert way(lab, source="192.168.12.1") == "R3"
    assert lab["R2"].cli("show ip policy").splitlines()[1] == "local          OWN"
    printed = lab["R2"].cli("show ip local policy").splitlines()
    assert printed[:2] == [
        "Local policy routing is enabled, using route map OWN",
        "route-map OWN, permit, sequence 10",
    ]
    lab["R2"].configure("no ip local policy route-map OWN")
    assert lab.explain("R2", "9.9.9.9", source="192.168.27.2").router == "R3"
    assert lab["R2"].cli("show ip local policy") == ""


def debugged(lab: Lab, command: str, router: str = "R1") -> list[str]:
    lab["R2"].cli("terminal monitor")
    before = len(lab["R2"].log)
    lab[router].cli(command)
    return [line.text.split(": ", 1)[1] for line in lab["R2"].log[before:] if "IP: " in line.text]


def test_the_debug_says_what_was_decided(lab: Lab) -> None:
    assert lab["R2"].cli("debug ip policy").strip() == "Policy routing debugging is on"
    head = "IP: s=1.1.1.1 (Ethernet0/0), d=9.9.9.9"
    assert debugged(lab, "ping 9.9.9.9 source 1.1.1.1 repeat 1") == [
        f"{head}, len 100, FIB policy match",
        f"{head}, len 100, PBR Counted",
        f"{head}, g=192.168.24.4, len 100, FIB policy routed",
    ]
    assert debugged(lab, "ping 9.9.9.9 repeat 1") == [
        "IP: s=192.168.12.1 (Ethernet0/0), d=9.9.9.9, len 100,"
        " FIB policy rejected(no match) - normal forwarding"
    ]
    lab["R2"].configure("access-list 7 permit 1.1.1.1\nip local policy route-map PBR")
    assert "access list 7" in lab["R2"].cli("debug ip policy 7")
    assert debugged(lab, "ping 9.9.9.9 repeat 1") == []
    lab["R2"].configure("route-map PBR deny 5")
    assert debugged(lab, "ping 9.9.9.9 source 1.1.1.1 repeat 1")[2:] == [
        f"{head}, len 100, FIB policy rejected - normal forwarding"
    ]


ETHERNET = """
name: ethernet
topology:
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol, startup-config: R2.cfg}
    R3: {kind: cisco_iol, startup-config: R3.cfg}
    R4: {kind: cisco_iol, startup-config: R4.cfg}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
    - endpoints: ["R2:e0/1", "R3:e0/1"]
    - endpoints: ["R2:e0/2", "R4:e0/2"]
"""


def ethernet_configs() -> dict[str, str]:
    made = {
        "R1": """\
hostname R1
interface Ethernet0/0
 ip address 192.168.12.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 192.168.12.2
""",
        "R2": """\
hostname R2
interface Ethernet0/0
 ip address 192.168.12.2 255.255.255.0
 ip policy route-map PBR
interface Ethernet0/1
 ip address 192.168.23.2 255.255.255.0
interface Ethernet0/2
 ip address 192.168.24.2 255.255.255.0
route-map PBR permit 10
 set interface Ethernet0/2
ip route 9.9.9.0 255.255.255.0 192.168.23.3
""",
    }
    for n in (3, 4):
        made[f"R{n}"] = f"""\
hostname R{n}
interface Loopback0
 ip address 9.9.9.{n} 255.255.255.0
interface Ethernet0/{n - 2}
 ip address 192.168.2{n}.{n} 255.255.255.0
ip route 0.0.0.0 0.0.0.0 192.168.2{n}.2
"""
    return made


@pytest.mark.goal("B34")
def test_an_ethernet_leans_on_proxy_arp_of_the_far_side(tmp_path: Path) -> None:
    (tmp_path / "ethernet.clab.yml").write_text(ETHERNET)
    for name, text in ethernet_configs().items():
        (tmp_path / f"{name}.cfg").write_text(text)
    lab = iosemu.load(tmp_path)
    lab.boot()
    lab.run_for(30)
    lab["R1"].cli("ping 192.168.12.2")
    # R4 answers ARP for its 9.9.9.4, but the route of R2 leads elsewhere.
    lab["R2"].cli("debug arp")
    before = len(lab["R2"].log)
    assert lab["R1"].cli("ping 9.9.9.4").count("!") == 0, "no fall through to the route"
    heard = [line.text for line in lab["R2"].log[before:]]
    assert any("filtered src 9.9.9.4" in line and "wrong cable" in line for line in heard)
    lost = lab.explain("R1", "9.9.9.4")
    assert (lost.router, lost.last.reason) == ("R2", "ENCAPSULATION")
    (step,) = [s for s in lost.steps if s.stage == "policy" and s.router == "R2"]
    assert step.text.endswith("; set interface Ethernet0/2")
    # With a route that agrees the answer is taken.
    lab["R2"].configure("ip route 9.9.9.0 255.255.255.0 Ethernet0/2")
    assert "!" in lab["R1"].cli("ping 9.9.9.4")
    assert lab.explain("R1", "9.9.9.4").router == "R4"
    lab["R4"].configure("interface e0/2\n no ip proxy-arp")
    lab["R2"].cli("clear arp-cache")
    lab.run_for(30)
    assert lab["R1"].cli("ping 9.9.9.4").count("!") == 0


def test_a_tracked_next_hop_follows_its_object(lab: Lab) -> None:
    lab["R2"].configure(
        "track 1 interface Serial4/0 line-protocol\n"
        "no route-map PBR\nroute-map PBR\n"
        " set ip next-hop verify-availability 192.168.24.4 10 track 1\n"
        " set ip next-hop 192.168.25.5"
    )
    lab.run_for(5)
    assert way(lab) == "R4"
    assert "    ip next-hop verify-availability 192.168.24.4 10 track 1  [up]" in shown(lab)
    shut(lab, 0)
    assert way(lab) == "R5"
    assert "track 1 is down" in why(lab)
    assert "track 1  [down]" in shown(lab)
    twin = iosemu.restore(lab.snapshot())
    assert way(twin) == "R5"
