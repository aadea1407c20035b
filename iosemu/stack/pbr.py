"""Policy routing: `ip policy route-map` as a stage of the chain, and `ip local policy`.

The first entry that matches ends the search.  A permit sets the way out by the first of its set
clauses that can be used; if none can, and after a deny, the routing table decides as for any other
packet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iosemu.address import IPv4Address
from iosemu.policy.acl_names import DSCP, PRECEDENCE, TOS
from iosemu.policy.route_map import RouteMap, RouteMapEntry
from iosemu.rib.fib import Fib, FibEntry, Kind, Path
from iosemu.rib.table import DEFAULT
from iosemu.wire.ipv4 import IPv4

from . import access, pbr_debug
from .chain import Packet, Verdict
from .context import Context
from .interface import Interface, Link, Medium
from .output import choose_path, ipv4_hop
from .pbr_state import PolicyCount
from .state import Stack

_SMALLEST_FRAME = 60

Skipped = tuple[str, str]
"""A set clause as configured, and why it could not be used."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an entry does with a packet: the way out and the clause that gave it, both None where
    the routing table decides; and the clauses that were tried before."""

    path: Path | None = None
    clause: str | None = None
    skipped: tuple[Skipped, ...] = ()


def define(stack: Stack, name: str, held: RouteMap | None) -> None:
    """A route map is now this, None: gone.  Counters of entries that are still there stay."""
    policies = stack.policies
    if held is None:
        policies.maps.pop(name, None)
    else:
        policies.maps[name] = held
    kept = {} if held is None else held.entries
    for key in [k for k in policies.counts if k[0] == name and k[1] not in kept]:
        del policies.counts[key]


def clear_counters(stack: Stack, name: str | None = None) -> None:
    """Of one route map, or of all."""
    for key in [k for k in stack.policies.counts if name in (None, k[0])]:
        del stack.policies.counts[key]


def count_of(stack: Stack, name: str, sequence: int) -> PolicyCount:
    """What an entry matched so far."""
    return stack.policies.counts.get((name, sequence), PolicyCount())


# -- stages ----


def check(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """The policy of the interface a packet in transit came in by."""
    port = stack.interfaces.get(packet.ingress or "")
    if port is None or port.settings.policy is None:
        return packet
    # Counters, access lists and tracked objects decide anew about each packet.
    packet.flow_key = None
    _decide(stack, ctx, packet, port.settings.policy, frame_bytes(port, packet.datagram))
    return packet


def check_local(stack: Stack, ctx: Context, packet: Packet) -> None:
    """The policy for what this router makes.  Its way out is set, and may be set to another one."""
    name = stack.policies.local
    target = packet.datagram.target
    if name is not None and not (target.is_multicast or target.is_broadcast):
        _decide(stack, ctx, packet, name, packet.datagram.total_bytes)


def frame_bytes(port: Interface, datagram: IPv4) -> int:
    """The frame a datagram came in, with padding and without a tag."""
    total = access.link_bytes(port) + datagram.total_bytes
    return max(_SMALLEST_FRAME, total) if port.kind.medium is Medium.ETHERNET else total


def _decide(stack: Stack, ctx: Context, packet: Packet, name: str, size: int) -> None:
    held = stack.policies.maps.get(name)
    found = None if held is None else first(stack, held, packet.datagram)
    if found is None:
        pbr_debug.no_match(stack, ctx, packet)
        if packet.trace is not None:
            packet.because = ("policy", name, None, packet.ingress, Decision())
        return
    sequence, entry = found
    count = stack.policies.counts.setdefault((name, sequence), PolicyCount())
    count.packets += 1
    count.bytes += size
    pbr_debug.match(stack, ctx, packet, name, sequence, entry)
    decision = Decision()
    if entry.is_permit:
        packet.datagram = marked(packet.datagram, entry)
        decision = decide(stack, packet.vrf, entry, packet.datagram)
    if decision.path is not None:
        packet.egress, packet.next_hop = decision.path.interface, ipv4_hop(decision.path)
    pbr_debug.decided(stack, ctx, packet, is_routed=decision.path is not None)
    if packet.trace is not None:
        packet.because = ("policy", name, sequence, packet.ingress, decision)


# -- what matches ----


def first(stack: Stack, held: RouteMap, datagram: IPv4) -> tuple[int, RouteMapEntry] | None:
    """The first entry that matches a packet; access lists count what they are asked about."""
    for sequence, entry in held.in_order():
        if matches(stack, entry, datagram):
            return sequence, entry
    return None


def matches(stack: Stack, entry: RouteMapEntry, datagram: IPv4) -> bool:
    """Whether the access lists and the length of an entry fit a packet.

    Clauses about routes say nothing of packets; measured on IOS, `match ip address prefix-list` is
    one of them and lets every packet match.
    """
    length = entry.match_length
    if length is not None and not length.least <= datagram.total_bytes <= length.most:
        return False
    acls = entry.match_acls
    return not acls or any(access.counted(stack, str(name), datagram) for name in acls)


# -- what is set ----


def marked(datagram: IPv4, entry: RouteMapEntry) -> IPv4:
    """A packet with the bits that an entry sets."""
    tos = datagram.tos
    if entry.set_precedence is not None:
        tos = tos & 0x1F | _number(entry.set_precedence, PRECEDENCE) << 5
    if entry.set_tos is not None:
        tos = tos & 0xE1 | _number(entry.set_tos, TOS) << 1
    if entry.set_dscp is not None:
        tos = tos & 0x03 | _number(entry.set_dscp, DSCP) << 2
    if entry.set_df is not None:
        datagram = datagram._replace(dont_fragment=entry.set_df == 1)
    return datagram if tos == datagram.tos else datagram._replace(tos=tos)


def _number(value: str | int, names: dict[str, int]) -> int:
    return names[value] if isinstance(value, str) else value


def decide(stack: Stack, vrf: str, entry: RouteMapEntry, datagram: IPv4) -> Decision:
    """Try the set clauses in IOS's order, whatever the order they were typed in."""
    skipped: list[Skipped] = []
    for clause, found in _tries(stack, vrf, entry, datagram):
        if isinstance(found, Path):
            return Decision(found, clause, tuple(skipped))
        skipped.append((clause, found))
    return Decision(None, None, tuple(skipped))


def _tries(
    stack: Stack, vrf: str, entry: RouteMapEntry, datagram: IPv4
) -> Iterator[tuple[str, Path | str]]:
    """Each set clause with the way out it gives, or why it gives none."""
    fib = stack.vrf(vrf).fib
    for sequence in sorted(entry.set_verified):
        hop, track = entry.set_verified[sequence].next_hop, entry.set_verified[sequence].track
        clause = f"set ip next-hop verify-availability {hop} {sequence} track {track}"
        is_tracked = stack.policies.tracks.get(track, False)
        yield clause, adjacent(stack, fib, hop) if is_tracked else f"track {track} is down"
    for hop in entry.set_next_hops:
        yield f"set ip next-hop {hop}", adjacent(stack, fib, hop)
    if entry.set_next_hop_recursive is not None:
        hop = entry.set_next_hop_recursive
        yield recursive_clause(hop), recursive(stack, vrf, hop, datagram)
    route = fib.lookup(datagram.target)
    for name in entry.set_interfaces:
        yield f"set interface {name}", through(stack, name, route, is_default=False)
    for hop in entry.set_default_next_hops:
        clause = f"set ip default next-hop {hop}"
        yield clause, _explicit(route) if is_explicit(route) else adjacent(stack, fib, hop)
    for name in entry.set_default_interfaces:
        yield f"set default interface {name}", through(stack, name, route, is_default=True)


def recursive_clause(hop: IPv4Address) -> str:
    """The clause that names a next hop to be looked up, as configured."""
    return f"set ip next-hop recursive {hop}"


def is_explicit(route: FibEntry) -> bool:
    """Whether a destination has a route of its own: a longer one than the default route."""
    return route.kind is not Kind.NO_ROUTE and route.prefix != DEFAULT


def _explicit(route: FibEntry) -> str:
    return f"there is an explicit route, {route.prefix}"


def adjacent(stack: Stack, fib: Fib, hop: IPv4Address) -> Path | str:
    """The interface that reaches a next hop directly, as the routing table has it."""
    route = fib.lookup(hop)
    if route.kind is Kind.RECEIVE:
        return f"{hop} is an address of this router"
    for path in route.paths if route.kind is Kind.FORWARD else ():
        out = stack.interfaces.get(path.interface or "")
        if path.next_hop is None and out is not None and _carries(out):
            return Path(out.name, hop)
    for out in stack.interfaces.values():
        if out.subnet_of(hop) is not None and not _carries(out):
            return _down(out)
    return f"{hop} is not on a connected network"


def recursive(stack: Stack, vrf: str, hop: IPv4Address, datagram: IPv4) -> Path | str:
    """One of the paths towards an address that need not be a neighbor, dealt as for any packet."""
    route = stack.vrf(vrf).fib.lookup(hop)
    if route.kind is not Kind.FORWARD:
        return f"there is no route to {hop}"
    path = choose_path(stack, route, vrf, datagram) if len(route.paths) > 1 else route.paths[0]
    out = stack.interfaces.get(path.interface or "")
    if out is None or not (_carries(out) or out.kind.medium is Medium.NULL):
        return f"the route to {hop}, {route.prefix}, leads to no interface that is up"
    return Path(out.name, hop if path.next_hop is None else path.next_hop)


def through(stack: Stack, name: str, route: FibEntry, *, is_default: bool) -> Path | str:
    """An interface, for a destination that has this route.  On a network of many hosts it is the
    destination itself that ARP asks for.  Null0 takes every packet."""
    out = stack.interfaces.get(name)
    if out is None:
        return f"there is no {name}"
    if is_default and is_explicit(route):
        return _explicit(route)
    if out.kind.medium is Medium.NULL:
        return Path(name, None)
    if out.kind.medium is Medium.LOOPBACK:
        return f"{name} leads nowhere"
    if not _carries(out):
        return _down(out)
    if not is_default and not is_explicit(route):
        return "there is no explicit route"
    return Path(name, None)


def _carries(out: Interface) -> bool:
    """Whether packets can leave by an interface."""
    return out.is_up and out.passes_ip and out.kind.medium not in (Medium.LOOPBACK, Medium.NULL)


def _down(out: Interface) -> str:
    return f"{out.name} is {Link.SHUT.value if out.link is Link.SHUT else Link.DOWN.value}"
