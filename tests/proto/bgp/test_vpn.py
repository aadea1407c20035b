"""VRFs: route distinguishers, targets, import and export."""

from __future__ import annotations

from dataclasses import replace

from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.prefix_list.config import PrefixListsConfig
from iosemu.features.route_map.config import RouteMap, RouteMapEntry, RouteMapsConfig
from iosemu.features.vrf.config import VrfDefinition, VrfFamily, VrfsConfig
from iosemu.policy.prefix_list import PrefixList, PrefixListEntry
from iosemu.policy.route_map import SetExtended
from iosemu.proto.base import TcpWrite
from iosemu.proto.bgp import refusal, tables, vpn
from iosemu.proto.bgp.settings import Distances, TableKey, TableSettings
from iosemu.proto.bgp.table import Local, Net, Path, Table
from iosemu.rib.route import NextHop
from iosemu.wire.bgp import Context, RouteRefresh, parse
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_family import IPV4_UNICAST, VPNV4
from iosemu.wire.bgp_nlri import Reach, RouteDistinguisher, Unreach, VpnPrefix
from iosemu.wire.bgp_update import Update

from .rig import Rig, attributes, ip, prefix
from .test_install import local_path

RED, BLUE = TableKey(IPV4_UNICAST, "RED"), TableKey(IPV4_UNICAST, "BLUE")
CORE = TableKey(VPNV4)
rd, target = RouteDistinguisher.parse, ExtendedCommunity.route_target
NET = "10.7.0.0/16"


def definition(own: str, imports: str, exports: str = "", **family: object) -> VrfDefinition:
    def targets(text: str) -> Entries[str, bool]:
        return Entries(dict.fromkeys(text.split(), True))

    held = VrfFamily(**family)  # type: ignore[arg-type]
    return VrfDefinition(rd=own, imports=targets(imports), exports=targets(exports), ipv4=held)


def vrfs(**given: VrfDefinition) -> Config:
    return with_slot(Config(), VrfsConfig(definitions=Entries(given)))


def pe(config: Config | None = None) -> Rig:
    """A provider edge with a customer in RED and a neighbor in the core."""
    red = definition("1:1", "1:100", "1:100")
    blue = definition("1:2", "1:100 1:200", "1:200")
    rig = Rig(config=config or vrfs(RED=red, BLUE=blue))
    for table in (RED, BLUE, CORE):
        rig.policies_of[table] = {}
    rig.configure()
    rig.route("192.168.1.2/32", vrf="RED", metric=3)
    rig.route("4.4.4.4/32", metric=30)
    rig.up("192.168.1.2", 65001, table=RED)
    rig.up("4.4.4.4", 1, table=CORE)
    return rig


def from_core(rig: Rig, key: str, prefix_text: str, *targets: str, label: int = 99) -> None:
    said = attributes("65009", "4.4.4.4", local_pref=100)._replace(
        extended_communities=tuple(map(target, targets))
    )
    reach = Reach(VPNV4, said, (vpn_key(key, prefix_text),), (label,))
    rig.receive("4.4.4.4", Update(announced=(reach,)))


def vpn_key(text: str, prefix_text: str = NET) -> VpnPrefix:
    return VpnPrefix(rd(text), prefix(prefix_text))


def core(rig: Rig) -> Table:
    return rig.state.routing.tables[CORE]


def net(rig: Rig, key: str, prefix_text: str = NET) -> Net:
    return core(rig).nets[vpn_key(key, prefix_text)]


def ways(rig: Rig, vrf: str, text: str = NET) -> tuple[NextHop, ...]:
    found = rig.side(vrf)[0].get(prefix(text))
    return () if found is None else found.next_hops


def only(paths: tuple[Path, ...]) -> Path:
    (path,) = paths
    return path


def test_what_a_customer_tells_is_exported_and_imported() -> None:
    rig = pe()
    rig.announce("192.168.1.2", NET, attributes("65001", med=5))
    rig.run_until(10)
    own = only(net(rig, "1:1").paths)
    assert own.attributes.extended_communities == (target("1:100"),)
    assert own.imported is None
    assert net(rig, "1:1").best == own
    copy = only(net(rig, "1:2").paths)
    assert copy.imported == vpn_key("1:1")
    assert copy.source == own.source
    assert ways(rig, "RED") == (NextHop(ip("192.168.1.2")),)
    assert ways(rig, "BLUE") == (NextHop(ip("192.168.1.2"), vrf="RED"),)
    route = rig.side("BLUE")[0].get(prefix(NET))
    assert route is not None
    assert (route.distance, route.metric, route.tag) == (20, 5, 65001)
    assert core(rig).counts[own.source.peer] == 1  # type: ignore[index]
    rig.withdraw("192.168.1.2", NET)
    assert core(rig).nets == {}
    assert ways(rig, "RED") == ways(rig, "BLUE") == ()


def test_what_comes_through_the_core_is_imported_by_targets() -> None:
    rig = pe()
    from_core(rig, "1:9", NET, "1:200")
    rig.run_until(10)
    assert vpn_key("1:1") not in core(rig).nets
    copy = only(net(rig, "1:2").paths)
    assert (copy.imported, copy.label) == (vpn_key("1:9"), 99)
    assert ways(rig, "BLUE") == (NextHop(ip("4.4.4.4"), vrf="default"),)
    assert ways(rig, "RED") == ()
    unreach = Unreach(VPNV4, (vpn_key("1:9"),))
    rig.receive("4.4.4.4", Update(withdrawn=(unreach,)))
    assert core(rig).nets == {}
    assert ways(rig, "BLUE") == ()


def test_what_nobody_imports_is_denied_unless_for_clients() -> None:
    rig = pe()
    from_core(rig, "1:9", NET, "1:300")
    assert core(rig).nets == {}
    (receiver,) = [r for k, r in rig.state.routing.receivers.items() if k.table == CORE]
    assert receiver.denied == {refusal.NO_TARGET: 1}
    (policy,) = rig.policies_of[CORE].items()
    # It starts anew as a client.
    client = replace(policy[1].outbound, route_reflector_client=True)
    rig.up("4.4.4.4", 1, table=CORE, outbound=client)
    from_core(rig, "1:9", NET, "1:300")
    assert list(core(rig).nets) == [vpn_key("1:9")]


def test_the_same_prefix_of_two_sites_has_one_winner() -> None:
    rig = pe()
    from_core(rig, "1:8", NET, "1:100")
    from_core(rig, "1:9", NET, "1:100")
    rig.run_until(10)
    assert len(net(rig, "1:1").paths) == 2
    best = net(rig, "1:1").best
    assert best is not None
    assert best.imported in (vpn_key("1:8"), vpn_key("1:9"))
    assert len(ways(rig, "RED")) == 1


def test_only_the_best_path_is_imported() -> None:
    rig = pe()
    rig.route("192.168.1.3/32", vrf="RED")
    rig.up("192.168.1.3", 65002, table=RED)
    rig.announce("192.168.1.2", NET, attributes("65001 7"))
    rig.run_until(10)
    rig.announce("192.168.1.3", NET, attributes("65002"))
    rig.run_until(20)
    assert len(net(rig, "1:1").paths) == 2
    assert str(only(net(rig, "1:2").paths).source.address) == "192.168.1.3"
    rig.down("192.168.1.3")
    assert str(only(net(rig, "1:2").paths).source.address) == "192.168.1.2"


def test_what_was_imported_goes_no_further() -> None:
    red, blue = definition("1:1", "", "1:100"), definition("1:2", "1:100", "1:200")
    green = definition("1:3", "1:200", "")
    rig = pe(vrfs(RED=red, BLUE=blue, GREEN=green))
    rig.announce("192.168.1.2", NET, attributes("65001"))
    rig.run_until(10)
    assert vpn_key("1:2") in core(rig).nets
    assert vpn_key("1:3") not in core(rig).nets


def test_a_local_path_of_a_vrf() -> None:
    rig = pe()
    turn = rig.turn()
    tables.originate(turn, RED, prefix(NET), local_path())
    rig.done(turn)
    assert only(net(rig, "1:1").paths).attributes.extended_communities == (target("1:100"),)
    assert only(net(rig, "1:2").paths).imported == vpn_key("1:1")
    turn = rig.turn()
    tables.withdraw_local(turn, RED, prefix(NET), Local.NETWORK)
    rig.done(turn)
    assert core(rig).nets == {}


def test_an_export_map_replaces_targets_where_it_matches() -> None:
    lists = PrefixListsConfig(
        lists=Entries(
            {"ONE": PrefixList(entries=Entries({5: PrefixListEntry("permit", prefix(NET))}))}
        )
    )
    entry = RouteMapEntry(match_prefix_lists=("ONE",), set_extcommunity_rt=SetExtended(("1:200",)))
    maps = RouteMapsConfig(maps=Entries({"OUT": RouteMap(Entries({10: entry}))}))
    red = definition("1:1", "1:100", "1:100", export_map="OUT")
    config = with_slot(with_slot(vrfs(RED=red, BLUE=definition("1:2", "1:200")), lists), maps)
    rig = pe(config)
    rig.announce("192.168.1.2", f"{NET} 10.8.0.0/16", attributes("65001"))
    rig.run_until(10)
    assert only(net(rig, "1:1").paths).attributes.extended_communities == (target("1:200"),)
    other = only(net(rig, "1:1", "10.8.0.0/16").paths)
    assert other.attributes.extended_communities == (target("1:100"),)
    assert ways(rig, "BLUE") != ()
    assert ways(rig, "BLUE", "10.8.0.0/16") == ()


def test_other_targets_are_looked_at_at_once() -> None:
    rig = pe()
    rig.announce("192.168.1.2", NET, attributes("65001"))
    rig.run_until(10)
    assert ways(rig, "BLUE") != ()
    rig.state.config = vrfs(
        RED=definition("1:1", "1:100", "1:400"), BLUE=definition("1:2", "1:500")
    )
    rig.configure()
    assert ways(rig, "BLUE") == ()
    assert only(net(rig, "1:1").paths).attributes.extended_communities == (target("1:400"),)
    # More may come from the core than was taken before.
    asked = [parse(a.data, Context()) for a in rig.written if isinstance(a, TcpWrite)]
    assert RouteRefresh(VPNV4) in asked
    rig.state.config = vrfs(
        RED=definition("1:1", "1:100", "1:400"), BLUE=definition("1:2", "1:400")
    )
    rig.configure()
    assert ways(rig, "BLUE") != ()


def test_without_its_rd_a_vrf_has_nothing() -> None:
    rig = pe()
    rig.announce("192.168.1.2", NET, attributes("65001"))
    rig.run_until(10)
    rig.state.config = vrfs(BLUE=definition("1:2", "1:100"))
    rig.configure()
    assert core(rig).nets == {}
    assert ways(rig, "RED") == ways(rig, "BLUE") == ()
    rig.announce("192.168.1.2", NET, attributes("65001"))
    assert core(rig).nets == {}


def test_labels_are_given_once() -> None:
    rig = pe()
    turn = rig.turn()
    assert vpn.label_of(turn, vpn_key("1:1")) == 16
    assert vpn.label_of(turn, vpn_key("1:2")) == 17
    assert vpn.label_of(turn, vpn_key("1:1")) == 16


def test_settings_of_a_vrf_hold_for_its_routes() -> None:
    rig = pe()
    rig.route("192.168.1.3/32", vrf="RED", metric=3)
    rig.up("192.168.1.3", 65001, table=RED)
    for address in ("192.168.1.2", "192.168.1.3"):
        rig.announce(address, NET, attributes("65001"))
    rig.run_until(10)
    assert len(ways(rig, "RED")) == 1
    rig.table_settings = TableSettings(maximum_paths_external=2, distances=Distances(30, 40, 50))
    rig.configure()
    assert len(ways(rig, "RED")) == 2
    route = rig.side("RED")[0].get(prefix(NET))
    assert route is not None
    assert route.distance == 30
