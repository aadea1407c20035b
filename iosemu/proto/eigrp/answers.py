"""The engine's answers to its shows: views made of the state.  Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.cli.interfaces import short, sort_key
from iosemu.kernel.time import Time
from iosemu.rib.classful import classful
from iosemu.wire.eigrp import Digest, StubFlag
from iosemu.wire.eigrp_route import Source

from .metric import INFINITY, Scale, rib_metric
from .notes import told
from .settings import Filter, InterfaceSettings, Offset, ProcessSettings
from .state import Destination, Kind, Neighbor, NeighborKey, Origin, Path, Port, Process, State
from .views import (
    About,
    AccountingView,
    AccountRow,
    DestinationView,
    EntryView,
    Head,
    InterfaceRow,
    InterfacesView,
    NeighborRow,
    NeighborsView,
    NotesView,
    PathView,
    ProtocolView,
    Query,
    SourceRow,
    TimersView,
    TopologySummaryView,
    TopologyView,
    TrafficView,
    Via,
)

_STUB_WORDS = (
    (StubFlag.CONNECTED, "CONNECTED"),
    (StubFlag.STATIC, "STATIC"),
    (StubFlag.SUMMARY, "SUMMARY"),
    (StubFlag.REDISTRIBUTED, "REDISTRIBUTED"),
)
_MINIMUM_FLOW_MS = 50


def answer(state: State, query: Query) -> tuple[Any, ...]:
    """One view for each process the query is about."""
    return tuple(
        _view(state, process, query)
        for key, process in state.processes.items()
        if key.vrf == query.vrf and query.autonomous_system in (None, key.autonomous_system)
    )


def listed(state: State, now: Time) -> tuple[ProtocolView, ...]:
    """What `show ip protocols` says of each process."""
    return tuple(
        replace(protocol(state, head_of(state, process), process, now), is_listed=True)
        for key, process in state.processes.items()
        if key.vrf == "default"
    )


def _view(state: State, process: Process, query: Query) -> Any:
    now = query.now
    head = head_of(state, process)
    match query.about:
        case About.NEIGHBORS:
            return NeighborsView(head, neighbors(process, now))
        case About.INTERFACES:
            return InterfacesView(head, interfaces(state, process))
        case About.TOPOLOGY:
            return TopologyView(head, tuple(destinations(process, now)))
        case About.SUMMARY:
            return topology_summary(head, process)
        case About.ENTRY:
            return entry(head, process, query)
        case About.TRAFFIC:
            return traffic(head, process)
        case About.EVENTS:
            newest = reversed(process.events)
            return NotesView(head, tuple((at, told(note)) for at, *note in newest))
        case About.TIMERS:
            return timers(head, process, now)
        case About.PROTOCOLS:
            return protocol(state, head, process, now)
        case About.ACCOUNTING:
            return accounting(head, process, now)


def head_of(state: State, process: Process) -> Head:
    """What a show says of the process first."""
    settings = process.settings
    return Head(
        process.key.autonomous_system,
        process.router_id,
        settings.name,
        process.key.vrf,
        is_old=state.is_old,
        is_wide=settings.scale is Scale.WIDE,
        version=state.version,
    )


# -- neighbors ----


def accounting(head: Head, process: Process, now: Time) -> AccountingView:
    """How many prefixes each neighbor told of, and how many were redistributed."""
    rows = [
        AccountRow("A" if n.is_up else "P", n.address, n.interface, n.prefixes)
        for n in neighbors(process, now)
    ]
    imported = len(_of_kind(process, Kind.REDISTRIBUTED))
    if process.settings.redistributions:
        rows.insert(0, AccountRow("A", None, "----", imported))
    return AccountingView(head, len(process.topology), tuple(rows))


def neighbors(process: Process, now: Time) -> tuple[NeighborRow, ...]:
    """Neighbors, the newest first."""
    prefixes: dict[NeighborKey, int] = {}
    for destination in process.topology.values():
        for key in destination.paths:
            if key.kind is Kind.NEIGHBOR and key.address is not None:
                name = NeighborKey(key.source, key.address)
                prefixes[name] = prefixes.get(name, 0) + 1
    newest = sorted(process.neighbors.values(), key=lambda n: (-n.since, -n.handle))
    return tuple(_neighbor(n, prefixes.get(n.key, 0), now) for n in newest)


def _neighbor(neighbor: Neighbor, prefixes: int, now: Time) -> NeighborRow:
    return NeighborRow(
        handle=neighbor.handle,
        address=neighbor.key.address,
        interface=neighbor.key.interface,
        hold=max(0, neighbor.hold_until - now),
        uptime=now - neighbor.since,
        srtt_ms=neighbor.srtt_ms,
        rto_ms=neighbor.rto_ms,
        queued=len(neighbor.queue),
        sequence=neighbor.received,
        release=neighbor.release,
        tlv_version=neighbor.tlv_version,
        retransmissions=neighbor.retransmissions,
        retries=neighbor.retries if neighbor.queue else 0,
        prefixes=prefixes,
        is_static=neighbor.is_static,
        is_up=neighbor.is_up,
        stub=stub_words(neighbor.stub),
    )


def stub_words(stub: StubFlag | None) -> tuple[str, ...] | None:
    """What a stub advertises; None: it is none."""
    if stub is None:
        return None
    return tuple(word for flag, word in _STUB_WORDS if flag in stub)


# -- interfaces ----


def interfaces(state: State, process: Process) -> tuple[InterfaceRow, ...]:
    """Interfaces that hellos go out of; passive ones are none."""
    ports = sorted(process.ports.values(), key=lambda port: port.handle)
    return tuple(_interface(state, process, port) for port in ports)


def _interface(state: State, process: Process, port: Port) -> InterfaceRow:
    here = [n for key, n in process.neighbors.items() if key.interface == port.name]
    srtt_ms = sum(n.srtt_ms for n in here) // len(here) if here else 0
    pacing = pacing_ms(state, port)
    settings = port.settings
    is_static = any(name == port.name for name, _ in process.settings.neighbors)
    return InterfaceRow(
        name=port.name,
        peers=len(here),
        queued=sum(len(n.queue) for n in here),
        srtt_ms=srtt_ms,
        pacing_ms=pacing,
        flow_ms=max(_MINIMUM_FLOW_MS, 4 * srtt_ms + pacing[1]) if here else 0,
        pending=len(process.outbox.updates) if here else 0,
        hello_s=settings.hello_s,
        hold_s=settings.hold_s,
        split_horizon=settings.split_horizon,
        authentication=_authentication(settings),
        key_chain=settings.key_chain,
        sent=tuple(port.sent.items()),
        is_unicast=is_static,
    )


def _authentication(settings: InterfaceSettings) -> str | None:
    if settings.authentication is None:
        return None
    return "md5" if settings.authentication is Digest.MD5 else "HMAC-SHA-256"


def pacing_ms(state: State, port: Port) -> tuple[int, int]:
    """How far packets are apart that share of the bandwidth allows: a small unreliable one, and a
    full one."""
    interface = state.interfaces[port.name]
    share = interface.bandwidth_kbps * port.settings.bandwidth_percent
    full = (interface.mtu_bytes * 800 + share // 2) // share if share else 0
    return full // 32, full


# -- topology ----


def destinations(process: Process, now: Time) -> Iterator[DestinationView]:
    """All destinations, in order."""
    for prefix in sorted(process.topology):
        yield destination_view(process, process.topology[prefix], now)


def destination_view(process: Process, destination: Destination, now: Time) -> DestinationView:
    paths = sorted(destination.paths.values(), key=lambda p: (p.distance, not p.is_own))
    external = None if not paths else paths[0].external
    outbox, prefix = process.outbox, destination.prefix
    distance = None
    if destination.distance_feasible < INFINITY:
        distance = destination.distance_feasible
    settings = process.settings
    return DestinationView(
        prefix=prefix,
        is_active=destination.is_active,
        successors=sum(key in destination.paths for key in destination.successors),
        distance_feasible=distance,
        tag=0 if external is None else external.tag,
        serial=destination.serial,
        paths=tuple(_path(destination, path) for path in paths),
        waiting=tuple((key.address, key.interface) for key in destination.awaited),
        active=now - destination.active_since if destination.is_active else 0,
        origin=(destination.origin or Origin.SELF).value,
        is_update_due=prefix in outbox.updates,
        is_query_due=prefix in outbox.queries or destination.is_active,
        is_reply_due=any(prefix in due for due in outbox.replies.values()),
        rib_metric=rib_metric(distance or 0, settings.scale, settings.rib_scale),
    )


def _path(destination: Destination, path: Path) -> PathView:
    key = path.key
    neighbor = None if key.address is None else NeighborKey(key.source, key.address)
    return PathView(
        via=_via(path),
        address=key.address,
        interface=key.source if key.kind in (Kind.NEIGHBOR, Kind.CONNECTED) else None,
        distance=path.distance if path.is_reachable else None,
        reported=path.reported if path.reported < INFINITY else None,
        vector=path.vector,
        router=path.router,
        external=path.external,
        next_hop=path.next_hop,
        is_feasible=path.is_own or path.reported < destination.distance_feasible,
        is_asked=neighbor in destination.awaited,
    )


def _via(path: Path) -> Via:
    match path.key.kind:
        case Kind.NEIGHBOR:
            return Via.NEIGHBOR
        case Kind.CONNECTED:
            return Via.CONNECTED
        case Kind.SUMMARY:
            return Via.SUMMARY
        case Kind.REDISTRIBUTED:
            protocol = None if path.external is None else path.external.protocol
            if protocol == Source.STATIC:
                return Via.STATIC
            return (
                Via.REDISTRIBUTED_CONNECTED if protocol == Source.CONNECTED else Via.REDISTRIBUTED
            )


def topology_summary(head: Head, process: Process) -> TopologySummaryView:
    serials = [d.serial for d in process.topology.values()]
    return TopologySummaryView(
        head,
        first_serial=min(serials, default=0),
        next_serial=process.serial + 1,
        routes=len(process.topology),
        pending_replies=sum(len(d.awaited) for d in process.topology.values()),
        interfaces=len(process.ports),
        neighbors=len(process.neighbors),
        occupied=len({key.interface for key in process.neighbors}),
        quiescent=tuple(name for name in process.ports if not process.outbox.is_due),
    )


def entry(head: Head, process: Process, query: Query) -> EntryView:
    """A prefix, or the longest one that holds an address."""
    prefix = query.prefix
    if prefix is None:
        address = query.address or IPv4Address(0)
        holding = [p for p in process.topology if p.holds(address) and p.length]
        prefix = max(holding, key=lambda p: p.length, default=IPv4Prefix(address, 32))
    held = process.topology.get(prefix)
    return EntryView(
        head, prefix, None if held is None else destination_view(process, held, query.now)
    )


# -- traffic, timers ----


def traffic(head: Head, process: Process) -> TrafficView:
    counted = process.traffic

    def both(what: str) -> tuple[int, int]:
        return counted.sent.get(what, 0), counted.received.get(what, 0)

    return TrafficView(
        head,
        hellos=both("hello"),
        updates=both("update"),
        queries=both("query"),
        replies=both("reply"),
        acks=both("ack"),
        sia_queries=both("sia_query"),
        sia_replies=both("sia_reply"),
    )


def timers(head: Head, process: Process, now: Time) -> TimersView:
    peers = [(n.hold_until - now, "holding") for n in process.neighbors.values()]
    peers += [
        (n.sent_at + n.rto_ms * 1_000_000 - now, "transmission")
        for n in process.neighbors.values()
        if n.queue
    ]
    hellos = [(port.hello_at - now, port.name) for port in process.ports.values()]
    active_s = process.settings.active_time_s or 0
    active = [
        d.active_since + active_s * 1_000_000_000 - now
        for d in process.topology.values()
        if d.is_active and active_s
    ]
    return TimersView(
        head,
        tuple(sorted((max(0, at), name) for at, name in hellos)),
        tuple(sorted((max(0, at), what) for at, what in peers)),
        tuple(sorted(max(0, at) for at in active)),
    )


# -- protocols ----


def protocol(state: State, head: Head, process: Process, now: Time) -> ProtocolView:
    settings = process.settings
    return ProtocolView(
        head,
        k=settings.k,
        rib_scale=settings.rib_scale,
        active_time_s=settings.active_time_s,
        distance_internal=settings.distance_internal,
        distance_external=settings.distance_external,
        maximum_paths=settings.maximum_paths,
        maximum_hops=settings.maximum_hops,
        variance=settings.variance,
        prefixes=len(process.topology),
        redistributed=len(_of_kind(process, Kind.REDISTRIBUTED)),
        filters=tuple((f.is_in, f.interface, _list(f)) for f in settings.filters),
        import_filters=tuple(_imports(settings)),
        offsets=tuple(_offset(item) for item in settings.offsets),
        default_in=settings.default_in,
        default_out=settings.default_out,
        redistributing=tuple(r.owner or r.protocol for r in settings.redistributions),
        has_auto_summary=settings.auto_summary,
        summaries=tuple(_summaries(process)),
        networks=tuple(network_text(*pair) for pair in settings.networks),
        passive=_passive(state, process),
        sources=tuple(
            SourceRow(n.key.address, settings.distance_internal, now - n.updated_at)
            for n in sorted(process.neighbors.values(), key=lambda n: -n.updated_at)
            if n.updated_at
        ),
        stub=stub_words(settings.stub),
    )


def _of_kind(process: Process, kind: Kind) -> list[Path]:
    paths = (path for d in process.topology.values() for path in d.paths.values())
    return [path for path in paths if path.key.kind is kind]


def _list(item: Filter) -> str:
    if item.acl is not None:
        return str(item.acl)
    if item.prefix_list is not None:
        return f"(prefix-list) {item.prefix_list}"
    if item.route_map is not None:
        return f"(route-map) {item.route_map}"
    return f"(gateway) {item.gateway}"


def _imports(settings: ProcessSettings) -> Iterator[tuple[str, str]]:
    for one in settings.redistributions:
        if one.acl is not None or one.prefix_list is not None:
            named = one.acl if one.acl is not None else f"(prefix-list) {one.prefix_list}"
            yield one.owner or one.protocol, str(named)


def _offset(item: Offset) -> tuple[bool, str | None, int, str]:
    return item.is_in, item.interface, item.amount, str(item.acl)


def _summaries(process: Process) -> Iterator[tuple[IPv4Prefix, tuple[str, ...], int | None]]:
    places: dict[IPv4Prefix, list[str]] = {}
    for name, settings in process.settings.interfaces:
        for summary in settings.summaries:
            places.setdefault(summary.prefix, []).append(name)
    for prefix, names in places.items():
        held = process.topology.get(prefix)
        best = None if held is None else held.best
        exists = best is not None and best.key.kind is Kind.SUMMARY
        yield prefix, tuple(map(short, names)), best.distance if exists and best else None


def network_text(address: IPv4Address, wildcard: IPv4Address) -> str:
    """A `network` statement as shows print it: its class is not said."""
    whole = classful(IPv4Prefix(address, 32)).length if address else 0
    length = 32 - int(wildcard).bit_length()
    if int(wildcard) & (int(wildcard) + 1):
        return f"{address} {wildcard}"
    return str(address) if length == whole else f"{address}/{length}"


def _passive(state: State, process: Process) -> tuple[str, ...]:
    names = [
        name
        for name, interface in state.interfaces.items()
        if interface.vrf == process.key.vrf and process.settings.interface(name).is_passive
    ]
    return tuple(sorted(names, key=sort_key))
