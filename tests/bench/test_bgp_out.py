"""A full table on its way out: a route reflector tells 10 clients, encoded once.

The table side alone, without TCP.
Run with `pytest tests/bench/test_bgp_out.py --benchmark-only -s`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.proto.base import TcpWrite
from iosemu.proto.bgp.settings import Outbound, PeerKind
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_family import IPV4_UNICAST
from iosemu.wire.bgp_nlri import Reach
from iosemu.wire.bgp_update import Update
from tests.proto.bgp.out_rig import OutRig

from .figures import rate

PREFIXES, PER_SET, CLIENTS = 100_000, 20, 10
"""A full table has about 20 prefixes for each set of attributes."""
CLIENT = Outbound(PeerKind.INTERNAL, route_reflector_client=True)
SOURCE = "10.0.0.2"


def updates() -> list[Update]:
    """A table of /24s, as a neighbor tells it."""
    found = []
    for first in range(0, PREFIXES, PER_SET):
        path = AsPath.of(2, 3000 + first // PER_SET % 40_000, 7)
        attributes = Attributes(Origin.IGP, path, IPv4Address.parse(SOURCE), local_pref=100)
        prefixes = tuple(
            IPv4Prefix(IPv4Address((16 << 24) + (n << 8)), 24)
            for n in range(first, first + PER_SET)
        )
        found.append(Update(announced=(Reach(IPV4_UNICAST, attributes, prefixes),)))
    return found


def filled(outbound: Outbound = CLIENT) -> OutRig:
    """A reflector that holds the table, and clients that were told nothing of it yet."""
    rig = OutRig()
    rig.route("10.0.0.0/8")
    rig.up(SOURCE, 1)
    for update in updates():
        rig.receive(SOURCE, update)
    rig.run_for(10)
    for n in range(CLIENTS):
        rig.up(f"10.0.1.{n + 1}", 1, outbound=outbound, local="10.0.0.1")
    return rig


def told(rig: OutRig) -> int:
    """The bytes that went out, to all."""
    return sum(len(write.data) for write in rig.written if isinstance(write, TcpWrite))


def test_a_full_table_to_ten_clients(benchmark: Any) -> None:
    rig = filled()
    benchmark.pedantic(lambda: rig.run_for(1), rounds=1, iterations=1)
    (group,) = [g for g in rig.state.advertising.groups.values() if len(g.members) == CLIENTS]
    assert len(group.sent) == PREFIXES
    # The table once, and its end for each, and for who told of it.
    distinct = {id(write.data) for write in rig.written if isinstance(write, TcpWrite)}
    assert len(distinct) == 1 + CLIENTS + 1
    assert group.replicated == CLIENTS * group.updates
    rate(benchmark, "prefixes/s to ten clients", PREFIXES)


def test_a_full_table_to_a_neighbor_of_ebgp(benchmark: Any) -> None:
    outbound = replace(CLIENT, kind=PeerKind.EXTERNAL, prepends=(1,), route_reflector_client=False)
    rig = filled(outbound)
    benchmark.pedantic(lambda: rig.run_for(1), rounds=1, iterations=1)
    assert told(rig) > CLIENTS * PREFIXES * 4
    rate(benchmark, "prefixes/s to another AS", PREFIXES)


def test_a_table_that_goes_away(benchmark: Any) -> None:
    rig = filled()
    rig.run_for(1)

    def fall() -> None:
        rig.down(SOURCE)
        rig.run_for(1)

    benchmark.pedantic(fall, rounds=1, iterations=1)
    assert not any(group.sent for group in rig.state.advertising.groups.values())
    rate(benchmark, "prefixes withdrawn/s", PREFIXES)
