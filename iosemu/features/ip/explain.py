"""Why IPv4 did what it did with a packet: routes, own addresses, and every reason of a drop that
no other feature explains."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import Address, IPv4Address, Prefix
from iosemu.cli.api import EXPLAINS, Box, Said, Why, explains
from iosemu.config.tree import Config, with_slot
from iosemu.features.arp.config import ArpConfig
from iosemu.features.interface.explain import address_said, ip_change, said
from iosemu.features.services.config import ServicesConfig
from iosemu.rib.fib import Kind
from iosemu.rib.route import Route
from iosemu.stack.arp import is_of_this_cable
from iosemu.stack.output import ipv4_hop
from iosemu.stack.state import Dropped, Stack
from iosemu.wire.ipv4 import Protocol

from .config import IpAddress, IpConfig


def routing_said(box: Box) -> tuple[Said, ...]:
    """`no ip routing`, where it is."""
    held = box.config.of(IpConfig)
    lacking = with_slot(Config(), replace(IpConfig(), routing=True))
    return (Said(with_slot(Config(), replace(IpConfig(), routing=held.routing)), lacking),)


@explains("route")
def route(
    box: Box, vrf: str, prefix: Prefix, interface: str | None, next_hop: Address | None
) -> Why:
    """The route of a prefix, with the lines of its owner; and of the routes it leans on."""
    fib = box.part(Stack).vrf(vrf).fib
    found = fib.rib.get(prefix)
    to = f"{interface}" if next_hop is None else f"{next_hop} {interface or ''}".rstrip()
    if found is None:
        return Why(f"{prefix} via {to}")
    why = owner_of(box, found)
    said, texts = why.said, [why.text]
    seen = {prefix}
    leaning = found
    while leaning.next_hops:
        # Of several ways the one that was taken; below that any.
        ways = [hop for hop in leaning.next_hops if hop.address == next_hop]
        hop = (ways or list(leaning.next_hops))[0]
        if hop.interface is not None:
            break
        through = fib.rib.lookup(hop.address or 0)
        if through is None or through.prefix in seen:
            break
        seen.add(through.prefix)
        below = owner_of(box, through)
        said, leaning = said + below.said, through
        texts.append(f"over {through.prefix}")
    return Why(f"{texts[0]} via {to}{''.join(f', {t}' for t in texts[1:])}", said)


def owner_of(box: Box, found: Route) -> Why:
    """What the source of a route says of it."""
    explain = EXPLAINS.get(f"route from {found.protocol}")
    if explain is None:
        return Why(f"{found.key.owner} route {found.prefix}")
    why: Why = explain(box, found, found.next_hops)
    return why


@explains("gateway")
def gateway(box: Box, interface: str, next_hop: IPv4Address | None) -> Why:
    """How a host, which does not route, sends."""
    held = box.config.of(IpConfig)
    if next_hop is None:
        return Why(f"a host, directly to {interface}", routing_said(box))
    bare = with_slot(Config(), IpConfig())
    line = Said(
        with_slot(Config(), replace(IpConfig(), default_gateway=held.default_gateway)), bare
    )
    return Why(f"a host, by its default gateway {next_hop}", (line, *routing_said(box)))


@explains("own address")
def own_address(box: Box, interface: str | None, target: IPv4Address) -> Why:
    """The address of this router that a packet is to."""
    found = address_said(box.config, interface, lambda own: own.address == target)
    where = "this router" if interface is None else interface
    return Why(f"{target} is an address of {where}", () if found is None else (found,))


@explains("neighbor")
def neighbor(box: Box, interface: str, target: IPv4Address) -> Why:
    """How the link address of a next hop is known."""
    stack = box.part(Stack)
    static = stack.static_arp.get(target)
    if static is not None:
        return Why(f"{target} is {static}", arp_said(box, target))
    entry = stack.interfaces[interface].arp.get(target) if interface in stack.interfaces else None
    if entry is None:
        return Why(f"to the link of {interface}")
    if entry.mac is None and not is_of_this_cable(stack, stack.interfaces[interface], target):
        text = f"{target} is not routed out of {interface}: its answer to ARP is of the wrong cable"
        return Why(text)
    if entry.mac is None:
        return Why(f"{target} on {interface} has not answered ARP")
    return Why(f"{target} is {entry.mac}")


def arp_said(box: Box, target: IPv4Address) -> tuple[Said, ...]:
    """The `arp` line of an address."""
    table = box.config.of(ArpConfig).entries
    if target not in table:
        return ()
    held = ArpConfig(entries=table.drop(target))
    only = ArpConfig(entries=type(table)().put(target, table[target]))
    del held
    return (Said(with_slot(Config(), only), Config()),)


@explains("closed port")
def closed_port(box: Box, protocol: int, port: int) -> Why:
    """Where nobody listens."""
    return Why(f"nothing here listens on {_name(protocol)} port {port}")


# -- drops ----


def way_of(box: Box, dropped: Dropped) -> Why | None:
    """The route that a dropped packet took, None if there is none now."""
    if dropped.datagram is None:
        return None
    fib = box.part(Stack).vrf(dropped.vrf).fib
    entry = fib.lookup(dropped.datagram.target)
    if entry.kind in (Kind.NO_ROUTE, Kind.RECEIVE) or fib.rib.get(entry.prefix) is None:
        return None
    path = entry.paths[0] if entry.paths else None
    interface = None if path is None else path.interface
    return route(box, dropped.vrf, entry.prefix, interface, path.next_hop if path else None)


@explains("drop FORMAT")
def malformed(box: Box, dropped: Dropped) -> Why:
    return Why(f"malformed: {fault_of(dropped)}")


@explains("drop CHECKSUM")
def checksum(box: Box, dropped: Dropped) -> Why:
    return Why(f"wrong checksum: {fault_of(dropped)}")


def fault_of(dropped: Dropped) -> str:
    """What is wrong with it, as the stage said."""
    return str(dropped.because[1])


@explains("drop NOT_FOR_US")
def not_for_us(box: Box, dropped: Dropped) -> Why:
    return Why("to one host, but in a frame to all")


@explains("drop SOURCE")
def source(box: Box, dropped: Dropped) -> Why:
    of = "" if dropped.datagram is None else f"{dropped.datagram.source} "
    return Why(f"source {of}is a group, a loopback or a broadcast address")


@explains("drop NOT_A_GATEWAY")
def not_a_gateway(box: Box, dropped: Dropped) -> Why:
    return Why("this router is a host and passes nothing on", routing_said(box))


@explains("drop NOT_JOINED")
def not_joined(box: Box, dropped: Dropped) -> Why:
    group = "the group" if dropped.datagram is None else dropped.datagram.target
    return Why(f"nobody here joined {group} on {dropped.ingress}")


@explains("drop TTL")
def ttl(box: Box, dropped: Dropped) -> Why:
    return Why("no hop left to live")


@explains("drop NO_ROUTE")
def no_route(box: Box, dropped: Dropped) -> Why:
    to = "" if dropped.datagram is None else f" to {dropped.datagram.target}"
    if not box.part(Stack).is_routing:
        return Why(f"a host without a way{to}", routing_said(box))
    return Why(f"no line and no protocol gives a route{to}")


@explains("drop UNRESOLVED")
def unresolved(box: Box, dropped: Dropped) -> Why:
    way = way_of(box, dropped)
    if way is None:
        return Why("the next hop of its route led nowhere")
    return Why(f"{way.text}: the next hop leads nowhere", way.said)


@explains("drop SPECIAL")
def special(box: Box, dropped: Dropped) -> Why:
    target = "such an address" if dropped.datagram is None else dropped.datagram.target
    return Why(f"{target} is never forwarded")


@explains("drop DISCARDED")
def discarded(box: Box, dropped: Dropped) -> Why:
    return way_of(box, dropped) or Why("its route led to Null0")


@explains("drop ENCAPSULATION")
def encapsulation(box: Box, dropped: Dropped) -> Why:
    """Nobody answered for the next hop; the route that led to it, if one did and no policy."""
    if dropped.datagram is None or dropped.egress is None:
        return Why("the next hop has no link address")
    entry = box.part(Stack).vrf(dropped.vrf).fib.lookup(dropped.datagram.target)
    hops = [ipv4_hop(path) for path in entry.paths if path.interface == dropped.egress]
    routed = next((hop for hop in hops if hop is not None), dropped.datagram.target)
    target = dropped.because[2] if dropped.because[:1] == ("neighbor",) else routed
    way = way_of(box, dropped) if target == routed else None
    text = neighbor(box, dropped.egress, target).text
    return Why(text, () if way is None else way.said)


@explains("drop NO_SOURCE")
def no_source(box: Box, dropped: Dropped) -> Why:
    """The way out, and that it has no address."""
    way = way_of(box, dropped)
    if way is None or dropped.datagram is None:
        return Why("the way out has no address to send from")
    out = box.part(Stack).vrf(dropped.vrf).fib.lookup(dropped.datagram.target).paths[0].interface
    any_address = IpAddress(dropped.datagram.target)
    lines = said(box.config, out, ip_change(lambda ip: replace(ip, address=any_address)))
    return Why(f"{way.text}: that has no address to send from", way.said + lines)


@explains("drop TOO_LARGE")
def too_large(box: Box, dropped: Dropped) -> Why:
    return Why("no datagram has more than 65535 bytes")


@explains("drop NO_PROTOCOL")
def no_protocol(box: Box, dropped: Dropped) -> Why:
    what = "it" if dropped.datagram is None else _name(dropped.datagram.protocol)
    return Why(f"nothing here takes {what}")


@explains("drop NO_PORT")
def no_port(box: Box, dropped: Dropped) -> Why:
    if dropped.datagram is None:
        return Why("nothing listens on the port")
    port = int.from_bytes(dropped.datagram.payload[2:4], "big")
    return closed_port(box, dropped.datagram.protocol, port)


@explains("drop REASSEMBLY")
def reassembly(box: Box, dropped: Dropped) -> Why:
    return Why(f"cannot be put together: {fault_of(dropped)}")


@explains("drop DUPLICATE")
def duplicate(box: Box, dropped: Dropped) -> Why:
    return Why("this fragment came before")


@explains("drop ICMP_FORMAT")
@explains("drop UDP_FORMAT")
@explains("drop TCP_FORMAT")
def malformed_inside(box: Box, dropped: Dropped) -> Why:
    return Why(f"malformed: what {carried(dropped)} carries")


@explains("drop ICMP_CHECKSUM")
@explains("drop UDP_CHECKSUM")
@explains("drop TCP_CHECKSUM")
def checksum_inside(box: Box, dropped: Dropped) -> Why:
    return Why(f"wrong checksum of what {carried(dropped)} carries")


def carried(dropped: Dropped) -> str:
    """The protocol of a datagram."""
    return "it" if dropped.datagram is None else _name(dropped.datagram.protocol)


@explains("drop BAD_OPTIONS")
def bad_options(box: Box, dropped: Dropped) -> Why:
    return Why("its IP options are malformed, or have no room left")


@explains("drop OPTIONS_DENIED")
def options_denied(box: Box, dropped: Dropped) -> Why:
    """`ip options drop`, or `no ip source-route`."""
    bare = with_slot(Config(), IpConfig())
    dropping = with_slot(Config(), replace(IpConfig(), options=box.config.of(IpConfig).options))
    if dropping != bare:
        return Why("this router takes no IP options", (Said(dropping, bare),))
    held = box.config.of(ServicesConfig).source_route
    having, lacking = (
        with_slot(Config(), replace(ServicesConfig(), source_route=value)) for value in (held, True)
    )
    return Why("this router follows no source routes", (Said(having, lacking),))


@explains("drop SOURCE_ROUTE")
def source_route(box: Box, dropped: Dropped) -> Why:
    return Why("the next address of its source route cannot be reached as it asks")


def _name(protocol: int) -> str:
    """As "UDP", or "protocol 47"."""
    names = {Protocol.ICMP: "ICMP", Protocol.TCP: "TCP", Protocol.UDP: "UDP"}
    return names.get(Protocol(protocol), "") if protocol in names else f"protocol {protocol}"
