"""Access groups: where they act, what they count and log, and flows that pass them quickly."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.address import IPv4Address, MacAddress
from iosemu.proto.base import IcmpError
from iosemu.stack import admits, on_frame, permits, start_trace, stop_trace
from iosemu.stack.access import clear_counters, define, matches_of, set_active
from iosemu.stack.interface import ArpEntry
from iosemu.stack.state import Reason
from iosemu.wire.ethernet import EtherType
from iosemu.wire.ipv4 import IPv4
from tests.policy.lists import acl, is_standard, packet
from tests.policy.test_acl_oracle import verdict

from .net import Net, Router, chain, ip
from .test_flows import level_paths


def settle(net: Net, router: Router, target: str) -> None:
    """Let ARP resolve all the way."""
    for sequence in range(len(net.routers) + 1):
        router.ping(target, sequence)
        net.wait(2)
    router.got()


def three(**middle: str) -> tuple[Net, Router, Router, Router]:
    """R1 - R2 - R3; R2 has these access groups on its Ethernet0/0."""
    net = chain(3)
    r1, r2, r3 = (net.routers[f"R{n}"] for n in (1, 2, 3))
    settle(net, r1, "10.0.2.2")
    r2.port("Ethernet0/0", "10.0.1.2/24", **middle)
    return net, r1, r2, r3


def counts(router: Router, name: str) -> list[int]:
    """Matches of the entries of a list, in order."""
    held = router.stack.access.lists[name]
    return [matches_of(held, held.acl.entries[n]) for n in sorted(held.acl.entries)]


def test_an_input_list_denies_and_the_source_is_told() -> None:
    net, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("deny icmp any host 10.0.2.2;permit ip any any"))
    r1.ping("10.0.2.2", 1)
    (error,) = r1.got()
    assert isinstance(error, IcmpError)
    assert (error.type, error.code, error.reporter) == (3, 13, ip("10.0.1.2"))
    assert r2.stack.drops[Reason.ACCESS] == 1
    assert counts(r2, "T") == [1, 0]
    # One unreachable each half second.
    r1.ping("10.0.2.2", 2)
    assert r1.got() == []
    assert counts(r2, "T") == [2, 0]
    net.wait(1)
    r1.ping("10.0.2.2", 3)
    assert len(r1.got()) == 1


def test_no_ip_unreachables_keeps_silent() -> None:
    _, r1, r2, _ = three(access_in="T", has_unreachables=False)  # type: ignore[arg-type]
    define(r2.stack, "T", acl("deny ip any any"))
    r1.ping("10.0.2.2", 1)
    assert r1.got() == []
    assert counts(r2, "T") == [1]


def test_an_input_list_is_asked_about_packets_to_the_router_itself() -> None:
    _, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("deny icmp any host 10.0.1.2 echo;permit ip any any"))
    r1.ping("10.0.1.2", 1)
    (error,) = r1.got()
    assert isinstance(error, IcmpError)
    assert r2.stack.ip.icmp_received.get(8, 0) == 0


def test_an_output_list_is_not_asked_about_own_packets() -> None:
    _, _, r2, r3 = three(access_out="T")
    define(r2.stack, "T", acl("deny ip any any"))
    r2.ping("10.0.1.1", 1)
    assert len(r2.got()) == 1, "own packets and their answers pass"
    r3.ping("10.0.1.1", 1)
    (error,) = r3.got()
    assert isinstance(error, IcmpError)
    assert error.reporter == ip("10.0.2.1")
    assert counts(r2, "T") == [1]


def test_a_list_that_is_not_there_or_empty_permits_all() -> None:
    _, r1, r2, _ = three(access_in="NONE")
    r1.ping("10.0.2.2", 1)
    assert len(r1.got()) == 1
    define(r2.stack, "NONE", acl("remark only words"))
    r1.ping("10.0.2.2", 2)
    assert len(r1.got()) == 1
    define(r2.stack, "NONE", acl("permit tcp any any"))
    r1.ping("10.0.2.2", 3)
    assert r1.stack.interfaces["Ethernet0/1"].is_up
    assert isinstance(r1.got()[0], IcmpError)
    define(r2.stack, "NONE", None)
    r1.ping("10.0.2.2", 4)
    assert not isinstance(r1.got()[0], IcmpError)


def test_counters_follow_an_entry_to_its_new_number_and_end_with_it() -> None:
    _, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("permit icmp any any;permit ip any any"))
    for sequence in range(5):
        r1.ping("10.0.2.2", sequence)
    assert counts(r2, "T") == [5, 0]
    define(r2.stack, "T", acl("100 permit icmp any any;110 permit ip any any"))
    assert counts(r2, "T") == [5, 0]
    define(r2.stack, "T", acl("100 permit icmp any any;105 deny udp any any"))
    r1.ping("10.0.2.2", 6)
    assert counts(r2, "T") == [6, 0]
    define(r2.stack, "T", acl("10 permit ip any any"))
    assert counts(r2, "T") == [0]
    define(r2.stack, "T", acl("10 permit icmp any any"))
    assert counts(r2, "T") == [0]


def test_clearing_counters() -> None:
    _, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("permit icmp any any"))
    define(r2.stack, "U", acl("permit icmp any any"))
    for sequence in range(3):
        r1.ping("10.0.2.2", sequence)
    clear_counters(r2.stack, "U")
    assert counts(r2, "T") == [3]
    clear_counters(r2.stack)
    assert counts(r2, "T") == [0]
    r1.ping("10.0.2.2", 9)
    assert counts(r2, "T") == [1], "a remembered flow counts on"


def test_a_time_range_turns_an_entry_on_and_off_for_flows_too() -> None:
    net, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("deny icmp any any time-range OFF;permit ip any any"))
    set_active(r2.stack, {"OFF": False})
    r1.ping("10.0.2.2", 1)
    r1.ping("10.0.2.2", 2)
    assert len(r1.got()) == 2
    set_active(r2.stack, {"OFF": True})
    net.wait(1)
    r1.ping("10.0.2.2", 3)
    assert isinstance(r1.got()[0], IcmpError)


# -- the log ----


def test_the_first_packet_is_logged_at_once_and_the_rest_every_five_minutes() -> None:
    net, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("permit icmp any any log;permit ip any any"))
    start = net.now / 10**9
    for sequence in range(4):
        r1.ping("10.0.2.2", sequence)
    line = "%SEC-6-IPACCESSLOGDP: list T permitted icmp 10.0.1.1 -> 10.0.2.2 (8/0), {} "
    logs = [entry for entry in r2.logs if "SEC" in entry[1]]
    assert logs == [(start, line.format("1 packet"))]
    net.wait(300)
    assert r2.logs[-1] == (start + 300, line.format("3 packets"))
    net.wait(300)
    assert r2.stack.access.logged == {}, "nothing more came, so the flow is forgotten"
    r1.ping("10.0.2.2", 9)
    assert r2.logs[-1] == (start + 600, line.format("1 packet"))


def test_a_threshold_logs_before_the_five_minutes_are_over() -> None:
    _, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("permit icmp any any log"))
    r2.stack.access.log_threshold = 2
    for sequence in range(5):
        r1.ping("10.0.2.2", sequence)
    lines = [text.rsplit(", ", 1)[1] for _, text in r2.logs if "SEC" in text]
    assert lines == ["1 packet ", "2 packets ", "2 packets "]


LINES = [
    (
        "permit tcp any any eq 80 log",
        "tcp 10.0.1.1 1024 10.0.2.2 80",
        "IPACCESSLOGP: list T permitted tcp 10.0.1.1(1024) -> 10.0.2.2(80), 1 packet ",
    ),
    (
        "deny udp any any log",
        "udp 10.0.1.1 1024 10.0.2.2 80",
        "IPACCESSLOGP: list T denied udp 10.0.1.1(0) -> 10.0.2.2(0), 1 packet ",
    ),
    (
        "deny udp any any range 0 65535 log-input COOKIE",
        "udp 10.0.1.1 1024 10.0.2.2 80",
        "IPACCESSLOGP: list T denied udp 10.0.1.1(1024) (Ethernet0/0 0200.0000.0109) ->"
        " 10.0.2.2(80), 1 packet [COOKIE]",
    ),
    (
        "deny ip any any log",
        "icmp 10.0.1.1 10.0.2.2 13 0",
        "IPACCESSLOGDP: list T denied icmp 10.0.1.1 -> 10.0.2.2 (13/0), 1 packet ",
    ),
    (
        "deny ospf any any log",
        "89 10.0.1.1 10.0.2.2",
        "IPACCESSLOGRP: list T denied ospf 10.0.1.1 -> 10.0.2.2, 1 packet ",
    ),
    (
        "deny 99 any any log",
        "99 10.0.1.1 10.0.2.2",
        "IPACCESSLOGNP: list T denied 99 10.0.1.1 -> 10.0.2.2, 1 packet ",
    ),
    (
        "deny 10.0.1.0 0.0.0.255 log",
        "99 10.0.1.1 10.0.2.2",
        "IPACCESSLOGS: list T denied 10.0.1.1 1 packet ",
    ),
]


@pytest.mark.parametrize(("text", "sent", "line"), LINES)
def test_a_log_line(text: str, sent: str, line: str) -> None:
    _, _, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl(text))
    on_frame(r2.stack, r2, "Ethernet0/0", frame_of(r2, packet(sent)))
    assert r2.logs[-1][1] == f"%SEC-6-{line}"


# -- questions ----


def test_permits_counts_nothing_and_admits_does() -> None:
    _, _, r2, _ = three()
    define(r2.stack, "10", acl("permit 10.0.1.0 0.0.0.255;deny any log"))
    assert permits(r2.stack, "10", packet("tcp 10.0.1.1 5 10.0.2.2 23"))
    assert not permits(r2.stack, "10", packet("tcp 10.9.1.1 5 10.0.2.2 23"))
    assert permits(r2.stack, "UNDEFINED", packet("tcp 10.9.1.1 5 10.0.2.2 23"))
    assert counts(r2, "10") == [0, 0]
    own = (ip("10.0.1.2"), 23)
    assert admits(r2.stack, r2, "10", (ip("10.0.1.1"), 1024), own)
    assert not admits(r2.stack, r2, "10", (ip("10.9.1.1"), 1024), own)
    assert admits(r2.stack, r2, "UNDEFINED", (ip("10.9.1.1"), 1024), own)
    assert counts(r2, "10") == [1, 1]
    assert r2.logs[-1][1] == "%SEC-6-IPACCESSLOGS: list 10 denied 10.9.1.1 1 packet "


def test_an_extended_list_admits_by_port() -> None:
    _, _, r2, _ = three()
    define(r2.stack, "T", acl("permit tcp any host 10.0.1.2 eq telnet"))
    peer = (ip("10.0.1.1"), 1024)
    assert admits(r2.stack, r2, "T", peer, (ip("10.0.1.2"), 23))
    assert not admits(r2.stack, r2, "T", peer, (ip("10.0.1.2"), 22))
    assert not admits(r2.stack, r2, "T", peer, (ip("10.0.2.1"), 23))


def test_a_followed_packet_tells_the_entry_that_decided() -> None:
    _, r1, r2, _ = three(access_in="T")
    define(r2.stack, "T", acl("permit tcp any any;15 deny icmp any any echo"))
    start_trace(r2.stack, ip("10.0.1.1"), ip("10.0.2.2"))
    r1.ping("10.0.2.2", 1)
    traced, *_ = stop_trace(r2.stack)
    last = traced.lines[-1]
    assert (last.stage, last.verdict) == ("access-list in", "drop: access denied")
    assert last.because == ("access list", "T", 15, "Ethernet0/0", "in")


# -- flows ----

LISTS = (
    "permit tcp any any eq www;deny tcp any any;permit ip any any",
    "deny ip any any fragments;permit ip any any",
    "permit tcp any any established;permit udp any any range 5 80;permit icmp any any echo",
    "deny udp any any ttl lt 60;deny ip any any tos min-delay;permit ip any any",
    "permit udp any any eq 80 log;permit tcp any any match-all +syn -ack;permit 99 any any",
    "permit 10.0.1.0 0.0.0.127",
)
SENT = (
    "tcp 10.0.1.9 5 10.0.2.9 80 +syn",
    "tcp 10.0.1.9 5 10.0.2.9 80 +ack",
    "tcp 10.0.1.9 5 10.0.2.9 81 +ack",
    "tcp 10.0.1.9 5 10.0.2.9 80 +ack offset=8",
    "tcp 10.0.1.9 5 10.0.2.9 80 +ack more",
    "tcp 10.0.1.9 5 10.0.2.9 80 cut=13",
    "tcp 10.0.1.9 5 10.0.2.9 80 cut=2",
    "udp 10.0.1.9 5 10.0.2.9 80",
    "udp 10.0.1.9 5 10.0.2.9 80 cut=3",
    "udp 10.0.1.9 5 10.0.2.9 4 ttl=10",
    "udp 10.0.1.9 5 10.0.2.9 4 tos=16",
    "udp 10.0.1.9 5 10.0.2.9 4 ttl=1",
    "icmp 10.0.1.9 10.0.2.9 8 0",
    "icmp 10.0.1.9 10.0.2.9 8 0 cut=1",
    "icmp 10.0.1.200 10.0.2.9 0 0",
    "99 10.0.1.9 10.0.2.9",
    "99 10.0.1.9 10.0.2.9 option=lsr",
    "udp 10.0.1.9 5 10.0.1.2 4",
)


def frame_of(router: Router, datagram: IPv4) -> bytes:
    mac = router.stack.interfaces["Ethernet0/0"].mac
    head = mac.packed + bytes.fromhex("020000000109") + EtherType.IPV4.to_bytes(2, "big")
    return (head + datagram.emit()).ljust(60, b"\0")


def gated(list_in: str | None, list_out: str | None) -> Router:
    """One router with a list on its way in and one on its way out, neighbors known."""
    made = Net().router("R1")
    made.port("Ethernet0/0", "10.0.1.2/24", access_in="I")
    made.port("Ethernet0/1", "10.0.2.1/24", access_out="O")
    for interface in made.stack.interfaces.values():
        for host in (9, 200):
            if interface.address is not None:
                address = IPv4Address(interface.address & ~255 | host)
                interface.arp[address] = ArpEntry(MacAddress(0x020000000000 + address), 0)
    for name, text in (("I", list_in), ("O", list_out)):
        if text is not None:
            define(made.stack, name, acl(text))
    made.net.wait(10)
    made.sent.clear()
    return made


PAIRS = [(a, b) for a in (*LISTS, None) for b in (*LISTS, None)]


@given(st.sampled_from(PAIRS), st.lists(st.sampled_from(SENT), max_size=20))
@settings(max_examples=150, deadline=None)
def test_remembered_flows_change_no_byte_no_counter_and_no_log(
    names: tuple[str | None, str | None], sent: list[str]
) -> None:
    fast, slow = gated(*names), gated(*names)
    for text in sent:
        for _ in range(2):
            for each in (fast, slow):
                on_frame(each.stack, each, "Ethernet0/0", frame_of(each, packet(text)))
                each.net.now += 300_000_000
            slow.stack.forget_headers()
            slow.stack.vrf("default").fib.forget()
    assert fast.sent == slow.sent
    for interface, frame in fast.sent:
        if interface == "Ethernet0/1":
            assert all(permits_naively(text, frame[14:], ttl=1) for text in names)
    assert fast.logs == slow.logs
    level_paths(fast)
    level_paths(slow)
    assert pickle.dumps(fast.stack) == pickle.dumps(slow.stack)


def permits_naively(text: str | None, data: bytes, ttl: int) -> bool:
    """What the naive matcher says of a datagram that left, with as many hops more to live."""
    if text is None:
        return True
    lines = text.split(";")
    if is_standard(text):
        # A standard entry is an extended one to any target.
        lines = [f"{line.split()[0]} ip {' '.join(line.split()[1:])} any" for line in lines]
    arrived = IPv4.parse(data)
    return verdict(lines, arrived._replace(ttl=arrived.ttl + ttl).emit())


def test_flows_past_lists_are_remembered_and_counted() -> None:
    made = gated("permit tcp any any eq www;permit udp any any", "permit ip any any")
    frame = frame_of(made, packet("tcp 10.0.1.9 5 10.0.2.9 80 +ack"))
    other = frame_of(made, packet("tcp 10.0.1.9 5 10.0.2.9 81 +ack"))
    for _ in range(5):
        on_frame(made.stack, made, "Ethernet0/0", frame)
        on_frame(made.stack, made, "Ethernet0/0", other)
    (flow,) = made.stack.interfaces["Ethernet0/0"].flows.values()
    gate = flow[3]
    assert gate is not None
    assert len(gate.passed) == 1
    assert (counts(made, "I"), counts(made, "O")) == ([5, 0], [5])
    assert len([f for f in made.sent if f[0] == "Ethernet0/1"]) == 5
