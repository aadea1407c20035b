"""Interfaces in VRFs: routers that forward, answer and show by VRF."""

from __future__ import annotations

import re

import pytest

import iosemu


@pytest.fixture
def lab() -> iosemu.Lab:
    """R1 and R2 of the lab `hello`, joined in VRF RED under addresses R1 also has globally."""
    lab = iosemu.load("hello")
    lab.boot()
    r1, r2 = lab["R1"], lab["R2"]
    r1.configure(
        "vrf definition RED\nrd 65000:1\naddress-family ipv4\nexit-address-family\nexit\n"
        "interface e0/0\nvrf forwarding RED\nip address 10.0.12.1 255.255.255.0\n"
        "interface lo7\nip address 10.0.12.2 255.255.255.255"
    )
    r2.configure(
        "ip vrf RED\ninterface e0/0\nip vrf forwarding RED\nip address 10.0.12.2 255.255.255.0\n"
        "interface lo9\nip vrf forwarding RED\nip address 9.9.9.9 255.255.255.255"
    )
    lab.run_for(30)
    return lab


def test_each_vrf_has_its_own_table_and_neighbors(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    said = r1.cli("show ip route vrf RED")
    assert said.splitlines()[:2] == ["", "Routing Table: RED"]
    assert "C        10.0.12.0/24 is directly connected, Ethernet0/0" in said
    assert "Ethernet0/0" not in r1.cli("show ip route")
    # The first waits for ARP.
    assert r1.cli("ping vrf RED 10.0.12.2").count("!") == 4
    # Globally the address is the router's own.
    r1.configure("interface e0/0\nshutdown")
    assert r1.cli("ping 10.0.12.2").count("!") == 5
    assert r1.cli("ping vrf RED 10.0.12.2") == "% VRF does not have a usable source address"


def test_static_routes_of_a_vrf_forward_in_it(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("ping vrf RED 9.9.9.9 timeout 1").count("!") == 0
    r1.configure("ip route vrf RED 9.9.9.9 255.255.255.255 10.0.12.2")
    said = r1.cli("show ip route vrf RED 9.9.9.9")
    assert 'Known via "static", distance 1, metric 0' in said
    assert r1.cli("ping vrf RED 9.9.9.9 source e0/0").count("!") == 4
    assert "1 10.0.12.2" in r1.cli("traceroute vrf RED 9.9.9.9")
    assert "% Network not in table" in r1.cli("show ip route 9.9.9.9")
    assert "9.9.9.9 [1/0] via 10.0.12.2" in r1.cli("show ip route vrf RED static")
    r1.configure("interface e0/0\nshutdown")
    lab.run_for(5)
    assert "9.9.9.9" not in r1.cli("show ip route vrf RED")


def test_packets_do_not_cross_from_one_vrf_into_another(lab: iosemu.Lab) -> None:
    """R2 has 172.31.2.2 in its global table; what comes in from RED does not reach it."""
    r1 = lab["R1"]
    r1.configure("ip route vrf RED 0.0.0.0 0.0.0.0 10.0.12.2")
    lab["R2"].configure("interface lo2\nip address 172.31.2.2 255.255.255.255")
    lab.run_for(2)
    assert r1.cli("ping vrf RED 172.31.2.2 timeout 1").count("!") == 0
    assert r1.cli("ping vrf RED 10.0.12.2").count("!") == 5


def test_what_is_said_of_vrfs_without_addresses(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("ping vrf NONE 1.1.1.1") == "% VRF NONE does not exist"
    assert r1.cli("show ip route vrf NONE") == "% IP routing table vrf NONE does not exist"
    r1.configure("ip vrf BARE")
    assert r1.cli("ping vrf BARE 1.1.1.1") == "% VRF does not have a usable source address"
    assert "% Invalid source interface" in r1.cli("ping vrf RED 10.0.12.2 source lo7")


def test_shows_of_a_running_router(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("show vrf").splitlines() == [
        "  Name                             Default RD          Protocols   Interfaces",
        "  RED                              65000:1             ipv4        Et0/0",
    ]
    assert r1.cli("show vrf ipv6").splitlines()[1:] == []
    assert r1.cli("show ip vrf interfaces").splitlines()[1].split() == (
        ["Et0/0", "10.0.12.1", "RED", "up"]
    )
    said = r1.cli("show vrf detail RED")
    assert said.startswith("VRF RED (VRF Id = 1); default RD 65000:1; default VPNID <not set>\n")
    assert '  VPN Routing/Forwarding "RED"' in r1.cli("show ip interface e0/0")
    assert r1.cli("show vrf NONE") == "% No VRF named NONE"


def test_a_vrf_that_is_deleted_leaves_no_route(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip route vrf RED 9.9.9.9 255.255.255.255 10.0.12.2")
    r1.configure("no vrf definition RED")
    lab.run_for(5)
    assert len(r1.cli("show vrf").splitlines()) == 1
    r1.configure("vrf definition RED\naddress-family ipv4")
    assert "10.0.12" not in r1.cli("show ip route vrf RED")
    assert "9.9.9.9" not in r1.cli("show ip route vrf RED")


def test_neighbors_and_forwarding_entries_are_shown_by_vrf(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("ping vrf RED 10.0.12.2")
    assert "10.0.12.2" in r1.cli("show ip arp vrf RED")
    assert "10.0.12." not in r1.cli("show ip arp")
    assert "10.0.12.0/24         attached" in r1.cli("show ip cef vrf RED")
    assert r1.cli("show ip cef vrf RED 10.0.12.2").splitlines() == [
        "10.0.12.2/32",
        "  attached to Ethernet0/0",
    ]
    assert r1.cli("show ip arp vrf NONE") == "% IP routing table vrf NONE does not exist"


def test_eigrp_runs_in_a_vrf(lab: iosemu.Lab) -> None:
    r1, r2 = lab["R1"], lab["R2"]
    for router in (r1, r2):
        router.configure(
            "router eigrp X\naddress-family ipv4 vrf RED autonomous-system 1\nnetwork 0.0.0.0"
        )
    lab.run_for(30)
    assert re.search(r"D +9\.9\.9\.9 \[90/\d+\] via 10.0.12.2", r1.cli("show ip route vrf RED"))
    assert r1.cli("ping vrf RED 9.9.9.9").count("!") == 5
    assert "9.9.9.9" not in r1.cli("show ip route")
    r1.configure("interface e0/0\nno vrf forwarding\nip address 10.0.19.1 255.255.255.0")
    lab.run_for(20)
    assert "9.9.9.9" not in r1.cli("show ip route vrf RED")
    assert "Ethernet0/0" in r1.cli("show ip route")
