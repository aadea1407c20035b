"""Queries of what is counted or listed: route summary, traffic, hosts; and `clear ip route`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from iosemu.address import IPv4Prefix
from iosemu.cli.api import Exec, Lines, exec_command, show
from iosemu.cli.grammar import release
from iosemu.proto.shows import ProtocolsQuery
from iosemu.rib.classful import classful
from iosemu.rib.route import Route
from iosemu.stack.state import IpStatistics, Reason, Stack
from iosemu.wire.icmp import Type
from iosemu.wire.ip_options import Option

from .config import IpConfig
from .route_cli import rib_of
from .statistics_views import (
    HostRow,
    HostsView,
    IcmpCounts,
    OptionCounts,
    ProtocolsView,
    SummaryRow,
    SummaryView,
    TrafficView,
)

ROUTE_OVERHEAD_BYTES = 68
ROUTE_BYTES = 180
MAJOR_NETWORK_BYTES = 460
ALWAYS = ("connected", "static")
"""Sources that the summary lists even without a route."""


ROUTING_PROTOCOLS = ("eigrp", "bgp")
"""Engines that `show ip protocols` asks, in the order it prints them."""
NAMED_OPTIONS = tuple(o for o in Option if o not in (Option.END, Option.NO_OPERATION))


@show("ip.show.route.summary")
def show_route_summary(x: Exec, *, vrf: str | None) -> Iterator[SummaryView]:
    view = summary(rib_of(x, vrf).routes(), version=x.version)
    if vrf is not None:
        view = replace(view, vrf=vrf, table=list(x.part(Stack).vrfs).index(vrf))
    yield view


def summary(routes: Iterable[Route], *, version: str = "15.4") -> SummaryView:
    """Routes by source; a classful network that has subnets is an internal entry of its own."""
    counts = {source: [0, 0] for source in ALWAYS}
    if release(version) >= (15, 6):
        counts["application"] = [0, 0]
    majors: dict[IPv4Prefix, None] = {}
    for route in routes:
        network = classful(route.prefix)
        is_subnet = route.prefix.length > network.length
        counts.setdefault(route.key.owner, [0, 0])[is_subnet] += 1
        if is_subnet:
            majors[network] = None
    rows = tuple(summary_row(source, *counted) for source, counted in counts.items())
    return SummaryView(rows, len(majors), len(majors) * MAJOR_NETWORK_BYTES)


def summary_row(source: str, networks: int, subnets: int) -> SummaryRow:
    routes = networks + subnets
    return SummaryRow(
        source, networks, subnets, routes * ROUTE_OVERHEAD_BYTES, routes * ROUTE_BYTES
    )


@show("ip.show.protocols")
def show_protocols(x: Exec) -> Iterator[object]:
    """The head, then what each protocol says of its processes."""
    yield ProtocolsView(has_head=release(x.version) >= (15,))
    for engine in ROUTING_PROTOCOLS:
        yield from x.view(engine, ProtocolsQuery(x.now)) or ()


@show("ip.show.traffic")
def show_traffic(x: Exec) -> Iterator[TrafficView]:
    yield traffic(x.part(Stack))


def traffic(stack: Stack) -> TrafficView:
    counted, drops = stack.ip, stack.drops
    return TrafficView(
        received=counted.received,
        delivered=counted.delivered,
        format_errors=drops.get(Reason.FORMAT, 0),
        checksum_errors=drops.get(Reason.CHECKSUM, 0),
        bad_hop_count=drops.get(Reason.TTL, 0),
        unknown_protocol=drops.get(Reason.NO_PROTOCOL, 0),
        not_a_gateway=drops.get(Reason.NOT_A_GATEWAY, 0),
        reassembled=counted.reassembled,
        reassembly_timeouts=counted.reassembly_timeouts,
        not_reassembled=drops.get(Reason.REASSEMBLY, 0),
        fragmented=counted.fragmented,
        not_fragmented=drops.get(Reason.DONT_FRAGMENT, 0),
        broadcasts_received=counted.broadcasts_received,
        broadcasts_sent=counted.broadcasts_sent,
        multicasts_received=counted.multicasts_received,
        multicasts_sent=counted.multicasts_sent,
        generated=counted.generated,
        forwarded=counted.forwarded,
        encapsulation_failed=drops.get(Reason.ENCAPSULATION, 0),
        unresolved=drops.get(Reason.UNRESOLVED, 0),
        no_adjacency=drops.get(Reason.NO_ADJACENCY, 0),
        no_route=drops.get(Reason.NO_ROUTE, 0),
        forced_drop=drops.get(Reason.DISCARDED, 0),
        options=option_counts(stack),
        icmp_format_errors=drops.get(Reason.ICMP_FORMAT, 0),
        icmp_checksum_errors=drops.get(Reason.ICMP_CHECKSUM, 0),
        icmp_received=icmp_counts(counted.icmp_received),
        icmp_sent=icmp_counts(counted.icmp_sent),
        udp_received=counted.udp_received,
        udp_sent=counted.udp_sent,
        udp_no_port=drops.get(Reason.NO_PORT, 0),
        udp_checksum_errors=drops.get(Reason.UDP_CHECKSUM, 0),
        broadcasts_forwarded=counted.broadcasts_forwarded,
        arp_others_received=counted.arp_others_received,
        arp_requests_received=counted.arp_requests_received,
        arp_replies_received=counted.arp_replies_received,
        arp_requests_sent=counted.arp_requests_sent,
        arp_replies_sent=counted.arp_replies_sent,
        arp_proxy_replies_sent=counted.arp_proxy_replies_sent,
        tcp_received=stack.tcp.statistics.received,
        tcp_checksum_errors=stack.tcp.statistics.bad_checksum,
        tcp_no_port=stack.tcp.statistics.no_port,
        tcp_sent=stack.tcp.statistics.sent,
    )


def option_counts(stack: Stack) -> OptionCounts:
    named = {kind: stack.ip.options.get(kind, 0) for kind in NAMED_OPTIONS}
    return OptionCounts(
        datagrams=stack.ip.with_options,
        bad=stack.drops.get(Reason.BAD_OPTIONS, 0),
        denied=stack.drops.get(Reason.OPTIONS_DENIED, 0),
        basic_security=named[Option.SECURITY],
        loose_route=named[Option.LOOSE_ROUTE],
        timestamp=named[Option.TIMESTAMP],
        extended_security=named[Option.EXTENDED_SECURITY],
        record_route=named[Option.RECORD_ROUTE],
        stream=named[Option.STREAM],
        strict_route=named[Option.STRICT_ROUTE],
        alert=named[Option.ROUTER_ALERT],
        cipso=named[Option.CIPSO],
        other=sum(stack.ip.options.values()) - sum(named.values()),
    )


@exec_command("ip.clear.traffic")
def clear_traffic(x: Exec) -> Lines:
    """All counts restart; those of TCP have a command of their own."""
    stack = x.part(Stack)
    stack.ip = IpStatistics()
    stack.drops.clear()
    return []


def icmp_counts(by_type: Mapping[int, int]) -> IcmpCounts:
    def of(kind: Type) -> int:
        return by_type.get(kind, 0)

    return IcmpCounts(
        redirects=of(Type.REDIRECT),
        unreachable=of(Type.UNREACHABLE),
        echo=of(Type.ECHO),
        echo_reply=of(Type.ECHO_REPLY),
        mask_requests=of(Type.MASK),
        mask_replies=of(Type.MASK_REPLY),
        quench=of(Type.SOURCE_QUENCH),
        parameter=of(Type.PARAMETER_PROBLEM),
        timestamp=of(Type.TIMESTAMP),
        information=of(Type.INFORMATION),
        time_exceeded=of(Type.TIME_EXCEEDED),
    )


@show("ip.show.hosts")
def show_hosts(x: Exec) -> Iterator[HostsView]:
    ip = x.config.of(IpConfig)
    yield HostsView(
        domain=ip.domain_name,
        asks_servers=ip.domain_lookup,
        servers=ip.name_servers,
        hosts=tuple(HostRow(name, held.addresses) for name, held in ip.hosts.items()),
    )
