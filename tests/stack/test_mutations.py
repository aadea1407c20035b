"""Ten thousand packets that were damaged on purpose, into a router between two others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest

from iosemu.address import BROADCAST_MAC, IPv4Address, MacAddress
from iosemu.proto.base import Open, TcpListen, Udp
from iosemu.stack import clear_neighbors, configure_interface, send
from iosemu.stack.state import AFTER_DELIVERY, Reason, Stack
from iosemu.wire import icmp, ip_options
from iosemu.wire.arp import Arp, Operation
from iosemu.wire.checksum import checksum
from iosemu.wire.ethernet import Ethernet, EtherType
from iosemu.wire.icmp import Echo, Error, Other, Type
from iosemu.wire.ipv4 import IPv4, Protocol, datagram
from iosemu.wire.tcp import Flag, Tcp
from iosemu.wire.udp import Udp as UdpPacket

from .net import Net, Router, chain, ip

PACKETS = 10_000
PEER = MacAddress(0x020000000001)
NEIGHBOR, OWN, BEHIND = ip("10.0.1.1"), ip("10.0.1.2"), ip("10.0.2.2")


def bodies() -> list[tuple[int, bytes]]:
    """Payloads that a router looks into, with their protocol."""
    quoted = datagram(OWN, BEHIND, Protocol.UDP, bytes(8)).emit()
    messages = [
        Echo(False, 7, 1, bytes(72)),
        Echo(True, 7, 1, bytes(72)),
        Error(Type.REDIRECT, 1, int(NEIGHBOR), quoted),
        Error(Type.UNREACHABLE, 4, 1400, quoted),
        Other(Type.TIMESTAMP, 0, bytes(16)),
        Other(Type.MASK, 0, bytes(8)),
        Other(42, 0, b"?"),
    ]
    found = [(int(Protocol.ICMP), icmp.emit(message)) for message in messages]
    for port in (520, 9999, 67):
        found.append((Protocol.UDP, UdpPacket(4000, port, bytes(60)).emit(NEIGHBOR, OWN)))
    # Without a checksum, so that it is right for any target.
    found.append((Protocol.UDP, bytes.fromhex("0fa00043001c0000") + bytes(20)))
    for port, flags in ((23, Flag.SYN), (80, Flag.SYN), (23, Flag.ACK), (80, Flag.FIN)):
        segment = Tcp(4000, port, 1, 1, flags, 4128, 0, b"\x02\x04\x05\xb4", b"")
        found.append((Protocol.TCP, segment.emit(NEIGHBOR, OWN)))
    return [*found, (88, bytes(40)), (200, b"")]


def options(random: Random) -> bytes:
    routes = [ip("10.0.1.2"), ip("10.0.2.2")]
    return ip_options.padded(
        random.choice(
            [
                b"",
                ip_options.route_option(7, [IPv4Address(0)] * 3),
                ip_options.timestamp_option(2),
                ip_options.timestamp_option(2, 1),
                ip_options.route_option(131, routes),
                ip_options.route_option(137, routes),
                b"\x94\x04\x00\x00",
                random.randbytes(random.randrange(41)),
            ]
        )
    )


def a_datagram(random: Random) -> IPv4:
    """One that is in order, to the router, through it, or to everybody."""
    protocol, payload = random.choice(bodies())
    target = random.choice(
        [OWN, OWN, BEHIND, ip("10.0.1.255"), ip("255.255.255.255"), ip("9.9.9.9")]
    )
    whole = datagram(NEIGHBOR, target, protocol, payload, ttl=random.choice([1, 2, 64, 255]))
    if random.randrange(3) == 0:
        start = random.randrange(4) * 8
        piece = payload[start : start + random.choice([8, 16, 24, 33])]
        more = random.randrange(3) > 0
        number = random.randrange(3)
        whole = whole._replace(
            fragment_offset=start, more_fragments=more, payload=piece, identification=number
        )
    return whole._replace(options=options(random), dont_fragment=random.random() < 0.2)


def an_arp(random: Random) -> bytes:
    operation = random.choice([Operation.REQUEST, Operation.REPLY, 3, 8])
    sender = random.choice([NEIGHBOR, OWN, ip("0.0.0.0"), ip("99.0.0.1")])
    target = random.choice([NEIGHBOR, OWN, BEHIND, ip("10.0.1.77")])
    return Arp(operation, PEER, sender, MacAddress(0), target).emit()


def flip(random: Random, data: bytes) -> bytes:
    """Some bits the other way round."""
    changed = bytearray(data)
    for _ in range(random.randrange(1, 4)):
        if changed:
            changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def cut(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data) + 1)]


def lie(random: Random, data: bytes) -> bytes:
    """Another length in the IP header, or in what it carries."""
    changed = bytearray(data)
    for at in random.sample([0, 2, 3, 24, 25, 32], 2):
        if at < len(changed):
            changed[at] = random.choice([0x45, 0x46, 0x4F, 0x44, 0, 255, random.randrange(256)])
    return bytes(changed)


def repaired(random: Random, data: bytes) -> bytes:
    """Any damage under a header checksum that is right again, so that it gets further in."""
    changed = bytearray(random.choice([flip, lie])(random, data))
    size = (changed[0] & 15) * 4
    if 20 <= size <= len(changed):
        changed[10:12] = b"\0\0"
        changed[10:12] = checksum(bytes(changed[:size])).to_bytes(2, "big")
    return bytes(changed)


def whole(random: Random, data: bytes) -> bytes:
    return data


DAMAGES: tuple[Callable[[Random, bytes], bytes], ...] = (flip, cut, lie, repaired, repaired, whole)


def frame(random: Random, own: MacAddress) -> bytes:
    """A damaged packet in a frame to the router or to all."""
    kind, data = EtherType.IPV4, b""
    if random.randrange(6) == 0:
        kind, data = EtherType.ARP, an_arp(random)
    else:
        data = a_datagram(random).emit()
    to = BROADCAST_MAC if random.randrange(5) == 0 else own
    return Ethernet(to, PEER, (), kind, random.choice(DAMAGES)(random, data)).emit()


def between(seed: int, count: int) -> tuple[Net, Router]:
    """R1 - R2 - R3 after the damaged packets went into R2; time passes now and then."""
    random = Random(seed)
    net = chain(3)
    r2 = net.routers["R2"]
    port = r2.stack.interfaces["Ethernet0/0"]
    configure_interface(
        r2.stack,
        r2,
        port.name,
        replace(port.settings, has_mask_reply=True, helpers=(ip("10.0.2.2"),)),
    )
    r2.stack.helped_ports = (67,)
    send(r2.stack, r2, "rip", Open(Udp(520)))
    send(r2.stack, r2, "telnet", Open(TcpListen(23)))
    for _ in range(count):
        net.queue.append(("R2", "Ethernet0/0", frame(random, port.mac)))
        net.run()
        if random.randrange(20) == 0:
            net.wait(random.choice([0.1, 1, 40]))
    return net, r2


def check_nothing_vanished(stack: Stack) -> None:
    """Every datagram that came in is in exactly one count, every fragment too."""
    seen = stack.ip
    dropped = sum(n for reason, n in stack.drops.items() if reason not in AFTER_DELIVERY)
    assert seen.received + seen.flooded == (
        seen.delivered + seen.forwarded + dropped - seen.own_drops
    )
    held = sum(len(waiting.fragments) for waiting in stack.reassembly.values())
    refused = stack.drops.get(Reason.REASSEMBLY, 0) + stack.drops.get(Reason.DUPLICATE, 0)
    assert seen.fragments_received == (
        seen.fragments_assembled + seen.fragments_expired + held + refused
    )


@pytest.mark.parametrize("seed", range(5))
def test_damaged_packets_are_counted_and_the_router_goes_on(seed: int) -> None:
    net, r2 = between(seed, PACKETS // 5)
    check_nothing_vanished(r2.stack)
    for reason in (
        Reason.FORMAT,
        Reason.CHECKSUM,
        Reason.BAD_OPTIONS,
        Reason.REASSEMBLY,
        Reason.ICMP_CHECKSUM,
        Reason.UDP_CHECKSUM,
        Reason.NO_PORT,
        Reason.NO_PROTOCOL,
        Reason.TTL,
    ):
        assert r2.stack.drops.get(reason), f"no packet met {reason}"
    assert r2.stack.ip.arp_others_received
    net.wait(60)
    check_nothing_vanished(r2.stack)
    # Some of the packets claimed to be from R1, and ARP believes whoever speaks.
    clear_neighbors(r2.stack)
    r1 = net.routers["R1"]
    for neighbor in ("10.0.1.2", "10.0.2.2"):
        r1.ping(neighbor)
        net.wait(5)
        r1.got()
        r1.ping(neighbor)
        assert len(r1.got()) == 1, f"{neighbor} does not answer any more"


def test_the_same_damage_has_the_same_effect() -> None:
    counted = [between(9, 300)[1].stack for _ in range(2)]
    assert counted[0].ip == counted[1].ip
    assert counted[0].drops == counted[1].drops
