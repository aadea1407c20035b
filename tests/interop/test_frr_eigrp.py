"""FRR's eigrpd beside a router of a lab: adjacency, routes both ways, their loss and return.

The eigrpd of FRR 8.4 ends when it is queried, and does not tell of an interface that went down: so
routes go here with the adjacency."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from iosemu.address import IPv4Prefix
from iosemu.bridge import Tap
from iosemu.lab.lab import Lab
from iosemu.lab.loader import load as load_topology
from tests.interop.frr import Frr, why_not_frr
from tests.interop.neighbor import Neighbor, assert_plays_again

TOPOLOGY = """
name: frr
topology:
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol, startup-config: R2.cfg}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
    - type: dummy
      endpoint: {node: R1, interface: Ethernet0/1}
"""
CONFIGS = {
    "R1": """\
hostname R1
interface Ethernet0/0
 ip address 10.0.12.1 255.255.255.0
interface Ethernet0/1
 ip address 192.168.1.1 255.255.255.0
router eigrp 1
 network 10.0.0.0
 network 192.168.1.0
""",
    "R2": """\
hostname R2
interface Loopback0
 ip address 2.2.2.2 255.255.255.255
interface Ethernet0/0
 ip address 10.0.12.2 255.255.255.0
router eigrp 1
 network 0.0.0.0
""",
}
EIGRPD = """\
router eigrp 1
 network 192.168.1.0/24
 network 7.7.7.0/24
"""
FAR = IPv4Prefix.parse("7.7.7.0/24")


class Eigrpd:
    """FRR at R1's free port as 192.168.1.2, with 7.7.7.0/24 behind it."""

    def __init__(self, neighbor: Neighbor, folder: Path) -> None:
        self.neighbor = neighbor
        self.frr = Frr(folder, neighbor.start, neighbor.run)
        run = neighbor.namespace.run
        with neighbor.namespace.entered():
            self.far = Tap("far0")
        run("ip", "address", "add", "7.7.7.7/24", "dev", "far0")
        run("ip", "link", "set", "far0", "up")
        self.frr.daemon("zebra", "hostname frr\n")
        neighbor.lab.advance(2, lambda: False)
        self.eigrpd = self.frr.daemon("eigrpd", EIGRPD)

    def kernel(self) -> str:
        """The routes it gave to the kernel."""
        return self.neighbor.namespace.run("ip", "route")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "lab"
    place.mkdir()
    (place / "frr.clab.yml").write_text(TOPOLOGY)
    for name, text in CONFIGS.items():
        (place / f"{name}.cfg").write_text(text)
    return place


@pytest.fixture
def frr(folder: Path) -> Iterator[Eigrpd]:
    reason = why_not_frr("zebra", "eigrpd")
    if reason is not None:
        pytest.skip(reason)
    lab = Lab(load_topology(folder))
    lab.boot()
    lab.run_for(5)
    with TemporaryDirectory() as place, Neighbor(lab) as neighbor:
        neighbor.join("R1:Ethernet0/1", "tap0", "192.168.1.2/24")
        started = Eigrpd(neighbor, Path(place))
        yield started
        started.far.close()


def has(frr: Eigrpd, name: str, prefix: IPv4Prefix) -> bool:
    rib = frr.neighbor.lab.routers[name].device.stack.vrf("default").rib
    return rib.get(prefix) is not None


def test_routes_go_both_ways(frr: Eigrpd, folder: Path) -> None:
    until = frr.neighbor.until
    until(lambda: has(frr, "R2", FAR))
    until(lambda: "2.2.2.2" in frr.kernel())
    assert "192.168.1.1" in frr.frr.vtysh("show ip eigrp neighbors")
    assert_plays_again(frr.neighbor.lab, folder)


def test_a_neighbor_that_dies_is_held_and_lost(frr: Eigrpd, folder: Path) -> None:
    until = frr.neighbor.until
    until(lambda: has(frr, "R2", FAR))
    frr.eigrpd.end()
    until(lambda: not has(frr, "R2", FAR))
    assert any("holding time expired" in line.text for line in frr.neighbor.lab["R1"].log)
    assert_plays_again(frr.neighbor.lab, folder)


def test_a_goodbye_is_believed_at_once(frr: Eigrpd) -> None:
    lab, until = frr.neighbor.lab, frr.neighbor.until
    until(lambda: "2.2.2.2" in frr.kernel() and has(frr, "R2", FAR))
    before = lab.now
    lab["R1"].configure("router eigrp 1\n passive-interface Ethernet0/1")
    until(lambda: "2.2.2.2" not in frr.kernel())
    assert lab.now - before < 10
    assert not has(frr, "R1", FAR)
