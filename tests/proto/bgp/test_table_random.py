"""Whatever happens in whatever order, tables, routes and those who follow changes agree."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from iosemu.proto.bgp.settings import Bestpath, Dampening, TableSettings
from iosemu.proto.bgp.table import Path, Table
from iosemu.wire.bgp_attributes import Origin
from iosemu.wire.bgp_nlri import Nlri

from .rig import Rig, attributes
from .test_decision import oracle

PEERS = [("10.0.0.1", 2), ("10.0.0.2", 3), ("10.0.0.3", 1), ("10.0.0.4", 1), ("10.0.0.5", 2)]
PREFIXES = [f"20.{n}.0.0/16" for n in range(6)]
TRIM = Table.trim
ORDERLY = Bestpath(always_compare_med=True, compare_router_id=True)
"""With these the choice does not depend on what came first."""


class Follower:
    """Knows the table by its changes alone, and is slow to ask."""

    def __init__(self) -> None:
        self.version = 1
        self.best: dict[Nlri, Path] = {}

    def ask(self, rig: Rig) -> None:
        table = rig.table
        for key in table.changes_since(self.version):
            net = table.nets.get(key)
            if net is None or net.best is None:
                self.best.pop(key, None)
            else:
                self.best[key] = net.best
        self.version = table.version
        TRIM(table, self.version)


def step(rig: Rig, chance: random.Random) -> None:
    """One thing happens."""
    address, asn = chance.choice(PEERS)
    is_up = address in rig.sessions
    match chance.choice(["announce"] * 6 + ["withdraw"] * 2 + ["session", "next hop", "time"]):
        case "announce" if is_up:
            path = chance.choice(["7", "7 8", "8 9", "9"])
            said = attributes(
                path if asn == 1 else f"{asn} {path}",
                origin=chance.choice([Origin.IGP, Origin.INCOMPLETE]),
                med=chance.choice([None, 0, 5]),
                local_pref=chance.choice([100, 110]) if asn == 1 else None,
            )
            some = chance.sample(PREFIXES, chance.randint(1, 3))
            rig.announce(address, " ".join(some), said)
        case "withdraw" if is_up:
            rig.withdraw(address, chance.choice(PREFIXES))
        case "session":
            if is_up:
                rig.down(address)
            else:
                rig.up(address, asn)
        case "next hop":
            if chance.random() < 0.5:
                rig.no_route(f"{address}/32")
            else:
                rig.route(f"{address}/32", metric=chance.choice([1, 2, 3]))
        case "time":
            rig.run_for(chance.choice([1, 5, 30]))


def check_counts(rig: Rig) -> None:
    held = [path.source.peer for net in rig.table.nets.values() for path in net.paths]
    counts = {peer: count for peer, count in rig.table.counts.items() if count}
    assert counts == {peer: held.count(peer) for peer in dict.fromkeys(held)}
    activity = rig.table.activity
    assert activity.paths_made - activity.paths_freed == len(held)
    assert activity.nets_made - activity.nets_freed == len(rig.table.nets)
    assert all(net.paths for net in rig.table.nets.values())


def check_choice(rig: Rig) -> None:
    """The best paths are the oracle's, and the routes theirs."""
    reachable = {
        key.address: held.metric
        for key, held in rig.state.routing.next_hops.items()
        if held.is_reachable
    }
    routes = {r.prefix: r for r in rig.rib.routes() if r.protocol == "bgp"}
    for key, net in rig.table.nets.items():
        usable = [p for p in net.paths if p.next_hop in reachable]
        if not usable:
            assert net.best is None
            assert key not in routes
            continue
        metrics = {path: reachable[path.next_hop] for path in usable}
        assert net.best in oracle(usable, metrics, ORDERLY)
        hops = [hop.address for hop in routes.pop(key).next_hops]  # type: ignore[arg-type]
        assert hops == [net.best.next_hop]
    assert routes == {}


@pytest.mark.parametrize("seed", range(12))
def test_tables_routes_and_followers_agree(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # Update groups, which are told of every change, do not know of this follower.
    monkeypatch.setattr(Table, "trim", lambda self, version: None)
    chance = random.Random(seed)
    rig = Rig(bestpath=ORDERLY)
    for address, _ in PEERS:
        rig.route(f"{address}/32", metric=2)
    follower = Follower()
    for number in range(250):
        step(rig, chance)
        check_counts(rig)
        check_choice(rig)
        if number % 7 == 0:
            follower.ask(rig)
            known = {key: net.best for key, net in rig.table.nets.items() if net.best is not None}
            same = {key: (path.source, path.attributes) for key, path in known.items()}
            assert {k: (p.source, p.attributes) for k, p in follower.best.items()} == same


@pytest.mark.parametrize("seed", range(4))
def test_options_changed_in_between_leave_nothing_behind(seed: int) -> None:
    """Multipath, dampening and other options come and go; at the end all is as without them."""
    chance = random.Random(seed)
    rig = Rig(bestpath=ORDERLY)
    for address, _ in PEERS:
        rig.route(f"{address}/32", metric=2)
    for _ in range(150):
        step(rig, chance)
        if chance.random() < 0.1:
            rig.bestpath = chance.choice([ORDERLY, Bestpath(), Bestpath(deterministic_med=True)])
            rig.table_settings = replace(
                TableSettings(),
                maximum_paths_external=chance.choice([1, 2]),
                maximum_paths_internal=chance.choice([1, 2]),
                dampening=chance.choice([None, Dampening()]),
            )
            rig.configure()
        check_counts(rig)
    rig.bestpath, rig.table_settings = ORDERLY, TableSettings()
    rig.configure()
    rig.run_for(120)
    check_choice(rig)
    for address in list(rig.sessions):
        rig.down(address)
    assert rig.table.nets == {}
    assert [r for r in rig.rib.routes() if r.protocol == "bgp"] == []
