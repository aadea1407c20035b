"""Random networks of static routes: how they are made, and an oracle of where packets go.

The oracle reads the text of the configurations and which links are up, and knows nothing else: it
shares no code with the routers.  Addresses: link n is 10.0.n.0/24, its ends .1 and .2; Loopback0 of
Rn is 9.n.0.1.  Static routes are of three kinds, so that what they resolve over is never in doubt:
defaults over links; 9.n.0.0/16 over links (or defaults); 50.n.0.0/16 over loopbacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from iosemu.kernel.rng import Random

ROUTERS = 5
Net = tuple[int, int]
"""Network and length."""
Hop = tuple[str | None, int | None]
"""Interface and address of a next hop."""


def number(text: str) -> int:
    a, b, c, d = map(int, text.split("."))
    return a << 24 | b << 16 | c << 8 | d


def dotted(value: int) -> str:
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def mask(length: int) -> int:
    return 0xFFFFFFFF << 32 - length & 0xFFFFFFFF


# -- making ----


@dataclass
class Drawing:
    """A random graph: links as (router, its port, router, its port), and the configurations."""

    links: list[tuple[str, str, str, str]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


def draw(rng: Random, *, filtered: bool = False) -> Drawing:
    """A connected graph of routers with random static routes, some of them deliberately bad."""
    drawing = Drawing()
    names = [f"R{n}" for n in range(1, ROUTERS + 1)]
    pairs = [(rng.choice(names[:n]), names[n]) for n in range(1, ROUTERS)]
    pairs += [(a, b) for a in names for b in names if a < b and rng.random() < 0.3]
    used = dict.fromkeys(names, 0)
    ports: dict[str, list[tuple[str, int, int]]] = {name: [] for name in names}
    for n, (a, b) in enumerate(dict.fromkeys(pairs), 1):
        ends = []
        for side, name in enumerate((a, b), 1):
            port = f"Ethernet{used[name] // 4}/{used[name] % 4}"
            used[name] += 1
            ports[name].append((port, n, side))
            ends += [name, port]
        drawing.links.append((ends[0], ends[1], ends[2], ends[3]))
    for n, name in enumerate(names, 1):
        drawing.texts[name] = config(rng, name, n, ports[name], filtered=filtered)
    return drawing


def config(
    rng: Random, name: str, n: int, ports: list[tuple[str, int, int]], *, filtered: bool
) -> str:
    lines = ["version 15.4", f"hostname {name}", "no ip domain lookup", "!"]
    lines += ["interface Loopback0", f" ip address 9.{n}.0.1 255.255.255.255", "!"]
    for port, link, side in ports:
        lines += [f"interface {port}", f" ip address 10.0.{link}.{side} 255.255.255.0"]
        if filtered and rng.random() < 0.6:
            lines.append(f" ip access-group {rng.choice((101, 102))} {rng.choice(('in', 'out'))}")
        lines.append("!")
    for m in range(1, ROUTERS + 1):
        if m == n:
            continue
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            length = rng.choice((16, 16, 32))
            target = f"9.{m}.0.{int(length == 32)}"
            lines.append(route(rng, target, length, over_link(rng, ports, holes=True)))
    for m in range(1, 4):
        if rng.random() < 0.6:
            others = [k for k in range(1, ROUTERS + 1) if k != n]
            lines.append(route(rng, f"50.{m}.0.0", 16, f"9.{rng.choice(others)}.0.1"))
    if rng.random() < 0.4:
        lines.append(route(rng, "0.0.0.0", 0, over_link(rng, ports, holes=False)))
    if filtered:
        lines += acl(rng, 101) + acl(rng, 102)
    return "\n".join([*lines, "end", ""])


def over_link(rng: Random, ports: list[tuple[str, int, int]], *, holes: bool) -> str:
    """A next hop at the other end of a link, with or without the interface; or nobody, or Null0."""
    if holes and rng.random() < 0.08:
        return "Null0"
    port, link, side = rng.choice(ports)
    host = 99 if rng.random() < 0.08 else 3 - side
    interface = f"{port} " if rng.random() < 0.3 else ""
    return f"{interface}10.0.{link}.{host}"


def route(rng: Random, target: str, length: int, way: str) -> str:
    distance = rng.choice(("", "", "", " 10", " 200"))
    return f"ip route {target} {dotted(mask(length))} {way}{distance}"


def acl(rng: Random, which: int) -> list[str]:
    """Some packets of some routers are denied; all others are permitted, or none."""
    lines = []
    for _ in range(rng.randrange(3) + 1):
        source = rng.choice(("any", f"host 9.{rng.randrange(ROUTERS) + 1}.0.1"))
        target = f"{rng.choice((9, 9, 50))}.{rng.randrange(ROUTERS) + 1}.0.0 0.0.255.255"
        what = rng.choice(("deny", "deny", "permit"))
        lines.append(f"access-list {which} {what} ip {source} {rng.choice((target, 'any'))}")
    return [*lines, f"access-list {which} permit ip any any"][: 4 if rng.random() < 0.8 else 3]


def write(drawing: Drawing, folder: Path, seed: int) -> Path:
    """The drawing as a lab folder."""
    (folder / "configs").mkdir(parents=True)
    lines = ["name: swarm", "topology:", "  defaults:", "    labels:"]
    lines += [f'      iosemu.seed: "{seed}"', "  nodes:"]
    for name, text in drawing.texts.items():
        (folder / "configs" / f"{name}.cfg").write_text(text)
        lines += [f"    {name}:", "      kind: cisco_iol"]
        lines += [f"      startup-config: configs/{name}.cfg"]
    lines.append("  links:")
    for a, a_port, b, b_port in drawing.links:
        lines.append(f'    - endpoints: ["{a}:{a_port}", "{b}:{b_port}"]')
    (folder / "swarm.clab.yml").write_text("\n".join([*lines, ""]))
    return folder


# -- the oracle ----

_INTERFACE = re.compile(r"interface (\S+)")
_ADDRESS = re.compile(r" ip address (\S+) (\S+)")
_GROUP = re.compile(r" ip access-group (\d+) (in|out)")
_ACL = re.compile(r"access-list (\d+) (permit|deny) ip (any|host \S+) (any|\S+ \S+)")
_ROUTE = re.compile(
    r"ip route (\S+) (\S+) (?:((?:Ethernet|Null)\S+))?\s?(\d+\.\d+\.\d+\.\d+)?(?: (\d+))?$"
)


@dataclass
class Box:
    """One router as its configuration and links say it is now."""

    addresses: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Interfaces that are up."""
    statics: dict[tuple[Net, Hop], int] = field(default_factory=dict)
    """Distances; a line typed again replaces its distance."""
    groups: dict[tuple[str, str], int] = field(default_factory=dict)
    acls: dict[int, list[tuple[bool, str, str]]] = field(default_factory=dict)
    table: dict[Net, list[Hop]] = field(default_factory=dict)


@dataclass
class Oracle:
    """Where a packet may go from each router, given which ports are up."""

    drawing: Drawing
    shut: set[tuple[str, str]] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)
    boxes: dict[str, Box] = field(default_factory=dict)

    def read(self) -> None:
        """Everything anew from the texts and the states of the links."""
        self.boxes = {name: self.box(name, text) for name, text in self.drawing.texts.items()}
        for box in self.boxes.values():
            resolve(box)

    def is_up(self, name: str, port: str) -> bool:
        if (name, port) in self.shut:
            return False
        for n, (a, a_port, b, b_port) in enumerate(self.drawing.links):
            if (name, port) in ((a, a_port), (b, b_port)):
                return n not in self.cut
        return not port.startswith("Ethernet")

    def far_end(self, name: str, port: str) -> tuple[str, str] | None:
        """The port at the other end of a link that works at both ends."""
        for n, (a, a_port, b, b_port) in enumerate(self.drawing.links):
            for here, there in (((a, a_port), (b, b_port)), ((b, b_port), (a, a_port))):
                if here == (name, port) and n not in self.cut and there not in self.shut:
                    return there
        return None

    def box(self, name: str, text: str) -> Box:
        box, interface = Box(), ""
        for line in text.splitlines():
            if found := _INTERFACE.match(line):
                interface = found[1]
            elif found := _ADDRESS.match(line):
                if self.is_up(name, interface):
                    box.addresses[interface] = number(found[1]), number(found[2]).bit_count()
            elif found := _GROUP.match(line):
                box.groups[interface, found[2]] = int(found[1])
            elif found := _ACL.match(line):
                box.acls.setdefault(int(found[1]), []).append(
                    (found[2] == "permit", found[3], found[4])
                )
            elif found := _ROUTE.match(line):
                net = number(found[1]), number(found[2]).bit_count()
                address = number(found[4]) if found[4] else None
                box.statics[net, (found[3], address)] = int(found[5] or 1)
            else:
                assert not line.startswith("ip route"), line
        return box

    def onward(self, name: str, target: int) -> tuple[str, set[tuple[str, int]]]:
        """What a router does with a packet: a verdict and, for "forward", (port, next hop)s."""
        box = self.boxes[name]
        if any(address == target for address, _ in box.addresses.values()):
            return "delivered", set()
        net = longest(box.table, target)
        if net is None:
            return "no route", set()
        ways = set()
        for hop in box.table[net]:
            ways |= ends(box, hop, target)
        return "forward", ways

    def permits(self, name: str, port: str, side: str, source: int, target: int) -> bool:
        """Whether the access list of a port lets a packet through."""
        box = self.boxes[name]
        which = box.groups.get((port, side))
        if which is None:
            return True
        for permit, sources, targets in box.acls[which]:
            if matches(sources, source) and matches(targets, target):
                return permit
        return False


def matches(pattern: str, address: int) -> bool:
    if pattern == "any":
        return True
    first, second = pattern.split()
    if first == "host":
        return number(second) == address
    return (number(first) ^ address) & ~number(second) & 0xFFFFFFFF == 0


def longest(table: dict[Net, list[Hop]], address: int) -> Net | None:
    fitting = [net for net in table if address & mask(net[1]) == net[0]]
    return max(fitting, key=lambda net: net[1], default=None)


def resolve(box: Box) -> None:
    """Fill the table: own networks, then defaults, loopbacks, the rest, as each leans on those."""
    for port, (address, length) in box.addresses.items():
        box.table[address & mask(length), length] = [(port, None)]
    own = {address for address, _ in box.addresses.values()}
    kinds = (lambda net: net[1] == 0, lambda net: net[0] >> 24 == 9, lambda net: net[0] >> 24 == 50)
    for kind in kinds:
        ready: dict[Net, list[tuple[int, Hop]]] = {}
        for (net, hop), distance in box.statics.items():
            if kind(net) and usable(box, own, net, hop):
                ready.setdefault(net, []).append((distance, hop))
        for net, found in ready.items():
            least = min(distance for distance, _ in found)
            box.table.setdefault(net, [hop for distance, hop in found if distance == least])


def usable(box: Box, own: set[int], net: Net, hop: Hop) -> bool:
    port, address = hop
    if port is not None:
        return port == "Null0" or port in box.addresses
    assert address is not None
    over = longest(box.table, address)
    if over is None or address in own:
        return False
    is_inside = address & mask(net[1]) == net[0]
    return not is_inside or over[1] > net[1]


def ends(box: Box, hop: Hop, target: int) -> set[tuple[str, int]]:
    """The links a next hop leads to in the end, and whom to ask for there."""
    port, address = hop
    if port is not None:
        return {(port, target if address is None else address)}
    assert address is not None
    over = longest(box.table, address)
    assert over is not None
    found = set()
    for further in box.table[over]:
        found |= ends(box, further, address)
    return found
