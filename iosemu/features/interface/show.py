"""Renderers of interfaces, as IOS 15.4 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address
from iosemu.ages import age
from iosemu.cli.api import renders

from .views import (
    AccountingView,
    DescriptionsView,
    EthernetControllerView,
    InterfaceView,
    MediumView,
    SerialControllerView,
    SerialView,
    StatsView,
    SummaryView,
    TrafficRow,
)


@renders(InterfaceView)
def interface(view: InterfaceView) -> Iterator[str]:
    looped = " (looped)" if view.serial is not None and view.serial.is_looped else ""
    yield f"{view.name} is {view.status}, line protocol is {view.protocol}{looped}"
    yield from identity(view)
    yield (
        f"  MTU {view.mtu_bytes} bytes, BW {view.bandwidth_kbps} Kbit/sec,"
        f" DLY {view.delay_us} usec,"
    )
    yield (
        f"     reliability {view.reliability}/255, txload {view.txload}/255,"
        f" rxload {view.rxload}/255"
    )
    if view.vlan is not None:
        # Two blanks before the number: IOS 15, Genie's captures of subinterfaces.
        yield f"  Encapsulation 802.1Q Virtual LAN, Vlan ID  {view.vlan}."
        yield f"  ARP type: ARPA, ARP Timeout {clock(view.arp_timeout_s)}"
        yield keepalive(view)
        yield from clearing(view)
        return
    if view.serial is None:
        yield f"  Encapsulation {view.encapsulation}, loopback not set"
        yield keepalive(view)
    else:
        yield from serial_encapsulation(view, view.serial)
    yield from medium(view)
    if view.mac is not None:
        yield f"  ARP type: ARPA, ARP Timeout {clock(view.arp_timeout_s)}"
    yield f"  Last input {age(view.last_input)}, output {age(view.last_output)}, output hang never"
    yield from clearing(view)
    yield from queues(view)
    yield from traffic(view)


def serial_encapsulation(view: InterfaceView, serial: SerialView) -> Iterator[str]:
    tail = ", crc 16, loopback not set"
    lcp = "" if serial.lcp is None else f", LCP {serial.lcp}"
    if serial.network:
        yield f"  Encapsulation {view.encapsulation}{lcp}"
        yield f"  Open: {', '.join(serial.network)}{tail}"
    else:
        yield f"  Encapsulation {view.encapsulation}{lcp}{tail}"
    yield keepalive(view)
    yield f"  Restart-Delay is {serial.restart_delay_s} secs"


def keepalive(view: InterfaceView) -> str:
    return (
        f"  Keepalive set ({view.keepalive_s} sec)" if view.keepalive_s else "  Keepalive not set"
    )


def clock(seconds: int) -> str:
    """Hours, minutes and seconds, as 04:00:00."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def medium(view: InterfaceView) -> Iterator[str]:
    """Lines about the medium between keepalive and ARP."""
    held = view.medium
    match view.family:
        case "FastEthernet":
            duplex = "Half" if held.duplex == "half" else "Full"
            speed = held.speed if held.speed in ("10", "1000") else "100"
            yield f"  {duplex}-duplex, {speed}Mb/s, 100BaseTX/FX"
        case "GigabitEthernet":
            yield f"  {gigabit(held)}"
            yield "  output flow-control is unsupported, input flow-control is unsupported"


def gigabit(held: MediumView) -> str:
    """With `negotiation auto` what was agreed on, else what was typed."""
    unknown = ("Full Duplex", "1000Mbps") if held.is_negotiated else ("Auto Duplex", "Auto Speed")
    forced = [word for word in (held.duplex, held.speed) if word not in (None, "auto")]
    duplex = unknown[0] if held.duplex in (None, "auto") else f"{held.duplex.capitalize()} Duplex"
    speed = unknown[1] if held.speed in (None, "auto") else f"{held.speed}Mbps"
    link = "force-up" if len(forced) == 2 else "auto"
    media = (held.media_type or "rj45").upper()
    return f"{duplex}, {speed}, link type is {link}, media type is {media}"


def identity(view: InterfaceView) -> Iterator[str]:
    address = f", address is {view.mac} (bia {view.burned_in_mac})" if view.mac is not None else ""
    yield f"  Hardware is {view.hardware}{address}"
    if view.description is not None:
        yield f"  Description: {view.description}"
    if view.address is not None:
        yield f"  Internet address is {view.address}/{view.length}"
    elif view.lender is not None:
        lent = view.lender.address or IPv4Address(0)
        yield f"  Interface is unnumbered. Using address of {view.lender.name} ({lent})"


def clearing(view: InterfaceView) -> Iterator[str]:
    yield f'  Last clearing of "show interface" counters {age(view.last_clearing)}'


def queues(view: InterfaceView) -> Iterator[str]:
    counters = view.counters
    yield (
        f"  Input queue: 0/{view.input_queue}/{counters.input_drops}/0 (size/max/drops/flushes);"
        f" Total output drops: {counters.output_drops}"
    )
    yield "  Queueing strategy: fifo"
    yield f"  Output queue: {view.queued}/{view.output_queue} (size/max)"


def traffic(view: InterfaceView) -> Iterator[str]:
    c = view.counters
    window = load_window(view.load_interval_s)
    yield f"  {window} input rate {c.input_bps} bits/sec, {c.input_pps} packets/sec"
    yield f"  {window} output rate {c.output_bps} bits/sec, {c.output_pps} packets/sec"
    yield f"     {c.input_packets} packets input, {c.input_bytes} bytes, 0 no buffer"
    yield f"     Received {c.input_broadcasts} broadcasts ({c.input_multicasts} IP multicasts)"
    yield f"     {c.input_runts} runts, {c.input_giants} giants, 0 throttles"
    errors = f"     {c.input_errors} input errors, {c.input_crc} CRC, 0 frame, 0 overrun, 0 ignored"
    yield errors if view.mac is not None else f"{errors}, {c.input_aborts} abort"
    yield from ETHERNET_INPUT.get(view.family, ())
    yield f"     {c.output_packets} packets output, {c.output_bytes} bytes, 0 underruns"
    yield f"     0 output errors, 0 collisions, {c.resets} interface resets"
    yield f"     {c.unknown_protocol_drops} unknown protocol drops"
    if view.mac is not None:
        yield from ethernet_output(view)
    yield "     0 output buffer failures, 0 output buffers swapped out"
    if view.serial is not None:
        signals = signal_line(has_signals=view.serial.has_signals)
        yield f"     {c.carrier_transitions} carrier transitions     {signals}"


def signal_line(*, has_signals: bool) -> str:
    """The control signals of a serial line: all of them come and go with the other end."""
    state = "up" if has_signals else "down"
    return "  ".join(f"{name}={state}" for name in ("DCD", "DSR", "DTR", "RTS", "CTS"))


ETHERNET_INPUT = {
    "Ethernet": ("     0 input packets with dribble condition detected",),
    "FastEthernet": (
        "     0 watchdog",
        "     0 input packets with dribble condition detected",
    ),
    "GigabitEthernet": ("     0 watchdog, 0 multicast, 0 pause input",),
    "TenGigabitEthernet": ("     0 watchdog, 0 multicast, 0 pause input",),
}
PAUSE_FAMILIES = ("GigabitEthernet", "TenGigabitEthernet")


def ethernet_output(view: InterfaceView) -> Iterator[str]:
    pause = ", 0 pause output" if view.family in PAUSE_FAMILIES else ""
    yield "     0 babbles, 0 late collision, 0 deferred"
    yield f"     {view.counters.lost_carrier} lost carrier, 0 no carrier{pause}"


def load_window(seconds: int) -> str:
    """ "5 minute" for 300 s, "30 second" for less than a minute."""
    return f"{seconds} second" if seconds % 60 else f"{seconds // 60} minute"


@renders(DescriptionsView)
def descriptions(view: DescriptionsView) -> Iterator[str]:
    yield "Interface                      Status         Protocol Description"
    for row in view.rows:
        yield f"{row.name:<30} {row.status:<14} {row.protocol:<8} {row.description}".rstrip()


@renders(SummaryView)
def summary(view: SummaryView) -> Iterator[str]:
    yield ""
    yield " *: interface is up"
    yield " IHQ: pkts in input hold queue     IQD: pkts dropped from input queue"
    yield " OHQ: pkts in output hold queue    OQD: pkts dropped from output queue"
    yield " RXBS: rx rate (bits/sec)          RXPS: rx rate (pkts/sec)"
    yield " TXBS: tx rate (bits/sec)          TXPS: tx rate (pkts/sec)"
    yield " TRTL: throttle count"
    yield ""
    heads = ("IHQ", "IQD", "OHQ", "OQD", "RXBS", "RXPS", "TXBS", "TXPS", "TRTL")
    yield f"  {'Interface':<21}" + "".join(f"{head:>10}" for head in heads)
    yield "-" * 113
    for row in view.rows:
        mark = "*" if row.is_up else " "
        yield (
            f"{mark} {row.name:<21}{0:>10}{0:>10}{row.output_queued:>10}{row.output_drops:>10}"
            f"{row.input_bps:>10}{row.input_pps:>10}{row.output_bps:>10}{row.output_pps:>10}{0:>10}"
        )


@renders(StatsView)
def stats(view: StatsView) -> Iterator[str]:
    yield view.name
    yield f"{'Switching path':>24}{TRAFFIC_HEADS}"
    yield from map(traffic_row, view.rows)


@renders(AccountingView)
def accounting(view: AccountingView) -> Iterator[str]:
    yield f"{view.name} {view.description or ''}".rstrip()
    if not view.rows:
        yield "No traffic sent or received on this interface."
        return
    yield f"{'Protocol':>24}{TRAFFIC_HEADS}"
    yield from map(traffic_row, view.rows)


TRAFFIC_HEADS = "    Pkts In   Chars In   Pkts Out  Chars Out"


def traffic_row(row: TrafficRow) -> str:
    return (
        f"{row.name:>24}{row.input_packets:>11}{row.input_bytes:>11}"
        f"{row.output_packets:>11}{row.output_bytes:>11}"
    )


@renders(SerialControllerView)
def serial_controller(view: SerialControllerView) -> Iterator[str]:
    yield "M4T: show controller:"
    yield (
        f"PAS unit {view.port}, subunit {view.port}, f/w version 3-101, rev ID 0x2800001, version 3"
    )
    yield f"    {signal_line(has_signals=view.has_signals)}"
    yield f"line state: {'up' if view.is_up else 'down'}"
    if view.is_dce is None:
        yield "cable type : No cable"
    else:
        end = "DCE" if view.is_dce else "DTE"
        yield f"cable type : V.35 {end} cable, received clockrate {view.clock_bps or 0}"
    yield ""
    yield f"rx_int_count={view.input_packets}, tx_int_count={view.output_packets}"


@renders(EthernetControllerView)
def ethernet_controller(view: EthernetControllerView) -> Iterator[str]:
    yield f"Interface {view.name}"
    yield f"Hardware is {view.hardware}"
    yield f"HW addr {view.mac}, unit {view.unit}, MTU {view.mtu_bytes}"
    yield f"{view.lost_carrier} lost carrier, {view.resets} resets"
    yield (
        f"{view.input_crc} CRC errors, {view.input_runts} runt packets,"
        f" {view.input_giants} giant packets"
    )
