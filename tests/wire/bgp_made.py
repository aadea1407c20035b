"""BGP messages at random, from a seed: for other programs to read, and to be damaged."""

from __future__ import annotations

from random import Random
from typing import Any

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.wire.bgp import KEEPALIVE, Context, Notification, Open, RouteRefresh, announce, withdraw
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Aggregator, Attributes, Origin, UnknownAttribute
from iosemu.wire.bgp_capability import (
    AddPath,
    AddPathMode,
    EnhancedRefresh,
    ExtendedMessage,
    FourOctetAs,
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RestartFlag,
    RestartingFamily,
    UnknownCapability,
)
from iosemu.wire.bgp_capability import (
    RouteRefresh as RefreshCapability,
)
from iosemu.wire.bgp_community import ExtendedCommunity, LargeCommunity
from iosemu.wire.bgp_family import IPV6_UNICAST, KNOWN, VPNV4, Family
from iosemu.wire.bgp_nlri import Nlri, Reach, RouteDistinguisher, Unreach, VpnPrefix

RDS = ("65000:1", "65000:4000000000", "1.1.1.1:1", "70000:9")


def u32(rng: Random) -> int:
    return rng.getrandbits(32)


def host(rng: Random) -> IPv4Address:
    return IPv4Address(rng.randrange(1 << 24, 224 << 24) & 0x7EFFFFFF | 1 << 24)


def path(rng: Random) -> AsPath:
    segments = [Segment(SegmentKind.SEQUENCE, asns(rng))]
    if rng.random() < 0.2:
        segments.append(Segment(SegmentKind.SET, asns(rng)))
    return AsPath(segments)


def asns(rng: Random) -> tuple[int, ...]:
    return tuple(rng.randrange(1, rng.choice((1 << 16, 1 << 32))) for _ in range(rng.randint(1, 6)))


def attributes(rng: Random, family: Family) -> Attributes:
    """Of an internal neighbor; every optional attribute is there half of the time."""

    def some(value: Any, none: Any) -> Any:
        return value if rng.random() < 0.5 else none

    six = family == IPV6_UNICAST
    return Attributes(
        rng.choice(list(Origin)),
        path(rng),
        IPv6Address(0x20010DB8 << 96 | u32(rng)) if six else host(rng),
        some(IPv6Address(0xFE80 << 112 | u32(rng)), None) if six else None,
        some(u32(rng), None),
        some(u32(rng), None),
        some(True, False),
        some(Aggregator(rng.randrange(1, 1 << 32), host(rng)), None),
        some(tuple(u32(rng) for _ in range(rng.randint(1, 4))), ()),
        some(host(rng), None),
        some(tuple(host(rng) for _ in range(rng.randint(1, 3))), ()),
        some(tuple(extended(rng) for _ in range(rng.randint(1, 3))), ()),
        some((LargeCommunity(u32(rng), u32(rng), u32(rng)),), ()),
        some((UnknownAttribute(0xE0, 250, rng.randbytes(rng.choice((0, 3, 300)))),), ()),
    )


def extended(rng: Random) -> ExtendedCommunity:
    make = rng.choice((ExtendedCommunity.route_target, ExtendedCommunity.site_of_origin))
    return make(rng.choice(RDS))


def prefix(rng: Random, family: Family) -> Nlri:
    """Never a default route: behind another prefix tshark takes it for a path identifier."""
    if family == IPV6_UNICAST:
        return IPv6Prefix.of(0x20010DB8 << 96 | rng.getrandbits(96), rng.randint(1, 128))
    four = IPv4Prefix.of(host(rng), rng.randint(1, 32))
    return VpnPrefix(RouteDistinguisher.parse(rng.choice(RDS)), four) if family == VPNV4 else four


def prefixes(rng: Random, family: Family) -> tuple[Nlri, ...]:
    return tuple(prefix(rng, family) for _ in range(rng.randint(1, 12)))


def reach(rng: Random, context: Context) -> Reach:
    family = rng.choice(KNOWN)
    keys = prefixes(rng, family)
    labels = tuple(rng.getrandbits(20) for _ in keys) if family == VPNV4 else ()
    ids = path_ids(rng, family, keys, context)
    return Reach(family, attributes(rng, family), keys, labels, ids)


def unreach(rng: Random, context: Context) -> Unreach:
    family = rng.choice(KNOWN)
    keys = prefixes(rng, family)
    return Unreach(family, keys, path_ids(rng, family, keys, context))


def path_ids(
    rng: Random, family: Family, keys: tuple[Nlri, ...], context: Context
) -> tuple[int, ...]:
    return tuple(u32(rng) for _ in keys) if family in context.add_path else ()


def opening(rng: Random) -> Open:
    families = tuple(rng.sample(KNOWN, rng.randint(0, 3)))
    asn = rng.randrange(1, rng.choice((1 << 16, 1 << 32)))
    possible = (
        *map(Multiprotocol, families),
        RefreshCapability(),
        RefreshCapability(cisco=True),
        EnhancedRefresh(),
        ExtendedMessage(),
        FourOctetAs(asn),
        Multisession(cisco=rng.random() < 0.5),
        GracefulRestart(
            RestartFlag(rng.choice((0, 8, 12))),
            rng.randrange(4096),
            tuple(RestartingFamily(family, rng.random() < 0.5) for family in families),
        ),
        AddPath(tuple((family, AddPathMode(rng.randint(1, 3))) for family in families)),
        UnknownCapability(200, rng.randbytes(rng.randint(0, 5))),
    )
    kept = tuple(one for one in possible if rng.random() < 0.7)
    return Open.of(asn, rng.choice((0, 3, 180)), host(rng), kept)


def messages(rng: Random, count: int, context: Context) -> list[bytes]:
    """So many messages, mostly updates."""
    found: list[bytes] = []
    while len(found) < count:
        match rng.randrange(8):
            case 0:
                found.append(opening(rng).emit())
            case 1:
                found.append(Notification(rng.randint(1, 7), rng.randint(0, 10), b"\1").emit())
            case 2:
                refresh = RouteRefresh(rng.choice(KNOWN), rng.randint(0, 2))
                found.append(refresh.emit())
            case 3:
                found += withdraw(unreach(rng, context), context)
            case 4 if rng.random() < 0.2:
                found.append(KEEPALIVE)
            case _:
                found += announce(reach(rng, context), context)
    return found[:count]
