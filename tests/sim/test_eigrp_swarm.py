"""EIGRP networks of random shape in trouble: links flap, ports are shut, delays change, routers are
reloaded, frames get lost.  When it is quiet again every route is the shortest, nothing loops,
nothing is active and nobody is missed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from iosemu import Lab
from iosemu.kernel.rng import Random
from iosemu.lab.loader import load as load_topology

from .eigrp_net import Net, loopback, loops, not_fixed, not_shortest, process, unsettled

SEEDS = int(os.environ.get("IOSEMU_SWARM_SEEDS", "8"))
QUIET_S = 75
"""Longer than a hold time and the last retransmissions after frames were lost."""
RELOAD_S = 30
PAUSES = (0.001, 0.01, 0.012, 0.05, 0.5, 3.0, 10.0)
ONCE_STUCK = (133, 175, 194)
"""Seeds that showed a deadlock: a lost successor came back while the destination was active."""


def drawn(rng: Random, *, mixed: bool) -> Net:
    """A connected network, perhaps with a shared segment; mixed: bandwidths differ."""
    size = 3 + rng.randrange(5)
    segments: list[tuple[int, ...]] = [(n, 1 + rng.randrange(n - 1)) for n in range(2, size + 1)]
    for _ in range(1 + rng.randrange(size)):
        a, b = 1 + rng.randrange(size), 1 + rng.randrange(size)
        if a != b:
            segments.append((a, b))
    if rng.randrange(2):
        members = [n for n in range(1, size + 1) if rng.randrange(3)]
        if len(members) > 2:
            segments.append(tuple(members))
    net = Net(size, segments)
    for i, on in enumerate(segments):
        for n in on:
            net.delays[n, i] = 1 + rng.randrange(50)
            if mixed:
                net.bandwidths[n, i] = rng.choice((1544, 10_000, 100_000))
    return net


class Swarm:
    """A network at work and what happens to it."""

    def __init__(self, net: Net, folder: Path, rng: Random) -> None:
        self.net, self.rng = net, rng
        self.lab = Lab(load_topology(net.write(folder)))
        self.started = dict(net.delays)
        self.happened: list[str] = []
        self.lossy: set[int] = set()
        self.lab.boot()
        self.lab.run_for(3)

    def fault(self) -> None:
        """One more piece of trouble."""
        segment = self.rng.randrange(len(self.net.segments))
        router = self.rng.choice(self.net.segments[segment])
        match self.rng.randrange(12):
            case 0 | 1:
                self.shut(router, segment)
            case 2 | 3:
                self.slow(router, segment)
            case 4:
                self.lose(segment)
            case 5:
                self.reload(router)
            case _:
                self.flap(segment)
        self.lab.run_for(self.rng.choice(PAUSES))

    def flap(self, segment: int) -> None:
        """Cut or mend a link; on a shared segment the port of its first router."""
        on = self.net.segments[segment]
        if len(on) > 2:
            self.shut(on[0], segment)
            return
        link = self.lab.link(self.net.end(on[0], segment))
        if segment in self.net.cut:
            self.net.cut.discard(segment)
            link.up()
        else:
            self.net.cut.add(segment)
            link.down()
        self.happened.append(f"flap {on}")

    def shut(self, router: int, segment: int) -> None:
        """Shut or open a port."""
        is_shut = (router, segment) in self.net.shut
        word = "no shutdown" if is_shut else "shutdown"
        self.configure(router, segment, word)
        (self.net.shut.discard if is_shut else self.net.shut.add)((router, segment))

    def slow(self, router: int, segment: int) -> None:
        """Another delay."""
        self.net.delays[router, segment] = delay = 1 + self.rng.randrange(50)
        self.configure(router, segment, f"delay {delay}")

    def configure(self, router: int, segment: int, line: str) -> None:
        port = self.net.port(router, segment)
        self.lab[f"R{router}"].configure(f"interface {port}\n {line}")
        self.happened.append(f"R{router} {port} {line}")

    def lose(self, segment: int) -> None:
        """A link loses every third frame until it is quiet."""
        end = self.net.end(self.net.segments[segment][0], segment)
        self.lab.link(end).impair(loss=0.33)
        self.lossy.add(segment)
        self.happened.append(f"lossy {end}")

    def reload(self, router: int) -> None:
        """A router boots again, with what it started with."""
        node = self.lab[f"R{router}"]
        node.cli("reload")
        if "[yes/no]" in node.prompt:
            node.cli("no")
        node.cli("")
        for held, delay in self.started.items():
            if held[0] == router:
                self.net.delays[held] = delay
        self.net.shut -= {held for held in self.net.shut if held[0] == router}
        self.happened.append(f"reload R{router}")

    def quiet(self) -> None:
        """No more trouble."""
        for segment in self.lossy:
            self.lab.link(self.net.end(self.net.segments[segment][0], segment)).impair(loss=0)
        self.lab.run_for(RELOAD_S + QUIET_S)

    def faults(self) -> list[str]:
        """What is wrong now."""
        found = unsettled(self.lab, self.net) + loops(self.lab, self.net)
        found += not_fixed(self.lab, self.net)
        return found if self.net.bandwidths else found + not_shortest(self.lab, self.net)


@pytest.mark.parametrize("seed", dict.fromkeys((*range(SEEDS), *ONCE_STUCK)))
def test_the_network_heals_after_any_trouble(seed: int, tmp_path: Path) -> None:
    rng = Random.named(seed, "eigrp swarm")
    swarm = Swarm(drawn(rng, mixed=seed % 4 == 3), tmp_path / "lab", rng)
    for _ in range(3 + rng.randrange(10)):
        swarm.fault()
    swarm.quiet()
    assert swarm.faults() == [], swarm.happened


def settled(tmp_path: Path) -> Swarm:
    rng = Random.named(1, "eigrp swarm")
    swarm = Swarm(Net(4, [(1, 2), (2, 3), (3, 4), (4, 1)]), tmp_path / "lab", rng)
    swarm.lab.run_for(20)
    assert swarm.faults() == []
    return swarm


def test_the_checks_notice_a_route_that_was_forgotten(tmp_path: Path) -> None:
    swarm = settled(tmp_path)
    del process(swarm.lab, 1).topology[loopback(3)]
    assert [fault for fault in swarm.faults() if "R1: distance" in fault]


def test_the_checks_notice_what_they_were_not_told_of(tmp_path: Path) -> None:
    swarm = settled(tmp_path)
    swarm.lab.link("R1:Ethernet0/0").down()
    swarm.lab.run_for(20)
    found = "\n".join(swarm.faults())
    assert "R1: 1 of 1 neighbors up, not 2" in found
    assert "R1: metric" in found


def test_the_checks_notice_a_loop(tmp_path: Path) -> None:
    swarm = settled(tmp_path)
    for name, hop in (("R1", "10.0.0.2"), ("R2", "10.0.0.1")):
        swarm.lab[name].configure(f"ip route 1.0.0.3 255.255.255.255 {hop}")
    swarm.lab.run_for(5)
    assert "R1: a loop on the way to R3" in loops(swarm.lab, swarm.net)


def test_the_checks_notice_a_query_that_nobody_answers(tmp_path: Path) -> None:
    """A third router stops to answer while a route is sought: half a minute is not enough."""
    swarm = settled(tmp_path)
    swarm.lab.link("R3:Ethernet0/1").impair(loss=1.0)
    swarm.lab["R4"].configure("interface Loopback0\n shutdown")
    swarm.lab.run_for(1)
    assert any("is busy" in fault for fault in swarm.faults())
