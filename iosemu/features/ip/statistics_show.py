"""Renderers of route summary, traffic, protocols and hosts, as IOS 15 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .statistics_views import (
    HostRow,
    HostsView,
    ProtocolsView,
    SummaryView,
    TrafficView,
)

ANY_SERVER = "255.255.255.255"


@renders(SummaryView)
def route_summary(view: SummaryView) -> Iterator[str]:
    yield f"IP routing table name is {view.vrf} (0x{view.table:X})"
    yield f"IP routing table maximum-paths is {view.maximum_paths}"
    yield summary_line(
        "Route Source", "Networks", "Subnets", "Replicates", "Overhead", "Memory (bytes)"
    )
    for row in view.rows:
        yield summary_line(
            row.source, row.networks, row.subnets, 0, row.overhead_bytes, row.memory_bytes
        )
    if view.majors:
        yield summary_line("internal", view.majors, "", "", "", view.majors_bytes)
    yield summary_line(
        "Total",
        sum(row.networks for row in view.rows) + view.majors,
        sum(row.subnets for row in view.rows),
        0,
        sum(row.overhead_bytes for row in view.rows),
        sum(row.memory_bytes for row in view.rows) + view.majors_bytes,
    )


def summary_line(source: str, *cells: object) -> str:
    networks, subnets, replicates, overhead, memory = map(str, cells)
    return f"{source:<15} {networks:<11} {subnets:<11} {replicates:<11} {overhead:<11} {memory}"


@renders(ProtocolsView)
def protocols(view: ProtocolsView) -> Iterator[str]:
    if view.has_head:
        yield "*** IP Routing is NSF aware ***"
        yield ""


@renders(TrafficView)
def traffic(view: TrafficView) -> Iterator[str]:
    yield from ip_statistics(view)
    yield ""
    yield from icmp_statistics(view)
    yield ""
    yield "TCP statistics:"
    yield (
        f"  Rcvd: {view.tcp_received} total, {view.tcp_checksum_errors} checksum errors,"
        f" {view.tcp_no_port} no port"
    )
    yield f"  Sent: {view.tcp_sent} total"
    yield ""
    yield "UDP statistics:"
    yield (
        f"  Rcvd: {view.udp_received} total, {view.udp_checksum_errors} checksum errors,"
        f" {view.udp_no_port} no port"
    )
    yield f"  Sent: {view.udp_sent} total, {view.broadcasts_forwarded} forwarded broadcasts"
    yield ""
    yield "ARP statistics:"
    yield (
        f"  Rcvd: {view.arp_requests_received} requests, {view.arp_replies_received} replies,"
        f" 0 reverse, {view.arp_others_received} other"
    )
    yield (
        f"  Sent: {view.arp_requests_sent} requests, {view.arp_replies_sent} replies"
        f" ({view.arp_proxy_replies_sent} proxy), 0 reverse"
    )
    yield "  Drop due to input queue full: 0"


def ip_statistics(view: TrafficView) -> Iterator[str]:
    yield "IP statistics:"
    yield f"  Rcvd:  {view.received} total, {view.delivered} local destination"
    yield (
        f"         {view.format_errors} format errors, {view.checksum_errors} checksum errors,"
        f" {view.bad_hop_count} bad hop count"
    )
    yield (f"         {view.unknown_protocol} unknown protocol, {view.not_a_gateway} not a gateway")
    seen = view.options
    yield (f"         0 security failures, {seen.bad} bad options, {seen.datagrams} with options")
    yield (
        f"  Opts:  0 end, 0 nop, {seen.basic_security} basic security,"
        f" {seen.loose_route} loose source route"
    )
    yield (
        f"         {seen.timestamp} timestamp, {seen.extended_security} extended security,"
        f" {seen.record_route} record route"
    )
    yield (
        f"         {seen.stream} stream ID, {seen.strict_route} strict source route,"
        f" {seen.alert} alert, {seen.cipso} cipso, 0 ump"
    )
    yield f"         {seen.other} other"
    yield (
        f"  Frags: {view.reassembled} reassembled, {view.reassembly_timeouts} timeouts,"
        f" {view.not_reassembled} couldn't reassemble"
    )
    yield f"         {view.fragmented} fragmented, {view.not_fragmented} couldn't fragment"
    yield f"  Bcast: {view.broadcasts_received} received, {view.broadcasts_sent} sent"
    yield f"  Mcast: {view.multicasts_received} received, {view.multicasts_sent} sent"
    yield f"  Sent:  {view.generated} generated, {view.forwarded} forwarded"
    yield (
        f"  Drop:  {view.encapsulation_failed} encapsulation failed,"
        f" {view.unresolved} unresolved, {view.no_adjacency} no adjacency"
    )
    yield f"         {view.no_route} no route, 0 unicast RPF, {view.forced_drop} forced drop"
    yield f"         {seen.denied} options denied, 0 source IP address zero"


def icmp_statistics(view: TrafficView) -> Iterator[str]:
    received, sent = view.icmp_received, view.icmp_sent
    yield "ICMP statistics:"
    yield (
        f"  Rcvd: {view.icmp_format_errors} format errors,"
        f" {view.icmp_checksum_errors} checksum errors, {received.redirects} redirects,"
        f" {received.unreachable} unreachable"
    )
    yield (
        f"        {received.echo} echo, {received.echo_reply} echo reply,"
        f" {received.mask_requests} mask requests, {received.mask_replies} mask replies,"
        f" {received.quench} quench"
    )
    # There is no line for time exceeded that came in: IOS counts it as other.
    yield (
        f"        {received.parameter} parameter, {received.timestamp} timestamp,"
        f" {received.information} info request, {received.time_exceeded} other"
    )
    yield "        0 irdp solicitations, 0 irdp advertisements"
    yield (
        f"  Sent: {sent.redirects} redirects, {sent.unreachable} unreachable, {sent.echo} echo,"
        f" {sent.echo_reply} echo reply"
    )
    yield (
        f"        {sent.mask_requests} mask requests, {sent.mask_replies} mask replies,"
        f" {sent.quench} quench, {sent.timestamp} timestamp"
    )
    yield (
        f"        {sent.information} info reply, {sent.time_exceeded} time exceeded,"
        f" {sent.parameter} parameter problem"
    )
    yield "        0 irdp solicitations, 0 irdp advertisements"


@renders(HostsView)
def hosts(view: HostsView) -> Iterator[str]:
    yield f"Default domain is {view.domain or 'not set'}"
    if view.asks_servers:
        yield "Name/address lookup uses domain service"
        yield f"Name servers are {', '.join(map(str, view.servers)) or ANY_SERVER}"
    else:
        yield "Name/address lookup uses static mappings"
    yield ""
    yield "Codes: UN - unknown, EX - expired, OK - OK, ?? - revalidate"
    yield "       temp - temporary, perm - permanent"
    yield "       NA - Not Applicable None - Not defined"
    yield ""
    yield "Host                      Port  Flags      Age Type   Address(es)"
    for row in view.hosts:
        yield from host_rows(row)


def host_rows(row: HostRow) -> Iterator[str]:
    first, *others = row.addresses
    yield f"{row.name:<25} None  (perm, OK)  0   IP    {first}"
    for address in others:
        yield f"{'':<54}{address}"
