"""Sessions of whole routers: over IPv6, and the same after the lab went back in time."""

from __future__ import annotations

from pathlib import Path

import pytest

import iosemu

CONFIG = """version 15.4
hostname R{own}
ipv6 unicast-routing
interface Loopback0
 ip address {own}.{own}.{own}.{own} 255.255.255.255
interface Ethernet0/0
 ip address 10.0.1.{own} 255.255.255.0
 ipv6 address 2001:DB8::{own}/64
router bgp {own}
 neighbor 10.0.1.{other} remote-as {other}
 neighbor 2001:DB8::{other} remote-as {other}
 address-family ipv6
  neighbor 2001:DB8::{other} activate
 exit-address-family
end
"""
TOPOLOGY = """name: two
topology:
  nodes:
    R1: {kind: cisco_iol, image: "vrnetlab/cisco_iol:15.4", startup-config: R1.cfg}
    R2: {kind: cisco_iol, image: "vrnetlab/cisco_iol:15.4", startup-config: R2.cfg}
  links:
    - endpoints: ["R1:Ethernet0/0", "R2:Ethernet0/0"]
"""


@pytest.fixture
def lab(tmp_path: Path) -> iosemu.Lab:
    for own, other in ((1, 2), (2, 1)):
        (tmp_path / f"R{own}.cfg").write_text(CONFIG.format(own=own, other=other))
    (tmp_path / "two.clab.yml").write_text(TOPOLOGY)
    lab = iosemu.load(tmp_path)
    lab.boot()
    return lab


def test_sessions_over_ipv6_stand_beside_those_over_ipv4(lab: iosemu.Lab) -> None:
    lab.run_for(20)
    said = [line.text for line in lab["R1"].log if "%BGP" in line.text]
    assert sorted(text.partition(": %")[2] for text in said) == [
        "BGP-5-ADJCHANGE: neighbor 10.0.1.2 Up ",
        "BGP-5-ADJCHANGE: neighbor 2001:DB8::2 Up ",
    ]
    number = lab["R1"].logged
    lab["R1"].configure("interface Ethernet0/0\n shutdown\n")
    lab.run_for(1)
    fallen = [line.text for line in lab["R1"].log_since(number) if "NBR_RESET" in line.text]
    assert [text.partition(": %")[2] for text in fallen] == [
        "BGP-5-NBR_RESET: Neighbor 10.0.1.2 reset (Interface flap)",
        "BGP-5-NBR_RESET: Neighbor 2001:DB8::2 reset (Interface flap)",
    ]


def test_a_lab_that_goes_back_in_time_opens_the_same_sessions(lab: iosemu.Lab) -> None:
    lab.run_for(30)
    lab["R1"].cli("clear ip bgp *")
    lab.run_for(60)
    before = lab.state_digest()
    end = lab.now
    lab.rewind(10)
    lab.run_for(20)
    lab["R1"].cli("clear ip bgp *")
    lab.run_for(end - lab.now)
    assert lab.state_digest() == before
