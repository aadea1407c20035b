"""What the shows of route summary, traffic, protocols and hosts are about."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The routes of one source."""

    source: str
    networks: int
    subnets: int
    overhead_bytes: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class SummaryView:
    """`show ip route summary`; `majors`: classful networks that are there for their subnets."""

    rows: tuple[SummaryRow, ...]
    majors: int
    majors_bytes: int
    vrf: str = "default"
    table: int = 0
    maximum_paths: int = 32


@dataclass(frozen=True, slots=True)
class ProtocolsView:
    """The head of `show ip protocols`, which releases before 15.0 do not print."""

    has_head: bool = True


@dataclass(frozen=True, slots=True)
class IcmpCounts:
    """ICMP messages of one direction."""

    redirects: int
    unreachable: int
    echo: int
    echo_reply: int
    mask_requests: int
    mask_replies: int
    quench: int
    parameter: int
    timestamp: int
    information: int
    time_exceeded: int


@dataclass(frozen=True, slots=True)
class OptionCounts:
    """IP options of received datagrams."""

    datagrams: int
    bad: int
    denied: int
    basic_security: int
    loose_route: int
    timestamp: int
    extended_security: int
    record_route: int
    stream: int
    strict_route: int
    alert: int
    cipso: int
    other: int


@dataclass(frozen=True, slots=True)
class TrafficView:
    """`show ip traffic`."""

    received: int
    delivered: int
    format_errors: int
    checksum_errors: int
    bad_hop_count: int
    unknown_protocol: int
    not_a_gateway: int
    reassembled: int
    reassembly_timeouts: int
    not_reassembled: int
    fragmented: int
    not_fragmented: int
    broadcasts_received: int
    broadcasts_sent: int
    multicasts_received: int
    multicasts_sent: int
    generated: int
    forwarded: int
    encapsulation_failed: int
    unresolved: int
    no_adjacency: int
    no_route: int
    forced_drop: int
    options: OptionCounts
    icmp_format_errors: int
    icmp_checksum_errors: int
    icmp_received: IcmpCounts
    icmp_sent: IcmpCounts
    udp_received: int
    udp_sent: int
    udp_no_port: int
    udp_checksum_errors: int
    broadcasts_forwarded: int
    arp_requests_received: int
    arp_replies_received: int
    arp_others_received: int
    arp_requests_sent: int
    arp_replies_sent: int
    arp_proxy_replies_sent: int
    tcp_received: int = 0
    tcp_checksum_errors: int = 0
    tcp_no_port: int = 0
    tcp_sent: int = 0


@dataclass(frozen=True, slots=True)
class HostRow:
    """One name of `ip host`."""

    name: str
    addresses: tuple[IPv4Address, ...]


@dataclass(frozen=True, slots=True)
class HostsView:
    """`show hosts`."""

    domain: str | None
    asks_servers: bool
    servers: tuple[IPv4Address, ...]
    hosts: tuple[HostRow, ...]
