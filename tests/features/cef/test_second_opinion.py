"""Parsers nobody here wrote read CEF's shows: ntc-templates, where installed."""

from __future__ import annotations

from typing import Any

import pytest

import iosemu

ntc = pytest.importorskip("ntc_templates.parse", reason="ntc-templates is not installed")


@pytest.fixture(scope="module")
def r1() -> Any:
    lab = iosemu.load("static")
    lab.boot()
    lab.run_for(5)
    # The template knows one level of recursion.
    lab["R1"].configure("no ip route 50.0.0.0 255.0.0.0")
    lab["R1"].cli("ping 10.0.12.2")
    lab["R1"].cli("ping 10.0.13.99 repeat 1 timeout 1")
    return lab["R1"]


def parsed(node: Any, command: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ntc.parse_output(
        platform="cisco_ios", command=command, data=node.cli(command)
    )
    return found


def test_the_detailed_table(r1: Any) -> None:
    rows = {f"{r['ip_address']}/{r['prefix_length']}": r for r in parsed(r1, "show ip cef detail")}
    assert rows["192.168.5.0/24"]["interface"] == ["Ethernet0/0", "Ethernet0/1", "Ethernet0/2"]
    assert rows["172.16.5.0/24"]["nexthop"] == ["10.0.13.3"]
    assert rows["10.0.12.1/32"]["interface"] == ["Ethernet0/0"]


def test_adjacencies_in_detail(r1: Any) -> None:
    rows = {row["endpoint"]: row for row in parsed(r1, "show adjacency detail")}
    assert rows["10.0.12.2"]["interface"] == "Ethernet0/0"
    assert rows["10.0.12.2"]["rewrite_headers"] == ["AABBCC000200AABBCC0001000800"]
    assert rows["10.0.13.99"]["rewrite_headers"] == []


def test_the_summary_of_routes(r1: Any) -> None:
    rows = {row["route_source"]: row for row in parsed(r1, "show ip route summary")}
    assert (rows["static"]["networks"], rows["static"]["subnets"]) == ("2", "2")
    assert rows["connected"]["subnets"] == "8"
