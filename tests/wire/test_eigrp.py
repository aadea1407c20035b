"""EIGRP packets: what cannot be said as a vector, and what tshark makes of what we send."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import IPv4Address, IPv4Prefix, MacAddress
from iosemu.wire.base import WireError
from iosemu.wire.checksum import checksum
from iosemu.wire.eigrp import (
    GROUP,
    PROTOCOL,
    Authentication,
    Digest,
    Eigrp,
    Flag,
    NextMulticastSequence,
    Opcode,
    Parameters,
    PeerTermination,
    Sequence,
    SoftwareVersion,
    Stub,
    StubFlag,
    TidList,
    Tlv,
    Unknown,
)
from iosemu.wire.eigrp_route import (
    ClassicMetric,
    ClassicRoute,
    External,
    RouteFlag,
    Source,
    WideMetric,
    WideRoute,
)
from iosemu.wire.ethernet import Ethernet, EtherType, padded
from iosemu.wire.ipv4 import datagram

from .test_cdp_tshark import pcap

TSHARK = shutil.which("tshark")
u8, u16 = st.integers(0, 0xFF), st.integers(0, 0xFFFF)
u24, u32 = st.integers(0, 0xFFFFFF), st.integers(0, 0xFFFFFFFF)
u48 = st.integers(0, (1 << 48) - 1)
addresses = u32.map(IPv4Address)
prefixes = st.tuples(u32, st.integers(0, 32)).map(lambda pair: IPv4Prefix.of(*pair))
destinations = st.lists(prefixes, min_size=1, max_size=3).map(tuple)
flags = st.integers(0, 15).map(RouteFlag)
externals = st.none() | st.builds(External, addresses, u32, u32, u32, u8, u8)
classic = st.builds(ClassicMetric, u32, u32, u24, u8, u8, u8, u8, flags)
attributes = st.integers(0, 6).flatmap(lambda n: st.binary(min_size=2 * n, max_size=2 * n))
wide = st.builds(WideMetric, u48, u48, u24, u8, u8, u8, u8, flags, attributes)
versions = st.tuples(u8, u8)
authentications = st.sampled_from(Digest).flatmap(
    lambda kind: st.builds(
        Authentication,
        st.just(kind),
        u32,
        u32,
        st.binary(min_size=16 * (kind - 1), max_size=16 * (kind - 1)),
    )
)
tlvs: st.SearchStrategy[Tlv] = st.one_of(
    st.builds(Parameters, st.tuples(u8, u8, u8, u8, u8, u8), u16),
    authentications,
    st.builds(Sequence, st.lists(addresses, max_size=3).map(tuple)),
    st.builds(SoftwareVersion, versions, versions),
    st.builds(NextMulticastSequence, u32),
    st.builds(Stub, st.integers(0, 63).map(StubFlag)),
    st.builds(PeerTermination, addresses),
    st.builds(TidList, u16, st.lists(u16, max_size=3).map(tuple)),
    st.builds(ClassicRoute, addresses, classic, destinations, externals),
    st.builds(WideRoute, addresses, wide, addresses, destinations, externals, u16),
    st.builds(Unknown, st.integers(0x0700, 0xFFFF), st.binary(max_size=9)),
)
packets = st.builds(
    Eigrp,
    st.sampled_from(Opcode),
    st.integers(0, 15).map(Flag),
    u32,
    u32,
    u16,
    u16,
    st.lists(tlvs, max_size=5).map(tuple),
)


@given(packets)
def test_every_packet_comes_back(packet: Eigrp) -> None:
    assert Eigrp.parse(packet.emit()) == packet


@given(packets, st.data())
def test_changed_bytes_are_a_wire_error(packet: Eigrp, data: st.DataObject) -> None:
    octets = bytearray(packet.emit())
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(WireError):
        Eigrp.parse(bytes(octets))


def test_a_default_route_without_a_byte_of_prefix_is_read() -> None:
    metric = ClassicMetric(25600, 256000, 1500, 0, 255, 1)
    route = ClassicRoute(IPv4Address(0), metric, (IPv4Prefix.parse("0.0.0.0/0"),))
    octets = bytearray(Eigrp(Opcode.UPDATE, Flag(0), 1, 0, 0, 100, (route,)).emit()[:-1])
    octets[22:24] = (26 - 1).to_bytes(2, "big")
    octets[2:4] = bytes(2)
    octets[2:4] = checksum(bytes(octets)).to_bytes(2, "big")
    assert Eigrp.parse(bytes(octets)).routes == (route,)


SAMPLES = (
    Eigrp(
        Opcode.HELLO,
        Flag(0),
        0,
        0,
        0,
        100,
        (
            Parameters((1, 0, 1, 0, 0, 0), 15),
            SoftwareVersion((12, 4), (1, 2)),
            TidList(0, (0,)),
            Stub(StubFlag.CONNECTED | StubFlag.SUMMARY),
            Sequence((IPv4Address.parse("10.0.0.2"),)),
            NextMulticastSequence(9),
        ),
    ),
    Eigrp(
        Opcode.HELLO,
        Flag(0),
        0,
        0,
        0,
        100,
        (PeerTermination(IPv4Address.parse("10.0.0.2")),),
    ),
    Eigrp(
        Opcode.UPDATE,
        Flag.EOT,
        7,
        3,
        0,
        100,
        (
            ClassicRoute(
                IPv4Address(0),
                ClassicMetric(25600, 256000, 1500, 0, 255, 1),
                (IPv4Prefix.parse("10.1.1.0/24"),),
            ),
            ClassicRoute(
                IPv4Address(0),
                ClassicMetric(25600, 256000, 1500, 0, 255, 1),
                (IPv4Prefix.parse("9.9.9.9/32"),),
                External(IPv4Address.parse("1.1.1.1"), 0, 77, 0, Source.CONNECTED),
            ),
            WideRoute(
                IPv4Address.parse("1.1.1.1"),
                WideMetric(1_000_000_000, 10_000, 1500, 1, 255, 1),
                IPv4Address(0),
                (IPv4Prefix.parse("10.2.2.0/24"),),
            ),
            WideRoute(
                IPv4Address.parse("1.1.1.1"),
                WideMetric(1_000_000_000, 10_000, 1500, 1, 255, 1),
                IPv4Address(0),
                (IPv4Prefix.parse("10.3.3.3/32"),),
                External(IPv4Address.parse("1.1.1.1"), 65000, 5, 20, Source.OSPF),
            ),
        ),
    ),
    Eigrp(
        Opcode.SIA_QUERY,
        Flag(0),
        8,
        0,
        0,
        100,
        (Authentication(Digest.MD5, 1, 0, bytes(range(16))),),
    ),
)


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_reads_the_same_routes_and_finds_nothing_malformed(tmp_path: Path) -> None:
    assert TSHARK is not None
    source, target = MacAddress(0xAABBCC000100), MacAddress(0x01005E00000A)
    sender = IPv4Address.parse("10.0.0.1")
    frames = [
        padded(
            Ethernet(
                target,
                source,
                (),
                EtherType.IPV4,
                datagram(sender, GROUP, PROTOCOL, sample.emit(), ttl=1).emit(),
            ).emit()
        )
        for sample in SAMPLES
    ]
    file = tmp_path / "eigrp.pcap"
    file.write_bytes(pcap(frames))

    def shark(*arguments: str) -> str:
        return subprocess.run(
            [TSHARK, "-r", str(file), *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        ).stdout

    told = shark("-V")
    assert "Malformed" not in told
    assert not shark("-Y", "_ws.malformed || _ws.expert.severity == error")
    for text in ("10.1.1.0", "9.9.9.9", "10.2.2.0", "10.3.3.3"):
        assert f"/{32 if text[0] == '9' or text.endswith('3') else 24}" in told
        assert text in told
    assert "External Protocol ID: OSPF" in told or "OSPF" in told
