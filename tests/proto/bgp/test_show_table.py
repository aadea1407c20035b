"""Renderers of BGP tables, prefixes and summaries against outputs of real devices."""

from __future__ import annotations

import re

import pytest

import iosemu.proto.bgp.show_summary
import iosemu.proto.bgp.show_table  # noqa: F401
from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.proto.bgp.views import (
    DetailPath,
    Memory,
    PathRow,
    PrefixView,
    RangeGroup,
    Section,
    SummaryRow,
    SummaryView,
    TableView,
)
from iosemu.rib.classful import classful
from iosemu.wire.bgp_attributes import Origin
from tests.features.samples import rendered, sample, unpadded

ip = IPv4Address.parse


def prefix_of(text: str) -> IPv4Prefix:
    if "/" in text:
        return IPv4Prefix.parse(text)
    return classful(IPv4Prefix(ip(text), 32))


def number(text: str) -> int | None:
    return int(text) if text.strip() else None


def rows_of(lines: list[str], indent: int) -> tuple[PathRow, ...]:
    """The rows of a table as printed by a device: by their columns."""
    rows: list[PathRow] = []
    network = ""
    status = ""
    for line in lines:
        if line.startswith(" " * 20):
            rest = line[23 + indent :]
        else:
            status, named, rest = line[:5], line[5 + indent : 22 + indent], line[22 + indent :]
            if len(line.rstrip()) <= 40 and "/" in line:
                network = line[5 + indent :].strip()
                continue
            network = named.strip() or network
        *path, origin = rest[41:].split()
        rows.append(
            PathRow(
                prefix_of(network),
                ip(rest[:15].strip()),
                Origin("ie?".index(origin)),
                " ".join(path),
                number(rest[15:26]),
                number(rest[26:33]),
                int(rest[33:40]),
                status[1] != " ",
                ">" in status,
                "i" in status,
                "m" in status,
                "b" in status,
                "a" in status,
                "s" in status[1],
                is_rib_failure="r" in status[1],
            )
        )
    return tuple(rows)


@pytest.mark.parametrize(
    ("name", "release", "table"),
    [
        ("show_ip_bgp_all__1", "15.2", 0),
        ("show_ip_bgp_all__2", "15.7", 0),
        ("show_ip_bgp_neighbors_advertised_routes__1", "15.7", 0),
    ],
)
def test_a_table_is_printed_as_by_a_device(name: str, release: str, table: int) -> None:
    lines = [line.rstrip() for line in sample(f"{name}.txt")]
    start = next(n for n, line in enumerate(lines) if line.startswith("BGP table version"))
    found = re.fullmatch(r"BGP table version is (\d+), local router ID is (\S+)", lines[start])
    assert found is not None
    head = lines.index("     Network          Next Hop            Metric LocPrf Weight Path")
    end = lines.index("", head)
    rows = rows_of(lines[head + 1 : end], 1 if release == "15.7" else 0)
    view = TableView(int(found[1]), ip(found[2]), (Section(rows),), release)
    assert unpadded(rendered(view)) == lines[start:end]


def test_an_address_that_does_not_fit_its_column_goes_on_in_the_next_line() -> None:
    prefix = IPv6Prefix.parse("2001:db8:1::/64")
    far, near = IPv6Address.parse("2001:db8:12:34::2"), IPv6Address(0)
    rows = (
        PathRow(prefix, near, Origin.IGP, med=0, weight=32768, is_best=True),
        PathRow(prefix, far, Origin.INCOMPLETE, "65001", is_internal=True, local_pref=100),
    )
    assert rendered(TableView(2, ip("1.1.1.1"), (Section(rows),), "15.4"))[-3:-1] == [
        " *>  2001:DB8:1::/64  ::                       0         32768 i",
        " * i                  2001:DB8:12:34::2",
    ]


def test_nothing_is_said_of_an_empty_table() -> None:
    assert rendered(TableView(1, ip("1.1.1.1"), (Section(()),), "15.4")) == []


# -- one prefix ----


@pytest.mark.parametrize(
    ("name", "version", "as_path", "peer", "router_id", "origin", "med"),
    [
        ("2", 279621, "8244 3269 65020 65017", "10.105.179.5", "195.22.211.242", 2, None),
        ("3", 2, "3 3 3 3", "200.200.200.1", "1.1.1.1", 0, 0),
    ],
)
def test_a_prefix_is_printed_as_by_a_device(
    name: str, version: int, as_path: str, peer: str, router_id: str, origin: int, med: int | None
) -> None:
    flags = ("valid", "external", "best")
    path = DetailPath(
        1, as_path, ip(peer), ip(peer), ip(router_id), Origin(origin), flags, med=med, tx_path_id=0
    )
    prefix = IPv4Prefix.parse("1.0.4.0/24")
    view = PrefixView(prefix, version, (path,), 1, 1, "default", "15.4", groups=(2,))
    assert unpadded(rendered(view)) == unpadded(sample(f"show_ip_bgp_PREFIX__{name}.txt"))


# -- summary ----


def summary_of(name: str) -> tuple[SummaryView, list[str]]:
    """The view of which a device's summary was printed, read back from it."""
    lines = [line.rstrip() for line in sample(name)]
    start = next(n for n, line in enumerate(lines) if line.startswith("BGP router identifier"))
    later = [n for n in range(start, len(lines)) if lines[n].startswith("For address family")]
    lines = lines[start : later[0] - 1 if later else None]
    text = "\n".join(lines)
    head = re.search(r"BGP router identifier (\S+), local AS number (\S+)", text)
    versions = re.search(r"BGP table version is (\d+), main routing table version (\d+)", text)
    activity = re.search(
        r"BGP activity (\d+)/(\d+) prefixes, (\d+)/(\d+) paths, scan interval (\d+)", text
    )
    assert head is not None
    assert versions is not None
    assert activity is not None
    memory = re.findall(r"^([\d/]+) (.+) using (\d+) bytes of memory$", text, re.MULTILINE)
    rows = re.findall(
        r"^(\*?)([\d.]+) +4 +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) +(\d+) (\S+) +(.+)$",
        text,
        re.MULTILINE,
    )
    soft = re.search(r"^(\d+) received paths for", text, re.MULTILINE)
    groups = re.findall(r"^BGP peergroup (\S+) listen range group members:\n  (\S+)", text, re.M)
    limit = re.search(r"/\((\d+) max\)", text)
    view = SummaryView(
        ip(head[1]),
        head[2],
        int(versions[1]),
        int(versions[2]),
        tuple(Memory(count, what, int(used)) for count, what, used in memory),
        (int(activity[1]), int(activity[2]), int(activity[3]), int(activity[4])),
        int(activity[5]),
        tuple(
            SummaryRow(
                row[1],
                row[2],
                *map(int, row[3:8]),
                row[8],
                None if row[9].isdecimal() else row[9],
                int(row[9]) if row[9].isdecimal() else 0,
                bool(row[0]),
            )
            for row in rows
        ),
        tuple(RangeGroup(group, (prefix,)) for group, prefix in groups),
        int(limit[1]) if limit else None,
        int(soft[1]) if soft else 0,
    )
    return view, lines


@pytest.mark.parametrize(
    "name",
    [
        "show_ip_bgp_summary__1.txt",
        "show_ip_bgp_summary__2.txt",
        "web_show_ip_bgp_summary__dynamic_neighbors.txt",
    ],
)
def test_a_summary_is_printed_as_by_a_device(name: str) -> None:
    view, lines = summary_of(name)
    said = unpadded(rendered(view))
    # One row of the first sample has a state a column further right than all other samples have.
    odd = "     Idle (Admin)"
    assert said == [line.replace(odd, odd[1:]) for line in lines[: len(said)]]
    assert len(said) > 10
