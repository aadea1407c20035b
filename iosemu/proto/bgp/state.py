"""The state of BGP on one router: its one process, the neighbors, and what the tables keep."""

from __future__ import annotations

from typing import Any

from iosemu.address import IPv4Address
from iosemu.config.tree import Config
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time
from iosemu.proto.base import InterfaceState, TcpListen, TcpOptions
from iosemu.rib.route import Route
from iosemu.values import dataclass, field

from .peer import NO_ADDRESS, LinkKey, Peer
from .routing import Routing
from .settings import PeerKey, ProcessSettings


@dataclass(slots=True)
class State:
    """Everything BGP keeps.

    settings: None without `router bgp`; `configured` with the dynamic neighbors among the others.
    router_id: chosen when the process starts and kept while it can be; 0: none.  read_only_until:
    no best path is chosen before then, None once it is over.  routing: the table side;
    advertising: update groups and what is sent.
    """

    config: Config = field(default_factory=Config)
    settings: ProcessSettings | None = None
    configured: ProcessSettings | None = None
    started_at: Time = 0
    router_id: IPv4Address = NO_ADDRESS
    is_id_configured: bool = False
    read_only_until: Time | None = None
    peers: dict[PeerKey, Peer] = field(default_factory=dict)
    conns: dict[int, LinkKey] = field(default_factory=dict)
    """By the number of a TCP connection, whose it is."""
    open_sockets: dict[tuple[str, TcpListen], TcpOptions] = field(default_factory=dict)
    tracked: dict[PeerKey, Route | None] = field(default_factory=dict)
    """Over which route the neighbors are reached."""
    routing: Routing = field(default_factory=Routing)
    advertising: Any = None
    interfaces: dict[str, InterfaceState] = field(default_factory=dict)
    random: Random = field(default_factory=lambda: Random(b""))
    debugs: dict[str, object] = field(default_factory=dict)
    """Debug flags of BGP that are on, with their conditions."""
    version: str = "15.4"
    clock_ns: Time = 0
    """The device's clock at the start of the lab, in ns since 1970."""

    @property
    def is_read_only(self) -> bool:
        """Whether the process started just now, and waits for what its neighbors have to tell."""
        return self.read_only_until is not None

    @property
    def is_old(self) -> bool:
        """Whether the release is older than 15.0."""
        major = self.version.partition(".")[0]
        return major.isdigit() and int(major) < 15
