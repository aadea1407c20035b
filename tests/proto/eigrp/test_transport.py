"""The machine as a ladder: adjacencies, what is sent again, queries, and broken packets."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Address
from iosemu.kernel.rng import Random
from iosemu.proto.eigrp.state import Origin
from iosemu.wire.eigrp import (
    GROUP,
    Eigrp,
    Flag,
    NextMulticastSequence,
    Opcode,
    Parameters,
    Sequence,
)
from iosemu.wire.eigrp_route import RouteFlag, WideRoute

from .ladder import ASN, HELLO, NO_FLAGS, OWN, PEER, PORT, Ladder, lost, route

THIRD = IPv4Address.parse("10.0.0.3")


@pytest.fixture
def r() -> Ladder:
    ladder = Ladder()
    ladder.type("router eigrp 100", "network 0.0.0.0")
    ladder.news()
    return ladder


def meet(r: Ladder, address: IPv4Address, *prefixes: str) -> None:
    """An adjacency with another neighbor of the segment."""
    r.hear(Opcode.HELLO, *HELLO, source=address)
    r.hear(Opcode.UPDATE, flags=Flag.INIT, sequence=1, target=OWN, source=address)
    r.ack_all()
    table = tuple(route(prefix) for prefix in prefixes)
    r.hear(Opcode.UPDATE, *table, flags=Flag.EOT, sequence=2, target=OWN, source=address)
    r.at(r.now_s + 0.1)
    r.ack_all()


def test_an_adjacency_comes_up_in_the_order_of_captures(r: Ladder) -> None:
    r.hear(Opcode.HELLO, *HELLO)
    assert r.news() == ["UPDATE INIT to 10.0.0.2"]
    r.hear(Opcode.UPDATE, flags=Flag.INIT, sequence=7, target=OWN)
    assert r.news() == ["ACK to 10.0.0.2"]
    assert not r.logged
    r.ack_all()
    (line,) = r.logged
    assert line.endswith("Neighbor 10.0.0.2 (Ethernet0/0) is up: new adjacency")
    r.at(0.02)
    assert r.news()[0].startswith("UPDATE EOT")


def test_what_is_learned_is_poisoned_back(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    assert any(line.endswith(": 3.0.0.0/8 unreachable") for line in r.news())


def test_an_init_is_sent_again_after_two_seconds_and_given_up_after_sixteen_times(
    r: Ladder,
) -> None:
    r.hear(Opcode.HELLO, *HELLO)
    r.news()
    r.at(1.9)
    assert r.news() == []
    r.at(2.1)
    assert r.news() == ["UPDATE INIT to 10.0.0.2"]
    count = 0
    while r.process.neighbors and r.now_s < 200:
        r.hear(Opcode.HELLO, *HELLO)
        r.at(r.now_s + 1)
        count += len([line for line in r.news() if "INIT" in line])
    # The sixteenth and the first of the adjacency that the next hello starts are not of these.
    assert 15 <= count <= 17
    assert any("retry limit exceeded" in line for line in r.logged)


def test_duplicates_are_acknowledged_and_change_nothing(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    r.news()
    r.hear(Opcode.UPDATE, lost("3.0.0.0/8"), sequence=2, target=OWN)
    assert r.news() == ["ACK to 10.0.0.2"]
    assert len(r.routes) == 1


def test_a_packet_in_conditional_receive_mode_is_for_those_who_were_told(r: Ladder) -> None:
    r.meet()
    r.news()
    flags = Flag.CR
    r.hear(Opcode.UPDATE, route("4.0.0.0/8"), flags=flags, sequence=5)
    assert r.news() == []
    r.hear(Opcode.HELLO, *HELLO, Sequence((THIRD,)), NextMulticastSequence(5))
    r.hear(Opcode.UPDATE, route("4.0.0.0/8"), flags=flags, sequence=5)
    assert r.news() == ["ACK to 10.0.0.2"]
    r.hear(Opcode.HELLO, *HELLO, Sequence((OWN,)), NextMulticastSequence(6))
    r.hear(Opcode.UPDATE, route("5.0.0.0/8"), flags=flags, sequence=6)
    assert r.news() == []


def test_a_slow_neighbor_is_told_to_leave_the_next_multicast(r: Ladder) -> None:
    r.meet()
    meet(r, THIRD)
    r.sent.clear()
    r.hear(Opcode.UPDATE, route("4.0.0.0/8"), sequence=9, target=OWN)
    r.at(r.now_s + 0.02)
    number = r.process.neighbors[next(iter(r.process.neighbors))].queue[0].sequence
    # The first acknowledges, the other does not.
    r.hear(Opcode.HELLO, ack=number, target=OWN)
    r.sent.clear()
    r.hear(Opcode.UPDATE, route("5.0.0.0/8"), sequence=10, target=OWN)
    r.at(r.now_s + 0.02)
    ahead = [packet for _, packet in r.sent if packet.field(Sequence) is not None]
    assert [packet.field(Sequence) for packet in ahead] == [Sequence((THIRD,))]
    assert any(line.startswith("UPDATE CR to 224.0.0.10: 5.0.0.0/8") for line in r.news())
    r.hear(Opcode.HELLO, ack=number, target=OWN, source=THIRD)
    assert [line for line in r.news() if "5.0.0.0/8" in line] == [
        "UPDATE to 10.0.0.3: 5.0.0.0/8 unreachable"
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("hold", "holding time expired"),
        ("goodbye", "Interface Goodbye received"),
        ("restart", "peer restarted"),
        ("weights", "K-value mismatch"),
    ],
)
def test_a_neighbor_is_lost(r: Ladder, event: str, reason: str) -> None:
    r.meet("3.0.0.0/8")
    match event:
        case "hold":
            r.at(r.now_s + 15.1)
        case "goodbye":
            r.hear(Opcode.HELLO, Parameters((255, 255, 255, 255, 255, 0), 15))
        case "restart":
            r.hear(Opcode.UPDATE, flags=Flag.INIT, sequence=40, target=OWN)
        case "weights":
            r.hear(Opcode.HELLO, Parameters((1, 1, 1, 0, 0, 0), 15))
    assert any(line.endswith(f"is down: {reason}") for line in r.logged)
    assert not r.routes


def test_a_hello_of_another_subnet_is_refused(r: Ladder) -> None:
    r.hear(Opcode.HELLO, *HELLO, source=IPv4Address.parse("10.9.0.2"))
    assert not r.process.neighbors
    assert any("not on common subnet (10.0.0.1/24)" in line for line in r.logged)


def test_a_query_for_what_nobody_knows_is_answered(r: Ladder) -> None:
    r.meet()
    r.news()
    r.hear(Opcode.QUERY, lost("77.0.0.0/8"), sequence=3)
    r.at(r.now_s + 0.02)
    assert r.news() == ["ACK to 10.0.0.2", "REPLY to 10.0.0.2: 77.0.0.0/8 unreachable"]


# -- active: RFC 7868 3.5.2 ----


def active(r: Ladder) -> object:
    """The one destination that is active."""
    (found,) = [d for d in r.process.topology.values() if d.is_active]
    return found.origin


def sought(r: Ladder) -> None:
    """4.0.0.0/8 came from the first neighbor and is lost; the second still has to answer."""
    r.meet("4.0.0.0/8")
    meet(r, THIRD)
    r.hear(Opcode.UPDATE, lost("4.0.0.0/8"), sequence=3, target=OWN)
    r.at(r.now_s + 0.02)
    r.ack_all()
    assert active(r) is Origin.SELF
    assert not r.routes
    r.news()


def test_a_lost_route_is_sought_and_the_last_reply_ends_it(r: Ladder) -> None:
    sought(r)
    r.hear(Opcode.REPLY, lost("4.0.0.0/8"), sequence=4, target=OWN)
    assert active(r) is Origin.SELF
    r.hear(Opcode.REPLY, route("4.0.0.0/8"), sequence=3, target=OWN, source=THIRD)
    assert [str(route.next_hops[0].address) for route in r.routes.values()] == ["10.0.0.3"]


def test_a_query_of_another_is_answered_at_once_while_a_route_is_sought(r: Ladder) -> None:
    sought(r)
    r.hear(Opcode.QUERY, lost("4.0.0.0/8"), sequence=3, source=THIRD)
    assert active(r) is Origin.SELF
    r.at(r.now_s + 0.02)
    assert "REPLY to 10.0.0.3: 4.0.0.0/8 unreachable" in r.news()


def test_a_query_of_the_successor_is_answered_at_the_end(r: Ladder) -> None:
    sought(r)
    r.hear(Opcode.QUERY, lost("4.0.0.0/8"), sequence=4)
    assert active(r) is Origin.SUCCESSOR_INCREASED
    r.at(r.now_s + 0.02)
    assert not [line for line in r.news() if line.startswith("REPLY")]


def test_a_lost_neighbor_counts_as_a_reply(r: Ladder) -> None:
    sought(r)
    r.hear(Opcode.REPLY, lost("4.0.0.0/8"), sequence=4, target=OWN)
    r.hear(Opcode.HELLO, Parameters((255, 255, 255, 255, 255, 0), 15), source=THIRD)
    assert not [d for d in r.process.topology.values() if d.is_active]


def test_who_never_answers_is_asked_after_half_the_active_time_and_dropped(r: Ladder) -> None:
    sought(r)
    started = r.now_s
    asked = 0
    while r.now_s < started + 200:
        for address in (PEER, THIRD):
            r.hear(Opcode.HELLO, *HELLO, source=address)
        r.at(r.now_s + 5)
        r.ack_all()
        asked += len([line for line in r.news() if line.startswith("SIA_QUERY")])
    assert asked >= 1
    assert any("SIA: Route 4.0.0.0/8 stuck-in-active state" in line for line in r.logged)
    assert any(line.endswith("is down: stuck in active") for line in r.logged)


def waited(r: Ladder, until_s: float) -> list[tuple[float, str]]:
    """Hellos and acknowledgments go on; what was sent besides acknowledgments, and about when."""
    told = []
    while r.now_s < until_s:
        for address in (PEER, THIRD):
            r.hear(Opcode.HELLO, *HELLO, source=address)
        r.at(r.now_s + 5)
        r.ack_all()
        told += [(r.now_s, line) for line in r.news() if not line.startswith("ACK")]
    return told


def test_who_still_works_on_it_says_so_and_stays_for_three_times(r: Ladder) -> None:
    sought(r)
    r.hear(Opcode.REPLY, lost("4.0.0.0/8"), sequence=4, target=OWN)
    started = r.now_s
    for number in range(3):
        told = waited(r, started + 90 * (number + 1) + 5)
        assert [line for _, line in told] == [f"SIA_QUERY to {THIRD}: 4.0.0.0/8 unreachable"]
        r.hear(
            Opcode.SIA_REPLY, works_on("4.0.0.0/8"), sequence=3 + number, target=OWN, source=THIRD
        )
        assert r.news() == [f"ACK to {THIRD}"]
    assert active(r) is Origin.SELF
    assert not any("stuck" in line for line in r.logged)
    waited(r, started + 455)
    assert r.logged[-1].endswith("10.0.0.3 (Ethernet0/0) is down: stuck in active")
    assert not [d for d in r.process.topology.values() if d.is_active]


def test_a_reply_after_an_sia_reply_ends_the_search(r: Ladder) -> None:
    sought(r)
    r.hear(Opcode.REPLY, lost("4.0.0.0/8"), sequence=4, target=OWN)
    waited(r, r.now_s + 95)
    r.hear(Opcode.SIA_REPLY, works_on("4.0.0.0/8"), sequence=3, target=OWN, source=THIRD)
    r.hear(Opcode.REPLY, route("4.0.0.0/8"), sequence=4, target=OWN, source=THIRD)
    assert [str(route.next_hops[0].address) for route in r.routes.values()] == ["10.0.0.3"]


def test_an_sia_query_hears_whether_the_search_goes_on(r: Ladder) -> None:
    sought(r)
    r.hear(Opcode.SIA_QUERY, lost("4.0.0.0/8"), sequence=3, target=OWN, source=THIRD)
    assert r.news() == [f"ACK to {THIRD}", f"SIA_REPLY to {THIRD}: 4.0.0.0/8 unreachable"]
    (flags,) = {one.metric.flags for _, packet in r.last for one in packet.routes}
    assert flags == RouteFlag.ACTIVE
    r.ack_all()
    for sequence, address in ((4, PEER), (4, THIRD)):
        r.hear(Opcode.REPLY, lost("4.0.0.0/8"), sequence=sequence, target=OWN, source=address)
    r.at(r.now_s + 0.02)
    r.ack_all()
    r.news()
    r.hear(Opcode.SIA_QUERY, lost("4.0.0.0/8"), sequence=5, target=OWN, source=THIRD)
    r.at(r.now_s + 0.02)
    assert r.news() == [f"ACK to {THIRD}", f"REPLY to {THIRD}: 4.0.0.0/8 unreachable"]


def works_on(prefix: str) -> WideRoute:
    """A network in an SIA-REPLY of who is active itself."""
    told = lost(prefix)
    return told._replace(metric=told.metric._replace(flags=RouteFlag.ACTIVE))


def farther(r: Ladder, opcode: Opcode) -> None:
    """4.0.0.0/8 came from the first neighbor, who then says, or asks, that it is farther than ever,
    and then that it is farther still.  Without split horizon the other neighbor of the segment is
    asked too when the successor asks."""
    r.type(f"interface {PORT}", f"no ip split-horizon eigrp {ASN}")
    r.meet("4.0.0.0/8")
    meet(r, THIRD)
    r.hear(opcode, route("4.0.0.0/8", delay_us=50_000), sequence=3, target=OWN)
    r.at(r.now_s + 0.02)
    r.ack_all()
    asks = opcode is Opcode.QUERY
    assert active(r) is (Origin.SUCCESSOR if asks else Origin.SELF)
    if not asks:
        r.hear(Opcode.REPLY, route("4.0.0.0/8", delay_us=50_000), sequence=4, target=OWN)
    r.hear(Opcode.UPDATE, route("4.0.0.0/8", delay_us=60_000), sequence=5, target=OWN)
    assert active(r) is (Origin.SUCCESSOR_INCREASED if asks else Origin.SELF_INCREASED)
    r.news()


def answered(r: Ladder, delay_us: int) -> None:
    """The last reply: of the other neighbor."""
    told = route("4.0.0.0/8", router="3.3.3.3", delay_us=delay_us)
    r.hear(Opcode.REPLY, told, sequence=3, target=OWN, source=THIRD)
    r.at(r.now_s + 0.02)
    r.ack_all()


@pytest.mark.parametrize("opcode", [Opcode.UPDATE, Opcode.QUERY])
def test_after_an_increase_a_feasible_neighbor_ends_the_search(r: Ladder, opcode: Opcode) -> None:
    farther(r, opcode)
    answered(r, 5000)
    assert not [d for d in r.process.topology.values() if d.is_active]
    assert [str(route.next_hops[0].address) for route in r.routes.values()] == ["10.0.0.3"]
    told = [line for line in r.news() if line.startswith(("QUERY", "REPLY"))]
    assert told == ([f"REPLY to {PEER}: 4.0.0.0/8"] if opcode is Opcode.QUERY else [])


@pytest.mark.parametrize("opcode", [Opcode.UPDATE, Opcode.QUERY])
def test_after_an_increase_without_a_feasible_neighbor_all_are_asked_again(
    r: Ladder, opcode: Opcode
) -> None:
    farther(r, opcode)
    answered(r, 40_000)
    asks = opcode is Opcode.QUERY
    assert active(r) is (Origin.SUCCESSOR if asks else Origin.SELF)
    target = THIRD if asks else GROUP
    assert [line.split(":")[0] for line in r.news() if line.startswith(("QUERY", "REPLY"))] == [
        f"QUERY to {target}"
    ]


# -- broken packets ----


def real(r: Ladder) -> list[bytes]:
    """Packets of every kind, as they are on a link."""
    made = [
        Eigrp(Opcode.HELLO, NO_FLAGS, 0, 0, 0, ASN, HELLO),
        Eigrp(Opcode.HELLO, NO_FLAGS, 0, 5, 0, ASN),
        Eigrp(Opcode.UPDATE, Flag.EOT, 50, 0, 0, ASN, (route("5.0.0.0/8"), lost("3.0.0.0/8"))),
        Eigrp(Opcode.QUERY, NO_FLAGS, 51, 0, 0, ASN, (lost("3.0.0.0/8"),)),
        Eigrp(Opcode.REPLY, NO_FLAGS, 52, 0, 0, ASN, (lost("3.0.0.0/8"),)),
        Eigrp(Opcode.SIA_QUERY, NO_FLAGS, 53, 0, 0, ASN, (lost("3.0.0.0/8"),)),
    ]
    return [packet.emit() for packet in made]


def test_every_truncation_is_counted_and_forgotten(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    meet(r, THIRD)
    cut = [data[:n] for data in real(r) for n in range(len(data))]
    before = r.process.traffic.malformed
    for data in cut:
        r.raw(data)
    assert r.process.traffic.malformed == before + len(cut)
    assert len(r.process.neighbors) == 2
    assert len(r.routes) == 1


def test_mutated_packets_leave_the_other_neighbor_alone(r: Ladder) -> None:
    r.meet("3.0.0.0/8")
    meet(r, THIRD, "9.0.0.0/8")
    rng, packets = Random(b"mutations"), real(r)
    for _ in range(2000):
        data = bytearray(rng.choice(packets))
        for _ in range(1 + rng.randrange(4)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.randrange(4):
            # As if it had been sent like that.
            data[2:4] = bytes(2)
            value = int.from_bytes(data + bytes(len(data) & 1), "big") % 0xFFFF
            data[2:4] = (0xFFFF - value).to_bytes(2, "big")
        r.raw(bytes(data))
    assert r.process.traffic.malformed > 100
    assert THIRD in [key.address for key in r.process.neighbors]
    assert [str(prefix) for prefix in r.routes if str(prefix) == "9.0.0.0/8"]
