"""Commands of CEF: its shows and clears."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.cli.api import Exec, Lines, Rejected, exec_command, show
from iosemu.cli.grammar import release
from iosemu.features.interface.cli import interface_named
from iosemu.features.ip.config import IpConfig
from iosemu.features.ip.route_cli import mask_length
from iosemu.features.ipv6.config import Ipv6Config
from iosemu.features.vrf.tables import table_of
from iosemu.proto.base import DEFAULT_VRF
from iosemu.rib.fib import FibEntry, Kind
from iosemu.stack.output import flow_path
from iosemu.stack.state import Stack, Vrf

from . import tables
from .views import (
    AdjacenciesView,
    AdjacencySummaryView,
    AdjacencyView,
    CefDetailView,
    CefEntryView,
    CefExactView,
    CefInternalView,
    CefPrefixView,
    CefStepView,
    CefSummaryView,
    CefTableView,
)

Views = Iterator[
    CefTableView | CefEntryView | CefPrefixView | CefDetailView | CefInternalView | CefSummaryView
]


UNLISTED_6 = tuple(IPv6Prefix.parse(text) for text in ("::/128", "::1/128"))
"""What IOS shows as one entry, ::/127."""


def running(x: Exec, vrf: str | None = None) -> Vrf:
    """The VRF whose forwarding is shown; Rejected under `no ip cef`."""
    if not x.config.of(IpConfig).cef:
        raise Rejected("%IPv4 CEF not running")
    return x.part(Stack).vrf(table_of(x, vrf))


def listed(
    x: Exec, wanted: Callable[[FibEntry], bool], form: str | None, vrf: str | None = None
) -> Views:
    """The entries that are wanted, as a table or one by one in detail."""
    held = running(x, vrf)
    if form is None:
        yield CefTableView()
    for entry in held.fib.all():
        if wanted(entry):
            yield tables.cef_entry(entry) if form is None else in_form(x, held, entry, form)


def in_form(
    x: Exec, vrf: Vrf, entry: FibEntry, form: str | None
) -> CefPrefixView | CefDetailView | CefInternalView:
    if form is None:
        return CefPrefixView(tables.cef_entry(entry))
    function = tables.detail if form == "detail" else tables.internal
    return function(x.part(Stack), vrf, entry)


@show("cef.show")
def show_cef(x: Exec, *, vrf: str | None, form: str | None) -> Views:
    if form is not None:
        yield tables.summary(running(x, vrf).fib.all())
    yield from listed(x, lambda entry: True, form, vrf)


@show("cef.show.ipv6")
def show_ipv6_cef(
    x: Exec, *, prefix: IPv6Prefix | None, address: IPv6Address | None
) -> Iterator[CefPrefixView]:
    """The forwarding table of IPv6, or what it has for an address or a prefix."""
    stack = x.part(Stack)
    if not x.config.of(Ipv6Config).routing:
        raise Rejected("%IPv6 CEF not running")
    fib = stack.vrf(DEFAULT_VRF).fib6
    if address is not None:
        yield CefPrefixView(tables.cef_entry(fib.lookup(address)))
        return
    if prefix is None:
        for listed_entry in fib.all():
            if listed_entry.prefix not in UNLISTED_6:
                yield CefPrefixView(tables.cef_entry(listed_entry))
        return
    entry = fib.entry(prefix)
    if entry is None:
        raise Rejected("%Prefix not found")
    yield CefPrefixView(tables.cef_entry(entry))


@show("cef.show.summary")
def show_cef_summary(x: Exec, *, vrf: str | None) -> Views:
    yield tables.summary(running(x, vrf).fib.all())


@show("cef.show.kind")
def show_cef_kind(x: Exec, *, kind: str, detail: bool) -> Views:
    def wanted(entry: FibEntry) -> bool:
        if kind == "unresolved":
            return tables.is_unresolved(entry)
        return not tables.is_recursive(entry)

    yield from listed(x, wanted, "detail" if detail else None)


@show("cef.show.interface")
def show_cef_interface(x: Exec, *, interface: str, detail: bool) -> Views:
    name = interface_named(x.part(Stack), interface).name
    form = "detail" if detail else None
    yield from listed(x, lambda entry: tables.leaves_by(entry, name), form)


@show("cef.show.adjacency")
def show_cef_adjacency(x: Exec, *, kind: str, detail: bool) -> Views:
    form, stack = "detail" if detail else None, x.part(Stack)
    yield from listed(x, lambda entry: tables.uses(stack, entry, kind), form)


@show("cef.show.adjacency.neighbor")
def show_cef_neighbor(x: Exec, *, interface: str, address: IPv4Address, detail: bool) -> Views:
    name = interface_named(x.part(Stack), interface).name

    def wanted(entry: FibEntry) -> bool:
        hops = ((path.interface, path.next_hop or entry.prefix.network) for path in entry.paths)
        return (name, address) in hops

    yield from listed(x, wanted, "detail" if detail else None)


@show("cef.show.address")
def show_cef_address(
    x: Exec,
    *,
    vrf: str | None,
    address: IPv4Address,
    mask: IPv4Address | None,
    longer_prefixes: bool,
    form: str | None,
) -> Views:
    length = mask_length(mask)
    if length is not None or longer_prefixes:
        prefix = IPv4Prefix.of(address, 32 if length is None else length)
        yield from show_cef_prefix(
            x, vrf=vrf, prefix=prefix, longer_prefixes=longer_prefixes, form=form
        )
        return
    held = running(x, vrf)
    entry = held.fib.entry(IPv4Prefix(address, 32)) or held.fib.lookup(address)
    yield in_form(x, held, entry, form)


@show("cef.show.prefix")
def show_cef_prefix(
    x: Exec, *, vrf: str | None, prefix: IPv4Prefix, longer_prefixes: bool, form: str | None
) -> Views:
    held = running(x, vrf)
    if longer_prefixes:
        yield from listed(x, lambda entry: prefix.covers(entry.prefix), form, vrf)
        return
    entry = held.fib.entry(prefix)
    if entry is None:
        raise Rejected("%Prefix not found")
    yield in_form(x, held, entry, form)


@show("cef.show.exact")
def show_exact_route(
    x: Exec,
    *,
    source: IPv4Address,
    source_port: int | None,
    target: IPv4Address,
    target_port: int | None,
) -> Iterator[CefExactView]:
    stack, vrf = x.part(Stack), running(x)
    entry = vrf.fib.lookup(target)
    if entry.kind is Kind.FORWARD:
        sharing = stack.sharing
        ports = (source_port or 0) << 16 if sharing.source_port else 0
        ports |= target_port or 0 if sharing.destination_port else 0
        step = tables.adjacency_step(stack, flow_path(stack, entry, source, target, ports))
    else:
        step = CefStepView(entry.kind.value)
    if step.kind == "attached" and tables.is_neighbor(stack, step.interface, target):
        step = CefStepView("nexthop", target, step.interface)
    yield CefExactView(source, target, step, release(x.version) >= (16,))


@show("cef.adjacency")
def show_adjacency(
    x: Exec, *, interface: str | None, form: str | None
) -> Iterator[AdjacenciesView | AdjacencyView]:
    stack = x.part(Stack)
    name = None if interface is None else interface_named(stack, interface).name
    yield AdjacenciesView()
    yield from tables.adjacencies(stack, name, form)


@show("cef.adjacency.summary")
def show_adjacency_summary(x: Exec) -> Iterator[AdjacencySummaryView]:
    yield tables.adjacency_summary(tables.adjacencies(x.part(Stack)))


@exec_command("cef.clear.adjacency")
def clear_adjacency(x: Exec) -> Lines:
    """Every rewrite is made anew from what ARP knows."""
    x.part(Stack).forget_headers()
    return []


@exec_command("cef.clear.table")
def clear_table(x: Exec) -> Lines:
    """The forwarding table is made anew from the routing table."""
    stack = x.part(Stack)
    for vrf in stack.vrfs.values():
        vrf.fib.forget()
    stack.forget_flows()
    return []
