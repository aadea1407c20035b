"""Path attributes of BGP: what a wrong one does (RFC 7606), and those of before four octets."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address
from iosemu.wire.bgp import Context, Update, announce, parse
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attribute_read import merged_path
from iosemu.wire.bgp_attributes import Aggregator, Attributes, Origin, UnknownAttribute
from iosemu.wire.bgp_error import BgpError, Fault, Treatment, UpdateError
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4
from iosemu.wire.bgp_header import MessageType, message
from iosemu.wire.bgp_nlri import Reach, Unreach

EXTERNAL, INTERNAL = Context(), Context(internal=True)
OLD = Context(four_octet=False)
CONFEDERATION = Context(confederation=True)

ORIGIN = "400101 00"
AS_PATH = "400206 0201 0000fde9"
NEXT_HOP = "400304 0a000001"
MANDATORY = (ORIGIN, AS_PATH, NEXT_HOP)
TEN = IPv4Prefix.parse("10.0.0.0/8")
WITHDRAWN = (Unreach(IPV4_UNICAST, (TEN,)),)
V6_HOP = "20010db8000000000000000000000001"
V6_REACH = f"800e1a 0002 01 10 {V6_HOP} 00 20 20010db8"


def update(*attributes: str, prefixes: str = "080a", withdrawn: str = "") -> bytes:
    """An UPDATE of fields in hexadecimal."""
    block, gone = bytes.fromhex("".join(attributes)), bytes.fromhex(withdrawn)
    body = b"".join(len(field).to_bytes(2, "big") + field for field in (gone, block))
    return message(MessageType.UPDATE, body + bytes.fromhex(prefixes))


def read(*attributes: str, context: Context = EXTERNAL, **fields: str) -> Update:
    found = parse(update(*attributes, **fields), context)
    assert isinstance(found, Update)
    return found


def attributes_of(*attributes: str, context: Context = EXTERNAL) -> Attributes:
    """Those of an update that announces its prefix."""
    found = read(*MANDATORY, *attributes, context=context)
    assert not any(fault.treatment > Treatment.DISCARD for fault in found.faults)
    (reach,) = found.announced
    assert reach.prefixes == (TEN,)
    return reach.attributes


def error_of(*attributes: str, context: Context = EXTERNAL, **fields: str) -> BgpError:
    with pytest.raises(BgpError) as caught:
        parse(update(*attributes, **fields), context)
    return caught.value


def fault_of(found: Update) -> Fault:
    (fault,) = found.faults
    return fault


# Treat as withdraw


@pytest.mark.parametrize(
    ("attributes", "subcode"),
    [
        # RFC 7606 7.1
        (("400101 03", AS_PATH, NEXT_HOP), UpdateError.ORIGIN),
        (("400102 0000", AS_PATH, NEXT_HOP), UpdateError.LENGTH),
        (("400100", AS_PATH, NEXT_HOP), UpdateError.LENGTH),
        # 7.2: type, overrun, underrun, nothing in it; and RFC 7607
        ((ORIGIN, "400206 0501 0000fde9", NEXT_HOP), UpdateError.AS_PATH),
        ((ORIGIN, "400206 0202 0000fde9", NEXT_HOP), UpdateError.AS_PATH),
        ((ORIGIN, "400207 0201 0000fde9 02", NEXT_HOP), UpdateError.AS_PATH),
        ((ORIGIN, "400202 0200", NEXT_HOP), UpdateError.AS_PATH),
        ((ORIGIN, "400206 0201 00000000", NEXT_HOP), UpdateError.AS_PATH),
        # RFC 5065 5
        ((ORIGIN, "400206 0301 0000fde9", NEXT_HOP), UpdateError.AS_PATH),
        # 7.3, RFC 4271 6.3
        ((ORIGIN, AS_PATH, "400305 0a00000100"), UpdateError.LENGTH),
        ((ORIGIN, AS_PATH, "400304 00000000"), UpdateError.NEXT_HOP),
        ((ORIGIN, AS_PATH, "400304 7f000001"), UpdateError.NEXT_HOP),
        ((ORIGIN, AS_PATH, "400304 e0000001"), UpdateError.NEXT_HOP),
        # 7.4, 7.8, 7.14, RFC 8092
        ((*MANDATORY, "800403 000000"), UpdateError.LENGTH),
        ((*MANDATORY, "c00806 fde900010000"), UpdateError.LENGTH),
        ((*MANDATORY, "c00800"), UpdateError.LENGTH),
        ((*MANDATORY, "c01007 00000000000000"), UpdateError.LENGTH),
        ((*MANDATORY, "c02008 0000000000000000"), UpdateError.LENGTH),
        # 3 (c): optional or transitive is not what it must be
        (("c00101 00", AS_PATH, NEXT_HOP), UpdateError.FLAGS),
        ((*MANDATORY, "400404 00000000"), UpdateError.FLAGS),
        ((*MANDATORY, "800804 fde90001"), UpdateError.FLAGS),
        # 4: the last one is longer than the block
        ((*MANDATORY, "800408 00000000"), UpdateError.LENGTH),
        ((*MANDATORY, "80"), UpdateError.LENGTH),
        ((*MANDATORY, "9004 00"), UpdateError.LENGTH),
    ],
)
def test_the_prefixes_of_a_wrong_attribute_are_withdrawn(
    attributes: tuple[str, ...], subcode: UpdateError
) -> None:
    found = read(*attributes)
    assert (found.announced, found.withdrawn) == ((), WITHDRAWN)
    assert [(fault.treatment, fault.subcode) for fault in found.faults] == [
        (Treatment.WITHDRAW, subcode)
    ]
    # Without a prefix nothing says that none was lost (5.2).
    error = error_of(*attributes, prefixes="")
    assert (error.code, error.subcode, error.data) == (3, subcode, fault_of(found).data)


@pytest.mark.parametrize(
    "attribute", ["400503 000000", "800903 000000", "800a06 000000000000", "800a00"]
)
def test_of_an_internal_neighbor_also_these(attribute: str) -> None:
    found = read(*MANDATORY, attribute, context=INTERNAL)
    assert found.withdrawn == WITHDRAWN
    assert fault_of(found).subcode == UpdateError.LENGTH


@pytest.mark.parametrize("missing", range(3))
def test_a_missing_attribute_withdraws(missing: int) -> None:
    found = read(*MANDATORY[:missing], *MANDATORY[missing + 1 :])
    assert (found.announced, found.withdrawn) == ((), WITHDRAWN)
    fault = fault_of(found)
    assert (fault.subcode, fault.data) == (UpdateError.MISSING_WELL_KNOWN, bytes((missing + 1,)))


def test_all_that_an_update_announces_is_withdrawn_together() -> None:
    found = read(V6_REACH, "400101 03", AS_PATH, NEXT_HOP, withdrawn="080b")
    assert found.announced == ()
    assert [(one.family, len(one.prefixes)) for one in found.withdrawn] == [
        (IPV4_UNICAST, 1),
        (IPV6_UNICAST, 1),
        (IPV4_UNICAST, 1),
    ]


@pytest.mark.parametrize("hop", ["00" * 16, "00" * 15 + "01", "ff02" + "00" * 13 + "01"])
def test_a_next_hop_of_ipv6_that_is_no_host(hop: str) -> None:
    found = read(f"800e1a 0002 01 10 {hop} 00 20 20010db8", ORIGIN, AS_PATH, prefixes="")
    assert fault_of(found).subcode == UpdateError.NEXT_HOP
    assert [one.family for one in found.withdrawn] == [IPV6_UNICAST]


def test_wrong_flags_of_mp_reach_withdraw_what_it_holds() -> None:
    found = read("c0" + V6_REACH[2:], ORIGIN, AS_PATH, prefixes="")
    assert fault_of(found).subcode == UpdateError.FLAGS
    assert [one.family for one in found.withdrawn] == [IPV6_UNICAST]


# Discard


@pytest.mark.parametrize(
    ("attribute", "field"),
    [
        ("400601 00", "atomic_aggregate"),
        ("c00706 fde9 0a000001", "aggregator"),
        ("c00708 00000000 0a000001", "aggregator"),
    ],
)
def test_an_attribute_that_harms_nobody_is_discarded(attribute: str, field: str) -> None:
    found = read(*MANDATORY, attribute)
    (reach,) = found.announced
    assert not getattr(reach.attributes, field)
    assert fault_of(found).treatment == Treatment.DISCARD
    assert fault_of(found).data == bytes.fromhex(attribute)


def test_the_second_of_an_attribute_is_discarded() -> None:
    found = read(*MANDATORY, "800404 00000001", "800404 00000002")
    assert found.announced[0].attributes.med == 1
    assert fault_of(found).treatment == Treatment.DISCARD


def test_what_only_internal_neighbors_may_say_is_not_heard_from_others() -> None:
    attributes = ("400504 000000c8", "800904 01010101", "800a04 01010102")
    outside = attributes_of(*attributes)
    assert (outside.local_pref, outside.originator_id, outside.cluster_list) == (None, None, ())
    near = attributes_of(*attributes, context=CONFEDERATION)
    assert (near.local_pref, near.originator_id) == (200, None)
    inside = attributes_of(*attributes, context=INTERNAL)
    assert inside.local_pref == 200
    assert inside.originator_id == IPv4Address.parse("1.1.1.1")
    assert inside.cluster_list == (IPv4Address.parse("1.1.1.2"),)


def test_an_unknown_attribute_is_passed_on_only_if_it_is_transitive() -> None:
    kept = attributes_of("c0c802 abcd", "80c902 abcd", "f0ca0001 ee").unknown
    assert kept == (
        UnknownAttribute(0xE0, 0xC8, b"\xab\xcd"),
        UnknownAttribute(0xE0, 0xCA, b"\xee"),
    )


def test_prefixes_of_a_family_nobody_asked_for_are_ignored() -> None:
    found = read("800e0d 0019 41 04 0a000001 00 18 0a0001", *MANDATORY)
    assert [reach.family for reach in found.announced] == [IPV4_UNICAST]
    assert fault_of(found).treatment == Treatment.DISCARD
    assert fault_of(read("800f05 0019 41 080a", prefixes="")).treatment == Treatment.DISCARD


# Reset of the session


@pytest.mark.parametrize(
    ("data", "subcode"),
    [
        (update(*MANDATORY, "40c800"), UpdateError.UNRECOGNIZED_WELL_KNOWN),
        (update(*MANDATORY, prefixes="210a00000000"), UpdateError.NETWORK),
        (update(*MANDATORY, prefixes="100a"), UpdateError.NETWORK),
        (update(withdrawn="100a", prefixes=""), UpdateError.NETWORK),
        (update(V6_REACH, V6_REACH, *MANDATORY), UpdateError.MALFORMED),
        (update("800f03 000201", "800f03 000201"), UpdateError.MALFORMED),
        (update("800e04 0002 01 10", *MANDATORY), UpdateError.OPTIONAL),
        (update(f"800e15 0002 01 11 {V6_HOP} 00", *MANDATORY), UpdateError.OPTIONAL),
        (update("800e09 0002 01 04 0a000001 00", *MANDATORY), UpdateError.OPTIONAL),
        (update(f"800e17 0002 01 10 {V6_HOP} 00 81 20", *MANDATORY), UpdateError.OPTIONAL),
        (update("800f02 0002"), UpdateError.OPTIONAL),
        (update("800f05 0002 01 20 20"), UpdateError.OPTIONAL),
        # A VPN prefix too short for its label and RD, one too long, and labels without an end.
        (update("800f07 0001 80 18 000011"), UpdateError.OPTIONAL),
        (update("800f14 0001 80 80 000011 0000fde800000001 0a00000000"), UpdateError.OPTIONAL),
        (update("800f0a 0001 80 30 000010 000010"), UpdateError.OPTIONAL),
        (message(MessageType.UPDATE, bytes.fromhex("0001 0000")), UpdateError.MALFORMED),
        (message(MessageType.UPDATE, bytes.fromhex("0000 0001")), UpdateError.MALFORMED),
        (message(MessageType.UPDATE, bytes.fromhex("ffff 0000")), UpdateError.MALFORMED),
    ],
)
def test_what_cannot_be_read_ends_the_session(data: bytes, subcode: UpdateError) -> None:
    with pytest.raises(BgpError) as caught:
        parse(data, EXTERNAL)
    assert (caught.value.code, caught.value.subcode) == (3, subcode)


def test_the_notification_carries_the_attribute() -> None:
    assert error_of("800f05 0002 01 20 20").data == bytes.fromhex("800f05 0002 01 20 20")
    assert error_of(*MANDATORY, "40c801 07").data == bytes.fromhex("40c801 07")


def test_a_length_of_network_that_is_too_great_stands_in_the_notification() -> None:
    assert error_of(*MANDATORY, prefixes="080a 3c 0a0000").data == b"\x3c"


# What is fine


def test_an_update_may_withdraw_and_announce_at_once() -> None:
    found = read(V6_REACH, "800f08 0002 01 20 20010db9", *MANDATORY, withdrawn="080b")
    assert [reach.family for reach in found.announced] == [IPV6_UNICAST, IPV4_UNICAST]
    v6, v4 = (reach.attributes for reach in found.announced)
    assert v6.next_hop == IPv6Address.parse("2001:db8::1")
    assert v4.next_hop == IPv4Address.parse("10.0.0.1")
    assert [one.family for one in found.withdrawn] == [IPV4_UNICAST, IPV6_UNICAST]


def test_host_bits_of_a_prefix_do_not_matter() -> None:
    (reach,) = read(*MANDATORY, prefixes="0a 0aff").announced
    assert reach.prefixes == (IPv4Prefix.parse("10.192.0.0/10"),)


def test_ipv6_needs_no_next_hop_attribute_and_a_stray_one_does_not_count() -> None:
    for extra in ((), (NEXT_HOP,)):
        (reach,) = read(V6_REACH, ORIGIN, AS_PATH, *extra, prefixes="").announced
        assert reach.attributes.next_hop == IPv6Address.parse("2001:db8::1")


def test_only_the_outermost_of_stacked_labels_is_kept() -> None:
    hop = "0000000000000000 01010101"
    prefix = "80 000110 000121 0000fde800000001 0a0b"
    (reach,) = read(f"800e22 0001 80 0c {hop} 00 {prefix}", ORIGIN, AS_PATH, prefixes="").announced
    assert reach.family == VPNV4
    assert reach.labels == (17,)
    assert [str(key) for key in reach.prefixes] == ["65000:1:10.11.0.0/16"]


def test_a_long_length_field_of_a_short_attribute() -> None:
    assert attributes_of("9004 0004 00000007").med == 7


# Two octets (RFC 6793)


def old(*attributes: str) -> Attributes:
    block = ("400101 00", "400208 0203 fde9 5ba0 5ba0", NEXT_HOP, *attributes)
    (reach,) = read(*block, context=OLD).announced
    return reach.attributes


def test_an_old_neighbor_has_two_octets_in_its_paths() -> None:
    assert old().as_path == AsPath.of(65001, 23456, 23456)


def test_as4_path_puts_back_what_did_not_fit() -> None:
    assert old("c0110a 0202 000186a0 000186a1").as_path == AsPath.of(65001, 100000, 100001)


def test_an_as4_path_longer_than_the_path_is_ignored() -> None:
    long = "c01112 0204 000186a0 000186a1 000186a2 000186a3"
    assert old(long).as_path == AsPath.of(65001, 23456, 23456)


def test_as4_aggregator_replaces_as_trans() -> None:
    there = old("c00706 5ba0 0a000009", "c01208 000186a0 0a000008")
    assert there.aggregator == Aggregator(100000, IPv4Address.parse("10.0.0.8"))


def test_an_aggregator_of_two_octets_makes_the_other_two_worthless() -> None:
    as4 = ("c01208 000186a0 0a000008", "c0110a 0202 000186a0 000186a1")
    there = old("c00706 fde9 0a000009", *as4)
    assert there.aggregator == Aggregator(65001, IPv4Address.parse("10.0.0.9"))
    assert there.as_path == AsPath.of(65001, 23456, 23456)


def test_a_wrong_as4_path_is_discarded() -> None:
    block = ("400101 00", "400204 0201 fde9", NEXT_HOP, "c01106 0501 000186a0")
    found = read(*block, context=OLD)
    assert fault_of(found).treatment == Treatment.DISCARD
    assert found.announced[0].attributes.as_path == AsPath.of(65001)


def test_a_new_neighbor_does_not_send_them() -> None:
    there = attributes_of("c0110a 0202 000186a0 000186a1", "c01208 000186a0 0a000008")
    assert (there.as_path, there.aggregator) == (AsPath.of(65001), None)


SEQUENCE, SET = SegmentKind.SEQUENCE, SegmentKind.SET
CONFED = SegmentKind.CONFED_SEQUENCE


@pytest.mark.parametrize(
    ("path", "as4_path", "merged"),
    [
        # A set counts as one system.
        (
            (Segment(SEQUENCE, (1, 23456)), Segment(SET, (2, 23456))),
            (Segment(SEQUENCE, (70000,)), Segment(SET, (2, 80000))),
            "1 70000 {2,80000}",
        ),
        # Confederations in front stay.
        (
            (Segment(CONFED, (65100,)), Segment(SEQUENCE, (1, 23456))),
            (Segment(SEQUENCE, (70000,)),),
            "(65100) 1 70000",
        ),
        ((Segment(SEQUENCE, (1, 2)),), (), "1 2"),
        ((), (Segment(SEQUENCE, (70000,)),), ""),
    ],
)
def test_merging(path: tuple[Segment, ...], as4_path: tuple[Segment, ...], merged: str) -> None:
    assert str(merged_path(AsPath(path), AsPath(as4_path))) == merged


def test_what_an_old_neighbor_is_sent() -> None:
    attributes = Attributes(
        Origin.IGP,
        AsPath.of(65001, 100000),
        IPv4Address.parse("10.0.0.1"),
        aggregator=Aggregator(100000, IPv4Address.parse("10.0.0.9")),
    )
    (data,) = announce(Reach(IPV4_UNICAST, attributes, (TEN,)), OLD)
    assert data == update(
        *("400101 00", "400206 0202 fde9 5ba0", NEXT_HOP, "c00706 5ba0 0a000009"),
        *("c0110a 0202 0000fde9 000186a0", "c01208 000186a0 0a000009"),
    )
    found = parse(data, OLD)
    assert isinstance(found, Update)
    assert found.announced[0].attributes == attributes


def test_a_sequence_too_long_for_a_segment_is_sent_in_two_and_read_as_one() -> None:
    path = AsPath.of(*range(1, 601))
    attributes = Attributes(Origin.IGP, path, IPv4Address.parse("10.0.0.1"))
    (data,) = announce(Reach(IPV4_UNICAST, attributes, (TEN,)), EXTERNAL)
    found = parse(data, EXTERNAL)
    assert isinstance(found, Update)
    assert found.announced[0].attributes.as_path == path
