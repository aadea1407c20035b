"""`show ipv6 traffic`: what IPv6 of the router has counted."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, Lines, exec_command, renders, show
from iosemu.stack.ipv6_state import Ipv6Statistics
from iosemu.stack.state import Reason, Stack
from iosemu.stack.tcp_state import TcpStatistics
from iosemu.values import dataclass
from iosemu.wire.icmpv6 import TimeExceeded, Type, Unreachable


@dataclass(frozen=True, slots=True)
class IcmpCounts:
    """Messages of one direction by type and code."""

    counts: tuple[tuple[tuple[int, int], int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)

    def of(self, type_: int, code: int | None = None) -> int:
        """Those of a type, or of one of its codes."""
        return sum(n for key, n in self.counts if key[0] == type_ and code in (None, key[1]))


@dataclass(frozen=True, slots=True)
class Traffic6View:
    """The counters by the words of IOS; `drops`: by the name of their reason."""

    received: int
    delivered: int
    fragments: int
    reassembled: int
    reassembly_timeouts: int
    generated: int
    forwarded: int
    fragmented: int
    fragments_sent: int
    multicasts_received: int
    multicasts_sent: int
    suppressed: int
    udp_received: int
    udp_sent: int
    tcp_received: int
    tcp_checksum_errors: int
    tcp_sent: int
    tcp_retransmitted: int
    """Of TCP over either version, which has one set of counters."""
    drops: tuple[tuple[str, int], ...]
    icmp_received: IcmpCounts
    icmp_sent: IcmpCounts

    def dropped(self, *reasons: Reason) -> int:
        """How many packets ended for one of these reasons."""
        names = [reason.name for reason in reasons]
        return sum(count for name, count in self.drops if name in names)


@show("ipv6.show.traffic")
def show_traffic(x: Exec) -> Iterator[Traffic6View]:
    stack = x.part(Stack)
    yield traffic_view(stack.ipv6.statistics, stack.tcp.statistics)


def traffic_view(seen: Ipv6Statistics, tcp: TcpStatistics) -> Traffic6View:
    return Traffic6View(
        received=seen.received,
        delivered=seen.delivered,
        fragments=seen.fragments_received,
        reassembled=seen.reassembled,
        reassembly_timeouts=seen.reassembly_timeouts,
        generated=seen.generated,
        forwarded=seen.forwarded,
        fragmented=seen.fragmented,
        fragments_sent=seen.fragments_sent,
        multicasts_received=seen.multicasts_received,
        multicasts_sent=seen.multicasts_sent,
        suppressed=seen.errors_suppressed,
        udp_received=seen.udp_received,
        udp_sent=seen.udp_sent,
        tcp_received=tcp.received,
        tcp_checksum_errors=tcp.bad_checksum,
        tcp_sent=tcp.sent,
        tcp_retransmitted=tcp.retransmitted,
        drops=tuple(sorted(seen.drops.items())),
        icmp_received=IcmpCounts(tuple(sorted(seen.icmp_received.items()))),
        icmp_sent=IcmpCounts(tuple(sorted(seen.icmp_sent.items()))),
    )


@exec_command("ipv6.clear.traffic")
def clear_traffic(x: Exec) -> Lines:
    x.part(Stack).ipv6.statistics = Ipv6Statistics()
    return []


@renders(Traffic6View)
def traffic(view: Traffic6View) -> Iterator[str]:
    dropped = view.dropped
    yield "IPv6 statistics:"
    yield f"  Rcvd:  {view.received} total, {view.delivered} local destination"
    yield "         0 source-routed, 0 truncated"
    yield (
        f"         {dropped(Reason.FORMAT)} format errors, {dropped(Reason.TTL)} hop count exceeded"
    )
    yield (
        f"         0 bad header, {dropped(Reason.BAD_OPTIONS)} unknown option,"
        f" {dropped(Reason.SOURCE)} bad source"
    )
    yield (
        f"         {dropped(Reason.NO_PROTOCOL)} unknown protocol,"
        f" {dropped(Reason.NOT_A_GATEWAY)} not a router"
    )
    yield f"         {view.fragments} fragments, {view.reassembled} total reassembled"
    yield (
        f"         {view.reassembly_timeouts} reassembly timeouts,"
        f" {dropped(Reason.REASSEMBLY)} reassembly failures"
    )
    yield f"  Sent:  {view.generated} generated, {view.forwarded} forwarded"
    yield f"         {view.fragmented} fragmented into {view.fragments_sent} fragments, 0 failed"
    no_route = dropped(Reason.NO_ROUTE, Reason.UNRESOLVED)
    yield (
        f"         {dropped(Reason.ENCAPSULATION)} encapsulation failed,"
        f" {no_route} no route, {dropped(Reason.DONT_FRAGMENT)} too big"
    )
    yield "         0 RPF drops, 0 RPF suppressed drops"
    yield f"  Mcast: {view.multicasts_received} received, {view.multicasts_sent} sent"
    yield ""
    yield "ICMP statistics:"
    yield (
        f"  Rcvd: {view.icmp_received.total} input,"
        f" {dropped(Reason.ICMP_CHECKSUM)} checksum errors, {dropped(Reason.ICMP_FORMAT)} too short"
    )
    yield "        0 unknown info type, 0 unknown error type"
    yield from icmp(view.icmp_received)
    yield f"  Sent: {view.icmp_sent.total} output, {view.suppressed} rate-limited"
    yield from icmp(view.icmp_sent)
    yield ""
    yield "UDP statistics:"
    yield (
        f"  Rcvd: {view.udp_received} input, {dropped(Reason.UDP_CHECKSUM)} checksum errors,"
        f" {dropped(Reason.UDP_FORMAT)} length errors"
    )
    yield f"        {dropped(Reason.NO_PORT)} no port, 0 dropped"
    yield f"  Sent: {view.udp_sent} output"
    yield ""
    yield "TCP statistics:"
    yield f"  Rcvd: {view.tcp_received} input, {view.tcp_checksum_errors} checksum errors"
    yield f"  Sent: {view.tcp_sent} output, {view.tcp_retransmitted} retransmitted"


def icmp(seen: IcmpCounts) -> Iterator[str]:
    """The messages of one direction."""

    def unreachable(code: int) -> int:
        return seen.of(Type.UNREACHABLE, code)

    yield (
        f"        unreach: {unreachable(Unreachable.NO_ROUTE)} routing,"
        f" {unreachable(Unreachable.PROHIBITED)} admin,"
        f" {unreachable(Unreachable.BEYOND_SCOPE)} neighbor,"
        f" {unreachable(Unreachable.ADDRESS)} address, {unreachable(Unreachable.PORT)} port"
    )
    yield "                 0 sa policy, 0 reject route"
    parameter = [seen.of(Type.PARAMETER_PROBLEM, code) for code in range(3)]
    yield (f"        parameter: {parameter[0]} error, {parameter[1]} header, {parameter[2]} option")
    yield (
        f"        {seen.of(Type.TIME_EXCEEDED, TimeExceeded.TRANSIT)} hopcount expired,"
        f" {seen.of(Type.TIME_EXCEEDED, TimeExceeded.REASSEMBLY)} reassembly timeout,"
        f"{seen.of(Type.TOO_BIG)} too big"
    )
    yield f"        {seen.of(Type.ECHO)} echo request, {seen.of(Type.ECHO_REPLY)} echo reply"
    yield (
        f"        {seen.of(Type.MLD_QUERY)} group query, {seen.of(Type.MLD_REPORT)} group report,"
        f" {seen.of(Type.MLD_DONE)} group reduce"
    )
    yield (
        f"        {seen.of(Type.ROUTER_SOLICITATION)} router solicit,"
        f" {seen.of(Type.ROUTER_ADVERTISEMENT)} router advert, {seen.of(Type.REDIRECT)} redirects"
    )
    yield (
        f"        {seen.of(Type.NEIGHBOR_SOLICITATION)} neighbor solicit,"
        f" {seen.of(Type.NEIGHBOR_ADVERTISEMENT)} neighbor advert"
    )
