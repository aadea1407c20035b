"""Paths to IPv6 prefixes, told over sessions of IPv4."""

from __future__ import annotations

from iosemu.address import IPv6Address, IPv6Prefix, IpVersion
from iosemu.proto.bgp.settings import TableKey
from iosemu.proto.bgp.table import RibState, Table
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.wire.bgp_family import IPV6_UNICAST
from iosemu.wire.bgp_nlri import Reach, Unreach
from iosemu.wire.bgp_update import Update

from .rig import Rig, attributes

TABLE = TableKey(IPV6_UNICAST)
ip6, prefix6 = IPv6Address.parse, IPv6Prefix.parse
NET = prefix6("2001:DB8:44::/48")
HOP, LINK_LOCAL = ip6("2001:DB8:12::2"), ip6("FE80::2")


def connected(rig: Rig, text: str, *, owner: str = "connected", distance: int = 0) -> None:
    key = RouteKey("default", prefix6(text), owner)
    route = Route(key, (NextHop(None, "Ethernet0/0"),), distance, "C", owner.split()[0])
    rig.tell([rig.side_of(key).offer(route, rig.now)])


def told(link_local: IPv6Address | None = None) -> Rig:
    rig = Rig()
    connected(rig, "2001:DB8:12::/64")
    rig.up("4.4.4.4", 4, table=TABLE)
    said = attributes("4", link_local=link_local)._replace(next_hop=HOP)
    rig.receive("4.4.4.4", Update(announced=(Reach(IPV6_UNICAST, said, (NET,)),)))
    rig.run_until(10)
    return rig


def table(rig: Rig) -> Table:
    return rig.state.routing.tables[TABLE]


def route(rig: Rig) -> Route | None:
    return rig.side("default", IpVersion.V6)[0].get(NET)


def test_a_path_is_installed_over_its_global_next_hop() -> None:
    held = route(told())
    assert held is not None
    assert (held.key.owner, held.distance, held.tag) == ("bgp 1", 20, 4)
    assert held.next_hops == (NextHop(HOP),)


def test_on_a_shared_link_the_link_local_address_is_the_way() -> None:
    held = route(told(LINK_LOCAL))
    assert held is not None
    assert held.next_hops == (NextHop(LINK_LOCAL, "Ethernet0/0"),)


def test_a_lost_link_takes_the_path_out_after_the_delay() -> None:
    rig = told()
    key = RouteKey("default", prefix6("2001:DB8:12::/64"), "connected")
    rig.tell([rig.side_of(key).withdraw(key, rig.now)])
    rig.run_until(14.9)
    assert route(rig) is not None
    rig.run_until(15)
    assert route(rig) is None
    assert table(rig).nets[NET].best is None


def test_a_withdrawn_prefix_leaves() -> None:
    rig = told()
    rig.receive("4.4.4.4", Update(withdrawn=(Unreach(IPV6_UNICAST, (NET,)),)))
    assert route(rig) is None
    assert table(rig).nets == {}


def test_a_better_source_makes_a_rib_failure() -> None:
    rig = told()
    connected(rig, str(NET), owner="static", distance=1)
    assert table(rig).nets[NET].rib is RibState.FAILURE
