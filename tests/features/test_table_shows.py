"""ARP, CEF, interface tables and blocks against devices' own output."""

from __future__ import annotations

import re

from iosemu.address import IPv4Address, IPv4Prefix, MacAddress
from iosemu.cli.interfaces import short
from iosemu.features.arp import show as arp_show  # noqa: F401  (registers the renderer)
from iosemu.features.arp.views import ArpRow, ArpTableView
from iosemu.features.cef import show as cef_show  # noqa: F401
from iosemu.features.cef.views import CefEntryView, CefPrefixView, CefTableView, WayView
from iosemu.features.interface import show as interface_show  # noqa: F401
from iosemu.features.interface.hardware import hardware_of, sort_key
from iosemu.features.interface.views import (
    CountersView,
    DescriptionRow,
    DescriptionsView,
    InterfaceView,
)
from iosemu.features.ip import show as ip_show  # noqa: F401
from iosemu.features.ip.views import BriefRow, BriefView
from iosemu.kernel.time import SECOND

from .samples import rendered, sample, unpadded

ip = IPv4Address.parse
net = IPv4Prefix.parse


def test_the_arp_table() -> None:
    view = ArpTableView(
        (
            ArpRow(ip("10.0.12.1"), None, MacAddress.parse("aabb.cc00.0100"), "Ethernet0/0"),
            ArpRow(ip("10.0.12.2"), 7, MacAddress.parse("aabb.cc00.0200"), "Ethernet0/0"),
            ArpRow(ip("10.0.12.99"), 0, None, None),
        )
    )
    assert rendered(view) == [
        "Protocol  Address          Age (min)  Hardware Addr   Type   Interface",
        "Internet  10.0.12.1               -   aabb.cc00.0100  ARPA   Ethernet0/0",
        "Internet  10.0.12.2               7   aabb.cc00.0200  ARPA   Ethernet0/0",
        "Internet  10.0.12.99              0   Incomplete      ARPA",
    ]


def test_an_empty_arp_table_prints_nothing() -> None:
    assert rendered(ArpTableView(())) == []


def test_a_captured_arp_table_is_printed_again_as_it_was() -> None:
    captured = sample("show_arp__1.txt")
    rows = []
    for line in captured[1:]:
        _, address, age, mac, _, *interface = line.split()
        rows.append(
            ArpRow(
                ip(address),
                None if age == "-" else int(age),
                None if mac == "Incomplete" else MacAddress.parse(mac),
                interface[0] if interface else None,
            )
        )
    assert rendered(ArpTableView(tuple(rows))) == captured


def test_a_captured_cef_table_is_printed_again_as_it_was() -> None:
    captured = sample("show_ip_cef__2.txt")
    entries = []
    for line in captured[1:]:
        prefix, target, *interface = line.split()
        action = target if target.isalpha() else None
        via = None if action else ip(target)
        paths = (WayView(via, interface[0] if interface else None),)
        entries.append(CefEntryView(net(prefix), action, paths if interface else ()))
    ours = [line for view in (CefTableView(), *entries) for line in rendered(view)]
    assert unpadded(ours) == unpadded(captured)


def test_two_ways_of_a_cef_entry_stand_under_each_other() -> None:
    entry = CefEntryView(
        net("10.1.3.0/24"),
        None,
        (WayView(ip("10.1.2.1"), "Ethernet0/0"), WayView(ip("10.2.3.3"), "Ethernet0/1")),
    )
    assert rendered(entry) == [
        "10.1.3.0/24          10.1.2.1             Ethernet0/0",
        "                     10.2.3.3             Ethernet0/1",
    ]
    assert rendered(CefPrefixView(entry)) == [
        "10.1.3.0/24",
        "  nexthop 10.1.2.1 Ethernet0/0",
        "  nexthop 10.2.3.3 Ethernet0/1",
    ]


def test_a_captured_brief_table_is_printed_again_as_it_was() -> None:
    captured = sample("show_ip_interface_brief__1.txt")
    rows = []
    for line in captured[1:]:
        name, address, method = line[:27].strip(), line[27:43].strip(), line[47:54].strip()
        status, protocol = line[54:76].strip(), line[76:].strip()
        bound = None if address == "unassigned" else ip(address)
        rows.append(BriefRow(name, bound, method, status, protocol))
    assert rendered(BriefView(tuple(rows))) == captured


def test_descriptions() -> None:
    view = DescriptionsView(
        (
            DescriptionRow("Et0/0", "up", "up", "to R2"),
            DescriptionRow("Et0/1", "admin down", "down", ""),
        )
    )
    assert rendered(view) == [
        "Interface                      Status         Protocol Description",
        "Et0/0                          up             up       to R2",
        "Et0/1                          admin down     down",
    ]
    assert rendered(view)[0] == sample("show_interfaces_description__1.txt")[0]


def parsed_interface(block: list[str]) -> InterfaceView:
    """An interface block read back field by field."""
    text = "\n".join(block)

    def number(pattern: str) -> int:
        found = re.search(pattern, text)
        assert found is not None, pattern
        return int(found[1])

    def duration(word: str) -> int | None:
        found = re.search(rf"{word} (\d+):(\d+):(\d+)", text)
        if found is None:
            return None
        return (int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])) * SECOND

    head = re.match(r"(\S+) is (.*), line protocol is (\S+)", text)
    assert head is not None
    hardware = re.search(r"Hardware is (.*?)(?:, address is (\S+) \(bia (\S+)\))?$", text, re.M)
    address = re.search(r"Internet address is ([\d.]+)/(\d+)", text)
    encapsulation = re.search(r"Encapsulation (\w+)", text)
    assert hardware is not None
    assert encapsulation is not None
    name = head[1]
    return InterfaceView(
        name=name,
        status=head[2],
        protocol=head[3],
        family=hardware_of(name).family,
        hardware=hardware[1],
        mac=MacAddress.parse(hardware[2]) if hardware[2] else None,
        burned_in_mac=MacAddress.parse(hardware[3]) if hardware[3] else None,
        description=None,
        address=ip(address[1]) if address else None,
        length=int(address[2]) if address else 0,
        mtu_bytes=number(r"MTU (\d+)"),
        bandwidth_kbps=number(r"BW (\d+)"),
        delay_us=number(r"DLY (\d+)"),
        encapsulation=encapsulation[1],
        vlan=None,
        load_interval_s=number(r"(\d+) minute input") * 60,
        output_queue=number(r"Output queue: 0/(\d+)"),
        last_input=duration("Last input"),
        last_output=duration(", output"),
        last_clearing=None,
        counters=CountersView(
            input_packets=number(r"(\d+) packets input"),
            input_bytes=number(r"packets input, (\d+) bytes"),
            input_broadcasts=number(r"Received (\d+) broadcasts"),
            output_packets=number(r"(\d+) packets output"),
            output_bytes=number(r"packets output, (\d+) bytes"),
            resets=number(r"(\d+) interface resets"),
            lost_carrier=number(r"(\d+) lost carrier") if hardware[2] else 0,
            input_bps=number(r"input rate (\d+)"),
            input_pps=number(r"input rate \d+ bits/sec, (\d+)"),
            output_bps=number(r"output rate (\d+)"),
            output_pps=number(r"output rate \d+ bits/sec, (\d+)"),
        ),
    )


def block_of(lines: list[str], name: str) -> list[str]:
    """The lines of one interface in a captured `show interfaces`."""
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{name} is "))
    length = next(
        (n for n, line in enumerate(lines[start + 1 :], 1) if not line.startswith(" ")),
        len(lines) - start,
    )
    return lines[start : start + length]


def test_captured_interfaces_are_printed_again_as_they_were() -> None:
    for file, name in (
        ("show_interfaces__1.txt", "Ethernet0/0"),
        ("show_interfaces__1.txt", "Loopback0"),
        ("show_interfaces__3.txt", "GigabitEthernet0/0"),
    ):
        block = block_of(sample(file), name)
        assert rendered(parsed_interface(block)) == block


def test_names_are_short_and_sorted_as_numbers() -> None:
    assert short("Ethernet0/0.12") == "Et0/0.12"
    names = ["Loopback10", "Loopback2", "Ethernet0/1", "Ethernet0/0.20", "Ethernet0/0"]
    assert sorted(names, key=sort_key) == [
        "Ethernet0/0",
        "Ethernet0/0.20",
        "Ethernet0/1",
        "Loopback2",
        "Loopback10",
    ]
