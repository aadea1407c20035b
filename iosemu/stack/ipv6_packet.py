"""An IPv6 packet inside one router, and how it may end."""

from __future__ import annotations

from iosemu.address import IPv6Address
from iosemu.values import dataclass
from iosemu.wire.ipv6 import IPv6

from .state import Reason


@dataclass(slots=True)
class Packet6:
    """`datagram` as it is now, `arrived` as it came; `ingress` None: this router made it."""

    vrf: str
    datagram: IPv6
    arrived: IPv6
    ingress: str | None = None
    is_link_group: bool = False
    """Arrived in a frame to a group."""
    egress: str | None = None
    next_hop: IPv6Address | None = None


@dataclass(frozen=True, slots=True)
class IcmpAnswer6:
    """The ICMPv6 error a drop is answered with.  for_groups: even if it was to a group."""

    type: int
    code: int
    rest: int = 0
    for_groups: bool = False


@dataclass(frozen=True, slots=True)
class Drop6:
    """The packet ends here."""

    reason: Reason
    answer: IcmpAnswer6 | None = None
