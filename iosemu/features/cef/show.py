"""Renderers of the forwarding table, as IOS 15 prints it."""

from __future__ import annotations

from collections.abc import Iterator
from zlib import crc32

from iosemu.address import Prefix
from iosemu.cli.api import renders

from .views import (
    CefDetailView,
    CefEntryView,
    CefExactView,
    CefInternalView,
    CefPrefixView,
    CefStepView,
    CefSummaryView,
    CefTableView,
    WayView,
)


@renders(CefTableView)
def cef_table(view: CefTableView) -> Iterator[str]:
    yield f"{'Prefix':<20} {'Next Hop':<20} Interface"


@renders(CefEntryView)
def cef_rows(entry: CefEntryView) -> Iterator[str]:
    prefix = str(entry.prefix)
    if not entry.ways:
        yield f"{prefix:<20} {entry.action}"
    for way in entry.ways:
        target = entry.action or str(way.address)
        yield f"{prefix:<20} {target:<20} {way.interface or ''}".rstrip()
        prefix = ""


@renders(CefPrefixView)
def cef_prefix(view: CefPrefixView) -> Iterator[str]:
    entry = view.entry
    yield str(entry.prefix)
    if not entry.ways:
        yield f"  {entry.action}"
    for way in entry.ways:
        yield f"  {cef_way(entry.action, way)}"


def cef_way(action: str | None, way: WayView) -> str:
    if action == "attached":
        return f"attached to {way.interface}"
    if action == "receive":
        return f"receive for {way.interface}"
    return f"nexthop {way.address} {way.interface}"


@renders(CefSummaryView)
def cef_summary(view: CefSummaryView) -> Iterator[str]:
    reachable = view.prefixes - view.unreachable
    yield "IPv4 CEF is enabled and running"
    yield "VRF Default"
    yield f" {view.prefixes} prefixes ({reachable}/{view.unreachable} fwd/non-fwd)"
    yield " Table id 0x0"
    yield f" Database epoch:        0 ({view.prefixes} entries at this epoch)"
    yield ""


@renders(CefExactView)
def cef_exact(view: CefExactView) -> Iterator[str]:
    blank = "" if view.is_xe else " "
    yield f"{view.source} -> {view.target} =>{blank}{adjacency(view.step)}"


def adjacency(step: CefStepView) -> str:
    """What a way ends in, as an output chain names it."""
    match step.kind:
        case "nexthop":
            hint = "" if step.is_complete else " (incomplete)"
            return f"IP adj out of {neighbor(step)}{hint}"
        case "attached" if step.interface == "Null0":
            return "attached to Null0"
        case "attached" if step.is_point_to_point:
            return f"IP adj out of {neighbor(step)}"
        case "attached":
            return f"glean for {step.interface}"
        case "unresolved":
            return "drop"
        case kind:
            return kind


def neighbor(step: CefStepView) -> str:
    """An adjacency by what makes it different from others."""
    if step.is_point_to_point:
        return str(step.interface)
    return f"{step.interface}, addr {step.address}"


# -- in detail ----


@renders(CefDetailView)
def cef_detail(view: CefDetailView) -> Iterator[str]:
    flags = f", flags {', '.join(view.flags)}" if view.flags else ""
    sharing = f", {view.sharing} sharing" if view.sharing else ""
    yield f"{view.prefix}, epoch 0{flags}{sharing}"
    yield from subblocks(view, "  ")
    yield from steps(view.steps, "  ")


def subblocks(view: CefDetailView, indent: str) -> Iterator[str]:
    """Where an entry comes from, if not from the routing table alone."""
    if view.covers is not None:
        covers = view.covers
        if covers.need_deagg + covers.notify:
            yield f"{indent}Covered dependent prefixes: {covers.need_deagg + covers.notify}"
        if covers.need_deagg:
            yield f"{indent}  need deagg: {covers.need_deagg}"
        if covers.notify:
            yield f"{indent}  notify cover updated: {covers.notify}"
    if view.special is not None:
        yield f"{indent}Special source: {view.special}"
    if view.owner is not None:
        yield f"{indent}Interface source: {view.owner} flags: {view.owner_flags}"
    if view.neighbor is not None:
        way = view.neighbor
        name = f"{way.interface}, addr {way.address}"
        yield f"{indent}Adj source: IP adj out of {name} {pointer('adj', name)}"
        yield f"{indent}  Dependent covered prefix type adjfib, cover {cover(view.cover)}"
    elif view.cover is not None:
        yield f"{indent}Dependent covered prefix type cover need deagg, cover {view.cover}"


def cover(prefix: Prefix | None) -> str:
    return "0.0.0.0/0" if prefix is None else str(prefix)


def steps(found: tuple[CefStepView, ...], indent: str) -> Iterator[str]:
    """The ways of an entry, each below what it recurses through."""
    for step in found:
        yield indent + step_line(step)
        yield from steps(step.below, indent + "  ")


def step_line(step: CefStepView) -> str:
    match step.kind:
        case "recursive":
            return f"recursive via {step.address}"
        case "nexthop":
            return f"nexthop {step.address} {step.interface}"
        case "attached":
            return f"attached to {step.interface}"
        case "receive" if step.interface is not None:
            return f"receive for {step.interface}"
        case "unresolved":
            return "unresolved"
        case kind:
            return kind


def pointer(kind: str, name: object) -> str:
    """Where a device would have an object in its memory: eight digits that stay the same for the
    same object."""
    return f"{crc32(f'{kind} {name}'.encode()) & 0x0FFFFFF0 | 0xB0000000:08X}"


_SHORT_FLAGS = {
    "attached": "att",
    "connected": "cnn",
    "cover dependents": "cover",
    "need deagg": "deagg",
    "receive": "rcv",
    "local": "local",
    "source eligible": "SrcElgbl",
    "default route": "defrt",
    "default route handler": "DefRtHndlr, defrt",
}


@renders(CefInternalView)
def cef_internal(view: CefInternalView) -> Iterator[str]:
    entry = view.detail
    flags = ", ".join(_SHORT_FLAGS[flag] for flag in entry.flags)
    flags = f", flags [{flags}]" if flags else ""
    source = f", RIB[{view.code}]" if view.code else ""
    sharing = entry.sharing or "per-destination"
    yield f"{entry.prefix}, epoch 0{flags}{source}, refcnt 5, {sharing} sharing"
    yield f"  sources: {sources(view)}"
    below = list(subblocks(entry, "    "))
    if below:
        yield "  subblocks:"
        yield from below
    yield from ifnums(view)
    listed = pointer("path list", [step_line(way) for way in view.ways])
    yield f"  path list {listed}, 3 locks, {sharing}, flags 0x49 [shble, rif, hwcn]"
    total = len(view.ways)
    is_connected = "connected" in entry.flags
    for way in view.ways:
        path = f"path {pointer('path', step_line(way))}, share {way.share}/{way.share}"
        yield f"    {path}, type {kind_of(way, is_connected)}, for IPv4"
        yield f"      {path_line(way, is_connected)}"
    yield "  output chain:"
    if total == 1:
        yield "    " + ("glean" if view.ways[0].is_glean else chained(view.ways[0]))
        return
    buckets = len(view.buckets)
    session = "per-packet" if entry.sharing == "per-packet" else "per-session"
    info = f"loadinfo {pointer('loadinfo', listed)}"
    yield f"    {info}, {session}, {total} choices, flags 0083, 4 locks"
    yield f"    flags [{session.capitalize()}, for-rx-IPv4]"
    yield f"    {buckets} hash buckets"
    for bucket, index in enumerate(view.buckets):
        yield f"      <{bucket:2} > {chained(view.ways[index])}"
    yield "    Subblocks:"
    yield "     None"


def sources(view: CefInternalView) -> str:
    entry = view.detail
    named = []
    if entry.special is not None:
        named.append("Spc")
    if entry.owner is not None:
        named.append("I/F")
    if entry.neighbor is not None:
        named.append("Adj")
    if view.code is not None:
        named.append("RIB")
    return ", ".join(named) or "DRH"


def ifnums(view: CefInternalView) -> Iterator[str]:
    out = [(way, n) for way, n in zip(view.ways, view.indexes, strict=True) if n]
    if not out or view.detail.owner is not None:
        yield "  ifnums: (none)"
        return
    yield "  ifnums:"
    for way, number in out:
        address = f": {way.address}" if way.address is not None else ""
        yield f"    {way.interface}({number}){address}"


def kind_of(way: CefStepView, is_connected: bool) -> str:
    match way.kind:
        case "attached" if is_connected:
            return "connected prefix"
        case "nexthop":
            return "attached nexthop"
        case "attached":
            return "attached prefix"
        case "receive":
            return "receive"
        case "recursive" | "unresolved":
            return "recursive"
        case _:
            return "special prefix"


def path_line(way: CefStepView, is_connected: bool) -> str:
    if way.kind == "attached" and way.is_point_to_point:
        return f"{'connected' if is_connected else 'attached'} to {way.interface}, {chained(way)}"
    if way.kind == "attached" and is_connected:
        return f"connected to {way.interface}, glean"
    if way.is_glean:
        return f"attached to {way.interface}, glean for {way.interface}"
    if way.kind == "nexthop":
        return f"{step_line(way)}, {chained(way)}"
    return step_line(way)


def chained(way: CefStepView) -> str:
    if way.kind != "nexthop" and not way.is_point_to_point:
        return adjacency(way)
    return f"{adjacency(way)} {pointer('adj', neighbor(way))}"
