"""Dynamic neighbors of whole routers."""

from __future__ import annotations

from pathlib import Path

import pytest

from .out_lab import engine, lab_of

HUB = """interface Ethernet0/0
 ip address 10.0.1.1 255.255.255.0
router bgp 1
 neighbor G peer-group
 neighbor G remote-as {} alternate-as {}
 bgp listen range 10.0.1.0/24 peer-group G"""
SPOKE = """interface Loopback0
 ip address 2.2.2.2 255.255.255.255
interface Ethernet0/0
 ip address 10.0.1.2 255.255.255.0
router bgp {}
 neighbor 10.0.1.1 remote-as 1
 network 2.2.2.2 mask 255.255.255.255"""


@pytest.mark.parametrize(("asn", "other", "distance"), [(1, 2, 200), (2, 1, 20), (3, 1, 20)])
def test_the_as_a_dynamic_neighbor_says_makes_it_internal_or_external(
    tmp_path: Path, asn: int, other: int, distance: int
) -> None:
    hub = HUB.format(other, asn)
    lab = lab_of(tmp_path, {"R1": hub, "R2": SPOKE.format(asn)}, ("R1", "R2"))
    lab.run_for(60)
    (peer,) = engine(lab, "R1").state.peers.values()
    assert peer.settings.remote_as == asn
    assert f"2.2.2.2 [{distance}/0] via 10.0.1.2" in lab["R1"].cli("show ip route bgp")
