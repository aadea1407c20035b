"""Two VRFs of one router do not know of each other, even with the same addresses."""

from __future__ import annotations

from iosemu.address import IPv4Prefix
from iosemu.proto.base import IpProtocol, Open, Send
from iosemu.stack import add_route, next_hop_news, send, track, untrack
from iosemu.stack.state import Reason

from .net import Net, Router, ip


def two_vrfs() -> tuple[Net, Router, Router, Router]:
    """R1 has VRF A towards RA and VRF B towards RB; both are 10.0.0.2."""
    net = Net()
    r1, ra, rb = (net.router(name) for name in ("R1", "RA", "RB"))
    net.wire("R1:Ethernet0/0", "RA:Ethernet0/0")
    net.wire("R1:Ethernet0/1", "RB:Ethernet0/0")
    r1.port("Ethernet0/0", "10.0.0.1/24", vrf="A")
    r1.port("Ethernet0/1", "10.0.0.1/24", vrf="B")
    for peer in (ra, rb):
        peer.port("Ethernet0/0", "10.0.0.2/24")
    net.wait(5)
    return net, r1, ra, rb


def test_a_datagram_leaves_in_its_vrf_only():
    net, r1, ra, rb = two_vrfs()
    for peer in (ra, rb):
        send(peer.stack, peer, "engine", Open(IpProtocol(200)))
    for vrf, peer, other in (("A", ra, rb), ("B", rb, ra)):
        for _ in range(2):
            send(r1.stack, r1, "engine", Send(ip("10.0.0.2"), 200, vrf.encode(), vrf=vrf))
            net.wait(2)
        assert [d.payload for d in peer.got()] == [vrf.encode()]
        assert other.got() == []


def test_a_socket_hears_its_vrf_only():
    net, r1, ra, rb = two_vrfs()
    send(r1.stack, r1, "in A", Open(IpProtocol(200), "A"))
    for peer in (ra, rb):
        for _ in range(2):
            send(peer.stack, peer, "engine", Send(ip("10.0.0.1"), 200, peer.name.encode()))
            net.wait(2)
    assert [(owner, d.vrf, d.payload) for owner, d in r1.inputs] == [("in A", "A", b"RA")]


def test_the_default_vrf_knows_neither():
    _, r1, _, _ = two_vrfs()
    r1.ping("10.0.0.2")
    assert r1.stack.drops[Reason.NO_ROUTE] == 1


def test_an_interface_that_changes_its_vrf_takes_its_addresses_along():
    _, r1, _, _ = two_vrfs()
    r1.port("Ethernet0/0", "10.0.0.1/24", vrf="C")
    receive = {name: set(vrf.fib.receive) for name, vrf in r1.stack.vrfs.items()}
    assert ip("10.0.0.1") in receive["C"]
    assert receive["A"] == set()
    assert r1.stack.vrf("A").rib.lookup(ip("10.0.0.2")) is None
    assert r1.changes[-1].new.vrf == "C"


def test_next_hops_are_tracked_by_vrf():
    _, r1, _, _ = two_vrfs()
    told = track(r1.stack, "bgp", "A", ip("10.0.0.2"))
    assert told.route.prefix.length == 24
    better = r1.stack.vrf("B").rib.lookup(ip("10.0.0.2"))
    assert list(next_hop_news(r1.stack, [])) == []
    r1.static("10.0.0.2/32", "Ethernet0/0")
    change = add_route(r1.stack, 1, _in_vrf(better, "A", 32))
    ((owner, news),) = next_hop_news(r1.stack, [change])
    assert (owner, news.vrf, news.route.prefix.length) == ("bgp", "A", 32)
    untrack(r1.stack, "bgp", "A", ip("10.0.0.2"))
    assert r1.stack.vrf("A").next_hops.tracked == {}


def _in_vrf(route, vrf: str, length: int):
    key = route.key._replace(vrf=vrf, prefix=IPv4Prefix.of(ip("10.0.0.2"), length))
    return route._replace(key=key)
