"""The Linux kernel beside a router of a lab, over IPv6: discovery, advertisements, ping, fragments,
path MTU, traceroute."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .namespace import why_not
from .neighbor import Neighbor, assert_plays_again, opened
from .test_linux import lost

CHAIN = """
name: chain6
topology:
  kinds: {cisco_iol: {}}
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol, startup-config: R2.cfg}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
    - type: dummy
      endpoint: {node: R1, interface: Ethernet0/1}
"""
CONFIGS = {
    "R1": """\
hostname R1
ipv6 unicast-routing
interface Ethernet0/0
 ipv6 address 2001:DB8:12::1/64
 ipv6 mtu 1400
interface Ethernet0/1
 ipv6 address 2001:DB8:1::1/64
 ipv6 nd ra interval 4
ipv6 route 2001:DB8:2::2/128 2001:DB8:12::2
""",
    "R2": """\
hostname R2
ipv6 unicast-routing
interface Loopback0
 ipv6 address 2001:DB8:2::2/128
interface Ethernet0/0
 ipv6 address 2001:DB8:12::2/64
 ipv6 mtu 1400
ipv6 route ::/0 2001:DB8:12::1
""",
}
OWN = "2001:db8:1::2"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "chain6.clab.yml").write_text(CHAIN)
    for name, text in CONFIGS.items():
        (tmp_path / f"{name}.cfg").write_text(text)
    return tmp_path


@pytest.fixture
def linux(folder: Path) -> Iterator[Neighbor]:
    reason = why_not("ping", "traceroute")
    if reason is not None:
        pytest.skip(reason)
    with Neighbor(opened(folder)) as neighbor:
        run = neighbor.namespace.run
        neighbor.lab.boot()
        neighbor.lab.run_for(8)
        neighbor.join("R1:e0/1", "tap0")
        run("sysctl", "-qw", "net.ipv6.conf.tap0.disable_ipv6=0")
        run("ip", "address", "add", f"{OWN}/64", "dev", "tap0", "nodad")
        yield neighbor


def learn_route(linux: Neighbor) -> None:
    """Wait until an advertisement of R1 gave the kernel its default route."""
    linux.until(lambda: "default via fe80::" in linux.namespace.run("ip", "-6", "route"))


def test_linux_takes_prefix_and_default_route_from_advertisements(
    linux: Neighbor, folder: Path
) -> None:
    learn_route(linux)
    routes = linux.namespace.run("ip", "-6", "route")
    assert re.search(r"default via fe80::a8bb:ccff:fe00:110 dev tap0 proto ra", routes), routes
    made = linux.namespace.run("ip", "-6", "address", "show", "dev", "tap0", "dynamic")
    assert "inet6 2001:db8:1:0:" in made, made
    assert_plays_again(linux.lab, folder)


def test_linux_pings_the_router_and_what_is_behind_it(linux: Neighbor, folder: Path) -> None:
    learn_route(linux)
    assert lost(linux.run("ping", "-n", "-c3", "-i0.2", "2001:db8:1::1")) == "0"
    printed = linux.run("ping", "-n", "-c3", "-i0.2", "-W2", "2001:db8:2::2")
    assert lost(printed) == "0"
    assert "ttl=63" in printed, printed
    local = linux.run("ping", "-n", "-c2", "-i0.2", "fe80::a8bb:ccff:fe00:110%tap0")
    assert lost(local) == "0"
    assert_plays_again(linux.lab, folder)


def test_each_side_discovers_the_other(linux: Neighbor) -> None:
    learn_route(linux)
    printed = linux.lab["R1"].cli(f"ping {OWN}")
    assert "!!!!!" in printed, printed
    own = re.search(r"link/ether (\S+)", linux.namespace.run("ip", "link", "show", "tap0"))
    assert own is not None
    dotted = ".".join(re.findall("....", own[1].replace(":", "")))
    assert dotted in linux.lab["R1"].cli(f"show ipv6 neighbors {OWN}")
    neighbors = linux.namespace.run("ip", "-6", "neighbor", "show", "dev", "tap0")
    assert "lladdr aa:bb:cc:00:01:10 router" in neighbors, neighbors


def test_both_cut_and_assemble_and_linux_learns_the_path_mtu(linux: Neighbor, folder: Path) -> None:
    learn_route(linux)
    linux.run("ping", "-n", "-c1", "-W2", "2001:db8:2::2")
    printed = linux.run("ping", "-n", "-c3", "-i0.2", "-W2", "-s", "3000", "2001:db8:1::1")
    assert lost(printed) == "0", printed
    first = linux.run("ping", "-n", "-c1", "-W2", "-s", "1440", "-M", "do", "2001:db8:2::2")
    assert "Packet too big: mtu=1400" in first, first
    assert "mtu 1400" in linux.namespace.run("ip", "-6", "route", "get", "2001:db8:2::2")
    printed = linux.run("ping", "-n", "-c3", "-i0.2", "-W2", "-s", "3000", "2001:db8:2::2")
    assert lost(printed) == "0", printed
    assert "(3/3)" in linux.lab["R1"].cli(f"ping ipv6 {OWN} size 4000 repeat 3")
    assert_plays_again(linux.lab, folder)


def test_traces_both_ways_and_a_closed_port(linux: Neighbor) -> None:
    learn_route(linux)
    linux.run("ping", "-n", "-c2", "-i0.2", "-W2", "2001:db8:2::2")
    for method in ("--icmp", "--udp"):
        printed = linux.run(
            "traceroute", "-6", "-n", method, "-q1", "-N1", "-w2", "-m5", "2001:db8:2::2"
        )
        hops = re.findall(r"^ *(\d+)  (\S+)", printed, re.MULTILINE)
        assert hops[0][1] == "2001:db8:1::1", printed
        assert len(hops) == 2, printed
    printed = linux.lab["R2"].cli(f"traceroute ipv6 {OWN} probe 1")
    hops = re.findall(r"^ *(\d+) (\S+)", printed, re.MULTILINE)
    assert hops == [("1", "2001:DB8:12::1"), ("2", OWN.upper())], printed
