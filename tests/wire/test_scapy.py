"""A second opinion: scapy reads what we emit and agrees with every field."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Address, IPv6Address, MacAddress
from iosemu.wire import icmp, ipv6
from iosemu.wire.arp import Arp, Operation
from iosemu.wire.cdp import Address, Addresses, Cdp, Number, Text, Unknown
from iosemu.wire.cdp import Type as Field
from iosemu.wire.ethernet import Ethernet, EtherType, Tag
from iosemu.wire.icmp import Error, Type, Unreachable
from iosemu.wire.ipv4 import Protocol, datagram
from iosemu.wire.ppp import Code, Control, IpcpOption, LcpOption, Option, Ppp, emit_options
from iosemu.wire.ppp import Protocol as PppProtocol
from iosemu.wire.udp import Udp

scapy = pytest.importorskip("scapy.layers.all", reason="scapy is not installed")
A, B = IPv4Address.parse("10.0.0.1"), IPv4Address.parse("10.0.0.2")
MAC_A, MAC_B = MacAddress(0xAABBCC000100), MacAddress(0xAABBCC000200)


def framed(type_: int, payload: bytes, *tags: Tag):
    return scapy.Ether(Ethernet(MAC_B, MAC_A, tags, type_, payload).emit())


def rebuilt(packet):
    """scapy's own bytes of a packet, checksums and lengths computed anew."""
    copy = packet.copy()
    for layer in (scapy.IP, scapy.UDP, scapy.ICMP):
        inner = copy.getlayer(layer)
        if inner is not None:
            del inner.chksum
    return bytes(copy)


def test_scapy_reads_a_tagged_udp_datagram_and_computes_the_same_checksums():
    udp = Udp(520, 521, b"odd").emit(A, B)
    ip = datagram(A, B, Protocol.UDP, udp, ttl=9, tos=0xC0, identification=77, dont_fragment=True)
    frame = framed(EtherType.IPV4, ip.emit(), Tag(5, False, 12))
    assert (frame[scapy.Dot1Q].vlan, frame[scapy.Dot1Q].prio) == (12, 5)
    head = frame[scapy.IP]
    assert (head.ttl, head.tos, head.id, str(head.flags)) == (9, 0xC0, 77, "DF")
    assert (frame[scapy.UDP].sport, frame[scapy.UDP].dport) == (520, 521)
    assert rebuilt(frame) == bytes(frame)


def test_scapy_reads_an_unreachable_with_the_quoted_datagram():
    quoted = datagram(B, A, Protocol.UDP, Udp(1, 2, b"").emit(B, A), ttl=1)
    error = Error(Type.UNREACHABLE, Unreachable.FRAGMENTATION_NEEDED, 1400, quoted.emit())
    frame = framed(EtherType.IPV4, datagram(A, B, Protocol.ICMP, icmp.emit(error)).emit())
    assert (frame[scapy.ICMP].type, frame[scapy.ICMP].nexthopmtu) == (3, 1400)
    assert (frame[scapy.IPerror].src, frame[scapy.UDPerror].dport) == ("10.0.0.2", 2)
    assert rebuilt(frame) == bytes(frame)


def test_scapy_reads_an_arp_request():
    frame = framed(EtherType.ARP, Arp(Operation.REQUEST, MAC_A, A, MacAddress(0), B).emit())
    head = frame[scapy.ARP]
    assert (head.op, head.hwsrc, head.psrc, head.pdst) == (
        1,
        "aa:bb:cc:00:01:00",
        "10.0.0.1",
        "10.0.0.2",
    )


@pytest.mark.parametrize("end", [b"", b"\0", b"\x7f", b"\x81", b"\xff"])
def test_scapy_reads_cdp_and_computes_the_same_checksum(end: bytes):
    cdp = pytest.importorskip("scapy.contrib.cdp")
    fields = (
        Text(Field.DEVICE_ID, "R2"),
        Addresses(Field.ADDRESSES, (Address.of(A),)),
        Number(Field.CAPABILITIES, 5),
        Unknown(0x99, b"abcd" + end),
    )
    data = Cdp(2, 180, fields).emit()
    packet = cdp.CDPv2_HDR(data)
    assert [field.type for field in packet.msg] == [1, 2, 4, 0x99]
    assert packet.msg[0].val == b"R2"
    assert packet.msg[1].addr[0].addr == "10.0.0.1"
    copy = packet.copy()
    del copy.cksum
    assert bytes(copy) == data


def test_scapy_reads_what_ppp_negotiates():
    lcp = (Option(LcpOption.MRU, b"\x05\xdc"), Option(LcpOption.MAGIC, b"\x12\x34\x56\x78"))
    request = Control(Code.CONFIGURE_REQUEST, 7, emit_options(lcp))
    seen = scapy.HDLC(Ppp(PppProtocol.LCP, request.emit()).emit())
    assert (seen.address, seen.control, seen[scapy.PPP].proto) == (0xFF, 3, 0xC021)
    head = seen[scapy.PPP_LCP_Configure]
    assert (head.code, head.id, head.len) == (1, 7, 14)
    assert [(o.type, o.len) for o in head.options] == [(1, 4), (5, 6)]
    assert head.options[1].magic_number == 0x12345678
    nak = Control(Code.CONFIGURE_NAK, 2, emit_options((Option(IpcpOption.ADDRESS, b"\n\0\0\1"),)))
    seen = scapy.HDLC(Ppp(PppProtocol.IPCP, nak.emit()).emit())
    assert (seen[scapy.PPP_IPCP].code, seen[scapy.PPP_IPCP].options[0].data) == (3, "10.0.0.1")


def test_scapy_computes_the_checksum_of_udp_over_ipv6_and_reads_a_fragment():
    inet6 = pytest.importorskip("scapy.layers.inet6", reason="scapy is not installed")
    one, two = IPv6Address.parse("2001:db8::1"), IPv6Address.parse("2001:db8::2")
    udp = Udp(520, 521, b"odd").emit(one, two)
    whole = ipv6.packet(one, two, Protocol.UDP, udp, hop_limit=9, traffic_class=0xC0)
    read = inet6.IPv6(whole.emit())
    assert (read.hlim, read.tc, read.plen) == (9, 0xC0, 11)
    assert (read[scapy.UDP].sport, read[scapy.UDP].dport) == (520, 521)
    copy = read.copy()
    del copy[scapy.UDP].chksum
    assert bytes(copy) == whole.emit()
    head = ipv6.Fragment(Protocol.UDP, 1232, False, 77).emit()
    cut = inet6.IPv6(ipv6.packet(one, two, ipv6.NextHeader.FRAGMENT, head + b"x").emit())
    assert (cut[inet6.IPv6ExtHdrFragment].offset, cut[inet6.IPv6ExtHdrFragment].id) == (154, 77)
