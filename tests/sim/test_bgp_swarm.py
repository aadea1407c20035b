"""BGP networks of random shape and policy in trouble: links flap, sessions are cleared or shut,
networks come and go, routers are reloaded.  When it is quiet again, every router has the best path
that an oracle finds from the settings alone, and all that hangs on it is as it must be."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import iosemu
from iosemu import Lab
from iosemu.kernel.rng import Random
from iosemu.lab.loader import load as load_topology

from .bgp_checks import Stable, drops, faults, table
from .bgp_net import Kind, Net, Session, draw_policies, drawn, network
from .bgp_oracle import Oracle

SEEDS = int(os.environ.get("IOSEMU_SWARM_SEEDS", "8"))
START_S, QUIET_S, CALM_S = 150, 420, 60
"""Quiet: the hold time, the longest wait of a walk over next hops, and intervals of half a minute
on a way through several ASes."""
PAUSES = (0.001, 0.05, 0.5, 3.0, 10.0, 40.0)
ATTEMPTS = 30


class Swarm:
    """A network at work and what happens to it."""

    def __init__(self, net: Net, folder: Path, rng: Random) -> None:
        self.net, self.rng = net, rng
        self.lab = Lab(load_topology(net.write(folder)))
        self.started = set(net.networks)
        self.happened: list[str] = []
        self.lab.boot()

    def fault(self) -> None:
        """One more piece of trouble."""
        match self.rng.randrange(12):
            case 0 | 1 | 2:
                self.flap(self.rng.randrange(len(self.net.segments)))
            case 3 | 4 | 5:
                self.toggle(*self.rng.choice(sorted(self.net.owned)))
            case 6 | 7:
                self.clear(self.rng.choice(self.net.routers))
            case 8 | 9:
                self.shut()
            case 10:
                self.reload(self.rng.choice(self.net.routers))
            case _:
                self.ask(self.rng.choice(self.net.routers))
        self.lab.run_for(self.rng.choice(PAUSES))

    def flap(self, segment: int) -> None:
        """Cut or mend a link."""
        link = self.lab.link(self.net.end(self.net.segments[segment][0], segment))
        if segment in self.net.cut:
            self.net.cut.discard(segment)
            link.up()
        else:
            self.net.cut.add(segment)
            link.down()
        self.happened.append(f"flap {self.net.segments[segment]}")

    def toggle(self, router: int, prefix: int) -> None:
        """Announce a network or stop that."""
        is_there = (router, prefix) in self.net.networks
        self.configure(router, f"{'no ' if is_there else ''}{network(prefix)}")
        (self.net.networks.discard if is_there else self.net.networks.add)((router, prefix))

    def clear(self, router: int) -> None:
        """Reset all sessions of a router, or one, or ask for a refresh."""
        session = self.rng.choice(self.net.of(router)) if self.net.of(router) else None
        who = "*" if session is None else session.address(session.other(router))
        how = self.rng.choice(("", "", " soft", " soft in", " soft out", " in"))
        self.execute(router, f"clear ip bgp {self.rng.choice(('*', who))}{how}")

    def ask(self, router: int) -> None:
        """Shows in the middle of it all."""
        for line in ("show ip bgp", "show ip bgp summary", "show ip bgp neighbors"):
            self.execute(router, line)

    def shut(self) -> None:
        """Shut a neighbor down or up again."""
        if not self.net.sessions:
            return
        session = self.rng.choice(self.net.sessions)
        router = self.rng.choice(session.ends)
        is_shut = (router, session) in self.net.shut
        address = session.address(session.other(router))
        self.configure(router, f"{'no ' if is_shut else ''}neighbor {address} shutdown")
        (self.net.shut.discard if is_shut else self.net.shut.add)((router, session))

    def configure(self, router: int, line: str) -> None:
        self.lab[f"R{router}"].configure(f"router bgp {self.net.members[router]}\n {line}")
        self.happened.append(f"R{router} {line}")

    def execute(self, router: int, line: str) -> None:
        answer = self.lab[f"R{router}"].cli(line)
        assert not answer.lstrip().startswith("%"), (line, answer)
        self.happened.append(f"R{router} {line}")

    def reload(self, router: int) -> None:
        """A router boots again, with what it started with."""
        node = self.lab[f"R{router}"]
        node.cli("reload")
        if "[yes/no]" in node.prompt:
            node.cli("no")
        node.cli("")
        self.net.networks = {one for one in self.net.networks if one[0] != router}
        self.net.networks |= {one for one in self.started if one[0] == router}
        self.net.shut = {held for held in self.net.shut if held[0] != router}
        self.happened.append(f"reload R{router}")

    def mend(self) -> None:
        """As it was at the start."""
        for segment in sorted(self.net.cut):
            self.flap(segment)
        for router, session in list(self.net.shut):
            address = session.address(session.other(router))
            self.configure(router, f"no neighbor {address} shutdown")
        self.net.shut.clear()
        for router, prefix in sorted(self.net.networks ^ self.started):
            self.toggle(router, prefix)

    def quiet(self) -> Stable:
        """No more trouble; the state that the network has to be in.

        Where cuts made a network that has none, they are mended.
        """
        stable = Oracle(self.net).stable(self.rng)
        if stable is None:
            self.mend()
            stable = Oracle(self.net).stable(self.rng)
            if stable is None:
                pytest.skip("a second stable state was found only now")
        self.lab.run_for(QUIET_S)
        return stable

    def faults(self, stable: Stable) -> list[str]:
        """What is wrong now, and which sessions are lost while nothing happens."""
        found = faults(self.lab, Oracle(self.net), stable)
        before = drops(self.lab, self.net)
        self.lab.run_for(CALM_S)
        after = drops(self.lab, self.net)
        return found + [
            f"R{n}: lost the session with R{session.other(n)}"
            for n, session in before
            if after[n, session] != before[n, session]
        ]


def sound(rng: Random, size: int) -> Net:
    """A network with a unique stable state."""
    while True:
        net = drawn(rng, size)
        for _ in range(ATTEMPTS):
            if Oracle(net).stable(rng) is not None:
                return net
            draw_policies(rng, net)


def size_of(seed: int, rng: Random) -> int:
    """Most networks are small; every eighth is not."""
    return 12 + rng.randrange(9) if seed % 8 == 7 else 4 + rng.randrange(6)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_router_finds_the_best_paths_after_any_trouble(seed: int, tmp_path: Path) -> None:
    rng = Random.named(seed, "bgp swarm")
    swarm = Swarm(sound(rng, size_of(seed, rng)), tmp_path / "lab", rng)
    swarm.lab.run_for(rng.choice((3, 20, START_S)))
    for _ in range(rng.randrange(12)):
        swarm.fault()
    stable = swarm.quiet()
    assert swarm.faults(stable) == [], swarm.happened


def in_trouble(folder: Path, way: str = "straight") -> Swarm:
    """A network with a reflector and several ASes, in trouble; in the middle the lab is saved and
    goes on as the restored one, or does something else and is rewound."""
    rng = Random.named(1, "bgp swarm")
    swarm = Swarm(sound(rng, 8), folder, rng)
    swarm.lab.run_for(20)
    for _ in range(6):
        swarm.fault()
    if way == "forked":
        swarm.lab = iosemu.restore(swarm.lab.snapshot())
    elif way == "rewound":
        middle, before = swarm.lab.now, swarm.lab.state_digest()
        swarm.lab["R1"].cli("clear ip bgp *")
        swarm.lab.run_for(31)
        swarm.lab.rewind(middle)
        assert swarm.lab.state_digest() == before
    # What is typed needs a console, and a restored lab opens others.
    for _ in range(6):
        swarm.flap(rng.randrange(len(swarm.net.segments)))
        swarm.lab.run_for(rng.choice(PAUSES))
    swarm.lab.run_for(QUIET_S)
    return swarm


def logs(lab: Lab) -> dict[str, list[str]]:
    return {
        name: [str(line) for line in router.device.history] for name, router in lab.routers.items()
    }


def test_trouble_played_in_any_way_is_the_same(tmp_path: Path) -> None:
    expected = in_trouble(tmp_path / "straight")
    assert any("Down" in line for lines in logs(expected.lab).values() for line in lines)
    for number, way in enumerate(("straight", "forked", "rewound")):
        swarm = in_trouble(tmp_path / str(number), way)
        assert swarm.happened == expected.happened
        assert swarm.lab.digest == expected.lab.digest
        assert swarm.lab.state_digest() == expected.lab.state_digest()
        assert logs(swarm.lab) == logs(expected.lab)


PREFIXES = 1500


def test_a_lab_with_many_prefixes_is_saved_and_goes_on(tmp_path: Path) -> None:
    net = Net(
        {1: 100, 2: 200, 3: 200},
        {1: 100, 2: 200, 3: 200},
        [(1, 2), (2, 3)],
        told={(2, 0)},
        networks={(3, 1)},
        owned={(3, 1)},
        interval_s=0,
    )
    net.sessions += [Session((1, 2), Kind.EXTERNAL, 0), Session((2, 3), Kind.INTERNAL)]
    folder = net.write(tmp_path / "lab")
    rows = [f"ip route 60.{n >> 8}.{n & 255}.0 255.255.255.0 Null0" for n in range(PREFIXES)]
    text = "\n".join([*rows, "router bgp 100", " redistribute static", "end", ""])
    (folder / "R1.cfg").write_text(net.config(1).replace("end\n", text))
    one = Lab(load_topology(folder))
    one.boot()
    one.run_for(START_S)
    other = iosemu.restore(one.snapshot())
    assert other.state_digest() == one.state_digest()
    for lab in (one, other):
        assert len(table(lab, 3).nets) == PREFIXES + 1
        link = lab.link("R1:Ethernet0/0")
        link.down()
        lab.run_for(20)
        assert len(table(lab, 3).nets) == 1
        link.up()
        lab.run_for(60)
        assert len(table(lab, 3).nets) == PREFIXES + 1
    assert (other.digest, other.state_digest()) == (one.digest, one.state_digest())


def played(tmp_path: Path) -> tuple[Swarm, Stable]:
    """Three ASes in a row, the middle one of three routers with a reflector."""
    inner = [Session((2, n), Kind.INTERNAL, None, (n,)) for n in (3, 4)]
    net = Net(
        {1: 100, 2: 200, 3: 200, 4: 200, 5: 300},
        {1: 100, 2: 200, 3: 200, 4: 200, 5: 300},
        [(1, 3), (2, 3), (2, 4), (4, 5), (1, 4)],
        [*inner, *(Session(on, Kind.EXTERNAL, i) for on, i in (((1, 3), 0), ((4, 5), 3)))],
        told={(3, 0), (4, 3)},
        networks={(1, 1), (2, 2)},
        owned={(1, 1), (2, 2)},
    )
    net.sessions.append(Session((1, 4), Kind.EXTERNAL, 4))
    net.told.add((4, 4))
    swarm = Swarm(net, tmp_path / "lab", Random.named(0, "bgp swarm"))
    return swarm, swarm.quiet()


def test_the_checks_notice_a_decision_that_forgets_a_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swarm, stable = played(tmp_path / "right")
    assert swarm.faults(stable) == []
    monkeypatch.setattr("iosemu.proto.bgp.decision._is_external", lambda path: False)
    monkeypatch.setattr("iosemu.proto.bgp.decision._router_id", lambda path: -path.source.router_id)
    swarm, stable = played(tmp_path / "wrong")
    assert [fault for fault in swarm.faults(stable) if "50.1.0.0/16 is" in fault]


def test_the_checks_notice_a_withdrawal_that_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    swarm, stable = played(tmp_path)
    assert swarm.faults(stable) == []
    monkeypatch.setattr("iosemu.proto.bgp.inbound.withdraw", lambda turn, intake, unreach: None)
    swarm.toggle(2, 2)
    found = "\n".join(swarm.faults(swarm.quiet()))
    assert "R3: 50.2.0.0/16 is" in found
    assert "R3: has" in found
