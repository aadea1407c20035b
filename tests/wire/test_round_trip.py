"""parse(emit(p)) == p for every packet that can be built, and nothing but WireError comes out."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix, MacAddress
from iosemu.wire import icmp, icmpv6
from iosemu.wire.arp import Arp
from iosemu.wire.base import WireError
from iosemu.wire.cdp import Address, Addresses, Cdp, Hello, Number, Prefixes, Text, Unknown
from iosemu.wire.cdp import Type as Field
from iosemu.wire.ethernet import Ethernet, EtherType, Snap, Tag
from iosemu.wire.hdlc import AddressMessage, Hdlc, Keepalive, SlarpType, parse_slarp
from iosemu.wire.icmp import Echo, Error, Other, Type
from iosemu.wire.ipv4 import IPv4
from iosemu.wire.ipv6 import IPv6, upper
from iosemu.wire.ppp import Control, Option, Ppp, emit_options, parse_options
from iosemu.wire.tcp import Tcp
from iosemu.wire.udp import Udp

u8, u16 = st.integers(0, 0xFF), st.integers(0, 0xFFFF)
addresses = st.integers(0, 0xFFFFFFFF).map(IPv4Address)
macs = st.integers(0, (1 << 48) - 1).map(MacAddress)
payloads = st.binary(max_size=64)

arps = st.builds(Arp, u16, macs, addresses, macs, addresses)
tags = st.builds(Tag, st.integers(0, 7), st.booleans(), st.integers(0, 0xFFF))
types = st.integers(0x0600, 0xFFFF).filter(lambda type_: type_ != EtherType.DOT1Q)
frames = st.builds(Ethernet, macs, macs, st.lists(tags, max_size=2).map(tuple), types, payloads)
snaps = st.builds(Snap, macs, macs, st.integers(0, 0xFFFFFF), u16, payloads)
datagrams = st.builds(
    IPv4,
    u8,
    u16,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.integers(0, 0x1FFF).map(lambda n: n * 8),
    u8,
    u8,
    addresses,
    addresses,
    st.integers(0, 10).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n)),
    payloads,
)
errors = st.sampled_from(
    [
        Type.UNREACHABLE,
        Type.SOURCE_QUENCH,
        Type.REDIRECT,
        Type.TIME_EXCEEDED,
        Type.PARAMETER_PROBLEM,
    ]
)
others = u8.filter(lambda type_: type_ not in (0, 3, 4, 5, 8, 11, 12))
messages = st.one_of(
    st.builds(Echo, st.booleans(), u16, u16, payloads),
    st.builds(Error, errors, u8, st.integers(0, 0xFFFFFFFF), payloads),
    st.builds(Other, others, u8, payloads),
)


cdp_addresses = st.builds(Address, u8, st.binary(max_size=8), st.binary(max_size=20))
cdp_fields = st.one_of(
    st.builds(
        Text,
        st.sampled_from([Field.DEVICE_ID, Field.PORT_ID, Field.VERSION, Field.PLATFORM]),
        st.text(st.characters(max_codepoint=255), max_size=40),
    ),
    st.builds(Number, st.just(Field.CAPABILITIES), st.integers(0, 0xFFFFFFFF)),
    st.builds(Number, st.just(Field.NATIVE_VLAN), u16),
    st.builds(Number, st.just(Field.DUPLEX), u8),
    st.builds(
        Addresses,
        st.sampled_from([Field.ADDRESSES, Field.MANAGEMENT_ADDRESSES]),
        st.lists(cdp_addresses, max_size=3).map(tuple),
    ),
    st.builds(
        Prefixes,
        st.just(Field.IP_PREFIXES),
        st.lists(st.builds(IPv4Prefix.of, addresses, st.integers(0, 32)), max_size=3).map(tuple),
    ),
    st.builds(
        Hello,
        st.just(Field.PROTOCOL_HELLO),
        st.integers(0, 0xFFFFFF),
        u16,
        payloads,
    ),
    st.builds(Unknown, st.integers(0x1B, 0xFFFF), payloads),
)
cdps = st.builds(Cdp, u8, u8, st.lists(cdp_fields, max_size=6).map(tuple))


@given(arps)
def test_arp(packet):
    assert Arp.parse(packet.emit()) == packet


@given(frames)
def test_ethernet(packet):
    assert Ethernet.parse(packet.emit()) == packet


@given(snaps)
def test_snap(packet):
    assert Snap.parse(packet.emit()) == packet


@given(cdps)
def test_cdp(packet):
    assert Cdp.parse(packet.emit()) == packet


@given(st.binary(max_size=40))
def test_any_prefix_field_of_cdp_survives(value):
    packet = Cdp(2, 180, (Unknown(Field.IP_PREFIXES, value),))
    assert Cdp.parse(packet.emit()).emit() == packet.emit()


@given(datagrams)
def test_ipv4(packet):
    assert IPv4.parse(packet.emit()) == packet


@given(messages)
def test_icmp(message):
    assert icmp.parse(icmp.emit(message)) == message


@given(u16, u16, payloads, addresses, addresses)
def test_udp(source_port, target_port, payload, source, target):
    packet = Udp(source_port, target_port, payload)
    assert Udp.parse(packet.emit(source, target), source, target) == packet


u32 = st.integers(0, 0xFFFFFFFF)
segments = st.builds(
    Tcp,
    u16,
    u16,
    u32,
    u32,
    st.integers(0, 0xFFF),
    u16,
    u16,
    st.integers(0, 10).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n)),
    payloads,
)


@given(segments, addresses, addresses)
def test_tcp(packet, source, target):
    assert Tcp.parse(packet.emit(source, target), source, target) == packet


@given(st.binary(max_size=80))
def test_noise_is_parsed_or_a_wire_error(data):
    here = IPv4Address(0x0A000001)
    parsers = (Arp.parse, Cdp.parse, Ethernet.parse, Snap.parse, IPv4.parse, icmp.parse)
    over_ip = (lambda noise: Udp.parse(noise, here, here), lambda n: Tcp.parse(n, here, here))
    for parse in (*parsers, *over_ip):
        with suppress(WireError):
            parse(data)


u32 = st.integers(0, 0xFFFFFFFF)


@given(st.builds(Hdlc, st.sampled_from([0x0F, 0x8F]), u16, payloads))
def test_hdlc(packet):
    assert Hdlc.parse(packet.emit()) == packet


@given(
    st.one_of(
        st.builds(Keepalive, u32, u32, u16, st.one_of(st.none(), u32)),
        st.builds(
            AddressMessage,
            st.sampled_from([SlarpType.REQUEST, SlarpType.REPLY]),
            addresses,
            addresses,
            u16,
        ),
    )
)
def test_slarp(packet):
    assert parse_slarp(packet.emit()) == packet


@given(st.builds(Ppp, u16, payloads))
def test_ppp(packet):
    assert Ppp.parse(packet.emit()) == packet


@given(st.builds(Control, u8, u8, payloads), st.binary(max_size=8))
def test_ppp_control_packets_ignore_what_stands_behind_them(packet, padding):
    assert Control.parse(packet.emit() + padding) == packet


@given(st.lists(st.builds(Option, u8, st.binary(max_size=253)), max_size=4).map(tuple))
def test_ppp_options(options):
    assert parse_options(emit_options(options)) == options


@given(st.binary(max_size=40))
def test_serial_codecs_refuse_with_wire_errors_only(data):
    for parse in (Hdlc.parse, Ppp.parse, Control.parse, parse_options, parse_slarp):
        with suppress(WireError):
            parse(data)


addresses6 = st.integers(0, (1 << 128) - 1).map(IPv6Address)
prefixes6 = st.builds(IPv6Prefix.of, addresses6, st.integers(0, 128))
options6 = st.lists(
    st.one_of(
        st.builds(icmpv6.LinkAddress, macs, st.booleans()),
        st.builds(icmpv6.Mtu, u32 := st.integers(0, 0xFFFFFFFF)),
        st.builds(icmpv6.PrefixInformation, prefixes6, st.booleans(), st.booleans(), u32, u32),
        st.builds(icmpv6.Unknown, st.integers(6, 255), st.binary(min_size=14, max_size=14)),
    ),
    max_size=4,
).map(tuple)
messages6 = st.one_of(
    st.builds(icmpv6.Echo, st.booleans(), u16, u16, payloads),
    st.builds(icmpv6.Error, st.integers(1, 4), u8, u32, payloads),
    st.builds(icmpv6.RouterSolicitation, options6),
    st.builds(icmpv6.RouterAdvertisement, u8, u8, u16, u32, u32, options6),
    st.builds(icmpv6.NeighborSolicitation, addresses6, options6),
    st.builds(
        icmpv6.NeighborAdvertisement,
        st.booleans(),
        st.booleans(),
        st.booleans(),
        addresses6,
        options6,
    ),
    st.builds(icmpv6.Redirect, addresses6, addresses6, options6),
)


@given(messages6, addresses6, addresses6)
def test_icmpv6_comes_back_as_it_was(message, source, target):
    data = icmpv6.emit(message, source, target)
    assert icmpv6.parse(data, source, target) == message
    with pytest.raises(WireError):
        icmpv6.parse(data, source, IPv6Address(target ^ 1))


@given(
    st.builds(
        IPv6, u8, st.integers(0, 0xFFFFF), u8, u8, addresses6, addresses6, st.binary(max_size=64)
    )
)
def test_an_ipv6_packet_comes_back_as_it_was_and_its_headers_end(packet):
    assert IPv6.parse(packet.emit() + b"padding") == packet
    with suppress(WireError):
        carried = upper(packet)
        assert packet.payload[carried.offset :] == carried.payload
