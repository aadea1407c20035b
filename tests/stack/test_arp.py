"""Neighbors: learned, refreshed, forgotten, answered for."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import BROADCAST_MAC, MacAddress
from iosemu.stack import configure_interface, forget_neighbor, on_frame, set_admin
from iosemu.stack.state import StaticArp
from iosemu.wire.arp import Arp, Operation
from iosemu.wire.ethernet import Ethernet, EtherType, padded

from .net import Net, Router, chain, ip

PEER = MacAddress(0x020000000001)


def lone(address: str = "10.0.0.1/24") -> tuple[Net, Router]:
    net = Net()
    router = net.router("R1")
    router.port("Ethernet0/0", address)
    net.wait(10)
    router.sent.clear()
    return net, router


def say(router: Router, operation: int, sender: str, target: str, mac: MacAddress = PEER) -> None:
    own = router.stack.interfaces["Ethernet0/0"].mac
    to = BROADCAST_MAC if operation == Operation.REQUEST else own
    message = Arp(operation, mac, ip(sender), MacAddress(0), ip(target))
    frame = padded(Ethernet(to, mac, (), EtherType.ARP, message.emit()).emit())
    on_frame(router.stack, router, "Ethernet0/0", frame)


def heard(router: Router) -> list[tuple[MacAddress, Arp]]:
    """ARP messages sent since the last call, with the address their frame went to."""
    frames = [Ethernet.parse(frame) for _, frame in router.sent]
    router.sent.clear()
    return [(f.target, Arp.parse(f.payload)) for f in frames if f.type == EtherType.ARP]


def table(router: Router) -> dict[str, MacAddress | None]:
    return {str(a): e.mac for a, e in router.stack.interfaces["Ethernet0/0"].arp.items()}


def test_coming_up_announces_the_own_address_three_times():
    net = Net()
    router = net.router("R1")
    router.port("Ethernet0/0", "10.0.0.1/24")
    net.wait(10)
    said = heard(router)
    assert len(said) == 3
    assert all(
        to == BROADCAST_MAC and m.operation == Operation.REPLY and m.sender == m.target
        for to, m in said
    )
    assert all(len(frame) == 60 for _, frame in router.sent)


def test_a_request_for_us_is_answered_and_its_sender_learned():
    _, router = lone()
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.1")
    ((to, reply),) = heard(router)
    own = router.stack.interfaces["Ethernet0/0"].mac
    assert (to, reply) == (
        PEER,
        Arp(Operation.REPLY, own, ip("10.0.0.1"), PEER, ip("10.0.0.2")),
    )
    assert table(router) == {"10.0.0.2": PEER}


def test_a_request_for_somebody_else_teaches_nothing_new_but_updates():
    _, router = lone()
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.3")
    assert (heard(router), table(router)) == ([], {})
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.1")
    moved = MacAddress(PEER + 1)
    say(router, Operation.REPLY, "10.0.0.2", "10.0.0.2", moved)
    assert table(router) == {"10.0.0.2": moved}


def test_a_sender_outside_of_the_subnet_is_ignored():
    _, router = lone()
    say(router, Operation.REQUEST, "99.0.0.2", "10.0.0.1")
    assert (heard(router), table(router)) == ([], {})


def test_an_unanswered_request_leaves_an_incomplete_entry_for_a_minute():
    net, router = lone()
    for sequence in range(3):
        router.ping("10.0.0.2", sequence)
    assert len(heard(router)) == 1, "one request a second at most"
    assert table(router) == {"10.0.0.2": None}
    net.wait(2)
    router.ping("10.0.0.2")
    assert len(heard(router)) == 1
    net.wait(59)
    assert table(router) == {"10.0.0.2": None}
    net.wait(2)
    assert table(router) == {}


def test_an_entry_is_refreshed_a_minute_before_it_ends():
    net, router = lone()
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.1")
    heard(router)
    net.wait(4 * 3600 - 60)
    ((to, request),) = heard(router)
    assert (to, request.operation, request.target) == (PEER, Operation.REQUEST, ip("10.0.0.2"))
    say(router, Operation.REPLY, "10.0.0.2", "10.0.0.1")
    net.wait(3600)
    assert table(router) == {"10.0.0.2": PEER}


def test_an_entry_nobody_confirms_ends_after_four_hours():
    net, router = lone()
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.1")
    net.wait(4 * 3600 - 1)
    assert table(router) == {"10.0.0.2": PEER}
    net.wait(1)
    assert table(router) == {}
    assert router.stack.vrf("default").fib.hosts == {}


def test_neighbors_are_forgotten_when_the_interface_goes_down_or_on_request():
    net, router = lone()
    for number in (2, 3):
        say(router, Operation.REQUEST, f"10.0.0.{number}", "10.0.0.1")
    interface = router.stack.interfaces["Ethernet0/0"]
    forget_neighbor(router.stack, router, interface, ip("10.0.0.2"))
    assert list(table(router)) == ["10.0.0.3"]
    set_admin(router.stack, router, "Ethernet0/0", up=False)
    assert table(router) == {}
    assert not [key for _, key in net.timers if key[0] == "arp"]


def test_a_duplicate_address_is_logged_once_in_thirty_seconds():
    net, router = lone()
    router.logs.clear()
    for _ in range(3):
        say(router, Operation.REQUEST, "10.0.0.1", "10.0.0.9")
    assert [text for _, text in router.logs] == [
        "%IP-4-DUPADDR: Duplicate address 10.0.0.1 on Ethernet0/0, sourced by 0200.0000.0001"
    ]
    net.wait(31)
    say(router, Operation.REQUEST, "10.0.0.1", "10.0.0.9")
    assert len(router.logs) == 2


def test_proxy_arp_answers_for_what_is_reached_through_another_interface():
    net = chain(3)
    r2 = net.routers["R2"]
    r2.sent.clear()
    say(r2, Operation.REQUEST, "10.0.1.77", "10.0.2.2")
    ((to, reply),) = heard(r2)
    assert (to, reply.sender) == (PEER, ip("10.0.2.2"))
    say(r2, Operation.REQUEST, "10.0.1.77", "10.0.1.88")
    say(r2, Operation.REQUEST, "10.0.1.77", "99.0.0.1")
    assert heard(r2) == []
    r2.port("Ethernet0/0", "10.0.1.2/24", has_proxy_arp=False)
    say(r2, Operation.REQUEST, "10.0.1.77", "10.0.2.2")
    assert all(m.operation != Operation.REPLY or m.sender == m.target for _, m in heard(r2))


def test_local_proxy_arp_answers_for_neighbors_of_one_link():
    net, router = lone()
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.3")
    assert heard(router) == []
    router.port("Ethernet0/0", "10.0.0.1/24", has_local_proxy_arp=True)
    net.wait(5)
    heard(router)
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.3")
    ((to, reply),) = heard(router)
    assert (to, reply.sender) == (PEER, ip("10.0.0.3"))
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.2")
    assert heard(router) == [], "its own announcement is no question"


def test_a_static_entry_is_used_without_asking_and_as_an_alias_also_answered_for():
    _, router = lone()
    router.stack.static_arp[ip("10.0.0.7")] = StaticArp(PEER)
    router.ping("10.0.0.7")
    ((_, frame),) = router.sent
    assert frame[:6] == PEER.packed
    router.sent.clear()
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.7")
    assert heard(router) == []
    router.stack.static_arp[ip("10.0.0.7")] = StaticArp(PEER, alias=True)
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.7")
    ((_, reply),) = heard(router)
    assert reply.sender_mac == router.stack.interfaces["Ethernet0/0"].mac
    router.stack.static_arp[ip("10.0.0.7")] = StaticArp(PEER, interface="Ethernet0/1")
    router.stack.forget_headers()
    router.ping("10.0.0.7")
    assert [m.operation for _, m in heard(router)] == [Operation.REQUEST], "of another interface"


def test_a_probe_for_an_own_address_is_answered_and_teaches_nothing():
    _, router = lone()
    say(router, Operation.REQUEST, "0.0.0.0", "10.0.0.1")
    ((to, reply),) = heard(router)
    assert (to, reply.sender, table(router)) == (PEER, ip("10.0.0.1"), {})


def test_a_secondary_address_answers_and_asks_in_its_own_subnet():
    net, router = lone()
    configured = replace(
        router.stack.interfaces["Ethernet0/0"].settings,
        addresses=((ip("10.0.0.1"), 24), (ip("10.9.0.1"), 24)),
    )
    configure_interface(router.stack, router, "Ethernet0/0", configured)
    net.wait(5)
    heard(router)
    say(router, Operation.REQUEST, "10.9.0.2", "10.9.0.1")
    ((_, reply),) = heard(router)
    assert reply.sender == ip("10.9.0.1")
    router.ping("10.9.0.3")
    ((_, request),) = heard(router)
    assert (request.sender, request.target) == (ip("10.9.0.1"), ip("10.9.0.3"))


def test_an_answer_from_a_group_address_teaches_nothing():
    _, router = lone()
    router.ping("10.0.0.2")
    say(router, Operation.REPLY, "10.0.0.2", "10.0.0.1", BROADCAST_MAC)
    assert table(router) == {"10.0.0.2": None}


def test_without_a_timeout_a_neighbor_stays():
    net, router = lone()
    router.port("Ethernet0/0", "10.0.0.1/24", arp_timeout_s=0)
    say(router, Operation.REQUEST, "10.0.0.2", "10.0.0.1")
    net.wait(100 * 3600)
    assert table(router) == {"10.0.0.2": PEER}
    router.port("Ethernet0/0", "10.0.0.1/24", arp_timeout_s=120)
    say(router, Operation.REPLY, "10.0.0.2", "10.0.0.1")
    net.wait(121)
    assert table(router) == {}


def test_debug_arp_says_what_ios_says():
    _, router = lone()
    router.flags["arp"] = True
    router.ping("10.0.0.2", 0)
    router.ping("10.0.0.2", 1)
    say(router, Operation.REPLY, "10.0.0.2", "10.0.0.1")
    say(router, Operation.REQUEST, "99.0.0.2", "10.0.0.1")
    assert router.said == [
        "IP ARP: creating incomplete entry for IP address: 10.0.0.2 interface Ethernet0/0",
        "IP ARP: sent req src 10.0.0.1 aabb.cc00.0100,\n"
        "                 dst 10.0.0.2 0000.0000.0000 Ethernet0/0",
        "IP ARP throttled out the ARP Request for 10.0.0.2",
        "IP ARP: rcvd rep src 10.0.0.2 0200.0000.0001, dst 10.0.0.1 Ethernet0/0",
        "IP ARP: rcvd req src 99.0.0.2 0200.0000.0001, dst 10.0.0.1 Ethernet0/0",
        "IP ARP req filtered src 99.0.0.2 0200.0000.0001, dst 10.0.0.1 0000.0000.0000"
        " wrong cable, interface Ethernet0/0",
    ]
