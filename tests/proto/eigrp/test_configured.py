"""What configuration makes of packets, step by step."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.proto.eigrp import auth
from iosemu.proto.eigrp.settings import AuthKey
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.wire.eigrp import (
    Authentication,
    Digest,
    Eigrp,
    Flag,
    Opcode,
    Parameters,
    PeerTermination,
    Stub,
    StubFlag,
)
from tests.features.shop import router

from .ladder import HELLO, OWN, PEER, PORT, Ladder, lost, route

GROUP = "224.0.0.10"


@pytest.fixture
def r() -> Ladder:
    ladder = Ladder()
    ladder.type("router eigrp 100", "network 10.0.0.0")
    return ladder


def static(prefix: str, distance: int = 1) -> Route:
    key = RouteKey("default", IPv4Prefix.parse(prefix), "static")
    return Route(key, (NextHop(None, "Null0"),), distance, "S", "static")


def prefix(text: str) -> IPv4Prefix:
    return IPv4Prefix.parse(text)


@pytest.mark.goal("C37")
def test_an_offset_asks_for_the_table_again_and_adds_to_it(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    before = r.routes[prefix("3.0.0.0/8")].metric
    r.news()
    r.type("router eigrp 100", f"offset-list 0 in 50 {PORT}")
    r.at(0.15)
    assert r.news() == [f"UPDATE INIT|RS to {PEER}"]
    assert r.logged[-1].endswith("is resync: route configuration changed")
    r.ack_all()
    assert r.news() == [f"UPDATE EOT to {PEER}"]
    r.ack_all()
    r.hear(Opcode.UPDATE, route("3.0.0.0/8"), flags=Flag.EOT, sequence=3, target=OWN)
    assert r.routes[prefix("3.0.0.0/8")].metric == before + 50


def test_what_a_neighbor_does_not_repeat_in_its_new_table_is_gone(r: Ladder) -> None:
    r.meet("3.0.0.0/8", "4.0.0.0/8")
    r.news()
    r.hear(Opcode.UPDATE, flags=Flag.INIT | Flag.RS, sequence=3, target=OWN)
    assert r.logged[-1].endswith("is resync: peer graceful-restart")
    r.at(0.15)
    assert r.news() == [f"ACK to {PEER}", f"UPDATE EOT to {PEER}"]
    r.ack_all()
    r.hear(Opcode.UPDATE, route("4.0.0.0/8"), sequence=4, target=OWN)
    assert sorted(map(str, r.routes)) == ["3.0.0.0/8", "4.0.0.0/8"]
    r.hear(Opcode.UPDATE, flags=Flag.EOT, sequence=5, target=OWN)
    assert list(map(str, r.routes)) == ["4.0.0.0/8"]
    assert len([line for line in r.logged if "is down" in line]) == 0


def test_a_repeated_restart_is_acknowledged_and_forgotten(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    for _ in range(2):
        r.hear(Opcode.UPDATE, flags=Flag.INIT | Flag.RS, sequence=3, target=OWN)
    assert len([line for line in r.logged if "resync" in line]) == 1


def test_hellos_to_the_router_alone_are_for_static_neighbors(r: Ladder) -> None:
    r.hear(Opcode.HELLO, *HELLO, target=OWN)
    assert not r.process.neighbors
    r.type("router eigrp 100", f"neighbor {PEER} {PORT}")
    r.hear(Opcode.HELLO, *HELLO)
    assert not r.process.neighbors
    r.hear(Opcode.HELLO, *HELLO, target=OWN, source=IPv4Address.parse("10.0.0.3"))
    assert not r.process.neighbors
    r.hear(Opcode.HELLO, *HELLO, target=OWN)
    assert [key.address for key in r.process.neighbors] == [PEER]


def test_static_neighbors_hear_everything_alone(r: Ladder) -> None:
    r.type("router eigrp 100", f"neighbor {PEER} {PORT}", "redistribute static")
    r.sent.clear()
    r.hear(Opcode.HELLO, *HELLO, target=OWN)
    r.hear(Opcode.UPDATE, flags=Flag.INIT, sequence=1, target=OWN)
    r.ack_all()
    r.best("5.0.0.0/8", static("5.0.0.0/8"))
    r.at(12)
    assert {target for target, _ in r.sent} == {PEER}


def test_a_static_neighbor_takes_the_place_of_one_that_was_found(r: Ladder) -> None:
    r.meet()
    r.type("router eigrp 100", f"neighbor {PEER} {PORT}")
    assert r.logged[-1].endswith("is down: Static peer replaces multicast")
    assert any(packet.field(PeerTermination) for _, packet in r.sent)


def test_other_weights_are_no_neighbor_and_the_own_ones_are_told(r: Ladder) -> None:
    r.type("router eigrp 100", "metric weights 0 1 1 1 0 0")
    r.hear(Opcode.HELLO, *HELLO)
    assert r.logged[-1].endswith("is down: K-value mismatch")
    r.sent.clear()
    r.at(6)
    told = [packet.field(Parameters) for _, packet in r.sent]
    assert {one.k for one in told if one is not None} == {(1, 1, 1, 0, 0, 0)}


def test_the_hold_time_is_told(r: Ladder) -> None:
    r.type(f"interface {PORT}", "ip hold-time eigrp 100 40", "ip hello-interval eigrp 100 10")
    r.sent.clear()
    r.at(25)
    told = [packet.field(Parameters) for _, packet in r.sent]
    assert [one.hold_s for one in told if one is not None] in ([40, 40], [40, 40, 40])


def test_a_stub_says_so_and_tells_only_what_is_its_own(r: Ladder) -> None:
    r.type("router eigrp 100", "eigrp stub connected", "redistribute static")
    r.best("5.0.0.0/8", static("5.0.0.0/8"))
    r.meet()
    stubs = [one.flags for _, packet in r.sent if (one := packet.field(Stub)) is not None]
    assert set(stubs) == {StubFlag.CONNECTED}
    assert not any(packet.routes for _, packet in r.sent)


def test_a_stub_is_not_asked(r: Ladder) -> None:
    r.hear(Opcode.HELLO, *HELLO, Stub(StubFlag.CONNECTED))
    r.hear(Opcode.UPDATE, flags=Flag.INIT, sequence=1, target=OWN)
    r.ack_all()
    r.hear(Opcode.UPDATE, route("3.0.0.0/8"), flags=Flag.EOT, sequence=2, target=OWN)
    r.at(1)
    r.ack_all()
    r.news()
    r.hear(Opcode.UPDATE, lost("3.0.0.0/8"), sequence=3, target=OWN)
    r.at(2)
    assert not r.routes
    assert not any(line.startswith("QUERY") for line in r.news())


def test_a_neighbor_that_becomes_a_stub_starts_anew(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    r.hear(Opcode.HELLO, *HELLO, Stub(StubFlag.CONNECTED))
    assert r.logged[-1].endswith("is down: peer info changed")
    assert not r.routes


def test_a_better_source_makes_a_destination_inaccessible_by_a_query(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    r.news()
    r.best("3.0.0.0/8", static("3.0.0.0/8"))
    r.at(0.15)
    assert r.news() == [f"QUERY to {GROUP}: 3.0.0.0/8 unreachable"]
    r.ack_all()
    r.hear(Opcode.REPLY, lost("3.0.0.0/8"), sequence=3, target=OWN)
    assert not r.routes
    r.best("3.0.0.0/8", None)
    assert not r.routes


def test_a_worse_source_changes_nothing(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    r.news()
    r.best("3.0.0.0/8", static("3.0.0.0/8", 200))
    r.at(0.15)
    assert r.news() == []
    assert len(r.routes) == 1


def test_redistributed_routes_are_told_when_they_come_and_go(r: Ladder) -> None:
    r.meet()
    r.type("router eigrp 100", "redistribute static")
    r.news()
    r.best("5.0.0.0/8", static("5.0.0.0/8"))
    r.at(0.15)
    assert r.news() == [f"UPDATE to {GROUP}: 5.0.0.0/8"]
    r.ack_all()
    r.best("5.0.0.0/8", None)
    r.at(0.2)
    assert r.news() == [f"QUERY to {GROUP}: 5.0.0.0/8 unreachable"]


def test_what_was_there_before_is_redistributed_when_it_is_configured(r: Ladder) -> None:
    r.best("5.0.0.0/8", static("5.0.0.0/8"))
    r.meet()
    r.news()
    r.type("router eigrp 100", "redistribute static metric 1000 100 255 1 1500")
    r.at(0.15)
    assert r.news() == [f"UPDATE to {GROUP}: 5.0.0.0/8"]


@pytest.mark.goal("C38")
def test_a_summary_goes_out_in_place_of_its_components(r: Ladder) -> None:
    r.type("router eigrp 100", "redistribute static")
    r.best("5.1.0.0/16", static("5.1.0.0/16"))
    r.type(f"interface {PORT}", "ip summary-address eigrp 100 0.0.0.0 0.0.0.0")
    r.meet()
    assert f"UPDATE EOT to {PEER}: 0.0.0.0/0" in r.news()
    assert r.routes[prefix("0.0.0.0/0")].distance == 5


def test_packets_without_or_with_a_wrong_digest_are_counted(r: Ladder) -> None:
    r.type("key chain KC", "key 7", "key-string secret")
    r.type(f"interface {PORT}", "ip authentication mode eigrp 100 md5")
    r.hear(Opcode.HELLO, *HELLO)
    assert r.process.neighbors, "the mode alone, without a key chain, is off"
    r.type(f"interface {PORT}", "ip authentication key-chain eigrp 100 KC")
    assert not r.process.neighbors
    r.hear(Opcode.HELLO, *HELLO)
    hello = Eigrp(Opcode.HELLO, Flag(0), 0, 0, 0, 100, HELLO)
    for number, secret in ((7, "other"), (8, "secret")):
        r.raw(auth.signed(hello, AuthKey(Digest.MD5, number, secret), str(PEER)).emit())
    assert not r.process.neighbors
    assert r.process.traffic.authentication_failures == 3
    r.raw(auth.signed(hello, AuthKey(Digest.MD5, 7, "secret"), str(PEER)).emit())
    assert r.process.neighbors
    assert all(packet.field(Authentication) for _, packet in r.sent[-2:])


def test_a_signed_packet_is_ignored_where_nobody_authenticates(r: Ladder) -> None:
    hello = Eigrp(Opcode.HELLO, Flag(0), 0, 0, 0, 100, HELLO)
    r.raw(auth.signed(hello, AuthKey(Digest.MD5, 1, "secret"), str(PEER)).emit())
    assert not r.process.neighbors
    assert r.process.traffic.authentication_failures == 1


def test_warnings_about_foreign_subnets_are_given_at_intervals(r: Ladder) -> None:
    other = IPv4Address.parse("10.9.9.9")
    for second in range(0, 25, 5):
        r.at(second)
        r.hear(Opcode.HELLO, *HELLO, source=other)
    assert len([line for line in r.logged if "blocked" in line]) == 3
    r.type("router eigrp 100", "no eigrp log-neighbor-warnings")
    r.at(60)
    r.hear(Opcode.HELLO, *HELLO, source=other)
    assert len([line for line in r.logged if "blocked" in line]) == 3


def test_the_event_log_has_the_size_that_is_configured(r: Ladder) -> None:
    r.type("router eigrp 100", "eigrp event-log-size 2")
    r.meet("3.0.0.0/8")
    for number in range(3, 9):
        r.hear(Opcode.UPDATE, lost("3.0.0.0/8"), sequence=2 * number, target=OWN)
        r.hear(Opcode.UPDATE, route("3.0.0.0/8"), sequence=2 * number + 1, target=OWN)
    assert len(r.process.events) <= 2


@pytest.mark.parametrize("name", ["0", "65536", "70000", "1a"])
def test_a_word_with_a_digit_first_is_no_name_of_an_instance(name: str) -> None:
    said = router(PORT).type(f"router eigrp {name}")
    assert said[-2:] == ["% Invalid input detected at '^' marker.", ""]


def test_a_neighbor_that_signs_while_we_do_not_is_dropped_and_told_so(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    r.sent.clear()
    plain = Eigrp(Opcode.HELLO, Flag(0), 0, 0, 0, 100, HELLO)
    r.raw(auth.signed(plain, AuthKey(Digest.MD5, 1, "secret"), str(PEER)).emit())
    assert r.logged[-1].endswith("Neighbor 10.0.0.2 (Ethernet0/0) is down: Auth failure")
    assert [one.field(PeerTermination) for _, one in r.sent] == [PeerTermination(PEER)]
    assert not r.routes
