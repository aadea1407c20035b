"""The engine contract, proved by a toy protocol before any real one."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Prefix
from iosemu.lab.lab import Lab, restore
from iosemu.rib.route import Route

from .toy_lab import ring, toy_program

SIZE = 6


def route(lab: Lab, router: int, to: int) -> Route | None:
    """The best route of a router to another one's loopback."""
    rib = lab.routers[f"R{router}"].device.stack.vrf("default").rib
    return rib.get(IPv4Prefix.parse(f"{to}.{to}.{to}.{to}/32"))


def metrics(lab: Lab) -> dict[tuple[int, int], int | None]:
    """Hops between all pairs as the tables have it; None where there is no route."""
    found = {}
    for one in range(1, SIZE + 1):
        for other in range(1, SIZE + 1):
            held = route(lab, one, other)
            found[one, other] = None if held is None else held.metric
    return found


def hops(size: int, cut: int | None = None) -> dict[tuple[int, int], int | None]:
    """The same by counting along the ring; `cut`: the link from this router to the next is down."""
    found: dict[tuple[int, int], int | None] = {}
    for one in range(1, size + 1):
        for other in range(1, size + 1):
            clockwise = (other - one) % size
            ways = [clockwise, (one - other) % size]
            if cut is not None:
                crosses = (cut - one) % size < clockwise
                ways = ways[1:] if crosses else ways[:1]
            found[one, other] = min(ways)
    return found


@pytest.fixture
def lab() -> Lab:
    lab = ring(SIZE)
    lab.boot()
    lab.run_for(30)
    return lab


def test_every_router_knows_the_shortest_way(lab: Lab) -> None:
    assert metrics(lab) == hops(SIZE)


def test_packets_follow_the_routes(lab: Lab) -> None:
    # The first ones find neighbors that nobody has asked for yet.
    assert "!" * 10 in lab["R1"].cli("ping 4.4.4.4 source 1.1.1.1 repeat 20")


def test_a_cut_link_is_routed_around_and_mended(lab: Lab) -> None:
    link = lab.link("R2:e0/1", "R3:e0/0")
    link.down()
    lab.run_for(60)
    assert metrics(lab) == hops(SIZE, cut=2)
    link.up()
    lab.run_for(60)
    assert metrics(lab) == hops(SIZE)


def test_a_silent_neighbor_expires(lab: Lab) -> None:
    lab.link("R2:e0/1").impair(loss=1.0)
    lab.run_for(60)
    assert metrics(lab) == hops(SIZE, cut=2)


def test_removing_the_configuration_removes_what_it_did(lab: Lab) -> None:
    assert lab["R1"].configure("no router toy") == ""
    device = lab.routers["R1"].device
    assert all(r.protocol != "toy" for r in device.stack.vrf("default").rib.routes())
    assert not device.bus.watches
    assert "toy" not in device.stack.vrf("default").sockets.values()
    lab["R1"].configure("router toy 2")
    lab.run_for(30)
    assert metrics(lab) == hops(SIZE)


def test_a_fork_in_the_middle_of_convergence_goes_the_same_way() -> None:
    lab = ring(SIZE)
    lab.boot()
    lab.run_for(3.3)
    saved = lab.snapshot()
    twin = restore(saved, toy_program())
    for each in (lab, twin):
        each.run_for(30)
    assert lab.digest == twin.digest
    assert lab.state_digest() == twin.state_digest()
