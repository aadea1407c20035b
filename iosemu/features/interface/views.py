"""What the interface shows are about, in base units (ns, kbit/s, bytes)."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.address import IPv4Address, MacAddress
from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class CountersView:
    """Traffic since the counters were cleared, and rates over the load interval."""

    input_packets: int = 0
    input_bytes: int = 0
    input_broadcasts: int = 0
    input_multicasts: int = 0
    input_errors: int = 0
    input_crc: int = 0
    input_drops: int = 0
    unknown_protocol_drops: int = 0
    output_packets: int = 0
    output_bytes: int = 0
    output_drops: int = 0
    resets: int = 0
    lost_carrier: int = 0
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
class InterfaceView:
    """`show interfaces NAME`; durations since the last packet, None: never.

    txload, rxload: the rates as a share of the bandwidth, 1 to 255.
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
