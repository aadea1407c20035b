"""Renderers of addresses and interfaces, as IOS 15.4 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address
from iosemu.cli.api import renders

from .views import AliasesView, BriefView, IpInterfaceView

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


@renders(AliasesView)
def aliases(view: AliasesView) -> Iterator[str]:
    yield f"{'Address Type':<25}{'IP Address':<16}Port"
    for kind, address in view.rows:
        yield f"{kind:<25}{address}"


def enabled(flag: bool) -> str:
    return "enabled" if flag else "disabled"


def sent(flag: bool) -> str:
    return "always" if flag else "never"


def helpers(addresses: tuple[IPv4Address, ...]) -> Iterator[str]:
    """`ip helper-address`, one below the other."""
    if not addresses:
        yield "  Helper address is not set"
    elif len(addresses) == 1:
        yield f"  Helper address is {addresses[0]}"
    else:
        yield f"  Helper addresses are {addresses[0]}"
        for address in addresses[1:]:
            yield f"{'':23}{address}"


def joined_groups(groups: tuple[IPv4Address, ...]) -> Iterator[str]:
    """Multicast groups, as many as a line of 80 columns holds."""
    line = "  Multicast reserved groups joined:"
    for group in groups:
        if len(line) + 1 + len(str(group)) > 79:
            yield line
            line = "     "
        line += f" {group}"
    if groups:
        yield line


def switching(view: IpInterfaceView) -> str:
    """The flags of `ip route-cache`."""
    flags = ["Fast"] if view.fast_switching else []
    flags += ["CEF"] if view.cef else ["No CEF"]
    return ", ".join(flags)


def input_features(view: IpInterfaceView) -> Iterator[str]:
    """What a packet that comes in goes through."""
    if view.access_in is not None:
        yield "Access List"
    if view.policy is not None:
        yield "Policy Routing"
    yield "MCI Check"


@renders(IpInterfaceView)
def ip_interface(view: IpInterfaceView) -> Iterator[str]:
    yield f"{view.name} is {view.status}, line protocol is {view.protocol}"
    if view.address is None:
        yield "  Internet protocol processing disabled"
        return
    if view.lender is None:
        yield f"  Internet address is {view.address}/{view.length}"
    else:
        yield f"  Interface is unnumbered. Using address of {view.lender} ({view.address})"
    yield "  Broadcast address is 255.255.255.255"
    if view.lender is None:
        origin = "non-volatile memory" if view.is_from_nvram else "setup command"
        yield f"  Address determined by {origin}"
    yield f"  MTU is {view.mtu_bytes} bytes"
    yield from helpers(view.helpers)
    yield f"  Directed broadcast forwarding is {enabled(view.directed_broadcast)}"
    for address, length in view.secondaries:
        yield f"  Secondary address {address}/{length}"
    yield from joined_groups(view.groups)
    yield f"  Outgoing access list is {view.access_out or 'not set'}"
    yield f"  Inbound  access list is {view.access_in or 'not set'}"
    yield f"  Proxy ARP is {enabled(view.proxy_arp)}"
    yield f"  Local Proxy ARP is {enabled(view.local_proxy_arp)}"
    yield "  Security level is default"
    yield "  Split horizon is enabled"
    yield f"  ICMP redirects are {sent(view.redirects)} sent"
    yield f"  ICMP unreachables are {sent(view.unreachables)} sent"
    yield f"  ICMP mask replies are {sent(view.mask_replies)} sent"
    yield f"  IP fast switching is {enabled(view.fast_switching)}"
    yield "  IP Flow switching is disabled"
    yield f"  IP CEF switching is {enabled(view.cef)}"
    if view.cef:
        yield "  IP CEF switching turbo vector"
    if view.vrf is not None:
        yield f'  VPN Routing/Forwarding "{view.vrf}"'
    yield "  IP multicast fast switching is enabled"
    yield "  IP multicast distributed fast switching is disabled"
    yield f"  IP route-cache flags are {switching(view)}"
    yield "  Router Discovery is disabled"
    yield "  IP output packet accounting is disabled"
    yield "  IP access violation accounting is disabled"
    yield "  TCP/IP header compression is disabled"
    yield "  RTP/IP header compression is disabled"
    if view.policy is None:
        yield "  Policy routing is disabled"
    else:
        yield f"  Policy routing is enabled, using route map {view.policy}"
    yield "  Network address translation is disabled"
    yield "  BGP Policy Mapping is disabled"
    yield f"  Input features: {', '.join(input_features(view))}"
    if view.access_out is not None:
        yield "  Output features: Access List"
    yield "  IPv4 WCCP Redirect outbound is disabled"
    yield "  IPv4 WCCP Redirect inbound is disabled"
    yield "  IPv4 WCCP Redirect exclude is disabled"
