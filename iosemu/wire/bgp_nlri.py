"""Prefixes of BGP: IPv4, IPv6 and those of VPNs with their route distinguisher and label."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.address import IPv4Prefix, IPv6Prefix

from .bgp_attributes import Attributes
from .bgp_community import administered_text, parse_administered
from .bgp_family import Family

WITHDRAWN_LABEL = 0x800000
"""What stands for the label of a VPN prefix that is withdrawn (RFC 8277 2.4)."""


class RouteDistinguisher(int):
    """Eight bytes that make prefixes of VPNs different, printed 65000:1 or 1.1.1.1:1."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> RouteDistinguisher:
        """Read ASN:nn or IP-address:nn; ValueError otherwise."""
        kind, value = parse_administered(text)
        return cls(kind << 48 | value)

    def __str__(self) -> str:
        kind = self >> 48
        if kind > 2:
            return f"0x{int(self):X}"
        return administered_text(kind, self & 0xFFFFFFFFFFFF)

    def __repr__(self) -> str:
        return f"RouteDistinguisher({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)


class VpnPrefix(NamedTuple):
    """A prefix of a VPN, RFC 4364 4.1."""

    rd: RouteDistinguisher
    prefix: IPv4Prefix

    def __str__(self) -> str:
        return f"{self.rd}:{self.prefix}"


Nlri = IPv4Prefix | IPv6Prefix | VpnPrefix


class Reach(NamedTuple):
    """What an update announces in one family.

    labels: for VPNv4 the 20 bits of the outermost label of each prefix, else empty.
    path_ids: the add-path identifier of each prefix where that is negotiated, else empty.
    """

    family: Family
    attributes: Attributes
    prefixes: tuple[Nlri, ...]
    labels: tuple[int, ...] = ()
    path_ids: tuple[int, ...] = ()


class Unreach(NamedTuple):
    """What an update withdraws in one family; path_ids as in `Reach`."""

    family: Family
    prefixes: tuple[Nlri, ...]
    path_ids: tuple[int, ...] = ()
