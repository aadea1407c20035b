"""What the routing table and the interfaces say of neighbors: `neighbor fall-over`, and `bgp
fast-external-fallover`."""

from __future__ import annotations

from iosemu.address import Address
from iosemu.features.route_map.config import lists_of
from iosemu.policy.route_map import RouteFacts, evaluate
from iosemu.proto.base import InterfaceChanged, InterfaceState, NextHopChanged
from iosemu.rib.route import Route

from . import fsm, startup, transport
from .messages import Reason
from .peer import Peer, Phase
from .settings import PeerKey
from .turn import Turn


def on_next_hop(turn: Turn, event: NextHopChanged) -> None:
    """A neighbor is reached by another route, or not at all."""
    key = PeerKey(event.vrf, event.address)
    peer = turn.state.peers.get(key)
    if peer is None:
        return
    is_first = key not in turn.state.tracked
    turn.state.tracked[key] = event.route
    has_route = event.route is not None
    if has_route != bool(peer.has_route):
        peer.routes_found += has_route
        peer.routes_lost += not has_route
        peer.routed_at = turn.now
    peer.has_route = has_route
    if falls(turn, peer, event.route):
        drop(turn, peer, Reason.ROUTE_LOST)
    elif is_first:
        fsm.start_soon(turn, peer)
    elif event.route is not None:
        wake(turn, peer)


def falls(turn: Turn, peer: Peer, route: Route | None) -> bool:
    """Whether this way to a neighbor is none (`fall-over`): a default route is one, unless the
    route map does not permit what leads to the neighbor."""
    wanted = peer.settings.fall_over
    if wanted is None:
        return False
    if route is None:
        return True
    if wanted.route_map is None:
        return False
    first = route.next_hops[0] if route.next_hops else None
    facts = RouteFacts(
        route.prefix,
        interface=None if first is None else first.interface,
        next_hop=None if first is None else first.address,
        metric=route.metric,
        tag=route.tag,
        source=route.key.owner,
    )
    verdict = evaluate(lists_of(turn.state.config), wanted.route_map, facts)
    return not verdict.is_permitted


def check(turn: Turn, peer: Peer) -> None:
    """The route map of `fall-over` says something else now, or is another one."""
    if peer.key in turn.state.tracked and falls(turn, peer, turn.state.tracked[peer.key]):
        drop(turn, peer, Reason.ROUTE_LOST)


def drop(turn: Turn, peer: Peer, reason: Reason) -> None:
    """The sessions of a neighbor end without a word to it: nothing would arrive."""
    if peer.phase is not Phase.ESTABLISHED:
        return
    fsm.stop(turn, peer, reason, None, hard=True)
    fsm.ended(turn, peer)


def wake(turn: Turn, peer: Peer) -> None:
    """There is a way to a neighbor: one that waits for that is tried now."""
    if peer.phase is Phase.IDLE and not peer.links and transport.obstacle(turn, peer) is None:
        fsm.start(turn, peer)


def on_interface(turn: Turn, event: InterfaceChanged) -> None:
    """An interface went down: neighbors on its network that are one hop away are lost at once, if
    of another AS.  One came up: those that wait for it are tried."""
    lost, found = event.old, event.new
    for peer in list(turn.state.peers.values()):
        address = peer.key.address
        was_there = lost is not None and _is_on(lost, peer.key.vrf, address)
        is_there = found is not None and _is_on(found, peer.key.vrf, address)
        if was_there and not is_there:
            if peer.is_external and peer.settings.is_direct:
                _flap(turn, peer)
        elif is_there and not was_there and peer.settings.is_direct:
            wake(turn, peer)
    startup.check(turn)


def _flap(turn: Turn, peer: Peer) -> None:
    if turn.settings.fast_external_fallover:
        drop(turn, peer, Reason.INTERFACE_FLAP)


def _is_on(interface: InterfaceState, vrf: str, address: Address) -> bool:
    """Whether an interface is up and an address on its network."""
    return interface.vrf == vrf and interface.is_up and transport.is_on(interface, address)
