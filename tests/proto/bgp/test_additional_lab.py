"""Additional paths between whole routers, from the OPEN on."""

from __future__ import annotations

from pathlib import Path

import pytest

from iosemu import Lab

from .out_lab import lab_of

ROUTE = "show ip route 77.0.0.1"
HUB = """interface Ethernet0/0
 ip address 10.0.0.1 255.255.255.0
interface Ethernet0/1
 ip address 10.0.1.1 255.255.255.0
router bgp 1
 neighbor 10.0.0.2 remote-as 2
 neighbor 10.0.0.3 remote-as 3
 neighbor 10.0.1.4 remote-as 1
 neighbor 10.0.1.5 remote-as 1
 address-family ipv4
  network 10.0.0.0 mask 255.255.255.0
  bgp additional-paths select all
  neighbor 10.0.1.4 advertise additional-paths all
  neighbor 10.0.1.5 advertise additional-paths all
{more}
 exit-address-family"""
OUTER = """interface Loopback0
 ip address 77.0.0.1 255.255.255.255
interface Ethernet0/0
 ip address 10.0.0.{n} 255.255.255.0
router bgp {n}
 neighbor 10.0.0.1 remote-as 1
 network 77.0.0.1 mask 255.255.255.255"""
INNER = """interface Ethernet0/0
 ip address 10.0.1.{n} 255.255.255.0
router bgp 1
 neighbor 10.0.1.1 remote-as 1
 address-family ipv4
{more}
 exit-address-family"""


def lab_with(folder: Path, hub: str, taker: str) -> Lab:
    """R2 and R3 tell R1 of the same prefix; R4 takes additional paths, R5 does not."""
    lab = lab_of(
        folder,
        {
            "R1": HUB.format(more=hub),
            "R2": OUTER.format(n=2),
            "R3": OUTER.format(n=3),
            "R4": INNER.format(n=4, more=taker),
            "R5": INNER.format(n=5, more=""),
        },
        ("R1", "R2", "R3"),
        ("R1", "R4", "R5"),
    )
    lab.run_for(120)
    return lab


def hops(lab: Lab, name: str) -> list[str]:
    lines = lab[name].cli("show ip bgp 77.0.0.1").splitlines()
    return sorted(line.split()[0] for line in lines if " from 10.0.1.1" in line)


@pytest.mark.parametrize(
    ("hub", "taker"),
    [
        ("  bgp additional-paths send", "  bgp additional-paths receive"),
        (
            "  neighbor 10.0.1.4 additional-paths send",
            "  neighbor 10.0.1.1 additional-paths receive",
        ),
    ],
)
def test_who_takes_additional_paths_gets_them(tmp_path: Path, hub: str, taker: str) -> None:
    lab = lab_with(tmp_path, hub, taker)
    assert hops(lab, "R4") == ["10.0.0.2", "10.0.0.3"]
    assert len(hops(lab, "R5")) == 1
    gone = next(hop for hop in hops(lab, "R4") if f"* {hop}" in lab["R4"].cli(ROUTE))
    lab[f"R{gone[-1]}"].configure("interface Loopback0\n shutdown\n")
    lab.run_for(60)
    other = "10.0.0.3" if gone == "10.0.0.2" else "10.0.0.2"
    assert hops(lab, "R4") == hops(lab, "R5") == [other]
    # Who hangs up takes all of them along.
    lab["R4"].configure("router bgp 1\n neighbor 10.0.1.1 shutdown\n")
    lab.run_for(10)
    assert hops(lab, "R4") == []


def test_neighbors_may_be_left_out(tmp_path: Path) -> None:
    lab = lab_with(
        tmp_path,
        "  bgp additional-paths send\n  neighbor 10.0.1.4 additional-paths disable",
        "  bgp additional-paths receive",
    )
    assert len(hops(lab, "R4")) == 1
