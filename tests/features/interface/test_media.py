"""Duplex, speed, queues and ARP of an interface: what is typed is what is shown and done."""

from __future__ import annotations

import pytest

import iosemu


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    return lab


def shown(lab: iosemu.Lab, name: str) -> str:
    return lab["R1"].cli(f"show interfaces {name}")


def test_a_forced_speed_is_the_bandwidth(lab: iosemu.Lab) -> None:
    assert "BW 10000 Kbit/sec" in shown(lab, "e0/0")
    lab["R1"].configure("interface e0/0\n speed 100")
    assert "BW 100000 Kbit/sec" in shown(lab, "e0/0")
    lab["R1"].configure("interface e0/0\n bandwidth 64")
    assert "BW 64 Kbit/sec" in shown(lab, "e0/0")
    lab["R1"].configure("interface e0/0\n no bandwidth\n no speed")
    assert "BW 10000 Kbit/sec" in shown(lab, "e0/0")


def test_keepalive_queues_and_arp_timeout_are_shown(lab: iosemu.Lab) -> None:
    before = shown(lab, "e0/0")
    assert "Keepalive set (10 sec)" in before
    assert "ARP Timeout 04:00:00" in before
    lab["R1"].configure(
        "interface e0/0\n no keepalive\n arp timeout 90\n hold-queue 200 in\n hold-queue 60 out"
    )
    after = shown(lab, "e0/0")
    assert "Keepalive not set" in after
    assert "ARP Timeout 00:01:30" in after
    assert "Input queue: 0/200/0/0" in after
    assert "Output queue: 0/60 (size/max)" in after


def arp_ages(lab: iosemu.Lab) -> list[str]:
    rows = lab["R1"].cli("show ip arp 10.0.12.2").splitlines()[1:]
    return [row.split()[2] for row in rows]


def test_a_neighbor_is_asked_again_before_its_timeout(lab: iosemu.Lab) -> None:
    """Refreshed a minute before the end: it never gets as old as with four hours."""
    lab["R1"].cli("ping 10.0.12.2")
    lab.run_for(1200)
    assert arp_ages(lab) == ["20"]
    lab["R1"].configure("interface e0/0\n arp timeout 120\n shutdown\n no shutdown")
    lab.run_for(5)
    lab["R1"].cli("ping 10.0.12.2")
    lab.run_for(1200)
    (age,) = arp_ages(lab)
    assert int(age) <= 1


def test_a_timeout_of_zero_keeps_a_neighbor_for_ever(lab: iosemu.Lab) -> None:
    for name in ("R1", "R2"):
        lab[name].configure("interface e0/0\n arp timeout 0\n shutdown\n no shutdown")
    lab.run_for(5)
    lab["R1"].cli("ping 10.0.12.2")
    lab.run_for(5 * 3600)
    assert arp_ages(lab) == ["300"]


def test_dhcp_takes_the_place_of_an_address_and_the_other_way_round(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("interface e0/3\n ip address 10.9.9.1 255.255.255.0\n ip address dhcp")
    block = r1.cli("show running-config interface e0/3")
    assert " ip address dhcp" in block
    assert "10.9.9.1" not in block
    assert "no ip address" not in block
    r1.configure("interface e0/3\n ip address 10.9.9.1 255.255.255.0")
    assert "dhcp" not in r1.cli("show running-config interface e0/3")


def test_an_ip_mtu_greater_than_that_of_the_interface_is_refused(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert "% Invalid input" in r1.configure("interface e0/0\n ip mtu 1600")
    assert r1.configure("interface e0/0\n mtu 9216\n ip mtu 9000") == ""
    assert " ip mtu 9000" in r1.cli("show running-config interface e0/0")
    r1.configure("interface e0/0\n mtu 8000")
    assert "ip mtu" not in r1.cli("show running-config interface e0/0")


def test_ssh_is_off_without_keys_and_says_its_version(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("show ip ssh").splitlines() == [
        "SSH Disabled - version 1.99",
        "%Please create RSA keys to enable SSH (and of atleast 768 bits for SSH v2).",
        "Authentication timeout: 120 secs; Authentication retries: 3",
        "Minimum expected Diffie Hellman key size : 1024 bits",
        "IOS Keys in SECSH format(ssh-rsa, base64 encoded): NONE",
    ]
    r1.configure("ip ssh version 2\nip ssh time-out 60\nip ssh authentication-retries 2")
    head = r1.cli("show ip ssh").splitlines()
    assert head[0] == "SSH Disabled - version 2.0"
    assert head[2] == "Authentication timeout: 60 secs; Authentication retries: 2"
