"""Packets per second through eight routers in a row, wired directly: the forwarding path alone."""

from __future__ import annotations

from time import perf_counter

from iosemu.stack import on_frame
from iosemu.wire import icmp
from iosemu.wire.ethernet import Ethernet, EtherType
from iosemu.wire.icmp import Echo
from iosemu.wire.ipv4 import Protocol, datagram
from tests.stack.net import Net, Router, chain, ip

HOPS = 8
PACKETS = 20_000


def test_forwarding_through_a_chain(capsys):
    net = chain(HOPS + 2)
    first, last = net.routers["R1"], net.routers[f"R{HOPS + 2}"]
    target = ip(f"10.0.{HOPS + 1}.2")
    for sequence in range(HOPS + 3):
        first.ping(str(target), sequence)
        net.wait(2)
    assert first.got()
    frame = transit_frame(first, net, target)
    net.wires.pop((f"R{HOPS + 1}", "Ethernet0/1"))
    router = net.routers[f"R{HOPS + 1}"]
    for each in net.routers.values():
        each.sent = Sink()
    before = router.stack.ip.forwarded
    started = perf_counter()
    for _ in range(PACKETS):
        net.queue.append(("R2", "Ethernet0/0", frame))
        net.run()
    took = perf_counter() - started
    assert router.stack.ip.forwarded - before == PACKETS
    assert last.stack.ip.delivered > 0
    started = perf_counter()
    for _ in range(PACKETS):
        on_frame(net.routers["R2"].stack, Idle(net), "Ethernet0/0", frame)
    alone = perf_counter() - started
    with capsys.disabled():
        print(
            f"\n{HOPS}-hop chain: {PACKETS / took:,.0f} packets/s,"
            f" {took / PACKETS / HOPS * 1e6:.2f} us a hop with the wires,"
            f" {alone / PACKETS * 1e6:.2f} us a hop alone"
        )


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
