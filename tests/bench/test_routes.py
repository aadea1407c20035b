"""A hundred thousand static routes: loaded from text and by calls, looked up, shown, kept.

Run with `pytest tests/bench/test_routes.py --benchmark-only -s`.
"""

from __future__ import annotations

import tracemalloc
from collections import deque
from typing import Any

import pytest

import iosemu
from iosemu.address import IPv4Address, IPv4Prefix, mask_of
from iosemu.features.ip.route_show import network_rows
from iosemu.features.ip.tables import routing_table
from iosemu.features.ip.views import NetworkView
from iosemu.rib.fib import Kind
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.stack import Stack, add_route

from .figures import rate

ROUTES = 100_000
TYPED = 2_000
BOOTED = 10_000
HOP = IPv4Address.parse("10.0.12.2")


def network(n: int) -> IPv4Address:
    """100,000 different /24s, from 20.0.0.0 on."""
    return IPv4Address(0x14000000 + (n << 8))


def line(n: int) -> str:
    return f"ip route {network(n)} {mask_of(24)} {HOP}"


def route(n: int) -> Route:
    key = RouteKey("default", IPv4Prefix(network(n), 24), "static")
    return Route(key, (NextHop(HOP),), 1, "S", "static")


def filled(count: int = ROUTES) -> Stack:
    """A table with the routes and the connected network they lean on."""
    stack = Stack()
    near = RouteKey("default", IPv4Prefix.parse("10.0.12.0/24"), "connected")
    add_route(stack, 0, Route(near, (NextHop(None, "Ethernet0/0"),), 0, "C", "connected"))
    for n in range(count):
        add_route(stack, 0, route(n))
    return stack


@pytest.fixture(scope="module")
def stack() -> Stack:
    return filled()


def booted() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    return lab


def test_lines_typed_a_second(benchmark: Any) -> None:
    """Each a commit of its own, on a router that has 2,000 already."""
    lab = booted()
    lab["R1"].configure("\n".join(line(n) for n in range(TYPED)))
    text = "\n".join(line(n) for n in range(TYPED, 2 * TYPED))
    benchmark.pedantic(lambda: lab["R1"].configure(text), rounds=1)
    table = lab.routers["R1"].device.stack.vrf("default").rib
    assert len(table) > 2 * TYPED
    rate(benchmark, "lines/s", TYPED)


def test_lines_of_a_startup_configuration_a_second(benchmark: Any) -> None:
    lab = booted()
    text = "\n".join(line(n) for n in range(BOOTED))
    made = benchmark.pedantic(lambda: lab.routers["R1"].built(text), rounds=1)
    assert not made.refused
    rate(benchmark, "lines/s", BOOTED)


def test_routes_added_a_second(benchmark: Any) -> None:
    made = benchmark.pedantic(filled, rounds=1)
    assert len(made.vrf("default").rib) == ROUTES + 1
    rate(benchmark, "routes/s", ROUTES)


def test_bytes_a_route(benchmark: Any) -> None:
    """In the table alone: the route, its key, prefix and next hop."""
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    kept = benchmark.pedantic(lambda: filled(10_000), rounds=1)
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(kept.vrf("default").rib) == 10_001
    benchmark.extra_info["bytes/route"] = size // 10_000
    print(f"\n{benchmark.name}: {size // 10_000:,} bytes/route")
    assert size < 10_000 * 1_500


@pytest.mark.parametrize("kind", ["first", "again"])
def test_destinations_looked_up_a_second(benchmark: Any, stack: Stack, kind: str) -> None:
    """Each address once, resolved from the routing table; then 50,000 that are remembered."""
    fib = stack.vrf("default").fib
    fib.forget()
    count = ROUTES if kind == "first" else 50_000
    addresses = [network(n * 7919 % ROUTES) + 9 for n in range(count)]

    def look() -> None:
        for address in addresses:
            fib.lookup(address)

    if kind == "again":
        look()
    benchmark.pedantic(look, rounds=1)
    found = fib.lookup(addresses[-1])
    assert (found.kind, found.paths[0].next_hop) == (Kind.FORWARD, HOP)
    rate(benchmark, "lookups/s", count)


def test_rows_of_the_table_a_second(benchmark: Any, stack: Stack) -> None:
    rib = stack.vrf("default").rib

    def shown() -> int:
        views = (view for view in routing_table(rib, 0) if isinstance(view, NetworkView))
        rows = (row for view in views for row in network_rows(view))
        return len(deque(rows, maxlen=1))

    assert benchmark.pedantic(shown, rounds=1) == 1
    rate(benchmark, "rows/s", ROUTES)
