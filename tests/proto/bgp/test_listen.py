"""Dynamic neighbors, several sessions with one neighbor, and the fall of a route."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

from iosemu.address import IPv4Prefix
from iosemu.proto.base import TcpClear
from iosemu.proto.bgp.config import BgpRemoteAs, Neighbor, NeighborPolicy
from iosemu.proto.bgp.peer import Phase
from iosemu.proto.bgp.settings import (
    FallOver,
    ListenGroup,
    ListenRange,
    PeerKind,
    ProcessSettings,
    TableKey,
)
from iosemu.stack import send
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4

from .net import BgpNet, Speaker, entries, key, neighbor, pair, process

FAMILIES = (IPV4_UNICAST, VPNV4, IPV6_UNICAST)


def listening(
    asn: int,
    limit: int = 100,
    password: str | None = None,
    *,
    alternate_as: tuple[int, ...] = (),
) -> ProcessSettings:
    """A process that lets in what comes from 10.0.1.0/24."""
    held = Neighbor(remote=BgpRemoteAs(asn, alternate_as))
    policies = ((TableKey(), NeighborPolicy(activate=True)),)
    group = ListenGroup("PEERS", "default", asn, alternate_as, password, held, policies)
    base = process(asn, "1.1.1.1")
    tables = process(asn, None, neighbor("9.9.9.9", asn, asn)).tables
    return replace(
        base,
        tables=tables,
        listen_limit=limit,
        listen_ranges=(ListenRange(IPv4Prefix.parse("10.0.1.0/24"), "PEERS"),),
        groups=entries({("default", "PEERS"): group}),
    )


def test_a_neighbor_of_a_listen_range_comes_and_goes() -> None:
    net, one, two = pair()
    one.log_lines()
    one.configure(listening(100))
    two.configure(process(100, "2.2.2.2", neighbor("10.0.1.1", 100, 100)))
    net.until_up(two, "10.0.1.1")
    net.wait(1)
    assert one.log_lines() == ["%BGP-5-ADJCHANGE: neighbor *10.0.1.2 Up "]
    assert one.peer("10.0.1.2").range == "10.0.1.0/24"
    settings = one.engine.state.settings
    assert settings is not None
    assert settings.policy(key("10.0.1.2"), TableKey()) is not None
    two.change("10.0.1.1", is_shutdown=True)
    net.wait(1)
    assert one.engine.state.peers == {}
    assert one.log_lines()[-2:] == [
        "%BGP-5-ADJCHANGE: neighbor *10.0.1.2 Down BGP Notification received",
        "%BGP_SESSION-5-ADJCHANGE: neighbor *10.0.1.2 IPv4 Unicast topology base removed from"
        " session  BGP Notification received",
    ]


def test_the_limit_of_dynamic_neighbors_holds() -> None:
    net, one, two = pair()
    one.configure(listening(100, limit=0))
    two.configure(process(100, "2.2.2.2", neighbor("10.0.1.1", 100, 100)))
    net.wait(60)
    assert one.engine.state.peers == {}
    assert not two.is_up("10.0.1.1")
    one.configure(listening(100, limit=1))
    net.until_up(two, "10.0.1.1")


def test_the_password_of_the_group_holds_for_the_range() -> None:
    net, one, two = pair()
    one.configure(listening(100, password="CISCO"))
    two.configure(process(100, "2.2.2.2", neighbor("10.0.1.1", 100, 100)))
    net.wait(20)
    assert one.engine.state.peers == {}
    assert any("No MD5 digest from 10.0.1.2" in x for x in one.log_lines())
    two.change("10.0.1.1", password="CISCO")
    net.until_up(two, "10.0.1.1")


def test_a_range_that_goes_takes_its_neighbors_along() -> None:
    net, one, two = pair()
    one.configure(listening(100))
    two.configure(process(100, "2.2.2.2", neighbor("10.0.1.1", 100, 100)))
    net.until_up(two, "10.0.1.1")
    net.wait(1)
    one.configure(replace(listening(100), listen_ranges=()))
    assert one.engine.state.peers == {}
    net.wait(30)
    assert not two.is_up("10.0.1.1")


def test_a_dynamic_neighbor_may_be_of_another_as_of_its_group() -> None:
    net, one, two = pair()
    one.configure(listening(100, alternate_as=(200, 300)))
    two.configure(process(200, "2.2.2.2", neighbor("10.0.1.1", 100, 200, ttl=255)))
    net.until_up(two, "10.0.1.1")
    net.wait(1)
    settings = one.peer("10.0.1.2").settings
    assert (settings.remote_as, settings.kind) == (200, PeerKind.EXTERNAL)
    one.configure(listening(100, limit=7, alternate_as=(200, 300)))
    assert one.is_up("10.0.1.2")
    two.configure(process(400, "2.2.2.2", neighbor("10.0.1.1", 100, 400, ttl=255)))
    net.wait(60)
    assert not two.is_up("10.0.1.1")
    assert one.engine.state.peers == {}


# -- several sessions ----


def several(one_ends: bool = True, two_ends: bool = True) -> tuple[BgpNet, Speaker, Speaker]:
    net, one, two = pair()
    one.log_lines()
    both: dict[str, Any] = {"families": FAMILIES}
    two.configure(process(1, "2.2.2.2", neighbor("10.0.1.1", 1, 1, multi_session=two_ends, **both)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 1, 1, multi_session=one_ends, **both)))
    net.wait(60)
    return net, one, two


def test_each_family_gets_a_session_one_after_the_other() -> None:
    _, one, two = several()
    up = [(at, text) for at, text in one.logs if "BGP" in text]
    assert [text for _, text in up] == [
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Up ",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 session 2 Up ",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 session 3 Up ",
    ]
    times = [at for at, _ in up]
    assert all(1.9 < later - earlier < 7.5 for earlier, later in pairwise(times))
    for router, address in ((one, "10.0.1.2"), (two, "10.0.1.1")):
        sessions = router.peer(address).sessions
        assert [list(s.carried) for s in sessions.values()] == [[family] for family in FAMILIES]
        assert len({s.conn for s in sessions.values()}) == 3


def test_a_session_that_ends_leaves_the_others_alone() -> None:
    net, one, _ = several()
    conn = one.session("10.0.1.2", 2).conn
    assert conn is not None
    one.logs.clear()
    send(one.stack, one, "user", TcpClear(conn))
    net.wait(0.2)
    assert [s.phase for s in one.peer("10.0.1.2").sessions.values()] == [
        Phase.ESTABLISHED,
        Phase.IDLE,
        Phase.ESTABLISHED,
    ]
    assert one.log_lines() == [
        "%BGP-5-NBR_RESET: Neighbor 10.0.1.2 session 2 reset (Peer closed the session)",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 session 2 Down Peer closed the session",
        "%BGP_SESSION-5-ADJCHANGE: neighbor 10.0.1.2 session 2 VPNv4 Unicast topology base"
        " removed from session  Peer closed the session",
    ]
    net.wait(10)
    assert one.session("10.0.1.2", 2).is_established


def test_both_ends_must_want_several_sessions() -> None:
    for ends in ((True, False), (False, True)):
        _, one, two = several(*ends)
        for router, address in ((one, "10.0.1.2"), (two, "10.0.1.1")):
            sessions = router.peer(address).sessions
            assert list(sessions) == [1]
            assert tuple(sessions[1].carried) == FAMILIES
            assert not sessions[1].is_multisession


def test_activating_a_family_adds_a_session_to_several() -> None:
    net, one, two = several()
    two.change("10.0.1.1", families=FAMILIES[:2])
    one.change("10.0.1.2", families=FAMILIES[:2])
    net.wait(20)
    assert [list(s.carried) for s in one.peer("10.0.1.2").sessions.values()] == [
        [IPV4_UNICAST],
        [VPNV4],
    ]
    two.change("10.0.1.1", families=FAMILIES)
    one.change("10.0.1.2", families=FAMILIES)
    net.wait(60)
    assert one.session("10.0.1.2", 3).is_established
    assert one.session("10.0.1.2", 1).up_since < one.session("10.0.1.2", 3).up_since


# -- fall-over ----


def far(fall_over: FallOver | None) -> tuple[BgpNet, Speaker, Speaker]:
    net, one, two = pair()
    fields: dict[str, Any] = {"ttl": 255, "is_direct": False, "update_source": "Loopback0"}
    two.configure(process(2, "2.2.2.2", neighbor("1.1.1.1", 1, 2, **fields)))
    one.configure(process(1, "1.1.1.1", neighbor("2.2.2.2", 2, 1, fall_over=fall_over, **fields)))
    net.until_up(one, "2.2.2.2")
    net.wait(1)
    one.log_lines()
    return net, one, two


def test_without_a_route_a_session_falls_at_once() -> None:
    _, one, _ = far(FallOver())
    one.route("2.2.2.2/32", None)
    assert one.log_lines() == [
        "%BGP-5-NBR_RESET: Neighbor 2.2.2.2 reset (Route to peer lost)",
        "%BGP-5-ADJCHANGE: neighbor 2.2.2.2 Down Route to peer lost",
        "%BGP_SESSION-5-ADJCHANGE: neighbor 2.2.2.2 IPv4 Unicast topology base removed from"
        " session  Route to peer lost",
    ]


def test_a_default_route_holds_a_session_up_unless_a_route_map_says_no() -> None:
    _, one, _ = far(FallOver())
    one.route("0.0.0.0/0", "10.0.1.2")
    one.route("2.2.2.2/32", None)
    assert one.is_up("2.2.2.2")
    # A route map that is not defined permits nothing.
    one.change("2.2.2.2", fall_over=FallOver("SAT"))
    assert not one.is_up("2.2.2.2")


def test_without_fall_over_the_route_does_not_matter() -> None:
    net, one, _ = far(None)
    one.route("2.2.2.2/32", None)
    net.wait(100)
    assert one.is_up("2.2.2.2")
    net.wait(100)
    assert not one.is_up("2.2.2.2")
