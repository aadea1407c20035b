"""What TCP asks of IP, of either version: which way to a peer, how much fits, and to send."""

from __future__ import annotations

from iosemu.address import Address, IPv6Address
from iosemu.values import dataclass
from iosemu.wire.ipv4 import Protocol, datagram
from iosemu.wire.ipv6 import packet

from .. import ipv6_origin, origin
from ..chain import Drop, drop_unsent
from ..context import Context
from ..state import Reason, Stack
from ..tcp_state import DEFAULT_MSS_BYTES, Outgoing

DEFAULT_MSS6_BYTES = 1220
"""What a peer takes that does not say so: a packet of the least MTU (RFC 9293 3.7.1)."""
_TCP_BYTES = 20
_LOCAL_MTU = 1500


@dataclass(frozen=True, slots=True)
class Way:
    """How a peer is reached.  `egress` None: it is this router."""

    source: Address
    egress: str | None
    next_hop: Address | None


def headers_bytes(peer: Address) -> int:
    """IP and TCP header."""
    return (40 if isinstance(peer, IPv6Address) else 20) + _TCP_BYTES


def default_mss(peer: Address) -> int:
    """The size of segments to a peer that says nothing."""
    return DEFAULT_MSS6_BYTES if isinstance(peer, IPv6Address) else DEFAULT_MSS_BYTES


def way_to(
    stack: Stack, vrf: str, peer: Address, own: Address | None, interface: str | None = None
) -> Way | None:
    """The way to a peer, with the source address if none is given."""
    held = stack.vrf(vrf)
    if isinstance(peer, IPv6Address):
        assert own is None or isinstance(own, IPv6Address)
        found = ipv6_origin.origin(stack, held, peer, own, interface)
        if isinstance(found, Reason):
            return None
        return Way(found.source, found.egress, found.next_hop)
    assert not isinstance(own, IPv6Address)
    way = origin.origin(stack, held, peer, own)
    return None if isinstance(way, Drop) else Way(way.source, way.egress, way.next_hop)


def mtu_of(stack: Stack, way: Way) -> int:
    """The largest packet on the first link of a way."""
    if way.egress is None:
        return _LOCAL_MTU
    interface = stack.interfaces[way.egress]
    is_ipv6 = isinstance(way.source, IPv6Address)
    return interface.ipv6_mtu_bytes if is_ipv6 else interface.ip_mtu_bytes


def transmit(stack: Stack, ctx: Context, out: Outgoing) -> int | None:
    """Hand a segment to IP; the MTU, if it is too large for the own link."""
    vrf_name, own, _, peer, _ = out.pair
    vrf = stack.vrf(vrf_name)
    if isinstance(peer, IPv6Address):
        assert isinstance(own, IPv6Address)
        found = ipv6_origin.origin(stack, vrf, peer, own, out.interface)
        if isinstance(found, Reason):
            stack.ipv6.drop(found.name)
            return None
        made = packet(own, peer, Protocol.TCP, out.data, hop_limit=out.ttl, traffic_class=out.tos)
        ipv6_origin.dispatch(stack, ctx, vrf, found, made)
        return None
    assert not isinstance(own, IPv6Address)
    way = origin.origin(stack, vrf, peer, own)
    if isinstance(way, Drop):
        unsent = datagram(own, peer, Protocol.TCP, out.data)
        drop_unsent(stack, ctx, vrf_name, way.reason, unsent)
        return None
    message = datagram(
        own,
        peer,
        Protocol.TCP,
        out.data,
        ttl=out.ttl,
        tos=out.tos,
        identification=stack.next_identification(),
        dont_fragment=out.dont_fragment,
    )
    verdict = origin.dispatch(stack, ctx, vrf, way, message)
    if isinstance(verdict, Drop) and verdict.reason is Reason.DONT_FRAGMENT:
        return None if verdict.answer is None else verdict.answer.rest
    return None
