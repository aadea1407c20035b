"""The table side alone: a routing table, timers and neighbors that say what a test wants."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from iosemu.address import IPv4Address, IPv4Prefix, IpVersion, version_of
from iosemu.config.entries import Entries
from iosemu.config.tree import Config
from iosemu.kernel.time import SECOND, Time, TimerFired
from iosemu.proto.base import (
    NextHopChanged,
    RouteAdd,
    RouteChanged,
    RouteChanges,
    RouteDelete,
    SetTimer,
    StopTimer,
    Syslog,
    TrackNextHop,
    UntrackNextHop,
    heading,
)
from iosemu.proto.bgp import tables
from iosemu.proto.bgp.peer import Carriage, Link, LinkKey, Peer, Phase, Role, Session, SessionKey
from iosemu.proto.bgp.settings import (
    Bestpath,
    Inbound,
    Outbound,
    PeerKey,
    PeerKind,
    PeerPolicy,
    PeerSettings,
    ProcessSettings,
    TableKey,
    TableSettings,
)
from iosemu.proto.bgp.state import State
from iosemu.proto.bgp.table import Net, Table
from iosemu.proto.bgp.turn import Turn
from iosemu.rib.nexthop import NextHops
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.rib.table import Rib, RouteChange
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_nlri import Reach, Unreach
from iosemu.wire.bgp_update import Update

ip, prefix = IPv4Address.parse, IPv4Prefix.parse
UNICAST = TableKey()


def peer_settings(address: str, asn: int, kind: PeerKind, own: int = 1) -> PeerSettings:
    return PeerSettings(PeerKey("default", ip(address)), asn, own, kind, (IPV4_UNICAST,))


def attributes(path: str = "", next_hop: str = "0.0.0.0", **others: object) -> Attributes:
    """Of origin IGP unless said otherwise."""
    plain = Attributes(Origin.IGP, AsPath.of(*map(int, path.split())), ip(next_hop))
    return plain._replace(**others)  # type: ignore[arg-type]


@dataclass
class Rig:
    """One BGP process of AS 1 and the routing table of its router."""

    table_settings: TableSettings = field(default_factory=TableSettings)
    bestpath: Bestpath = field(default_factory=Bestpath)
    config: Config = field(default_factory=Config)
    now: Time = 0
    timers: dict[tuple[object, ...], Time] = field(default_factory=dict)
    logs: list[str] = field(default_factory=list)
    changes: list[tuple[Time, RouteChange]] = field(default_factory=list)
    written: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = State(config=self.config, router_id=ip("1.1.1.1"))
        self.ribs: dict[tuple[str, IpVersion], tuple[Rib, NextHops]] = {}
        self.policies_of: dict[TableKey, dict[PeerKey, PeerPolicy]] = {UNICAST: {}}
        self.settings: ProcessSettings | None = None
        self.sessions: dict[str, Session] = {}
        self.configure()

    # -- configuration

    def configure(self, **process: object) -> None:
        """Apply what the fields say, and other settings of the process."""
        old = self.state.settings
        base = ProcessSettings(1, bestpath=self.bestpath) if old is None else old
        self.state.settings = replace(
            base,
            bestpath=self.bestpath,
            tables=Entries(
                {
                    key: replace(self.table_settings, policies=Entries(policies))
                    for key, policies in self.policies_of.items()
                }
            ),
            **process,  # type: ignore[arg-type]
        )
        turn = self.turn()
        tables.configured(turn, old)
        self.done(turn)

    def up(
        self,
        address: str,
        asn: int,
        *,
        kind: PeerKind | None = None,
        router_id: str | None = None,
        inbound: Inbound | None = None,
        table: TableKey = UNICAST,
        outbound: Outbound | None = None,
        local: str | None = None,
    ) -> Session:
        """A session of a neighbor, with our address `local`."""
        if kind is None:
            kind = PeerKind.INTERNAL if asn == 1 else PeerKind.EXTERNAL
        family = table.family
        settings = replace(
            peer_settings(address, asn, kind),
            key=PeerKey(table.vrf, ip(address)),
            families=(family,),
        )
        self.policies_of.setdefault(table, {})[settings.key] = PeerPolicy(
            inbound or Inbound(), outbound or Outbound(kind)
        )
        self.configure()
        self.state.peers[settings.key] = Peer(settings)
        session = Session(
            SessionKey(settings.key, 1),
            (family,),
            Phase.ESTABLISHED,
            link=LinkKey(settings.key, 1),
            conn=len(self.sessions) + 1,
            local=None if local is None else ip(local),
            remote_id=ip(router_id or address),
            carried={family: Carriage(family)},
            can_refresh=True,
        )
        assert session.conn is not None
        link = Link(
            LinkKey(settings.key, session.conn), Role.ACTIVE, 1, Phase.ESTABLISHED, session.conn
        )
        session.link = link.key
        peer = self.state.peers[settings.key]
        peer.links[link.key] = link
        peer.sessions[1] = session
        self.sessions[address] = session
        turn = self.turn()
        tables.session_up(turn, session)
        self.done(turn)
        return session

    def down(self, address: str) -> None:
        session = self.sessions.pop(address)
        session.conn = None
        turn = self.turn()
        tables.session_down(turn, session)
        self.done(turn)

    # -- messages

    def announce(self, address: str, prefixes: str, said: Attributes) -> None:
        """An update; its next hop is the neighbor unless `said` has one."""
        if not said.next_hop:
            said = said._replace(next_hop=ip(address))
        reach = Reach(IPV4_UNICAST, said, tuple(map(prefix, prefixes.split())))
        self.receive(address, Update(announced=(reach,)))

    def withdraw(self, address: str, prefixes: str) -> None:
        unreach = Unreach(IPV4_UNICAST, tuple(map(prefix, prefixes.split())))
        self.receive(address, Update(withdrawn=(unreach,)))

    def receive(self, address: str, update: Update) -> None:
        turn = self.turn()
        tables.update_received(turn, self.sessions[address], update)
        self.done(turn)

    def refresh(self, address: str, subtype: int) -> None:
        turn = self.turn()
        tables.refresh_received(turn, self.sessions[address], IPV4_UNICAST, subtype)
        self.done(turn)

    # -- the router

    def route(
        self,
        text: str,
        via: str = "192.168.0.1",
        *,
        owner: str = "eigrp 1",
        distance: int = 90,
        metric: int = 0,
        vrf: str = "default",
    ) -> None:
        """Another source offers a route."""
        key = RouteKey(vrf, prefix(text), owner)
        hop = NextHop(ip(via), "Ethernet0/0")
        route = Route(key, (hop,), distance, "D", owner.split()[0], metric)
        self.tell([self.side(vrf)[0].offer(route, self.now)])

    def no_route(self, text: str, owner: str = "eigrp 1", *, vrf: str = "default") -> None:
        rib, _ = self.side(vrf)
        self.tell([rib.withdraw(RouteKey(vrf, prefix(text), owner), self.now)])

    def side(self, vrf: str, version: IpVersion = IpVersion.V4) -> tuple[Rib, NextHops]:
        """A routing table of a VRF and who follows next hops in it."""
        return self.ribs.setdefault((vrf, version), (Rib(vrf, version), NextHops()))

    def side_of(self, key: RouteKey) -> Rib:
        return self.side(key.vrf, version_of(key.prefix))[0]

    @property
    def policies(self) -> dict[PeerKey, PeerPolicy]:
        """Of IPv4 unicast."""
        return self.policies_of[UNICAST]

    @property
    def rib(self) -> Rib:
        return self.side("default")[0]

    @property
    def next_hops(self) -> NextHops:
        return self.side("default")[1]

    def tell(self, found: list[RouteChange | None]) -> None:
        """What the router tells its engines after changes of its tables."""
        changes = [change for change in found if change is not None]
        self.changes += [(self.now, change) for change in changes]
        turn = self.turn()
        for change in changes:
            new = change.new
            if new is not None and new.protocol != "bgp":
                tables.route_changed(turn, RouteChanged(change.vrf, change.prefix, new))
            elif change.old is not None and change.old.protocol != "bgp":
                tables.route_changed(turn, RouteChanged(change.vrf, change.prefix, None))
        for (vrf, version), (rib, next_hops) in self.ribs.items():
            own = [c for c in changes if c.vrf == vrf and version_of(c.prefix) is version]
            for _, address, route in next_hops.changed(rib, own):
                tables.next_hop_changed(turn, NextHopChanged(vrf, address, route))
        self.done(turn)

    def turn(self) -> Turn:
        return Turn(self.now, self.state)

    def done(self, turn: Turn) -> None:
        """Carry out what a turn brought about, and what that brings about."""
        tables.settle(turn)
        found: list[RouteChange | None] = []
        answers: list[NextHopChanged] = []
        for action in turn.actions:
            match action:
                case RouteAdd(route):
                    found.append(self.side_of(route.key).offer(route, self.now))
                case RouteDelete(key):
                    found.append(self.side_of(key).withdraw(key, self.now))
                case RouteChanges(changes):
                    for change in changes:
                        if isinstance(change, Route):
                            found.append(self.side_of(change.key).offer(change, self.now))
                        else:
                            found.append(self.side_of(change).withdraw(change, self.now))
                case TrackNextHop(address, vrf):
                    rib, next_hops = self.side(vrf, version_of(address))
                    route = next_hops.track(rib, address, "bgp")
                    answers.append(NextHopChanged(vrf, address, route))
                case UntrackNextHop(address, vrf):
                    self.side(vrf, version_of(address))[1].untrack(address, "bgp")
                case SetTimer(key, delay):
                    self.timers[key] = self.now + delay
                case StopTimer(key):
                    self.timers.pop(key, None)
                case Syslog(message):
                    name = heading(message)
                    self.logs.append(
                        f"%{name.facility}-{name.severity}-{name.mnemonic}: {message.text()}"
                    )
                case _:
                    self.written.append(action)
        following = self.turn()
        for answer in answers:
            tables.next_hop_changed(following, answer)
        if following.actions:
            self.done(following)
        if any(found):
            self.tell(found)

    def run_until(self, seconds: float) -> None:
        """Let time pass, in steps of its timers."""
        end = round(seconds * SECOND)
        while self.timers:
            key, due = min(self.timers.items(), key=lambda item: item[1])
            if due > end:
                break
            del self.timers[key]
            self.now = due
            turn = self.turn()
            if key[0] in tables.TIMERS:
                tables.timer_fired(turn, TimerFired(key))
            self.done(turn)
        self.now = end

    def run_for(self, seconds: float) -> None:
        self.run_until(self.now / SECOND + seconds)

    # -- what there is

    @property
    def table(self) -> Table:
        return self.state.routing.tables[UNICAST]

    def net(self, text: str) -> Net:
        return self.table.nets[prefix(text)]

    def best(self, text: str) -> str | None:
        """The neighbor whose path is the best one."""
        net = self.table.nets.get(prefix(text))
        if net is None or net.best is None:
            return None
        return str(net.best.source.address)

    def installed(self, text: str) -> list[str]:
        """The next hops of the route BGP has in the routing table."""
        route = self.rib.get(prefix(text))
        if route is None or route.protocol != "bgp":
            return []
        return [str(hop.address) for hop in route.next_hops]
