"""Addresses as values: integers that print the way IOS prints them.

The standard library's address classes hash through a string; these are `int` (or a named tuple of
them), so a dictionary look-up by address costs what a look-up by number costs.  May be imported by
every package and imports nothing of the project.
"""

from __future__ import annotations

import re
from enum import IntEnum
from socket import AF_INET6, inet_pton
from typing import NamedTuple

_DOTTED = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})", re.ASCII)
_ALL_ONES = 0xFFFFFFFF


class IPv4Address(int):
    """A 32-bit IPv4 address; `IPv4Address.parse("10.0.0.1")`, `str()` gives the dotted form."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> IPv4Address:
        """Read the dotted form; ValueError if it is not four decimal octets."""
        found = _DOTTED.fullmatch(text)
        if found is None:
            raise ValueError(f"not an IPv4 address: {text!r}")
        value = 0
        for octet in found.groups():
            if int(octet) > 255:
                raise ValueError(f"octet over 255 in {text!r}")
            value = value << 8 | int(octet)
        return cls(value)

    def __str__(self) -> str:
        return f"{self >> 24}.{self >> 16 & 255}.{self >> 8 & 255}.{self & 255}"

    def __repr__(self) -> str:
        return f"IPv4Address({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @property
    def packed(self) -> bytes:
        """The four bytes, network order."""
        return self.to_bytes(4, "big")

    @property
    def is_multicast(self) -> bool:
        return self >> 28 == 0xE

    @property
    def is_broadcast(self) -> bool:
        return self == _ALL_ONES


_MASKS = tuple(IPv4Address(_ALL_ONES << (32 - length) & _ALL_ONES) for length in range(33))


def mask_of(length: int) -> IPv4Address:
    """The network mask of a prefix length 0..32."""
    return _MASKS[length]


def length_of(mask: int) -> int | None:
    """The prefix length of a contiguous mask, None for any other."""
    length = mask.bit_count()
    return length if mask == mask_of(length) else None


class IPv4Prefix(NamedTuple):
    """A network and its length; host bits are clear when built by `of` or `parse`."""

    network: IPv4Address
    length: int

    @classmethod
    def of(cls, address: int, length: int) -> IPv4Prefix:
        """The prefix of this length that holds the address."""
        return cls(IPv4Address(address & mask_of(length)), length)

    @classmethod
    def parse(cls, text: str) -> IPv4Prefix:
        """Read "10.0.0.0/8"; ValueError otherwise."""
        address, slash, length = text.partition("/")
        if not slash or not length.isdecimal() or int(length) > 32:
            raise ValueError(f"not an IPv4 prefix: {text!r}")
        return cls.of(IPv4Address.parse(address), int(length))

    @property
    def mask(self) -> IPv4Address:
        return mask_of(self.length)

    @property
    def broadcast(self) -> IPv4Address:
        """The all-ones host of this prefix."""
        return IPv4Address(self.network | ~self.mask & _ALL_ONES)

    @property
    def last(self) -> IPv4Address:
        """The greatest address of this prefix."""
        return self.broadcast

    def holds(self, address: int) -> bool:
        """Whether the address lies inside."""
        return address & mask_of(self.length) == self.network

    def covers(self, other: Prefix) -> bool:
        """Whether every address of `other` lies inside."""
        return (
            type(other) is IPv4Prefix and self.length <= other.length and self.holds(other.network)
        )

    def __str__(self) -> str:
        return f"{self.network}/{self.length}"


_IPV6_BITS = 128
_IPV6_ONES = (1 << _IPV6_BITS) - 1


class IPv6Address(int):
    """A 128-bit IPv6 address; read in any form of RFC 4291, printed as IOS does: 2001:DB8::1."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> IPv6Address:
        """Read a text form; ValueError if it is none."""
        try:
            packed = inet_pton(AF_INET6, text)
        except (OSError, ValueError):
            raise ValueError(f"not an IPv6 address: {text!r}") from None
        return cls.from_bytes(packed, "big")

    def __str__(self) -> str:
        groups = [f"{self >> shift & 0xFFFF:X}" for shift in range(112, -16, -16)]
        first, length = _longest_zeros(groups)
        if length < 2:
            return ":".join(groups)
        return f"{':'.join(groups[:first])}::{':'.join(groups[first + length :])}"

    def __repr__(self) -> str:
        return f"IPv6Address({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @property
    def packed(self) -> bytes:
        """The sixteen bytes, network order."""
        return self.to_bytes(16, "big")

    @property
    def is_multicast(self) -> bool:
        return self >> 120 == 0xFF

    @property
    def is_broadcast(self) -> bool:
        """IPv6 has none."""
        return False

    @property
    def is_link_local(self) -> bool:
        return self >> 118 == 0xFE80 >> 6


def _longest_zeros(groups: list[str]) -> tuple[int, int]:
    """Where the first of the longest runs of "0" begins, and its length."""
    best, run = (0, 0), 0
    for index, group in enumerate(groups):
        run = run + 1 if group == "0" else 0
        if run > best[1]:
            best = (index - run + 1, run)
    return best


_IPV6_MASKS = tuple(
    IPv6Address(_IPV6_ONES << (_IPV6_BITS - length) & _IPV6_ONES)
    for length in range(_IPV6_BITS + 1)
)


class IPv6Prefix(NamedTuple):
    """A network and its length; host bits are clear when built by `of` or `parse`."""

    network: IPv6Address
    length: int

    @classmethod
    def of(cls, address: int, length: int) -> IPv6Prefix:
        """The prefix of this length that holds the address."""
        return cls(IPv6Address(address & _IPV6_MASKS[length]), length)

    @classmethod
    def parse(cls, text: str) -> IPv6Prefix:
        """Read "2001:DB8::/32"; ValueError otherwise."""
        address, slash, length = text.partition("/")
        if not slash or not length.isdecimal() or int(length) > _IPV6_BITS:
            raise ValueError(f"not an IPv6 prefix: {text!r}")
        return cls.of(IPv6Address.parse(address), int(length))

    @property
    def mask(self) -> IPv6Address:
        return _IPV6_MASKS[self.length]

    @property
    def last(self) -> IPv6Address:
        """The greatest address of this prefix."""
        return IPv6Address(self.network | ~self.mask & _IPV6_ONES)

    def holds(self, address: int) -> bool:
        """Whether the address lies inside."""
        return address & _IPV6_MASKS[self.length] == self.network

    def covers(self, other: Prefix) -> bool:
        """Whether every address of `other` lies inside."""
        return (
            type(other) is IPv6Prefix and self.length <= other.length and self.holds(other.network)
        )

    def __str__(self) -> str:
        return f"{self.network}/{self.length}"


class IPv6Interface(NamedTuple):
    """An address of an interface with the length of its prefix, as "2001:DB8::1/64"."""

    address: IPv6Address
    length: int

    @classmethod
    def parse(cls, text: str) -> IPv6Interface:
        """Read the text form; ValueError otherwise."""
        return cls(IPv6Address.parse(text.partition("/")[0]), IPv6Prefix.parse(text).length)

    @property
    def prefix(self) -> IPv6Prefix:
        return IPv6Prefix.of(self.address, self.length)

    def __str__(self) -> str:
        return f"{self.address}/{self.length}"


Address = IPv4Address | IPv6Address
Prefix = IPv4Prefix | IPv6Prefix
"""Of either version.  As numbers ::/0 equals 0.0.0.0/0: keep them apart by `IpVersion`, never in
one dictionary."""


class IpVersion(IntEnum):
    """Which of the two internet protocols something is of."""

    V4 = 4
    V6 = 6

    @property
    def bits(self) -> int:
        """The length of an address."""
        return 32 if self is IpVersion.V4 else _IPV6_BITS

    @property
    def masks(self) -> tuple[int, ...]:
        """The mask of each prefix length."""
        return _MASKS if self is IpVersion.V4 else _IPV6_MASKS

    @property
    def default(self) -> Prefix:
        """The prefix that holds every address."""
        return IPv4Prefix(IPv4Address(0), 0) if self is IpVersion.V4 else ANY_IPV6


ANY_IPV6 = IPv6Prefix(IPv6Address(0), 0)


def version_of(value: Address | Prefix) -> IpVersion:
    """The version of an address or prefix."""
    return IpVersion.V6 if isinstance(value, IPv6Address | IPv6Prefix) else IpVersion.V4


class MacAddress(int):
    """A 48-bit Ethernet address, printed as IOS does: aabb.cc00.0100."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> MacAddress:
        """Read H.H.H or colon-separated octets; ValueError otherwise."""
        digits = (
            text.replace(":", "") if ":" in text else "".join(p.zfill(4) for p in text.split("."))
        )
        if len(digits) != 12:
            raise ValueError(f"not a MAC address: {text!r}")
        return cls(int(digits, 16))

    def __str__(self) -> str:
        digits = f"{int(self):012x}"
        return f"{digits[:4]}.{digits[4:8]}.{digits[8:]}"

    def __repr__(self) -> str:
        return f"MacAddress({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    @property
    def packed(self) -> bytes:
        """The six bytes, network order."""
        return self.to_bytes(6, "big")

    @property
    def is_group(self) -> bool:
        """Broadcast or multicast: the low bit of the first octet."""
        return bool(self >> 40 & 1)


BROADCAST_MAC = MacAddress(0xFFFFFFFFFFFF)
