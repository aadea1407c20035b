"""Sessions between two routers, over the TCP of their stacks."""

from __future__ import annotations

from typing import Any

import pytest

from iosemu.proto.base import TcpReason
from iosemu.proto.bgp.peer import Phase, Role
from iosemu.stack.tcp_state import State
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST

from .net import BgpNet, Speaker, neighbor, pair, process, reset

UP_1 = "%BGP-5-ADJCHANGE: neighbor 10.0.1.1 Up "
UP_2 = "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Up "


def external(**fields: Any) -> tuple[BgpNet, Speaker, Speaker]:
    """AS 1 and AS 2 on one wire; R2 is configured first."""
    net, one, two = pair()
    one.log_lines()
    two.log_lines()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1, **fields)))
    return net, one, two


def established(**fields: Any) -> tuple[BgpNet, Speaker, Speaker]:
    net, one, two = external(**fields)
    net.until_up(one, "10.0.1.2")
    net.wait(1)
    one.log_lines()
    two.log_lines()
    return net, one, two


def test_two_routers_establish_a_session_at_once() -> None:
    net, one, two = external()
    # The first segments are lost to ARP.
    assert net.until_up(one, "10.0.1.2") < 2.3
    net.wait(1)
    assert two.is_up("10.0.1.1")
    assert one.log_lines() == [UP_2]
    assert two.log_lines() == [UP_1]


def test_connections_carry_the_ttl_window_and_precedence_of_bgp() -> None:
    _, one, _ = established()
    (held,) = [c for c in one.stack.tcp.connections.values() if c.state is State.ESTABLISHED]
    assert (held.options.ttl, held.options.tos, held.receiver.size) == (1, 0xC0, 16384)
    assert held.options.path_mtu
    assert held.own_mss == 1460


@pytest.mark.parametrize("ids", [("1.1.1.1", "2.2.2.2"), ("2.2.2.2", "1.1.1.1")])
def test_of_two_connections_that_of_the_higher_identifier_stays(ids: tuple[str, str]) -> None:
    net, one, two = pair()
    one.log_lines()
    # Addresses are resolved, so that both ends open at the very same time.
    one.ping("10.0.1.2")
    net.wait(1)
    one.configure(process(1, ids[0], neighbor("10.0.1.2", 2, 1)))
    two.configure(process(2, ids[1], neighbor("10.0.1.1", 1, 2)))
    net.wait(5)
    first, second = one.session("10.0.1.2"), two.session("10.0.1.1")
    assert first.phase is second.phase is Phase.ESTABLISHED
    one_wins = ids[0] > ids[1]
    assert (first.remote_port == 179) is one_wins
    assert (second.remote_port == 179) is not one_wins
    assert len(one.peer("10.0.1.2").links) == len(two.peer("10.0.1.1").links) == 1
    assert one.peer("10.0.1.2").established == 1
    assert [line for line in one.log_lines() if "BGP" in line] == [UP_2]


def test_hold_time_and_keepalives_are_negotiated() -> None:
    net, one, two = established(hold_s=30, keepalive_s=20)
    session = two.session("10.0.1.1")
    assert (session.hold_s, session.keepalive_s) == (30, 10)
    before = one.peer("10.0.1.2").received.keepalives
    net.wait(100)
    assert one.is_up("10.0.1.2")
    # Each ten seconds, less up to a quarter.
    assert 10 <= one.peer("10.0.1.2").received.keepalives - before <= 14


def test_without_a_hold_time_nothing_expires() -> None:
    net, one, _ = established(hold_s=0, keepalive_s=0)
    net.wait(10)
    net.judge = lambda name, segment: False
    net.wait(1000)
    assert one.is_up("10.0.1.2")
    assert one.session("10.0.1.2").hold_s == 0


def test_silence_ends_a_session_by_the_hold_time() -> None:
    net, one, _ = established(hold_s=30, keepalive_s=10)
    net.judge = lambda name, segment: False
    net.wait(31)
    assert [line for line in one.log_lines() if "BGP" in line] == [
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Down BGP Notification sent",
        "%BGP-3-NOTIFICATION: sent to neighbor 10.0.1.2 4/0 (hold time expired) 0 bytes ",
        "%BGP_SESSION-5-ADJCHANGE: neighbor 10.0.1.2 IPv4 Unicast topology base removed from"
        " session  BGP Notification sent",
    ]
    net.judge = None
    assert net.until_up(one, "10.0.1.2", 120) > 0


def test_another_as_is_refused_on_both_ends() -> None:
    net, one, two = pair()
    one.log_lines()
    two.log_lines()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 7, 2, is_passive=True)))
    one.configure(process(65400, "1.1.1.1", neighbor("10.0.1.2", 2, 65400)))
    net.wait(5)
    said = two.log_lines()
    refused = next(line for line in said if "2/2 (peer in wrong AS)" in line)
    dump = said[said.index(refused) + 1]
    assert dump.startswith(
        "%BGP-4-MSGDUMP: unsupported or mal-formatted message received from 10.0.1.1: \n"
        "FFFF FFFF FFFF FFFF FFFF FFFF FFFF FFFF 0039 0104 FF78 00B4 0101 0101"
    )
    told = [line for line in said if "10.0.1.1 passive" in line]
    assert told[:3] == [
        "%BGP-3-NOTIFICATION: sent to neighbor 10.0.1.1 passive 2/2 (peer in wrong AS)"
        " 2 bytes FF78",
        "%BGP-5-NBR_RESET: Neighbor 10.0.1.1 passive reset (BGP Notification sent)",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.1 passive Down BGP Notification sent",
    ]
    heard = [line for line in one.log_lines() if "10.0.1.2 active" in line]
    assert heard[:3] == [
        "%BGP-3-NOTIFICATION: received from neighbor 10.0.1.2 active 2/2 (peer in wrong AS)"
        " 2 bytes FF78",
        "%BGP-5-NBR_RESET: Neighbor 10.0.1.2 active reset (BGP Notification received)",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 active Down BGP Notification received",
    ]


def test_an_equal_identifier_is_refused() -> None:
    net, one, two = pair()
    two.configure(process(2, "1.1.1.1", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1)))
    net.wait(10)
    assert not one.is_up("10.0.1.2")
    assert any("2/3 (BGP identifier wrong) 4 bytes 01010101" in x for x in two.log_lines())


def test_a_clear_ends_a_session_which_comes_back_in_a_moment() -> None:
    net, one, two = established()
    reset(one)
    assert one.log_lines() == [
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Down User reset",
        "%BGP_SESSION-5-ADJCHANGE: neighbor 10.0.1.2 IPv4 Unicast topology base removed from"
        " session  User reset",
        "%BGP-3-NOTIFICATION_MANY: sent to 1 sessions 6/4 (Administrative Reset) for all peers",
    ]
    assert 0.5 <= net.until_up(one, "10.0.1.2") <= 0.85
    heard = two.log_lines()
    assert heard[:4] == [
        "%BGP-3-NOTIFICATION: received from neighbor 10.0.1.1 6/4 (Administrative Reset) 0 bytes ",
        "%BGP-5-NBR_RESET: Neighbor 10.0.1.1 reset (BGP Notification received)",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.1 Down BGP Notification received",
        "%BGP_SESSION-5-ADJCHANGE: neighbor 10.0.1.1 IPv4 Unicast topology base removed from"
        " session  BGP Notification received",
    ]
    assert two.peer("10.0.1.1").bells[-1].notification == Notification(6, 4)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"families": (IPV4_UNICAST, IPV6_UNICAST)}, "Address family activated"),
        ({"asn": 5}, "Local AS changed"),
        ({"update_source": "Loopback0"}, "Update source change"),
        ({"group": "G"}, "Member added to peergroup"),
        ({"is_shutdown": True}, "Admin. shutdown"),
        ({"multi_session": True}, "Multisession capability changed"),
    ],
)
def test_some_changes_of_the_configuration_end_a_session(
    fields: dict[str, Any], reason: str
) -> None:
    _, one, _ = established()
    one.change("10.0.1.2", **fields)
    assert one.log_lines()[:3] == [
        f"%BGP-5-NBR_RESET: Neighbor 10.0.1.2 reset ({reason})",
        f"%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Down {reason}",
        "%BGP_SESSION-5-ADJCHANGE: neighbor 10.0.1.2 IPv4 Unicast topology base removed from"
        f" session  {reason}",
    ]


def test_others_do_not() -> None:
    _, one, _ = established()
    one.change("10.0.1.2", description="x", hold_s=90, keepalive_s=30, is_passive=True)
    assert one.is_up("10.0.1.2")
    assert one.log_lines() == []


def test_a_neighbor_that_is_shut_down_stays_down() -> None:
    net, one, two = established()
    one.change("10.0.1.2", is_shutdown=True)
    net.wait(60)
    assert not one.is_up("10.0.1.2")
    assert not two.is_up("10.0.1.1")
    assert two.peer("10.0.1.1").bells[-1].notification == Notification(6, 2)
    one.change("10.0.1.2", is_shutdown=False)
    assert net.until_up(one, "10.0.1.2", 1) < 0.5


def test_a_deleted_neighbor_is_told_so() -> None:
    net, one, two = established()
    one.configure(process(1, "1.1.1.1"))
    net.wait(1)
    assert two.peer("10.0.1.1").bells[-1].notification == Notification(6, 3)
    assert one.engine.state.peers == {}
    one.configure(None)
    assert one.engine.state.open_sockets == {}


def test_the_neighbor_of_another_as_is_one_hop_away() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("1.1.1.1", 1, 2, update_source="Loopback0")))
    one.configure(process(1, "1.1.1.1", neighbor("2.2.2.2", 2, 1)))
    one.engine.state.debugs = {"ip bgp": True}
    net.wait(60)
    assert not one.is_up("2.2.2.2")
    assert one.session("2.2.2.2").phase is Phase.IDLE
    found = [x for x in one.traced if "Active open failed - no route to peer, open active" in x]
    assert found


def test_sessions_between_loopbacks_over_several_hops() -> None:
    net, one, two = pair()
    far: dict[str, Any] = {"update_source": "Loopback0", "ttl": 255, "is_direct": False}
    two.configure(process(2, "2.2.2.2", neighbor("1.1.1.1", 1, 2, **far)))
    one.configure(process(1, "1.1.1.1", neighbor("2.2.2.2", 2, 1, **far)))
    net.until_up(one, "2.2.2.2", 5)
    assert str(one.session("2.2.2.2").local) == "1.1.1.1"


def test_update_source_on_one_end_is_enough() -> None:
    net, one, two = pair()
    far: dict[str, Any] = {"ttl": 255, "is_direct": False}
    two.configure(process(2, "2.2.2.2", neighbor("1.1.1.1", 1, 2, **far)))
    one.configure(
        process(1, "1.1.1.1", neighbor("2.2.2.2", 2, 1, update_source="Loopback0", **far))
    )
    net.until_up(one, "2.2.2.2", 20)
    links = one.peer("2.2.2.2").links.values()
    assert [link.role for link in links] == [Role.ACTIVE]


def test_a_connection_to_another_address_than_update_source_is_refused() -> None:
    net, one, two = pair()
    two.configure(process(1, "2.2.2.2", neighbor("10.0.1.1", 1, 1)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 1, 1, is_passive=True)))
    one.change("10.0.1.2", update_source="Loopback0")
    net.wait(60)
    assert not one.is_up("10.0.1.2")
    assert two.peer("10.0.1.1").tcp_reason is TcpReason.REFUSED


def test_a_default_route_is_no_way_to_open_a_session_over() -> None:
    net, one, two = pair()
    far: dict[str, Any] = {"ttl": 255, "is_direct": False, "update_source": "Loopback0"}
    one.route("2.2.2.2/32", None)
    one.route("0.0.0.0/0", "10.0.1.2")
    one.configure(process(1, "1.1.1.1", neighbor("2.2.2.2", 2, 1, **far)))
    net.wait(30)
    assert not one.peer("2.2.2.2").links
    # The other end may.
    two.configure(process(2, "2.2.2.2", neighbor("1.1.1.1", 1, 2, **far)))
    net.until_up(one, "2.2.2.2", 20)


def test_passwords() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2, password="right")))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1, password="wrong")))
    net.wait(40)
    assert not one.is_up("10.0.1.2")
    for router in (one, two):
        assert any("%TCP-6-BADAUTH: Invalid MD5 digest from" in x for x in router.log_lines())
    one.change("10.0.1.2", password="right")
    net.until_up(one, "10.0.1.2", 60)


def test_another_password_holds_for_the_session_that_is_up() -> None:
    net, one, two = established()
    one.change("10.0.1.2", password="new")
    two.change("10.0.1.1", password="new")
    net.wait(400)
    assert one.is_up("10.0.1.2")
    assert two.is_up("10.0.1.1")
    assert one.log_lines() == two.log_lines() == []


def test_a_session_whose_password_one_end_alone_changes_lasts_until_its_hold_time() -> None:
    net, one, _ = established()
    one.change("10.0.1.2", password="new")
    net.wait(100)
    assert one.is_up("10.0.1.2")
    assert any("%TCP-6-BADAUTH: No MD5 digest from" in x for x in one.log_lines())
    net.wait(90)
    assert not one.is_up("10.0.1.2")
    assert any("4/0 (hold time expired)" in x for x in one.log_lines())


def test_the_end_of_the_process_is_no_deletion_of_neighbors() -> None:
    _, one, _ = established()
    one.configure(None)
    assert one.log_lines()[:2] == [
        "%BGP-5-NBR_RESET: Neighbor 10.0.1.2 reset (BGP protocol initialization)",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Down BGP protocol initialization",
    ]


def test_a_password_on_one_end_only_is_missed_by_that_end() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2, password="right")))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1)))
    net.wait(20)
    assert any("%TCP-6-BADAUTH: No MD5 digest from" in x for x in two.log_lines())
    assert not any("BADAUTH" in x for x in one.log_lines())
    assert not two.is_up("10.0.1.1")


def test_an_interface_that_goes_down_ends_the_session_at_once() -> None:
    net, one, _ = established()
    net.queue.append(("R1", "Ethernet0/0", False))
    net.settle()
    assert [x for x in one.log_lines() if "BGP" in x] == [
        "%BGP-5-NBR_RESET: Neighbor 10.0.1.2 reset (Interface flap)",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Down Interface flap",
        "%BGP_SESSION-5-ADJCHANGE: neighbor 10.0.1.2 IPv4 Unicast topology base removed from"
        " session  Interface flap",
    ]
