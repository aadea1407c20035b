"""Prefixes of BGP: IPv4, IPv6 and those of VPNs with their route distinguisher and label.

The functions read and write the bare list, a field of UPDATE or of MP_REACH_NLRI; what is wrong
with it is a WireError, whose offset is that in the list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix

from .base import WireError
from .bgp_attributes import Attributes
from .bgp_community import administered_text, parse_administered
from .bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4, Family

WITHDRAWN_LABEL = 0x800000
"""What stands for the label of a VPN prefix that is withdrawn (RFC 8277 2.4)."""
_LABEL_BYTES, _RD_BYTES, _PATH_ID_BYTES = 3, 8, 4

_IPV4_MASKS = tuple(0xFFFFFFFF << (32 - length) & 0xFFFFFFFF for length in range(33))
_IPV6_ONES = (1 << 128) - 1
_IPV6_MASKS = tuple(_IPV6_ONES << (128 - length) & _IPV6_ONES for length in range(129))


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


class Listed(NamedTuple):
    """A list of prefixes as read; labels and path_ids as in `Reach`."""

    prefixes: tuple[Nlri, ...]
    labels: tuple[int, ...] = ()
    path_ids: tuple[int, ...] = ()


def parse_nlri(family: Family, data: bytes, *, path_ids: bool = False) -> Listed:
    """Read a list of prefixes of a known family."""
    if not data:
        return Listed(())
    if not path_ids:
        return _READERS[family](data)
    ids, bare = _without_path_ids(data)
    return _READERS[family](bare)._replace(path_ids=ids)


def _read_ipv4(data: bytes) -> Listed:
    found: list[IPv4Prefix] = []
    append, new, number, masks = found.append, tuple.__new__, int.from_bytes, _IPV4_MASKS
    at, end = 0, len(data)
    while at < end:
        length = data[at]
        if length > 32:
            raise WireError(at, f"IPv4 prefix of length {length}")
        size = length + 7 >> 3
        at += 1
        stop = at + size
        if stop > end:
            raise WireError(at - 1, "prefix cut off")
        network = number(data[at:stop], "big") << 32 - (size << 3) & masks[length]
        # Without the call of IPv4Prefix this takes half the time.
        append(new(IPv4Prefix, (IPv4Address(network), length)))
        at = stop
    return Listed(tuple(found))


def _read_ipv6(data: bytes) -> Listed:
    found: list[IPv6Prefix] = []
    append, new, number, masks = found.append, tuple.__new__, int.from_bytes, _IPV6_MASKS
    at, end = 0, len(data)
    while at < end:
        length = data[at]
        if length > 128:
            raise WireError(at, f"IPv6 prefix of length {length}")
        size = length + 7 >> 3
        at += 1
        stop = at + size
        if stop > end:
            raise WireError(at - 1, "prefix cut off")
        network = number(data[at:stop], "big") << 128 - (size << 3) & masks[length]
        append(new(IPv6Prefix, (IPv6Address(network), length)))
        at = stop
    return Listed(tuple(found))


def _read_vpnv4(data: bytes) -> Listed:
    """RFC 4364 4.3.4 and RFC 8277: only the outermost label is kept."""
    found: list[VpnPrefix] = []
    labels: list[int] = []
    at, end = 0, len(data)
    while at < end:
        bits, start = data[at], at
        at += 1
        stop = at + (bits + 7 >> 3)
        if stop > end:
            raise WireError(start, "prefix cut off")
        label, at = _label_stack(data, at, stop)
        length = bits - (at - start - 1 + _RD_BYTES) * 8
        if not 0 <= length <= 32:
            raise WireError(start, f"VPN prefix of {bits} bits")
        rd = RouteDistinguisher.from_bytes(data[at : at + _RD_BYTES], "big")
        at += _RD_BYTES
        network = int.from_bytes(data[at:stop], "big") << 32 - (stop - at << 3)
        labels.append(label)
        found.append(VpnPrefix(rd, IPv4Prefix.of(network, length)))
        at = stop
    return Listed(tuple(found), tuple(labels))


def _label_stack(data: bytes, at: int, stop: int) -> tuple[int, int]:
    """The outermost label, and where the stack ends: at its bottom, or at a withdrawn label."""
    outermost = None
    while at + _LABEL_BYTES <= stop:
        entry = int.from_bytes(data[at : at + _LABEL_BYTES], "big")
        at += _LABEL_BYTES
        if outermost is None:
            outermost = entry >> 4
        if entry & 1 or entry in (WITHDRAWN_LABEL, 0):
            return outermost, at
    raise WireError(at, "label stack without a bottom")


def _without_path_ids(data: bytes) -> tuple[tuple[int, ...], bytes]:
    """The path identifiers of a list, and the list without them (RFC 7911 3)."""
    ids: list[int] = []
    bare: list[bytes] = []
    at, end = 0, len(data)
    while at < end:
        start = at + _PATH_ID_BYTES
        if start >= end:
            raise WireError(at, "path identifier cut off")
        stop = start + 1 + (data[start] + 7 >> 3)
        ids.append(int.from_bytes(data[at:start], "big"))
        bare.append(data[start:stop])
        at = stop
    return tuple(ids), b"".join(bare)


_READERS: dict[Family, Callable[[bytes], Listed]] = {
    IPV4_UNICAST: _read_ipv4,
    IPV6_UNICAST: _read_ipv6,
    VPNV4: _read_vpnv4,
}


def nlri_entries(
    family: Family,
    prefixes: Iterable[Nlri],
    labels: Iterable[int] = (),
    path_ids: Iterable[int] = (),
) -> list[bytes]:
    """Each prefix as it stands in a list.  A VPN prefix without a label is a withdrawn one."""
    entries = _WRITERS[family](prefixes, labels)
    if not path_ids:
        return entries
    pairs = zip(path_ids, entries, strict=True)
    return [path_id.to_bytes(_PATH_ID_BYTES, "big") + entry for path_id, entry in pairs]


def _write_ipv4(prefixes: Iterable[IPv4Prefix], _: Iterable[int]) -> list[bytes]:
    return [
        (length << 32 | network).to_bytes(5, "big")[: 1 + (length + 7 >> 3)]
        for network, length in prefixes
    ]


def _write_ipv6(prefixes: Iterable[IPv6Prefix], _: Iterable[int]) -> list[bytes]:
    return [
        (length << 128 | network).to_bytes(17, "big")[: 1 + (length + 7 >> 3)]
        for network, length in prefixes
    ]


def _write_vpnv4(prefixes: Iterable[VpnPrefix], labels: Iterable[int]) -> list[bytes]:
    entries = [label << 4 | 1 for label in labels]
    keys = list(prefixes)
    return [
        _vpnv4_entry(key, entry)
        for key, entry in zip(keys, entries or [WITHDRAWN_LABEL] * len(keys), strict=True)
    ]


def _vpnv4_entry(key: VpnPrefix, label_entry: int) -> bytes:
    network, length = key.prefix
    bits = length + 8 * (_LABEL_BYTES + _RD_BYTES)
    value = (label_entry << 64 | key.rd) << 32 | network
    whole = bits << 8 * (_LABEL_BYTES + _RD_BYTES + 4) | value
    return whole.to_bytes(16, "big")[: 1 + (bits + 7 >> 3)]


_WRITERS: dict[Family, Callable[[Any, Iterable[int]], list[bytes]]] = {
    IPV4_UNICAST: _write_ipv4,
    IPV6_UNICAST: _write_ipv6,
    VPNV4: _write_vpnv4,
}
