"""TCP as BGP uses it: from where to where, on which terms, and who may connect."""

from __future__ import annotations

from iosemu.address import Address, IPv4Prefix, IPv6Address
from iosemu.proto.base import (
    BGP_WINDOW_BYTES,
    Action,
    Close,
    InterfaceState,
    Open,
    TcpListen,
    TcpOptions,
    TrackNextHop,
    UntrackNextHop,
)
from iosemu.wire.bgp import PORT

from . import read, tables
from .peer import Peer
from .settings import PeerKey, PeerSettings, ProcessSettings
from .state import State
from .turn import Turn

Sockets = dict[tuple[str, TcpListen], TcpOptions]


def options(settings: PeerSettings, *, asks: bool = False) -> TcpOptions:
    """The terms of connections with a neighbor."""
    return TcpOptions(
        ttl=settings.ttl,
        minimum_ttl=settings.least_ttl,
        window_bytes=BGP_WINDOW_BYTES,
        password=settings.password,
        path_mtu=settings.path_mtu_discovery,
        asks=asks,
    )


# -- where a neighbor is ----


def connected(state: State, vrf: str, address: Address) -> InterfaceState | None:
    """The interface that is up on whose network an address is."""
    for interface in state.interfaces.values():
        if interface.vrf == vrf and interface.is_up and is_on(interface, address):
            return interface
    return None


def is_on(interface: InterfaceState, address: Address) -> bool:
    """Whether an address is on the network of an interface, and not its own."""
    if isinstance(address, IPv6Address):
        ipv6 = interface.ipv6
        held = () if ipv6 is None else ipv6.addresses
        return any(address != one.address and one.prefix.holds(address) for one in held)
    return any(
        address != own and IPv4Prefix.of(own, length).holds(address)
        for own, length in interface.addresses
    )


def source_of(turn: Turn, peer: Peer) -> Address | None:
    """The address of `update-source`; None without one, or while it has none."""
    name = peer.settings.update_source
    held = None if name is None else turn.state.interfaces.get(name)
    return None if held is None or not held.is_up else own_address(held, peer.key.address)


def own_address(interface: InterfaceState, peer: Address) -> Address | None:
    """The address of an interface to speak to a neighbor from."""
    if isinstance(peer, IPv6Address):
        ipv6 = interface.ipv6
        held = () if ipv6 is None else ipv6.addresses
        return held[0].address if held else None
    return interface.addresses[0][0] if interface.addresses else None


def obstacle(turn: Turn, peer: Peer) -> str | None:
    """Why a connection to a neighbor is not even tried, in IOS's words; None: nothing is.

    A neighbor one hop away must be on a connected network, and a default route is no way to open
    a session over.
    """
    address = peer.key.address
    if peer.settings.is_direct:
        found = connected(turn.state, peer.key.vrf, address)
        return None if found is not None else "no route to peer"
    route = turn.state.tracked.get(peer.key)
    if route is None or route.prefix.length == 0:
        return "no route to peer"
    if peer.settings.update_source is not None and source_of(turn, peer) is None:
        return "no source address"
    return None


# -- who may connect ----


def takes(turn: Turn, peer: Peer, local: Address) -> bool:
    """Whether a configured neighbor may connect to this address of ours: with `update-source`
    only to that."""
    if peer.settings.update_source is None or peer.settings.is_dynamic:
        return True
    return local == source_of(turn, peer)


def reconcile_sockets(turn: Turn) -> list[Action]:
    """Listen for every neighbor that may connect, and for the ranges."""
    wanted = _wanted(turn)
    held = turn.state.open_sockets
    actions: list[Action] = [
        Close(socket, vrf) for vrf, socket in held if (vrf, socket) not in wanted
    ]
    actions += [
        Open(socket, vrf, terms)
        for (vrf, socket), terms in wanted.items()
        if held.get((vrf, socket)) != terms
    ]
    turn.state.open_sockets = wanted
    return actions


def _wanted(turn: Turn) -> Sockets:
    state = turn.state
    wanted: Sockets = {}
    if state.settings is None or state.settings.is_shutdown:
        return {}
    for key, peer in state.peers.items():
        settings = peer.settings
        if settings.is_shutdown or settings.is_active_only or not settings.families:
            continue
        if settings.is_dynamic:
            continue
        wanted[key.vrf, TcpListen(PORT, key.address)] = options(settings, asks=True)
    for place, terms in _ranges(state.settings):
        wanted[place] = terms
    return wanted


def _ranges(settings: ProcessSettings) -> list[tuple[tuple[str, TcpListen], TcpOptions]]:
    found: list[tuple[tuple[str, TcpListen], TcpOptions]] = []
    for one in settings.listen_ranges:
        group = settings.groups.get((one.vrf, one.group))
        if group is None:
            continue
        terms = TcpOptions(
            window_bytes=BGP_WINDOW_BYTES, password=group.password, path_mtu=True, asks=True
        )
        found.append(((one.vrf, TcpListen(PORT, one.prefix)), terms))
    return found


# -- the routes to neighbors ----


def track(turn: Turn, key: PeerKey) -> None:
    """Be told how a neighbor is reached."""
    turn.do(TrackNextHop(key.address, key.vrf))


def untrack(turn: Turn, key: PeerKey) -> None:
    """No more, unless the tables want to know."""
    turn.state.tracked.pop(key, None)
    turn.do(UntrackNextHop(key.address, key.vrf))


# -- dynamic neighbors ----


def know_dynamic(turn: Turn) -> None:
    """The tables go by settings that have the dynamic neighbors among the others."""
    state = turn.state
    if state.configured is not None:
        some = [peer.settings for peer in state.peers.values() if peer.settings.is_dynamic]
        state.settings = read.with_dynamic(state.configured, some) if some else state.configured


def take_as(turn: Turn, peer: Peer, asn: int) -> None:
    """A dynamic neighbor is of another AS that its group allows."""
    process = turn.state.configured
    assert process is not None
    group = process.groups[peer.key.vrf, str(peer.settings.group)]
    made = read.dynamic_peer(process, group, peer.key, asn)
    if made is not None:
        peer.settings = made
        know_dynamic(turn)


def forget_dynamic(turn: Turn, peer: Peer) -> None:
    """A dynamic neighbor without any link is gone."""
    if not peer.links:
        turn.state.peers.pop(peer.key, None)
        untrack(turn, peer.key)
        tables.neighbor_gone(turn, peer.key)
        know_dynamic(turn)
