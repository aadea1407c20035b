"""Path attributes of BGP as values.  How they stand on the wire is the matter of
`bgp_attribute_read` and `bgp_attribute_write`.

`Attributes` is what is known about every prefix of one announcement.  It is a named tuple so that
equal ones are found as keys; a change is `attributes._replace(med=0)`.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv6Address

from .bgp_as_path import EMPTY_PATH, AsPath
from .bgp_community import ExtendedCommunity, LargeCommunity


class Origin(IntEnum):
    """How the origin learned the prefix; lower is better."""

    IGP = 0
    EGP = 1
    INCOMPLETE = 2

    @property
    def code(self) -> str:
        """The letter at the end of a row: i, e or ?."""
        return "ie?"[self]


class AttributeType(IntEnum):
    """Type codes of path attributes."""

    ORIGIN = 1
    AS_PATH = 2
    NEXT_HOP = 3
    MULTI_EXIT_DISC = 4
    LOCAL_PREF = 5
    ATOMIC_AGGREGATE = 6
    AGGREGATOR = 7
    COMMUNITIES = 8
    ORIGINATOR_ID = 9
    CLUSTER_LIST = 10
    MP_REACH_NLRI = 14
    MP_UNREACH_NLRI = 15
    EXTENDED_COMMUNITIES = 16
    AS4_PATH = 17
    AS4_AGGREGATOR = 18
    LARGE_COMMUNITIES = 32


OPTIONAL, TRANSITIVE, PARTIAL, EXTENDED = 0x80, 0x40, 0x20, 0x10
"""Flags of an attribute; EXTENDED: its length has two bytes."""
OPTIONAL_TRANSITIVE = OPTIONAL | TRANSITIVE

FLAGS_OF: dict[int, int] = {
    AttributeType.ORIGIN: TRANSITIVE,
    AttributeType.AS_PATH: TRANSITIVE,
    AttributeType.NEXT_HOP: TRANSITIVE,
    AttributeType.MULTI_EXIT_DISC: OPTIONAL,
    AttributeType.LOCAL_PREF: TRANSITIVE,
    AttributeType.ATOMIC_AGGREGATE: TRANSITIVE,
    AttributeType.AGGREGATOR: OPTIONAL_TRANSITIVE,
    AttributeType.COMMUNITIES: OPTIONAL_TRANSITIVE,
    AttributeType.ORIGINATOR_ID: OPTIONAL,
    AttributeType.CLUSTER_LIST: OPTIONAL,
    AttributeType.MP_REACH_NLRI: OPTIONAL,
    AttributeType.MP_UNREACH_NLRI: OPTIONAL,
    AttributeType.EXTENDED_COMMUNITIES: OPTIONAL_TRANSITIVE,
    AttributeType.AS4_PATH: OPTIONAL_TRANSITIVE,
    AttributeType.AS4_AGGREGATOR: OPTIONAL_TRANSITIVE,
    AttributeType.LARGE_COMMUNITIES: OPTIONAL_TRANSITIVE,
}


class Aggregator(NamedTuple):
    """Who formed the aggregate."""

    asn: int
    address: IPv4Address


class UnknownAttribute(NamedTuple):
    """An optional transitive attribute passed on as it came; its flags have the partial bit."""

    flags: int
    type: int
    value: bytes


class Attributes(NamedTuple):
    """All attributes of an announcement, in the order of their type codes.

    next_hop: of the family of the prefixes, from NEXT_HOP or MP_REACH_NLRI; for VPNv4 the address
    behind its RD.  link_local: the second next hop of IPv6 on a shared link (RFC 2545).
    """

    origin: Origin = Origin.INCOMPLETE
    as_path: AsPath = EMPTY_PATH
    next_hop: IPv4Address | IPv6Address = IPv4Address(0)
    link_local: IPv6Address | None = None
    med: int | None = None
    local_pref: int | None = None
    atomic_aggregate: bool = False
    aggregator: Aggregator | None = None
    communities: tuple[int, ...] = ()
    originator_id: IPv4Address | None = None
    cluster_list: tuple[IPv4Address, ...] = ()
    extended_communities: tuple[ExtendedCommunity, ...] = ()
    large_communities: tuple[LargeCommunity, ...] = ()
    unknown: tuple[UnknownAttribute, ...] = ()


NO_ATTRIBUTES = Attributes()
