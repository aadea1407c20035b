"""A neighbor that restarts: what it told is kept for a while (RFC 4724)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from iosemu.address import IPv4Prefix
from iosemu.proto.bgp.peer import Phase
from iosemu.proto.bgp.settings import GracefulRestart as Times
from iosemu.proto.bgp.settings import TableKey
from iosemu.wire.bgp import KEEPALIVE, Notification
from iosemu.wire.bgp_capability import Capability, GracefulRestart, RestartFlag, RestartingFamily
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_nlri import Reach
from iosemu.wire.bgp_update import Context, announce, end_of_rib

from .raw import ALL, Raw
from .rig import attributes

ONE, TWO = IPv4Prefix.parse("192.0.2.0/24"), IPv4Prefix.parse("198.51.100.0/24")


def restarts(*, preserved: bool) -> tuple[Capability, ...]:
    family = RestartingFamily(IPV4_UNICAST, preserved)
    return (*ALL, GracefulRestart(RestartFlag(0), 60, (family,)))


def told(raw: Raw, *prefixes: IPv4Prefix) -> None:
    reach = Reach(IPV4_UNICAST, attributes("2", next_hop="10.0.1.2"), prefixes)
    raw.say(*announce(reach, Context(four_octet=True)))


def held(raw: Raw) -> dict[str, bool]:
    """The prefixes with a best path, and whether it is stale."""
    nets = raw.one.engine.state.routing.tables[TableKey()].nets
    return {str(key): net.best.is_stale for key, net in nets.items() if net.best is not None}


@pytest.fixture
def raw() -> Raw:
    """R1 helps R2, which told two prefixes."""
    made = Raw(graceful_restart=True)
    assert made.one.settings is not None
    made.one.configure(replace(made.one.settings, graceful_restart=Times(120, 100)))
    made.reach(Phase.ESTABLISHED, restarts(preserved=True))
    told(made, ONE, TWO)
    made.wait(10)
    assert held(made) == {str(ONE): False, str(TWO): False}
    return made


def test_what_it_told_stays_until_its_time_is_over(raw: Raw) -> None:
    raw.close()
    assert held(raw) == {str(ONE): True, str(TWO): True}
    raw.wait(58)
    assert held(raw) == {str(ONE): True, str(TWO): True}
    raw.wait(3)
    assert held(raw) == {}


def test_who_comes_back_says_what_is_left(raw: Raw) -> None:
    raw.close()
    raw.wait(20)
    raw.reach(Phase.ESTABLISHED, restarts(preserved=True))
    told(raw, ONE)
    assert held(raw) == {str(ONE): False, str(TWO): True}
    raw.say(end_of_rib(IPV4_UNICAST))
    assert held(raw) == {str(ONE): False}


def test_who_never_says_the_end_has_the_stale_path_time(raw: Raw) -> None:
    raw.close()
    raw.reach(Phase.ESTABLISHED, restarts(preserved=True))
    told(raw, ONE)
    raw.wait(85)
    raw.say(KEEPALIVE)
    assert held(raw) == {str(ONE): False, str(TWO): True}
    raw.wait(20)
    assert held(raw) == {str(ONE): False}


def test_who_did_not_keep_forwarding_starts_anew(raw: Raw) -> None:
    raw.close()
    raw.reach(Phase.ESTABLISHED, restarts(preserved=False))
    assert held(raw) == {}


def test_a_notification_is_the_end(raw: Raw) -> None:
    raw.say(Notification(6, 4).emit())
    assert held(raw) == {}


def test_who_does_not_announce_it_is_not_helped() -> None:
    raw = Raw(graceful_restart=True)
    assert raw.one.settings is not None
    raw.one.configure(replace(raw.one.settings, graceful_restart=Times()))
    raw.reach(Phase.ESTABLISHED)
    told(raw, ONE)
    raw.wait(10)
    raw.close()
    assert held(raw) == {}
