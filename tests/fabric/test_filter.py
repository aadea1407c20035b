"""Filters, with libpcap as the second opinion."""

from __future__ import annotations

import ctypes
import ctypes.util

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.address import IPv4Address, MacAddress
from iosemu.fabric.filter import BadFilter, compiled, headers_of
from iosemu.fabric.linktype import CISCO_HDLC, ETHERNET
from iosemu.wire.ethernet import Ethernet, EtherType, Tag
from iosemu.wire.hdlc import Hdlc
from iosemu.wire.ipv4 import datagram
from iosemu.wire.ppp import Ppp

FILTERS = (
    "",
    "ip",
    "arp",
    "icmp",
    "not icmp",
    "tcp or udp",
    "tcp port 23",
    "udp src port 520",
    "dst port 23",
    "port 520",
    "host 10.0.0.1",
    "src host 10.0.0.1 and dst host 10.0.0.2",
    "net 10.0.0.0/30",
    "src net 10.0.0.0/8",
    "ip proto 89",
    "ip proto 6 and not (port 23 or src host 10.0.0.2)",
    "less 60",
    "greater 60",
    "icmp and (host 10.0.0.1 or host 10.0.0.2) && ! dst host 10.0.0.1",
)
addresses = st.sampled_from(["10.0.0.1", "10.0.0.2", "10.9.9.9", "192.168.0.1"]).map(
    IPv4Address.parse
)
ports = st.sampled_from([23, 520, 53, 4000])
bodies = st.builds(
    lambda source, target, rest: source.to_bytes(2, "big") + target.to_bytes(2, "big") + rest,
    ports,
    ports,
    st.binary(max_size=30),
)
datagrams = st.builds(
    lambda source, target, protocol, body: datagram(source, target, protocol, body, ttl=9).emit(),
    addresses,
    addresses,
    st.sampled_from([1, 6, 17, 89]),
    # Behind a header without room for ports BPF refuses the packet whatever else a filter says.
    st.one_of(bodies, st.binary(min_size=4, max_size=8)),
)
A, B = MacAddress(0xAABBCC000100), MacAddress(0xAABBCC000200)


def fits(text: str, frame: bytes, linktype: int) -> bool:
    return compiled(text)(headers_of(frame, linktype))


class Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint), ("instructions", ctypes.c_void_p))


class Header(ctypes.Structure):
    _fields_ = (
        ("seconds", ctypes.c_long),
        ("microseconds", ctypes.c_long),
        ("captured", ctypes.c_uint),
        ("length", ctypes.c_uint),
    )


@pytest.fixture(scope="module")
def pcap() -> ctypes.CDLL:
    name = ctypes.util.find_library("pcap")
    if name is None:
        pytest.skip("libpcap is not installed")
    library = ctypes.CDLL(name)
    library.pcap_open_dead.restype = ctypes.c_void_p
    return library


def oracle(pcap: ctypes.CDLL, text: str, frame: bytes, linktype: int) -> bool:
    handle = ctypes.c_void_p(pcap.pcap_open_dead(linktype, 65535))
    program = Program()
    assert not pcap.pcap_compile(handle, ctypes.byref(program), text.encode(), 1, 0)
    header = Header(0, 0, len(frame), len(frame))
    found = pcap.pcap_offline_filter(ctypes.byref(program), ctypes.byref(header), frame)
    pcap.pcap_freecode(ctypes.byref(program))
    pcap.pcap_close(handle)
    return bool(found)


@settings(max_examples=60, deadline=None)
@given(ip=datagrams)
@pytest.mark.goal("P13")
def test_libpcap_agrees_on_ethernet_and_hdlc(pcap: ctypes.CDLL, ip: bytes) -> None:
    ethernet = Ethernet(B, A, (), EtherType.IPV4, ip).emit()
    for text in FILTERS:
        hdlc = Hdlc(0x0F, EtherType.IPV4, ip).emit()
        assert fits(text, ethernet, ETHERNET) == oracle(pcap, text, ethernet, ETHERNET), text
        assert fits(text, hdlc, CISCO_HDLC) == oracle(pcap, text, hdlc, CISCO_HDLC), text


def test_a_tag_or_ppp_in_front_changes_nothing() -> None:
    ip = datagram(
        IPv4Address.parse("10.0.0.1"), IPv4Address.parse("10.0.0.2"), 1, bytes(8), ttl=9
    ).emit()
    tagged = Ethernet(B, A, (Tag(0, False, 5),), EtherType.IPV4, ip).emit()
    assert fits("icmp and src host 10.0.0.1", tagged, ETHERNET)
    assert fits("icmp and src host 10.0.0.1", Ppp(0x21, ip).emit(), CISCO_HDLC)
    assert not fits("tcp", Ppp(0x21, ip).emit(), CISCO_HDLC)
    assert fits("not ip", Ppp(0xC021, b"").emit(), CISCO_HDLC)


@pytest.mark.parametrize("frame", [b"", b"\x0f", bytes(14), b"\x0f\x00\x08\x00", bytes(33)])
def test_short_frames_fit_or_do_not(frame: bytes) -> None:
    for text in FILTERS:
        for linktype in (ETHERNET, CISCO_HDLC):
            fits(text, frame, linktype)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("imcp", "'imcp' is no filter"),
        ("host", "an address is missing at the end"),
        ("host 10.0.0.300", "'10.0.0.300' is no address"),
        ("net 10.0.0.1/24", "'10.0.0.1/24' has bits behind its length"),
        ("tcp host 10.0.0.1", "'host' is not expected"),
        ("icmp and", "a filter is missing at the end"),
        ("( icmp", "')' is missing at the end"),
        ("icmp )", "')' is not expected"),
        ("port x", "'x' is no number"),
        ("icmp ; ls", "'; ls' is not understood"),
    ],
)
def test_what_is_no_filter_is_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(BadFilter, match=why.replace("(", r"\(").replace(")", r"\)")):
        compiled(text)
