"""The shows of routers that run, and what they say after changes."""

from __future__ import annotations

import json
import re

import pytest

import iosemu


@pytest.fixture
def lab() -> iosemu.Lab:
    """The lab `hello`, booted and quiet."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    return lab


def rows(text: str) -> list[list[str]]:
    """The words of each line."""
    return [line.split() for line in text.splitlines()]


def test_the_method_says_where_an_address_comes_from(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("interface e0/0\n ip address 10.0.12.11 255.255.255.0\ninterface lo5")
    methods = {row[0]: row[3] for row in rows(r1.cli("show ip interface brief"))[1:]}
    assert methods == {
        "Ethernet0/0": "manual",
        "Ethernet0/1": "NVRAM",
        "Ethernet0/2": "NVRAM",
        "Ethernet0/3": "NVRAM",
        "Loopback0": "NVRAM",
        "Loopback5": "unset",
    }


def test_an_interface_that_is_shut_down_leaves_tables_and_comes_back(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    before = r1.cli("show ip route")
    assert "C        10.0.12.0/24 is directly connected, Ethernet0/0" in before
    r1.configure("interface e0/0\n shutdown")
    lab.run_for(5)
    assert "Ethernet0/0" not in r1.cli("show ip route")
    assert r1.cli("show interfaces e0/0").splitlines()[0] == (
        "Ethernet0/0 is administratively down, line protocol is down"
    )
    assert "10.0.12.1" not in r1.cli("show arp")
    r1.configure("interface e0/0\n no shutdown")
    lab.run_for(5)
    assert r1.cli("show ip route") == before


def test_what_is_configured_on_an_interface_reaches_it(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure(
        "interface e0/0\n bandwidth 2048\n delay 500\n mac-address 0000.1111.2222\n"
        " description the link\n load-interval 30"
    )
    text = r1.cli("show interfaces e0/0")
    assert "Hardware is AmdP2, address is 0000.1111.2222 (bia aabb.cc00.0100)" in text
    assert "MTU 1500 bytes, BW 2048 Kbit/sec, DLY 5000 usec," in text
    assert "  Description: the link\n" in text.replace("\r", "")
    assert "  30 second input rate" in text
    r1.configure(
        "interface e0/0\n no bandwidth\n no delay\n no mac-address\n no description\n"
        " no load-interval"
    )
    text = r1.cli("show interfaces e0/0")
    assert "address is aabb.cc00.0100 (bia aabb.cc00.0100)" in text
    assert "BW 10000 Kbit/sec, DLY 1000 usec," in text
    assert "  5 minute input rate" in text


def test_counters_count_pings_and_restart_when_cleared(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("ping 10.0.12.2")
    r1.cli("clear counters e0/0")
    r1.cli("")
    r1.cli("ping 10.0.12.2 repeat 10")
    text = r1.cli("show interfaces e0/0")
    assert "     10 packets input, 1140 bytes, 0 no buffer" in text
    assert "     10 packets output, 1140 bytes, 0 underruns" in text


@pytest.mark.goal("K21", "X11")
def test_the_running_configuration_of_one_interface(lab: iosemu.Lab) -> None:
    lines = lab["R1"].cli("show running-config interface e0/0").splitlines()
    assert lines[0:2] == ["Building configuration...", ""]
    block = lines[3 : lines.index("end") + 1]
    assert block == [
        "!",
        "interface Ethernet0/0",
        " description to R2",
        " ip address 10.0.12.1 255.255.255.0",
        "end",
    ]
    assert lines[2] == f"Current configuration : {len(chr(10).join(block)) + 2} bytes"


def test_a_saved_configuration_is_the_running_one(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("hostname EDGE\ninterface lo9\n ip address 9.9.9.9 255.255.255.255")
    r1.cli("copy running-config startup-config")
    assert r1.prompt == "Destination filename [startup-config]? "
    assert r1.cli("").splitlines() == ["Building configuration...", "[OK]"]
    head, *saved = r1.cli("show startup-config").splitlines()
    assert saved == r1.cli("show running-config").splitlines()[3:]
    assert "hostname EDGE" in saved
    size = len("\n".join(saved).rstrip()) + 2
    assert head == f"Using {size} out of 65536 bytes"


def test_what_was_saved_survives_a_reload_and_what_was_not_does_not(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("interface lo9\n ip address 9.9.9.9 255.255.255.255")
    r1.cli("reload")
    assert r1.prompt == "System configuration has been modified. Save? [yes/no]: "
    r1.cli("maybe")
    assert r1.prompt == "System configuration has been modified. Save? [yes/no]: "
    r1.cli("yes")
    assert r1.prompt == "Proceed with reload? [confirm]"
    r1.cli("")
    lab.run_for(60)
    assert "9.9.9.9" in r1.cli("show ip interface brief")
    r1.configure("interface lo8\n ip address 8.8.8.8 255.255.255.255")
    for answer in ("reload", "no", ""):
        r1.cli(answer)
    lab.run_for(60)
    text = r1.cli("show ip interface brief")
    assert "9.9.9.9" in text
    assert "8.8.8.8" not in text


def test_a_changed_configuration_says_when(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("clock set 22:00:40 19 Aug 2020")
    assert "! Last" not in r1.cli("show running-config")
    lab.run_for(1)
    r1.configure("interface e0/0\n no description")
    lab.run_for(60)
    assert r1.cli("show running-config").splitlines()[3:6] == [
        "!",
        "! Last configuration change at 22:00:41 UTC Wed Aug 19 2020",
        "!",
    ]
    r1.cli("write memory")
    assert r1.cli("show running-config").splitlines()[4:7] == [
        "! Last configuration change at 22:00:41 UTC Wed Aug 19 2020",
        "! NVRAM config last updated at 22:01:41 UTC Wed Aug 19 2020",
        "!",
    ]


def test_an_erased_configuration_is_not_present(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.cli("write erase")
    assert "Erase of nvram: complete" in r1.cli("")
    assert r1.cli("show startup-config").splitlines() == ["startup-config is not present"]


def test_the_clock_can_be_set_and_then_stamps_carry_no_mark(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("show clock").startswith("*")
    r1.cli("clock set 10:20:30 5 Nov 2025")
    assert re.fullmatch(r"10:20:30\.\d{3} UTC Wed Nov 5 2025", r1.cli("show clock").strip())
    assert r1.cli("clock set 10:20:30 31 Feb 2025").strip() == "% Invalid date"


def test_the_log_keeps_what_its_level_lets_through(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("logging buffered 8192 3\ninterface e0/0\n shutdown")
    lab.run_for(5)
    r1.configure("interface e0/0\n no shutdown")
    lab.run_for(5)
    text = r1.cli("show logging")
    assert "Buffer logging:  level errors," in text
    kept = text.split("Log Buffer (8192 bytes):")[1]
    assert "%LINK-3-UPDOWN: Interface Ethernet0/0, changed state to up" in kept
    assert "%LINK-5-CHANGED: Interface Ethernet0/0" not in kept
    r1.cli("clear logging")
    r1.cli("")
    assert r1.cli("show logging").rstrip().endswith("Log Buffer (8192 bytes):")


def test_a_host_without_routing_names_its_gateway(lab: iosemu.Lab) -> None:
    host = lab["HOST1"]
    host.configure("no ip routing\nip default-gateway 192.168.1.1")
    assert host.cli("show ip route").splitlines()[0] == "Default gateway is 192.168.1.1"
    host.cli("ping 192.168.3.10")
    assert "Success rate is 100 percent (3/3)" in host.cli("ping 192.168.3.10 repeat 3")


def test_debug_says_what_icmp_does_until_it_is_turned_off(lab: iosemu.Lab) -> None:
    r1, r2 = lab["R1"], lab["R2"]
    assert r2.cli("debug ip icmp").strip() == "ICMP packet debugging is on"
    assert r2.cli("show debugging").splitlines() == [
        "Generic IP:",
        "  ICMP packet debugging is on",
    ]
    r1.cli("ping 10.0.12.2 repeat 2")
    said = "ICMP: echo reply sent, src 10.0.12.2, dst 10.0.12.1, topology BASE, dscp 0 topoid 0"
    assert said in r2.cli("show logging")
    r1.cli("traceroute 10.0.12.2")
    assert "ICMP: dst (10.0.12.2) port unreachable sent to 10.0.12.1" in r2.cli("show logging")
    assert r2.cli("undebug all").strip() == "All possible debugging has been turned off"
    before = r2.cli("show logging")
    r1.cli("ping 10.0.12.2 repeat 2")
    assert r2.cli("show logging") == before


def test_debug_says_what_arp_asks_and_answers(lab: iosemu.Lab) -> None:
    r1, r2 = lab["R1"], lab["R2"]
    assert r1.cli("debug arp").strip() == "ARP packet debugging is on"
    r2.cli("debug arp")
    r1.cli("ping 10.0.12.2 repeat 2")
    log = r1.cli("show logging")
    assert (
        "IP ARP: sent req src 10.0.12.1 aabb.cc00.0100,\n"
        "                 dst 10.0.12.2 0000.0000.0000 Ethernet0/0"
    ) in log
    assert "IP ARP: rcvd rep src 10.0.12.2 aabb.cc00.0200, dst 10.0.12.1 Ethernet0/0" in log
    log = r2.cli("show logging")
    assert "IP ARP: rcvd req src 10.0.12.1 aabb.cc00.0100, dst 10.0.12.2 Ethernet0/0" in log
    assert "IP ARP: sent rep src 10.0.12.2 aabb.cc00.0200," in log
    assert r1.cli("undebug arp").strip() == "ARP packet debugging is off"
    assert r2.cli("no debug arp").strip() == "ARP packet debugging is off"
    assert r2.cli("show debugging").strip() == ""


def test_a_static_neighbor_is_not_asked_for(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("arp 10.0.12.2 aabb.cc00.0200 arpa")
    lab["R2"].configure("arp 10.0.12.1 aabb.cc00.0100 arpa")
    assert "Internet  10.0.12.2               -   aabb.cc00.0200  ARPA" in r1.cli("show arp")
    assert "Success rate is 100 percent (5/5)" in r1.cli("ping 10.0.12.2")
    r1.configure("no arp 10.0.12.2\narp 10.0.12.2 0000.dead.beef arpa")
    assert "Success rate is 0 percent (0/3)" in r1.cli("ping 10.0.12.2 repeat 3")


@pytest.mark.goal("X17")
def test_a_forwarding_entry_has_a_line_for_each_next_hop(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip route 9.9.9.9 255.255.255.255 10.0.12.2")
    assert r1.cli("sh ip cef 9.9.9.9").splitlines() == [
        "9.9.9.9/32",
        "  nexthop 10.0.12.2 Ethernet0/0",
    ]
    for next_hop in ("10.0.12.2", "10.0.13.3", "192.168.1.10"):
        r1.configure(f"ip route 8.8.8.8 255.255.255.255 {next_hop}")
    assert r1.cli("sh ip cef 8.8.8.8").splitlines() == [
        "8.8.8.8/32",
        "  nexthop 10.0.12.2 Ethernet0/0",
        "  nexthop 10.0.13.3 Ethernet0/1",
        "  nexthop 192.168.1.10 Ethernet0/2",
    ]


@pytest.mark.goal("X19")
def test_longer_prefixes_shows_the_head_and_what_lies_within(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip route 0.0.0.0 0.0.0.0 10.0.12.2\nip route 10.9.0.0 255.255.0.0 10.0.12.2")
    lines = r1.cli("show ip route 10.0.13.0 255.255.255.0 longer-prefixes").splitlines()
    assert lines[0].startswith("Codes: L - local, C - connected")
    assert lines[9:] == [
        "Gateway of last resort is 10.0.12.2 to network 0.0.0.0",
        "",
        "      10.0.0.0/8 is variably subnetted, 5 subnets, 3 masks",
        "C        10.0.13.0/24 is directly connected, Ethernet0/1",
        "L        10.0.13.1/32 is directly connected, Ethernet0/1",
    ]
    assert r1.cli("show ip route 9.9.9.9 long").splitlines()[9:] == [lines[9]]
    whole = r1.cli("show ip route 10.0.0.0 longer-prefixes").splitlines()
    assert "      10.0.0.0/8 is variably subnetted, 5 subnets, 3 masks" in whole


@pytest.mark.goal("K2")
def test_interfaces_and_subinterfaces_have_their_prompts(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    prompts = []
    for line in (
        "conf t",
        "int e0/0",
        "int e0/0.5",
        "int lo0",
        "line con 0",
        "line vty 0 4",
        "end",
    ):
        r1.cli(line)
        prompts.append(r1.prompt)
    assert prompts == [
        "R1(config)#",
        "R1(config-if)#",
        "R1(config-subif)#",
        "R1(config-if)#",
        "R1(config-line)#",
        "R1(config-line)#",
        "R1#",
    ]


def test_cef_turned_off_says_so(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("no ip cef")
    assert r1.cli("show ip cef").strip() == "%IPv4 CEF not running"
    r1.configure("ip cef")
    assert r1.cli("show ip cef 10.0.12.9").splitlines() == [
        "10.0.12.0/24",
        "  attached to Ethernet0/0",
    ]
    assert r1.cli("show ip cef 2.2.2.2/32").splitlines() == [
        "2.2.2.2/32",
        "  nexthop 10.0.12.2 Ethernet0/0",
    ]
    assert r1.cli("show ip cef 77.0.0.0/8").strip() == "%Prefix not found"


@pytest.mark.goal("P17")
@pytest.mark.parametrize(
    "command",
    [
        "show arp",
        "show clock",
        "show debugging",
        "show interfaces",
        "show interfaces description",
        "show ip arp",
        "show ip cef",
        "show ip cef 10.0.12.2",
        "show ip interface",
        "show ip interface brief",
        "show ip route",
        "show ip route 10.0.12.1",
        "show ip route 10.0.0.0",
        "show ip route static",
        "show logging",
        "show running-config",
        "show running-config interface e0/0",
        "show startup-config",
        "show version",
    ],
)
def test_every_show_is_json_too(lab: iosemu.Lab, command: str) -> None:
    views = json.loads(lab["R1"].cli(f"{command} | json"))
    assert views
    assert all(isinstance(view, dict) and view for view in views)


def test_names_of_hosts_are_completed_with_the_domain(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip host r2.example.net 10.0.12.2\nip domain name example.net")
    assert "Sending 5, 100-byte ICMP Echos to 10.0.12.2" in r1.cli("ping R2")
    r1.configure("ip domain list example.org")
    assert "% Unrecognized host or address" in r1.cli("ping r2")
    r1.configure("ip domain list example.net")
    assert "Success rate is 100 percent" in r1.cli("ping r2")
    named = r1.cli("traceroute r2 probe 1")
    # Unreachables come twice a second at most.
    lab.run_for(1)
    plain = r1.cli("traceroute r2 numeric probe 1")
    assert "Tracing the route to r2.example.net (10.0.12.2)\n" in named
    assert "\n  1 r2.example.net (10.0.12.2) " in named
    assert "Tracing the route to 10.0.12.2\n" in plain
    assert "\n  1 10.0.12.2 " in plain
    r1.cli("ping")
    r1.cli("ip")
    r1.cli("r2")
    for _ in range(5):
        printed = r1.cli("")
    assert "Success rate is 100 percent" in printed


def test_name_servers_are_named_when_a_name_is_not_known(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    r1.configure("ip domain lookup")
    assert r1.cli("ping r7").startswith('Translating "r7"...domain server (255.255.255.255)\n')
    r1.configure("ip name-server 10.0.0.53 10.0.0.54")
    translating = 'Translating "r7"...domain server (10.0.0.53) (10.0.0.54)\n'
    assert r1.cli("ping r7").startswith(translating)
    assert r1.cli("r7").startswith(translating)


def test_the_load_of_an_interface_follows_its_traffic(lab: iosemu.Lab) -> None:
    r1 = lab["R1"]
    assert "txload 1/255, rxload 1/255" in r1.cli("show interfaces Ethernet0/0")
    r1.configure("interface Ethernet0/0\n load-interval 30\n bandwidth 1000")
    r1.cli("ping 10.0.12.2 repeat 20000 size 1500")
    shown = r1.cli("show interfaces Ethernet0/0")
    rate = int(re.search(r"30 second output rate (\d+) bits/sec", shown)[1])
    assert rate > 1_000_000
    assert "txload 255/255, rxload 255/255" in shown
    r1.configure("interface Ethernet0/0\n bandwidth 100000")
    shown = r1.cli("show interfaces Ethernet0/0")
    rate = int(re.search(r"30 second output rate (\d+) bits/sec", shown)[1])
    assert f"txload {rate * 255 // 100_000_000}/255" in shown
