"""VPNs of whole routers: customers, two provider edges, and a core that knows nothing of them."""

from __future__ import annotations

from pathlib import Path

from iosemu import Lab

from .vpn_lab import edge, served, vpn_lab, vrf

RED = vrf("RED", "1:1", "1:100", "1:100")


def rows(lab: Lab, name: str, command: str) -> list[str]:
    """The lines of routes of a show, without their columns."""
    lines = lab[name].cli(command).splitlines()
    return [" ".join(line.split()) for line in lines if line.startswith((" *", "B "))]


def logged(lab: Lab, name: str, number: int) -> list[str]:
    found = [line.text.partition(": %")[2] for line in lab[name].log_since(number)]
    return [text for text in found if text.startswith("BGP")]


def one_vpn(
    folder: Path,
    left: str = "",
    right: str = "",
    asns: tuple[int, int] = (65001, 65002),
    red: str = RED,
) -> Lab:
    """CE11 - PE1 - P - PE2 - CE12, all of it in one VRF; with policies of the edges for them."""
    lab = vpn_lab(
        folder,
        edge(1, red, served("RED", "Ethernet0/1", 11, asns[0], policy=left)),
        edge(2, red, served("RED", "Ethernet0/1", 12, asns[1], policy=right)),
        "11",
        "12",
        CE11=asns[0],
        CE12=asns[1],
    )
    lab.run_for(60)
    return lab


def test_a_customer_prefix_crosses_the_core_with_a_label(tmp_path: Path) -> None:
    lab = one_vpn(tmp_path)
    assert rows(lab, "PE1", "show ip bgp vpnv4 all") == [
        "*> 10.11.11.11/32 192.168.11.2 0 0 65001 i",
        "*>i 10.12.12.12/32 2.2.2.2 0 100 0 65002 i",
    ]
    assert "mpls labels in/out nolabel/16" in lab["PE1"].cli(
        "show ip bgp vpnv4 vrf RED 10.12.12.12"
    )
    (route,) = rows(lab, "CE11", "show ip route bgp")
    assert route.startswith("B 10.12.12.12 [20/0] via 192.168.11.1")
    route = rows(lab, "PE1", "show ip route vrf RED bgp")[1]
    assert route.startswith("B 10.12.12.12 [200/0] via 2.2.2.2")
    assert rows(lab, "P", "show ip route 10.12.12.12") == []


def test_without_a_label_path_nothing_is_forwarded_where_it_does_not_belong(
    tmp_path: Path,
) -> None:
    lab = one_vpn(tmp_path)
    # The VRF has a way to everything, also to the address of the other edge.
    lab["PE1"].configure("ip route vrf RED 0.0.0.0 0.0.0.0 192.168.11.2\n")
    lab.run_for(5)
    assert lab["PE1"].cli("show ip cef vrf RED 10.12.12.12").split() == ["10.12.12.12/32", "drop"]
    assert "(0/5)" in lab["PE1"].cli("ping vrf RED 10.12.12.12")
    assert "(5/5)" in lab["PE1"].cli("ping vrf RED 10.11.11.11")


def test_a_withdrawn_prefix_and_a_lost_session_leave_the_other_side(tmp_path: Path) -> None:
    lab = one_vpn(tmp_path)
    lab["CE11"].configure("interface Loopback0\n shutdown\n")
    lab.run_for(10)
    assert rows(lab, "CE12", "show ip route bgp") == []
    lab["CE11"].configure("interface Loopback0\n no shutdown\n")
    lab.run_for(40)
    assert len(rows(lab, "CE12", "show ip route bgp")) == 1
    number = lab["PE1"].logged
    lab["PE1"].configure("interface Ethernet0/1\n shutdown\n")
    lab.run_for(10)
    assert logged(lab, "PE1", number) == [
        "BGP-5-NBR_RESET: Neighbor 192.168.11.2 vpn vrf RED reset (Interface flap)",
        "BGP-5-ADJCHANGE: neighbor 192.168.11.2 vpn vrf RED Down Interface flap",
        "BGP_SESSION-5-ADJCHANGE: neighbor 192.168.11.2 IPv4 Unicast vpn vrf RED topology base"
        " removed from session  Interface flap",
    ]
    assert rows(lab, "CE12", "show ip route bgp") == []


def test_a_notification_names_the_vrf(tmp_path: Path) -> None:
    lab = one_vpn(tmp_path)
    number = lab["PE1"].logged
    lab["CE11"].cli("clear ip bgp *")
    lab.run_for(1)
    texts = logged(lab, "PE1", number)
    assert texts[:2] == [
        "BGP-3-NOTIFICATION: received from neighbor 192.168.11.2 vpn vrf RED 6/4"
        " (Administrative Reset) 0 bytes ",
        "BGP-5-NBR_RESET: Neighbor 192.168.11.2 vpn vrf RED reset (BGP Notification received)",
    ]


def test_customers_of_one_as_need_as_override_or_allowas_in(tmp_path: Path) -> None:
    lab = one_vpn(tmp_path, asns=(65001, 65001))
    assert rows(lab, "CE12", "show ip route bgp") == []
    family = "router bgp 1\n address-family ipv4 vrf RED\n"
    lab["PE2"].configure(f"{family} neighbor 192.168.12.2 as-override\n")
    lab["PE2"].cli("clear ip bgp vrf RED * soft out")
    lab.run_for(60)
    assert rows(lab, "CE12", "show ip bgp")[0] == "*> 10.11.11.11/32 192.168.12.1 0 1 1 i"
    lab["CE11"].configure("router bgp 65001\n neighbor 192.168.11.1 allowas-in\n")
    lab["CE11"].cli("clear ip bgp * soft in")
    lab.run_for(60)
    assert "*> 10.12.12.12/32 192.168.11.1 0 1 65001 i" in rows(lab, "CE11", "show ip bgp")


def test_a_site_of_origin_keeps_its_prefixes_from_coming_back(tmp_path: Path) -> None:
    policy = "as-override; soo 1:7"
    lab = one_vpn(tmp_path, policy, policy, asns=(65001, 65001))
    assert "SoO:1:7" in lab["PE2"].cli("show ip bgp vpnv4 all 10.11.11.11")
    assert rows(lab, "CE12", "show ip route bgp") == []
    lab["PE2"].configure(
        "router bgp 1\n address-family ipv4 vrf RED\n neighbor 192.168.12.2 soo 1:8\n"
    )
    lab["PE2"].cli("clear ip bgp vrf RED *")
    lab.run_for(60)
    assert len(rows(lab, "CE12", "show ip route bgp")) == 1


def test_hub_and_spoke(tmp_path: Path) -> None:
    spoke = vrf("SPOKE", "1:2", "1:2", "1:1")
    lab = vpn_lab(
        tmp_path,
        edge(
            1,
            spoke,
            vrf("SPOKE2", "1:3", "1:2", "1:1"),
            served("SPOKE", "Ethernet0/1", 11, 65001),
            served("SPOKE2", "Ethernet0/2", 13, 65003),
        ),
        edge(2, vrf("HUB", "1:1", "1:1", "1:2"), served("HUB", "Ethernet0/1", 12, 65002)),
        "11 13",
        "12",
        CE11=65001,
        CE12=65002,
        CE13=65003,
    )
    lab.run_for(60)

    def prefixes(name: str) -> list[str]:
        return [row.split()[1] for row in rows(lab, name, "show ip route bgp")]

    assert prefixes("CE12") == ["10.11.11.11", "10.13.13.13"]
    assert prefixes("CE11") == ["10.12.12.12"]
    assert prefixes("CE13") == ["10.12.12.12"]


def leaking(folder: Path) -> Lab:
    """Two VRFs of one edge that import each other's."""
    lab = vpn_lab(
        folder,
        edge(
            1,
            vrf("RED", "1:1", "1:100", "1:100 1:200"),
            vrf("BLUE", "1:2", "1:200", "1:100 1:200"),
            served("RED", "Ethernet0/1", 11, 65001, more="redistribute connected"),
            served(
                "BLUE",
                "Ethernet0/2",
                13,
                65003,
                more="redistribute connected; redistribute static",
            ),
            "ip route vrf BLUE 77.0.0.0 255.0.0.0 192.168.13.2\n",
        ),
        edge(2, RED, served("RED", "Ethernet0/1", 12, 65002)),
        "11 13",
        "12",
        CE11=65001,
        CE12=65002,
        CE13=65003,
    )
    lab.run_for(60)
    return lab


def test_vrfs_of_one_router_forward_what_they_import_of_each_other(tmp_path: Path) -> None:
    lab = leaking(tmp_path)
    assert "(5/5)" in lab["CE11"].cli("ping 10.13.13.13 source Loopback0")
    assert "(5/5)" in lab["CE11"].cli("ping 192.168.13.2 source Loopback0")
    found = [row.split() for row in rows(lab, "PE1", "show ip route vrf RED bgp")]
    assert [(row[1], row[-1]) for row in found if row[-1] == "Ethernet0/2"] == [
        ("10.13.13.13", "Ethernet0/2"),
        ("77.0.0.0/8", "Ethernet0/2"),
        ("192.168.13.0/24", "Ethernet0/2"),
    ]
    # What was imported goes no further.
    assert "10.13.13.13" not in lab["CE12"].cli("show ip route")


def test_an_imported_prefix_leaves_with_its_source(tmp_path: Path) -> None:
    lab = leaking(tmp_path)
    lab["PE1"].configure("no ip route vrf BLUE 77.0.0.0 255.0.0.0 192.168.13.2\n")
    lab["CE13"].configure("router bgp 65003\n no network 10.13.13.13 mask 255.255.255.255\n")
    lab.run_for(40)
    found = [row.split()[1] for row in rows(lab, "PE1", "show ip route vrf RED bgp")]
    assert found == ["10.11.11.11", "10.12.12.12", "192.168.13.0/24"]


def test_an_export_map_chooses_targets(tmp_path: Path) -> None:
    tagging = (
        "ip prefix-list TEN permit 10.0.0.0/8 le 32\n"
        "route-map TAG permit 10\n match ip address prefix-list TEN\n"
        " set extcommunity rt 1:300\n"
    )
    lab = vpn_lab(
        tmp_path,
        edge(
            1,
            vrf("RED", "1:1", "1:100", "1:100", "  export map TAG"),
            served("RED", "Ethernet0/1", 11, 65001, more="redistribute connected"),
            tagging,
        ),
        edge(
            2,
            RED,
            vrf("OTHER", "1:3", "1:3", "1:300"),
            served("RED", "Ethernet0/1", 12, 65002),
        ),
        "11",
        "12",
        CE11=65001,
        CE12=65002,
    )
    lab.run_for(60)
    found = rows(lab, "PE2", "show ip route vrf RED bgp")
    assert [row.split()[1] for row in found] == ["10.12.12.12", "192.168.11.0/24"]
    found = rows(lab, "PE2", "show ip route vrf OTHER bgp")
    assert [row.split()[1] for row in found] == ["10.11.11.11"]


def test_targets_and_rd_may_change_at_run_time(tmp_path: Path) -> None:
    lab = one_vpn(tmp_path)
    definition = "vrf definition RED\n"
    family = f"{definition} address-family ipv4\n"
    lab["PE2"].configure(f"{family} no route-target import 1:100\n")
    lab.run_for(10)
    assert rows(lab, "CE12", "show ip route bgp") == []
    lab["PE2"].configure(f"{family} route-target import 1:100\n")
    lab.run_for(40)
    assert len(rows(lab, "CE12", "show ip route bgp")) == 1
    lab["PE1"].configure("no vrf definition RED\n")
    lab.run_for(20)
    assert rows(lab, "CE12", "show ip route bgp") == []
    assert rows(lab, "PE1", "show ip bgp vpnv4 all") == []


def test_a_reflector_without_vrfs_passes_everything_on(tmp_path: Path) -> None:
    lab = one_vpn(tmp_path)
    for own in (1, 2):
        other = 3 - own
        lab[f"PE{own}"].configure(
            f"router bgp 1\n no neighbor {other}.{other}.{other}.{other}\n"
            " neighbor 9.9.9.9 remote-as 1\n neighbor 9.9.9.9 update-source Loopback0\n"
            " address-family vpnv4\n neighbor 9.9.9.9 activate\n"
        )
    lines = ["router bgp 1", " no bgp default ipv4-unicast"]
    lines += [
        f" neighbor {x}.{x}.{x}.{x} {rest}"
        for x in (1, 2)
        for rest in ("remote-as 1", "update-source Loopback0")
    ]
    lines.append(" address-family vpnv4")
    for x in (1, 2):
        lines += [
            f" neighbor {x}.{x}.{x}.{x} activate",
            f" neighbor {x}.{x}.{x}.{x} route-reflector-client",
        ]
    lab["P"].configure("\n".join([*lines, ""]))
    lab.run_for(90)
    assert rows(lab, "P", "show ip bgp vpnv4 all") == [
        "*>i 10.11.11.11/32 1.1.1.1 0 100 0 65001 i",
        "*>i 10.12.12.12/32 2.2.2.2 0 100 0 65002 i",
    ]
    assert len(rows(lab, "CE11", "show ip route bgp")) == 1
    assert "Originator: 2.2.2.2, Cluster list: 9.9.9.9" in lab["PE1"].cli(
        "show ip bgp vpnv4 all 10.12.12.12"
    )
    # Who has clients keeps what no VRF wants; who has none may ask that too.
    lab["P"].configure(
        "router bgp 1\n address-family vpnv4\n"
        " no neighbor 1.1.1.1 route-reflector-client\n"
        " no neighbor 2.2.2.2 route-reflector-client\n"
    )
    lab.run_for(60)
    assert rows(lab, "CE11", "show ip route bgp") == []
