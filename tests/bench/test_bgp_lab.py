"""A table through a route reflector to ten clients, the whole product: twelve routers, TCP, RIB.

Run with `pytest tests/bench/test_bgp_lab.py --benchmark-only -s`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from iosemu import Lab
from iosemu.address import IPv4Prefix
from iosemu.device.actions import perform
from iosemu.proto.bgp import session
from iosemu.proto.bgp.settings import TableKey
from iosemu.proto.bgp.turn import Turn
from tests.proto.bgp.out_lab import engine, lab_of

from .figures import rate
from .test_bgp_tables import messages

FEED, REFLECTOR = "R2", "R1"
CLIENTS = tuple(f"R{n}" for n in range(3, 13))
STEP_S, LIMIT_S = 1, 600


def router(n: int, process: str) -> str:
    """A router on the Ethernet that all are on."""
    address = f"interface Ethernet0/0\n ip address 10.0.12.{n} 255.255.255.0\n no shutdown\n"
    return address + process


def network(folder: Path) -> Lab:
    """R2 of AS 2 feeds R1 of AS 1, which reflects to R3 to R12; all sessions are up."""
    middle = "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n"
    configs = {FEED: router(2, "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n")}
    for n, name in enumerate(CLIENTS, 3):
        neighbor = f" neighbor 10.0.12.{n} "
        middle += f"{neighbor}remote-as 1\n{neighbor}route-reflector-client\n"
        configs[name] = router(n, "router bgp 1\n neighbor 10.0.12.1 remote-as 1\n")
    configs[REFLECTOR] = router(1, middle)
    lab = lab_of(folder, configs, tuple(configs))
    lab.run_for(120)
    return lab


def feed(lab: Lab, count: int) -> None:
    """The feeding router says all it was given, on its session to the reflector."""
    state = engine(lab, FEED).state
    turn = Turn(lab.world.now, state)
    (carrier,) = (s for peer in state.peers.values() for s in peer.sessions.values())
    for data in messages(count):
        session.send(turn, carrier, data)
    perform(lab.routers[FEED], "bgp", turn.actions)


def installed(lab: Lab, name: str) -> int:
    """How many routes of BGP a router forwards by."""
    rib = lab.routers[name].device.stack.vrf("default").rib
    return sum(route.code == "B" for route in rib.routes())


def deliver(lab: Lab, count: int) -> None:
    feed(lab, count)
    while any(installed(lab, name) < count for name in CLIENTS):
        assert lab.now < LIMIT_S
        lab.run_for(STEP_S)


@pytest.mark.parametrize("count", [10_000, 100_000])
def test_a_table_through_a_reflector_to_ten_clients(
    benchmark: Any, tmp_path: Path, count: int
) -> None:
    if not benchmark.enabled:
        count //= 20
    lab = network(tmp_path)
    benchmark.pedantic(lambda: deliver(lab, count), rounds=1, iterations=1)
    last = IPv4Prefix.parse("20.0.0.0/24")
    for name in CLIENTS:
        assert last in engine(lab, name).state.routing.tables[TableKey()].nets
        assert installed(lab, name) == count
    rate(benchmark, "prefixes/s to ten clients of a reflector", count)
