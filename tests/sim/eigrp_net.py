"""Networks of EIGRP routers of any shape, and what their routing tables have to hold.

A network is a list of segments; a segment is the routers on it, two on a link or more on a bridge.
Rn has the loopback 1.0.x.y/32 of its number; segment i is 10.x.y.0/24, Rn its host n.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iosemu import Lab
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.proto.eigrp.engine import EigrpEngine
from iosemu.proto.eigrp.metric import INFINITY, composite, through
from iosemu.proto.eigrp.state import Destination, Process
from iosemu.rib.route import Route

ASN = 100
LOOPBACK_DELAY, ETHERNET_BANDWIDTH = 500, 1000
"""Tens of microseconds, and 10^7 / (kb/s), of the interfaces as they are without configuration."""
Segment = tuple[int, ...]


@dataclass
class Net:
    """Segments and how they are set: delay (tens of microseconds) and bandwidth of each end."""

    size: int
    segments: Sequence[Segment]
    delays: dict[tuple[int, int], int] = field(default_factory=dict)
    bandwidths: dict[tuple[int, int], int] = field(default_factory=dict)
    cut: set[int] = field(default_factory=set)
    shut: set[tuple[int, int]] = field(default_factory=set)

    @property
    def routers(self) -> range:
        return range(1, self.size + 1)

    def port(self, router: int, segment: int) -> str:
        """The interface of a router on a segment."""
        place = [i for i, on in enumerate(self.segments) if router in on].index(segment)
        return f"Ethernet{place // 4}/{place % 4}"

    def end(self, router: int, segment: int) -> str:
        return f"R{router}:{self.port(router, segment)}"

    def delay(self, router: int, segment: int) -> int:
        return self.delays.get((router, segment), 100)

    def others(self, router: int, segment: int) -> list[int]:
        """Whom a router hears on a segment."""
        if segment in self.cut or (router, segment) in self.shut:
            return []
        on = self.segments[segment]
        return [n for n in on if n != router and (n, segment) not in self.shut]

    def config(self, router: int) -> str:
        """The startup configuration of a router."""
        lines = [f"hostname R{router}", "interface Loopback0"]
        lines.append(f" ip address {loopback(router).network} 255.255.255.255")
        for i, on in enumerate(self.segments):
            if router in on:
                lines.append(f"interface {self.port(router, i)}")
                lines.append(f" ip address 10.{i >> 8}.{i & 255}.{router} 255.255.255.0")
                if (router, i) in self.delays:
                    lines.append(f" delay {self.delays[router, i]}")
                if (router, i) in self.bandwidths:
                    lines.append(f" bandwidth {self.bandwidths[router, i]}")
        lines += [f"router eigrp {ASN}", " network 0.0.0.0", "end", ""]
        return "\n".join(lines)

    def write(self, folder: Path) -> Path:
        """The lab folder."""
        folder.mkdir(parents=True)
        lines = ["name: eigrp", "topology:", "  nodes:"]
        for n in self.routers:
            (folder / f"R{n}.cfg").write_text(self.config(n))
            lines += [f"    R{n}:", "      kind: cisco_iol", f"      startup-config: R{n}.cfg"]
        links = []
        for i, on in enumerate(self.segments):
            ends = [self.end(n, i) for n in on]
            if len(on) == 2:
                links.append(ends)
                continue
            lines.append(f"    SW{i}: {{kind: bridge}}")
            links += [[end, f"SW{i}:eth{k}"] for k, end in enumerate(ends, 1)]
        lines.append("  links:")
        lines += [f'    - endpoints: ["{left}", "{right}"]' for left, right in links]
        (folder / "eigrp.clab.yml").write_text("\n".join([*lines, ""]))
        return folder


def ring(size: int) -> Net:
    """Each router linked to the next, the last to the first."""
    return Net(size, [(n, n % size + 1) for n in range(1, size + 1)])


def grid(side: int, rows: int | None = None) -> Net:
    """Each router linked to its right and lower neighbor."""
    rows = side if rows is None else rows
    cells = [(row, column) for row in range(rows) for column in range(side)]
    right = [(r * side + c + 1, r * side + c + 2) for r, c in cells if c + 1 < side]
    below = [(r * side + c + 1, (r + 1) * side + c + 1) for r, c in cells if r + 1 < rows]
    return Net(rows * side, right + below)


def loopback(router: int) -> IPv4Prefix:
    return IPv4Prefix(IPv4Address((1 << 24) + router), 32)


def owner(address: int) -> int:
    """The router whose segment address this is."""
    return address & 255


# -- what is ----


def process(lab: Lab, router: int) -> Process:
    engine = lab.routers[f"R{router}"].device.engines["eigrp"]
    assert isinstance(engine, EigrpEngine)
    (only,) = engine.state.processes.values()
    return only


def route(lab: Lab, router: int, prefix: IPv4Prefix) -> Route | None:
    return lab.routers[f"R{router}"].device.stack.vrf("default").rib.get(prefix)


def is_converged(lab: Lab, net: Net) -> bool:
    """Whether every router has a route to every loopback."""
    return all(
        route(lab, n, loopback(other)) is not None for n in net.routers for other in net.routers
    )


# -- what has to be ----


def distances(net: Net, start: int) -> dict[int, int]:
    """The sum of delays to every router that can be reached (Dijkstra)."""
    found = {start: 0}
    queue = [(0, start)]
    while queue:
        so_far, here = heapq.heappop(queue)
        if so_far > found[here]:
            continue
        for i, on in enumerate(net.segments):
            if here not in on:
                continue
            for there in net.others(here, i):
                distance = so_far + net.delay(here, i)
                if distance < found.get(there, INFINITY):
                    found[there] = distance
                    heapq.heappush(queue, (distance, there))
    return found


def unsettled(lab: Lab, net: Net) -> list[str]:
    """What is not quiet: neighbors too few or too many, something active, unsent or unheard."""
    faults = []
    for n in net.routers:
        own = process(lab, n)
        wanted = sum(len(net.others(n, i)) for i, on in enumerate(net.segments) if n in on)
        up = sum(held.is_up for held in own.neighbors.values())
        if (up, len(own.neighbors)) != (wanted, wanted):
            faults.append(f"R{n}: {up} of {len(own.neighbors)} neighbors up, not {wanted}")
        faults += [f"R{n}: {d.prefix} is active" for d in own.topology.values() if d.is_active]
        if lab.routers[f"R{n}"].device.engines["eigrp"].busy():
            faults.append(f"R{n}: is busy")
    return faults


def not_shortest(lab: Lab, net: Net) -> list[str]:
    """Loopbacks whose route is not the shortest there is.  Bandwidths have to be equal."""
    faults = []
    for n in net.routers:
        nearest = distances(net, n)
        for other in net.routers:
            if other == n:
                continue
            held = route(lab, n, loopback(other))
            wanted = None
            if other in nearest:
                wanted = 256 * (ETHERNET_BANDWIDTH + nearest[other] + LOOPBACK_DELAY)
            found = None if held is None else held.metric
            if found != wanted:
                faults.append(f"R{n}: metric {found} to R{other}, not {wanted}")
    return faults


def not_fixed(lab: Lab, net: Net) -> list[str]:
    """Destinations whose distance is not the least of what the neighbors tell now.  It holds for
    every setting, also where the best of each router is not the shortest path."""
    faults = []
    processes = {n: process(lab, n) for n in net.routers}
    for n, own in processes.items():
        for prefix in dict.fromkeys(p for each in processes.values() for p in each.topology):
            held = own.topology.get(prefix)
            if held is not None and held.best is not None and held.best.is_own:
                continue
            wanted = min(_offers(lab, net, processes, n, prefix), default=INFINITY)
            found = INFINITY if held is None else held.distance
            if found != wanted:
                faults.append(f"R{n}: distance {found} to {prefix}, the best offer is {wanted}")
    return faults


def _offers(
    lab: Lab, net: Net, processes: dict[int, Process], router: int, prefix: IPv4Prefix
) -> list[int]:
    """The distances from here that the neighbors of a router offer."""
    own, offers = processes[router], []
    states = lab.routers[f"R{router}"].device.engines["eigrp"].state.interfaces  # type: ignore[attr-defined]
    for i, on in enumerate(net.segments):
        if router not in on:
            continue
        state = states[net.port(router, i)]
        for other in net.others(router, i):
            far = processes[other].topology.get(prefix)
            if far is None or far.best is None or _comes_from(far, net.port(other, i)):
                continue
            vector = through(
                far.best.vector,
                own.settings.scale,
                bandwidth_kbps=state.bandwidth_kbps,
                delay_us=state.delay_us,
                mtu_bytes=state.mtu_bytes,
            )
            offers.append(composite(vector, own.settings.k, own.settings.scale))
    return offers


def _comes_from(destination: Destination, port: str) -> bool:
    """Whether split horizon keeps a destination from an interface."""
    return any(key.source == port for key in destination.successors)


def loops(lab: Lab, net: Net) -> list[str]:
    """Loopbacks that some way of next hops does not reach."""
    faults = []
    for target in net.routers:
        prefix = loopback(target)
        for start in net.routers:
            ways = [(start, 0)]
            seen = set()
            while ways:
                here, hops = ways.pop()
                held = None if here == target else route(lab, here, prefix)
                if hops > net.size:
                    faults.append(f"R{start}: a loop on the way to R{target}")
                    break
                for hop in () if held is None else held.next_hops:
                    assert hop.address is not None
                    step = (owner(hop.address), hops + 1)
                    if step not in seen:
                        seen.add(step)
                        ways.append(step)
    return faults
