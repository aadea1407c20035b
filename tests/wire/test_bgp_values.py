"""AS paths, communities, route distinguishers: what they say and how IOS prints them."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Prefix
from iosemu.wire.bgp_as_path import EMPTY_PATH, AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Origin
from iosemu.wire.bgp_community import (
    NO_EXPORT,
    ExtendedCommunity,
    LargeCommunity,
    asn_text,
    community_text,
    parse_asn,
)
from iosemu.wire.bgp_family import IPV6_UNICAST, VPNV4, Family
from iosemu.wire.bgp_nlri import RouteDistinguisher, VpnPrefix

PATH = AsPath(
    (
        Segment(SegmentKind.CONFED_SEQUENCE, (65100, 65101)),
        Segment(SegmentKind.CONFED_SET, (65102, 65103)),
        Segment(SegmentKind.SEQUENCE, (1, 65536)),
        Segment(SegmentKind.SET, (3, 4)),
    )
)


def test_a_path_as_it_is_printed() -> None:
    assert str(PATH) == "(65100 65101) [65102,65103] 1 65536 {3,4}"
    assert PATH.text(dotted=True) == "(65100 65101) [65102,65103] 1 1.0 {3,4}"
    assert str(EMPTY_PATH) == ""


def test_what_a_path_weighs() -> None:
    assert (PATH.hops, PATH.confederation_hops) == (3, 3)
    assert (PATH.neighbor, PATH.first, PATH.origin) == (1, 65100, None)
    assert AsPath.of(7, 8).origin == 8
    assert (EMPTY_PATH.hops, EMPTY_PATH.neighbor, EMPTY_PATH.origin) == (0, None, None)
    assert AsPath(PATH[3:]).neighbor is None
    assert PATH.occurrences(65100) == 1
    assert AsPath.of(5, 5).occurrences(5) == 2


def test_paths_that_are_made_of_others() -> None:
    assert AsPath.of(2).prepended(1, 1) == AsPath.of(1, 1, 2)
    assert EMPTY_PATH.prepended(1) == AsPath.of(1)
    assert EMPTY_PATH.prepended() is EMPTY_PATH
    assert str(PATH.prepended(9, kind=SegmentKind.CONFED_SEQUENCE))[:18] == "(9 65100 65101) [6"
    assert str(AsPath(PATH[3:]).prepended(9)) == "9 {3,4}"
    assert str(PATH.without_confederation) == "1 65536 {3,4}"
    assert str(PATH.replaced((1, 3), 8)) == "(65100 65101) [65102,65103] 8 65536 {8,4}"


@pytest.mark.parametrize(
    ("text", "number"), [("1.0", 65536), ("65535.65535", 2**32 - 1), ("65000", 65000)]
)
def test_numbers_of_systems(text: str, number: int) -> None:
    assert parse_asn(text) == number
    assert asn_text(number, dotted="." in text) == text


@pytest.mark.parametrize("text", ["", "-1", "65536.1", "1.65536", "4294967296", "a", "1.2.3", "²"])
def test_what_is_no_number_of_a_system(text: str) -> None:
    with pytest.raises(ValueError, match="autonomous system"):
        parse_asn(text)


def test_standard_communities() -> None:
    assert community_text(NO_EXPORT, new_format=False) == "no-export"
    assert community_text(65000 << 16 | 7, new_format=True) == "65000:7"
    assert community_text(560, new_format=False) == "560"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("65000:1", 0x0000FDE800000001),
        ("65000:4294967295", 0x0000FDE8FFFFFFFF),
        ("1.1.1.1:1", 0x0001010101010001),
        ("65536:1", 0x0002000100000001),
    ],
)
def test_route_distinguishers(text: str, value: int) -> None:
    rd = RouteDistinguisher.parse(text)
    assert (rd, str(rd)) == (value, text)
    kind, rest = value >> 48, value & 0xFFFFFFFFFFFF
    assert ExtendedCommunity.route_target(text) == kind << 56 | 2 << 48 | rest
    assert str(ExtendedCommunity.route_target(text)) == f"RT:{text}"
    assert str(ExtendedCommunity.site_of_origin(text)) == f"SoO:{text}"
    assert str(VpnPrefix(rd, IPv4Prefix.parse("10.0.0.0/8"))) == f"{text}:10.0.0.0/8"


@pytest.mark.parametrize(
    "text", ["", "1", "1:", ":1", "1:4294967296", "1.1.1.1:65536", "65536:65536", "1.1.1.256:1"]
)
def test_what_is_no_route_distinguisher(text: str) -> None:
    with pytest.raises(ValueError, match=r"not|too great|octet"):
        RouteDistinguisher.parse(text)


def test_other_extended_communities() -> None:
    bandwidth = ExtendedCommunity.link_bandwidth(65000, 125000.0)
    assert int(bandwidth) == 0x4004FDE847F42400
    assert not bandwidth.is_transitive
    assert ExtendedCommunity.route_target("1:1").is_transitive
    assert not ExtendedCommunity.site_of_origin("1:1").is_route_target
    assert str(ExtendedCommunity(0x8800800000000000)) == "0x8800:32768:0"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # RT and the two behind it are a line of `show bgp all detail` of a device.
        (0x0002FFFF00000001, "RT:65535:1"),
        (0x030C000000000008, "ENCAP:8"),
        (0x0603001E7AFFFCD2, "Router MAC:001E.7AFF.FCD2"),
        (0x4301808000006E00, "Cost:pre-bestpath:128:28160"),
        (0x4301810100000064, "Cost:igp:1:100"),
        (0x0005000000640200, "OSPF DOMAIN ID:0x0005:0x000000640200"),
        (0x0306000000000200, "OSPF RT:0.0.0.0:2:0"),
        (0x01070A0A0A010000, "OSPF ROUTER ID:10.10.10.1:0"),
        (0x8801000100025800, "0x8801:1:153600"),
    ],
)
def test_extended_communities_of_other_types(value: int, text: str) -> None:
    assert str(ExtendedCommunity(value)) == text


def test_large_communities() -> None:
    assert LargeCommunity.parse("65000:1:4294967295") == (65000, 1, 2**32 - 1)
    assert str(LargeCommunity(1, 2, 3)) == "1:2:3"
    for text in ("1:2", "1:2:3:4", "1:2:x"):
        with pytest.raises(ValueError, match="not"):
            LargeCommunity.parse(text)


def test_names() -> None:
    assert [str(family) for family in (VPNV4, IPV6_UNICAST, Family(25, 65))] == [
        "VPNv4 Unicast",
        "IPv6 Unicast",
        "afi 25 safi 65",
    ]
    assert [origin.code for origin in Origin] == ["i", "e", "?"]
