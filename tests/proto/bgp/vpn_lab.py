"""A lab of two provider edges, the core between them, and customers."""

from __future__ import annotations

from pathlib import Path

from iosemu import Lab

from .out_lab import lab_of

CUSTOMER = """interface Loopback0
 ip address 10.{number}.{number}.{number} 255.255.255.255
interface Ethernet0/0
 ip address 192.168.{number}.2 255.255.255.0
router bgp {asn}
 neighbor 192.168.{number}.1 remote-as 1
 network 10.{number}.{number}.{number} mask 255.255.255.255
"""

EDGE = """interface Loopback0
 ip address {own}.{own}.{own}.{own} 255.255.255.255
interface Ethernet0/0
 ip address 10.0.{own}.{own} 255.255.255.0
router eigrp 1
 network {own}.{own}.{own}.{own} 0.0.0.0
 network 10.0.{own}.0 0.0.0.255
router bgp 1
 no bgp default ipv4-unicast
 neighbor {other}.{other}.{other}.{other} remote-as 1
 neighbor {other}.{other}.{other}.{other} update-source Loopback0
 address-family vpnv4
  neighbor {other}.{other}.{other}.{other} activate
 exit-address-family
"""

CORE = """interface Loopback0
 ip address 9.9.9.9 255.255.255.255
interface Ethernet0/0
 ip address 10.0.1.9 255.255.255.0
interface Ethernet0/1
 ip address 10.0.2.9 255.255.255.0
router eigrp 1
 network 10.0.0.0
 network 9.0.0.0
"""


def vrf(name: str, rd: str, exports: str = "", imports: str = "", more: str = "") -> str:
    """The definition of a VRF, whose targets are told by words."""
    targets = [f"  route-target export {one}" for one in exports.split()]
    targets += [f"  route-target import {one}" for one in imports.split()]
    lines = [f"vrf definition {name}", f" rd {rd}", " address-family ipv4", *targets]
    return "\n".join([*lines, more, " exit-address-family", ""])


def served(
    name: str, interface: str, number: int, asn: int | None, *, policy: str = "", more: str = ""
) -> str:
    """A customer of a VRF, whose lines of the family are told without its address."""
    address = f"192.168.{number}.2"
    lines = [
        f"interface {interface}",
        f" vrf forwarding {name}",
        f" ip address 192.168.{number}.1 255.255.255.0",
        "router bgp 1",
        f" address-family ipv4 vrf {name}",
    ]
    if asn is not None:
        lines += [f"  neighbor {address} remote-as {asn}", f"  neighbor {address} activate"]
    lines += [f"  neighbor {address} {line}" for line in policy.split("; ") if line]
    lines += [f"  {line}" for line in more.split("; ") if line]
    return "\n".join([*lines, " exit-address-family", ""])


def customer(number: int, asn: int) -> str:
    """A router with 10.N.N.N/32, behind 192.168.N.1."""
    return CUSTOMER.format(number=number, asn=asn)


def edge(own: int, *parts: str) -> str:
    """PE1 or PE2; VRFs and customers are told as text."""
    vrfs = [part for part in parts if part.startswith("vrf")]
    others = [part for part in parts if not part.startswith("vrf")]
    return "".join([*vrfs, EDGE.format(own=own, other=3 - own), *others])


def vpn_lab(
    folder: Path, left: str, right: str, left_customers: str, right_customers: str, **asns: int
) -> Lab:
    """PE1 - P - PE2, with the customers CE<n> at Ethernet0/1 and on of the edges."""
    ends = {f"CE{name[2:]}": customer(int(name[2:]), asn) for name, asn in asns.items()}
    segments = [("PE1", "P"), ("PE2", "P")]
    segments += [("PE1", f"CE{one}") for one in left_customers.split()]
    segments += [("PE2", f"CE{one}") for one in right_customers.split()]
    return lab_of(folder, {"PE1": left, "PE2": right, "P": CORE, **ends}, *segments)
