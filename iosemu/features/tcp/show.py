"""Renderers of the TCP and UDP shows, as IOS 15.7 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import Address
from iosemu.cli.api import renders

from .views import (
    BriefRow,
    BriefView,
    ConnectionPart,
    ConnectionView,
    PortsView,
    SocketsView,
    StatisticsView,
)

WIDE = "7F61"
"""How the addresses of blocks begin on IOS-XE, which is a process of Linux."""


@renders(BriefView)
def brief(view: BriefView) -> Iterator[str]:
    if not view.rows:
        return
    yield "TCB       Local Address               Foreign Address             (state)"
    for row in view.rows:
        local = _end(view, row.local, f"{row.local_port}")
        block = f"{WIDE if view.is_wide else ''}{row.number:08X}"
        yield f"{block}  {local:<26} {_foreign(view, row):<27} {row.state}"


def _foreign(view: BriefView, row: BriefRow) -> str:
    if row.peer is None:
        return "*.*"
    return _end(view, row.peer, "*" if row.peer_port is None else f"{row.peer_port}")


def _end(view: BriefView, address: Address | None, port: str) -> str:
    if address is None:
        return f"0.0.0.0.{port}"
    return f"{view.names.get(address, address)}.{port}"


@renders(ConnectionView)
def connection(view: ConnectionView) -> Iterator[str]:
    yield view.title
    yield from connection_state(view)
    yield ""


@renders(ConnectionPart)
def part(view: ConnectionPart) -> Iterator[str]:
    yield from connection_state(view.connection)
    yield ""


def connection_state(view: ConnectionView) -> Iterator[str]:
    """All but the title."""
    state = f"Connection state is {view.state}, I/O status: 1"
    yield f"{state}, unread input bytes: {view.unread_bytes}            "
    ttl = f"Mininum incoming TTL {view.minimum_ttl}, Outgoing TTL {view.ttl}"
    yield f"Connection is ECN Disabled, {ttl}"
    yield f"Local host: {view.local}, Local port: {view.local_port}"
    yield f"Foreign host: {view.peer}, Foreign port: {view.peer_port}"
    yield f"Connection tableid (VRF): {view.table}"
    yield f"Maximum output segment queue size: {view.queue_segments}"
    yield ""
    gaps = f"mis-ordered: {view.out_of_order} ({view.out_of_order_bytes} bytes)"
    waiting = f"Enqueued packets for retransmit: {view.unacknowledged}"
    yield f"{waiting}, input: {int(view.input)}  {gaps}"
    yield ""
    yield f"Event Timers (current time is 0x{view.now_ms:X}):"
    yield "Timer          Starts    Wakeups            Next"
    for row in view.timers:
        due = f"0x{row.due_ms:X}"
        yield f"{row.name:<10}{row.starts:>11}{row.wakeups:>11}{due:>16}"
    yield ""
    yield f"iss: {view.iss:>10}  snduna: {view.snd_una:>10}  sndnxt: {view.snd_nxt:>10}"
    yield f"irs: {view.irs:>10}  rcvnxt: {view.rcv_nxt:>10}"
    yield ""
    most = view.greatest_receive_window
    yield f"sndwnd: {view.send_window:>6}  scale: {0:>6}  maxrcvwnd: {most:>6}"
    delta = view.receive_window_delta
    yield f"rcvwnd: {view.receive_window:>6}  scale: {0:>6}  delrcvwnd: {delta:>6}"
    yield ""
    yield (
        f"SRTT: {view.mean_ms} ms, RTTO: {view.timeout_ms} ms,"
        f" RTV: {view.deviation_ms} ms, KRTT: {view.backed_off_ms} ms"
    )
    yield (
        f"minRTT: {view.least_ms} ms, maxRTT: {view.most_ms} ms, ACK hold: {view.ack_hold_ms} ms"
    )
    yield (
        f"uptime: {view.uptime_ms} ms, Sent idletime: {view.sent_idle_ms} ms,"
        f" Receive idletime: {view.received_idle_ms} ms "
    )
    yield f"Status Flags: {', '.join(view.status) or 'none'}"
    yield f"Option Flags: {', '.join(view.options) or 'none'}"
    yield f"IP Precedence value : {view.precedence}"
    yield ""
    yield f"Datagrams (max data segment is {view.mss} bytes):"
    yield (
        f"Rcvd: {view.received} (out of order: {view.received_out_of_order}),"
        f" with data: {view.received_with_data}, total data bytes: {view.received_bytes}"
    )
    yield (
        f"Sent: {view.sent} (retransmit: {view.retransmitted},"
        f" fastretransmit: {view.fast_retransmitted}, partialack: {view.partial_acks},"
        f" Second Congestion: {view.second_congestion}),"
        f" with data: {view.sent_with_data}, total data bytes: {view.sent_bytes}"
    )
    yield ""
    yield " Packets received in fast path: 0, fast processed: 0, slow path: 0"
    yield " fast lock acquisition failures: 0, slow path: 0"


@renders(StatisticsView)
def statistics(view: StatisticsView) -> Iterator[str]:
    n = view.counts
    yield f"Rcvd: {n['received']} Total, {n['no_port']} no port"
    yield (
        f"      {n['bad_checksum']} checksum error, {n['bad_offset']} bad offset,"
        f" {n['too_short']} too short"
    )
    yield f"      {n['in_sequence']} packets ({n['in_sequence_bytes']} bytes) in sequence"
    yield f"      {n['duplicates']} dup packets ({n['duplicate_bytes']} bytes)"
    yield (
        f"      {n['partial_duplicates']} partially dup packets"
        f" ({n['partial_duplicate_bytes']} bytes)"
    )
    yield f"      {n['out_of_order']} out-of-order packets ({n['out_of_order_bytes']} bytes)"
    yield (
        f"      {n['after_window']} packets ({n['after_window_bytes']} bytes)"
        " with data after window"
    )
    yield f"      {n['after_close']} packets after close"
    yield (
        f"      {n['window_probes_received']} window probe packets,"
        f" {n['window_updates_received']} window update packets"
    )
    yield (
        f"      {n['duplicate_acks']} dup ack packets,"
        f" {n['acks_of_unsent']} ack packets with unsend data"
    )
    yield f"      {n['acks']} ack packets ({n['acked_bytes']} bytes)"
    yield f"Sent: {n['sent']} Total, {n['urgent_sent']} urgent packets"
    yield (
        f"      {n['control_sent']} control packets"
        f" (including {n['control_retransmitted']} retransmitted)"
    )
    yield f"      {n['data_sent']} data packets ({n['data_bytes_sent']} bytes)"
    yield (
        f"      {n['retransmitted']} data packets ({n['retransmitted_bytes']} bytes) retransmitted"
    )
    yield (
        f"      {n['fast_retransmitted']} data packets"
        f" ({n['fast_retransmitted_bytes']} bytes) fastretransmitted"
    )
    yield f"      {n['acks_only_sent']} ack only packets ({n['delayed_acks']} delayed)"
    yield (
        f"      {n['window_probes_sent']} window probe packets,"
        f" {n['window_updates_sent']} window update packets"
    )
    yield (
        f"{n['initiated']} Connections initiated, {n['accepted']} connections accepted,"
        f" {n['established']} connections established"
    )
    yield (
        f"{n['closed']} Connections closed (including {n['dropped']} dropped,"
        f" {n['embryonic_dropped']} embryonic dropped)"
    )
    yield (
        f"{n['retransmit_timeouts']} Total rxmt timeout,"
        f" {n['dropped_by_retransmit']} connections dropped in rxmt timeout"
    )
    yield (
        f"{n['keepalive_timeouts']} Keepalive timeout, {n['keepalive_probes']} keepalive probe,"
        f" {n['dropped_by_keepalive']} Connections dropped in keepalive"
    )


@renders(SocketsView)
def sockets(view: SocketsView) -> Iterator[str]:
    yield "Proto        Remote      Port      Local       Port  In Out  Stat TTY OutputIF"
    for row in view.rows:
        remote = f"{row.protocol:>3} {'0.0.0.0':<15} {0:>5}"
        yield f"{remote} {'  --any--':<15} {row.local_port:>5} {0:>3} {0:>3} {1:>4} {0:>3} "


@renders(PortsView)
def open_ports(view: PortsView) -> Iterator[str]:
    yield "Active internet connections (servers and established)"
    yield (
        "Prot               Local Address             Foreign Address"
        "                  Service    State"
    )
    for row in view.rows:
        peer = "*" if row.peer is None else str(row.peer)
        local, foreign = f"*:{row.local_port}", f"{peer}:{row.peer_port}"
        yield f"{row.protocol:>4}{local:>28}{foreign:>28}{row.service:>25}{row.state:>9}"
    yield ""
