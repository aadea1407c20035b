"""BGP messages: headers, OPEN, NOTIFICATION, and updates in full messages."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.wire.bgp import (
    KEEPALIVE,
    Context,
    Keepalive,
    Notification,
    Open,
    Update,
    announce,
    end_of_rib,
    parse,
    split,
    withdraw,
)
from iosemu.wire.bgp_as_path import AS_TRANS, AsPath
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_capability import (
    AddPath,
    AddPathMode,
    Capability,
    EnhancedRefresh,
    FourOctetAs,
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RestartFlag,
    RouteRefresh,
    UnknownCapability,
    in_ios_order,
)
from iosemu.wire.bgp_error import BgpError, Cease, Code, OpenError, reason
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, KNOWN, VPNV4, Family
from iosemu.wire.bgp_header import MessageType, message
from iosemu.wire.bgp_nlri import Reach, RouteDistinguisher, Unreach, VpnPrefix

MARKER = b"\xff" * 16
PEER = Context()
ID = IPv4Address.parse("10.0.0.1")
ATTRIBUTES = Attributes(Origin.IGP, AsPath.of(65001), ID)


def error_of(data: bytes, context: Context = PEER) -> BgpError:
    with pytest.raises(BgpError) as caught:
        parse(data, context)
    return caught.value


def opened(parameters: bytes, **changed: bytes) -> bytes:
    """An OPEN with these optional parameters; fields as bytes."""
    fields = {"version": b"\4", "asn": b"\xfd\xe9", "hold": b"\0\xb4", "identifier": ID.packed}
    head = b"".join((fields | changed).values())
    return message(MessageType.OPEN, head + bytes((len(parameters),)) + parameters)


# The stream


def test_a_stream_is_cut_into_messages_and_a_rest() -> None:
    stream = KEEPALIVE + end_of_rib(IPV4_UNICAST) + KEEPALIVE[:7]
    assert split(stream) == ((KEEPALIVE, end_of_rib(IPV4_UNICAST)), KEEPALIVE[:7], None)


@pytest.mark.parametrize("at", range(len(KEEPALIVE + end_of_rib(VPNV4))))
def test_a_stream_may_be_broken_anywhere(at: int) -> None:
    stream = KEEPALIVE + end_of_rib(VPNV4)
    first = split(stream[:at])
    second = split(first.rest + stream[at:])
    assert first.messages + second.messages == (KEEPALIVE, end_of_rib(VPNV4))
    assert second.rest == b""


@pytest.mark.parametrize(
    ("header", "code", "data"),
    [
        (b"\xff" * 15 + b"\xfe\x00\x13\x04", (1, 1), b""),
        (MARKER + b"\x00\x12\x04", (1, 2), b"\x00\x12"),
        (MARKER + b"\x00\x14\x04", (1, 2), b"\x00\x14"),
        (MARKER + b"\x10\x01\x02", (1, 2), b"\x10\x01"),
        (MARKER + b"\x00\x16\x02", (1, 2), b"\x00\x16"),
        (MARKER + b"\x00\x1c\x01", (1, 2), b"\x00\x1c"),
        (MARKER + b"\x00\x14\x03", (1, 2), b"\x00\x14"),
        (MARKER + b"\x00\x16\x05", (1, 2), b"\x00\x16"),
        (MARKER + b"\x00\x12\x09", (1, 2), b"\x00\x12"),
        (MARKER + b"\x00\x13\x09", (1, 3), b"\x09"),
        (MARKER + b"\x00\x13\x00", (1, 3), b"\x00"),
    ],
)
def test_a_wrong_header_ends_the_stream(header: bytes, code: tuple[int, int], data: bytes) -> None:
    messages, rest, error = split(KEEPALIVE + header + KEEPALIVE)
    assert messages == (KEEPALIVE,)
    assert rest.startswith(header)
    assert error is not None
    assert ((error.code, error.subcode), error.data) == (code, data)
    assert Notification.of(error).emit()[19:] == bytes(code) + data


# OPEN


@pytest.mark.parametrize(
    ("fields", "subcode", "data"),
    [
        ({"version": b"\3"}, OpenError.VERSION, b"\0\4"),
        ({"asn": b"\0\0"}, OpenError.PEER_AS, b"\0\0"),
        ({"hold": b"\0\1"}, OpenError.HOLD_TIME, b"\0\1"),
        ({"hold": b"\0\2"}, OpenError.HOLD_TIME, b"\0\2"),
        ({"identifier": bytes(4)}, OpenError.IDENTIFIER, bytes(4)),
    ],
)
def test_a_wrong_field_of_an_open(fields: dict[str, bytes], subcode: int, data: bytes) -> None:
    error = error_of(opened(b"", **fields))
    assert (error.code, error.subcode, error.data) == (Code.OPEN, subcode, data)


@pytest.mark.parametrize(
    ("parameters", "subcode"),
    [
        ("0104 deadbeef", OpenError.OPTIONAL_PARAMETER),
        ("02", OpenError.UNSPECIFIC),
        ("0203 0101", OpenError.UNSPECIFIC),
        ("0202 0104", OpenError.UNSPECIFIC),
        ("0206 410400000000", OpenError.PEER_AS),
    ],
)
def test_wrong_parameters_of_an_open(parameters: str, subcode: int) -> None:
    error = error_of(opened(bytes.fromhex(parameters)))
    assert (error.code, error.subcode) == (Code.OPEN, subcode)


def test_parameters_must_fill_the_open() -> None:
    data = bytearray(opened(bytes.fromhex("02020200")))
    data[28] = 3
    assert error_of(bytes(data)).subcode == OpenError.UNSPECIFIC


def test_an_open_with_a_hold_time_of_zero_is_fine() -> None:
    found = parse(opened(b"", hold=b"\0\0"), PEER)
    assert isinstance(found, Open)
    assert (found.hold_s, found.asn) == (0, 65001)


def test_all_capabilities_may_stand_in_one_parameter_as_bird_sends_them() -> None:
    bird = "0216 010400010001 0200 40020078 41040000fde9 4600 4700"
    found = parse(opened(bytes.fromhex(bird)), PEER)
    assert isinstance(found, Open)
    assert found.capabilities == (
        Multiprotocol(IPV4_UNICAST),
        RouteRefresh(),
        GracefulRestart(RestartFlag(0), 120),
        FourOctetAs(65001),
        EnhancedRefresh(),
        UnknownCapability(71, b""),
    )


def test_the_long_form_of_parameters_is_read() -> None:
    body = b"\4\xfd\xe9\0\xb4" + ID.packed + bytes.fromhex("ffff 0007 02 0004 4600 0200")
    found = parse(message(MessageType.OPEN, body), PEER)
    assert isinstance(found, Open)
    assert found.capabilities == (EnhancedRefresh(), RouteRefresh())


def test_a_capability_with_a_value_it_should_not_have_is_kept_as_bytes() -> None:
    found = parse(opened(bytes.fromhex("0203 020107 0205 0103 000101")), PEER)
    assert isinstance(found, Open)
    assert found.capabilities == (UnknownCapability(2, b"\7"), UnknownCapability(1, b"\0\1\1"))


def test_a_system_of_four_octets_stands_in_the_open_as_as_trans() -> None:
    sent = Open.of(100000, 180, ID, (FourOctetAs(100000),))
    assert sent.two_octet_as == AS_TRANS
    assert sent.asn == 100000
    assert parse(sent.emit(), PEER) == sent


def test_capabilities_in_the_order_of_ios() -> None:
    there: tuple[Capability, ...] = (
        UnknownCapability(71, b""),
        GracefulRestart(RestartFlag(0), 120),
        FourOctetAs(1),
        Multisession(),
        EnhancedRefresh(),
        RouteRefresh(),
        RouteRefresh(cisco=True),
        Multiprotocol(IPV4_UNICAST),
        AddPath(((IPV4_UNICAST, AddPathMode.RECEIVE),)),
        Multiprotocol(VPNV4),
    )
    codes = [data[0] for data in map(_value, in_ios_order(there))]
    assert codes == [1, 1, 128, 2, 70, 131, 65, 69, 64, 71]


def _value(capability: Capability) -> bytes:
    return Open.of(1, 180, ID, (capability,)).emit()[31:]


# The other messages


def test_a_notification_says_what_ios_says() -> None:
    assert Notification(Code.HOLD_TIMER, 0).reason == "hold time expired"
    assert Notification(Code.OPEN, OpenError.PEER_AS).reason == "peer in wrong AS"
    assert Notification(Code.CEASE, Cease.ADMINISTRATIVE_RESET).reason == "Administrative Reset"


def test_every_pair_of_codes_has_a_text() -> None:
    assert all(reason(code, subcode) for code in range(256) for subcode in range(256))
    assert reason(Code.CEASE, 0) == "cease"
    assert reason(99, 1) == "unknown error"


def test_a_refresh_marker_with_more_behind_it_is_an_error_of_its_own() -> None:
    data = message(MessageType.ROUTE_REFRESH, bytes.fromhex("0001 01 01 00"))
    error = error_of(data)
    assert (error.code, error.subcode, error.data) == (Code.ROUTE_REFRESH, 1, data)


def test_a_message_that_is_not_whole_is_refused() -> None:
    assert error_of(KEEPALIVE[:-1]).code == Code.HEADER
    assert error_of(KEEPALIVE + b"\0").subcode == 2
    assert parse(KEEPALIVE, PEER) == Keepalive()


# Updates


def prefixes(count: int, length: int = 24) -> tuple[IPv4Prefix, ...]:
    return tuple(IPv4Prefix.of(0x0B000000 + (i << 32 - length), length) for i in range(count))


def test_updates_are_as_full_as_they_can_be() -> None:
    reach = Reach(IPV4_UNICAST, ATTRIBUTES, prefixes(5000))
    sent = announce(reach, PEER)
    assert all(4096 - 4 < len(data) <= 4096 for data in sent[:-1])
    assert read_back(sent, PEER) == [reach]


def test_prefixes_of_other_families_are_packed_too() -> None:
    vpn = RouteDistinguisher.parse("65000:1")
    v6 = tuple(IPv6Prefix.of(0x20010DB8 << 96 | i << 64, 64) for i in range(2000))
    six = Attributes(Origin.IGP, AsPath.of(65001), IPv6Address.parse("2001:db8::1"))
    reaches = [
        Reach(IPV6_UNICAST, six, v6),
        Reach(VPNV4, ATTRIBUTES, tuple(VpnPrefix(vpn, p) for p in prefixes(2000)), (17,) * 2000),
    ]
    for reach in reaches:
        sent = announce(reach, PEER)
        assert all(4096 - 16 < len(data) <= 4096 for data in sent[:-1])
        assert read_back(sent, PEER) == [reach]


def test_withdrawals_are_packed_too() -> None:
    rd = RouteDistinguisher.parse("1.1.1.1:1")
    for family, keys in (
        (IPV4_UNICAST, prefixes(5000)),
        (VPNV4, tuple(VpnPrefix(rd, prefix) for prefix in prefixes(1000))),
    ):
        sent = withdraw(Unreach(family, keys), PEER)
        assert all(4096 - 16 < len(data) <= 4096 for data in sent[:-1])
        found = [parse(data, PEER) for data in sent]
        assert all(isinstance(update, Update) for update in found)
        gone = [key for update in found for one in update.withdrawn for key in one.prefixes]
        assert gone == list(keys)


def read_back(sent: list[bytes], context: Context) -> list[Reach]:
    """What messages announce, those of equal attributes joined."""
    joined: list[Reach] = []
    for data in sent:
        update = parse(data, context)
        assert isinstance(update, Update)
        assert not update.faults
        for reach in update.announced:
            if joined and joined[-1][:2] == reach[:2]:
                last = joined.pop()
                reach = Reach(
                    *reach[:2], *(a + b for a, b in zip(last[2:], reach[2:], strict=True))
                )
            joined.append(reach)
    return joined


def test_attributes_that_leave_no_room_are_not_told() -> None:
    attributes = ATTRIBUTES._replace(communities=tuple(range(1 << 16, (1 << 16) + 1010)))
    assert len(announce(Reach(IPV4_UNICAST, attributes, prefixes(2)), PEER)) == 1
    attributes = ATTRIBUTES._replace(communities=tuple(range(1 << 16, (1 << 16) + 1020)))
    assert announce(Reach(IPV4_UNICAST, attributes, prefixes(2)), PEER) == []


@pytest.mark.parametrize("family", KNOWN, ids=str)
def test_path_identifiers_where_they_are_agreed_on(family: Family) -> None:
    key = {
        IPV4_UNICAST: IPv4Prefix.parse("10.0.0.0/9"),
        IPV6_UNICAST: IPv6Prefix.parse("2001:db8::/33"),
        VPNV4: VpnPrefix(RouteDistinguisher.parse("65000:1"), IPv4Prefix.parse("10.0.0.0/9")),
    }[family]
    hop = IPv6Address.parse("2001:db8::1") if family == IPV6_UNICAST else ID
    labels = (5, 6) if family == VPNV4 else ()
    reach = Reach(family, ATTRIBUTES._replace(next_hop=hop), (key, key), labels, (1, 0xFFFFFFFF))
    context = Context(add_path=(family,))
    assert read_back(announce(reach, context), context) == [reach]
    unreach = Unreach(family, (key, key), (7, 8))
    (data,) = withdraw(unreach, context)
    assert parse(data, context) == Update(withdrawn=(unreach,))


def test_an_end_of_rib_for_every_family() -> None:
    for family in KNOWN:
        assert parse(end_of_rib(family), PEER) == Update(end_of_rib=family)


def test_equal_attributes_are_one_object() -> None:
    def attributes(prefix: IPv4Prefix) -> Attributes:
        (data,) = announce(Reach(IPV4_UNICAST, ATTRIBUTES, (prefix,)), PEER)
        update = parse(data, PEER)
        assert isinstance(update, Update)
        return update.announced[0].attributes

    first, second = map(attributes, prefixes(2))
    assert first is second
