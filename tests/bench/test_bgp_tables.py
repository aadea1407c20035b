"""BGP tables: a full table taken in, with its size, and put into the forwarding table.

Run with `pytest tests/bench/test_bgp_tables.py --benchmark-only -s`.
"""

from __future__ import annotations

import gc
import tracemalloc
from random import Random
from typing import Any

import pytest

import iosemu
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.device.actions import perform
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMap, RouteMapEntry, RouteMapsConfig
from iosemu.lab.collector import seldom_collecting
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.proto.bgp import tables
from iosemu.proto.bgp.settings import Inbound
from iosemu.proto.bgp.turn import Turn
from iosemu.wire.bgp import Context, announce, parse
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attribute_read import forget
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_nlri import Reach
from iosemu.wire.bgp_update import Update
from tests.proto.bgp.rig import Rig, attributes, prefix

from .figures import rate

PREFIXES, EACH = 100_000, 5
SEGMENT = 40
"""Updates that one step takes in: what a TCP window brings."""
HOP = IPv4Address.parse("10.0.12.2")
CONTEXT = Context()


def messages(count: int = PREFIXES) -> list[bytes]:
    """A full table as it comes: five prefixes an update, every update with a path of its own."""
    rng = Random(1)
    found: list[bytes] = []
    for start in range(0, count, EACH):
        path = AsPath.of(2, *(rng.randrange(1, 400_000) for _ in range(3)))
        communities = (rng.getrandbits(32),) * rng.randrange(3)
        said = Attributes(Origin.IGP, path, HOP, med=rng.getrandbits(8), communities=communities)
        prefixes = tuple(
            IPv4Prefix(IPv4Address(0x14000000 + (n << 8)), 24) for n in range(start, start + EACH)
        )
        found += announce(Reach(IPV4_UNICAST, said, prefixes), CONTEXT)
    return found


def receiving(config: Config | None = None, inbound: Inbound | None = None) -> Rig:
    """A process whose neighbor's next hop is known."""
    rig = Rig(config=config or Config())
    rig.route(f"{HOP}/32")
    rig.up(str(HOP), 2, inbound=inbound)
    rig.announce(str(HOP), "9.0.0.0/8", attributes("2"))
    rig.run_until(10)
    return rig


def take_in(rig: Rig, found: list[bytes], router: Any = None) -> None:
    """Read all updates and settle after each segment; with a router its tables follow."""
    session = rig.sessions[str(HOP)]
    with seldom_collecting():
        for start in range(0, len(found), SEGMENT):
            turn = Turn(rig.now, rig.state)
            for data in found[start : start + SEGMENT]:
                update = parse(data, CONTEXT)
                assert isinstance(update, Update)
                tables.update_received(turn, session, update)
            tables.settle(turn)
            if router is not None:
                perform(router, "bgp", turn.actions)


@pytest.fixture(scope="module")
def full() -> list[bytes]:
    return messages()


def test_prefixes_taken_in(benchmark: Any, full: list[bytes]) -> None:
    """Read, judged, best path chosen, routes made."""

    def setup() -> tuple[tuple[Rig, list[bytes]], dict[str, object]]:
        forget()
        gc.collect()
        return (receiving(), full), {}

    benchmark.pedantic(take_in, setup=setup, rounds=3)
    rate(benchmark, "prefixes/s taken in", PREFIXES)


def test_bytes_of_a_prefix(benchmark: Any) -> None:
    """What the table keeps of each, its attributes included."""
    count = PREFIXES if benchmark.enabled else PREFIXES // 10
    found = messages(count)
    rig = receiving()
    forget()
    tracemalloc.start()
    benchmark.pedantic(take_in, args=(rig, found), rounds=1)
    forget()
    rig.table.trim(rig.table.version)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(rig.table.nets) == count + 1
    print(f"\n{size / count:.0f} bytes a prefix")
    assert size / count < 400


def ten_lines() -> Config:
    """An inbound route map of ten entries, each of which asks a prefix list."""
    lists, entries = {}, {}
    for n in range(9):
        entry = PrefixListEntry("permit", prefix(f"{20 + n % 3}.{n}.0.0/16"), le=24)
        lists[f"P{n}"] = PrefixList(entries=Entries({5: entry}))
        entries[10 + n] = RouteMapEntry(match_prefix_lists=(f"P{n}",), set_local_preference=200 + n)
    entries[100] = RouteMapEntry(set_weight=5)
    config = with_slot(Config(), PrefixListsConfig(lists=Entries(lists)))
    return with_slot(config, RouteMapsConfig(maps=Entries({"IN": RouteMap(Entries(entries))})))


def test_prefixes_through_a_route_map_into_the_forwarding_table(
    benchmark: Any, full: list[bytes]
) -> None:
    def setup() -> tuple[tuple[Rig, list[bytes], Any], dict[str, object]]:
        forget()
        lab = iosemu.load("hello")
        lab.boot()
        lab.run_for(5)
        gc.collect()
        router = lab.routers["R1"]
        rig = receiving(ten_lines(), Inbound(route_map="IN"))
        routers.append(router)
        return (rig, full, router), {}

    routers: list[Any] = []
    benchmark.pedantic(take_in, setup=setup, rounds=2)
    vrf = routers[-1].device.stack.vrf("default")
    assert len(vrf.rib) > PREFIXES
    assert vrf.fib.lookup(0x14000001).paths[0].next_hop == HOP
    rate(benchmark, "prefixes/s into the forwarding table", PREFIXES)
