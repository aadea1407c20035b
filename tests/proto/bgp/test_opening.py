"""What is announced and agreed when a session opens, the period before anything is chosen, and the
delays between attempts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from iosemu.address import IPv4Prefix
from iosemu.kernel.time import SECOND
from iosemu.proto.bgp.peer import Phase
from iosemu.proto.bgp.settings import (
    GracefulRestart,
    Inbound,
    MaximumPrefix,
    Outbound,
    PeerKind,
    PeerPolicy,
    TableKey,
    TableSettings,
)
from iosemu.wire.bgp import Notification, Open, end_of_rib
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_capability import (
    EnhancedRefresh,
    FourOctetAs,
    Multiprotocol,
    RestartFlag,
    RestartingFamily,
    RouteRefresh,
)
from iosemu.wire.bgp_capability import GracefulRestart as CanRestart
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_nlri import Reach
from iosemu.wire.bgp_update import Context, announce
from tests.stack.net import ip

from .net import entries, key, neighbor, pair, process
from .raw import Raw


def test_capabilities_are_announced_in_the_order_of_ios() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1)))
    net.until_up(one, "10.0.1.2")
    opened = one.session("10.0.1.2").opened
    assert opened is not None
    assert opened.capabilities == (
        Multiprotocol(IPV4_UNICAST),
        RouteRefresh(cisco=True),
        RouteRefresh(),
        EnhancedRefresh(),
        FourOctetAs(1),
    )


def test_release_12_4_knows_no_as_numbers_of_four_octets() -> None:
    net, one, two = pair()
    one.engine.state.version = "12.4"
    one.log_lines()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1)))
    net.until_up(one, "10.0.1.2")
    opened = one.session("10.0.1.2").opened
    assert opened is not None
    assert FourOctetAs(1) not in opened.capabilities
    assert not two.session("10.0.1.1").writes.four_octet
    two.change("10.0.1.1", is_shutdown=True)
    net.wait(1)
    assert [x for x in one.log_lines() if "BGP" in x] == [
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Up ",
        "%BGP-3-NOTIFICATION: received from neighbor 10.0.1.2 6/2 (Administrative Shutdown)"
        " 0 bytes ",
        "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Down BGP Notification received",
    ]


def test_graceful_restart_promises_nothing_that_is_not_kept() -> None:
    net, one, two = pair()
    held = neighbor("10.0.1.2", 2, 1, graceful_restart=True)
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", held, graceful_restart=GracefulRestart(restart_s=90)))
    net.until_up(one, "10.0.1.2")
    opened = one.session("10.0.1.2").opened
    assert opened is not None
    families = (RestartingFamily(IPV4_UNICAST, preserved=False),)
    assert opened.capabilities[-1] == CanRestart(RestartFlag(0), 90, families)


@pytest.mark.parametrize("subcode", [4, 7])
def test_a_neighbor_that_refuses_capabilities_gets_none(subcode: int) -> None:
    raw = Raw()
    raw.reach(Phase.OPEN_SENT)
    raw.say(Notification(2, subcode).emit())
    raw.connect()
    raw.wait(61)
    (said,) = raw.heard()
    assert Open.parse(said).capabilities == ()
    # A change of what is configured is a new beginning.
    raw.one.change("10.0.1.2", password=None, description="x", multi_session=True)
    assert not raw.one.peer("10.0.1.2").without_capabilities


def test_dont_capability_negotiate_announces_none() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1, capabilities=False)))
    net.until_up(one, "10.0.1.2")
    net.wait(1)
    assert list(two.session("10.0.1.1").carried) == [IPV4_UNICAST]
    assert not two.session("10.0.1.1").can_refresh


def test_dual_as_tries_the_other_number_when_the_first_is_refused() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 7, 2, is_passive=True)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 99, dual_as=7)))
    net.until_up(one, "10.0.1.2")
    opened = one.session("10.0.1.2").opened
    assert opened is not None
    assert opened.asn == 7


def test_as_numbers_of_four_octets() -> None:
    net, one, two = pair()
    two.configure(process(70000, "2.2.2.2", neighbor("10.0.1.1", 65536, 70000)))
    one.configure(process(65536, "1.1.1.1", neighbor("10.0.1.2", 70000, 65536)))
    net.until_up(one, "10.0.1.2")
    heard = one.session("10.0.1.2").heard
    assert heard is not None
    assert (heard.two_octet_as, heard.asn) == (23456, 70000)


def test_ttl_security_refuses_what_may_come_from_far() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1, ttl=255, least_ttl=254)))
    net.wait(60)
    # The other end sends with a TTL of 1.
    assert not one.is_up("10.0.1.2")
    two.change("10.0.1.1", ttl=255, least_ttl=254)
    net.until_up(one, "10.0.1.2")


def test_connection_modes() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2, is_passive=True)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1, is_passive=True)))
    net.wait(60)
    assert not one.is_up("10.0.1.2")
    one.change("10.0.1.2", is_passive=False, is_active_only=True)
    net.until_up(one, "10.0.1.2")
    assert one.session("10.0.1.2").remote_port == 179
    one.change("10.0.1.2", is_shutdown=True)
    two.change("10.0.1.1", is_passive=False, is_active_only=True)
    one.change("10.0.1.2", is_shutdown=False)
    net.wait(60)
    assert not one.is_up("10.0.1.2")


def test_the_delay_between_attempts_is_six_to_thirteen_ticks() -> None:
    net, one, _ = pair()
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1)))
    one.engine.state.debugs = {"ip bgp": True}
    net.wait(300)
    delays = [
        int(line.split("delayed ")[1].split("ms")[0]) for line in one.traced if "delayed" in line
    ]
    assert len(delays) > 15
    assert set(delays) <= {1024 * n for n in range(6, 14)}
    assert len(set(delays)) > 3
    tries = "BGP: 10.0.1.2 open failed: Connection refused by remote host"
    assert one.traced.count(tries) == len(delays)
    assert one.traced[:4] == [
        "BGP: 10.0.1.2 active went from Idle to Active",
        "BGP: 10.0.1.2 open active, local address 10.0.1.1",
        tries,
        "BGP: 10.0.1.2 Active open failed - tcb is not available,"
        f" open active delayed {delays[0]}ms (35000ms max, 60% jitter)",
    ]
    assert one.traced[4].endswith("act Reset (Active open failed).")
    assert one.traced[5] == "BGP: 10.0.1.2 active went from Active to Idle"


def test_a_session_that_is_refused_again_and_again_is_tried_less_often() -> None:
    net, one, two = pair()
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 7, 2, is_passive=True)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1)))
    net.wait(300)
    times = [at for at, text in one.logs if "NOTIFICATION: received" in text]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) > 5
    assert all(6 < gap < 14 for gap in gaps[:2])
    assert all(13 < gap < 36 for gap in gaps[2:])


def test_a_route_that_comes_wakes_a_neighbor_that_waits_for_it() -> None:
    net, one, two = pair()
    far: dict[str, Any] = {"ttl": 255, "is_direct": False, "update_source": "Loopback0"}
    one.route("2.2.2.2/32", None)
    two.configure(process(2, "2.2.2.2", neighbor("1.1.1.1", 1, 2, is_passive=True, **far)))
    one.configure(process(1, "1.1.1.1", neighbor("2.2.2.2", 2, 1, **far)))
    net.wait(20)
    one.route("2.2.2.2/32", "10.0.1.2")
    # The first segment is lost to ARP.
    assert net.until_up(one, "2.2.2.2") < 2.1


# -- the period before anything is chosen ----


def test_nothing_is_chosen_until_the_neighbors_have_told() -> None:
    raw = Raw()
    state = raw.one.engine.state
    # Nobody is there: nothing to wait for.
    raw.wait(3)
    assert not state.is_read_only
    raw.one.configure(None)
    assert not state.is_read_only
    raw.one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1, is_passive=True)))
    raw.connect()
    assert state.is_read_only
    raw.wait(61)
    assert state.is_read_only
    raw.close()
    raw.wait(2)
    assert not state.is_read_only


@pytest.mark.parametrize("delay_s", [0, 120])
def test_the_end_of_the_first_table_ends_it(delay_s: int) -> None:
    raw = Raw()
    raw.one.configure(None)
    held = neighbor("10.0.1.2", 2, 1, is_passive=True)
    raw.one.configure(process(1, "1.1.1.1", held, update_delay_s=delay_s))
    raw.reach(Phase.ESTABLISHED)
    assert raw.one.engine.state.is_read_only is (delay_s > 0)
    raw.say(end_of_rib(IPV4_UNICAST))
    assert not raw.one.engine.state.is_read_only


def test_it_ends_at_the_latest_when_the_delay_is_over() -> None:
    raw = Raw()
    raw.one.configure(None)
    held = neighbor("10.0.1.2", 2, 1, is_passive=True)
    raw.one.configure(process(1, "1.1.1.1", held, update_delay_s=30))
    raw.reach(Phase.ESTABLISHED)
    update = _update(1)
    for _ in range(28):
        raw.say(update)
        raw.wait(0.5)
    assert raw.one.engine.state.is_read_only
    raw.wait(3)
    assert not raw.one.engine.state.is_read_only


# -- too many prefixes ----


def _update(count: int) -> bytes:
    prefixes = tuple(IPv4Prefix.parse(f"20.0.{n}.0/24") for n in range(count))
    attributes = Attributes(as_path=AsPath.of(2), next_hop=ip("10.0.1.2"))
    (data,) = announce(Reach(IPV4_UNICAST, attributes, prefixes), Context())
    return data


def test_a_neighbor_over_its_limit_comes_back_when_it_may() -> None:
    raw = Raw()
    held = raw.one.settings
    assert held is not None
    limit = MaximumPrefix(2, restart_minutes=1)
    policy = PeerPolicy(Inbound(maximum_prefix=limit), Outbound(PeerKind.EXTERNAL))
    table = TableSettings(policies=entries({key("10.0.1.2"): policy}))
    raw.one.configure(replace(held, tables=entries({TableKey(): table})))
    raw.reach(Phase.ESTABLISHED)
    raw.one.log_lines()
    raw.say(_update(3))
    found = raw.notified()
    assert (found.code, found.subcode) == (6, 1)
    said = raw.one.log_lines()
    assert "%BGP-5-ADJCHANGE: neighbor 10.0.1.2 Down Peer over prefix limit" in said
    assert any(
        "6/1 (Maximum Number of Prefixes Reached) 7 bytes 00010100 000002" in x for x in said
    )
    raw.connect()
    assert not raw.one.peer("10.0.1.2").links
    raw.wait(60)
    raw.reach(Phase.ESTABLISHED)
    assert raw.net.now > 60 * SECOND
