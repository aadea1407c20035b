"""Adjacencies of serial lines, which have no link addresses: what CEF says of them."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab


@pytest.fixture(scope="module")
def lab() -> Lab:
    made = iosemu.load("serial")
    made.boot()
    made.run_for(15)
    return made


def shown(lab: Lab, device: str, line: str) -> list[str]:
    return [row.strip() for row in lab[device].cli(line).splitlines()]


@pytest.mark.parametrize(
    ("interface", "rewrite"), [("Serial1/0", "0F000800"), ("Serial1/1", "FF030021")]
)
def test_the_other_end_of_a_line_is_one_adjacency(lab: Lab, interface: str, rewrite: str) -> None:
    """0F00 0800: HDLC unicast and IPv4; FF03 0021: PPP and IPv4 (RFC 1662, 1332)."""
    rows = shown(lab, "R2", f"show adjacency {interface} detail")
    assert rows[1].startswith(f"IP       {interface}                 point2point(")
    assert rows[2:] == [
        "0 packets, 0 bytes",
        "epoch 0",
        "sourced in sev-epoch 0",
        "Encap length 4",
        rewrite,
        "P2P-ADJ",
    ]


def test_a_line_that_is_down_has_no_adjacency_and_an_unnumbered_one_has(lab: Lab) -> None:
    rows = shown(lab, "R1", "show adjacency")
    assert [row.split()[1] for row in rows[1:]] == ["Serial1/0", "Serial1/1"]
    assert "2 complete adjacencies" in shown(lab, "R1", "show adjacency summary")


def test_routes_over_a_line_end_in_its_adjacency_and_never_glean(lab: Lab) -> None:
    assert "glean" not in lab["R1"].cli("show ip cef internal")
    connected = shown(lab, "R1", "show ip cef 10.0.12.0 255.255.255.0 internal")
    chain = connected[-1]
    assert chain.startswith("IP adj out of Serial1/0 ")
    assert f"connected to Serial1/0, {chain}" in connected
    attached = shown(lab, "R1", "show ip cef 2.2.2.2 internal")
    assert f"attached to Serial1/1, {attached[-1]}" in attached
    onward = shown(lab, "R1", "show ip cef 3.3.3.3 internal")
    assert onward[-1] == chain
    assert shown(lab, "R1", "show ip cef exact-route 1.1.1.1 10.0.12.2") == [
        "1.1.1.1 -> 10.0.12.2 => IP adj out of Serial1/0"
    ]
    assert shown(lab, "R1", "show ip cef adjacency glean")[1:] == []


def test_an_unnumbered_line_says_whose_address_it_uses(lab: Lab) -> None:
    assert shown(lab, "R1", "show ip interface serial 1/1")[1:4] == [
        "Interface is unnumbered. Using address of Loopback0 (1.1.1.1)",
        "Broadcast address is 255.255.255.255",
        "MTU is 1500 bytes",
    ]
    assert "Serial" not in lab["R1"].cli("show ip arp")
