"""BGP messages: prefixes read and built in a second.

Run with `pytest tests/bench/test_bgp.py --benchmark-only -s`.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.wire.bgp import Context, announce, parse, split
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attribute_read import forget as forget_read
from iosemu.wire.bgp_attribute_write import attribute_block
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_family import IPV4_UNICAST, VPNV4
from iosemu.wire.bgp_nlri import Nlri, Reach, RouteDistinguisher, VpnPrefix

from .figures import rate

PREFIXES = 10_000
CONTEXT = Context()
RD = RouteDistinguisher.parse("65000:1")
# Prefixes of an update: of a full table, and of a table whose routes are alike.
FEW, MANY = 5, 700


def attributes(rng: Random) -> Attributes:
    """A path of four systems, a MED and two communities."""
    path = AsPath.of(65001, *(rng.randrange(1, 400_000) for _ in range(3)))
    communities = (rng.getrandbits(32), rng.getrandbits(32))
    hop = IPv4Address.parse("10.0.0.1")
    return Attributes(Origin.IGP, path, hop, med=rng.getrandbits(16), communities=communities)


def reaches(each: int, *, vpn: bool = False) -> list[Reach]:
    rng = Random(each)
    found = []
    for _ in range(PREFIXES // each):
        networks = [rng.randrange(1 << 24, 224 << 24) for _ in range(each)]
        prefixes = [
            IPv4Prefix.of(network, rng.choice((16, 20, 22, 24, 24))) for network in networks
        ]
        keys: tuple[Nlri, ...] = tuple(prefixes)
        if vpn:
            keys = tuple(VpnPrefix(RD, prefix) for prefix in prefixes)
        labels = tuple(range(each)) if vpn else ()
        found.append(Reach(VPNV4 if vpn else IPV4_UNICAST, attributes(rng), keys, labels))
    return found


def forget() -> None:
    """Blocks of attributes that were read or built before."""
    forget_read()
    attribute_block.cache_clear()


SHAPES = [(FEW, False), (MANY, False), (FEW, True)]
IDS = ["5 prefixes an update", "700 prefixes an update", "5 VPN prefixes an update"]


@pytest.mark.parametrize(("each", "vpn"), SHAPES, ids=IDS)
def test_reading_updates_with_attributes_never_seen(benchmark: Any, each: int, vpn: bool) -> None:
    made = reaches(each, vpn=vpn)
    stream = b"".join(data for reach in made for data in announce(reach, CONTEXT))
    found = benchmark.pedantic(
        lambda: [parse(data, CONTEXT) for data in split(stream).messages], setup=forget, rounds=5
    )
    assert [update.announced[0] for update in found] == made
    rate(benchmark, "prefixes/s read", len(made) * each)


@pytest.mark.parametrize(("each", "vpn"), SHAPES, ids=IDS)
def test_building_updates(benchmark: Any, each: int, vpn: bool) -> None:
    made = reaches(each, vpn=vpn)
    found = benchmark.pedantic(
        lambda: [announce(reach, CONTEXT) for reach in made], setup=forget, rounds=5
    )
    assert len(found) == len(made)
    rate(benchmark, "prefixes/s built", len(made) * each)
