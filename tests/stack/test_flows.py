"""A remembered flow changes how fast a packet goes through, and nothing else."""

from __future__ import annotations

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.address import BROADCAST_MAC, IPv4Address, MacAddress
from iosemu.stack import on_frame, on_serial_frame
from iosemu.stack.interface import ArpEntry, Encapsulation
from iosemu.wire.ethernet import EtherType
from iosemu.wire.ipv4 import IPv4

from .net import Net, Router, ip

SOURCES = ("10.1.0.9", "10.1.0.2", "10.0.0.2", "127.0.0.1")
TARGETS = (
    "10.4.0.9",
    "10.6.0.9",
    "10.2.0.9",
    "10.2.0.10",
    "10.3.0.9",
    "10.1.0.1",
    "10.1.0.9",
    "99.0.0.1",
)

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
        st.sampled_from(["Ethernet0/0", "Serial1/0", "Serial1/1"]),
    ),
    max_size=12,
)


def router() -> Router:
    """Ports of every sort: plain, small MTU, tagged both ways, HDLC, PPP; neighbors known."""
    made = Net().router("R1")
    made.port("Ethernet0/0", "10.1.0.1/24")
    made.port("Ethernet0/0.5", "10.5.0.1/24", vlan=5)
    made.port("Ethernet0/1", "10.2.0.1/24", ip_mtu_bytes=576)
    made.port("Ethernet0/2")
    made.port("Ethernet0/2.3", "10.3.0.1/24", vlan=3)
    made.port("Serial1/0", "10.4.0.1/24")
    made.port("Serial1/1", "10.6.0.1/24", encapsulation=Encapsulation.PPP)
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


def frame_of(
    made: Router, packet: IPv4, padding: bytes, bad, vlan, is_broadcast, port: str
) -> bytes:
    mac = BROADCAST_MAC if is_broadcast else made.stack.interfaces["Ethernet0/0"].mac
    data = bytearray(packet.emit() + padding)
    if bad is not None and bad < len(data):
        data[bad] ^= 0x10
    if port == "Serial1/0":
        return (b"\x8f" if is_broadcast else b"\x0f") + b"\0\x08\0" + bytes(data)
    if port == "Serial1/1":
        return b"\xff\x03\0\x21" + bytes(data)
    tag = b"" if vlan is None else b"\x81\x00" + vlan.to_bytes(2, "big")
    head = mac.packed + bytes.fromhex("020000000109") + tag + EtherType.IPV4.to_bytes(2, "big")
    return (head + bytes(data)).ljust(60, b"\xee")


def arrive(made: Router, port: str, frame: bytes) -> None:
    take = on_serial_frame if port.startswith("Serial") else on_frame
    take(made.stack, made, port, frame)


def level_paths(made: Router) -> None:
    """Forget what went by a remembered flow: these counters alone shall differ."""
    for interface in made.stack.interfaces.values():
        for traffic in (interface.received, interface.sent):
            traffic.slow_packets = traffic.slow_bytes = 0


@given(arrivals)
@settings(max_examples=300, deadline=None)
def test_remembered_flows_change_no_byte_and_no_counter(frames):
    fast, slow = router(), router()
    for values in frames:
        # Twice, so that the second one finds a flow.
        for _ in range(2):
            for each in (fast, slow):
                arrive(each, values[-1], frame_of(each, *values))
                each.net.now += 700_000_000
            slow.stack.forget_headers()
            slow.stack.vrf("default").fib.forget()
    assert fast.sent == slow.sent
    for each in (fast, slow):
        level_paths(each)
    assert pickle.dumps(fast.stack) == pickle.dumps(slow.stack)


def test_flows_are_remembered_in_that_test():
    made = router()
    ports = ("Ethernet0/0", "Serial1/0", "Serial1/1")
    for target in ("10.2.0.9", "10.3.0.9", "10.4.0.9", "10.6.0.9"):
        packet = IPv4(0, 1, False, False, False, 0, 9, 200, ip("10.1.0.9"), ip(target), b"", b"abc")
        for port in ports:
            arrive(made, port, frame_of(made, packet, b"", None, None, False, port))
    # Back out of where it came from nothing is remembered.
    assert [len(made.stack.interfaces[port].flows) for port in ports] == [4, 3, 3]
