"""A neighbor that says what it may not, in every state of a session."""

from __future__ import annotations

import pytest

from iosemu.kernel.rng import Random
from iosemu.proto.bgp.peer import Phase
from iosemu.wire.bgp import KEEPALIVE, Notification, Open, RouteRefresh
from iosemu.wire.bgp_capability import (
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RestartFlag,
    UnknownCapability,
)
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST
from iosemu.wire.bgp_header import MessageType, message
from iosemu.wire.bgp_update import end_of_rib
from tests.stack.net import ip

from .raw import ALL, Raw

OPEN = Open.of(2, 90, ip("2.2.2.2"), ALL).emit()
UPDATE = end_of_rib(IPV4_UNICAST)
REFRESH = RouteRefresh(IPV4_UNICAST).emit()


@pytest.mark.parametrize(
    ("phase", "said", "code"),
    [
        (Phase.CONNECT, KEEPALIVE, (5, 0)),
        (Phase.CONNECT, UPDATE, (5, 0)),
        (Phase.CONNECT, REFRESH, (5, 0)),
        (Phase.OPEN_SENT, KEEPALIVE, (5, 1)),
        (Phase.OPEN_SENT, UPDATE, (5, 1)),
        (Phase.OPEN_SENT, REFRESH, (5, 1)),
        (Phase.OPEN_CONFIRM, OPEN, (5, 2)),
        (Phase.OPEN_CONFIRM, UPDATE, (5, 2)),
        (Phase.OPEN_CONFIRM, REFRESH, (5, 2)),
        (Phase.ESTABLISHED, OPEN, (5, 3)),
    ],
)
def test_a_message_out_of_place_ends_the_session(
    phase: Phase, said: bytes, code: tuple[int, int]
) -> None:
    raw = Raw()
    raw.reach(phase)
    raw.say(said)
    found = raw.notified()
    assert (found.code, found.subcode) == code
    assert not raw.one.is_up("10.0.1.2")


@pytest.mark.parametrize("phase", [p for p in Phase if p not in (Phase.IDLE, Phase.ACTIVE)])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (bytes(19), Notification(1, 1)),
        (b"\xff" * 16 + b"\x00\x12\x04", Notification(1, 2, b"\x00\x12")),
        (b"\xff" * 16 + b"\x10\x01\x02", Notification(1, 2, b"\x10\x01")),
        (b"\xff" * 16 + b"\x00\x13\x09", Notification(1, 3, b"\x09")),
        (b"\xff" * 16 + b"\x00\x14\x04\x00", Notification(1, 2, b"\x00\x14")),
    ],
)
def test_a_bad_header_ends_the_session_in_every_state(
    phase: Phase, said: bytes, expected: Notification
) -> None:
    raw = Raw()
    raw.reach(phase)
    raw.say(said)
    assert raw.notified() == expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Open.of(3, 90, ip("2.2.2.2"), ALL[:3]), Notification(2, 2, b"\x00\x03")),
        (Open.of(2, 90, ip("1.1.1.1"), ALL), Notification(2, 3, ip("1.1.1.1").packed)),
        (Open.of(2, 2, ip("2.2.2.2"), ALL), Notification(2, 6, b"\x00\x02")),
        (Open.of(2, 12, ip("2.2.2.2"), ALL), Notification(2, 6, b"\x00\x0c")),
        (Open.of(2, 90, ip("2.2.2.2"), (Multiprotocol(IPV6_UNICAST),)), Notification(2, 7)),
        (Open(2, 90, ip("2.2.2.2"), ALL, version=3), Notification(2, 1, b"\x00\x04")),
    ],
)
def test_an_open_that_cannot_be_accepted(said: Open, expected: Notification) -> None:
    raw = Raw(least_hold_s=20)
    raw.connect()
    raw.say(said.emit())
    assert raw.notified() == expected
    assert any(
        "%BGP-3-NOTIFICATION: sent to neighbor 10.0.1.2 passive" in x for x in raw.one.log_lines()
    )


def test_a_neighbor_without_capabilities_carries_ipv4() -> None:
    raw = Raw()
    raw.reach(Phase.ESTABLISHED, ())
    session = raw.one.session("10.0.1.2")
    assert list(session.carried) == [IPV4_UNICAST]
    assert not session.reads.four_octet
    assert not session.can_refresh


def test_what_is_not_understood_in_an_open_changes_nothing() -> None:
    raw = Raw()
    strange = (UnknownCapability(99, b"xyz"), Multisession(), GracefulRestart(RestartFlag(0), 120))
    raw.reach(Phase.ESTABLISHED, ALL + strange)
    assert not raw.one.session("10.0.1.2").is_multisession


def test_the_neighbor_speaks_first_when_it_connects() -> None:
    raw = Raw()
    raw.connect()
    raw.wait(59)
    assert raw.heard() == []
    raw.wait(2)
    (said,) = raw.heard()
    found = Open.parse(said)
    assert (found.asn, found.hold_s, found.identifier) == (1, 180, ip("1.1.1.1"))
    # As a capture of IOS has it: 57 bytes.
    assert len(said) == 57


def test_a_neighbor_that_never_answers_our_open_is_dropped_after_four_minutes() -> None:
    raw = Raw()
    raw.reach(Phase.OPEN_SENT)
    raw.wait(239)
    assert raw.one.peer("10.0.1.2").phase is Phase.OPEN_SENT
    raw.wait(2)
    assert raw.notified() == Notification(4, 0)


@pytest.mark.parametrize("phase", [p for p in Phase if p not in (Phase.IDLE, Phase.ACTIVE)])
def test_a_notification_and_a_close_are_taken_in_every_state(phase: Phase) -> None:
    raw = Raw()
    raw.reach(phase)
    raw.say(Notification(6, 4).emit())
    assert not raw.one.peer("10.0.1.2").links
    assert raw.heard() == []
    raw.wait(5)
    raw.reach(phase)
    raw.close()
    assert not raw.one.peer("10.0.1.2").links
    raw.reach(Phase.ESTABLISHED)


def test_a_second_connection_to_an_established_neighbor_is_closed() -> None:
    raw = Raw()
    raw.reach(Phase.ESTABLISHED)
    raw.connect()
    raw.say(OPEN)
    assert raw.notified() == Notification(6, 7)
    assert raw.one.is_up("10.0.1.2")
    assert len(raw.one.peer("10.0.1.2").links) == 1


def test_messages_may_come_in_any_pieces() -> None:
    raw = Raw()
    raw.connect()
    for byte in OPEN + KEEPALIVE:
        raw.say(bytes((byte,)))
    assert raw.one.is_up("10.0.1.2")


@pytest.mark.parametrize("seed", range(12))
def test_noise_never_does_harm(seed: int) -> None:
    random = Random.named(seed, "noise")
    raw = Raw()
    phases = [p for p in Phase if p not in (Phase.IDLE, Phase.ACTIVE)]
    for _ in range(12):
        raw.reach(random.choice(phases))
        kind = MessageType(random.choice([1, 2, 3, 4, 5, 128]))
        body = random.randbytes(random.randrange(60))
        raw.say(message(kind, body) if random.randrange(4) else random.randbytes(50))
        raw.close()
        raw.wait(1)
        if raw.one.peer("10.0.1.2").links:
            raw.wait(400)
        assert not raw.one.peer("10.0.1.2").links
        raw.two.got()
    raw.reach(Phase.ESTABLISHED)
