"""A remembered flow changes how fast a packet goes through, and nothing else."""

from __future__ import annotations

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.address import BROADCAST_MAC, IPv4Address, MacAddress
from iosemu.stack import on_frame
from iosemu.stack.interface import ArpEntry
from iosemu.wire.ethernet import EtherType
from iosemu.wire.ipv4 import IPv4

from .net import Net, Router, ip

SOURCES = ("10.1.0.9", "10.1.0.2", "10.0.0.2", "127.0.0.1")
TARGETS = ("10.2.0.9", "10.2.0.10", "10.3.0.9", "10.1.0.1", "10.1.0.9", "99.0.0.1")

packets = st.builds(
    IPv4,
    st.sampled_from([0, 192]),
    st.integers(0, 0xFFFF),
    st.just(False),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0, 8, 800]),
    st.sampled_from([0, 1, 2, 64, 255]),
    st.sampled_from([1, 17, 200]),
    st.sampled_from(SOURCES).map(ip),
    st.sampled_from(TARGETS).map(ip),
    st.sampled_from([b"", b"\x01\x01\x01\x00"]),
    st.one_of(st.binary(max_size=60), st.binary(min_size=540, max_size=600)),
)
arrivals = st.lists(
    st.tuples(
        packets,
        # Padding that is not zero, or too much of it; a damaged byte; the VLAN it comes in by.
        st.binary(max_size=50),
        st.one_of(st.none(), st.integers(0, 40)),
        st.sampled_from([None, 5]),
        st.booleans(),
    ),
    max_size=12,
)


def router() -> Router:
    """Ports of every sort: plain, small MTU, tagged both ways; neighbors known."""
    made = Net().router("R1")
    made.port("Ethernet0/0", "10.1.0.1/24")
    made.port("Ethernet0/0.5", "10.5.0.1/24", vlan=5)
    made.port("Ethernet0/1", "10.2.0.1/24", ip_mtu_bytes=576)
    made.port("Ethernet0/2")
    made.port("Ethernet0/2.3", "10.3.0.1/24", vlan=3)
    for interface in made.stack.interfaces.values():
        for host in (9, 10):
            if interface.address is not None:
                _introduce(made, interface.name, IPv4Address(interface.address + host - 1))
    made.net.wait(10)
    made.sent.clear()
    return made


def _introduce(made: Router, name: str, address: IPv4Address) -> None:
    entry = ArpEntry(MacAddress(0x020000000000 + (address & 0xFFFF)), 0)
    made.stack.interfaces[name].arp[address] = entry


def frame_of(made: Router, packet: IPv4, padding: bytes, bad, vlan, is_broadcast) -> bytes:
    mac = BROADCAST_MAC if is_broadcast else made.stack.interfaces["Ethernet0/0"].mac
    data = bytearray(packet.emit() + padding)
    if bad is not None and bad < len(data):
        data[bad] ^= 0x10
    tag = b"" if vlan is None else b"\x81\x00" + vlan.to_bytes(2, "big")
    head = mac.packed + bytes.fromhex("020000000109") + tag + EtherType.IPV4.to_bytes(2, "big")
    return (head + bytes(data)).ljust(60, b"\xee")


@given(arrivals)
@settings(max_examples=300, deadline=None)
def test_remembered_flows_change_no_byte_and_no_counter(frames):
    fast, slow = router(), router()
    for values in frames:
        # Twice, so that the second one finds a flow.
        for _ in range(2):
            for each in (fast, slow):
                on_frame(each.stack, each, "Ethernet0/0", frame_of(each, *values))
                each.net.now += 700_000_000
            slow.stack.forget_headers()
            slow.stack.vrf("default").fib.forget()
    assert fast.sent == slow.sent
    assert pickle.dumps(fast.stack) == pickle.dumps(slow.stack)


def test_flows_are_remembered_in_that_test():
    made = router()
    for target in ("10.2.0.9", "10.3.0.9"):
        packet = IPv4(0, 1, False, False, False, 0, 9, 200, ip("10.1.0.9"), ip(target), b"", b"abc")
        on_frame(made.stack, made, "Ethernet0/0", frame_of(made, packet, b"", None, None, False))
    assert len(made.stack.interfaces["Ethernet0/0"].flows) == 2
