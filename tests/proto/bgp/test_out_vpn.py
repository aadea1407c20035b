"""What neighbors of VRFs and of the core are told: RDs, labels, route targets, next hops."""

from __future__ import annotations

from dataclasses import replace

from iosemu.proto.bgp.settings import Aggregate, Network, Outbound, PeerKind, TableSettings
from iosemu.wire.bgp_family import VPNV4
from iosemu.wire.bgp_nlri import Reach, VpnPrefix
from iosemu.wire.bgp_update import Update

from .out_rig import OutRig
from .rig import attributes, ip, prefix
from .test_vpn import BLUE, CORE, NET, RED, definition, rd, target, vrfs

CUSTOMER = Outbound(PeerKind.EXTERNAL, prepends=(1,))
EDGE = Outbound(PeerKind.INTERNAL, send_extended=True)


def pe(networks: str = "") -> OutRig:
    """A provider edge: a customer in RED and in BLUE, which imports of RED, and another edge."""
    red = definition("1:1", "1:100", "1:100")
    blue = definition("1:2", "1:100 1:200", "1:200")
    found = tuple(Network(prefix(one)) for one in networks.split())
    rig = OutRig(TableSettings(networks=found), config=vrfs(RED=red, BLUE=blue))
    for table in (RED, BLUE, CORE):
        rig.policies_of[table] = {}
    rig.configure()
    rig.route("192.168.1.2/32", vrf="RED")
    rig.route("192.168.2.2/32", vrf="BLUE")
    rig.route("4.4.4.4/32", metric=30)
    rig.up("192.168.1.2", 65001, table=RED, outbound=CUSTOMER, local="192.168.1.1")
    rig.up("192.168.2.2", 65002, table=BLUE, outbound=CUSTOMER, local="192.168.2.1")
    rig.up("4.4.4.4", 1, table=CORE, outbound=EDGE, local="1.1.1.1")
    rig.all_heard()
    return rig


def test_a_customer_route_goes_to_the_core_with_our_label_and_to_who_imports_it() -> None:
    rig = pe()
    rig.announce("192.168.1.2", NET, attributes("65001"))
    rig.run_for(10)
    told = rig.all_heard()
    assert told["4.4.4.4"] == [f"+1:1:{NET} 65001 i next 1.1.1.1 pref 100 RT:1:100"]
    assert told["192.168.2.2"] == [f"+{NET} 1 65001 i next 192.168.2.1"]
    assert "192.168.1.2" not in told
    (group,) = rig.state.advertising.groups_of(CORE)
    (sent,) = group.sent.values()
    assert sent.label == 16
    rig.withdraw("192.168.1.2", NET)
    told = rig.all_heard()
    assert told == {"4.4.4.4": [f"-1:1:{NET}"], "192.168.2.2": [f"-{NET}"]}


def test_a_route_of_the_core_goes_to_the_customers_that_import_it() -> None:
    rig = pe()
    said = attributes("65009", extended_communities=(target("1:200"),), next_hop="4.4.4.4")
    reach = Reach(VPNV4, said, (VpnPrefix(rd("1:9"), prefix(NET)),), (77,))
    rig.receive("4.4.4.4", Update(announced=(reach,)))
    rig.run_for(10)
    assert rig.all_heard() == {"192.168.2.2": [f"+{NET} 1 65009 i next 192.168.2.1"]}


def test_a_network_of_a_vrf_is_announced_under_its_rd() -> None:
    rig = pe("10.8.0.0/16")
    rig.route("10.8.0.0/16", vrf="RED", via="192.168.1.7", metric=5)
    told = rig.all_heard()
    assert told["192.168.1.2"] == ["+10.8.0.0/16 1 i next 192.168.1.1 med 5"]
    assert told["4.4.4.4"] == ["+1:1:10.8.0.0/16 i next 1.1.1.1 med 5 pref 100 RT:1:100"]
    rig.no_route("10.8.0.0/16", vrf="RED")
    assert rig.all_heard()["4.4.4.4"] == ["-1:1:10.8.0.0/16"]


def test_a_reflector_of_vpnv4_keeps_label_and_next_hop() -> None:
    rig = OutRig()
    rig.policies_of[CORE] = {}
    rig.configure()
    client = replace(EDGE, route_reflector_client=True)
    rig.route("4.4.4.4/32")
    rig.up("4.4.4.4", 1, table=CORE, outbound=client, local="1.1.1.1")
    rig.up("5.5.5.5", 1, table=CORE, outbound=client, local="1.1.1.1")
    rig.all_heard()
    said = attributes("", extended_communities=(target("1:200"),), local_pref=100)
    keys = VpnPrefix(rd("1:9"), prefix(NET)), VpnPrefix(rd("1:9"), prefix("10.9.0.0/16"))
    hop = said._replace(next_hop=ip("4.4.4.4"))
    rig.receive("4.4.4.4", Update(announced=(Reach(VPNV4, hop, keys, (77, 78)),)))
    rig.run_for(10)
    rest = "i next 4.4.4.4 pref 100 from 4.4.4.4 cluster 1.1.1.1 RT:1:200"
    assert rig.heard("5.5.5.5") == [f"+1:9:{NET} {rest}", f"+1:9:10.9.0.0/16 {rest}"]
    (group,) = rig.state.advertising.groups_of(CORE)
    assert [told.label for told in group.sent.values()] == [77, 78]
    assert group.updates == 1


def test_a_vrf_has_aggregates_of_its_own() -> None:
    rig = pe()
    rig.table_settings = TableSettings(
        aggregates=(Aggregate(prefix("10.0.0.0/8"), summary_only=True),)
    )
    rig.configure()
    rig.announce("192.168.1.2", NET, attributes("65001"))
    rig.run_for(10)
    told = rig.all_heard()
    whole = "i next 1.1.1.1 pref 100 atomic by 1 1.1.1.1 RT:1:100"
    assert told["4.4.4.4"] == [f"+1:1:10.0.0.0/8 {whole}"]
    assert told["192.168.1.2"] == ["+10.0.0.0/8 1 i next 192.168.1.1 atomic by 1 1.1.1.1"]
    rig.withdraw("192.168.1.2", NET)
    assert rig.all_heard()["4.4.4.4"] == ["-1:1:10.0.0.0/8"]
