"""Renderers of `show ip bgp summary`."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import SummaryRow, SummaryView

COLUMNS = "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd"


@renders(SummaryView)
def summary(view: SummaryView) -> Iterator[str]:
    yield f"BGP router identifier {view.router_id}, local AS number {view.autonomous_system}"
    yield (
        f"BGP table version is {view.version}, main routing table version {view.routing_version}"
    )
    if view.memory:
        for entry in view.memory:
            yield f"{entry.count} {entry.what} using {entry.used_bytes} bytes of memory"
        total = sum(entry.used_bytes for entry in view.memory)
        yield f"BGP using {total} total bytes of memory"
        if view.soft_paths:
            yield f"{view.soft_paths} received paths for inbound soft reconfiguration"
        nets, freed, paths, paths_freed = view.activity
        yield (
            f"BGP activity {nets}/{freed} prefixes, {paths}/{paths_freed} paths,"
            f" scan interval {view.scan_s} secs"
        )
    if view.rows:
        yield ""
        yield COLUMNS
        for row in view.rows:
            yield from summary_row(row)
    if view.limit is not None:
        yield from ranges(view)


def summary_row(row: SummaryRow) -> Iterator[str]:
    """One neighbor; a name that does not fit has a line of its own."""
    name = f"*{row.neighbor}" if row.is_dynamic else row.neighbor
    if len(name) > 15:
        yield name
        name = ""
    state = f"{row.prefixes:>9}" if row.state is None else f" {row.state}"
    yield (
        f"{name:<16}4{row.autonomous_system:>13} {row.received:>7} {row.sent:>7}"
        f" {row.table_version:>8} {row.in_queue:>4} {row.out_queue:>4} {row.uptime:<8}{state}"
    )


def ranges(view: SummaryView) -> Iterator[str]:
    """What is said of dynamic neighbors below all others."""
    count = sum(row.is_dynamic for row in view.rows)
    subnets = sum(len(group.prefixes) for group in view.groups)
    if count:
        yield "* Dynamically created based on a listen range command"
        yield f"Dynamically created neighbors: {count}, Subnet ranges: {subnets}"
        yield ""
    for group in view.groups:
        yield f"BGP peergroup {group.name} listen range group members: "
        for prefix in group.prefixes:
            yield f"  {prefix} "
        yield ""
    yield (
        f"Total dynamically created neighbors: {count}/({view.limit} max), Subnet ranges: {subnets}"
    )
