"""Packets per second through eight routers in a row, wired directly: the forwarding path alone."""

from __future__ import annotations

from time import perf_counter

from iosemu.policy.acl_match import compiled
from iosemu.stack import on_frame
from iosemu.stack.access import define, facts_of
from iosemu.wire import icmp
from iosemu.wire.ethernet import Ethernet, EtherType
from iosemu.wire.icmp import Echo
from iosemu.wire.ipv4 import Protocol, datagram
from tests.policy.lists import acl, packet
from tests.stack.net import Net, Router, chain, ip

HOPS = 8
PACKETS = 20_000


LIST = ";".join(
    [f"deny tcp any host 10.9.0.{n} eq {n}" for n in range(1, 21)]
    + ["permit udp any any range 16384 32767", "permit icmp any any echo", "deny ip any any"]
)
"""The packets of the bench meet its second last entry."""


def test_forwarding_through_a_chain(capsys):
    report(capsys, "", *through(lists=False))


def test_forwarding_through_a_chain_with_access_lists(capsys):
    report(capsys, ", access lists in and out on each hop", *through(lists=True))


def test_matching_an_access_list(capsys):
    program = compiled(acl(LIST))
    facts = facts_of(packet("icmp 10.0.1.1 10.0.2.2 8 0"))
    started = perf_counter()
    for _ in range(PACKETS):
        program.first(facts)
    took = perf_counter() - started
    row = program.first(facts)
    assert row is not None
    assert row.is_permit
    with capsys.disabled():
        print(f"\naccess list of 23 entries: {PACKETS / took:,.0f} packets matched/s")


def report(capsys, what: str, took: float, alone: float) -> None:
    with capsys.disabled():
        print(
            f"\n{HOPS}-hop chain{what}: {PACKETS / took:,.0f} packets/s,"
            f" {took / PACKETS / HOPS * 1e6:.2f} us a hop with the wires,"
            f" {alone / PACKETS * 1e6:.2f} us a hop alone"
        )


def through(*, lists: bool) -> tuple[float, float]:
    """Seconds for all packets through the chain, and through one router of it."""
    net = chain(HOPS + 2)
    first, last = net.routers["R1"], net.routers[f"R{HOPS + 2}"]
    if lists:
        for router in list(net.routers.values())[1:-1]:
            n = router.number
            define(router.stack, "T", acl(LIST))
            router.port("Ethernet0/0", f"10.0.{n - 1}.2/24", access_in="T")
            router.port("Ethernet0/1", f"10.0.{n}.1/24", access_out="T")
    target = ip(f"10.0.{HOPS + 1}.2")
    for sequence in range(2 * HOPS + 3):
        first.ping(str(target), sequence)
        net.wait(2)
    frame = transit_frame(first, net, target)
    net.wires.pop((f"R{HOPS + 1}", "Ethernet0/1"))
    router = net.routers[f"R{HOPS + 1}"]
    assert last.stack.ip.delivered > 0
    for each in net.routers.values():
        each.sent = Sink()
    before, matched = router.stack.ip.forwarded, matches(router)
    started = perf_counter()
    for _ in range(PACKETS):
        net.queue.append(("R2", "Ethernet0/0", frame))
        net.run()
    took = perf_counter() - started
    assert router.stack.ip.forwarded - before == PACKETS
    assert matches(router) - matched == (2 * PACKETS if lists else 0)
    started = perf_counter()
    for _ in range(PACKETS):
        on_frame(net.routers["R2"].stack, Idle(net), "Ethernet0/0", frame)
    return took, perf_counter() - started


def matches(router: Router) -> int:
    """Packets that met some entry of a list."""
    lists = router.stack.access.lists.values()
    return sum(hits.matches for held in lists for hits in held.hits.values())


class Sink(list[tuple[str, bytes]]):
    """Forgets what is appended."""

    def append(self, item: tuple[str, bytes]) -> None:
        pass


class Idle:
    """A context that loses what is sent."""

    def __init__(self, net: Net) -> None:
        self.now = net.now

    def transmit(self, interface: str, frame: bytes) -> None:
        pass


def transit_frame(first: Router, net: Net, target) -> bytes:
    """What R1 sends towards the far end: 100 bytes of IP."""
    echo = icmp.emit(Echo(False, 9, 0, bytes(72)))
    packet = datagram(ip("10.0.1.1"), target, Protocol.ICMP, echo)
    out = first.stack.interfaces["Ethernet0/1"]
    neighbor = net.routers["R2"].stack.interfaces["Ethernet0/0"]
    return Ethernet(neighbor.mac, out.mac, (), EtherType.IPV4, packet.emit()).emit()
