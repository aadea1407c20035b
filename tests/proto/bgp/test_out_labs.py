"""Advertising in labs of several routers, over real sessions."""

from __future__ import annotations

from pathlib import Path

from .out_lab import lab_of, route, said


def loopback(n: int) -> str:
    return f"interface Loopback0\n ip address {n}.{n}.{n}.{n} 255.255.255.255\n"


def ethernet(number: int, address: str) -> str:
    return f"interface Ethernet0/{number}\n ip address {address} 255.255.255.0\n no shutdown\n"


def test_a_network_of_one_router_is_in_the_routing_table_of_the_other(tmp_path: Path) -> None:
    lab = lab_of(
        tmp_path,
        {
            "R1": loopback(1)
            + ethernet(0, "10.0.12.1")
            + "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n"
            " network 1.1.1.1 mask 255.255.255.255\n",
            "R2": loopback(2)
            + ethernet(0, "10.0.12.2")
            + "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n"
            " network 2.2.2.2 mask 255.255.255.255\n",
        },
        ("R1", "R2"),
    )
    lab.run_for(200)
    assert route(lab, "R2", "1.1.1.1/32") == "B 10.0.12.1"
    assert route(lab, "R1", "2.2.2.2/32") == "B 10.0.12.2"
    assert said(lab, "R2", "1.1.1.1/32") == "1 i next 10.0.12.1 med 0"
