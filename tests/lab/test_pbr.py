"""The lab of policy routing: its metrics, and which way packets take when links fail."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from itertools import product

import pytest

import iosemu
from iosemu import Lab

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
