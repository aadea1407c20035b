"""Bytes with their origin, and how to read them; other protocols add theirs to `VECTORS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iosemu.address import IPv4Address
from iosemu.wire import icmp, telnet
from iosemu.wire.arp import Arp
from iosemu.wire.cdp import Cdp
from iosemu.wire.ethernet import Ethernet, Snap
from iosemu.wire.hdlc import Hdlc, parse_slarp
from iosemu.wire.ipv4 import IPv4
from iosemu.wire.ppp import Control, Ppp
from iosemu.wire.tcp import Tcp
from iosemu.wire.udp import Udp


@dataclass(frozen=True)
class Vector:
    """`parse(data)` must succeed and `emit` of the result must give `data` again.

    `cut`: bytes at the end that the packet does not keep (padding).
    """

    name: str
    origin: str
    data: bytes
    parse: Callable[[bytes], Any]
    emit: Callable[[Any], bytes] = lambda packet: packet.emit()
    cut: int = 0

    def __str__(self) -> str:
        return self.name


def _hex(text: str) -> bytes:
    return bytes.fromhex(text.replace("\n", " "))


_A, _B = IPv4Address.parse("192.168.0.1"), IPv4Address.parse("192.168.0.199")

VECTORS = (
    Vector(
        "IPv4 header",
        "the worked example of the Internet checksum in general use: sum 0xB861",
        _hex("45000073000040004011b861c0a80001c0a800c7") + bytes(0x73 - 20),
        IPv4.parse,
    ),
    Vector(
        "IPv4 with router alert",
        "scapy: RFC 2113 option and an IGMPv2 report",
        _hex("46c000200000000001023a010a000001e000001694040000160009ffe0000016"),
        IPv4.parse,
    ),
    Vector(
        "ARP request",
        "RFC 826 layout, written by hand; as a router asks for its neighbor",
        _hex("0001 0800 06 04 0001 aabbcc000100 0a000001 000000000000 0a000002"),
        Arp.parse,
    ),
    Vector(
        "ARP reply with padding",
        "the same, as it comes out of a 60-byte frame",
        _hex("0001 0800 06 04 0002 aabbcc000200 0a000002 aabbcc000100 0a000001") + bytes(18),
        Arp.parse,
        cut=18,
    ),
    Vector(
        "Ethernet with 802.1Q",
        "IEEE 802.1Q tag written by hand: priority 5, VLAN 12",
        _hex("ffffffffffff aabbcc000100 8100 a00c 0806") + bytes(28),
        Ethernet.parse,
    ),
    Vector(
        "802.3 with SNAP",
        "frame head of CDP as in captures: length, AA AA 03, 00000C, 2000",
        _hex("01000ccccccc aabbcc000100 000c aaaa03 00000c 2000 02b4 0000") + bytes(34),
        Snap.parse,
        cut=34,
    ),
    Vector(
        "CDP version 2 of a switch",
        "scapy: every common field, one of an unknown type, an odd length that ends in 0xC8",
        _hex(
            "02b4344a000100135357312e6578616d706c652e636f6d0005000d436973636f20494f53"
            "00060012636973636f2057532d433239363000020011000000010101cc00040a01010200"
            "0300094661302f3100040008000000280008002000000c0112000102030405060708090a"
            "0b0c0d0e0f1011121314151600090004000a00060001000b000501001200050000130005"
            "0000160011000000010101cc00040a010102001a000900000001c8"
        ),
        Cdp.parse,
    ),
    Vector(
        "CDP version 1 with a prefix",
        "scapy: as a stub router advertises for on-demand routing",
        _hex("01b4489e000100065237000700090a070000100003000b53657269616c31"),
        Cdp.parse,
    ),
    Vector(
        "ICMP echo",
        "RFC 792 with a body as IOS sends it: zeros, uptime, then the pattern 0xABCD",
        icmp.emit(icmp.Echo(False, 2, 0, bytes(4) + b"\0\1\2\3" + b"\xab\xcd" * 32)),
        icmp.parse,
        icmp.emit,
    ),
    Vector(
        "ICMP fragmentation needed",
        "scapy: RFC 1191 next-hop MTU 1500 behind 16 unused bits",
        _hex("0304f71f000005dc45000073000040004011b861c0a80001c0a800c70000000000000000"),
        icmp.parse,
        icmp.emit,
    ),
    Vector(
        "ICMP of an unknown type",
        "scapy: type 42 (RFC 8335), kept as bytes",
        _hex("2a00d5fe0000000000010000"),
        icmp.parse,
        icmp.emit,
    ),
    Vector(
        "UDP without payload",
        "scapy: ports of the first traceroute probe",
        _hex("c000829a00083b2a"),
        lambda data: Udp.parse(data, _A, _B),
        lambda packet: packet.emit(_A, _B),
    ),
    Vector(
        "UDP with an odd length",
        "scapy: three bytes between RIP ports",
        _hex("02080208000b75ad010203"),
        lambda data: Udp.parse(data, _A, _B),
        lambda packet: packet.emit(_A, _B),
    ),
    Vector(
        "TCP SYN with MSS",
        "scapy: as BGP opens a session",
        _hex("2afb00b3000003e80000000060024000a6770000020405b4"),
        lambda data: Tcp.parse(data, _A, _B),
        lambda packet: packet.emit(_A, _B),
    ),
    Vector(
        "HDLC frame of SLARP",
        "RFC 1547 section 4.3.1, written by hand: a keepalive to all stations",
        _hex("8f008035 00000002 00000011 00000010 ffff 0000c350"),
        Hdlc.parse,
    ),
    Vector(
        "SLARP keepalive",
        "the same without its frame",
        _hex("00000002 00000011 00000010 ffff 0000c350"),
        parse_slarp,
    ),
    Vector(
        "SLARP keepalive without a time, padded",
        "RFC 1547: the time is two numbers more",
        _hex("00000002 00000011 00000010 ffff 0000"),
        parse_slarp,
        cut=2,
    ),
    Vector(
        "SLARP address reply",
        "RFC 1547: 10.0.0.1 with a mask of 24 bits",
        _hex("00000001 0a000001 ffffff00 ffff"),
        parse_slarp,
    ),
    Vector(
        "PPP frame of LCP",
        "RFC 1661 and RFC 1662: Configure-Request with a magic number",
        _hex("ff03c021 0101000a 0506 12345678"),
        Ppp.parse,
    ),
    Vector(
        "LCP Configure-Request, padded",
        "the same without its frame; RFC 1661 section 5: octets outside the length are padding",
        _hex("0101000a 0506 12345678 0000"),
        Control.parse,
        cut=2,
    ),
    Vector(
        "IPCP Configure-Nak",
        "RFC 1332 section 3.3: use 10.0.0.1",
        _hex("0302000a 0306 0a000001"),
        Control.parse,
    ),
    Vector(
        "telnet window size",
        "RFC 1073: the example of 80 by 64",
        _hex("00500040"),
        telnet.WindowSize.parse,
    ),
    Vector("telnet terminal type", "RFC 1091: IS VT100", b"\0VT100", telnet.TerminalType.parse),
)
