"""The ping and traceroute commands in a lab, as typed."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    lab["HOST1"].cli("ping 192.168.3.10")
    return lab


def answer(lab: Lab, device: str, *lines: str) -> str:
    """Type lines one after the other; what was printed after the last."""
    printed = ""
    for line in lines:
        printed = lab[device].cli(line)
    return printed


@pytest.mark.goal("X14")
def test_the_extended_dialog_sets_the_type_of_service(lab: Lab) -> None:
    cap = lab.capture("R3:e0/2")
    head = ("ping", "", "192.168.3.10", "100", "", "", "y", "", "184")
    assert answer(lab, "HOST1", *head, "", "", "", "", "") == (
        "Type escape sequence to abort.\n"
        "Sending 100, 100-byte ICMP Echos to 192.168.3.10, timeout is 2 seconds:\n"
        + "!" * 70
        + "\n"
        + "!" * 30
        + "\n"
        "Success rate is 100 percent (100/100), round-trip min/avg/max = 3/3/3 ms"
    )
    echoes = [seen.frame for seen in cap.frames if seen.frame[34] == 8]
    assert len(echoes) == 100
    assert {frame[15] for frame in echoes} == {184}


def test_the_dialog_asks_in_the_order_of_ios(lab: Lab) -> None:
    host, asked = lab["HOST1"], []
    for line in ("ping", "", "192.168.3.10", "", "", "", "y", "", "", "", "", "", "v", "", "y"):
        host.cli(line)
        asked.append(host.prompt)
    for line in ("100", "102", ""):
        printed = host.cli(line)
    assert asked == [
        "Protocol [ip]: ",
        "Target IP address: ",
        "Repeat count [5]: ",
        "Datagram size [100]: ",
        "Timeout in seconds [2]: ",
        "Extended commands [n]: ",
        "Source address or interface: ",
        "Type of service [0]: ",
        "Set DF bit in IP header? [no]: ",
        "Validate reply data? [no]: ",
        "Data pattern [0xABCD]: ",
        "Loose, Strict, Record, Timestamp, Verbose[none]: ",
        "Loose, Strict, Record, Timestamp, Verbose[V]: ",
        "Sweep range of sizes [n]: ",
        "Sweep min size [36]: ",
    ]
    assert "Sending 15, [100..102]-byte ICMP Echos" in printed
    assert printed.count("Reply to request") == 15


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (("appletalk",), '% Unknown protocol - "appletalk", type "ping ?" for help'),
        (("", "10.0.0"), "% Bad IP address"),
        (("", "10.0.0.1", "many"), "% A decimal number between 1 and 2147483647."),
        (("", "10.0.0.1", "", "35"), "% A decimal number between 36 and 18024."),
    ],
)
def test_a_bad_answer_ends_the_dialog(lab: Lab, answers: tuple[str, ...], said: str) -> None:
    assert answer(lab, "HOST1", "ping", *answers) == said
    assert lab["HOST1"].prompt == "HOST1#"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "ping 192.168.3.10 source e0/1",
            "% Invalid source interface - IP not enabled or interface is down",
        ),
        (
            "ping 192.168.3.10 source 9.9.9.9",
            "% Invalid source address- IP address not on any of our up interfaces",
        ),
        ("ping nobody", "% Unrecognized host or address, or protocol not running."),
        ("traceroute nobody", "% Unrecognized host or address, or protocol not running."),
        ("ping 10.0.0.1 data xyz", "% Invalid pattern, should be 4 hex digits"),
        ("traceroute 10.0.0.1 ttl 5 2", "% Minimum TTL is greater than maximum TTL"),
    ],
)
def test_what_cannot_be_done_is_refused(lab: Lab, line: str, said: str) -> None:
    assert lab["HOST1"].cli(line) == said


def test_a_datagram_that_must_not_be_cut_is_reported(lab: Lab) -> None:
    lab["R1"].configure("interface e0/1\n ip mtu 800")
    printed = lab["HOST1"].cli("ping 192.168.3.10 size 1000 df-bit")
    assert "Packet sent with the DF bit set\nM.M.M\n" in printed
    assert "!!!!!" in lab["HOST1"].cli("ping 192.168.3.10 size 1000")


def test_a_pattern_is_sent_and_validated(lab: Lab) -> None:
    cap = lab.capture("HOST1:e0/0")
    printed = lab["HOST1"].cli("ping 192.168.3.10 data 1234 validate repeat 1")
    assert "Packet has data pattern 0x1234\n!\n" in printed
    assert cap.frames[0].frame[-64:] == b"\x12\x34" * 32


@pytest.mark.goal("B48")
def test_the_rate_limit_of_unreachables_is_seen_and_can_be_lifted(lab: Lab) -> None:
    assert "  3 192.168.3.10 3 msec *  3 msec" in lab["HOST1"].cli("traceroute 192.168.3.10")
    lab["HOST2"].configure("no ip icmp rate-limit unreachable")
    printed = lab["HOST1"].cli("traceroute 192.168.3.10")
    assert "  3 192.168.3.10 3 msec 3 msec 3 msec" in printed


@pytest.mark.goal("X16")
def test_equal_paths_show_several_routers_under_one_ttl(lab: Lab) -> None:
    lab["R1"].configure(
        "no ip route 192.168.3.0 255.255.255.0 10.0.12.2\n"
        "ip route 192.168.3.0 255.255.255.0 10.0.12.2\n"
        "interface e0/0\n ip load-sharing per-packet\n"
        "interface e0/1\n ip load-sharing per-packet"
    )
    # The second paths of the table also teach the neighbors' addresses.
    lab["HOST1"].cli("ping 192.168.3.10 repeat 20")
    lines = lab["HOST1"].cli("traceroute 192.168.3.10").splitlines()
    second = lines.index(next(line for line in lines if line.startswith("  2 ")))
    assert {lines[second].split()[1], lines[second + 1].split()[0]} == {"10.0.12.2", "10.0.13.3"}
    assert lines[second + 1].startswith("    10.0.")


def test_the_traceroute_dialog(lab: Lab) -> None:
    head = ("traceroute", "", "192.168.3.10", "e0/0", "", "1", "2", "2", "2", "33500", "")
    assert answer(lab, "HOST1", *head) == (
        "Type escape sequence to abort.\n"
        "Tracing the route to 192.168.3.10\n"
        "VRF info: (vrf in name/id, vrf out name/id)\n"
        "  2 10.0.13.3 2 msec 2 msec"
    )


def test_a_trace_ends_where_there_is_no_route(lab: Lab) -> None:
    printed = lab["HOST1"].cli("traceroute 172.16.0.1 timeout 1")
    assert printed.endswith("  1 192.168.1.1 1 msec 1 msec 1 msec\n  2 192.168.1.1 !H  *  !H ")


def test_the_escape_sequence_stops_either(lab: Lab) -> None:
    for line, last in (
        ("ping 10.0.13.99 repeat 50", ".\r\nSuccess rate is 0 percent (0/1)"),
        ("traceroute 10.0.13.99", "HOST1#"),
    ):
        printed = bytearray()
        session = lab.open("HOST1")
        lab.listen(session, printed.extend)
        lab.type(session, line.encode() + b"\r")
        lab.run_for(3)
        lab.type(session, b"\x1e")
        assert last in printed.decode()
        assert lab.terminal(session).waiting
