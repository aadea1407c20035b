"""The Linux kernel beside a router of a lab: ARP, ping, fragments, traceroute, UDP."""

from __future__ import annotations

import re
from pathlib import Path

from .neighbor import Neighbor, assert_plays_again


def lost(printed: str) -> str:
    """The share of echoes without a reply."""
    found = re.search(r"(\d+)% packet loss", printed)
    assert found is not None, printed
    return found[1]


def test_linux_pings_the_router_and_what_is_behind_it(linux: Neighbor, chain: Path) -> None:
    assert lost(linux.run("ping", "-n", "-c3", "-i0.2", "192.168.1.1")) == "0"
    linux.run("ping", "-n", "-c2", "-i0.2", "-W1", "3.3.3.3")
    printed = linux.run("ping", "-n", "-c3", "-i0.2", "-W2", "3.3.3.3")
    assert lost(printed) == "0"
    assert "ttl=253" in printed, printed
    assert_plays_again(linux.lab, chain)


def test_each_side_asks_the_other_for_its_address(linux: Neighbor) -> None:
    linux.run("ping", "-n", "-c1", "192.168.1.1")
    neighbors = linux.namespace.run("ip", "neighbor", "show", "dev", "tap0")
    assert "192.168.1.1 lladdr aa:bb:cc:00:01:10" in neighbors
    linux.namespace.run("ip", "neighbor", "flush", "dev", "tap0")
    linux.lab["R1"].cli("clear arp-cache")
    assert "!!!" in linux.lab["R1"].cli("ping 192.168.1.2")
    own = re.search(r"link/ether (\S+)", linux.namespace.run("ip", "link", "show", "tap0"))
    assert own is not None
    dotted = ".".join(re.findall("....", own[1].replace(":", "")))
    assert dotted in linux.lab["R1"].cli("show ip arp 192.168.1.2")


def test_linux_and_the_router_fragment_for_each_other(linux: Neighbor, chain: Path) -> None:
    linux.run("ping", "-n", "-c2", "-i0.2", "-W1", "3.3.3.3")
    for target in ("192.168.1.1", "3.3.3.3"):
        printed = linux.run("ping", "-n", "-c3", "-i0.2", "-W2", "-s", "3000", "-M", "dont", target)
        assert lost(printed) == "0"
        assert printed.count("3008 bytes from") == 3
    assert "(3/3)" in linux.lab["R1"].cli("ping 192.168.1.2 size 4000 repeat 3")
    assert "(3/3)" in linux.lab["R3"].cli("ping 192.168.1.2 size 4000 repeat 3")
    assert_plays_again(linux.lab, chain)


def test_linux_learns_the_path_mtu_from_the_router(linux: Neighbor) -> None:
    linux.run("ping", "-n", "-c2", "-i0.2", "-W1", "3.3.3.3")
    printed = linux.run("ping", "-n", "-c1", "-W2", "-s", "1400", "-M", "do", "3.3.3.3")
    assert "From 10.0.12.2" in printed
    assert "Frag needed and DF set (mtu = 1000)" in printed
    assert "mtu 1000" in linux.namespace.run("ip", "route", "get", "3.3.3.3")
    assert lost(linux.run("ping", "-n", "-c2", "-i0.2", "-s972", "-Mdo", "3.3.3.3")) == "0"


def test_linux_traces_the_route_through_two_routers(linux: Neighbor, chain: Path) -> None:
    linux.run("ping", "-n", "-c3", "-i0.2", "-W1", "3.3.3.3")
    # A port is unreachable from where the datagram came in, an echo is answered by its target.
    for method, last in (("--icmp", "3.3.3.3"), ("--udp", "10.0.23.3")):
        printed = linux.run("traceroute", "-n", method, "-q1", "-N1", "-w2", "-m6", "3.3.3.3")
        hops = re.findall(r"^ *(\d+)  (\S+)", printed, re.MULTILINE)
        assert hops == [("1", "192.168.1.1"), ("2", "10.0.12.2"), ("3", last)], printed
    assert_plays_again(linux.lab, chain)


def test_the_router_traces_the_route_to_linux(linux: Neighbor) -> None:
    linux.lab["R3"].cli("ping 192.168.1.2")
    printed = linux.lab["R3"].cli("traceroute 192.168.1.2 numeric probe 1")
    hops = re.findall(r"^ *(\d+) (\S+)", printed, re.MULTILINE)
    assert hops == [("1", "10.0.23.2"), ("2", "10.0.12.1"), ("3", "192.168.1.2")], printed


def test_the_router_answers_a_closed_udp_port(linux: Neighbor) -> None:
    linux.run("ping", "-n", "-c2", "-i0.2", "-W1", "3.3.3.3")
    for target in ("192.168.1.1", "3.3.3.3"):
        assert ask_udp(linux, target, 4242) == "[Errno 111] Connection refused"


def test_a_route_to_null0_is_an_unreachable_host(linux: Neighbor) -> None:
    assert "From 192.168.1.1" in (printed := linux.run("ping", "-n", "-c1", "-W2", "9.9.9.9"))
    assert "Destination Host Unreachable" in printed


ASK = """
import socket, sys
asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asked.settimeout(10)
asked.connect((sys.argv[1], int(sys.argv[2])))
try:
    asked.send(b"is anybody there?")
    print(asked.recv(2000))
except OSError as error:
    print(error)
"""


def ask_udp(neighbor: Neighbor, address: str, port: int) -> str:
    """What a client's socket learns from a datagram to a port."""
    return neighbor.run("python3", "-c", ASK, address, str(port)).strip()
