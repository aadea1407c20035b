"""Networks of BGP routers of any shape: what they are set to, and their configurations.

Rn has the loopback 1.0.0.n/32, which is its router ID, too; segment i is the link of two routers,
10.x.y.0/24, Rn its host n.  A domain is one AS as others see it, perhaps a confederation, with an
EIGRP of its own; links between domains are known to it or not.  Prefix k is 50.k.0.0/16.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from iosemu.kernel.rng import Random

KEEPALIVE_S, HOLD_S = 10, 30


class Kind(Enum):
    """What a session joins."""

    INTERNAL = "internal"
    CONFEDERATION = "confederation"
    EXTERNAL = "external"


@dataclass(frozen=True)
class Session:
    """Between two routers, over their loopbacks or over a segment.  clients: the ends that are a
    client of the other one."""

    ends: tuple[int, int]
    kind: Kind
    segment: int | None = None
    clients: tuple[int, ...] = ()

    def other(self, router: int) -> int:
        return self.ends[1] if router == self.ends[0] else self.ends[0]

    def address(self, router: int) -> str:
        """That of one end."""
        return loopback(router) if self.segment is None else host(self.segment, router)


@dataclass(frozen=True)
class Rule:
    """One entry of a route map: what it says of some prefixes.  prepends: of the own AS."""

    prefixes: tuple[int, ...]
    denies: bool = False
    preference: int | None = None
    med: int | None = None
    weight: int | None = None
    prepends: int = 0
    is_incomplete: bool = False


@dataclass
class Net:
    """Domain and AS of each router, links, sessions, and all that may differ between runs.

    members: the AS of each router, which is its domain's unless that is a confederation.
    arriving, leaving: the rules of a router for a session.  networks: (router, prefix) now
    announced.  told: (router, segment) of links to other domains that EIGRP tells of.
    """

    domains: dict[int, int]
    members: dict[int, int]
    segments: Sequence[tuple[int, int]]
    sessions: list[Session] = field(default_factory=list)
    delays: dict[tuple[int, int], int] = field(default_factory=dict)
    told: set[tuple[int, int]] = field(default_factory=set)
    clusters: dict[int, int] = field(default_factory=dict)
    selves: set[tuple[int, Session]] = field(default_factory=set)
    """Who puts itself as next hop on a session."""
    arriving: dict[tuple[int, Session], tuple[Rule, ...]] = field(default_factory=dict)
    leaving: dict[tuple[int, Session], tuple[Rule, ...]] = field(default_factory=dict)
    networks: set[tuple[int, int]] = field(default_factory=set)
    owned: set[tuple[int, int]] = field(default_factory=set)
    """Who may announce a prefix: it has a static route."""
    shut: set[tuple[int, Session]] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)
    always_med: bool = False
    deterministic_med: bool = False
    missing_is_worst: bool = False
    interval_s: int | None = None

    @property
    def routers(self) -> list[int]:
        return list(self.domains)

    @property
    def prefixes(self) -> list[int]:
        return sorted({prefix for _, prefix in self.owned})

    def port(self, router: int, segment: int) -> str:
        place = [i for i, on in enumerate(self.segments) if router in on].index(segment)
        return f"Ethernet{place // 4}/{place % 4}"

    def end(self, router: int, segment: int) -> str:
        return f"R{router}:{self.port(router, segment)}"

    def delay(self, router: int, segment: int) -> int:
        return self.delays.get((router, segment), 100)

    def is_inner(self, segment: int) -> bool:
        """Whether both ends are of one domain."""
        a, b = self.segments[segment]
        return self.domains[a] == self.domains[b]

    def is_confederation(self, router: int) -> bool:
        return self.members[router] != self.domains[router]

    def remote_as(self, router: int, session: Session) -> int:
        """The AS by which a router knows the other end."""
        other = session.other(router)
        return self.domains[other] if session.kind is Kind.EXTERNAL else self.members[other]

    def of(self, router: int) -> list[Session]:
        return [session for session in self.sessions if router in session.ends]

    # -- texts ----

    def config(self, router: int) -> str:
        """The startup configuration of a router."""
        lines = [f"hostname R{router}", "no ip domain lookup", "interface Loopback0"]
        lines.append(f" ip address {loopback(router)} 255.255.255.255")
        known = [f" network {loopback(router)} 0.0.0.0"]
        for i, on in enumerate(self.segments):
            if router not in on:
                continue
            lines.append(f"interface {self.port(router, i)}")
            lines.append(f" ip address {host(i, router)} 255.255.255.0")
            if (router, i) in self.delays:
                lines.append(f" delay {self.delays[router, i]}")
            if self.is_inner(i) or (router, i) in self.told:
                known.append(f" network {host(i, router)} 0.0.0.0")
        lines += [f"router eigrp {self.domains[router]}", *known]
        maps: list[str] = []
        lines += self._bgp(router, maps)
        for owner, prefix in sorted(self.owned):
            if owner == router:
                lines.append(f"ip route 50.{prefix}.0.0 255.255.0.0 Null0")
        return "\n".join([*lines, *maps, "end", ""])

    def _bgp(self, router: int, maps: list[str]) -> list[str]:
        asn, domain = self.members[router], self.domains[router]
        lines = [f"router bgp {asn}", f" bgp router-id {loopback(router)}"]
        lines += [" bgp log-neighbor-changes", " bgp bestpath compare-routerid"]
        if self.is_confederation(router):
            lines.append(f" bgp confederation identifier {domain}")
            others = sorted({self.members[n] for n in self.routers if self.domains[n] == domain})
            lines.append(f" bgp confederation peers {' '.join(str(n) for n in others if n != asn)}")
        if router in self.clusters:
            lines.append(f" bgp cluster-id {self.clusters[router]}")
        if self.always_med:
            lines.append(" bgp always-compare-med")
        if self.deterministic_med:
            lines.append(" bgp deterministic-med")
        if self.missing_is_worst:
            lines.append(" bgp bestpath med missing-as-worst")
        lines.append(f" timers bgp {KEEPALIVE_S} {HOLD_S}")
        for owner, prefix in sorted(self.networks):
            if owner == router:
                lines.append(f" {network(prefix)}")
        for session in self.of(router):
            lines += self._neighbor(router, session, maps)
        return lines

    def _neighbor(self, router: int, session: Session, maps: list[str]) -> list[str]:
        other = session.other(router)
        start = f" neighbor {session.address(other)}"
        lines = [f"{start} remote-as {self.remote_as(router, session)}"]
        if session.segment is None:
            lines.append(f"{start} update-source Loopback0")
        if self.interval_s is not None:
            lines.append(f"{start} advertisement-interval {self.interval_s}")
        if other in session.clients:
            lines.append(f"{start} route-reflector-client")
        if (router, session) in self.selves:
            lines.append(f"{start} next-hop-self")
        for way, held in (("in", self.arriving), ("out", self.leaving)):
            rules = held.get((router, session))
            if rules is not None:
                name = f"{way.upper()}-{session.address(other)}"
                lines.append(f"{start} route-map {name} {way}")
                maps += route_map(name, rules, self.members[router])
        return lines

    def write(self, folder: Path) -> Path:
        """The lab folder."""
        folder.mkdir(parents=True)
        lines = ["name: bgp", "topology:", "  nodes:"]
        for n in self.routers:
            (folder / f"R{n}.cfg").write_text(self.config(n))
            lines += [f"    R{n}:", "      kind: cisco_iol", f"      startup-config: R{n}.cfg"]
        lines.append("  links:")
        for i, (a, b) in enumerate(self.segments):
            lines.append(f'    - endpoints: ["{self.end(a, i)}", "{self.end(b, i)}"]')
        (folder / "bgp.clab.yml").write_text("\n".join([*lines, ""]))
        return folder


def loopback(router: int) -> str:
    return f"1.0.0.{router}"


def host(segment: int, router: int) -> str:
    return f"10.{segment >> 8}.{segment & 255}.{router}"


def network(prefix: int) -> str:
    return f"network 50.{prefix}.0.0 mask 255.255.0.0"


def route_map(name: str, rules: Sequence[Rule], asn: int) -> list[str]:
    """A route map that lets through what no rule denies, and the prefix lists it names."""
    lines = []
    for number, rule in enumerate(rules, 1):
        for prefix in rule.prefixes:
            lines.append(f"ip prefix-list {name}-{number} permit 50.{prefix}.0.0/16")
        word = "deny" if rule.denies else "permit"
        lines.append(f"route-map {name} {word} {10 * number}")
        lines.append(f" match ip address prefix-list {name}-{number}")
        if rule.preference is not None:
            lines.append(f" set local-preference {rule.preference}")
        if rule.med is not None:
            lines.append(f" set metric {rule.med}")
        if rule.weight is not None:
            lines.append(f" set weight {rule.weight}")
        if rule.prepends:
            lines.append(" set as-path prepend" + f" {asn}" * rule.prepends)
        if rule.is_incomplete:
            lines.append(" set origin incomplete")
    return [*lines, f"route-map {name} permit {10 * len(rules) + 10}"]


# -- drawing ----


def drawn(rng: Random, size: int) -> Net:
    """A random network with random policies."""
    count = 1 + rng.randrange(min(6, size))
    domains = {n: n if n <= count else 1 + rng.randrange(count) for n in range(1, size + 1)}
    asns = {d: 100 * d for d in range(1, count + 1)}
    net = Net({n: asns[d] for n, d in domains.items()}, {}, ())
    inside = {d: [n for n in domains if domains[n] == d] for d in asns}
    segments: list[tuple[int, int]] = []
    for routers in inside.values():
        segments += _joined(rng, routers, 1 + rng.randrange(len(routers)))
    for d in range(2, count + 1):
        far = 1 + rng.randrange(d - 1)
        segments.append((rng.choice(inside[d]), rng.choice(inside[far])))
    for _ in range(rng.randrange(2 * size) if count > 1 else 0):
        a, b = 1 + rng.randrange(size), 1 + rng.randrange(size)
        if domains[a] != domains[b]:
            segments.append((a, b))
    net.segments = segments
    net.delays = {(n, i): 1 + rng.randrange(50) for i, on in enumerate(segments) for n in on}
    for d, routers in inside.items():
        _draw_domain(rng, net, asns[d], routers)
    for i, on in enumerate(segments):
        if not net.is_inner(i):
            net.sessions.append(Session(on, Kind.EXTERNAL, i))
            for n in on:
                _draw_border(rng, net, n, i)
    for prefix in range(1, 4 + rng.randrange(5)):
        for _ in range(1 + rng.randrange(4)):
            net.owned.add((1 + rng.randrange(size), prefix))
    net.networks = {one for one in sorted(net.owned) if rng.randrange(5)}
    net.interval_s = rng.choice((None, 0, 1, 5))
    draw_policies(rng, net)
    return net


def _joined(rng: Random, routers: list[int], more: int) -> list[tuple[int, int]]:
    """Links that join these routers, some of them twice."""
    links = [(rng.choice(routers[:at]), routers[at]) for at in range(1, len(routers))]
    for _ in range(more):
        a, b = rng.choice(routers), rng.choice(routers)
        if a != b:
            links.append((a, b))
    return links


def _draw_domain(rng: Random, net: Net, asn: int, routers: list[int]) -> None:
    """The inner sessions of one AS: a mesh, reflectors, or a confederation of meshes."""
    shape = rng.choice(("mesh", "reflectors", "hierarchy", "confederation"))
    if shape == "confederation" and len(routers) >= 3:
        parts = 2 + rng.randrange(2)
        for at, n in enumerate(routers):
            net.members[n] = 64512 + asn + (at if at < parts else rng.randrange(parts))
        for part in range(parts):
            _mesh(net, [n for n in routers if net.members[n] == 64512 + asn + part])
        for i, (a, b) in enumerate(net.segments):
            if a in routers and b in routers and net.members[a] != net.members[b]:
                session = Session((a, b), Kind.CONFEDERATION, i)
                net.sessions.append(session)
                net.selves |= {(n, session) for n in (a, b) if not rng.randrange(3)}
        return
    net.members |= dict.fromkeys(routers, asn)
    if shape not in ("reflectors", "hierarchy") or len(routers) < 3:
        _mesh(net, routers)
        return
    top = 1 + rng.randrange(2)
    tops, rest = routers[:top], routers[top:]
    _mesh(net, tops)
    if shape == "hierarchy" and len(rest) > 3:
        middle, rest = rest[:2], rest[2:]
        _reflect(rng, net, tops, middle)
        if rng.randrange(2):
            _mesh(net, middle)
        _reflect(rng, net, middle, rest)
    else:
        _reflect(rng, net, tops, rest)


def _mesh(net: Net, routers: list[int]) -> None:
    net.sessions += [Session((a, b), Kind.INTERNAL) for a in routers for b in routers if a < b]


def _reflect(rng: Random, net: Net, reflectors: list[int], clients: list[int]) -> None:
    """Clients of one or all of these reflectors, which may be of one cluster."""
    if len(reflectors) > 1 and rng.randrange(2):
        net.clusters |= dict.fromkeys(reflectors, 1000 + reflectors[0])
    for n in clients:
        chosen = reflectors if rng.randrange(3) else [rng.choice(reflectors)]
        net.sessions += [Session((top, n), Kind.INTERNAL, None, (n,)) for top in chosen]


def _draw_border(rng: Random, net: Net, router: int, segment: int) -> None:
    """A link to another AS is known inside, or the router puts itself as next hop, or both; or, by
    mistake, neither."""
    how = rng.randrange(8)
    if how not in (0, 1, 2):
        net.told.add((router, segment))
    if how not in (0, 3, 4, 5):
        inner = [s for s in net.of(router) if s.kind is Kind.INTERNAL]
        net.selves |= {(router, session) for session in inner}


def draw_policies(rng: Random, net: Net) -> None:
    """How MED counts, and the route maps of sessions with other ASes."""
    med = rng.choice(("none", "always", "deterministic"))
    net.always_med, net.deterministic_med = med == "always", med == "deterministic"
    net.missing_is_worst = med != "none" and not rng.randrange(3)
    for held in (net.arriving, net.leaving):
        held.clear()
        for session in net.sessions:
            for n in session.ends if session.kind is Kind.EXTERNAL else ():
                if not rng.randrange(3):
                    rules = [
                        _rule(rng, net, arrives=held is net.arriving, with_med=med != "none")
                        for _ in range(1 + rng.randrange(3))
                    ]
                    held[n, session] = tuple(rules)


def _rule(rng: Random, net: Net, *, arrives: bool, with_med: bool) -> Rule:
    prefixes = tuple(prefix for prefix in net.prefixes if rng.randrange(2)) or (1,)
    what = rng.randrange(8)
    if what == 0:
        return Rule(prefixes, denies=True)
    med = rng.choice((5, 10, 10, 20)) if with_med and what < 4 else None
    if arrives:
        return Rule(
            prefixes,
            preference=rng.choice((50, 150, 200)) if what in (3, 4, 5) else None,
            weight=rng.choice((10, 20)) if what == 6 else None,
            med=med,
        )
    return Rule(
        prefixes,
        med=med,
        prepends=1 + rng.randrange(3) if what > 4 else 0,
        is_incomplete=what in (2, 4),
    )
