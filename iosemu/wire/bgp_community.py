"""Communities of BGP as values: standard (RFC 1997), extended (RFC 4360), large (RFC 8092).

A standard community is a plain number of 32 bits, an extended one a number of 64.
"""

from __future__ import annotations

import re
from struct import pack, unpack
from typing import NamedTuple

from iosemu.address import IPv4Address, MacAddress

INTERNET = 0
GRACEFUL_SHUTDOWN = 0xFFFF0000
NO_EXPORT = 0xFFFFFF01
NO_ADVERTISE = 0xFFFFFF02
LOCAL_AS = 0xFFFFFF03

_WELL_KNOWN = {
    INTERNET: "internet",
    GRACEFUL_SHUTDOWN: "gshut",
    NO_EXPORT: "no-export",
    NO_ADVERTISE: "no-advertise",
    LOCAL_AS: "local-AS",
}
_ADMINISTERED = re.compile(r"([0-9.]+):([0-9]+)", re.ASCII)
_ASDOT = re.compile(r"([0-9]+)\.([0-9]+)", re.ASCII)
_TWO_OCTET_AS, _ADDRESS, _FOUR_OCTET_AS = 0, 1, 2
_ROUTE_TARGET, _SITE_OF_ORIGIN = 2, 3


def community_text(value: int, *, new_format: bool) -> str:
    """A standard community as IOS prints it: `no-export`, 65000:1 or, in the old format, 42."""
    known = _WELL_KNOWN.get(value)
    if known is not None:
        return known
    return f"{value >> 16}:{value & 0xFFFF}" if new_format else str(value)


def asn_text(asn: int, *, dotted: bool = False) -> str:
    """An autonomous system in asplain, or in asdot: 65536 is 1.0 (RFC 5396)."""
    return f"{asn >> 16}.{asn & 0xFFFF}" if dotted and asn > 0xFFFF else str(asn)


def parse_asn(text: str) -> int:
    """An autonomous system number in asplain or asdot; ValueError if it is none."""
    dotted = _ASDOT.fullmatch(text)
    if dotted is not None:
        high, low = map(int, dotted.groups())
        if high > 0xFFFF or low > 0xFFFF:
            raise ValueError(f"not an autonomous system: {text!r}")
        return high << 16 | low
    if not text.isascii() or not text.isdecimal() or int(text) > 0xFFFFFFFF:
        raise ValueError(f"not an autonomous system: {text!r}")
    return int(text)


def parse_administered(text: str) -> tuple[int, int]:
    """What route distinguishers and route targets share: ASN:nn or address:nn -> (type, 48 bits).

    Type 0: AS of two octets and 32 bits, 1: address and 16 bits, 2: AS of four octets and 16 bits
    (RFC 4364 4.2, RFC 4360 3.1, RFC 5668).  ValueError if it is none of them.
    """
    found = _ADMINISTERED.fullmatch(text)
    if found is None:
        raise ValueError(f"not ASN:nn or IP-address:nn: {text!r}")
    administrator, number = found[1], int(found[2])
    if administrator.count(".") == 3:
        kind, high, width = _ADDRESS, int(IPv4Address.parse(administrator)), 16
    else:
        high = parse_asn(administrator)
        kind, width = (_TWO_OCTET_AS, 32) if high <= 0xFFFF else (_FOUR_OCTET_AS, 16)
    if number >> width:
        raise ValueError(f"number too great: {text!r}")
    return kind, high << width | number


def administered_text(kind: int, value: int) -> str:
    """The inverse of `parse_administered`, for kinds 0 to 2."""
    if kind == _TWO_OCTET_AS:
        return f"{value >> 32}:{value & 0xFFFFFFFF}"
    administrator = IPv4Address(value >> 16) if kind == _ADDRESS else value >> 16
    return f"{administrator}:{value & 0xFFFF}"


class ExtendedCommunity(int):
    """Eight bytes as one number: type, mostly with a subtype, and value; printed as IOS does."""

    __slots__ = ()

    @classmethod
    def route_target(cls, text: str) -> ExtendedCommunity:
        """The route target 65000:1 or 1.1.1.1:1; ValueError if it is none."""
        return cls._administered(_ROUTE_TARGET, text)

    @classmethod
    def site_of_origin(cls, text: str) -> ExtendedCommunity:
        """The site of origin 65000:1 or 1.1.1.1:1; ValueError if it is none."""
        return cls._administered(_SITE_OF_ORIGIN, text)

    @classmethod
    def _administered(cls, subtype: int, text: str) -> ExtendedCommunity:
        kind, value = parse_administered(text)
        return cls(kind << 56 | subtype << 48 | value)

    @classmethod
    def link_bandwidth(cls, asn: int, bytes_per_s: float) -> ExtendedCommunity:
        """What `bgp dmzlink-bw` attaches: not transitive, a float of 32 bits."""
        (bits,) = unpack(">I", pack(">f", bytes_per_s))
        return cls(0x4004 << 48 | min(asn, 0xFFFF) << 32 | bits)

    @property
    def kind(self) -> int:
        """Type and subtype, 16 bits."""
        return self >> 48

    @property
    def is_transitive(self) -> bool:
        """Whether it may leave the autonomous system."""
        return not self >> 62 & 1

    @property
    def is_route_target(self) -> bool:
        return self >> 48 in (0x0002, 0x0102, 0x0202)

    @property
    def is_site_of_origin(self) -> bool:
        return self >> 48 in (0x0003, 0x0103, 0x0203)

    @property
    def value(self) -> str:
        """ASN:nn or address:nn of a route target or a site of origin."""
        return administered_text(self >> 56 & 3, self & 0xFFFFFFFFFFFF)

    def __str__(self) -> str:
        if self.is_route_target:
            return f"RT:{self.value}"
        if self.is_site_of_origin:
            return f"SoO:{self.value}"
        name = _NAMED.get(self >> 48)
        return f"{name}:{_named_value(self)}" if name is not None else self._numbers

    @property
    def _numbers(self) -> str:
        """How one of an unknown type is printed."""
        return f"0x{self >> 48:X}:{self >> 32 & 0xFFFF}:{self & 0xFFFFFFFF}"

    def __repr__(self) -> str:
        return f"ExtendedCommunity({int(self):#018x})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


_COST, _ENCAPSULATION, _ROUTER_MAC = 0x4301, 0x030C, 0x0603
_OSPF_DOMAINS, _OSPF_ROUTE_TYPES = (0x0005, 0x0105, 0x0205), (0x0306, 0x8000)
_NAMED = {
    **dict.fromkeys(_OSPF_DOMAINS, "OSPF DOMAIN ID"),
    **dict.fromkeys(_OSPF_ROUTE_TYPES, "OSPF RT"),
    **dict.fromkeys((0x0107, 0x8001), "OSPF ROUTER ID"),
    _COST: "Cost",
    _ENCAPSULATION: "ENCAP",
    _ROUTER_MAC: "Router MAC",
}
_INSERTION_POINTS = {128: "pre-bestpath", 129: "igp"}
"""Where a cost enters the decision (draft-ietf-idr-custom-decision 3)."""


def _named_value(community: int) -> str:
    """The value of one of a type that IOS has a name for."""
    kind, value = community >> 48, community & 0xFFFFFFFFFFFF
    if kind in _OSPF_DOMAINS:
        return f"0x{kind:04X}:0x{value:012X}"
    if kind in _OSPF_ROUTE_TYPES:
        return f"{IPv4Address(value >> 16)}:{value >> 8 & 0xFF}:{value & 0xFF}"
    if kind == _COST:
        point = value >> 40
        return f"{_INSERTION_POINTS.get(point, point)}:{value >> 32 & 0xFF}:{value & 0xFFFFFFFF}"
    if kind == _ENCAPSULATION:
        return str(value & 0xFFFF)
    if kind == _ROUTER_MAC:
        return str(MacAddress(value)).upper()
    return f"{IPv4Address(value >> 16)}:{value & 0xFFFF}"


class LargeCommunity(NamedTuple):
    """Three numbers of 32 bits, RFC 8092."""

    administrator: int
    first: int
    second: int

    @classmethod
    def parse(cls, text: str) -> LargeCommunity:
        """Read 65000:1:2; ValueError otherwise."""
        parts = text.split(":")
        if len(parts) != 3:
            raise ValueError(f"not a large community: {text!r}")
        return cls(*map(parse_asn, parts))

    def __str__(self) -> str:
        return f"{self.administrator}:{self.first}:{self.second}"
