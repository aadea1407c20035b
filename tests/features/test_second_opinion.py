"""Parsers nobody here wrote read the shows of a running lab: ntc-templates, where installed."""

from __future__ import annotations

from typing import Any

import pytest

import iosemu

ntc = pytest.importorskip("ntc_templates.parse", reason="ntc-templates is not installed")


@pytest.fixture(scope="module")
def r1() -> Any:
    """R1 of the lab `hello`, with a default route and a neighbor that does not answer."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    node = lab["R1"]
    node.configure(
        "ip route 0.0.0.0 0.0.0.0 10.0.12.2\nip route 10.99.0.0 255.255.0.0 10.0.12.2\n"
        "ip route 10.99.0.0 255.255.0.0 10.0.13.3\ninterface e0/1.7\n encapsulation dot1Q 7\n"
        " ip address 10.0.7.1 255.255.255.0"
    )
    node.configure(
        "ip access-list extended T\n permit icmp any any log\n deny tcp any eq www any range 5 9\n"
        " permit tcp any host 10.0.0.1 established\n permit ip any any\n"
        "access-list 10 deny 10.9.0.0 0.0.255.255\naccess-list 10 permit any\n"
        "ip prefix-list P permit 10.0.0.0/8 le 24\n"
        "interface e0/0\n ip access-group T in\n ip access-group 10 out"
    )
    node.cli("ping 10.0.12.2")
    node.cli("ping 10.0.12.99 repeat 1")
    return node


def parsed(node: Any, command: str) -> list[dict[str, Any]]:
    """The rows a template makes of the output; it raises on a line it does not know."""
    found: list[dict[str, Any]] = ntc.parse_output(
        platform="cisco_ios", command=command, data=node.cli(command)
    )
    return found


def test_interface_brief(r1: Any) -> None:
    rows = {row["interface"]: row for row in parsed(r1, "show ip interface brief")}
    assert set(rows) == {
        "Ethernet0/0",
        "Ethernet0/1",
        "Ethernet0/1.7",
        "Ethernet0/2",
        "Ethernet0/3",
        "Loopback0",
    }
    assert rows["Ethernet0/0"]["ip_address"] == "10.0.12.1"
    assert rows["Ethernet0/3"]["status"] == "administratively down"
    assert rows["Ethernet0/3"]["proto"] == "down"


def test_interfaces(r1: Any) -> None:
    rows = {row["interface"]: row for row in parsed(r1, "show interfaces")}
    row = rows["Ethernet0/0"]
    assert row["link_status"] == "up"
    assert row["protocol_status"] == "up"
    assert row["hardware_type"] == "AmdP2"
    assert row["mac_address"] == "aabb.cc00.0100"
    assert row["description"] == "to R2"
    assert (row["ip_address"], row["prefix_length"]) == ("10.0.12.1", "24")
    assert (row["mtu"], row["bandwidth"], row["delay"]) == ("1500", "10000 Kbit", "1000 usec")
    assert int(row["input_packets"]) > 0
    assert rows["Ethernet0/1.7"]["vlan_id"] == "7"
    assert rows["Loopback0"]["encapsulation"] == "LOOPBACK"


def test_descriptions(r1: Any) -> None:
    rows = {row["port"]: row for row in parsed(r1, "show interfaces description")}
    assert rows["Et0/0"]["description"] == "to R2"
    assert rows["Et0/3"]["status"] == "admin down"


def test_ip_interface(r1: Any) -> None:
    rows = {row["interface"]: row for row in parsed(r1, "show ip interface")}
    assert rows["Ethernet0/0"]["ip_address"] == ["10.0.12.1"]
    assert rows["Ethernet0/0"]["prefix_length"] == ["24"]


def test_route(r1: Any) -> None:
    rows = {
        (row["protocol"], row["network"], row["prefix_length"], row["nexthop_ip"]): row
        for row in parsed(r1, "show ip route")
    }
    assert ("S", "0.0.0.0", "0", "10.0.12.2") in rows
    assert ("C", "10.0.12.0", "24", "") in rows
    assert ("L", "10.0.12.1", "32", "") in rows
    assert ("S", "10.99.0.0", "16", "10.0.12.2") in rows
    assert ("S", "10.99.0.0", "16", "10.0.13.3") in rows
    assert ("C", "1.1.1.1", "32", "") in rows
    assert rows["C", "10.0.12.0", "24", ""]["nexthop_if"] == "Ethernet0/0"
    assert rows["S", "0.0.0.0", "0", "10.0.12.2"]["distance"] == "1"


def test_arp(r1: Any) -> None:
    rows = {row["address"]: row for row in parsed(r1, "show arp")}
    assert rows["10.0.12.1"]["age_min"] == "-"
    assert rows["10.0.12.2"]["hardware_address"] == "aabb.cc00.0200"
    assert rows["10.0.12.2"]["interface"] == "Ethernet0/0"
    assert rows["10.0.12.99"]["hardware_address"] == "Incomplete"


def test_ip_arp(r1: Any) -> None:
    rows = {row["ip_address"]: row for row in parsed(r1, "show ip arp")}
    assert rows["10.0.12.2"]["mac_address"] == "aabb.cc00.0200"
    assert rows["10.0.12.99"]["mac_address"] == "Incomplete"


def test_cef(r1: Any) -> None:
    rows = {f"{row['ip_address']}/{row['prefix_length']}": row for row in parsed(r1, "show ip cef")}
    assert rows["10.0.12.0/24"]["nexthop"] == ["attached"]
    assert rows["10.99.0.0/16"]["nexthop"] == ["10.0.12.2", "10.0.13.3"]
    assert rows["0.0.0.0/0"]["interface"] == ["Ethernet0/0"]


def test_version(r1: Any) -> None:
    (row,) = parsed(r1, "show version")
    assert row["hostname"] == "R1"
    assert row["version"] == "15.4(1)T"
    assert row["uptime_minutes"]
    assert row["config_register"] == "0x0"


def test_clock(r1: Any) -> None:
    (row,) = parsed(r1, "show clock")
    assert (row["timezone"], len(row["year"])) == ("UTC", 4)


def test_logging(r1: Any) -> None:
    rows = parsed(r1, "show logging")
    updown = [row for row in rows if row["facility"] == "LINK" and row["mnemonic"] == "UPDOWN"]
    assert updown[0]["message"][0].startswith("Interface Ethernet0/")


def test_directories_and_file_systems(r1: Any) -> None:
    r1.cli("show clock | redirect flash:now")
    rows = parsed(r1, "dir")
    assert [(row["name"], row["permissions"]) for row in rows] == [("now", "-rw-")]
    assert rows[0]["file_system"] == "unix:/"
    assert int(rows[0]["total_size"]) > int(rows[0]["total_free"])
    nvram = parsed(r1, "dir nvram:")
    assert [row["name"] for row in nvram] == ["startup-config"]
    systems = {row["prefixes"]: row for row in parsed(r1, "show file systems")}
    assert systems["nvram:"]["type"] == "nvram"


def test_the_archive(r1: Any) -> None:
    r1.configure("archive\n path flash:kept\n maximum 3")
    r1.cli("archive config")
    r1.cli("archive config")
    (row,) = parsed(r1, "show archive")
    assert len(row["filenames"]) == 2
    assert row["current_index"] == "2"
    assert row["next_filename"] == "flash:kept-<timestamp>-2"


@pytest.mark.parametrize("command", ["show access-lists", "show ip access-lists"])
def test_access_lists(r1: Any, command: str) -> None:
    rows = [row for row in parsed(r1, command) if row.get("sn") or row.get("line_num")]
    name, number = ("name", "sn") if "sn" in rows[0] else ("acl_name", "line_num")
    assert [(row[name], row[number], row["action"]) for row in rows] == [
        ("10", "10", "deny"),
        ("10", "20", "permit"),
        ("T", "10", "permit"),
        ("T", "20", "deny"),
        ("T", "30", "permit"),
        ("T", "40", "permit"),
    ]
    assert (rows[2]["protocol"], rows[5]["protocol"]) == ("icmp", "ip")


def test_access_lists_of_an_interface(r1: Any) -> None:
    rows = {row["interface"]: row for row in parsed(r1, "show ip interface")}
    assert rows["Ethernet0/0"]["inbound_acl"] == "T"
    assert rows["Ethernet0/0"]["outgoing_acl"] == "10"
    assert rows["Ethernet0/1"]["inbound_acl"] == ""


def test_prefix_lists(r1: Any) -> None:
    (row,) = parsed(r1, "show ip prefix-list")
    assert (row["name"], row["action"], row["network"]) == ("P", "permit", "10.0.0.0")
    assert row["le"] == "24"
