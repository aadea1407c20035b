"""What differs between the members of an update group: addresses and what was negotiated."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address
from iosemu.wire.bgp_family import IPV6_UNICAST, Family

from .advertising import Form
from .peer import NO_ADDRESS, Session
from .settings import Prefix
from .turn import Turn

_MAPPED = 0xFFFF << 32


def form_of(turn: Turn, session: Session, family: Family) -> Form:
    """How this neighbor is told what its group is told."""
    own = session.local or NO_ADDRESS
    if family == IPV6_UNICAST:
        # Over a session of IPv4 the next hop is its address as one of IPv6 (RFC 4291 2.5.5.2).
        return Form(session.writes, IPv6Address(_MAPPED | own) if _is_ipv4(own) else own)
    return Form(session.writes, own, None, _shared_subnets(turn, session, own))


def _is_ipv4(address: object) -> bool:
    return isinstance(address, IPv4Address)


def _shared_subnets(turn: Turn, session: Session, own: int) -> tuple[Prefix, ...]:
    """Connected networks that hold our address on the session and the neighbor's."""
    found = []
    for interface in turn.state.interfaces.values():
        for address, length in interface.addresses:
            subnet = IPv4Prefix.of(address, length)
            if (
                interface.is_up
                and interface.vrf == session.peer.vrf
                and length < 32
                and address == own
                and _is_ipv4(session.peer.address)
                and subnet.holds(session.peer.address)
            ):
                found.append(subnet)
    return tuple(found)
