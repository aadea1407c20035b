"""What the interface shows are about, in base units (ns, kbit/s, bytes)."""

from __future__ import annotations

from iosemu.address import IPv4Address, MacAddress
from iosemu.kernel.time import Time
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class CountersView:
    """Traffic since the counters were cleared, and rates over the load interval."""

    input_packets: int = 0
    input_bytes: int = 0
    input_broadcasts: int = 0
    input_multicasts: int = 0
    input_errors: int = 0
    input_crc: int = 0
    input_runts: int = 0
    input_giants: int = 0
    input_aborts: int = 0
    input_drops: int = 0
    unknown_protocol_drops: int = 0
    output_packets: int = 0
    output_bytes: int = 0
    output_drops: int = 0
    resets: int = 0
    lost_carrier: int = 0
    carrier_transitions: int = 0
    input_bps: int = 0
    input_pps: int = 0
    output_bps: int = 0
    output_pps: int = 0


@dataclass(frozen=True, slots=True)
class MediumView:
    """What was said of the medium; None: nothing, `speed` in Mbit/s or "auto"."""

    duplex: str | None = None
    speed: str | None = None
    media_type: str | None = None
    is_negotiated: bool = False


@dataclass(frozen=True, slots=True)
class SerialView:
    """A serial line.  `lcp` and `network`: the state of PPP, None under HDLC.  `signals`: whether
    the other end drives the line."""

    lcp: str | None = None
    network: tuple[str, ...] = ()
    is_looped: bool = False
    restart_delay_s: int = 0
    has_signals: bool = False


@dataclass(frozen=True, slots=True)
class LenderView:
    """The interface whose address an unnumbered one uses."""

    name: str
    address: IPv4Address | None


@dataclass(frozen=True, slots=True)
class InterfaceView:
    """`show interfaces NAME`; durations since the last packet, None: never.

    txload, rxload: the rates as a share of the bandwidth, 1 to 255.  reliability: of 255.
    queued: frames that wait to be sent.
    """

    name: str
    status: str
    protocol: str
    family: str
    hardware: str
    mac: MacAddress | None
    burned_in_mac: MacAddress | None
    description: str | None
    address: IPv4Address | None
    length: int
    mtu_bytes: int
    bandwidth_kbps: int
    delay_us: int
    encapsulation: str
    vlan: int | None
    load_interval_s: int
    output_queue: int
    last_input: Time | None
    last_output: Time | None
    last_clearing: Time | None
    counters: CountersView = CountersView()
    medium: MediumView = MediumView()
    keepalive_s: int | None = 10
    arp_timeout_s: int = 14400
    input_queue: int = 75
    txload: int = 1
    rxload: int = 1
    reliability: int = 255
    queued: int = 0
    serial: SerialView | None = None
    lender: LenderView | None = None


@dataclass(frozen=True, slots=True)
class DescriptionRow:
    """One row of `show interfaces description`; `name` is the short one."""

    name: str
    status: str
    protocol: str
    description: str


@dataclass(frozen=True, slots=True)
class DescriptionsView:
    """`show interfaces description`."""

    rows: tuple[DescriptionRow, ...]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One row of `show interfaces summary`; rates in bits and packets per second."""

    name: str
    is_up: bool
    output_queued: int
    output_drops: int
    input_bps: int
    input_pps: int
    output_bps: int
    output_pps: int


@dataclass(frozen=True, slots=True)
class SummaryView:
    """`show interfaces summary`."""

    rows: tuple[SummaryRow, ...]


@dataclass(frozen=True, slots=True)
class TrafficRow:
    """Packets and bytes both ways, of a protocol or of a way through the router."""

    name: str
    input_packets: int
    input_bytes: int
    output_packets: int
    output_bytes: int


@dataclass(frozen=True, slots=True)
class AccountingView:
    """`show interfaces accounting` of one interface, by protocol."""

    name: str
    description: str | None
    rows: tuple[TrafficRow, ...]


@dataclass(frozen=True, slots=True)
class StatsView:
    """`show interfaces stats` of one interface, by switching path."""

    name: str
    rows: tuple[TrafficRow, ...]


@dataclass(frozen=True, slots=True)
class SerialControllerView:
    """`show controllers serial`.  is_dce: None without a cable; clock_bps: None without a clock."""

    port: int
    is_up: bool
    has_signals: bool
    is_dce: bool | None
    clock_bps: int | None
    mtu_bytes: int
    input_packets: int
    output_packets: int


@dataclass(frozen=True, slots=True)
class EthernetControllerView:
    """`show controllers` of an Ethernet interface."""

    name: str
    hardware: str
    unit: int
    mac: MacAddress
    mtu_bytes: int
    lost_carrier: int
    resets: int
    input_crc: int
    input_runts: int
    input_giants: int
