"""Route maps on paths of BGP: prefixes a second through a map of ten lines.

Run with `pytest tests/bench/test_policy.py --benchmark-only -s`.
"""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.features.route_map.config import lists_of
from iosemu.policy.path_map import PathFacts, path_map
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes, Origin
from tests.features.shop import router

from .figures import rate

PREFIXES = 10_000
LINES = (
    "ip as-path access-list 1 permit _64999_",
    "ip as-path access-list 2 permit ^65001_[0-9]+_[0-9]+$",
    "ip community-list 1 permit 65001:666",
    "ip prefix-list OWN permit 10.0.0.0/8 le 32",
    "ip prefix-list LONG permit 0.0.0.0/0 ge 25",
    "route-map IN deny 10",
    "match ip address prefix-list OWN",
    "route-map IN deny 20",
    "match ip address prefix-list LONG",
    "route-map IN deny 30",
    "match as-path 1",
    "route-map IN permit 40",
    "match community 1",
    "set local-preference 50",
    "route-map IN permit 50",
    "match as-path 2",
    "set local-preference 200",
    "set community 65000:1 additive",
    "route-map IN permit 60",
)
FACTS = PathFacts("external", "bgp 65001", IPv4Address.parse("10.0.0.1"))


@pytest.mark.parametrize("each", [1, 5, 700], ids=lambda n: f"{n} prefixes an update")
def test_prefixes_through_a_route_map(benchmark: Any, each: int) -> None:
    typed = router()
    assert typed.type(*LINES) == []
    rng = Random(each)
    updates = []
    for _ in range(PREFIXES // each):
        path = AsPath.of(65001, *(rng.randrange(1, 60_000) for _ in range(rng.randint(1, 4))))
        hop = IPv4Address.parse("10.0.0.1")
        attributes = Attributes(Origin.IGP, path, hop, communities=(rng.getrandbits(32),))
        networks = (rng.randrange(11 << 24, 224 << 24) for _ in range(each))
        updates.append((attributes, [IPv4Prefix.of(n, rng.choice((16, 24))) for n in networks]))

    def all_of() -> int:
        applied = path_map(lists_of(typed.config), "IN")
        assert applied is not None
        permitted = 0
        for attributes, prefixes in updates:
            decide = applied.bound(attributes, FACTS).decide
            permitted += sum(decide(prefix) is not None for prefix in prefixes)
        return permitted

    found = benchmark.pedantic(all_of, rounds=5)
    assert found > PREFIXES // 2
    rate(benchmark, "prefixes/s through a route map", len(updates) * each)
