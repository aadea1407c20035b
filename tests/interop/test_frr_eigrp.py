"""FRR's eigrpd beside a router of a lab: adjacency, routes both ways, their loss and return.

What the eigrpd of FRR 8.4 does not do decides how routes are withdrawn here.  A path that got worse
is not stored: it acknowledges our update or query, logs `change: Increase`, and keeps the route,
also of a neighbor that it just dropped; so what we withdraw is missing in its table only after it
has been started anew.  Its reply to our query has the number of its last update, which makes it a
duplicate, so an active route ends with the adjacency.  Of a network it no longer has it tells
nobody, so its neighbors are cleared then.  And it takes the widest bandwidth of a path for the
narrowest, finds our routes infeasible where our links are slower than its own, and ends with a
failed assertion when one is lost: so all links have its bandwidth.
"""

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
 bandwidth 100000
 ip address 10.0.12.1 255.255.255.0
interface Ethernet0/1
 bandwidth 100000
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
 bandwidth 100000
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
FAR, LOOPBACK = IPv4Prefix.parse("7.7.7.0/24"), IPv4Prefix.parse("2.2.2.2/32")


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

    def restart(self) -> None:
        """End it without a word, as a power failure would, and start it again."""
        self.eigrpd.end()
        self.eigrpd = self.frr.daemon("eigrpd", EIGRPD)

    def topology(self) -> str:
        """What it knows; an error as long as it does not run.  Its zebra is no witness: it may
        keep a route of an eigrpd that ended."""
        show = ("--vty_socket", str(self.frr.folder), "-c", "show ip eigrp topology")
        return self.neighbor.namespace.run("vtysh", *show)

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


def is_adjacent(frr: Eigrpd) -> bool:
    """Whether the newest word on the adjacency is that it is up."""
    said = [line.text for line in frr.neighbor.lab["R1"].log if "Neighbor 192.168.1.2" in line.text]
    return "is up" in said[-1]


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


def test_a_goodbye_is_believed_at_once_and_the_adjacency_comes_back(frr: Eigrpd) -> None:
    lab, until = frr.neighbor.lab, frr.neighbor.until
    until(lambda: "2.2.2.2" in frr.kernel() and has(frr, "R2", FAR))
    before = lab.now
    lab["R1"].configure("router eigrp 1\n passive-interface Ethernet0/1")
    until(lambda: "is down: Interface PEER-TERMINATION received" in frr.eigrpd.output)
    assert lab.now - before < 10
    assert not has(frr, "R1", FAR)
    lab["R1"].configure("router eigrp 1\n no passive-interface Ethernet0/1")
    until(lambda: has(frr, "R2", FAR))
    assert not frr.eigrpd.is_over


def test_what_it_withdraws_is_asked_for_removed_and_learned_again(
    frr: Eigrpd, folder: Path
) -> None:
    lab, until = frr.neighbor.lab, frr.neighbor.until
    until(lambda: "2.2.2.2" in frr.kernel() and has(frr, "R2", FAR))
    lab["R1"].cli("debug eigrp fsm")
    frr.frr.vtysh("configure terminal", "router eigrp 1", "no network 7.7.7.0/24")
    frr.frr.vtysh("clear ip eigrp neighbors 192.168.1.1")
    until(lambda: not has(frr, "R2", FAR))
    until(lambda: is_adjacent(frr))
    assert not has(frr, "R1", FAR)
    said = [line.text.partition("AS(1) ")[2] for line in lab["R1"].log if "DUAL: " in line.text]
    lost = "Find FS for dest 7.7.7.0/24. FD is 53760, RD is 53760 for tid 0"
    assert said[said.index(lost) + 1 :] == [
        "Dest 7.7.7.0/24 entering active state for tid 0",
        "Set reply-status table. Count is 1 for tid 0",
        "rcvupdate: 7.7.7.0/24 via 10.0.12.2 metric 72057594037927935/72057594037927935 for tid 0",
        "rcvreply: 7.7.7.0/24 via 10.0.12.2 metric 72057594037927935/72057594037927935 for tid 0",
        "reply count is 1 for tid 0",
        "Freeing reply status table for tid 0",
        "No routes.  Flushing dest 7.7.7.0/24 for tid 0",
    ]
    frr.restart()
    until(lambda: has(frr, "R2", FAR))
    assert_plays_again(lab, folder)


def test_what_we_withdraw_it_is_asked_for_and_learns_again(frr: Eigrpd, folder: Path) -> None:
    lab, until = frr.neighbor.lab, frr.neighbor.until
    until(lambda: "2.2.2.2" in frr.kernel() and has(frr, "R2", FAR))
    lab["R2"].configure("interface Loopback0\n shutdown")
    heard = "Network: 2.2.2.2 Packet Type: Query Reply RIJ Count: 0 change: Increase"
    until(lambda: heard in frr.eigrpd.output)
    frr.restart()
    until(lambda: not has(frr, "R1", FAR))
    until(lambda: has(frr, "R2", FAR) and "10.0.12.0/24" in frr.topology())
    assert "2.2.2.2/32" not in frr.topology()
    assert not has(frr, "R1", LOOPBACK)
    lab["R2"].configure("interface Loopback0\n no shutdown")
    until(lambda: "2.2.2.2/32" in frr.topology())
    until(lambda: "2.2.2.2" in frr.kernel())
    assert_plays_again(lab, folder)
