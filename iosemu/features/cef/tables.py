"""Queries on a forwarding table and its adjacencies: pure, frozen views out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iosemu.address import Address, IPv4Address, Prefix
from iosemu.rib.fib import SPECIAL, Fib, FibEntry, Kind, Path
from iosemu.rib.table import DEFAULT
from iosemu.stack.frames import ipv4_header, link_header
from iosemu.stack.interface import Interface
from iosemu.stack.output import shares_per_packet
from iosemu.stack.state import Stack, Vrf
from iosemu.wire.ethernet import EtherType

from .views import (
    AdjacencySummaryView,
    AdjacencyView,
    CefDetailView,
    CefEntryView,
    CefInternalView,
    CefStepView,
    CefSummaryView,
    CoverView,
    WayView,
)

Neighbor = tuple[str, Address | None]
"""Interface and next hop; None: attached."""
ACTIONS_6 = {"::/127": "discard", "FE80::/10": "receive for Null0", "FF00::/8": "multicast"}
"""What IOS says of the entries that every table of IPv6 has."""
BASE_REFERENCES = 7
"""Of a complete adjacency: the table, its own host route, ARP ..."""
BASE_INCOMPLETE = 5


def cef_entry(entry: FibEntry) -> CefEntryView:
    """A row of the table."""
    match entry.kind:
        case Kind.RECEIVE if entry.interface is not None:
            return CefEntryView(entry.prefix, "receive", (WayView(None, entry.interface),))
        case Kind.FORWARD if entry.paths[0].next_hop is None:
            ways = tuple(WayView(None, path.interface) for path in entry.paths)
            return CefEntryView(entry.prefix, "attached", ways)
        case Kind.FORWARD:
            hops = tuple(WayView(path.next_hop, path.interface) for path in entry.paths)
            return CefEntryView(entry.prefix, None, hops)
        case kind:
            action = ACTIONS_6.get(str(entry.prefix), kind.value)
            return CefEntryView(entry.prefix, action)


def summary(entries: Iterable[FibEntry]) -> CefSummaryView:
    """How many prefixes there are, and how many of them lead nowhere."""
    total = lost = 0
    for entry in entries:
        total += 1
        lost += entry.kind is Kind.NO_ROUTE
    return CefSummaryView(total, lost)


def is_recursive(entry: FibEntry) -> bool:
    return any(path.via for path in entry.paths)


def is_unresolved(entry: FibEntry) -> bool:
    return entry.kind is Kind.DROP and bool(entry.paths)


def leaves_by(entry: FibEntry, interface: str) -> bool:
    """Whether some way of the entry goes out of an interface."""
    return any(path.interface == interface for path in entry.paths)


def uses(stack: Stack, entry: FibEntry, adjacency: str) -> bool:
    """Whether an entry ends in a special adjacency: "glean", "drop", "null", "punt" (to this
    router itself), "discard"."""
    match adjacency:
        case "glean":
            steps = (adjacency_step(stack, path) for path in entry.paths)
            return entry.prefix.length < 32 and any(step.is_glean for step in steps)
        case "null":
            return leaves_by(entry, "Null0")
        case "drop":
            return entry.kind is Kind.DROP
        case "punt":
            return entry.kind is Kind.RECEIVE
        case _:
            return False


# -- in detail ----


def detail(stack: Stack, vrf: Vrf, entry: FibEntry) -> CefDetailView:
    """One entry with where it comes from and how it resolves."""
    fib, prefix = vrf.fib, entry.prefix
    steps, sharing = steps_of(stack, entry), sharing_of(stack, entry)
    if entry.interface is not None:
        return own_detail(fib, entry, steps)
    if prefix in SPECIAL[fib.version] or entry.kind is Kind.NO_ROUTE:
        is_default = prefix == DEFAULT
        flags = ("default route handler",) if is_default else special_flags(entry)
        special = None if is_default else entry.kind.value
        return CefDetailView(prefix, flags, None, steps, special=special)
    route = fib.rib.get(prefix)
    if route is None and prefix != DEFAULT:
        neighbor = WayView(prefix.network, entry.paths[0].interface)
        return CefDetailView(
            prefix, ("attached",), None, steps, neighbor=neighbor, cover=cover_of(fib, prefix)
        )
    if route is not None and route.protocol == "connected":
        flags = ("attached", "connected", "cover dependents", "need deagg")
        return CefDetailView(prefix, flags, sharing, steps, covers=covers_of(fib, prefix))
    flags = ("default route",) if prefix == DEFAULT else ()
    if entry.paths[0].next_hop is None and entry.kind is Kind.FORWARD:
        flags = (*flags, "attached")
    return CefDetailView(prefix, flags, sharing, steps)


def special_flags(entry: FibEntry) -> tuple[str, ...]:
    return ("receive",) if entry.kind is Kind.RECEIVE else ()


def own_detail(fib: Fib, entry: FibEntry, steps: tuple[CefStepView, ...]) -> CefDetailView:
    """An address this router receives: its own, or the first or last of a subnet."""
    route = fib.rib.get(entry.prefix)
    if route is None or route.protocol != "connected":
        return CefDetailView(
            entry.prefix,
            ("receive",),
            None,
            steps,
            owner=entry.interface,
            cover=cover_of(fib, entry.prefix),
        )
    flags: tuple[str, ...] = ("receive", "local", "source eligible")
    if route.code != "L":
        flags = ("attached", "connected", *flags)
    return CefDetailView(
        entry.prefix,
        flags,
        None,
        steps,
        owner=entry.interface,
        owner_flags="local, source eligible",
    )


def cover_of(fib: Fib, prefix: Prefix) -> Prefix | None:
    """The longest shorter prefix that holds a host."""
    for length, table in fib.rib.best.items():
        if length < prefix.length:
            found = table.get(prefix.network & fib.version.masks[length])
            if found is not None:
                return found.prefix
    return None


def covers_of(fib: Fib, prefix: Prefix) -> CoverView:
    ends = (prefix.network, prefix.last)
    own = sum(1 for end in ends if end in fib.receive and fib.rib.get(fib.host(end)) is None)
    return CoverView(own, sum(1 for address in fib.hosts if prefix.holds(address)))


def sharing_of(stack: Stack, entry: FibEntry) -> str | None:
    if len(entry.paths) < 2 or entry.kind is not Kind.FORWARD:
        return None
    return "per-packet" if shares_per_packet(stack, entry) else "per-destination"


def steps_of(stack: Stack, entry: FibEntry) -> tuple[CefStepView, ...]:
    """The lines of an entry: each way, below the next hops it recurses through."""
    if entry.kind is Kind.RECEIVE:
        return (CefStepView("receive", None, entry.interface),)
    if not entry.paths:
        return (CefStepView(entry.kind.value),)
    return grouped(stack, [(path, path.via) for path in entry.paths])


def grouped(stack: Stack, paths: list[tuple[Path, tuple[Address, ...]]]) -> tuple[CefStepView, ...]:
    """Paths under the first address each has left to recurse through."""
    under: dict[Address, list[tuple[Path, tuple[Address, ...]]]] = {}
    found: list[CefStepView | Address] = []
    for path, via in paths:
        if not via:
            found.append(last_step(stack, path))
            continue
        if via[0] not in under:
            found.append(via[0])
        under.setdefault(via[0], []).append((path, via[1:]))
    return tuple(
        step
        if isinstance(step, CefStepView)
        else CefStepView("recursive", step, below=grouped(stack, under[step]))
        for step in found
    )


def last_step(stack: Stack, path: Path) -> CefStepView:
    """The end of a way: attached, or a next hop; one whose own next hop was attached says that."""
    if path.interface is None:
        return CefStepView("unresolved", path.next_hop)
    if path.next_hop is None or (path.via and path.via[-1] == path.next_hop):
        return attached_step(stack, path)
    return adjacency_step(stack, path)


def adjacency_step(stack: Stack, path: Path) -> CefStepView:
    """A way as the adjacency it ends in."""
    if path.interface is None:
        return CefStepView("unresolved", path.next_hop)
    if path.next_hop is None:
        return attached_step(stack, path)
    held = stack.interfaces.get(path.interface)
    known = held is not None and rewrite_of(stack, held, path.next_hop) is not None
    serial = held is not None and held.is_serial
    return CefStepView(
        "nexthop", path.next_hop, path.interface, path.weight, known, is_point_to_point=serial
    )


def attached_step(stack: Stack, path: Path) -> CefStepView:
    held = stack.interfaces.get(path.interface or "")
    serial = held is not None and held.is_serial
    return CefStepView("attached", None, path.interface, path.weight, is_point_to_point=serial)


def internal(stack: Stack, vrf: Vrf, entry: FibEntry) -> CefInternalView:
    """One entry down to its hash buckets."""
    route = vrf.rib.get(entry.prefix)
    ways = steps_of(stack, entry)
    if entry.kind is Kind.FORWARD:
        ways = tuple(adjacency_step(stack, path) for path in entry.paths)
    order = {name: number for number, name in enumerate(stack.interfaces, 1)}
    return CefInternalView(
        detail(stack, vrf, entry),
        None if route is None else route.code[:1],
        ways,
        entry.buckets if len(entry.paths) > 1 else (),
        tuple(order.get(way.interface or "", 0) for way in ways),
    )


# -- adjacencies ----


def rewrite_of(stack: Stack, interface: Interface, address: Address) -> bytes | None:
    """The bytes in front of a packet to a neighbor, None while its link address is not known."""
    if interface.is_serial:
        return ipv4_header(interface, is_group=False)
    assert isinstance(address, IPv4Address)
    static = stack.static_arp.get(address)
    mac = None if static is None else static.mac
    if mac is None:
        entry = interface.arp.get(address)
        mac = None if entry is None else entry.mac
    return None if mac is None else link_header(interface, mac, EtherType.IPV4)


def adjacencies(
    stack: Stack, only: str | None = None, form: str | None = None
) -> Iterator[AdjacencyView]:
    """Every neighbor that is known or was asked for, interface by interface; the other end of a
    serial line that speaks IP is one, whatever its addresses."""
    references = route_references(stack)
    for interface in stack.interfaces.values():
        if not interface.is_up or only not in (None, interface.name):
            continue
        if interface.is_serial:
            if interface.address is not None:
                yield point_to_point(interface, references, form)
            continue
        static = (a for a in stack.static_arp if interface.subnet_of(a) is not None)
        for address in sorted({*interface.arp, *static}):
            rewrite = rewrite_of(stack, interface, address)
            base = BASE_INCOMPLETE if rewrite is None else BASE_REFERENCES
            yield AdjacencyView(
                interface.name,
                address,
                base + references.get((interface.name, address), 0),
                rewrite,
                form,
                interface.ip_mtu_bytes,
                interface.settings.has_redirects,
            )


def point_to_point(
    interface: Interface, references: dict[Neighbor, int], form: str | None
) -> AdjacencyView:
    """The adjacency of a serial line: all routes over it share it."""
    over = sum(count for (name, _), count in references.items() if name == interface.name)
    return AdjacencyView(
        interface.name,
        None,
        BASE_REFERENCES + over,
        ipv4_header(interface, is_group=False),
        form,
        interface.ip_mtu_bytes,
        interface.settings.has_redirects,
    )


def route_references(stack: Stack) -> dict[Neighbor, int]:
    """How many different sets of next hops lead over each adjacency; routes share them."""
    counts: dict[Neighbor, int] = {}
    for vrf in stack.vrfs.values():
        sets = {
            route.next_hops: route.prefix
            for table in vrf.rib.best.values()
            for route in table.values()
            if route.protocol != "connected"
        }
        for prefix in sets.values():
            entry = vrf.fib.entry(prefix)
            for path in () if entry is None else entry.paths:
                if path.interface is not None:
                    key = (path.interface, path.next_hop)
                    counts[key] = counts.get(key, 0) + 1
    return counts


def adjacency_summary(views: Iterable[AdjacencyView]) -> AdjacencySummaryView:
    complete = incomplete = redirecting = 0
    for view in views:
        complete += view.rewrite is not None
        incomplete += view.rewrite is None
        redirecting += view.redirects
    return AdjacencySummaryView(complete, incomplete, redirecting)


def is_neighbor(stack: Stack, interface: str | None, address: IPv4Address) -> bool:
    """Whether the link address of a host on an attached network is known."""
    held = stack.interfaces.get(interface or "")
    if held is None or held.is_serial:
        return False
    return rewrite_of(stack, held, address) is not None
