"""One input at work: the actions that it brings about, in order."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import Time
from iosemu.proto.base import Action, Debug, LogMessage, SetTimer, StopTimer, Syslog
from iosemu.values import dataclass, field
from iosemu.wire.bgp_family import IPV4_UNICAST

from .peer import Link, LinkKey, Peer, Session, SessionKey
from .settings import DEFAULT_VRF, PeerKey, ProcessSettings, TableKey
from .state import State


@dataclass(slots=True)
class Turn:
    """What the functions of this package pass on to each other; never stored."""

    now: Time
    state: State
    actions: list[Action] = field(default_factory=list)

    @property
    def settings(self) -> ProcessSettings:
        """Of the process, which there is."""
        settings = self.state.settings
        assert settings is not None
        return settings

    def router_id(self, vrf: str = DEFAULT_VRF) -> IPv4Address:
        """Ours; a VRF may have its own."""
        table = self.settings.tables.get(TableKey(IPV4_UNICAST, vrf))
        own: IPv4Address | None = None if table is None else table.router_id
        return self.state.router_id if own is None else own

    def peer(self, key: PeerKey) -> Peer:
        return self.state.peers[key]

    def session(self, key: SessionKey) -> Session:
        return self.state.peers[key.peer].sessions[key.number]

    def link(self, key: LinkKey) -> Link | None:
        """A connection, unless it or its neighbor is gone."""
        peer = self.state.peers.get(key.peer)
        return None if peer is None else peer.links.get(key)

    def do(self, action: Action) -> None:
        self.actions.append(action)

    def set_timer(self, delay_ns: Time, *name: object) -> None:
        """Start a timer; its name begins with a word."""
        self.actions.append(SetTimer(name, delay_ns))

    def stop_timer(self, *name: object) -> None:
        self.actions.append(StopTimer(name))

    def log(self, message: LogMessage) -> None:
        self.actions.append(Syslog(message))

    def debug(self, flag: str, text: str) -> None:
        self.actions.append(Debug(flag, text))
