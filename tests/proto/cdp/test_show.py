"""Renderers against outputs of real devices, and parsers nobody here wrote."""

from __future__ import annotations

from typing import Any

import pytest

import iosemu
import iosemu.proto.cdp.show
from iosemu.proto.cdp.views import DetailView, NeighborsView, NeighborView
from tests.features.samples import rendered, sample, unpadded

C2960 = """\
Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 12.2(55)SE9, RELEASE SOFTWARE (fc1)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2014 by Cisco Systems, Inc.
Compiled Mon 03-Mar-14 22:53 by prod_rel_team"""
HELLO = (
    "OUI=0x00000C, Protocol ID=0x0112; payload len=27,"
    " value=00000000FFFFFFFF010205010000000000000024508ECA00FF0000"
)
C3825 = """\
Cisco IOS Software, 3800 Software (C3825-ADVENTERPRISEK9-M), Version 12.4(24)T1, RELEASE SOFTWARE (fc3)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2009 by Cisco Systems, Inc.
Compiled Fri 19-Jun-09 18:40 by prod_rel_team"""  # noqa: E501
ROUTER, BRIDGE, SWITCH, HOST, IGMP = 1, 4, 8, 16, 32


def neighbor(device: str, interface: str, port: str, **more: Any) -> NeighborView:
    given: dict[str, Any] = {
        "holdtime_s": 0,
        "capabilities": 0,
        "platform": "",
        "software": "",
        "addresses": (),
        "management_addresses": None,
        "version": 2,
        "hello": None,
        "native_vlan": None,
        "vtp_domain": None,
        "duplex": None,
    }
    return NeighborView(device=device, interface=interface, port=port, **given | more)


def row(device: str, interface: str, port: str, holdtime_s: int, can: int, platform: str) -> Any:
    return neighbor(
        device, interface, port, holdtime_s=holdtime_s, capabilities=can, platform=platform
    )


def test_the_table_is_that_of_a_device() -> None:
    ten, gig, virtual = "TenGigabitEthernet", "GigabitEthernet", "Virtual "
    view = NeighborsView(
        (
            row(
                "asr1002-2.some.example.com",
                f"{ten}1/1/3",
                f"{ten}0/1/0",
                173,
                ROUTER | IGMP,
                "ASR1002-HX",
            ),
            row("vWAAS3b", f"{ten}1/0/6", f"{virtual}2/0", 140, HOST, "OE-VWAAS"),
            row("vWAAS3b", f"{ten}1/0/6", f"{virtual}1/0", 140, HOST, "OE-VWAAS"),
            row("vWAAS4b", f"{ten}1/0/7", f"{virtual}2/0", 162, HOST, "OE-VWAAS"),
            row("vWAAS4b", f"{ten}1/0/7", f"{virtual}1/0", 162, HOST, "OE-VWAAS"),
            row(
                "NEXTGENLABSWT01.some.example.com",
                f"{gig}0/0",
                f"{gig}0/23",
                130,
                SWITCH | IGMP,
                "cisco WS-C3560X-24",
            ),
            row(
                "router01.some.example.com",
                f"{ten}1/0/4",
                f"{gig}0/0",
                172,
                ROUTER | BRIDGE | SWITCH | IGMP,
                "Cisco CISCO2911/K9",
            ),
            row(
                "9300mgig-1.some.example.com",
                f"{ten}1/1/6",
                f"{ten}1/1/7",
                155,
                ROUTER | SWITCH | IGMP,
                "cisco C9300-24UX",
            ),
            row(
                "9300mgig-1.some.example.com",
                f"{ten}1/1/7",
                f"{ten}1/1/6",
                140,
                ROUTER | SWITCH | IGMP,
                "cisco C9300-24UX",
            ),
            row(
                "9500-1.some.example.com",
                f"{ten}1/1/8",
                f"{ten}2/0/36",
                170,
                ROUTER | SWITCH | IGMP,
                "cisco C9500-40X",
            ),
            row(
                "9300mgig-2.some.example.com",
                f"{ten}1/1/1",
                f"{ten}1/1/2",
                148,
                ROUTER | SWITCH | IGMP,
                "cisco C9300-24UX",
            ),
        )
    )
    assert unpadded(rendered(view)) == unpadded(sample("show_cdp_neighbors__2.txt"))


def test_the_details_are_those_of_a_device() -> None:
    gig = "GigabitEthernet"
    view = DetailView(
        (
            neighbor(
                "desktop-switch",
                f"{gig}1/0/16",
                f"{gig}0/1",
                holdtime_s=164,
                capabilities=SWITCH | IGMP,
                platform="cisco WS-C2960-8TC-L",
                software=C2960,
                addresses=("10.1.1.2",),
                management_addresses=("10.1.1.2",),
                hello=HELLO,
                vtp_domain="",
                native_vlan=1,
                duplex="full",
            ),
            neighbor(
                "ce-router",
                f"{gig}1/0/22",
                f"{gig}0/0",
                holdtime_s=156,
                capabilities=ROUTER | SWITCH | IGMP,
                platform="Cisco 3825",
                software=C3825,
                addresses=("10.1.1.1",),
                management_addresses=(),
                vtp_domain="",
                duplex="full",
            ),
        ),
        has_total=False,
    )
    lines = unpadded(rendered(view))
    assert lines == unpadded(sample("show_cdp_neighbors_detail__1.txt"))[: len(lines)]


def test_the_end_of_the_details_is_that_of_a_device() -> None:
    view = DetailView((), has_total=True)
    assert rendered(view)[-1] == "Total cdp entries displayed : 0"
    tail = [line for line in sample("show_cdp_neighbors_detail__3.txt") if line.strip()][-1]
    assert tail == "Total cdp entries displayed : 3"


def test_templates_read_both_tables() -> None:
    ntc = pytest.importorskip("ntc_templates.parse", reason="ntc-templates is not installed")
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    for command in ("show cdp neighbors", "show cdp neighbors detail"):
        text = lab["R1"].cli(command)
        rows = ntc.parse_output(platform="cisco_ios", command=command, data=text)
        assert [row["neighbor_name"] for row in rows] == ["R2", "R3", "HOST1"]
        assert "Eth" in rows[0]["neighbor_interface"]
        assert rows[0]["platform"].startswith("Linux")
