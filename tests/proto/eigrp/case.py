"""Cases as data: small networks of routers, what is typed at them, and what comes of it.

A file of `cases/` is a sentence and then steps, each a line that begins with `$ `; the lines that
follow are what the step prints.  UPDATE_GOLDEN=1 writes these anew.

    $ triangle [R2 12.4] [named R1]   boot: of these routers other releases, or named mode
    $ R1: line; line                  type at the configuration prompt of a router
    $ R1# line                        type at its exec prompt
    $ run 20                          seconds go by
    $ cut R1:Ethernet0/0              take a cable out; `join` puts it back
    $ R1 routes [TEXT]                the routes of EIGRP in the routing table, those with the text
    $ R1 topology [TEXT]              destinations, successors marked `*`
    $ R1 neighbors                    adjacencies that are up
    $ R1 log                          lines of DUAL since they were last asked for

Loopback0 of Rn is n.n.n.n/32; the link of Rm and Rn is 10.0.mn.0/24, that of all 10.0.0.0/24.  R3
has four more loopbacks, 172.16.0.1/24 to 172.16.3.1/24.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import iosemu
from iosemu import Lab
from iosemu.proto.eigrp.engine import EigrpEngine
from iosemu.proto.eigrp.metric import INFINITY
from iosemu.proto.eigrp.state import Destination, Process
from iosemu.proto.eigrp.state import Path as EigrpPath

LINKS = {
    "pair": ((1, 2),),
    "gigabit": ((1, 2),),
    "chain": ((1, 2), (2, 3)),
    "triangle": ((1, 2), (2, 3), (1, 3)),
    "lan": ((1, 2), (2, 3)),
    "square": ((1, 2), (2, 3), (1, 4), (3, 4)),
}
COMPONENTS = 4


@dataclass
class Router:
    """Its interfaces and how it is configured at boot."""

    number: int
    links: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    version: str = "15.4"
    is_named: bool = False

    def link(self, other: int, kind: str) -> str:
        """A port on the link to another router; its name."""
        low, high = sorted((self.number, other))
        port = f"{kind}0/{len(self.links)}"
        self.links.append(port)
        self.lines += [
            f"interface {port}",
            f" ip address 10.0.{low}{high}.{self.number} 255.255.255.0",
        ]
        return port

    def attach(self) -> str:
        """A port on the shared segment; its name."""
        port = "Ethernet0/0"
        self.links.append(port)
        self.lines += [f"interface {port}", f" ip address 10.0.0.{self.number} 255.255.255.0"]
        return port

    @property
    def text(self) -> str:
        n = self.number
        loopbacks = ["interface Loopback0", f" ip address {n}.{n}.{n}.{n} 255.255.255.255"]
        if n == 3:
            for i in range(COMPONENTS):
                loopbacks += [
                    f"interface Loopback{i + 1}",
                    f" ip address 172.16.{i}.1 255.255.255.0",
                ]
        process = ["router eigrp 100", " network 0.0.0.0"]
        if self.is_named:
            process = [
                "router eigrp LAB",
                " address-family ipv4 unicast autonomous-system 100",
                "  network 0.0.0.0",
            ]
        lines = [f"hostname R{n}", *loopbacks, *self.lines, *process, "end"]
        return "\n".join(lines) + "\n"


def build(shape: str, words: list[str], folder: Path) -> Lab:
    """Write the lab of a shape and boot it."""
    pairs = LINKS[shape]
    routers = {n: Router(n) for pair in pairs for n in pair}
    ends, nodes = [], []
    if shape == "lan":
        nodes = ["    lan:", "      kind: bridge"]
        for n, router in routers.items():
            ends.append(f'    - endpoints: ["R{n}:{router.attach()}", "lan:eth{n}"]')
        pairs = ()
    kind = "GigabitEthernet" if shape == "gigabit" else "Ethernet"
    for a, b in pairs:
        one, other = routers[a].link(b, kind), routers[b].link(a, kind)
        ends.append(f'    - endpoints: ["R{a}:{one}", "R{b}:{other}"]')
    for before, word in zip(["", *words], words, strict=False):
        if before == "named":
            routers[int(word[1:])].is_named = True
        elif before.startswith("R") and word[0].isdigit():
            routers[int(before[1:])].version = word
    (folder / "configs").mkdir()
    for n, router in sorted(routers.items()):
        (folder / "configs" / f"R{n}.cfg").write_text(router.text)
        nodes += [
            f"    R{n}:",
            "      kind: cisco_iol",
            f"      startup-config: configs/R{n}.cfg",
            f'      labels: {{iosemu.version: "{router.version}"}}',
        ]
    text = ["name: case", "topology:", "  nodes:", *nodes, "  links:", *ends]
    (folder / "case.clab.yml").write_text("\n".join(text) + "\n")
    lab = iosemu.load(folder)
    lab.boot()
    return lab


class Player:
    """Plays the steps of one case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lab: Lab | None = None
        self.seen: dict[str, int] = {}

    def play(self, step: str) -> list[str]:
        """Do a step; the lines it prints."""
        first, _, rest = step.partition(" ")
        if first in LINKS:
            self.lab = build(first, rest.split(), self.folder)
            return []
        lab = self.lab
        assert lab is not None, "a case begins with the shape of its network"
        if first == "run":
            lab.run_for(float(rest))
            return []
        if first in ("cut", "join"):
            link = lab.link(rest)
            link.down() if first == "cut" else link.up()
            return []
        if first[-1] == ":":
            printed = lab[first[:-1]].configure("\n".join(part.strip() for part in rest.split(";")))
            return [line for line in str(printed or "").splitlines() if line.strip()]
        if first[-1] == "#":
            return lab[first[:-1]].cli(rest).splitlines()
        what, _, text = rest.partition(" ")
        lines = getattr(self, what)(first)
        return [line for line in lines if text in line]

    def process(self, name: str) -> Process:
        assert self.lab is not None
        engine = cast(EigrpEngine, self.lab.routers[name].device.engines["eigrp"])
        return engine.state.processes[next(iter(engine.state.processes))]

    def routes(self, name: str) -> list[str]:
        """Sorted by prefix: code, distance and metric, next hops with their shares."""
        assert self.lab is not None
        found = []
        for route in self.lab.routers[name].device.stack.vrf("default").rib.routes():
            if route.protocol != "eigrp":
                continue
            hops = ", ".join(
                f"{hop.address or 'directly'} {hop.interface}"
                + (f" x{hop.weight}" if hop.weight != 1 else "")
                for hop in route.next_hops
            )
            tag = f" tag {route.tag}" if route.tag else ""
            figures = f"[{route.distance}/{route.metric}]"
            found.append(f"{route.code} {route.prefix} {figures} via {hops}{tag}")
        return found

    def topology(self, name: str) -> list[str]:
        """By prefix: state, feasible distance, paths from near to far."""
        process = self.process(name)
        return [entry(process.topology[prefix]) for prefix in sorted(process.topology)]

    def neighbors(self, name: str) -> list[str]:
        return [
            f"{n.key.address} {n.key.interface}" + (" stub" if n.stub is not None else "")
            for n in self.process(name).neighbors.values()
            if n.is_up
        ]

    def log(self, name: str) -> list[str]:
        assert self.lab is not None
        lines = [line.text for line in self.lab.routers[name].device.history]
        start = self.seen.get(name, 0)
        self.seen[name] = len(lines)
        return [line[line.index("%DUAL") :] for line in lines[start:] if "%DUAL" in line]


def entry(destination: Destination) -> str:
    """One destination of the topology table in a line."""
    state = "A" if destination.is_active else "P"
    feasible = destination.distance_feasible
    paths = sorted(destination.paths.values(), key=lambda path: (path.distance, str(path.key)))
    said = ", ".join(way(path) + "*" * (path.key in destination.successors) for path in paths)
    return (
        f"{state} {destination.prefix} FD {'-' if feasible == INFINITY else feasible} via"
        f" {said or 'nothing'}"
    )


def way(path: EigrpPath) -> str:
    """A path with its distance, and that of the neighbor."""
    where = path.key.address or path.key.kind.value
    return f"{where} ({path.distance}/{path.reported})"


def parse(text: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """The sentence of a case, and its steps with what they print."""
    title, *parts = text.split("\n$ ")
    steps = [part.rstrip("\n").split("\n") for part in parts]
    return title.strip(), [(step, printed) for step, *printed in steps]


def printed(title: str, steps: list[tuple[str, list[str]]]) -> str:
    """The text of a case."""
    lines = [title, ""]
    for step, output in steps:
        lines += [f"$ {step}", *output]
    return "\n".join(lines) + "\n"
