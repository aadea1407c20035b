"""Extended pings and traces with IP options, sweeps and groups, as typed; hosts; packet debugs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab

TSHARK = shutil.which("tshark")
FIELDS = (
    "frame.number",
    "ip.checksum.status",
    "icmp.checksum.status",
    "_ws.malformed",
    "_ws.expert.message",
    "ip.flags.mf",
    "icmp.type",
)
EXTENDED = ("ping", "", "192.168.3.10", "1", "", "", "y", "", "", "", "", "")
"""The answers of an extended ping up to the question about options."""


@pytest.fixture
def lab() -> Lab:
    """HOST1 - R1 - R3 - HOST2, where neighbors know each other."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    lab["HOST1"].cli("ping 192.168.3.10")
    for device, neighbor in (("R2", "10.0.12.1"), ("R2", "10.0.23.3"), ("R3", "10.0.13.1")):
        lab[device].cli(f"ping {neighbor}")
    return lab


def typed(lab: Lab, device: str, *lines: str) -> tuple[str, list[str]]:
    """Type lines one after the other: what the last printed, and the prompts on the way."""
    printed, prompts = "", []
    for line in lines:
        printed = lab[device].cli(line)
        prompts.append(lab[device].prompt)
    return printed, prompts


def test_a_recorded_route_is_printed_there_and_back(lab: Lab) -> None:
    printed, prompts = typed(lab, "HOST1", *EXTENDED, "r", "", "", "")
    assert prompts[-4:-1] == [
        "Number of hops [ 9 ]: ",
        "Loose, Strict, Record, Timestamp, Verbose[RV]: ",
        "Sweep range of sizes [n]: ",
    ]
    assert printed.splitlines() == [
        "Type escape sequence to abort.",
        "Sending 1, 100-byte ICMP Echos to 192.168.3.10, timeout is 2 seconds:",
        "Packet has IP options:  Total option bytes= 39, padded length=40",
        " Record route: <*>",
        *["   (0.0.0.0)"] * 9,
        "",
        "Reply to request 0 (3 ms).  Received packet has options",
        " Total option bytes= 40, padded length=40",
        " Record route:",
        "   (192.168.1.10)",
        "   (10.0.13.1)",
        "   (192.168.3.1)",
        "   (192.168.3.10)",
        "   (10.0.13.3)",
        "   (192.168.1.1)",
        "   (192.168.1.10) <*>",
        "   (0.0.0.0)",
        "   (0.0.0.0)",
        " End of list",
        "",
        "Success rate is 100 percent (1/1), round-trip min/avg/max = 3/3/3 ms",
    ]


def test_timestamps_and_what_found_no_room_are_printed(lab: Lab) -> None:
    lab["HOST1"].cli("clock set 10:20:30 1 march 2026")
    printed, prompts = typed(lab, "HOST1", *EXTENDED, "t", "3", "", "")
    assert "Number of timestamps [ 9 ]: " in prompts
    assert "Loose, Strict, Record, Timestamp, Verbose[TV]: " in prompts
    sent, received = printed.split("Received packet has options")
    assert " Timestamp: Type 0.  Overflows: 0 length 16, ptr 5\n  >>Current pointer<<\n" in sent
    assert "  Time= 00:00:00.000 UTC (00000000)\n" in sent
    lines = received.splitlines()
    assert lines[2] == " Timestamp: Type 0.  Overflows: 4 length 16, ptr 17"
    # The clock of the first is set, those of the routers are not.
    assert lines[3].startswith("  Time= 10:20:30.")
    assert all(line.startswith("  Time=*00:00:") for line in lines[4:6])


def test_a_loose_route_leads_where_the_routing_table_would_not(lab: Lab) -> None:
    cap = lab.capture("R2:e0/0")
    printed, prompts = typed(lab, "HOST1", *EXTENDED, "l", "192.168.1.1 10.0.12.2", "", "")
    assert prompts[-4:-2] == ["Source route: ", "Loose, Strict, Record, Timestamp, Verbose[LV]: "]
    assert " Loose source route: <*>\n   (10.0.12.2)\n   (192.168.3.10)\n" in printed
    assert "Success rate is 100 percent (1/1)" in printed
    assert len([seen for seen in cap.frames if seen.frame[12:15] == b"\x08\x00\x48"]) == 2


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("x",), '% Invalid option - "x"'),
        (("r", "10"), "% A decimal number between 1 and 9."),
        (("r", "9", "t", "1"), "% No room for that option"),
        (("l", "nowhere"), "% Bad IP address"),
        (("l", "10.0.0.1", "s"), "% Only one source route option allowed"),
    ],
)
def test_options_that_cannot_be_are_refused(lab: Lab, answers: tuple[str, ...], said: str) -> None:
    printed, prompts = typed(lab, "HOST1", *EXTENDED, *answers)
    assert (printed, prompts[-1]) == (said, "HOST1#")


def test_source_routes_and_options_can_be_forbidden(lab: Lab) -> None:
    lab["R1"].configure("no ip source-route")
    printed, _ = typed(lab, "HOST1", *EXTENDED, "l", "192.168.1.1", "", "")
    assert "Unreachable from 192.168.1.1\nSuccess rate is 0 percent (0/1)" in printed
    lab["R1"].configure("ip options drop")
    printed, _ = typed(lab, "HOST1", *EXTENDED, "r", "", "", "")
    assert "Request 0 timed out" in printed
    traffic = lab["R1"].cli("show ip traffic")
    assert "0 bad options, 2 with options" in traffic
    assert "1 loose source route" in traffic
    assert "1 record route" in traffic
    assert "2 options denied" in traffic


def test_a_sweep_finds_the_smallest_mtu_of_the_path(lab: Lab) -> None:
    lab["R1"].configure("no ip icmp rate-limit unreachable\ninterface e0/1\n ip mtu 1400")
    head = ("ping", "", "192.168.3.10", "1", "", "", "y", "", "", "y", "", "", "", "y")
    printed, _ = typed(lab, "HOST1", *head, "1398", "1403", "")
    assert "Sending 6, [1398..1403]-byte ICMP Echos" in printed
    assert "\n!!!MMM\nSuccess rate is 50 percent (3/6)" in printed
    worded = (*head[:-2], "v", "", "y")
    printed, _ = typed(lab, "HOST1", *worded, "1400", "1401", "")
    assert "Reply to request 0 (3 ms) (size 1400)\n" in printed
    assert "Unreachable from 192.168.1.1, maximum MTU 1400 (size 1401)\n" in printed
    assert "Success rate is 100" in lab["HOST1"].cli("ping 192.168.3.10 size 9000")


def test_everybody_on_a_link_answers_a_broadcast(lab: Lab) -> None:
    assert lab["R1"].cli("ping 255.255.255.255 repeat 1").splitlines()[2:] == [
        "",
        "Reply to request 0 from 10.0.12.2, 1 ms",
        "Reply to request 0 from 10.0.13.3, 1 ms",
        "Reply to request 0 from 192.168.1.10, 1 ms",
    ]


def test_a_type_of_service_is_sent(lab: Lab) -> None:
    cap = lab.capture("R3:e0/2")
    assert "!!!!!" in lab["HOST1"].cli("ping ip 192.168.3.10 tos 184")
    assert {seen.frame[15] for seen in cap.frames} == {184}


def test_the_traceroute_dialog_takes_options(lab: Lab) -> None:
    head = ("traceroute", "", "192.168.3.10", "", "y", "", "1", "", "", "")
    _, prompts = typed(lab, "HOST1", *head, "l")
    assert prompts[-1] == "Source route: "
    printed, prompts = typed(lab, "HOST1", "192.168.1.1 10.0.12.2", "")
    assert prompts[0] == "Loose, Strict, Record, Timestamp, Verbose[LV]: "
    hops = [line.split()[1] for line in printed.splitlines()[3:]]
    assert hops == ["192.168.1.1", "10.0.12.2", "10.0.23.3", "192.168.3.10"]


# -- hosts ----


def test_a_host_without_a_gateway_asks_for_everything(lab: Lab) -> None:
    host = lab["HOST1"]
    host.configure("no ip routing\nno ip default-gateway")
    assert host.cli("show ip route").splitlines() == [
        "Default gateway is not set",
        "",
        "Host               Gateway           Last Use    Total Uses  Interface",
        "ICMP redirect cache is empty",
    ]
    host.cli("ping 192.168.3.10")
    assert "!!!!!" in host.cli("ping 192.168.3.10")
    assert "192.168.3.10" in host.cli("show arp"), "R1 answers for what is behind it"
    lab["R1"].configure("interface e0/2\n no ip proxy-arp")
    host.cli("clear arp-cache")
    assert "....." in host.cli("ping 192.168.3.10")


def test_a_host_uses_the_gateway_a_redirect_names() -> None:
    lab = iosemu.load("switch")
    lab.boot()
    lab.run_for(10)
    host, r1 = lab["HOST1"], lab["R1"]
    lab["HOST2"].configure("interface lo77\n ip address 77.0.0.1 255.255.255.255")
    r1.configure("ip route 77.0.0.1 255.255.255.255 10.0.0.12")
    host.configure("no ip routing\nip default-gateway 10.0.0.1")
    # Of 15 requests the first waits for ARP, the second is answered with the redirect as well.
    for _ in range(3):
        host.cli("ping 77.0.0.1")
    shown = host.cli("show ip redirects").splitlines()
    assert shown == [
        "Default gateway is 10.0.0.1",
        "",
        "Host               Gateway           Last Use    Total Uses  Interface",
        "77.0.0.1           10.0.0.12             0:00            13  Ethernet0/0",
    ]
    assert host.cli("show ip route").splitlines() == shown
    host.cli("clear ip redirect")
    assert "ICMP redirect cache is empty" in host.cli("show ip redirects")


# -- shows and debugs ----


def test_the_limit_of_unreachables_is_shown_and_set(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip icmp rate-limit unreachable DF 1000")
    assert "ip icmp rate-limit unreachable DF 1000" in r1.cli("show running-config")
    lab["HOST1"].cli("ping 172.16.0.1")
    shown = r1.cli("show ip icmp rate-limit").splitlines()
    assert "Interval (millisecond)       1000                    500" in shown
    assert "Ethernet0/2                  0                       5" in shown
    assert shown[-1] == "The greatest number of unreachables is on Ethernet0/2"
    r1.cli("clear ip icmp rate-limit")
    assert "greatest" not in r1.cli("show ip icmp rate-limit")


def test_the_packet_debug_says_only_what_its_list_permits(lab: Lab) -> None:
    host = lab["HOST1"]
    host.configure("access-list 101 permit udp any any")
    assert host.cli("debug ip packet 101 detail") == (
        "IP packet debugging is on (detailed) for access list 101"
    )
    assert "  IP packet debugging is on (detailed) for access list 101" in host.cli(
        "show debugging"
    )
    before = len(host.log)
    host.cli("ping 192.168.3.10 repeat 1")
    assert len(host.log) == before
    host.cli("traceroute 192.168.3.10 probe 1 ttl 1 1")
    said = [line.text.partition(": ")[2] for line in host.log[before:]]
    assert said == [
        "IP: tableid=0, s=192.168.1.10 (local), d=192.168.3.10 (Ethernet0/0), routed via FIB",
        "IP: s=192.168.1.10 (local), d=192.168.3.10 (Ethernet0/0), len 28, sending",
        "    UDP src=49153, dst=33434",
    ]
    assert host.cli("undebug ip packet") == "IP packet debugging is off"


def test_the_arp_table_is_shown_by_what_is_asked_for(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("arp 10.0.12.77 0000.1111.2222 arpa\narp 10.0.12.78 0000.1111.3333 arpa alias")
    whole = r1.cli("show ip arp").splitlines()
    (own,) = [line for line in whole if "192.168.1.1 " in line]
    assert r1.cli("show arp e0/2").splitlines()[1:] == [
        line for line in whole if line.endswith("Ethernet0/2")
    ]
    assert r1.cli("show ip arp 0000.1111.2222").splitlines()[1:] == [
        "Internet  10.0.12.77              -   0000.1111.2222  ARPA"
    ]
    assert r1.cli("show arp 192.168.1.1").splitlines()[1:] == [own]
    assert r1.cli("show arp 9.9.9.9") == ""
    summary = r1.cli("show arp summary").splitlines()
    assert summary[0] == f"Total number of entries in the ARP table: {len(whole) - 1}."
    assert summary[4:6] == [
        "Total number of Static ARP entries: 1.",
        "Total number of Alias ARP entries: 1.",
    ]
    r1.cli("clear arp-cache interface e0/2")
    assert "192.168.1.10" not in r1.cli("show arp")
    assert "10.0.13.3" in r1.cli("show arp")


# -- what is sent ----


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_finds_nothing_malformed_in_errors_fragments_and_options(
    lab: Lab, tmp_path: Path
) -> None:
    assert TSHARK is not None
    cap = lab.capture("R1:e0/2")
    host = lab["HOST1"]
    lab["R1"].configure("no ip icmp rate-limit unreachable\ninterface e0/1\n ip mtu 1000")
    for options in (("r", "9"), ("t", "5"), ("l", "192.168.1.1"), ("s", "192.168.1.1")):
        typed(lab, "HOST1", *EXTENDED, *options, "", "")
    for line in (
        "ping 192.168.3.10 size 4000",
        "ping 192.168.3.10 size 1200 df-bit",
        "ping 172.16.0.1",
        "ping 255.255.255.255",
        "traceroute 192.168.3.10",
    ):
        host.cli(line)
    file = tmp_path / "seen.pcapng"
    cap.save(str(file))
    columns = [word for field in FIELDS for word in ("-e", field)]
    seen = subprocess.run(
        [TSHARK, "-r", str(file), "-o", "ip.check_checksum:TRUE", "-T", "fields", *columns],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    rows = [line.split("\t") for line in seen.stdout.splitlines()]
    assert len(rows) == len(cap.frames) > 60
    for number, ip_sum, icmp_sum, malformed, expert, _, _ in rows:
        assert not malformed, number
        assert "0" not in ip_sum.split(",")[:1], f"{number}: IP checksum"
        assert "0" not in icmp_sum.split(",")[:1], f"{number}: ICMP checksum"
        assert not any(word in expert for word in ("Bad", "bad", "Malformed", "invalid")), expert
    assert any(row[5].startswith(("1", "True")) for row in rows), "fragments"
    types = {row[6].split(",")[0] for row in rows}
    assert {"0", "3", "8", "11"} <= types


def test_an_unreachable_with_its_mtu_is_said_on_both_sides(lab: Lab) -> None:
    host, r1 = lab["HOST1"], lab["R1"]
    r1.configure("interface e0/1\n ip mtu 1400")
    starts = {node.name: len(node.log) for node in (host, r1)}
    for node in (host, r1):
        node.cli("debug ip icmp")
    host.cli("ping 192.168.3.10 size 1500 df-bit repeat 1")
    heard, sent = (node.log[starts[node.name] :] for node in (host, r1))
    what = "ICMP: dst (192.168.3.10) frag. needed and DF set unreachable"
    assert heard[-1].text.endswith(f"{what} rcv from 192.168.1.1 mtu:1400")
    assert sent[-1].text.endswith(f"{what} sent to 192.168.1.10")


def test_the_detail_of_the_arp_table(lab: Lab) -> None:
    r1 = lab["R1"]
    r1.configure("arp 10.0.12.78 0000.1111.3333 arpa alias")
    r1.cli("ping 10.0.12.99 repeat 1")
    lab.run_for(10)
    blocks = r1.cli("show arp detail").replace("\r", "").split("\n\n")
    assert [block.split()[3].rstrip(",") for block in blocks][:4] == [
        "10.0.12.1",
        "10.0.12.2",
        "10.0.12.78",
        "10.0.12.99",
    ]
    assert "  Dynamic, via Ethernet0/0, last updated 0 minutes ago.\n" in blocks[1]
    assert "    Entry will be refreshed in 238 minutes and" in blocks[1]
    assert "  Alias.\n" in blocks[2]
    assert "    Floating entry." in blocks[2]
    assert "hardware address is incomplete." in blocks[3]
    assert "    Entry is incomplete." in blocks[3]


def test_interfaces_say_what_is_configured_of_arp_and_masks(lab: Lab) -> None:
    r1 = lab["R1"]
    lines = "ip local-proxy-arp\n ip mask-reply\n ip directed-broadcast\n ip virtual-reassembly"
    r1.configure(f"interface e0/0\n {lines}")
    shown = r1.cli("show ip interface e0/0")
    assert "  Local Proxy ARP is enabled\n" in shown
    assert "  ICMP mask replies are always sent\n" in shown
    assert "  Directed broadcast forwarding is enabled\n" in shown
    block = r1.cli("show running-config interface e0/0")
    assert " ip virtual-reassembly in\n" in block.replace("\r", "")
