"""Bytes with their origin, and how to read them; other protocols add theirs to `VECTORS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from iosemu.address import IPv4Address, IPv6Address
from iosemu.wire import icmp, icmpv6, telnet
from iosemu.wire.arp import Arp
from iosemu.wire.bgp import Context, Update, announce, end_of_rib, parse, withdraw
from iosemu.wire.cdp import Cdp
from iosemu.wire.ethernet import Ethernet, Snap
from iosemu.wire.hdlc import Hdlc, parse_slarp
from iosemu.wire.ipv4 import IPv4
from iosemu.wire.ipv6 import Fragment, IPv6
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


def _bgp(data: bytes) -> Any:
    return parse(data, Context(internal=True))


def _bgp_bytes(message: Any) -> bytes:
    """A message again; of an update the part that is there: announced, withdrawn or a marker."""
    if not isinstance(message, Update):
        return bytes(message.emit())
    if message.end_of_rib is not None:
        return end_of_rib(message.end_of_rib)
    parts = [announce(reach, Context()) for reach in message.announced]
    parts += [withdraw(unreach, Context()) for unreach in message.withdrawn]
    return b"".join(data for part in parts for data in part)


def _bgp_message(type_: int, body: str) -> bytes:
    data = _hex(body)
    return b"\xff" * 16 + (19 + len(data)).to_bytes(2, "big") + bytes((type_,)) + data


def _bgp_update(withdrawn: str, attributes: str, prefixes: str = "") -> bytes:
    fields = (_hex(withdrawn), _hex(attributes))
    sized = "".join(f"{len(field):04x}{field.hex()}" for field in fields)
    return _bgp_message(2, sized + prefixes)


_A, _B = IPv4Address.parse("192.168.0.1"), IPv4Address.parse("192.168.0.199")

_LL = IPv6Address.parse("fe80::a8bb:ccff:fe00:100")
_ALL = IPv6Address.parse("ff02::1")
_SOLICITED = IPv6Address.parse("ff02::1:ff00:2")


def _icmpv6(name: str, text: str, target: IPv6Address) -> Vector:
    """A message as scapy 2.6 builds it, from a router's link-local address."""
    return Vector(
        name,
        "scapy 2.6: IPv6(src=fe80::a8bb:ccff:fe00:100)/...",
        _hex(text),
        lambda data: icmpv6.parse(data, _LL, target),
        lambda message: icmpv6.emit(message, _LL, target),
    )


VECTORS = (
    Vector(
        "IPv6 header",
        "RFC 8200 layout, written by hand: class 0xC0, label 0x12345, UDP",
        _hex("6c012345 0004 11 40") + _LL.packed + _ALL.packed + _hex("00010203"),
        IPv6.parse,
    ),
    Vector(
        "IPv6 fragment header",
        "RFC 8200 4.5, written by hand: ICMPv6, 1232 bytes in, more to come",
        _hex("3a00 04d1 01020304"),
        Fragment.parse,
    ),
    _icmpv6(
        "ICMPv6 echo request",
        ("8000e33c00030009616263646566"),
        _ALL,
    ),
    _icmpv6(
        "neighbor solicitation",
        ("870060e80000000020010db80000000000000000000000020101aabbcc000100"),
        _SOLICITED,
    ),
    _icmpv6(
        "neighbor advertisement",
        ("8800bdeba000000020010db80000000000000000000000010201aabbcc000100"),
        _ALL,
    ),
    _icmpv6(
        "router solicitation",
        ("85008fb6000000000101aabbcc000100"),
        _ALL,
    ),
    _icmpv6(
        "router advertisement",
        (
            "860042994088070800007530000003e80101aabbcc00010005010000000005dc"
            "030440c000278d0000093a800000000020010db8001200000000000000000000"
            "19030000ffffffff20010db8000000000000000000000053"
        ),
        _ALL,
    ),
    _icmpv6(
        "ICMPv6 packet too big",
        (
            "02002b30000005006000000000043b4020010db8000000000000000000000001"
            "20010db800000000000000000000000231323334"
        ),
        _ALL,
    ),
    _icmpv6(
        "ICMPv6 redirect",
        ("8900d81600000000fe80000000000000000000000000000220010db8000000000000000000000009"),
        _ALL,
    ),
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
    Vector(
        "BGP OPEN of IOS",
        "real captures of IOS 15: hold 180, 57 bytes, capabilities 1, 128, 2, 70, 65, each alone",
        _hex(
            "ffffffffffffffffffffffffffffffff 0039 01 04 0001 00b4 01010101 1c 0206 010400010001"
            "0202 8000 0202 0200 0202 4600 0206 410400000001"
        ),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP OPEN of FRR",
        "FRR 8.4.4 as measured: 1, 128, 2, 70, 65, 6, 69, 73 (name r1), 64 (c078), 71",
        _bgp_message(
            1,
            "04 fde9 00b4 0a000001 3a 0206 010400010001 0202 8000 0202 0200 0202 4600"
            "0206 41040000fde9 0202 0600 0206 450400010101 0206 490402723100 0204 4002c078"
            "0202 4700",
        ),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP OPEN that offers a session for each family",
        "capability 131 with no grouping, MP of VPNv4, restart, AS 100000 as AS_TRANS",
        _bgp_message(
            1,
            "04 5ba0 00b4 04040404 1f 0206 010400010080 0203 830100"
            "0208 4006007800010180 0206 4104000186a0",
        ),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP OPEN with parameters in the long form",
        "RFC 9072 2: more than 255 bytes of capabilities",
        _bgp_message(
            1,
            "04 fde9 00b4 0a000001 ffff 0106"
            + "02 0080 c87e"
            + "00" * 126
            + "02 0080 c97e"
            + "11" * 126,
        ),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP KEEPALIVE",
        "RFC 4271 4.4",
        _hex("ffffffffffffffffffffffffffffffff 0013 04"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP NOTIFICATION",
        "a log line of a device: 2/2 (peer in wrong AS) 2 bytes FF78",
        _bgp_message(3, "0202 ff78"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP ROUTE-REFRESH",
        "RFC 2918 3",
        _bgp_message(5, "0001 00 01"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP ROUTE-REFRESH that begins an answer",
        "RFC 7313 3.2, IPv6 unicast",
        _bgp_message(5, "0002 01 01"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP ROUTE-REFRESH of type 128",
        "as old IOS sends it",
        _bgp_message(128, "0001 00 01"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP End-of-RIB of IPv4 unicast",
        "RFC 4724 2",
        _hex("ffffffffffffffffffffffffffffffff 0017 02 0000 0000"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP End-of-RIB of VPNv4",
        "RFC 4724 2",
        _bgp_update("", "800f03 0001 80"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP UPDATE",
        "RFC 4271 4.3 and 5, RFC 1997, 4456, 4360, 8092: each attribute once, three prefixes",
        _bgp_update(
            "",
            "400101 00 40020e 0203 0000fde9 00000001 00010000 400304 0a000001 800404 00000064"
            "400504 000000c8 400600 c00708 0000fde9 0a000009 c00808 fde90001 ffffff01"
            "800904 01010101 800a08 01010102 01010103 c01008 0002 fde8 00000001"
            "c0200c 0000fde9 00000001 00000002 e0c802 abcd",
            "00 08 0a 14 ac1010",
        ),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP withdrawal",
        "RFC 4271 4.3",
        _bgp_update("08 0a 1c c0a80010", ""),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP UPDATE of IPv6 unicast",
        "RFC 4760 3 and RFC 2545 3: a global and a link-local next hop",
        _bgp_update(
            "",
            "800e2d 0002 01 20 20010db8000000000000000000000001 fe800000000000000000000000000001 00"
            "20 20010db8 10 2002"
            "400101 00 400206 0201 0000fde9 800404 00000000",
        ),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP withdrawal of IPv6 unicast",
        "RFC 4760 4",
        _bgp_update("", "800f08 0002 01 20 20010db8"),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP UPDATE of VPNv4",
        "RFC 4364 4.3.4, RFC 8277: label 28, RD 65000:1, RT 65000:1, next hop behind RD 0",
        _bgp_update(
            "",
            "800e20 0001 80 0c 0000000000000000 01010101 00 70 0001c1 0000 fde8 00000001 0a0001"
            "400101 02 400200 800404 00000000 400504 00000064 c01008 0002 fde8 00000001",
        ),
        _bgp,
        _bgp_bytes,
    ),
    Vector(
        "BGP withdrawal of VPNv4",
        "RFC 8277 2.4: label 0x800000, RD 1.1.1.1:5",
        _bgp_update("", "800f13 0001 80 78 800000 0001 01010101 0005 0a000100"),
        _bgp,
        _bgp_bytes,
    ),
)
