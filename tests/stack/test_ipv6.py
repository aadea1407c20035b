"""IPv6 of the stack alone: what discovery believes, TCP along a path, ten thousand bad packets."""

from __future__ import annotations

from random import Random

import pytest

from iosemu.address import IPv6Address, MacAddress
from iosemu.proto.base import (
    Datagram,
    IcmpEcho,
    Open,
    Send,
    TcpData,
    TcpListen,
    TcpOpen,
    TcpUp,
    TcpWrite,
    Udp,
)
from iosemu.stack import send
from iosemu.stack.interface import Interface
from iosemu.stack.ipv6_state import Reach, solicited_group
from iosemu.stack.nd import MOST_NEIGHBORS, group_mac
from iosemu.stack.tcp_state import TcpSettings
from iosemu.wire import icmpv6
from iosemu.wire.checksum import checksum
from iosemu.wire.ethernet import Ethernet, EtherType
from iosemu.wire.icmpv6 import (
    Echo,
    Error,
    LinkAddress,
    NeighborAdvertisement,
    NeighborSolicitation,
    RouterAdvertisement,
    RouterSolicitation,
    Type,
)
from iosemu.wire.ipv6 import Fragment, IPv6, NextHeader, packet, pseudo_header
from iosemu.wire.tcp import Flag, Tcp
from iosemu.wire.udp import Udp as UdpPacket

from .net import Net, Router
from .net6 import chain6, ip6, port6, route6

PACKETS = 10_000
PEER = MacAddress(0x020000000001)
LOCAL = ip6("FE80::9")
NEIGHBOR, OWN, BEHIND = ip6("2001:DB8:1::1"), ip6("2001:DB8:1::2"), ip6("2001:DB8:2::2")


def ping(router: Router, target: IPv6Address, size: int = 60) -> int:
    """How many replies came to one echo."""
    send(router.stack, router, "ping", Open(IcmpEcho(7)))
    body = bytes((Type.ECHO, 0, 0, 0)) + (7).to_bytes(2, "big") + bytes(size - 46)
    send(router.stack, router, "ping", Send(target, NextHeader.ICMPV6, body))
    router.net.wait(1)
    return sum(isinstance(event, Datagram) for event in router.got())


def hear(net: Net, name: str, port: str, whole: IPv6, mac: MacAddress | None = None) -> None:
    """A packet of a stranger arrives at a port."""
    own = net.routers[name].stack.interfaces[port].mac
    to = group_mac(whole.target) if whole.target.is_multicast else mac or own
    net.queue.append((name, port, Ethernet(to, PEER, (), EtherType.IPV6, whole.emit()).emit()))
    net.run()


def said(source: IPv6Address, target: IPv6Address, message: icmpv6.Icmpv6, hops: int = 255) -> IPv6:
    body = icmpv6.emit(message, source, target)
    return packet(source, target, NextHeader.ICMPV6, body, hop_limit=hops)


@pytest.fixture
def net() -> Net:
    return chain6(3)


def neighbors(net: Net) -> Interface:
    return net.routers["R2"].stack.interfaces["Ethernet0/0"]


def test_packets_cross_a_chain(net: Net) -> None:
    assert ping(net.routers["R1"], BEHIND) == 1
    assert ping(net.routers["R3"], NEIGHBOR) == 1


def advertisement(*, solicited: bool, override: bool) -> NeighborAdvertisement:
    options = (LinkAddress(PEER, is_target=True),)
    return NeighborAdvertisement(False, solicited, override, NEIGHBOR, options)


def test_an_advertisement_without_override_only_makes_doubtful(net: Net) -> None:
    ping(net.routers["R1"], OWN)
    link = neighbors(net).ipv6
    assert link is not None
    before = link.neighbors[NEIGHBOR].mac
    ping(net.routers["R2"], NEIGHBOR)
    net.wait(6)
    assert link.neighbors[NEIGHBOR].reach is Reach.REACHABLE
    message = advertisement(solicited=True, override=False)
    hear(net, "R2", "Ethernet0/0", said(NEIGHBOR, OWN, message))
    assert link.neighbors[NEIGHBOR].mac == before
    assert link.neighbors[NEIGHBOR].reach is Reach.STALE
    message = advertisement(solicited=True, override=True)
    hear(net, "R2", "Ethernet0/0", said(NEIGHBOR, OWN, message))
    assert link.neighbors[NEIGHBOR].mac == PEER


@pytest.mark.parametrize(
    "whole",
    [
        said(NEIGHBOR, OWN, advertisement(solicited=True, override=True), hops=254),
        said(NEIGHBOR, ip6("FF02::1"), advertisement(solicited=True, override=True)),
        said(
            LOCAL,
            solicited_group(OWN),
            NeighborSolicitation(OWN, (LinkAddress(MacAddress(0x010000000001)),)),
        ),
        said(ip6("::"), OWN, NeighborSolicitation(OWN)),
        said(ip6("::"), solicited_group(OWN), NeighborSolicitation(OWN, (LinkAddress(PEER),))),
        said(NEIGHBOR, ip6("FF02::1"), RouterAdvertisement(64, 0, 1800, 0, 0)),
    ],
    ids=[
        "far away",
        "solicited to all",
        "group mac",
        "probe to one",
        "probe with mac",
        "global RA",
    ],
)
def test_discovery_that_breaks_a_rule_changes_nothing(net: Net, whole: IPv6) -> None:
    link = neighbors(net).ipv6
    assert link is not None
    before = {a: (n.mac, n.reach) for a, n in link.neighbors.items()}
    hear(net, "R2", "Ethernet0/0", whole)
    assert {a: (n.mac, n.reach) for a, n in link.neighbors.items()} == before
    assert net.routers["R2"].stack.ipv6.statistics.drops["ICMP_FORMAT"] == 1


def test_a_flood_of_neighbors_leaves_room_for_real_ones(net: Net) -> None:
    for n in range(MOST_NEIGHBORS + 10):
        source = IPv6Address(ip6("2001:DB8:1::1000") + n)
        message = NeighborSolicitation(OWN, (LinkAddress(PEER),))
        hear(net, "R2", "Ethernet0/0", said(source, solicited_group(OWN), message))
    link = neighbors(net).ipv6
    assert link is not None
    assert len(link.neighbors) == MOST_NEIGHBORS
    assert ping(net.routers["R2"], NEIGHBOR) == 1


def test_an_address_somebody_else_probes_for_at_the_same_time_is_nobodys() -> None:
    net = Net()
    r1 = net.router("R1")
    port6(r1, "Ethernet0/0", "2001:DB8::1/64")
    net.wait(1)
    hear(
        net,
        "R1",
        "Ethernet0/0",
        said(ip6("::"), ip6("FF02::1:FF00:1"), NeighborSolicitation(ip6("2001:DB8::1"))),
    )
    net.wait(5)
    assert any("DUPLICATE" in text for _, text in r1.logs)
    assert r1.stack.vrf("default").fib6.receive == {}


def test_segments_shrink_to_the_mtu_of_the_path(net: Net) -> None:
    """No router cuts an IPv6 packet: the sender of segments is told, and makes them smaller."""
    r1, r2, r3 = (net.routers[name] for name in ("R1", "R2", "R3"))
    r1.stack.tcp.settings = r3.stack.tcp.settings = TcpSettings(path_mtu=True)
    port6(r2, "Ethernet0/1", "2001:DB8:2::1/64", mtu_bytes=1300)
    net.wait(5)
    send(r3.stack, r3, "sink", Open(TcpListen(99)))
    send(r1.stack, r1, "source", TcpOpen("it", BEHIND, 99))
    net.wait(5)
    (up,) = [event for event in r1.got() if isinstance(event, TcpUp)]
    assert (str(up.local), str(up.peer)) == ("2001:DB8:1::1", "2001:DB8:2::2")
    send(r1.stack, r1, "source", TcpWrite(up.conn, bytes(20_000)))
    net.wait(60)
    told = b"".join(event.data for event in r3.got() if isinstance(event, TcpData))
    assert len(told) == 20_000
    (c,) = r1.stack.tcp.connections.values()
    assert c.sender.mss == 1300 - 60
    assert r2.stack.ipv6.statistics.icmp_sent[Type.TOO_BIG, 0] >= 1


def test_a_connection_between_link_local_addresses_stays_on_its_link(net: Net) -> None:
    r1, r2 = net.routers["R1"], net.routers["R2"]
    link = r2.stack.interfaces["Ethernet0/0"].ipv6
    assert link is not None
    assert link.source is not None
    send(r2.stack, r2, "sink", Open(TcpListen(99)))
    send(r1.stack, r1, "one", TcpOpen("it", link.source, 99, interface="Ethernet0/1"))
    send(r1.stack, r1, "two", TcpOpen("closed", link.source, 98, interface="Ethernet0/1"))
    net.wait(3)
    kinds = [type(event).__name__ for event in r1.got()]
    assert sorted(kinds) == ["TcpDown", "TcpUp"]


def redirects(router: Router) -> list[icmpv6.Redirect]:
    """Those that a router sent."""
    found = []
    for _, frame in router.sent:
        ip = IPv6.parse(frame[14:]) if frame[12:14] == b"\x86\xdd" else None
        if ip is not None and ip.next_header == NextHeader.ICMPV6:
            message = icmpv6.parse(ip.payload, ip.source, ip.target)
            if isinstance(message, icmpv6.Redirect):
                found.append(message)
    return found


def test_a_neighbor_is_told_of_a_better_first_hop(net: Net) -> None:
    r1, r2 = net.routers["R1"], net.routers["R2"]
    target, better = ip6("2001:DB8:77::1"), ip6("FE80::77")
    for name in ("R1", "R2"):
        route6(net.routers[name], "2001:DB8:99::/64", "2001:DB8:1::2")
    route6(r2, "2001:DB8:77::/64", "FE80::77", "Ethernet0/0")
    route6(r1, "2001:DB8:77::/64", "2001:DB8:1::2")
    ping(r1, OWN)
    ping(r1, target)
    (told,) = redirects(r2)
    assert (told.target, told.destination) == (better, target)
    quoted = told.options[-1]
    assert isinstance(quoted, icmpv6.Unknown)
    assert IPv6Address.from_bytes(quoted.body[6 + 24 : 6 + 40], "big") == target
    port6(r2, "Ethernet0/0", "2001:DB8:1::2/64", has_redirects=False)
    net.wait(5)
    ping(r1, target)
    assert len(redirects(r2)) == 1


# -- damage ----


def bodies() -> list[tuple[int, bytes]]:
    """Payloads that a router looks into, with their protocol, checksums not yet right."""
    quoted = packet(OWN, BEHIND, NextHeader.UDP, bytes(16)).emit()
    options = (LinkAddress(PEER), icmpv6.PrefixInformation(ip6_prefix()), icmpv6.Mtu(1500))
    messages: list[icmpv6.Icmpv6] = [
        Echo(False, 7, 1, bytes(40)),
        Echo(True, 7, 1, bytes(40)),
        Error(Type.TOO_BIG, 0, 1280, quoted),
        Error(Type.UNREACHABLE, 4, 0, quoted),
        NeighborSolicitation(OWN, options),
        NeighborAdvertisement(True, True, True, NEIGHBOR, (LinkAddress(PEER, True),)),
        RouterSolicitation(options),
        RouterAdvertisement(64, 0, 1800, 0, 0, options),
    ]
    found = [(int(NextHeader.ICMPV6), icmpv6.emit(m, NEIGHBOR, OWN)) for m in messages]
    segment = Tcp(1024, 23, 1, 0, int(Flag.SYN), 4128, 0, b"", b"")
    found.append((int(NextHeader.TCP), segment.emit(NEIGHBOR, OWN)))
    found.append((int(NextHeader.UDP), UdpPacket(1024, 520, bytes(20)).emit(NEIGHBOR, OWN)))
    return [*found, (89, bytes(24)), (int(NextHeader.NONE), b"")]


def ip6_prefix() -> icmpv6.IPv6Prefix:
    return icmpv6.IPv6Prefix.parse("2001:DB8:1::/64")


def summed(protocol: int, body: bytes, source: IPv6Address, target: IPv6Address) -> bytes:
    """A payload with its checksum right for these addresses, so that it gets further in."""
    at = {58: 2, 17: 6, 6: 16}.get(protocol)
    if at is None or len(body) < at + 2:
        return body
    bare = body[:at] + b"\0\0" + body[at + 2 :]
    total = checksum(pseudo_header(source, target, protocol, len(bare)) + bare)
    return bare[:at] + (total or 0xFFFF).to_bytes(2, "big") + bare[at + 2 :]


def extended(random: Random, protocol: int, body: bytes) -> tuple[int, bytes]:
    """The payload behind headers, some of them bad."""
    for _ in range(random.choice([0, 0, 1, 1, 2])):
        kind = random.choice([0, 43, 44, 44, 44, 60])
        if kind == NextHeader.FRAGMENT:
            offset, more, piece = random.choice(
                [
                    (0, True, body[:8]),
                    (8, False, body[8:]),
                    (16, True, body[:8]),
                    (1232, False, body),
                ]
            )
            body = Fragment(protocol, offset, more, random.randrange(2)).emit() + piece
        else:
            content = random.choice([bytes((1, 4)) + bytes(4), random.randbytes(6)])
            body = bytes((protocol, random.choice([0, 0, 0, 0, 1, 9]))) + content + body
        protocol = kind
    return protocol, body


def damaged(random: Random) -> bytes:
    """A packet with something wrong in it, mostly deep inside."""
    protocol, body = random.choice(bodies())
    source = random.choice([NEIGHBOR, NEIGHBOR, LOCAL, ip6("::"), OWN, ip6("FF02::1"), ip6("::1")])
    target = random.choice(
        [
            OWN,
            OWN,
            OWN,
            BEHIND,
            ip6("FF02::1"),
            ip6("FF02::2"),
            solicited_group(OWN),
            ip6("2002::1"),
        ]
    )
    if random.random() < 0.5 and body:
        changed = bytearray(body)
        for _ in range(random.randrange(1, 4)):
            changed[random.randrange(len(changed))] = random.randrange(256)
        body = bytes(changed)
    if random.random() < 0.7:
        body = summed(protocol, body, source, target)
    kind, body = extended(random, protocol, body)
    hops = random.choice([0, 1, 2, 64, 255, 255, 255])
    whole = bytearray(packet(source, target, kind, body, hop_limit=hops).emit())
    match random.randrange(6):
        case 0:
            whole[random.randrange(len(whole))] ^= 1 << random.randrange(8)
        case 1:
            del whole[random.randrange(len(whole)) :]
        case 2:
            whole[4 + random.randrange(3)] = random.randrange(256)
    return bytes(whole)


@pytest.mark.parametrize("seed", range(5))
def test_damaged_packets_are_counted_and_the_router_goes_on(seed: int) -> None:
    random, net = Random(seed), chain6(3)
    r2 = net.routers["R2"]
    send(r2.stack, r2, "rip", Open(Udp(520)))
    send(r2.stack, r2, "telnet", Open(TcpListen(23)))
    own = r2.stack.interfaces["Ethernet0/0"].mac
    for _ in range(PACKETS // 5):
        data = damaged(random)
        to = own if random.random() < 0.6 or len(data) < 40 else group_mac(ip6("FF02::1"))
        frame = Ethernet(to, PEER, (), EtherType.IPV6, data).emit()
        net.queue.append(("R2", "Ethernet0/0", frame))
        net.run()
        if random.randrange(20) == 0:
            net.wait(random.choice([0.1, 1, 70]))
    host = r2.stack.ipv6
    for reason in ("FORMAT", "ICMP_CHECKSUM", "ICMP_FORMAT", "TTL", "SOURCE", "BAD_OPTIONS"):
        assert host.statistics.drops.get(reason), f"no packet met {reason}"
    assert host.statistics.reassembled
    net.wait(200)
    assert not host.pieces
    for name, target in (("R1", OWN), ("R1", BEHIND), ("R3", NEIGHBOR)):
        # Whoever speaks is believed, until it does not answer.
        ping(net.routers[name], target)
        net.wait(15)
        net.routers[name].got()
        assert ping(net.routers[name], target) == 1, f"{name} does not reach {target} any more"
