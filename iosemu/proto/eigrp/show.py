"""Renderers of EIGRP, as IOS 12.4 (`is_old`) and 15.x print them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import age
from iosemu.cli.api import renders
from iosemu.cli.grammar import release
from iosemu.cli.interfaces import short
from iosemu.kernel.time import MILLISECOND, SECOND
from iosemu.wire.eigrp_route import External, Source

from .views import (
    AccountingView,
    DestinationView,
    EntryView,
    EventsView,
    Head,
    InterfaceRow,
    InterfacesView,
    NeighborRow,
    NeighborsView,
    PathView,
    PluginsView,
    ProtocolView,
    TimersView,
    TopologySummaryView,
    TopologyView,
    TrafficView,
    Via,
)

ORIGINS = ("Local origin, metric increased", "Local origin", "Multiple Origins", "Successor Origin")
SOURCES = {
    Source.IGRP: "IGRP",
    Source.EIGRP: "EIGRP",
    Source.STATIC: "Static",
    Source.RIP: "RIP",
    Source.HELLO: "HELLO",
    Source.OSPF: "OSPF",
    Source.ISIS: "IS-IS",
    Source.EGP: "EGP",
    Source.BGP: "BGP",
    Source.IDRP: "IDRP",
    Source.CONNECTED: "Connected",
}
HELLO_PROCESS, PDM_PROCESS = 165, 164


def family(head: Head) -> str:
    """The process as releases from 15.0 name it."""
    return "EIGRP-IPv4" if head.name is None else f"EIGRP-IPv4 VR({head.name})"


def title(head: Head, what: str) -> str:
    """The first line: `EIGRP-IPv4 Neighbors for AS(100)`."""
    of_family = " Address-Family" if head.name is not None else ""
    return f"{family(head)}{of_family} {what} for AS({head.autonomous_system})"


def in_vrf(head: Head) -> Iterator[str]:
    """A second line, of processes in a VRF."""
    if head.vrf != "default":
        yield f"           VRF({head.vrf})"


# -- neighbors ----


@renders(AccountingView)
def accounting(view: AccountingView) -> Iterator[str]:
    """Restarts are those of `maximum-prefix`, which limits nothing here."""
    yield f"{title(view.head, 'Accounting')}/ID({view.head.router_id})"
    yield from in_vrf(view.head)
    yield f"Total Prefix Count: {view.total} States: A-Adjacency, P-Pending, D-Down"
    yield f"State {'Address/Source':<16}{'Interface':<24}Prefix   Restart  Restart/"
    yield f"{'':<46}Count    Count    Reset(s)"
    for row in view.rows:
        source = "Redistributed" if row.address is None else str(row.address)
        name = row.interface if row.address is None else short(row.interface)
        yield f" {row.state}    {source:<16}{name:<24}{row.prefixes:<9}{0:<9}{0}"


@renders(PluginsView)
def plugins(view: PluginsView) -> Iterator[str]:
    yield "EIGRP feature plugins:::"
    for name, number, what in view.rows:
        yield f"    {name:<18} : {number:>8} : {what}"


@renders(NeighborsView)
def neighbors(view: NeighborsView) -> Iterator[str]:
    head = view.head
    width = 15 if head.is_old else 22
    if head.is_old:
        yield f"IP-EIGRP neighbors for process {head.autonomous_system}"
    else:
        yield title(head, "Neighbors")
        yield from in_vrf(head)
    if not view.rows and head.is_old:
        return
    if view.rows or not head.is_old:
        yield (
            f"H   Address                 {'Interface':<{width}} Hold Uptime   SRTT   RTO  Q  Seq"
        )
        yield f"{'':<28}{'':<{width}} (sec)         (ms)       Cnt Num"
    for row in view.rows:
        yield neighbor_row(row, width)
        if view.has_detail:
            yield from neighbor_detail(row, head)
    if view.has_detail and release(head.version) >= (15, 4):
        yield "Max Nbrs: 0, Current Nbrs: 0"


def neighbor_row(row: NeighborRow, width: int) -> str:
    return (
        f"{row.handle:<4}{row.address!s:<24}{short(row.interface):<{width}}"
        f"{row.hold // SECOND:>5} {age(row.uptime):<8} {row.srtt_ms:>4} {row.rto_ms:>5}"
        f"  {row.queued:<2} {row.sequence}"
    )


def neighbor_detail(row: NeighborRow, head: Head) -> Iterator[str]:
    if row.is_static:
        yield "   Static neighbor"
    prefixes = "" if head.is_old else f", Prefixes: {row.prefixes}"
    release_text = ".".join(map(str, row.release)) + "/" + ".".join(map(str, row.tlv_version))
    yield (
        f"   Version {release_text}, Retrans: {row.retransmissions},"
        f" Retries: {row.retries}{prefixes}"
    )
    if not head.is_old:
        yield "   Topology-ids from peer - 0 "
    if row.stub is not None:
        yield f"   Stub Peer Advertising ({' '.join(row.stub)} ) Routes"
        yield "   Suppressing queries"
    if release(head.version) >= (16,):
        yield "   Topologies advertised to peer:   base"
        yield ""


# -- interfaces ----


@renders(InterfacesView)
def interfaces(view: InterfacesView) -> Iterator[str]:
    head = view.head
    if head.is_old:
        yield f"IP-EIGRP interfaces for process {head.autonomous_system}"
        yield ""
        yield "                        Xmit Queue   Mean   Pacing Time   Multicast    Pending"
        yield "Interface        Peers  Un/Reliable  SRTT   Un/Reliable   Flow Timer   Routes"
    else:
        yield title(head, "Interfaces")
        yield from in_vrf(head)
        yield (
            "                              Xmit Queue   PeerQ        Mean   Pacing Time"
            "   Multicast    Pending"
        )
        yield (
            "Interface              Peers  Un/Reliable  Un/Reliable  SRTT   Un/Reliable"
            "   Flow Timer   Routes"
        )
    for row in view.rows:
        yield interface_row_old(row) if head.is_old else interface_row(row)
        if view.has_detail:
            yield from interface_detail_old(row) if head.is_old else interface_detail(row)


def interface_row(row: InterfaceRow) -> str:
    small, full = row.pacing_ms
    return (
        f"{short(row.name):<23}{row.peers:>3}{0:>9}/{0:<5}{0:>4}/{row.queued:<9}{row.srtt_ms:>4}"
        f"{small:>8}/{full:<9}{row.flow_ms:>5}{row.pending:>12}"
    )


def interface_row_old(row: InterfaceRow) -> str:
    small, full = row.pacing_ms
    return (
        f"{short(row.name):<17}{row.peers:>3}{0:>9}/{row.queued:<6}{row.srtt_ms:>5}"
        f"{small:>8}/{full:<9}{row.flow_ms:>5}{row.pending:>12}"
    )


def interface_detail(row: InterfaceRow) -> Iterator[str]:
    split = "enabled" if row.split_horizon else "disabled"
    yield f"  Hello-interval is {row.hello_s}, Hold-time is {row.hold_s}"
    yield f"  Split-horizon is {split}"
    yield "  Next xmit serial <none>"
    sent = dict(row.sent)
    yield f"  Packetized sent/expedited: {packetized(sent)}/0"
    yield f"  Hello's sent/expedited: {sent.get('hello', 0)}/{sent.get('expedited', 0)}"
    yield from _counters(sent)
    yield "  Topology-ids on interface - 0 "
    yield f"  Authentication mode is {_authentication(row)}"
    yield "  Topologies advertised on this interface:  base"
    yield "  Topologies not advertised on this interface:"
    yield ""


def interface_detail_old(row: InterfaceRow) -> Iterator[str]:
    yield f"  Hello interval is {row.hello_s} sec"
    yield "  Next xmit serial <none>"
    yield from _counters(dict(row.sent))
    yield f"  Authentication mode is {_authentication(row)}"
    yield f"  Use {'unicast' if row.is_unicast else 'multicast'}"


def packetized(sent: dict[str, int]) -> int:
    """Packets made for the queue of the interface: each the first time it went out."""
    return sum(sent.get(what, 0) for what in ("multicast", "cr", "unicast"))


def _counters(sent: dict[str, int]) -> Iterator[str]:
    yield (
        f"  Un/reliable mcasts: 0/{sent.get('multicast', 0) + sent.get('cr', 0)}"
        f"  Un/reliable ucasts: {sent.get('ack', 0)}/{sent.get('unicast', 0)}"
    )
    yield (
        f"  Mcast exceptions: {sent.get('exceptions', 0)}  CR packets: {sent.get('cr', 0)}"
        "  ACKs suppressed: 0"
    )
    yield (
        f"  Retransmissions sent: {sent.get('retransmission', 0)}"
        f"  Out-of-sequence rcvd: {sent.get('out of sequence', 0)}"
    )


def _authentication(row: InterfaceRow) -> str:
    if row.authentication is None:
        return "not set"
    chain = "not set" if row.key_chain is None else f'"{row.key_chain}"'
    blanks = "  " if row.authentication == "md5" else " "
    return f"{row.authentication},{blanks}key-chain is {chain}"


# -- topology ----


@renders(TopologyView)
def topology(view: TopologyView) -> Iterator[str]:
    yield from topology_head(view.head)
    yield "Codes: P - Passive, A - Active, U - Update, Q - Query, R - Reply,"
    yield "       r - reply Status, s - sia Status "
    yield ""
    for destination in view.destinations:
        yield from destination_rows(destination, view)
    if not view.head.is_old:
        yield ""


def topology_head(head: Head) -> Iterator[str]:
    name = f"AS({head.autonomous_system})/ID({head.router_id})"
    if head.is_old:
        yield f"IP-EIGRP Topology Table for {name}"
        yield ""
    elif head.vrf == "default":
        yield f"{family(head)} Topology Table for {name}"
    elif head.name is None:
        yield f"{family(head)} Topology Table for {name} VRF({head.vrf})"
    else:
        yield f"{family(head)} Topology Table for {name}"
        yield f"           Topology(base) TID(0) VRF({head.vrf})"


def destination_rows(destination: DestinationView, view: TopologyView) -> Iterator[str]:
    feasible = destination.distance_feasible
    best = "Inaccessible" if feasible is None else feasible
    line = (
        f"{'A' if destination.is_active else 'P'} {destination.prefix},"
        f" {destination.successors} successors, FD is {best}"
    )
    if destination.tag:
        line += f", tag is {destination.tag}"
    if view.is_all:
        line += f", serno {destination.serial}"
    flags = (
        (destination.is_active and destination.is_update_due, "U"),
        (destination.is_active and destination.is_query_due, "Q"),
        (destination.is_reply_due, "R"),
    )
    letters = "".join(letter for is_set, letter in flags if is_set)
    yield line + (f", {letters}" if letters else "")
    if destination.is_active:
        yield (
            f"    {len(destination.waiting)} replies, active {age(destination.active)},"
            f" query-origin: {ORIGINS[destination.origin]}"
        )
    for path in destination.paths:
        if view.is_all or path.is_feasible or destination.is_active:
            yield f"        via {path_text(path)}"
    asked = {(p.address, p.interface) for p in destination.paths if p.is_asked}
    waiting = [one for one in destination.waiting if one not in asked]
    if waiting:
        yield "    Remaining replies:"
        for address, interface in waiting:
            yield f"         via {address}, r, {interface}"


def path_text(path: PathView) -> str:
    distance = "Infinity" if path.distance is None else path.distance
    reported = "Infinity" if path.reported is None else path.reported
    status = ", r" if path.is_asked else ""
    match path.via:
        case Via.NEIGHBOR:
            return f"{path.address} ({distance}/{reported}){status}, {path.interface}"
        case Via.CONNECTED:
            return f"Connected, {path.interface}"
        case Via.SUMMARY:
            return f"Summary ({distance}/{reported}), Null0"
        case _:
            return f"{path.via.value} ({distance}/{reported})"


@renders(TopologySummaryView)
def topology_summary(view: TopologySummaryView) -> Iterator[str]:
    head = view.head
    if head.is_old:
        yield from list(topology_head(head))[:1]
    else:
        yield from topology_head(head)
    yield f"Head serial {view.first_serial}, next serial {view.next_serial}"
    yield f"{view.routes} routes, {view.pending_replies} pending replies, 0 dummies"
    if head.is_old:
        yield (
            f"IP-EIGRP(0) enabled on {view.interfaces} interfaces,"
            f" neighbors present on {view.neighbors} interfaces"
        )
    else:
        yield (
            f"{family(head)}({head.autonomous_system}) enabled on {view.interfaces} interfaces,"
            f" {view.neighbors} neighbors present on {view.occupied} interfaces"
        )
    yield "Quiescent interfaces: " + "".join(f" {short(name)}" for name in view.quiescent)
    if not head.is_old:
        yield ""


@renders(EntryView)
def topology_entry(view: EntryView) -> Iterator[str]:
    head, destination = view.head, view.destination
    if head.is_old:
        if destination is None:
            yield f"% IP-EIGRP (AS {head.autonomous_system}): Route not in topology table"
            return
        yield f"IP-EIGRP (AS {head.autonomous_system}): Topology entry for {view.prefix}"
    else:
        first = (
            f"{family(head)} Topology Entry for AS({head.autonomous_system})/ID({head.router_id})"
        )
        where = "" if head.vrf == "default" else f" VRF({head.vrf})"
        if destination is None:
            yield first + where
            yield f"%Entry {view.prefix} not in topology table"
            return
        yield f"{first}{where} for {view.prefix}"
    yield entry_state(head, destination)
    if destination.is_active:
        yield f"  Waiting for {len(destination.waiting)} replies"
    yield f"  {'Routing ' if head.is_old else ''}Descriptor Blocks:"
    for path in destination.paths:
        yield from descriptor(path, head)


def entry_state(head: Head, destination: DestinationView) -> str:
    state = "Active" if destination.is_active else "Passive"
    feasible = destination.distance_feasible
    rib = f", RIB is {destination.rib_metric}" if head.is_wide else ""
    return (
        f"  State is {state}, Query origin flag is {destination.origin},"
        f" {destination.successors} Successor(s),"
        f" FD is {'Infinity' if feasible is None else feasible}{rib}"
    )


def descriptor(path: PathView, head: Head) -> Iterator[str]:
    own = {Via.CONNECTED: "Connected", Via.SUMMARY: "Summary", Via.NEIGHBOR: str(path.address)}
    where = path.interface or ("Null0" if path.via is Via.SUMMARY else None)
    interface = "" if where is None else f" ({where})"
    first = path.next_hop or path.address or "0.0.0.0"
    yield f"  {first}{interface}, from {own.get(path.via, path.via.value)}, Send flag is 0x0"
    distance = "Infinity" if path.distance is None else path.distance
    reported = "Infinity" if path.reported is None else path.reported
    kind = "Internal" if path.external is None else "External"
    word = "Route" if head.is_old else "route"
    yield f"      Composite metric is ({distance}/{reported}), {word} is {kind}"
    yield "      Vector metric:"
    yield from vector_lines(path, head)
    if not head.is_old:
        yield f"        Originating router is {path.router}"
    if path.external is not None:
        yield from external_lines(path.external, head)


def vector_lines(path: PathView, head: Head) -> Iterator[str]:
    vector = path.vector
    yield f"        Minimum bandwidth is {vector.bandwidth_kbps} Kbit"
    if vector.delay is None:
        yield "        Total delay is infinity"
    elif head.is_wide:
        yield f"        Total delay is {vector.delay} picoseconds"
    else:
        yield f"        Total delay is {vector.delay * 10 // 256} microseconds"
    yield f"        Reliability is {vector.reliability}/255"
    yield f"        Load is {vector.load}/255"
    yield f"        Minimum MTU is {vector.mtu_bytes}"
    yield f"        Hop count is {vector.hops}"


def external_lines(external: External, head: Head) -> Iterator[str]:
    this = " (this system)" if external.router == head.router_id else ""
    protocol = SOURCES.get(Source(external.protocol)) if external.protocol in SOURCES else None
    yield "      External data:"
    if head.is_old:
        yield f"        Originating router is {external.router}{this}"
    else:
        yield f"        AS number of route is {external.autonomous_system}"
    if head.is_old:
        yield f"        AS number of route is {external.autonomous_system}"
    yield (
        f"        External protocol is {protocol or 'Unknown protocol'},"
        f" external metric is {external.metric}"
    )
    yield f"        Administrator tag is {external.tag} (0x{external.tag:08X})"


# -- traffic, events, timers ----


@renders(TrafficView)
def traffic(view: TrafficView) -> Iterator[str]:
    head = view.head
    number = head.autonomous_system
    if head.is_old:
        yield f"IP-EIGRP Traffic Statistics for AS {number}"
    else:
        yield title(head, "Traffic Statistics")
        yield from in_vrf(head)
    rows = (
        ("Hellos", view.hellos),
        ("Updates", view.updates),
        ("Queries", view.queries),
        ("Replies", view.replies),
        ("Acks", view.acks),
    )
    last = (("SIA-Queries", view.sia_queries), ("SIA-Replies", view.sia_replies))
    for what, (sent, received) in rows:
        yield f"  {what} sent/received: {sent}/{received}"
    if head.is_old:
        yield "  Input queue high water mark 1, 0 drops"
    for what, (sent, received) in last:
        yield f"  {what} sent/received: {sent}/{received}"
    yield f"  Hello Process ID: {HELLO_PROCESS}"
    yield f"  PDM Process ID: {PDM_PROCESS}"
    if not head.is_old:
        yield "  Socket Queue: 0/10000/1/0 (current/max/highest/drops)"
        yield "  Input Queue: 0/2000/1/0 (current/max/highest/drops)"
    yield ""


@renders(EventsView)
def events(view: EventsView) -> Iterator[str]:
    yield f"Event information for AS {view.head.autonomous_system}:"
    for number, (clock, text) in enumerate(view.events, 1):
        yield f"{number:<5}{clock} {text}"


@renders(TimersView)
def timers(view: TimersView) -> Iterator[str]:
    head = view.head
    yield (
        f"IP-EIGRP timers for process {head.autonomous_system}"
        if head.is_old
        else title(head, "Timers")
    )
    yield from timer_tree("Hello Process", [(at, f"Hello ({short(n)})") for at, n in view.hellos])
    yield ""
    yield "  Update Process"
    yield "    Expiration    Type"
    first = min((at for at, _ in view.peers), default=0)
    yield timer(0, first, "(parent)")
    for at, what in view.peers:
        yield timer(1, at, "(parent)")
        yield timer(2, at, f"Peer {what}")
    yield ""
    yield from timer_tree("SIA Process", [(at, "SIA") for at in view.active])


def timer_tree(name: str, leaves: list[tuple[int, str]]) -> Iterator[str]:
    yield f"  {name}"
    yield "    Expiration    Type"
    yield timer(0, min((at for at, _ in leaves), default=0), "(parent)")
    for at, what in leaves:
        yield timer(1, at, what)


def timer(depth: int, at: int, what: str) -> str:
    seconds, rest = divmod(at // MILLISECOND, 1000)
    return f"{'  ' * depth}|{f'{seconds}.{rest:03d}':>16}  {what}"


# -- protocols ----


@renders(ProtocolView)
def protocol(view: ProtocolView) -> Iterator[str]:
    if view.is_listed:
        yield from listed(view)
        return
    if view.head.is_old:
        yield from old_protocol(view, "")
        return
    yield from new_protocol(view, "")
    yield ""


def new_protocol(view: ProtocolView, indent: str) -> Iterator[str]:
    head = view.head
    yield indent + title(head, "Protocol")
    k = view.k
    weights = ", ".join(f"K{number}={value}" for number, value in enumerate(k[:5], 1))
    inner = indent + "  "
    yield f"{inner}Metric weight {weights}{f' K6={k[5]}' if head.is_wide else ''}"
    if head.is_wide:
        yield f"{inner}Metric rib-scale {view.rib_scale}"
        yield f"{inner}Metric version 64bit"
    yield f"{inner}Soft SIA disabled"
    yield f"{inner}NSF-aware route hold timer is 240"
    yield f"{inner}Router-ID: {head.router_id}"
    if view.stub is not None:
        yield f"{inner}Stub, {', '.join(word.lower() for word in view.stub) or 'receive-only'}"
    yield f"{inner}Topology : 0 (base) "
    deepest = inner + "  "
    time_s = view.active_time_s
    yield f"{deepest}Active Timer: {'disabled' if time_s is None else f'{time_s // 60} min'}"
    yield f"{deepest}Distance: internal {view.distance_internal} external {view.distance_external}"
    yield f"{deepest}Maximum path: {view.maximum_paths}"
    yield f"{deepest}Maximum hopcount {view.maximum_hops}"
    yield f"{deepest}Maximum metric variance {view.variance}"
    if not view.is_listed or head.is_wide:
        yield f"{deepest}Total Prefix Count: {view.prefixes}"
        yield f"{deepest}Total Redist Count: {view.redistributed}"


def old_protocol(view: ProtocolView, indent: str) -> Iterator[str]:
    weights = ", ".join(f"K{number}={value}" for number, value in enumerate(view.k[:5], 1))
    yield f"{indent}EIGRP metric weight {weights}"
    yield f"{indent}EIGRP maximum hopcount {view.maximum_hops}"
    yield f"{indent}EIGRP maximum metric variance {view.variance}"


def listed(view: ProtocolView) -> Iterator[str]:
    """A part of `show ip protocols`."""
    head = view.head
    yield f'Routing Protocol is "eigrp {head.autonomous_system}"'
    yield from filter_lines(view)
    yield f"  Default networks {'' if view.default_out else 'not '}flagged in outgoing updates"
    yield f"  Default networks {'' if view.default_in else 'not '}accepted from incoming updates"
    if head.is_old:
        yield from old_protocol(view, "  ")
        own = f"eigrp {head.autonomous_system}"
        yield f"  Redistributing: {', '.join((own, *view.redistributing))}"
        yield "  EIGRP NSF-aware route hold timer is 240s"
        effect = "in effect" if view.has_auto_summary else "not in effect"
        yield f"  Automatic network summarization is {effect}"
    else:
        if view.redistributing:
            yield f"  Redistributing: {', '.join(view.redistributing)}"
        yield from new_protocol(view, "  ")
        yield ""
        yield f"  Automatic Summarization: {'enabled' if view.has_auto_summary else 'disabled'}"
    yield from summary_lines(view)
    yield f"  Maximum path: {view.maximum_paths}"
    yield "  Routing for Networks:"
    for network in view.networks:
        yield f"    {network}"
    if view.passive:
        yield "  Passive Interface(s):"
        for name in view.passive:
            yield f"    {name}"
    yield "  Routing Information Sources:"
    yield "    Gateway         Distance      Last Update"
    for source in view.sources:
        yield f"    {source.gateway!s:<15} {source.distance:>8}      {age(source.age)}"
    yield f"  Distance: internal {view.distance_internal} external {view.distance_external}"
    yield ""


def filter_lines(view: ProtocolView) -> Iterator[str]:
    """Distribute lists and offset lists, for each direction."""
    for is_in, direction in ((False, "Outgoing"), (True, "Incoming")):
        chosen = [item[1:] for item in view.filters if item[0] is is_in]
        general = next((what for interface, what in chosen if interface is None), "not set")
        yield f"  {direction} update filter list for all interfaces is {general}"
        for interface, what in chosen:
            if interface is not None:
                yield f"    {interface} filtered by {what}, default is {general}"
        for source, what in () if is_in else view.import_filters:
            yield f"    Redistributed {source} filtered by {what}"
    yield from offset_lines(view)


def offset_lines(view: ProtocolView) -> Iterator[str]:
    for is_in, interface, amount, acl in sorted(view.offsets, key=lambda item: item[0]):
        direction = "Incoming" if is_in else "Outgoing"
        where = "" if interface is None else f"in {interface} "
        yield (f"  {direction} routes {where}will have {amount} added to metric if on list {acl}")


def summary_lines(view: ProtocolView) -> Iterator[str]:
    if view.summaries:
        yield "  Address Summarization:"
    for prefix, interfaces_, metric in view.summaries:
        yield f"    {prefix} for {', '.join(interfaces_)}"
        if metric is not None:
            yield f"      Summarizing with metric {metric}"
