"""IPv6 routes of BGP between whole routers, over sessions of IPv6 and of IPv4."""

from __future__ import annotations

from pathlib import Path

from iosemu import Lab

from .out_lab import lab_of

ROUTER = """ipv6 unicast-routing
interface Loopback0
 ipv6 address 2001:DB8:{n}::{n}/64
interface Ethernet0/0
 ip address 10.0.1.{n} 255.255.255.0
 ipv6 address 2001:DB8::{n}/64
router bgp {asn}
 bgp router-id {n}.{n}.{n}.{n}
 neighbor {peer} remote-as {other}
 address-family ipv6
  neighbor {peer} activate
{more}
 exit-address-family"""


def pair(folder: Path, peers: tuple[str, str], asns: tuple[int, int], *more: str) -> Lab:
    """R1 and R2, each with a prefix at its loopback."""
    configs = {}
    for at, n in enumerate((1, 2)):
        configs[f"R{n}"] = ROUTER.format(
            n=n, asn=asns[at], other=asns[1 - at], peer=peers[1 - at], more=more[at]
        )
    lab = lab_of(folder, configs, ("R1", "R2"))
    lab.run_for(60)
    return lab


SIX = ("2001:DB8::1", "2001:DB8::2")
FOUR = ("10.0.1.1", "10.0.1.2")
NETWORKS = ("  network 2001:DB8:1::/64", "  network 2001:DB8:2::/64")


def learned(lab: Lab, name: str) -> list[str]:
    text = lab[name].cli("show ipv6 route bgp")
    return [line.split()[1] for line in text.splitlines() if line.startswith("B ")]


def ping(lab: Lab, name: str, to: int) -> bool:
    text = lab[name].cli(f"ping ipv6 2001:DB8:{to}::{to} source Loopback0")
    return "100 percent" in text


def test_ebgp_over_ipv6_forwards_by_link_local_next_hops(tmp_path: Path) -> None:
    lab = pair(tmp_path, SIX, (1, 2), *NETWORKS)
    assert learned(lab, "R1") == ["2001:DB8:2::/64"]
    assert "FE80::A8BB:CCFF:FE00:200, Ethernet0/0" in lab["R1"].cli(
        "show ipv6 route 2001:DB8:2::/64"
    )
    text = lab["R1"].cli("show bgp ipv6 unicast 2001:DB8:2::/64")
    assert "2001:DB8::2 (FE80::" in text
    assert ping(lab, "R1", 2)
    assert ping(lab, "R2", 1)
    lab["R2"].configure("interface Loopback0\n shutdown\n")
    lab.run_for(40)
    assert learned(lab, "R1") == []


def test_ibgp_over_ipv6(tmp_path: Path) -> None:
    lab = pair(tmp_path, SIX, (1, 1), *NETWORKS)
    assert learned(lab, "R1") == ["2001:DB8:2::/64"]
    assert ping(lab, "R1", 2)
    assert ping(lab, "R2", 1)


def test_redistributed_connected_and_static(tmp_path: Path) -> None:
    lab = pair(
        tmp_path, SIX, (1, 2), "  redistribute connected\n  redistribute static", NETWORKS[1]
    )
    lab["R1"].configure("ipv6 route 2001:DB8:77::/48 Null0\n")
    lab.run_for(40)
    assert learned(lab, "R2") == ["2001:DB8:1::/64", "2001:DB8:77::/48"]
    assert ping(lab, "R2", 1)


def test_a_session_of_ipv4_needs_a_next_hop_set_by_a_route_map(tmp_path: Path) -> None:
    lab = pair(tmp_path, FOUR, (1, 2), *NETWORKS)
    assert learned(lab, "R1") == []
    for n in (1, 2):
        lab[f"R{n}"].configure(
            f"route-map SIX permit 10\n set ipv6 next-hop 2001:DB8::{n}\n"
            f"router bgp {n}\n address-family ipv6\n neighbor 10.0.1.{3 - n} route-map SIX out\n"
        )
        lab[f"R{n}"].cli("clear bgp ipv6 unicast * soft out")
    lab.run_for(60)
    assert learned(lab, "R1") == ["2001:DB8:2::/64"]
    assert ping(lab, "R1", 2)
    assert ping(lab, "R2", 1)
