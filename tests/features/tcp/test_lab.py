"""TCP in a lab: small servers, shows, clear, debugs, sizes, and what tshark thinks of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import iosemu
from iosemu.features.tcp.servers import pattern
from iosemu.proto.base import Open, SendUdp, TcpOptions, TcpReason, Udp
from tests.features.samples import sample, unpadded
from tests.stack.net import ip

from .client import Caller

TSHARK = shutil.which("tshark")
SERVERS = "service tcp-small-servers\nservice udp-small-servers"


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(40)
    lab["R2"].configure(SERVERS)
    # The first packet to a neighbor is lost to ARP.
    lab["R1"].cli("ping 10.0.12.2")
    lab["R2"].cli("ping 10.0.23.3")
    return lab


@pytest.fixture
def caller(lab: iosemu.Lab) -> Caller:
    return Caller(lab, "R1")


def test_echo_comes_back_and_show_tcp_is_true(lab: iosemu.Lab, caller: Caller) -> None:
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    caller.write(b"hello")
    lab.run_for(1)
    assert caller.heard() == b"hello"
    number, (c,) = caller.client.up["one"], lab.routers["R1"].device.stack.tcp.connections.values()
    port = c.local_port
    row = f"{number:08X}  {f'10.0.12.1.{port}':<26} {'10.0.12.2.7':<27} ESTAB"
    assert lab["R1"].cli("show tcp brief").splitlines() == [
        "TCB       Local Address               Foreign Address             (state)",
        row,
    ]
    assert f"  10.0.12.2.7                10.0.12.1.{port}" in lab["R2"].cli("show tcp brief")
    told = lab["R1"].cli(f"show tcp tcb {number:X}").splitlines()
    assert told[0] == "Stand-alone TCP connection to host 10.0.12.2"
    assert f"Local host: 10.0.12.1, Local port: {port}" in told
    assert "Foreign host: 10.0.12.2, Foreign port: 7" in told
    assert "Retrans             2          0             0x0" in told
    assert "Rcvd: 2 (out of order: 0), with data: 1, total data bytes: 5" in told
    assert told[-4].startswith("Sent: 4 (retransmit: 0, fastretransmit: 0, partialack: 0, ")
    assert told[-4].endswith("with data: 1, total data bytes: 5")
    assert "Datagrams (max data segment is 1460 bytes):" in told
    assert "sndwnd:   4123  scale:      0  maxrcvwnd:   4128" in told
    assert "rcvwnd:   4123  scale:      0  delrcvwnd:      5" in told
    caller.close()
    lab.run_for(1)
    assert lab["R1"].cli("show tcp brief").endswith("TIMEWAIT")
    assert lab["R2"].cli("show tcp brief") == ""
    assert caller.client.ends["one"] is TcpReason.CLOSED


def test_the_brief_table_has_the_columns_of_a_device(lab: iosemu.Lab, caller: Caller) -> None:
    captured = sample("web_show_tcp_brief.txt")
    header, row = captured[1], captured[2]
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    ours = lab["R1"].cli("show tcp brief").splitlines()
    assert ours[0] == header
    assert ours[1].index("10.0.12.1") == row.index("15.1.1.2")
    assert ours[1].index("10.0.12.2") == row.index("15.1.1.1")
    assert ours[1].index("ESTAB") == row.index("ESTAB")
    everything = lab["R2"].cli("show tcp brief all").splitlines()
    listening = [line.split()[1:] for line in everything if line.endswith("LISTEN")]
    for port in (7, 9, 19):
        assert [f"0.0.0.0.{port}", "*.*", "LISTEN"] in listening


def test_a_connection_is_told_in_the_lines_of_a_device(lab: iosemu.Lab, caller: Caller) -> None:
    """Numbers apart, our lines are those that IOS 15.7 prints of a BGP session."""
    captured = unpadded(sample("show_ip_bgp_neighbors__2.txt"))
    start = next(n for n, line in enumerate(captured) if line.startswith("Connection state"))
    end = next(n for n, line in enumerate(captured) if "fast lock" in line)
    bgp = TcpOptions(window_bytes=16384, nagle=True, path_mtu=True)
    caller.connect("10.0.12.2", 7, options=bgp)
    lab.run_for(1)
    caller.write(bytes(300))
    lab.run_for(1)
    ours = unpadded(lab["R1"].cli("show tcp").splitlines())[1:]
    assert [shape(line) for line in ours] == [shape(line) for line in captured[start : end + 1]]


def shape(line: str) -> str:
    """A line with numbers of any width as #, and blanks between as one."""
    words = line.replace(",", " , ").replace("(", "( ").replace(")", " )").split()
    return " ".join("#" if any(c.isdigit() for c in word) else word for word in words)


def test_the_widths_of_numbers_are_those_of_a_device() -> None:
    """A view with the numbers of the capture gives its lines, byte by byte."""
    from iosemu.features.tcp.show import connection_state
    from iosemu.features.tcp.views import ConnectionView, TimerRow

    captured = unpadded(sample("show_ip_bgp_neighbors__2.txt"))
    start = next(n for n, line in enumerate(captured) if line.startswith("Connection state"))
    end = next(n for n, line in enumerate(captured) if "fast lock" in line)
    rows = (
        ("Retrans", 271224, 1, 0),
        ("TimeWait", 0, 0, 0),
        ("AckHold", 10516474, 9279863, 0),
        ("SendWnd", 0, 0, 0),
        ("KeepAlive", 0, 0, 0),
        ("GiveUp", 0, 0, 0),
        ("PmtuAger", 7434532, 7434531, 0x1BCABB9CD),
        ("DeadWait", 0, 0, 0),
        ("Linger", 0, 0, 0),
        ("ProcessQ", 0, 0, 0),
    )
    view = ConnectionView(
        title="",
        state="ESTAB",
        unread_bytes=0,
        minimum_ttl=0,
        ttl=1,
        local=ip("2.2.2.3"),
        local_port=26678,
        peer=ip("2.2.2.2"),
        peer_port=179,
        table=0,
        queue_segments=50,
        unacknowledged=0,
        input=0,
        out_of_order=0,
        out_of_order_bytes=0,
        now_ms=0x1BCABB8E0,
        timers=tuple(TimerRow(*row) for row in rows),
        iss=2752933698,
        snd_una=2758088150,
        snd_nxt=2758088150,
        irs=4248710998,
        rcv_nxt=1912649518,
        send_window=16384,
        greatest_receive_window=16384,
        receive_window=15959,
        receive_window_delta=425,
        mean_ms=1000,
        timeout_ms=1003,
        deviation_ms=3,
        backed_off_ms=0,
        least_ms=0,
        most_ms=1000,
        ack_hold_ms=200,
        uptime_ms=-1,
        sent_idle_ms=24,
        received_idle_ms=265,
        status=("active open",),
        options=("nagle", "path mtu capable"),
        precedence=6,
        mss=1460,
        received=10884457,
        received_out_of_order=0,
        received_with_data=10651645,
        received_bytes=1958905815,
        sent=10867963,
        retransmitted=1,
        fast_retransmitted=0,
        partial_acks=0,
        second_congestion=0,
        sent_with_data=271222,
        sent_bytes=5154451,
    )
    assert unpadded(list(connection_state(view))) == captured[start : end + 1]


def test_the_character_generator_runs_at_the_pace_of_its_reader(
    lab: iosemu.Lab, caller: Caller
) -> None:
    caller.connect("10.0.12.2", 19)
    lab.run_for(0.1)
    heard = caller.heard()
    assert len(heard) > 100_000
    lines = heard.split(b"\r\n")[:-1]
    assert lines == [pattern(n)[:-2] for n in range(len(lines))]
    held = lab.routers["R2"].device.stack.tcp.connections
    assert all(len(c.sender.queue) < 100_000 for c in held.values())


def test_what_is_discarded_brings_no_answer(lab: iosemu.Lab, caller: Caller) -> None:
    caller.connect("10.0.12.2", 9)
    lab.run_for(1)
    caller.write(bytes(5000))
    lab.run_for(5)
    assert caller.heard() == b""
    (c,) = lab.routers["R2"].device.stack.tcp.connections.values()
    assert c.counts.bytes_received == 5000


def test_without_the_service_the_port_refuses(lab: iosemu.Lab, caller: Caller) -> None:
    lab["R2"].configure("no service tcp-small-servers")
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    assert caller.client.ends["one"] is TcpReason.REFUSED


@pytest.mark.parametrize(("port", "answer"), [(7, b"ab"), (9, None), (19, pattern(2))])
def test_the_small_servers_answer_datagrams(
    lab: iosemu.Lab, caller: Caller, port: int, answer: bytes | None
) -> None:
    caller.do(Open(Udp(4000)))
    caller.do(SendUdp(ip("10.0.12.2"), 4000, port, b"ab"))
    lab.run_for(1)
    assert caller.client.datagrams == ([] if answer is None else [answer])


def test_only_an_administrator_who_confirms_clears(lab: iosemu.Lab, caller: Caller) -> None:
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    r1, number = lab["R1"], caller.client.up["one"]
    assert r1.cli("clear tcp tcb 1234") == "% 1234 is not a valid TCB address"
    r1.cli(f"clear tcp tcb {number:X}")
    assert r1.prompt == "[confirm]"
    assert "OK" not in r1.cli("n")
    assert r1.cli("show tcp brief").endswith("ESTAB")
    port = lab.routers["R1"].device.stack.tcp.connections[number].local_port
    r1.cli(f"clear tcp local 10.0.12.1 {port} remote 10.0.12.2 7")
    assert "[OK]" in r1.cli("")
    lab.run_for(1)
    assert r1.cli("show tcp brief") == ""
    assert lab["R2"].cli("show tcp brief") == ""
    assert caller.client.ends["one"] is TcpReason.CLEARED


def test_transactions_are_debugged_in_the_words_of_ios(lab: iosemu.Lab, caller: Caller) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug ip tcp transactions") == "TCP special event debugging is on"
    before = len(r1.log)
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    number = caller.client.up["one"]
    c = lab.routers["R1"].device.stack.tcp.connections[number]
    ends = f"[{c.local_port} -> 10.0.12.2(7)]"
    said = [line.text.partition(": ")[2] for line in r1.log[before:]]
    assert said == [
        f"TCP: Random local port generated {c.local_port}, network 1",
        f"TCB{number:08X} created",
        f"TCB{number:08X} bound to 10.0.12.1.{c.local_port}",
        f"TCP: sending SYN, seq {c.sender.iss}, ack 0",
        "TCP0: Connection to 10.0.12.2:7, advertising MSS 1460",
        f"TCP0: state was CLOSED -> SYNSENT {ends}",
        f"TCP: tcb {number:08X} connection to 10.0.12.2:7, peer MSS 1460, MSS is 1460",
        f"TCP0: state was SYNSENT -> ESTAB {ends}",
    ]


def test_packets_are_debugged_with_what_they_carry(lab: iosemu.Lab, caller: Caller) -> None:
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    r1 = lab["R1"]
    r1.cli("debug ip tcp packet")
    before = len(r1.log)
    caller.write(b"hello")
    c = lab.routers["R1"].device.stack.tcp.connections[caller.client.up["one"]]
    sequence, acknowledgment = c.sender.una, c.receiver.nxt
    (line,) = (line.text for line in r1.log[before:])
    head, _, details = line.partition("\n")
    ends = f"10.0.12.2:7 10.0.12.1:{c.local_port}"
    assert head.endswith(f": tcp0: O ESTAB {ends} seq {sequence}")
    assert details == f"        DATA 5 ACK {acknowledgment & 0xFFFFFFFF} PSH  WIN 4128"


def test_datagrams_are_debugged(lab: iosemu.Lab, caller: Caller) -> None:
    r1 = lab["R1"]
    assert r1.cli("debug ip udp") == "UDP packet debugging is on"
    caller.do(Open(Udp(4000)))
    caller.do(SendUdp(ip("10.0.12.2"), 4000, 7, b"ab"))
    lab.run_for(1)
    said = [line.text.partition(": ")[2] for line in r1.log if "UDP: " in line.text]
    assert said == [
        "UDP: sent src=10.0.12.1(4000), dst=10.0.12.2(7), length=10",
        "UDP: rcvd src=10.0.12.2(7), dst=10.0.12.1(4000), length=10",
    ]


def test_far_peers_get_536_bytes_unless_the_path_is_discovered(
    lab: iosemu.Lab, caller: Caller
) -> None:
    for n, target in enumerate(("10.0.12.2", "2.2.2.2")):
        caller.connect(target, 7, token=str(n))
    lab.run_for(1)
    lab["R1"].configure("ip tcp path-mtu-discovery")
    caller.connect("2.2.2.2", 9, token="2")
    lab.run_for(1)
    stack = lab.routers["R1"].device.stack
    own = [stack.tcp.connections[caller.client.up[str(n)]].own_mss for n in range(3)]
    # 2.2.2.2 is a loopback of the neighbor, behind a next hop that is not the peer.
    assert own == [1460, 536, 1460]


def test_a_narrow_link_on_the_path_lowers_the_segments(lab: iosemu.Lab, caller: Caller) -> None:
    lab["R2"].configure("interface e0/1\n ip mtu 1000")
    lab["R3"].configure(SERVERS)
    lab["R1"].configure("ip route 10.0.23.0 255.255.255.0 10.0.12.2\nip tcp path-mtu-discovery")
    lab["R3"].configure("ip tcp path-mtu-discovery\nip route 10.0.12.0 255.255.255.0 10.0.23.2")
    caller.connect("10.0.23.3", 7)
    lab.run_for(1)
    c = lab.routers["R1"].device.stack.tcp.connections[caller.client.up["one"]]
    assert c.sender.mss == 1460
    caller.write(bytes(20_000))
    lab.run_for(30)
    assert c.sender.mss == 960
    assert len(caller.heard()) == 20_000
    told = lab["R1"].cli("show tcp").splitlines()
    assert any(line.startswith("PmtuAger            1          0") for line in told)
    lab.run_for(600)
    assert c.sender.mss == 1460


def test_a_router_on_the_way_lowers_the_mss(lab: iosemu.Lab, caller: Caller) -> None:
    lab["R3"].configure(SERVERS + "\nip route 10.0.12.0 255.255.255.0 10.0.23.2")
    lab["R1"].configure("ip route 10.0.23.0 255.255.255.0 10.0.12.2\nip tcp path-mtu-discovery")
    lab["R2"].configure("interface e0/1\n ip tcp adjust-mss 900")
    caller.connect("10.0.23.3", 7)
    lab.run_for(1)
    ends = [
        next(iter(lab.routers[name].device.stack.tcp.connections.values())) for name in ("R1", "R3")
    ]
    assert [(c.sender.mss, c.own_mss) for c in ends] == [(536, 1460), (536, 536)]
    lab["R3"].configure("ip tcp path-mtu-discovery")
    caller.connect("10.0.23.3", 9, "two")
    lab.run_for(1)
    mss = [
        list(lab.routers[name].device.stack.tcp.connections.values())[1].sender.mss
        for name in ("R1", "R3")
    ]
    assert mss == [900, 900]


def test_an_unreachable_from_the_network_ends_an_open_but_no_connection(
    lab: iosemu.Lab, caller: Caller
) -> None:
    lab["R1"].configure("ip route 203.0.113.0 255.255.255.0 10.0.12.2")
    caller.connect("203.0.113.9", 7)
    lab.run_for(1)
    assert caller.client.ends["one"] is TcpReason.UNREACHABLE


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_finds_nothing_wrong_with_the_segments(
    lab: iosemu.Lab, caller: Caller, tmp_path: Path
) -> None:
    assert TSHARK is not None
    captured = lab.capture("R1:e0/0")
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    caller.write(bytes(range(256)) * 200)
    lab.run_for(2)
    caller.connect("10.0.12.2", 80, "three")
    caller.close()
    lab.run_for(2)
    file = tmp_path / "tcp.pcapng"
    captured.save(file)
    wrong = "_ws.malformed || _ws.expert.severity == error || tcp.checksum.status == 0"
    wrong += " || tcp.analysis.retransmission || tcp.analysis.lost_segment"
    command = [TSHARK, "-r", str(file), "-o", "tcp.check_checksum:TRUE"]
    for shown, least, most in ((wrong, 0, 0), ("tcp", 80, 100_000)):
        found = subprocess.run(
            [*command, "-Y", shown], capture_output=True, text=True, check=True, timeout=120
        )
        assert least <= len(found.stdout.splitlines()) <= most, found.stdout[:2000]


def test_sockets_and_open_ports_are_listed(lab: iosemu.Lab) -> None:
    assert lab["R2"].cli("show udp").splitlines() == [
        "Proto        Remote      Port      Local       Port  In Out  Stat TTY OutputIF",
        " 17 0.0.0.0             0   --any--           7   0   0    1   0 ",
        " 17 0.0.0.0             0   --any--           9   0   0    1   0 ",
        " 17 0.0.0.0             0   --any--          19   0   0    1   0 ",
    ]
    ports = [
        line.split() for line in lab["R2"].cli("show control-plane host open-ports").splitlines()
    ]
    assert ["tcp", "*:7", "*:0", "Echo", "LISTEN"] in ports
    assert ["udp", "*:19", "*:0", "Chargen", "LISTEN"] in ports


def test_a_copy_of_the_lab_goes_on_with_its_connections(lab: iosemu.Lab, caller: Caller) -> None:
    caller.connect("10.0.12.2", 19)
    lab.run_for(0.03)
    twin = iosemu.restore(lab.snapshot())
    for each in (lab, twin):
        each.run_for(0.03)
    assert len(caller.heard()) > 50_000
    assert Caller(twin, "R1").heard() == caller.heard()
    assert twin.digest == lab.digest


def test_counters_are_those_of_what_happened(lab: iosemu.Lab, caller: Caller) -> None:
    for device in ("R1", "R2"):
        lab[device].cli("clear tcp statistics")
    caller.connect("10.0.12.2", 7)
    lab.run_for(1)
    caller.write(b"hello")
    lab.run_for(1)
    caller.connect("10.0.12.2", 80, "two")
    lab.run_for(1)
    told = lab["R2"].cli("show tcp statistics").splitlines()
    assert told[0] == "Rcvd: 5 Total, 1 no port"
    assert "      1 packets (5 bytes) in sequence" in told
    assert "Sent: 3 Total, 0 urgent packets" in told
    assert "      2 control packets (including 0 retransmitted)" in told
    assert "      1 data packets (5 bytes)" in told
    assert "0 Connections initiated, 1 connections accepted, 1 connections established" in told
