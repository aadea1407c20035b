"""Datagrams this router makes: where they leave, with which source address, and sending them."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.rib.fib import FibEntry, Kind, Path
from iosemu.values import dataclass
from iosemu.wire.ipv4 import IPv4

from . import icmp, options, packet_debug, pbr, receive, redirects, trace
from .chain import Drop, Packet, Verdict, drop, note
from .context import Context
from .output import flow_path, ipv4_hop, next_in_turn, send_out, shares_per_packet
from .state import Reason, Stack, Vrf

ANY = IPv4Address(0)


@dataclass(frozen=True, slots=True)
class Origin:
    """The way out of an own datagram; `egress` None: to this router itself."""

    source: IPv4Address
    egress: str | None
    next_hop: IPv4Address | None
    is_told: bool = False
    """Whether the sender named the interface, as protocols do towards neighbors: no policy then."""


def origin(
    stack: Stack,
    vrf: Vrf,
    target: IPv4Address,
    source: IPv4Address | None = None,
    interface: str | None = None,
) -> Origin | Drop:
    """Choose path and source; with an interface the route is not looked up."""
    if interface is not None:
        way = _with_source(stack, Path(interface, target), source)
        return way if isinstance(way, Drop) else replace(way, is_told=True)
    entry = vrf.fib.lookup(target)
    if entry.kind is Kind.RECEIVE and entry.interface is not None:
        return _to_own_subnet(stack, entry, target, source)
    if not stack.is_routing:
        return _as_host(stack, entry, target, source)
    if entry.kind is not Kind.FORWARD:
        return Drop(Reason.NO_ROUTE)
    if source is None:
        source = _source_of(stack, entry.paths[0])
        if source is None:
            return Drop(Reason.NO_SOURCE)
    if len(entry.paths) > 1 and shares_per_packet(stack, entry):
        return _with_source(stack, next_in_turn(vrf, entry), source)
    return _with_source(stack, flow_path(stack, entry, source, target), source)


def dispatch(stack: Stack, ctx: Context, vrf: Vrf, way: Origin, datagram: IPv4) -> Verdict:
    """Send an own datagram along its way, or receive it if it is to this router."""
    stack.ip.generated += 1
    packet = Packet(vrf.name, datagram, egress=way.egress, next_hop=way.next_hop)
    if stack.following is not None:
        trace.follow(stack, ctx.now, packet)
        _note_way(stack, vrf, packet)
    verdict: Verdict
    if way.egress is None:
        stack.ip.received += 1
        packet.ingress = vrf.fib.receive[datagram.target]
        verdict = receive.receive(stack, ctx, packet)
        if packet.trace is not None:
            note(packet, "local", verdict)
    else:
        count_group(stack, datagram.target)
        if stack.redirects:
            redirects.used(stack, datagram.target, ctx.now)
        if stack.policies.local is not None and not way.is_told:
            pbr.check_local(stack, ctx, packet)
            if packet.trace is not None:
                note(packet, "policy", packet)
        datagram = packet.datagram
        verdict = options.record(stack, ctx, packet) if datagram.options else packet
        if verdict is packet:
            packet_debug.sending(stack, ctx, packet)
            verdict = send_out(stack, ctx, packet)
    if isinstance(verdict, Drop):
        drop(stack, ctx, packet, verdict.reason, is_own=True)
        packet_debug.dropped(stack, ctx, packet, verdict.reason)
        if verdict.answer is not None and way.egress is None:
            icmp.answer(stack, ctx, packet, verdict.answer)
    return verdict


def _note_way(stack: Stack, vrf: Vrf, packet: Packet) -> None:
    """Write down for a followed packet how its way out was found."""
    if packet.trace is None or packet.egress is None:
        return
    if stack.is_routing:
        prefix = vrf.fib.lookup(packet.datagram.target).prefix
        packet.because = ("route", vrf.name, prefix, packet.egress, packet.next_hop)
    else:
        packet.because = ("gateway", packet.egress, packet.next_hop)
    note(packet, "route", packet)


def _to_own_subnet(
    stack: Stack, entry: FibEntry, target: IPv4Address, source: IPv4Address | None
) -> Origin | Drop:
    """An own address stays here; a broadcast address of an own subnet goes out."""
    assert entry.interface is not None
    interface = stack.interfaces[entry.interface]
    if interface.owns(target):
        return Origin(target if source is None else source, None, None)
    return _with_source(stack, Path(entry.interface, None), source)


def _as_host(
    stack: Stack, entry: FibEntry, target: IPv4Address, source: IPv4Address | None
) -> Origin | Drop:
    """`no ip routing`: own subnets directly, the rest to the default gateway.

    Without a gateway every address is asked for with ARP on the first interface that is up, so
    that proxy ARP of a router answers.
    """
    if entry.kind is Kind.FORWARD and entry.paths[0].next_hop is None:
        return _with_source(stack, entry.paths[0], source)
    better = redirects.path(stack, target)
    if better is not None:
        return _with_source(stack, better, source)
    gateway = stack.default_gateway
    for interface in stack.interfaces.values():
        if not (interface.is_up and interface.is_hardware and interface.settings.addresses):
            continue
        if gateway is None or interface.subnet_of(gateway) is not None:
            return _with_source(stack, Path(interface.name, gateway), source)
    return Drop(Reason.NO_ROUTE)


def _with_source(stack: Stack, path: Path, source: IPv4Address | None) -> Origin | Drop:
    chosen = _source_of(stack, path) if source is None else source
    if chosen is None:
        return Drop(Reason.NO_SOURCE)
    return Origin(chosen, path.interface, ipv4_hop(path))


def _source_of(stack: Stack, path: Path) -> IPv4Address | None:
    interface = stack.interfaces.get(path.interface or "")
    return None if interface is None else interface.address


def count_group(stack: Stack, target: IPv4Address) -> None:
    """Count a datagram to a group or to everybody."""
    if target.is_multicast:
        stack.ip.multicasts_sent += 1
    elif target.is_broadcast:
        stack.ip.broadcasts_sent += 1
