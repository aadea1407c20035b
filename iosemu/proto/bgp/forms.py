"""What differs between the members of an update group: addresses and what was negotiated."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.proto.base import InterfaceState
from iosemu.wire.bgp_family import IPV6_UNICAST, Family

from .advertising import Form
from .peer import NO_ADDRESS, Session
from .settings import PeerAddress, Prefix
from .turn import Turn

_MAPPED = 0xFFFF << 32


def form_of(turn: Turn, session: Session, family: Family) -> Form:
    """How this neighbor is told what its group is told."""
    own: PeerAddress = session.local or NO_ADDRESS
    shared = [
        (interface, subnet)
        for interface in turn.state.interfaces.values()
        if interface.is_up and interface.vrf == session.peer.vrf
        for subnet in _subnets(interface, own)
        if _holds(subnet, session.peer.address)
    ]
    subnets = tuple(subnet for _, subnet in shared)
    if family != IPV6_UNICAST:
        return Form(session.writes, own, None, subnets)
    if isinstance(own, IPv4Address):
        # Over a session of IPv4 the next hop is its address as one of IPv6 (RFC 4291 2.5.5.2).
        return Form(session.writes, IPv6Address(_MAPPED | own))
    # RFC 2545 3: on a shared link the address there is told, too.
    on_link = next((interface.ipv6 for interface, _ in shared if interface.ipv6), None)
    return Form(session.writes, own, None if on_link is None else on_link.link_local, subnets)


def _subnets(interface: InterfaceState, own: PeerAddress) -> Iterator[Prefix]:
    """The connected networks of an address of this router."""
    for address, length in interface.addresses:
        if address == own and type(own) is IPv4Address and length < 32:
            yield IPv4Prefix.of(address, length)
    if interface.ipv6 is not None:
        for one in interface.ipv6.addresses:
            if one.address == own and type(own) is IPv6Address and one.length < 128:
                yield IPv6Prefix.of(one.address, one.length)


def _holds(subnet: Prefix, address: PeerAddress) -> bool:
    return isinstance(address, type(subnet.network)) and subnet.holds(address)
