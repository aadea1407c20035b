"""`explain`: every reason of a drop comes about in a lab and is told with the line that decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab
from iosemu.address import IPv4Address, MacAddress
from iosemu.cli.api import EXPLAINS
from iosemu.lab.explain import NotAsked
from iosemu.lab.explained import Explanation, Outcome, Step
from iosemu.lab.mutations import Arrived
from iosemu.stack.state import Reason
from iosemu.wire.ethernet import EtherType
from iosemu.wire.ipv4 import IPv4, Protocol, datagram
from iosemu.wire.tcp import Flag, Tcp
from iosemu.wire.udp import Udp

LAB = """
name: asked
topology:
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol, startup-config: R2.cfg}
    R3: {kind: cisco_iol, startup-config: R3.cfg}
    H1: {kind: cisco_iol, startup-config: H1.cfg}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
    - endpoints: ["R2:e0/1", "R3:e0/1"]
    - endpoints: ["R1:e0/1", "H1:e0/0"]
"""
CONFIGS = {
    "R1": """\
hostname R1
interface Ethernet0/0
 ip address 10.0.12.1 255.255.255.0
interface Ethernet0/1
 ip address 10.1.0.1 255.255.255.0
interface Ethernet0/2
 ip address 10.2.0.1 255.255.255.0
interface Ethernet0/3
 no ip address
ip route 3.3.3.3 255.255.255.255 10.0.12.2
ip route 10.0.23.0 255.255.255.0 10.0.12.2
ip route 9.9.9.0 255.255.255.0 Null0
ip route 7.7.7.0 255.255.255.0 Ethernet0/3
ip route 6.6.6.0 255.255.255.0 10.0.12.66
ip route 8.8.8.0 255.255.255.0 Ethernet0/2 permanent
ip route 5.5.5.0 255.255.255.0 10.5.0.1 permanent
ip route 10.5.0.0 255.255.255.0 10.0.12.2
ip route 0.0.0.0 0.0.0.0 10.0.12.2
""",
    "R2": """\
hostname R2
interface Ethernet0/0
 ip address 10.0.12.2 255.255.255.0
interface Ethernet0/1
 ip address 10.0.23.2 255.255.255.0
 ip mtu 1000
ip route 10.1.0.0 255.255.0.0 10.0.12.1
ip route 3.3.3.3 255.255.255.255 10.0.23.3
""",
    "R3": """\
hostname R3
interface Loopback0
 ip address 3.3.3.3 255.255.255.255
interface Ethernet0/1
 ip address 10.0.23.3 255.255.255.0
 ip mtu 1000
ip route 0.0.0.0 0.0.0.0 10.0.23.2
""",
    "H1": """\
hostname H1
no ip routing
interface Ethernet0/0
 ip address 10.1.0.10 255.255.255.0
ip default-gateway 10.1.0.1
""",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "asked.clab.yml").write_text(LAB)
    for name, text in CONFIGS.items():
        (tmp_path / f"{name}.cfg").write_text(text)
    return tmp_path


@pytest.fixture
def lab(folder: Path) -> Lab:
    lab = iosemu.load(folder)
    lab.boot()
    lab.run_for(10)
    return lab


def said(step: Step) -> list[str]:
    """The lines that decided, as text."""
    return [str(line) for line in step.lines]


def ends(found: Explanation) -> tuple[str, str, str, list[str]]:
    """Where and why it ended, and by which lines."""
    return found.router, found.last.stage, found.last.reason, said(found.last)


# -- every reason ----


def hop(lab: Lab, target: str, **asked: object) -> Callable[[Lab], Explanation]:
    return lambda lab: lab.explain("R1", target, **asked)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Case:
    """A packet, where it must be dropped and why; `lines`: by which lines of the configuration."""

    reason: Reason
    ask: Callable[[Lab], Explanation]
    router: str
    stage: str
    text: str
    lines: tuple[str, ...] = ()


def ask(device: str, target: str, **asked: object) -> Callable[[Lab], Explanation]:
    return lambda lab: lab.explain(device, target, **asked)  # type: ignore[arg-type]


def unresolved(lab: Lab) -> Explanation:
    lab["R1"].configure("no ip route 0.0.0.0 0.0.0.0 10.0.12.2")
    lab["R1"].configure("no ip route 10.5.0.0 255.255.255.0 10.0.12.2")
    return lab.explain("H1", "5.5.5.5")


def down(lab: Lab) -> Explanation:
    lab["R1"].configure("interface Ethernet0/2\n shutdown")
    return lab.explain("H1", "8.8.8.8")


ENTERS = {"source": "10.1.0.99", "interface": "e0/1"}
CASES = (
    Case(Reason.SOURCE, ask("R1", "3.3.3.3", source="224.1.1.1", interface="e0/1"), "R1",
         "source", "source 224.1.1.1 is a group, a loopback or a broadcast address"),
    Case(Reason.NOT_A_GATEWAY, ask("H1", "3.3.3.3", source="10.1.0.1", interface="e0/0"), "H1",
         "ttl", "this router is a host and passes nothing on", ("'no ip routing'",)),
    Case(Reason.NOT_JOINED, ask("R1", "239.1.2.3", **ENTERS), "R1",
         "local", "nobody here joined 239.1.2.3 on Ethernet0/1"),
    Case(Reason.TTL, ask("H1", "3.3.3.3", ttl=2), "R2", "ttl", "no hop left to live"),
    Case(Reason.NO_ROUTE, ask("H1", "4.4.4.4"), "R2",
         "route", "no line and no protocol gives a route to 4.4.4.4"),
    Case(Reason.UNRESOLVED, unresolved, "R1", "route",
         "static route 5.5.5.0/24 via 10.5.0.1: the next hop leads nowhere",
         ("'ip route 5.5.5.0 255.255.255.0 10.5.0.1 permanent'",)),
    Case(Reason.SPECIAL, ask("H1", "127.0.0.1"), "R1",
         "route", "127.0.0.1 is never forwarded"),
    Case(Reason.DISCARDED, ask("H1", "9.9.9.9"), "R1",
         "interface", "static route 9.9.9.0/24 via Null0",
         ("'ip route 9.9.9.0 255.255.255.0 Null0'",)),
    Case(Reason.NO_ADJACENCY, down, "R1", "interface", "Ethernet0/2 is administratively down",
         ("'shutdown' of 'interface Ethernet0/2'",)),
    Case(Reason.ENCAPSULATION, ask("H1", "6.6.6.6"), "R1", "encapsulation",
         "10.0.12.66 on Ethernet0/0 has not answered ARP",
         ("'ip route 6.6.6.0 255.255.255.0 10.0.12.66'",
          "'ip address 10.0.12.1 255.255.255.0' of 'interface Ethernet0/0'")),
    Case(Reason.DONT_FRAGMENT, ask("H1", "3.3.3.3", size=1400, dont_fragment=True), "R2",
         "mtu", "larger than the MTU of Ethernet0/1, 1000 bytes",
         ("'ip mtu 1000' of 'interface Ethernet0/1'",)),
    Case(Reason.TOO_LARGE, ask("R1", "3.3.3.3", size=65_600), "R1", "size",
         "no datagram has more than 65535 bytes"),
    Case(Reason.NO_SOURCE, ask("R1", "7.7.7.7"), "R1", "route",
         "static route 7.7.7.0/24 via Ethernet0/3: that has no address to send from",
         ("'ip route 7.7.7.0 255.255.255.0 Ethernet0/3'",
          "'no ip address' of 'interface Ethernet0/3'")),
    Case(Reason.NO_PROTOCOL, ask("H1", "3.3.3.3", protocol=47), "R3", "local",
         "nothing here takes protocol 47"),
    Case(Reason.NO_PORT, ask("H1", "3.3.3.3", protocol="udp", port=53), "R3",
         "local", "nothing here listens on UDP port 53"),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.reason.name)
def test_a_reason_comes_about_and_is_told_with_its_line(lab: Lab, case: Case) -> None:
    found = case.ask(lab)
    assert found.outcome is Outcome.DROPPED, str(found)
    assert ends(found) == (case.router, case.stage, case.reason.name, list(case.lines))
    assert found.last.text == case.text


# -- what no packet of `explain` can be: frames that come from outside ----


def arrive(lab: Lab, datagram_: bytes, mac: MacAddress | None = None) -> None:
    """A frame with these bytes reaches R1 Ethernet0/2, whose neighbor is not of the lab."""
    own = lab.routers["R1"].device.stack.interfaces["Ethernet0/2"].mac
    head = (own if mac is None else mac).packed + MacAddress(0x020000000001).packed
    frame = head + EtherType.IPV4.to_bytes(2, "big") + datagram_
    lab.act(Arrived(("R1", "Ethernet0/2"), frame))


OUTSIDE, ROUTER = IPv4Address.parse("10.2.0.2"), IPv4Address.parse("10.2.0.1")


def whole(**changes: object) -> IPv4:
    return datagram(OUTSIDE, ROUTER, Protocol.UDP, bytes(40))._replace(**changes)  # type: ignore[arg-type]


def newest(lab: Lab) -> tuple[str, str, str]:
    # What the router answers may be dropped as well, while ARP asks.
    drop = next(drop for drop in lab.drops("R1") if drop.interface)
    return drop.reason, drop.interface, drop.text


def lines_of_newest(lab: Lab) -> list[str]:
    return [str(line) for line in next(d for d in lab.drops("R1") if d.interface).lines]


def test_a_malformed_header_is_told(lab: Lab) -> None:
    arrive(lab, b"\x65" + whole().emit()[1:])
    assert newest(lab) == ("FORMAT", "Ethernet0/2", "malformed: version 6, not 4")


def test_a_wrong_checksum_is_told(lab: Lab) -> None:
    arrive(lab, whole().emit()[:8] + b"\x07" + whole().emit()[9:])
    assert newest(lab) == ("CHECKSUM", "Ethernet0/2", "wrong checksum: header checksum")


UDP = Udp(1, 2, b"abc").emit(OUTSIDE, ROUTER)
TCP = Tcp(1, 2, 0, 0, Flag.SYN, 4128, 0, b"", b"").emit(OUTSIDE, ROUTER)
SPOILT = (
    (Protocol.UDP, UDP[:6] + b"\x12\x34" + UDP[8:], "UDP_CHECKSUM", "wrong checksum of what UDP"),
    (Protocol.UDP, UDP[:5], "UDP_FORMAT", "malformed: what UDP"),
    (Protocol.TCP, TCP[:16] + b"\x12\x34" + TCP[18:], "TCP_CHECKSUM", "wrong checksum of what TCP"),
    (Protocol.TCP, TCP[:9], "TCP_FORMAT", "malformed: what TCP"),
    (
        Protocol.ICMP,
        b"\x08\x00\x12\x34",
        "ICMP_CHECKSUM",
        "wrong checksum of what ICMP",
    ),
    (Protocol.ICMP, b"\x08\x00\xf7\xff", "ICMP_FORMAT", "malformed: what ICMP"),
)


@pytest.mark.parametrize(("protocol", "payload", "reason", "text"), SPOILT)
def test_what_a_datagram_carries_is_told_to_be_spoilt(
    lab: Lab, protocol: int, payload: bytes, reason: str, text: str
) -> None:
    arrive(lab, whole(protocol=protocol, payload=payload).emit())
    assert newest(lab) == (reason, "Ethernet0/2", f"{text} carries")


def test_options_that_are_refused_are_told(lab: Lab) -> None:
    arrive(lab, whole(options=b"\x07\x02\x04\x00").emit())
    assert newest(lab)[0] == "BAD_OPTIONS"
    strict = b"\x89\x07\x04" + IPv4Address.parse("3.3.3.3").packed + b"\x00"
    arrive(lab, whole(options=strict).emit())
    assert newest(lab)[0] == "SOURCE_ROUTE"
    lab["R1"].configure("no ip source-route")
    arrive(lab, whole(options=strict).emit())
    assert newest(lab)[0] == "OPTIONS_DENIED"
    assert lines_of_newest(lab) == ["'no ip source-route'"]
    lab["R1"].configure("ip options drop")
    arrive(lab, whole(options=strict).emit())
    assert lines_of_newest(lab) == ["'ip options drop'"]


def test_a_fragment_that_came_before_is_told(lab: Lab) -> None:
    for _ in range(2):
        arrive(lab, whole(more_fragments=True, identification=9).emit())
    assert newest(lab)[0] == "DUPLICATE"


def test_one_host_in_a_frame_to_all_is_told(lab: Lab) -> None:
    arrive(lab, whole(target=IPv4Address.parse("3.3.3.3")).emit(), MacAddress((1 << 48) - 1))
    assert newest(lab) == ("NOT_FOR_US", "Ethernet0/2", "to one host, but in a frame to all")


def test_a_full_reassembly_is_told(lab: Lab) -> None:
    for number in range(300):
        arrive(lab, whole(more_fragments=True, identification=number).emit())
        if lab.drops("R1"):
            break
    reason, interface, text = newest(lab)
    assert (reason, interface) == ("REASSEMBLY", "Ethernet0/2")
    assert text == "cannot be put together: 64 datagrams wait for fragments already"


def test_every_reason_is_tried_here_and_can_be_explained() -> None:
    outside = ("FORMAT", "CHECKSUM", "NOT_FOR_US", "REASSEMBLY", "DUPLICATE")
    options = ("BAD_OPTIONS", "SOURCE_ROUTE", "OPTIONS_DENIED")
    names = (*outside, *options, *(spoilt[2] for spoilt in SPOILT))
    tried = {case.reason for case in CASES} | {Reason[name] for name in names}
    iosemu.load("hello")
    assert set(Reason) == tried | {Reason.ACCESS}
    assert all(f"drop {reason.name}" in EXPLAINS for reason in tried)


# -- access lists ----

LIST = """\
access-list 101 permit tcp any any eq 22
access-list 101 deny icmp any any
access-list 101 permit ip any any
ip access-list extended OUT
 permit udp any any eq 53
interface Ethernet0/0
 ip access-group 101 in
interface Ethernet0/1
 ip access-group OUT out
"""


@pytest.fixture
def guarded(lab: Lab) -> Lab:
    lab["R2"].configure(LIST)
    return lab


@pytest.mark.goal("N6")
def test_the_entry_that_denied_and_what_applied_the_list_are_told(guarded: Lab) -> None:
    found = guarded.explain("H1", "3.3.3.3")
    assert ends(found) == (
        "R2",
        "access-list in",
        "ACCESS",
        [
            "'access-list 101 deny   icmp any any'",
            "'ip access-group 101 in' of 'interface Ethernet0/0'",
        ],
    )
    assert found.last.text == "access list 101, in on Ethernet0/0: 20 deny icmp any any"
    assert {step.role for step in found.back} == {"ICMP error"}
    guarded["H1"].cli("ping 3.3.3.3")
    drop = guarded.drops("R2")[0]
    assert (drop.reason, drop.text, drop.lines) == ("ACCESS", found.last.text, found.last.lines)


def test_what_no_entry_permits_is_denied_by_the_list_itself(guarded: Lab) -> None:
    found = guarded.explain("H1", "3.3.3.3", protocol="udp", port=161)
    assert ends(found) == (
        "R2",
        "access-list out",
        "ACCESS",
        ["'ip access-group OUT out' of 'interface Ethernet0/1'"],
    )
    told = {step.stage: said(step) for step in found.steps if step.router == "R2"}
    assert told["access-list in"] == [
        "'access-list 101 permit ip any any'",
        "'ip access-group 101 in' of 'interface Ethernet0/0'",
    ]


def test_the_entry_that_permitted_is_told_too(guarded: Lab) -> None:
    found = guarded.explain("H1", "3.3.3.3", protocol="udp", port=53)
    assert (found.router, found.last.reason) == ("R3", "NO_PORT")
    told = {step.stage: said(step) for step in found.steps if step.router == "R2"}
    assert told["access-list out"] == [
        "'permit udp any any eq domain' of 'ip access-list extended OUT'",
        "'ip access-group OUT out' of 'interface Ethernet0/1'",
    ]


# -- the whole way ----


@pytest.mark.goal("N6")
def test_every_stage_that_decided_names_its_line(lab: Lab) -> None:
    found = lab.explain("H1", "3.3.3.3")
    assert (found.outcome, found.router) == (Outcome.DELIVERED, "R3")
    told = [(s.router, s.stage, *said(s)) for s in found.steps if s.lines]
    assert told == [
        ("H1", "route", "'ip default-gateway 10.1.0.1'", "'no ip routing'"),
        (
            "R1",
            "route",
            "'ip route 3.3.3.3 255.255.255.255 10.0.12.2'",
            "'ip address 10.0.12.1 255.255.255.0' of 'interface Ethernet0/0'",
        ),
        (
            "R2",
            "route",
            "'ip route 3.3.3.3 255.255.255.255 10.0.23.3'",
            "'ip address 10.0.23.2 255.255.255.0' of 'interface Ethernet0/1'",
        ),
        ("R3", "local", "'ip address 3.3.3.3 255.255.255.255' of 'interface Loopback0'"),
    ]
    assert found.notes == (
        "H1: the first packet is lost while ARP asks on Ethernet0/0",
        "R1: the first packet is lost while ARP asks on Ethernet0/0",
        "R2: the first packet is lost while ARP asks on Ethernet0/1",
    )
    assert {step.role for step in found.back} == {"reply"}
    assert (found.answer, found.back[-1].router) == (Outcome.DELIVERED, "H1")


def test_asking_changes_nothing_in_the_lab(lab: Lab) -> None:
    lab["H1"].cli("ping 6.6.6.6 repeat 2")
    before = lab.digest, lab.state_digest(), lab.now, len(lab.journal)
    lab.explain("H1", "3.3.3.3", protocol="tcp", port=23)
    lab.explain("R1", "6.6.6.6")
    assert lab.drops()
    assert (lab.digest, lab.state_digest(), lab.now, len(lab.journal)) == before
    twin = iosemu.restore(lab.snapshot())
    twin.run_for(30)
    lab.run_for(30)
    assert (lab.digest, lab.state_digest()) == (twin.digest, twin.state_digest())


def test_a_refused_connection_is_told(lab: Lab) -> None:
    found = lab.explain("H1", "3.3.3.3", protocol="tcp", port=4242)
    assert (found.outcome, found.router) == (Outcome.REFUSED, "R3")
    assert found.last.text == "nothing here listens on TCP port 4242"
    assert found.answer is Outcome.REFUSED


def test_what_an_error_tells_the_source_is_followed_too(lab: Lab) -> None:
    found = lab.explain("H1", "4.4.4.4")
    assert (found.outcome, found.router) == (Outcome.DROPPED, "R2")
    assert {step.role for step in found.back} == {"ICMP error"}
    assert (found.answer, found.back[-1].router) == (Outcome.DELIVERED, "H1")


def test_a_reply_that_is_lost_is_followed_to_where_it_is(lab: Lab) -> None:
    lab["R2"].configure("no ip route 10.1.0.0 255.255.0.0 10.0.12.1")
    found = lab.explain("H1", "3.3.3.3")
    assert found.outcome is Outcome.DELIVERED
    assert found.answer is Outcome.DROPPED
    assert (found.back[-1].router, found.back[-1].reason) == ("R2", "NO_ROUTE")


def test_fragments_are_followed_until_they_are_whole(lab: Lab) -> None:
    found = lab.explain("H1", "3.3.3.3", size=2500)
    assert found.outcome is Outcome.DELIVERED
    ending = [s.verdict for s in found.steps if (s.router, s.stage) == ("R3", "local")]
    assert ending[-1].startswith("delivered")
    assert set(ending[:-1]) == {"waits for more fragments"}
    assert len(ending) > 2


def test_a_cut_link_and_a_shut_port_are_told(lab: Lab) -> None:
    lab["R3"].configure("interface Ethernet0/1\n shutdown")
    found = lab.explain("R2", "10.0.23.3")
    # Nobody answers for it any more.
    assert (found.last.reason, found.router) == ("ENCAPSULATION", "R2")
    lab["R3"].configure("interface Ethernet0/1\n no shutdown")
    lab.run_for(5)
    lab["H1"].cli("ping 3.3.3.3")
    lab["H1"].cli("ping 3.3.3.3")
    lab["R3"].configure("interface Ethernet0/1\n shutdown")
    found = lab.explain("H1", "3.3.3.3")
    assert (found.outcome, found.last.stage) == (Outcome.UNTAKEN, "link")
    assert found.last.text == "R3 does not take it: Ethernet0/1 is administratively down"
    assert said(found.last) == ["'shutdown' of 'interface Ethernet0/1'"]
    lab["R3"].configure("interface Ethernet0/1\n no shutdown")
    lab.link("R2:e0/1").impair(loss=1.0)
    found = lab.explain("H1", "3.3.3.3")
    assert (found.outcome, found.last.verdict) == (Outcome.LOST, "dropped: lost")


def test_a_packet_that_may_not_come_in_ends_at_the_door(lab: Lab) -> None:
    lab["R1"].configure("interface Ethernet0/1\n shutdown")
    found = lab.explain("R1", "3.3.3.3", source="10.1.0.9", interface="Ethernet0/1")
    assert found.outcome is Outcome.DROPPED
    assert said(found.last) == ["'shutdown' of 'interface Ethernet0/1'"]


def test_a_port_without_a_cable_leads_out_of_the_lab(lab: Lab) -> None:
    lab["R1"].configure("arp 10.2.0.7 0200.0000.0007 arpa")
    found = lab.explain("H1", "10.2.0.7")
    assert (found.outcome, found.router) == (Outcome.LEFT, "R1")
    told = [line for step in found.steps for line in said(step)]
    assert "'arp 10.2.0.7 0200.0000.0007 ARPA'" in told


@pytest.mark.parametrize(
    ("device", "target", "asked", "why"),
    [
        ("R9", "1.1.1.1", {}, "no device 'R9'"),
        ("R1", "1.1.1", {}, "'1.1.1' is no IPv4 address"),
        ("R1", "1.1.1.1", {"source": "9.8.7.6"}, "9.8.7.6 is no address of R1"),
        ("R1", "1.1.1.1", {"interface": "e0/0"}, "has a source address"),
        ("R1", "1.1.1.1", {"interface": "e7/0", "source": "1.2.3.4"}, "no interface Ethernet7/0"),
        ("R1", "1.1.1.1", {"protocol": "ipx"}, "no protocol 'ipx'"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    lab: Lab, device: str, target: str, asked: dict[str, str], why: str
) -> None:
    with pytest.raises(NotAsked, match=why):
        lab.explain(device, target, **asked)  # type: ignore[arg-type]


def test_only_the_newest_drops_are_kept(lab: Lab) -> None:
    for number in range(100):
        arrive(lab, whole(target=IPv4Address.parse("9.9.9.9"), identification=number).emit())
    lab.run_for(1)
    kept = lab.drops("R1")
    assert len(kept) == 64
    assert {drop.reason for drop in kept} == {"DISCARDED"}
    assert [str(line) for line in kept[0].lines] == ["'ip route 9.9.9.0 255.255.255.0 Null0'"]
