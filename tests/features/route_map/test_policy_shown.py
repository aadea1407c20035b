"""Where a router says that an interface routes by policy, and the order of its lines."""

from __future__ import annotations

from ..typing import running


def test_an_interface_names_its_route_map() -> None:
    lab = running()
    said = lab["R1"].cli("show ip interface Ethernet0/1")
    assert "  Policy routing is disabled\n" in said
    assert "  Input features: MCI Check\n" in said
    lab["R1"].configure("interface Ethernet0/1\nip policy route-map PBR")
    said = lab["R1"].cli("show ip interface Ethernet0/1")
    assert "  Policy routing is enabled, using route map PBR\n" in said
    assert "  Input features: Policy Routing, MCI Check\n" in said


def test_the_restart_delay_of_a_serial_interface_comes_last() -> None:
    lab = running("pbr")
    lab["R2"].configure(
        "interface Serial4/0\nip summary-address eigrp 100 10.0.0.0 255.0.0.0\ndelay 5"
    )
    said = lab["R2"].cli("show running-config interface Serial4/0").splitlines()
    assert said[said.index(" ip address 192.168.23.2 255.255.255.0") + 1 :] == [
        " ip summary-address eigrp 100 10.0.0.0 255.0.0.0",
        " delay 5",
        " serial restart-delay 0",
        "end",
    ]
