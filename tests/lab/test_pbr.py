"""The lab of policy routing: its metrics, and which way packets take when links fail."""

from __future__ import annotations

import re
from functools import cache

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
