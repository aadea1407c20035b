"""`distribute-list out PROTOCOL`, VRFs of a classic process, and who told of how many prefixes."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    for name in ("R1", "R2"):
        lab[name].configure("router eigrp 1\n network 10.0.0.0")
    lab["R1"].configure(
        "ip route 99.1.0.0 255.255.0.0 Null0\nip route 99.2.0.0 255.255.0.0 Null0\n"
        "access-list 9 permit 99.1.0.0\nrouter eigrp 1\n redistribute static metric 1 1 1 1 1"
    )
    lab.run_for(10)
    return lab


def heard(lab: Lab) -> list[str]:
    rows = lab["R2"].cli("show ip route eigrp").splitlines()
    return [row.split()[2] for row in rows if row.startswith("D EX")]


def test_a_list_decides_which_redistributed_routes_are_taken_in(lab: Lab) -> None:
    assert heard(lab) == ["99.1.0.0", "99.2.0.0"]
    lab["R1"].configure("router eigrp 1\n distribute-list 9 out static")
    lab.run_for(5)
    assert heard(lab) == ["99.1.0.0"]
    assert "    Redistributed static filtered by 9\n" in lab["R1"].cli("show ip protocols")
    lab["R1"].configure("no access-list 9\naccess-list 9 permit 99.2.0.0")
    lab.run_for(5)
    assert heard(lab) == ["99.2.0.0"]
    running = lab["R1"].cli("show running-config | section router eigrp")
    assert " distribute-list 9 out static\n" in running
    lab["R1"].configure("router eigrp 1\n no distribute-list 9 out static")
    lab.run_for(5)
    assert heard(lab) == ["99.1.0.0", "99.2.0.0"]
    lab["R1"].configure(
        "ip prefix-list P permit 99.2.0.0/16\nrouter eigrp 1\n distribute-list prefix P out static"
    )
    lab.run_for(5)
    assert heard(lab) == ["99.2.0.0"]


def test_a_classic_process_has_families_for_vrfs(lab: Lab) -> None:
    for name in ("R1", "R2"):
        number = name[1]
        lab[name].configure(
            "vrf definition RED\n address-family ipv4\ninterface Ethernet0/3\n no shutdown\n"
            "interface Ethernet0/0\n vrf forwarding RED\n"
            f" ip address 10.0.12.{number} 255.255.255.0\n"
            f"interface Loopback7\n vrf forwarding RED\n ip address 10.7.{number}.1 255.255.255.0\n"
            "router eigrp 1\n address-family ipv4 vrf RED autonomous-system 100\n"
            "  network 10.0.0.0\n exit-address-family"
        )
    lab.run_for(10)
    r1 = lab["R1"]
    assert "VRF(RED)" in r1.cli("show ip eigrp vrf RED neighbors")
    assert "10.0.12.2" in r1.cli("show ip eigrp vrf RED neighbors")
    assert "10.7.2.0" in r1.cli("show ip route vrf RED eigrp")
    assert "10.7.2.0" not in r1.cli("show ip route eigrp")
    assert r1.cli("show running-config | section router eigrp").splitlines()[-4:] == [
        " !",
        " address-family ipv4 vrf RED autonomous-system 100",
        "  network 10.0.0.0",
        " exit-address-family",
    ]
    r1.configure("router eigrp 1\n no address-family ipv4 vrf RED autonomous-system 100")
    lab.run_for(1)
    assert "10.7.2.0" not in r1.cli("show ip route vrf RED eigrp")


def test_prefixes_are_counted_by_who_told_of_them(lab: Lab) -> None:
    text = lab["R2"].cli("show ip eigrp accounting").splitlines()
    topology = lab["R2"].cli("show ip eigrp topology all-links")
    total, told_by_r1 = topology.count("\nP "), topology.count("via 10.0.12.1 ")
    assert total > told_by_r1 > 0
    assert text[0] == "EIGRP-IPv4 Accounting for AS(1)/ID(2.2.2.2)"
    assert text[1] == f"Total Prefix Count: {total} States: A-Adjacency, P-Pending, D-Down"
    (row,) = text[4:5]
    assert row.split() == ["A", "10.0.12.1", "Et0/0", str(told_by_r1), "0", "0"]
    told = lab["R1"].cli("show eigrp address-family ipv4 1 accounting").splitlines()
    imported = lab["R1"].cli("show ip eigrp topology all-links").count("Rstatic")
    assert told[4].split() == ["A", "Redistributed", "----", str(imported), "0", "0"]


def test_plugins_are_listed(lab: Lab) -> None:
    text = lab["R1"].cli("show eigrp plugins")
    assert "EIGRP feature plugins:::" in text
    assert "ipv4-af            :  2.01.01 : Routing Protocol Support" in text


def test_limits_of_prefixes_are_kept_and_said_to_be_inert(lab: Lab) -> None:
    lines = [
        " maximum-prefix 1000 80 warning-only",
        " neighbor 10.0.12.2 maximum-prefix 10 restart 5 restart-count 3",
    ]
    said = lab["R1"].configure("router eigrp 1\n" + "\n".join(lines))
    assert "%" not in said
    running = lab["R1"].cli("show running-config | section router eigrp").splitlines()
    inert = lab["R1"].cli("show lab inert")
    for line in lines:
        assert line in running
        assert line.strip() in inert
    lab["R1"].configure("router eigrp 1\n no neighbor 10.0.12.2 maximum-prefix 10")
    assert "maximum-prefix 10 " not in lab["R1"].cli("show running-config")


def test_six_coefficients_are_kept(lab: Lab) -> None:
    lab["R1"].configure("router eigrp 1\n metric weights 0 1 0 1 0 0 5")
    assert " metric weights 0 1 0 1 0 0 5\n" in lab["R1"].cli("show running-config")
