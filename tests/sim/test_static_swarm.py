"""Links flap under random static routes; every packet must go where the configurations say.

Each router on the way of a packet must hand it to a next hop that the oracle allows there, and the
packet must end as the oracle says at the router where it ends.  So a loop is a fault unless the
static routes asked for it, and so is a packet past an access list.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import iosemu
from iosemu import stack
from iosemu.address import IPv4Address
from iosemu.kernel.rng import Random
from iosemu.lab.lab import Lab
from iosemu.proto.base import IpProtocol, Open, Send
from iosemu.stack.state import Role, Traced

from .static_net import ROUTERS, Drawing, Oracle, dotted, draw, number, write

SEEDS = int(os.environ.get("IOSEMU_SWARM_SEEDS", "12"))
FAULTS = 4
PROBES = 5
TTL = 12
EXPERIMENT = 253
"""IP protocol for experiments (RFC 3692): routers answer nothing to it."""
STEP_S = 0.0003
"""Less than a hop takes, so that no two hops fall into one step."""


def booted(drawing: Drawing, folder: Path, seed: int) -> Lab:
    lab = iosemu.load(write(drawing, folder, seed))
    lab.boot()
    lab.run_for(4)
    for router in lab.routers.values():
        assert router.device.refused == 0, router.device.printed
        stack.send(router.device.stack, router, "probe", Open(IpProtocol(EXPERIMENT)))
    return lab


def probe(lab: Lab, name: str, target: int) -> tuple[list[str], str]:
    """Send one packet; the routers it passed, and what the last one did with it."""
    source = IPv4Address(number(f"9.{name[1:]}.0.1"))
    meant = source, IPv4Address(target)
    stacks = {n: router.device.stack for n, router in lab.routers.items()}
    for each in stacks.values():
        stack.start_trace(each, *meant)
    action = Send(meant[1], EXPERIMENT, bytes(8), source=source, ttl=TTL)
    stack.send(stacks[name], lab.routers[name], "probe", action)
    path, verdict = [name], "no route"
    seen = dict.fromkeys(stacks, 0)
    quiet = 0
    while quiet < 4:
        quiet += 1
        for n, each in stacks.items():
            traced = seen_by(each)
            if len(traced) > seen[n]:
                seen[n] = len(traced)
                quiet = 0
                if (n, len(traced)) != (name, 1) or len(path) > 1:
                    path.append(n)
                lines = traced[-1].lines
                verdict = lines[-1].verdict if lines else "delivered"
        lab.run_for(STEP_S)
    for each in stacks.values():
        stack.stop_trace(each)
    return path, verdict


def seen_by(each: stack.Stack) -> list[Traced]:
    """The probe in one router; what comes back because of it is another packet."""
    assert each.following is not None
    return [traced for traced in each.following.seen if traced.role is Role.PACKET]


def settled(lab: Lab, name: str, target: int) -> tuple[list[str], str]:
    """Probe until no router waits for ARP any more: a neighbor that is there answers once."""
    last = probe(lab, name, target)
    while last[1] == "drop: encapsulation failed":
        again = probe(lab, name, target)
        if again == last:
            break
        last = again
    return last


def judge(oracle: Oracle, path: list[str], verdict: str, target: int) -> str | None:
    """What is wrong with the way of a packet; None if nothing is."""
    source = number(f"9.{path[0][1:]}.0.1")
    # Ports the packet may have arrived by; the first router made it.
    arrived: set[str] | None = None
    for at, name in enumerate(path):
        following = path[at + 1] if at + 1 < len(path) else None
        if arrived is not None:
            arrived = {p for p in arrived if oracle.permits(name, p, "in", source, target)}
            if not arrived:
                ends = following is None and "access" in verdict
                return None if ends else f"{name}: past an access list, inbound"
        what, ways = oracle.onward(name, target)
        if following is None:
            return end_fault(oracle, path, verdict, what, ways, target)
        onward = set()
        for port, address in ways:
            far = oracle.far_end(name, port)
            if far is None or far[0] != following:
                continue
            if oracle.boxes[following].addresses.get(far[1], (0, 0))[0] != address:
                continue
            if at == 0 or oracle.permits(name, port, "out", source, target):
                onward.add(far[1])
        if not onward:
            return f"{name} -> {following} is not what {name} says: {what} {ways}"
        arrived = onward
    return None


def end_fault(
    oracle: Oracle,
    path: list[str],
    verdict: str,
    what: str,
    ways: set[tuple[str, int]],
    target: int,
) -> str | None:
    """Whether the last router may end the packet the way it did."""
    name, source = path[-1], number(f"9.{path[0][1:]}.0.1")
    allowed = set()
    if len(path) > TTL:
        # Only after as many allowed steps: the routes themselves go round.
        allowed.add("drop: bad hop count")
    if what == "delivered":
        allowed.add("delivered")
    elif what == "no route":
        allowed |= {"no route", "drop: no route"}
    for port, address in ways:
        far = oracle.far_end(name, port)
        neighbor = None if far is None else oracle.boxes[far[0]].addresses.get(far[1])
        if port == "Null0":
            allowed.add("drop: route to Null0")
        elif len(path) > 1 and not oracle.permits(name, port, "out", source, target):
            allowed.add("access")
        elif neighbor is None or neighbor[0] != address:
            # Nobody there: asked for in vain, or sent to who was there before.
            allowed |= {"drop: encapsulation failed", "sent"}
    plain = "access" if "access" in verdict else verdict
    return None if plain in allowed else f"{name}: {verdict!r}, allowed {sorted(allowed)}"


def flap(lab: Lab, oracle: Oracle, rng: Random) -> str:
    """Cut or mend a link, or shut or open a port."""
    n = rng.randrange(len(oracle.drawing.links))
    a, a_port, b, b_port = oracle.drawing.links[n]
    if rng.random() < 0.6:
        link = lab.link(f"{a}:{a_port}")
        if n in oracle.cut:
            oracle.cut.discard(n)
            link.up()
            return f"mend {a}-{b}"
        oracle.cut.add(n)
        link.down()
        return f"cut {a}-{b}"
    name, port = rng.choice([(a, a_port), (b, b_port)])
    is_shut = (name, port) in oracle.shut
    lab[name].configure(f"interface {port}\n {'no ' if is_shut else ''}shutdown")
    (oracle.shut.discard if is_shut else oracle.shut.add)((name, port))
    return f"{'open' if is_shut else 'shut'} {name} {port}"


def targets(rng: Random, links: int) -> int:
    """An address of a loopback, behind one, of a link, or unknown."""
    n = rng.randrange(ROUTERS) + 1
    text = rng.choice(
        (
            f"9.{n}.0.1",
            f"9.{n}.0.1",
            f"9.{n}.0.1",
            f"9.{n}.7.7",
            f"50.{n % 3 + 1}.1.1",
            f"50.{n % 3 + 1}.1.1",
            f"10.0.{rng.randrange(links) + 1}.{rng.randrange(2) + 1}",
            "77.1.1.1",
        )
    )
    return number(text)


def somewhere(rng: Random, oracle: Oracle) -> tuple[str, int]:
    """A router and a target; after a few tries also one without a route."""
    for _ in range(4):
        name = f"R{rng.randrange(ROUTERS) + 1}"
        target = targets(rng, len(oracle.drawing.links))
        if oracle.onward(name, target)[0] == "forward":
            break
    return name, target


@pytest.mark.parametrize("seed", range(SEEDS))
def test_packets_go_where_the_static_routes_send_them(seed: int, tmp_path: Path) -> None:
    """Every other network has access lists, past which no packet may go."""
    rng = Random.named(seed, "static swarm")
    drawing = draw(rng, filtered=seed % 2 == 1)
    lab, oracle = booted(drawing, tmp_path / "lab", seed), Oracle(drawing)
    happened: list[str] = []
    for _ in range(FAULTS):
        oracle.read()
        for _ in range(PROBES):
            name, target = somewhere(rng, oracle)
            path, verdict = settled(lab, name, target)
            fault = judge(oracle, path, verdict, target)
            assert fault is None, f"{happened}: {dotted(target)} over {path}: {fault}"
        happened.append(flap(lab, oracle, rng))
        lab.run_for(4)  # A link needs three seconds to come up.


def test_the_oracle_notices_a_route_it_was_not_told_of(tmp_path: Path) -> None:
    rng = Random.named(7, "static swarm")
    drawing = draw(rng)
    lab, oracle = booted(drawing, tmp_path / "lab", 7), Oracle(drawing)
    oracle.read()
    name = next(
        name
        for name in drawing.texts
        if oracle.onward(name, number("9.1.0.1"))[0] == "forward" and name != "R1"
    )
    target = number("9.1.0.1")
    path, verdict = settled(lab, name, target)
    assert judge(oracle, path, verdict, target) is None
    lab[name].configure("no ip route 9.1.0.1 255.255.255.255\nno ip route 9.1.0.0 255.255.0.0")
    lab[name].configure("ip route 9.1.0.1 255.255.255.255 Null0")
    path, verdict = settled(lab, name, target)
    assert verdict == "drop: route to Null0"
    assert judge(oracle, path, verdict, target) is not None


def test_the_oracle_notices_a_packet_past_an_access_list(tmp_path: Path) -> None:
    for seed in range(1, 99, 2):
        rng = Random.named(seed, "static swarm")
        drawing = draw(rng, filtered=True)
        lab, oracle = booted(drawing, tmp_path / f"lab{seed}", seed), Oracle(drawing)
        oracle.read()
        for _ in range(10):
            name, target = somewhere(rng, oracle)
            path, verdict = settled(lab, name, target)
            if verdict == "drop: access denied":
                assert judge(oracle, path, verdict, target) is None
                lab[path[-1]].configure("no access-list 101\nno access-list 102")
                path, verdict = settled(lab, name, target)
                assert judge(oracle, path, verdict, target) is not None
                return
    raise AssertionError("no packet was ever denied")
