"""The lab of policy routing: its metrics, and which way packets take when links fail."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from itertools import product

import pytest

import iosemu
from iosemu import Lab
from iosemu.lab.explained import Explanation, Outcome

SUMMARY = "ip summary-address eigrp 100 0.0.0.0 0.0.0.0"


@cache
def _settled() -> bytes:
    lab = iosemu.load("pbr")
    lab.boot()
    lab.settle()
    return lab.snapshot()


@pytest.fixture
def lab() -> Lab:
    return iosemu.restore(_settled())


def metric(kbps: int, *delays_us: int) -> int:
    """Of classic EIGRP, from the slowest bandwidth and all delays."""
    return 256 * (10_000_000 // kbps + sum(delays_us) // 10)


SERIAL, FAST, LOOPBACK, DELAYED = 20_000, 100, 5_000, 10_000
T1 = 1544


def ways(lab: Lab, prefix: str, device: str = "R2") -> tuple[int, list[str]]:
    """Metric and next hops of a route."""
    shown = lab[device].cli(f"show ip route {prefix}")
    found = re.search(r"distance \d+, metric (\d+)", shown)
    assert found is not None, shown
    return int(found[1]), sorted(re.findall(r"from ([\d.]+), \S+ ago, via", shown))


@pytest.mark.goal("B38", "B39", "C37", "C38")
def test_the_metrics_are_the_sums_of_the_readme(lab: Lab) -> None:
    best = metric(T1, SERIAL, FAST, LOOPBACK)
    assert best == 2_300_416
    assert ways(lab, "9.9.9.9") == (best, ["192.168.23.3"])
    assert ways(lab, "4.4.4.4") == (metric(T1, SERIAL, LOOPBACK) + 50, ["192.168.24.4"])
    leading = ["192.168.25.5", "192.168.26.6", "192.168.27.7"]
    assert ways(lab, "0.0.0.0") == (metric(T1, SERIAL, LOOPBACK), leading)
    # Replies may come back both ways: the offset list holds for what R2 hears.
    assert ways(lab, "1.1.1.1", "R9") == (
        metric(T1, FAST, SERIAL, FAST, LOOPBACK),
        ["192.168.39.3", "192.168.49.4"],
    )


@pytest.mark.goal("C37")
def test_without_the_offset_list_r4_is_as_good_as_r3(lab: Lab) -> None:
    lab["R2"].configure("router eigrp 100\n no offset-list 0 in 50 Serial4/1")
    lab.settle()
    assert ways(lab, "9.9.9.9") == (2_300_416, ["192.168.23.3", "192.168.24.4"])


@pytest.mark.goal("C38")
def test_the_default_of_r3_is_the_best_only_because_of_the_delay_of_the_others(lab: Lab) -> None:
    lab["R3"].configure(f"interface Serial2/0\n {SUMMARY}")
    lab.settle()
    assert ways(lab, "0.0.0.0") == (metric(T1, SERIAL, FAST), ["192.168.23.3"])
    # What R3 had told is told by R4 alone now.
    assert ways(lab, "9.9.9.9") == (2_300_466, ["192.168.24.4"])
    for name in ("R5", "R6", "R7"):
        lab[name].configure("interface FastEthernet1/0\n no delay")
    lab.settle()
    held, leading = ways(lab, "0.0.0.0")
    assert held == metric(T1, SERIAL, FAST)
    assert leading == ["192.168.23.3", "192.168.25.5", "192.168.26.6", "192.168.27.7"]


# -- which way ----

WAY = {
    "R3": ["192.168.12.2", "192.168.23.3", "192.168.39.9"],
    "R4": ["192.168.12.2", "192.168.24.4", "192.168.49.9"],
    "R5": ["192.168.12.2", "192.168.25.5", "192.168.58.8", "192.168.89.9"],
    "R6": ["192.168.12.2", "192.168.26.6", "192.168.68.8", "192.168.89.9"],
    "R7": ["192.168.12.2", "192.168.27.7", "192.168.78.8", "192.168.89.9"],
}
TO_R4, TO_R5, TO_R6 = "Serial4/1", "Serial4/2", "Serial4/3"


def way(lab: Lab, target: str = "9.9.9.9", source: str = "Loopback0") -> str:
    """Over which neighbor of R2 a trace from R1 goes."""
    shown = lab["R1"].cli(f"traceroute {target} source {source}")
    hops = re.findall(r"^ +\d+ ([\d.]+)", shown, re.MULTILINE)
    found = [name for name, expected in WAY.items() if hops[:2] == expected[:2]]
    assert len(found) == 1, shown
    assert target != "9.9.9.9" or hops == WAY[found[0]], shown
    return found[0]


def set_links(lab: Lab, *, down: Collection[str]) -> None:
    """Shut these of R2, and no others."""
    for name in (TO_R4, TO_R5, TO_R6):
        lab["R2"].configure(f"interface {name}\n {'' if name in down else 'no '}shutdown")
    lab.settle()


def summarise(lab: Lab, *, on: bool = True) -> None:
    """Let R3 tell a default route only."""
    lab["R3"].configure(f"interface Serial2/0\n {'' if on else 'no '}{SUMMARY}")
    lab.settle()


@pytest.mark.goal("B36", "X16")
def test_the_way_fails_over_link_by_link_and_comes_back(lab: Lab) -> None:
    assert way(lab) == "R4"
    set_links(lab, down={TO_R4})
    assert way(lab) == "R5"
    set_links(lab, down={TO_R4, TO_R5})
    assert way(lab) == "R3"
    summarise(lab)
    assert way(lab) == "R6"
    set_links(lab, down={TO_R4, TO_R5, TO_R6})
    assert way(lab) == "R7"
    lab["R2"].configure("interface Serial4/4\n shutdown")
    lab.settle()
    assert way(lab) == "R3"
    lab["R2"].configure("interface Serial4/4\n no shutdown")
    lab.settle()
    assert way(lab) == "R7"
    set_links(lab, down={TO_R4, TO_R5})
    assert way(lab) == "R6"
    summarise(lab, on=False)
    assert way(lab) == "R3"
    set_links(lab, down={TO_R4})
    assert way(lab) == "R5"
    set_links(lab, down=())
    assert way(lab) == "R4"


def expected_way(down: Collection[str], *, is_summarised: bool) -> str:
    """The order of the clauses.  R4 tells its explicit route as long as its link is up."""
    if TO_R4 not in down:
        return "R4"
    if not is_summarised:
        return "R5" if TO_R5 not in down else "R3"
    return "R6" if TO_R6 not in down else "R7"


@pytest.mark.goal("B31", "B33", "C31", "C32", "C33", "C34")
@pytest.mark.parametrize("is_summarised", [False, True])
def test_each_clause_is_tried_when_the_one_before_is_unusable(
    lab: Lab, is_summarised: bool
) -> None:
    summarise(lab, on=is_summarised)
    for states in product([False, True], repeat=3):
        down = [
            name for name, is_down in zip((TO_R4, TO_R5, TO_R6), states, strict=True) if is_down
        ]
        set_links(lab, down=down)
        assert way(lab) == expected_way(down, is_summarised=is_summarised), down


@pytest.mark.goal("B32", "C29")
def test_a_matching_entry_ends_the_search_even_if_it_leads_nowhere(lab: Lab) -> None:
    first = "route-map PBR permit 10\n match ip address match\n set ip next-hop 192.168.24.4\n"
    second = "route-map PBR permit 20\n match ip address match\n set ip next-hop 192.168.25.5\n"
    lab["R2"].configure(f"no route-map PBR\n{first}{second}")
    assert way(lab) == "R4"
    set_links(lab, down={TO_R4})
    assert way(lab) == "R3"
    lab["R2"].configure("no route-map PBR permit 10")
    assert way(lab) == "R5"


@pytest.mark.goal("B35", "C30", "C36")
def test_the_policy_takes_what_comes_in_there_and_its_list_permits(lab: Lab) -> None:
    assert way(lab, source="FastEthernet1/0") == "R3"
    assert way(lab, target="8.8.8.8") == "R3"
    assert way(lab) == "R4"
    # What R2 itself sends is not of the policy, wherever it goes.
    lab["R2"].configure("ip access-list extended match\n permit ip any any")
    assert "192.168.23.3" in lab["R2"].cli("traceroute 9.9.9.9")
    assert way(lab, source="FastEthernet1/0") == "R4"
    lab["R2"].configure("interface FastEthernet1/0\n no ip policy route-map PBR")
    assert way(lab) == "R3"


LEAK = (
    "ip prefix-list R8 permit 8.8.8.8/32\nroute-map LEAK permit 10\n"
    f" match ip address prefix-list R8\ninterface Serial2/0\n {SUMMARY} leak-map LEAK"
)
FAR = "access-list 8 permit 8.8.8.8\nrouter eigrp 100\n offset-list 8 out 1000000 Serial2/0"


def recursive(lab: Lab) -> None:
    """8.8.8.8 by R5, R6 and R7, and the policy takes its ways."""
    for name in ("R5", "R6", "R7"):
        lab[name].configure(LEAK)
    for name in ("R3", "R4"):
        lab[name].configure(FAR)
    lab["R2"].configure(
        "no route-map PBR\nroute-map PBR permit 10\n match ip address match\n"
        " set ip next-hop recursive 8.8.8.8"
    )
    lab.settle()


def second_hops(lab: Lab) -> list[str]:
    """Who answered the probes with two hops, in order."""
    shown = lab["R1"].cli("traceroute 9.9.9.9 source Loopback0 ttl 2 2")
    return re.findall(r"^ +2? +(192[\d.]+)", shown, re.MULTILINE)


def per_packet(lab: Lab) -> None:
    for name in ("Serial4/2", "Serial4/3", "Serial4/4"):
        lab["R2"].configure(f"interface {name}\n ip load-sharing per-packet")


@pytest.mark.goal("B38", "C38")
def test_a_leaked_component_is_told_beside_the_summary(lab: Lab) -> None:
    recursive(lab)
    hops = ["192.168.25.5", "192.168.26.6", "192.168.27.7"]
    assert ways(lab, "8.8.8.8") == (metric(T1, SERIAL, DELAYED, LOOPBACK), hops)
    assert ways(lab, "0.0.0.0") == (metric(T1, SERIAL, LOOPBACK), hops)
    # Nothing else leaks.
    assert ways(lab, "9.9.9.9") == (2_300_416, ["192.168.23.3"])


@pytest.mark.goal("B37", "C35")
def test_a_recursive_next_hop_follows_the_routes_to_it(lab: Lab) -> None:
    recursive(lab)
    # Shared by destination: all probes of a trace have one way.
    assert len(set(second_hops(lab))) == 1
    per_packet(lab)
    assert second_hops(lab) == ["192.168.25.5", "192.168.26.6", "192.168.27.7"]
    lab["R2"].configure("interface Serial4/3\n shutdown")
    lab.settle()
    assert set(second_hops(lab)) == {"192.168.25.5", "192.168.27.7"}
    # R3 is far, but there.
    for name in ("Serial4/2", "Serial4/4"):
        lab["R2"].configure(f"interface {name}\n shutdown")
    lab.settle()
    assert second_hops(lab) == ["192.168.23.3"]


# -- explain: the reason of each ----


def why(lab: Lab, source: str = "1.1.1.1") -> tuple[str, list[str], str]:
    """What the policy of R2 says of a packet to 9.9.9.9, by which lines, and the way it goes on."""
    found = lab.explain("R1", "9.9.9.9", source=source)
    steps = {step.stage: step for step in found.steps if step.router == "R2"}
    policy = steps["policy"]
    assert found.outcome is Outcome.DELIVERED
    assert found.router == "R9"
    on = steps["route"].text or steps["encapsulation"].text
    return policy.text, [str(line) for line in policy.lines], on


MATCHES = "route-map PBR, sequence 10, matches; "
NOT_R4 = "not set ip next-hop 192.168.24.4: Serial4/1 is administratively down; "
NOT_R5 = "not set interface Serial4/2: Serial4/2 is administratively down; "
NOT_R6 = "not set ip default next-hop 192.168.26.6: Serial4/3 is administratively down; "
ENDS = "the search ends here, so the routing table decides"
LINES = [
    "'route-map PBR permit 10'",
    *(
        f"'{clause}' of 'route-map PBR permit 10'"
        for clause in (
            "match ip address match",
            "set ip next-hop 192.168.24.4",
            "set interface Serial4/2",
            "set ip default next-hop 192.168.26.6",
            "set default interface Serial4/4",
        )
    ),
    "'ip policy route-map PBR' of 'interface FastEthernet1/0'",
]


@pytest.mark.goal("B31", "B33", "B36", "N6")
def test_explain_gives_the_reason_at_each_step_of_the_post(lab: Lab) -> None:
    first = MATCHES + "set ip next-hop 192.168.24.4"
    assert why(lab) == (first, LINES, "to the link of Serial4/1")
    set_links(lab, down={TO_R4})
    second = MATCHES + NOT_R4 + "set interface Serial4/2"
    assert why(lab) == (second, LINES, "to the link of Serial4/2")
    set_links(lab, down={TO_R4, TO_R5})
    explicit = "there is an explicit route, 9.9.9.9/32; "
    third = (
        f"{MATCHES}{NOT_R4}{NOT_R5}not set ip default next-hop 192.168.26.6: {explicit}"
        f"not set default interface Serial4/4: {explicit}{ENDS}"
    )
    route = "eigrp 100 route 9.9.9.9/32 via 192.168.23.3 Serial4/0"
    assert why(lab) == (third, LINES, route)
    summarise(lab)
    fourth = f"{MATCHES}{NOT_R4}{NOT_R5}set ip default next-hop 192.168.26.6"
    assert why(lab) == (fourth, LINES, "to the link of Serial4/3")
    set_links(lab, down={TO_R4, TO_R5, TO_R6})
    fifth = f"{MATCHES}{NOT_R4}{NOT_R5}{NOT_R6}set default interface Serial4/4"
    assert why(lab) == (fifth, LINES, "to the link of Serial4/4")


@pytest.mark.goal("B32", "N6")
def test_explain_says_that_a_match_ended_the_search(lab: Lab) -> None:
    lab["R2"].configure(
        "no route-map PBR\n"
        "route-map PBR permit 10\n match ip address match\n set ip next-hop 192.168.24.4\n"
        "route-map PBR permit 20\n match ip address match\n set ip next-hop 192.168.25.5"
    )
    set_links(lab, down={TO_R4})
    text, lines, on = why(lab)
    assert text == MATCHES + NOT_R4 + ENDS
    assert not [line for line in lines if "permit 20" in line or "192.168.25.5" in line]
    assert on == "eigrp 100 route 9.9.9.9/32 via 192.168.23.3 Serial4/0"


@pytest.mark.goal("B35", "N6")
def test_explain_says_that_no_entry_matched(lab: Lab) -> None:
    assert why(lab, source="192.168.12.1") == (
        "route-map PBR: no entry matches, so the routing table decides",
        ["'ip policy route-map PBR' of 'interface FastEthernet1/0'"],
        "eigrp 100 route 9.9.9.9/32 via 192.168.23.3 Serial4/0",
    )


@pytest.mark.goal("B37", "N6")
def test_explain_names_the_recursive_next_hop(lab: Lab) -> None:
    recursive(lab)
    for name in ("Serial4/2", "Serial4/3"):
        lab["R2"].configure(f"interface {name}\n shutdown")
    lab.settle()
    text, lines, on = why(lab)
    found = "found by eigrp 100 route 8.8.8.8/32 via 192.168.27.7 Serial4/4"
    assert text == f"{MATCHES}set ip next-hop recursive 8.8.8.8, {found}"
    assert "'set ip next-hop recursive 8.8.8.8' of 'route-map PBR permit 10'" in lines
    assert on == "to the link of Serial4/4"


# -- set interface on an Ethernet ----


def out_of_ethernet(lab: Lab, *, is_route_there: bool) -> Explanation:
    """R9 sends what comes from R8 to 2.2.2.2 out to R4, whatever the routing table says."""
    other = "FastEthernet1/0" if is_route_there else "FastEthernet1/1"
    lab["R9"].configure(
        f"interface {other}\n delay 1000\n"
        "route-map OUT permit 10\n set interface FastEthernet1/1\n"
        "interface FastEthernet3/0\n ip policy route-map OUT"
    )
    lab.settle()
    return lab.explain("R9", "2.2.2.2", source="8.8.8.8", interface="FastEthernet3/0")


@pytest.mark.goal("B34", "N6")
def test_set_interface_on_an_ethernet_lives_on_proxy_arp(lab: Lab) -> None:
    found = out_of_ethernet(lab, is_route_there=True)
    assert (found.outcome, found.router) == (Outcome.DELIVERED, "R2")
    assert "2.2.2.2 is aabb.cc10.0401" in str(found)
    lab["R4"].configure("interface FastEthernet1/0\n no ip proxy-arp")
    found = lab.explain("R9", "2.2.2.2", source="8.8.8.8", interface="FastEthernet3/0")
    assert (found.outcome, found.router) == (Outcome.DROPPED, "R9")
    assert found.last.text == "2.2.2.2 on FastEthernet1/1 has not answered ARP"


@pytest.mark.goal("B34", "N6")
def test_the_answer_of_proxy_arp_is_filtered_where_the_route_leads_elsewhere(lab: Lab) -> None:
    found = out_of_ethernet(lab, is_route_there=False)
    assert (found.outcome, found.router, found.last.reason) == (
        Outcome.DROPPED,
        "R9",
        "ENCAPSULATION",
    )
    assert found.last.text == (
        "2.2.2.2 is not routed out of FastEthernet1/1: its answer to ARP is of the wrong cable"
    )
    # And so it is with real packets: they are lost, none takes the routing table's way.
    lab["R8"].configure("ip route 2.2.2.2 255.255.255.255 192.168.89.9")
    lab["R9"].cli("debug arp")
    assert "Success rate is 0 percent (0/5)" in lab["R8"].cli("ping 2.2.2.2 source Loopback0")
    wrong = "IP ARP rep filtered src 2.2.2.2 aabb.cc10.0401, dst 192.168.49.9 aabb.cc10.0911"
    logged = [line.text for line in lab.routers["R9"].device.history]
    assert any(f"{wrong} wrong cable, interface FastEthernet1/1" in text for text in logged)
