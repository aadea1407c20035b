"""The log of a running router: destinations, servers, counts."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import iosemu
from iosemu.address import IPv4Address
from iosemu.features.logging.show import server
from iosemu.features.logging.views import HostView
from iosemu.wire.ipv4 import IPv4

from ..samples import sample
from ..shop import router

UDP, SYSLOG = 17, 514
TSHARK = shutil.which("tshark")


@pytest.fixture
def lab() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    return lab


def datagrams(capture: object) -> list[tuple[str, int, int, str]]:
    """(source, source port, target port, text) of the syslog datagrams captured."""
    found = []
    for seen in capture.frames:  # type: ignore[attr-defined]
        frame = seen.frame
        if frame[12:14] != b"\x08\x00":
            continue
        packet = IPv4.parse(frame[14:])
        if packet.protocol != UDP:
            continue
        ports = int.from_bytes(packet.payload[:2]), int.from_bytes(packet.payload[2:4])
        found.append((str(packet.source), *ports, packet.payload[8:].decode("latin-1")))
    return found


def test_a_server_gets_what_the_trap_level_lets_pass(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("logging host 192.168.1.10\nlogging trap notifications")
    lab.run_for(5)
    capture = lab.capture("R1:Ethernet0/2")
    r1.configure("service sequence-numbers\nlogging origin-id hostname\nlogging facility local0")
    lab.run_for(5)
    r1.configure("interface Loopback7")
    lab.run_for(5)
    (first, second, third) = datagrams(capture)[-3:]
    assert first[:1] + first[2:3] == ("192.168.1.1", SYSLOG)
    assert re.fullmatch(
        r"<133>\d+: R1: 0000\d\d: \*\w+ +\d+ [\d:.]+: %SYS-5-CONFIG_I: "
        r"Configured from console by console",
        first[3],
    )
    assert [d[3].partition(": ")[0] for d in (first, second, third)] == [
        "<133>2",
        "<133>3",
        "<133>4",
    ]
    assert "%LINEPROTO-5-UPDOWN: Line protocol on Interface Loopback7" in third[3]


def test_datagrams_are_real_udp(lab: iosemu.Lab) -> None:
    lab["HOST1"].configure("logging host 3.3.3.3")
    capture = lab.capture("R1:Ethernet0/2")
    lab["HOST1"].configure("interface Loopback0\n ip address 9.9.9.9 255.255.255.255")
    lab["HOST1"].configure(
        "logging source-interface Loopback0\nlogging host 3.3.3.3 transport udp port 1514"
    )
    lab["HOST1"].configure("no logging message-counter syslog")
    lab.run_for(3)
    sources = {(d[0], d[2]) for d in datagrams(capture)}
    assert ("9.9.9.9", 1514) in sources
    assert datagrams(capture)[-1][3].startswith("<189>*")
    scapy = pytest.importorskip("scapy.all", reason="scapy is not installed")
    seen = scapy.Ether(capture.frames[-1].frame)
    again = scapy.Ether(bytes(seen))
    del again[scapy.UDP].chksum
    assert scapy.Ether(bytes(again))[scapy.UDP].chksum == seen[scapy.UDP].chksum


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_reads_facility_level_and_text(lab: iosemu.Lab, tmp_path: Path) -> None:
    assert TSHARK is not None
    r1 = lab["R1"]
    r1.configure("logging host 192.168.1.10\nlogging trap debugging\nlogging facility local3")
    lab.run_for(5)
    capture = lab.capture("R1:Ethernet0/2")
    r1.cli("debug arp")
    r1.configure("")
    r1.cli("ping 10.0.12.99 repeat 1 timeout 1")
    lab.run_for(5)
    capture.save(tmp_path / "log.pcapng")
    fields = ("syslog.facility", "syslog.level", "udp.checksum.status", "syslog.msg")
    asked = [TSHARK, "-r", str(tmp_path / "log.pcapng"), "-Y", "syslog", "-T", "fields"]
    asked += ["-o", "udp.check_checksum:TRUE", *(x for f in fields for x in ("-e", f))]
    text = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    rows = [line.split("\t") for line in text.splitlines()]
    assert {tuple(row[:3]) for row in rows} == {("19", "5", "1"), ("19", "7", "1")}
    assert any("%SYS-5-CONFIG_I" in row[3] for row in rows)
    # The second line of an entry of `debug arp` goes alone.
    assert any(
        re.fullmatch(r"\d+: +dst 10.0.12.99 0000.0000.0000 Ethernet0/0", row[3]) for row in rows
    )


def test_show_logging_tells_of_servers_and_counts(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("logging host 192.168.1.10\nlogging source-interface Loopback0")
    r1.configure("logging host 203.0.113.9\nlogging console errors")
    before = r1.cli("show logging")
    r1.configure("interface Loopback9")
    lab.run_for(5)
    text = r1.cli("show logging")
    counts = [
        [int(n) for n in re.findall(r"(\d+) (?:messages|message lines) logged", t)]
        for t in (before, text)
    ]
    console, monitor, buffer, trap, first, second = (b - a for a, b in zip(*counts, strict=True))
    # CONFIG_I and the line protocol of the loopback; neither is an error.
    assert (console, monitor, buffer, trap, first, second) == (0, 0, 2, 2, 2, 2)
    assert (
        "        Logging to 192.168.1.10  (udp port 514, audit disabled,\n              link up),"
        in text
    )
    assert (
        "        Logging to 203.0.113.9  (udp port 514, audit disabled,\n              link down),"
        in text
    )
    assert "        Logging Source-Interface:       VRF Name:\n        Loopback0\n" in text
    r1.configure("no logging trap\nno logging host 203.0.113.9")
    text = r1.cli("show logging")
    assert "    Trap logging: disabled" in text
    assert (
        "%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 203.0.113.9 port 514 stopped - CLI initiated"
        in text
    )


def test_a_server_is_printed_as_captured() -> None:
    captured = sample("show_logging__2.txt")
    start = next(n for n, line in enumerate(captured) if "Logging to" in line)
    view = HostView(IPv4Address.parse("10.5.2.1"), 514, 142, is_up=True)
    assert list(server(view, has_sequence=False)) == captured[start : start + 7]


@pytest.mark.goal("P5")
def test_the_buffer_wraps_by_bytes_and_is_cleared(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("logging buffered 4096")
    for _ in range(100):
        r1.configure("")
    text = r1.cli("show logging")
    assert "Log Buffer (4096 bytes):" in text
    kept = text.partition("Log Buffer (4096 bytes):\n")[2].strip("\n").splitlines()
    assert 4096 - 90 < sum(len(line) + 1 for line in kept) <= 4096
    assert r1.cli("clear logging") == ""
    assert r1.cli("") == ""
    assert r1.cli("show logging").endswith("Log Buffer (4096 bytes):")


def test_counting_starts_when_told(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("logging count")
    r1.configure("")
    lines = r1.cli("show logging count").splitlines()
    assert lines[2].split()[:4] == ["SYS", "CONFIG_I", "5", "2"]
    assert lines[4].split() == ["SYS", "TOTAL", "2"]
    assert "Count and timestamp logging messages: enabled" in r1.cli("show logging")


def test_an_interface_can_be_kept_out_of_the_log(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure(
        "interface e0/0\n no logging event link-status\n shutdown\ninterface e0/1\n shutdown"
    )
    lab.run_for(10)
    texts = [line.text for line in r1.log[-6:]]
    assert any("Ethernet0/1, changed state to administratively down" in text for text in texts)
    assert not any("Interface Ethernet0/0" in text for text in texts)
    assert " no logging event link-status" in r1.cli("show running-config interface e0/0")


def test_levels_may_be_numbers_and_old_spellings_are_taken() -> None:
    shop = router()
    said = shop.type(
        "no service timestamps",
        "service timestamps log",
        "service timestamps debug datetime localtime year",
        "logging 10.0.0.1",
        "logging host 10.0.0.2 transport udp port 514",
        "logging host 10.0.0.3 vrf MGMT",
        "logging host 10.0.0.4 transport tcp port 1514",
        "logging trap 6",
        "logging trap 4",
        "logging monitor 3",
        "no logging console",
        "logging rate-limit console all 10 except errors",
        "logging facility local3",
    )
    assert said == []
    printed = [
        line for line in shop.running if line.startswith(("service time", "logging", "no logging"))
    ]
    assert printed == [
        "service timestamps debug datetime localtime year",
        "service timestamps log uptime",
        "logging rate-limit console all 10 except errors",
        "no logging console",
        "logging monitor errors",
        "logging trap warnings",
        "logging facility local3",
        "logging host 10.0.0.1",
        "logging host 10.0.0.2",
        "logging host 10.0.0.3 vrf MGMT",
        "logging host 10.0.0.4 transport tcp port 1514",
    ]


@pytest.mark.goal("P5")
def test_console_and_monitor_get_what_their_levels_let_pass(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    heard: dict[str, bytearray] = {"console": bytearray(), "monitor": bytearray()}
    console, vty = lab.console("R1"), lab.open("R1", "vty")
    lab.listen(console, heard["console"].extend)
    lab.listen(vty, heard["monitor"].extend)
    r1.configure("logging console errors\nlogging monitor informational")
    assert not heard["console"]
    # Whoever has not asked to monitor is not told, whatever the level.
    assert b"CONFIG_I" not in heard["monitor"]
    lab.terminal(vty).session.monitor = True
    r1.configure("")
    r1.cli("debug ip icmp")
    r1.cli("ping 10.0.12.2 repeat 1")
    assert (b"CONFIG_I" in heard["monitor"], b"ICMP:" in heard["monitor"]) == (True, False)
    r1.configure("logging monitor debugging\nlogging console 5")
    r1.cli("ping 10.0.12.2 repeat 1")
    assert (b"CONFIG_I" in heard["console"], b"ICMP:" in heard["console"]) == (True, False)
    assert b"ICMP:" in heard["monitor"]
    r1.configure("no logging on")
    quiet = {name: len(said) for name, said in heard.items()}
    r1.cli("ping 10.0.12.2 repeat 1")
    assert {name: len(said) for name, said in heard.items()} == quiet
    assert r1.cli("show logging").startswith("Syslog logging: disabled")


def test_stamps_of_both_kinds_go_together_and_debug_comes_back_alone() -> None:
    shop = router()
    assert shop.type("no service timestamps") == []
    stamps = [line for line in shop.running if "timestamps" in line]
    assert stamps == ["no service timestamps debug", "no service timestamps log"]
    shop.type("service timestamps")
    stamps = [line for line in shop.running if "timestamps" in line]
    assert stamps == ["service timestamps debug uptime", "no service timestamps log"]


def test_servers_and_source_survive_a_reload(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("logging source-interface Loopback0\nlogging host 192.168.1.10")
    r1.cli("write memory")
    r1.cli("reload")
    r1.cli("")
    capture = lab.capture("R1:Ethernet0/2")
    lab.run_for(60)
    # What is logged at the boot itself comes before the link is up.
    lab["R1"].configure("")
    lab.run_for(2)
    lab["R1"].configure("")
    lab.run_for(2)
    assert {d[0] for d in datagrams(capture)} == {"1.1.1.1"}
    assert "%SYS-5-CONFIG_I" in datagrams(capture)[-1][3]
    started = "%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 192.168.1.10 port 514 started"
    assert started in lab["R1"].cli("show logging")
