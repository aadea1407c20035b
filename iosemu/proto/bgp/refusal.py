"""Why nothing of an update is taken, whatever its prefixes: loops, limits, route targets."""

from __future__ import annotations

from iosemu.wire.bgp_attributes import Attributes

from . import vpn
from .intake import Intake
from .settings import PeerKind
from .turn import Turn

OWN_AS = "AS-PATH contains our own AS"
NOT_FIRST = "AS-PATH does not start with the neighbor's AS"
TOO_LONG = "AS-PATH is longer than the limit"
TOO_MANY_COMMUNITIES = "more communities than the limit"
OWN_ORIGINATOR = "ORIGINATOR is us"
OWN_CLUSTER = "reflected from the same cluster"
OWN_NEXT_HOP = "NEXTHOP is our own address"
NO_TARGET = "extended community not supported"


def refusal(turn: Turn, intake: Intake, attributes: Attributes) -> str | None:
    """Why nothing of an update is taken; None: it is."""
    settings, source = turn.settings, intake.receiver.source
    path = attributes.as_path
    own = settings.asn if settings.confederation is None else settings.confederation
    allowed = intake.policy.own_as_allowed
    for _, asns in path:
        if (own in asns and path.occurrences(own) > allowed) or (
            own != settings.asn
            and settings.asn in asns
            and path.occurrences(settings.asn) > allowed
        ):
            return OWN_AS
    if settings.maxas_limit is not None and path.hops > settings.maxas_limit:
        return TOO_LONG
    is_external = source.kind is PeerKind.EXTERNAL
    if is_external and settings.enforce_first_as and path.first != source.asn:
        return NOT_FIRST
    if source.kind is PeerKind.INTERNAL:
        if attributes.originator_id == turn.state.router_id:
            return OWN_ORIGINATOR
        cluster = settings.cluster_id or turn.state.router_id
        if cluster in attributes.cluster_list:
            return OWN_CLUSTER
    if intake.home == vpn.TABLE and intake.vrf is None and not vpn.keeps_all(turn):
        targets = attributes.extended_communities
        if not vpn.is_wanted(turn, targets):
            return NO_TARGET
    limit = settings.maxcommunity_limit
    if limit is not None and len(attributes.communities) > limit:
        return TOO_MANY_COMMUNITIES
    if is_own_address(turn, intake.peer.peer.vrf, attributes.next_hop):
        return OWN_NEXT_HOP
    return None


def is_own_address(turn: Turn, vrf: str, address: int) -> bool:
    """Whether a next hop is this router itself."""
    addresses = turn.state.routing.addresses
    found = addresses.get(vrf)
    if found is None:
        found = addresses[vrf] = {
            own: None
            for interface in turn.state.interfaces.values()
            if interface.vrf == vrf and interface.is_up
            for own, _ in interface.addresses
        }
    return address in found
