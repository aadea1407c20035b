"""Renderers of addresses and interfaces, as IOS 15.4 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import BriefView, IpInterfaceView

WIDEST_NAME = 26
"""Interface column of `show ip interface brief`, without its blank."""


@renders(BriefView)
def interface_brief(view: BriefView) -> Iterator[str]:
    yield (f"{'Interface':<{WIDEST_NAME}} {'IP-Address':<15} OK? Method {'Status':<21} Protocol")
    for row in view.rows:
        address = "unassigned" if row.address is None else str(row.address)
        yield (
            f"{row.name:<{WIDEST_NAME}} {address:<15} YES {row.method:<6} {row.status:<21}"
            f" {row.protocol}"
        )


def enabled(flag: bool) -> str:
    return "enabled" if flag else "disabled"


def sent(flag: bool) -> str:
    return "always" if flag else "never"


@renders(IpInterfaceView)
def ip_interface(view: IpInterfaceView) -> Iterator[str]:
    yield f"{view.name} is {view.status}, line protocol is {view.protocol}"
    if view.address is None:
        yield "  Internet protocol processing disabled"
        return
    yield f"  Internet address is {view.address}/{view.length}"
    yield "  Broadcast address is 255.255.255.255"
    origin = "non-volatile memory" if view.is_from_nvram else "setup command"
    yield f"  Address determined by {origin}"
    yield f"  MTU is {view.mtu_bytes} bytes"
    yield "  Helper address is not set"
    yield "  Directed broadcast forwarding is disabled"
    for address, length in view.secondaries:
        yield f"  Secondary address {address}/{length}"
    if view.groups:
        yield "  Multicast reserved groups joined: " + " ".join(str(g) for g in view.groups)
    yield "  Outgoing access list is not set"
    yield "  Inbound  access list is not set"
    yield f"  Proxy ARP is {enabled(view.proxy_arp)}"
    yield "  Local Proxy ARP is disabled"
    yield "  Security level is default"
    yield "  Split horizon is enabled"
    yield f"  ICMP redirects are {sent(view.redirects)} sent"
    yield f"  ICMP unreachables are {sent(view.unreachables)} sent"
    yield "  ICMP mask replies are never sent"
    yield "  IP fast switching is enabled"
    yield "  IP Flow switching is disabled"
    yield f"  IP CEF switching is {enabled(view.cef)}"
    if view.cef:
        yield "  IP CEF switching turbo vector"
    yield "  IP multicast fast switching is enabled"
    yield "  IP multicast distributed fast switching is disabled"
    yield f"  IP route-cache flags are Fast{', CEF' if view.cef else ''}"
    yield "  Router Discovery is disabled"
    yield "  IP output packet accounting is disabled"
    yield "  IP access violation accounting is disabled"
    yield "  TCP/IP header compression is disabled"
    yield "  RTP/IP header compression is disabled"
    yield "  Policy routing is disabled"
    yield "  Network address translation is disabled"
    yield "  BGP Policy Mapping is disabled"
    yield "  Input features: MCI Check"
    yield "  IPv4 WCCP Redirect outbound is disabled"
    yield "  IPv4 WCCP Redirect inbound is disabled"
    yield "  IPv4 WCCP Redirect exclude is disabled"
