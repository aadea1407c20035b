"""Advertising in labs of several routers, over real sessions."""

from __future__ import annotations

from pathlib import Path

from iosemu import Lab
from iosemu.address import IPv4Prefix, IPv6Prefix
from iosemu.proto.bgp.settings import TableKey
from iosemu.wire.bgp_family import IPV6_UNICAST

from .out_lab import engine, lab_of, route, said
from .out_rig import words


def loopback(n: int) -> str:
    return f"interface Loopback0\n ip address {n}.{n}.{n}.{n} 255.255.255.255\n"


def ethernet(number: int, address: str) -> str:
    return f"interface Ethernet0/{number}\n ip address {address} 255.255.255.0\n no shutdown\n"


def test_a_network_of_one_router_is_in_the_routing_table_of_the_other(tmp_path: Path) -> None:
    lab = lab_of(
        tmp_path,
        {
            "R1": loopback(1)
            + ethernet(0, "10.0.12.1")
            + "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n"
            " network 1.1.1.1 mask 255.255.255.255\n",
            "R2": loopback(2)
            + ethernet(0, "10.0.12.2")
            + "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n"
            " network 2.2.2.2 mask 255.255.255.255\n",
        },
        ("R1", "R2"),
    )
    lab.run_for(200)
    assert route(lab, "R2", "1.1.1.1/32") == "B 10.0.12.1"
    assert route(lab, "R1", "2.2.2.2/32") == "B 10.0.12.2"
    assert said(lab, "R2", "1.1.1.1/32") == "1 i next 10.0.12.1 med 0"


# -- route reflection ----


def spoke(n: int) -> str:
    """A router of AS 100 behind R1, with a loopback as its network and no IGP but static routes."""
    return (
        loopback(n)
        + ethernet(0, f"10.0.1{n}.{n}")
        + f"ip route 10.0.0.0 255.255.0.0 10.0.1{n}.1\n"
        + f"router bgp 100\n neighbor 10.0.1{n}.1 remote-as 100\n"
        + f" network {n}.{n}.{n}.{n} mask 255.255.255.255\n"
    )


def hub(*clients: int, others: tuple[int, ...] = ()) -> str:
    text = loopback(1)
    for place, n in enumerate((*clients, *others)):
        text += ethernet(place, f"10.0.1{n}.1")
    text += "router bgp 100\n"
    for n in (*clients, *others):
        text += f" neighbor 10.0.1{n}.{n} remote-as 100\n"
        if n in clients:
            text += f" neighbor 10.0.1{n}.{n} route-reflector-client\n"
    return text


def star(folder: Path, first: str) -> Lab:
    """R1 in the middle, R2 to R4 around it."""
    configs = {"R1": first, **{f"R{n}": spoke(n) for n in (2, 3, 4)}}
    lab = lab_of(folder, configs, ("R1", "R2"), ("R1", "R3"), ("R1", "R4"))
    lab.run_for(200)
    return lab


def test_a_reflector_tells_clients_of_all_and_others_of_clients(tmp_path: Path) -> None:
    lab = star(tmp_path, hub(2, 3, others=(4,)))
    reflected = "i next 10.0.12.2 med 0 pref 100 from 2.2.2.2 cluster 1.1.1.1"
    assert said(lab, "R3", "2.2.2.2/32") == reflected
    assert said(lab, "R4", "2.2.2.2/32") == reflected
    assert said(lab, "R2", "4.4.4.4/32") is not None
    assert route(lab, "R4", "2.2.2.2/32") == "B 10.0.12.2"


def test_without_a_reflector_ibgp_is_not_passed_on(tmp_path: Path) -> None:
    lab = star(tmp_path, hub(others=(2, 3, 4)))
    assert said(lab, "R1", "2.2.2.2/32") is not None
    assert said(lab, "R3", "2.2.2.2/32") is None
    assert said(lab, "R4", "2.2.2.2/32") is None


def test_no_client_to_client_reflection(tmp_path: Path) -> None:
    text = hub(2, 3, others=(4,)) + " no bgp client-to-client reflection\n"
    lab = star(tmp_path, text)
    assert said(lab, "R3", "2.2.2.2/32") is None
    assert said(lab, "R4", "2.2.2.2/32") is not None


# -- chains ----


def chain(folder: Path, *processes: str, seconds: float = 200) -> Lab:
    """R1 to Rn in a row: Rn has 10.0.nm.n towards Rm, and a loopback."""
    configs = {}
    for n, text in enumerate(processes, 1):
        sides = [m for m in (n - 1, n + 1) if 1 <= m <= len(processes)]
        ports = [
            ethernet(place, f"10.0.{min(n, m)}{max(n, m)}.{n}") for place, m in enumerate(sides)
        ]
        configs[f"R{n}"] = loopback(n) + "".join(ports) + text
    pairs = [(f"R{n}", f"R{n + 1}") for n in range(1, len(processes))]
    lab = lab_of(folder, configs, *pairs)
    lab.run_for(seconds)
    return lab


def own(n: int) -> str:
    return f" network {n}.{n}.{n}.{n} mask 255.255.255.255\n"


def test_a_confederation_is_one_as_outside(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router bgp 65001\n bgp confederation identifier 100\n bgp confederation peers 65002\n"
        " neighbor 10.0.12.2 remote-as 65002\n" + own(1),
        "router bgp 65002\n bgp confederation identifier 100\n bgp confederation peers 65001\n"
        " neighbor 10.0.12.1 remote-as 65001\n neighbor 10.0.23.3 remote-as 3\n",
        "router bgp 3\n neighbor 10.0.23.2 remote-as 100\n" + own(3),
    )
    assert said(lab, "R2", "1.1.1.1/32") == "(65001) i next 10.0.12.1 med 0 pref 100"
    assert said(lab, "R3", "1.1.1.1/32") == "100 i next 10.0.23.2"
    # The next hop does not change inside, and there is no route to it here.
    table = engine(lab, "R1").state.routing.tables[TableKey()]
    (path,) = table.nets[IPv4Prefix.parse("3.3.3.3/32")].paths
    assert words(path.attributes) == "(65002) 3 i next 10.0.23.3 med 0 pref 100"


def test_next_hop_self_makes_paths_of_ebgp_usable_inside(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router bgp 100\n neighbor 10.0.12.2 remote-as 100\n",
        "router bgp 100\n neighbor 10.0.12.1 remote-as 100\n"
        " neighbor 10.0.12.1 next-hop-self\n neighbor 10.0.23.3 remote-as 3\n",
        "router bgp 3\n neighbor 10.0.23.2 remote-as 100\n" + own(3),
    )
    assert said(lab, "R1", "3.3.3.3/32") == "3 i next 10.0.12.2 med 0 pref 100"
    assert route(lab, "R1", "3.3.3.3/32") == "B 10.0.12.2"


def test_local_as_remove_private_as_and_as_override(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router bgp 64512\n neighbor 10.0.12.2 remote-as 77\n" + own(1),
        "router bgp 2\n neighbor 10.0.12.1 remote-as 64512\n"
        " neighbor 10.0.12.1 local-as 77 no-prepend\n"
        " neighbor 10.0.23.3 remote-as 3\n neighbor 10.0.23.3 remove-private-as\n",
        "router bgp 3\n neighbor 10.0.23.2 remote-as 2\n" + own(3),
    )
    assert said(lab, "R3", "1.1.1.1/32") == "2 i next 10.0.23.2"
    assert said(lab, "R1", "3.3.3.3/32") == "77 2 3 i next 10.0.12.2"


# -- a shared network ----


def test_the_next_hop_of_a_third_party_on_a_shared_network_is_kept(tmp_path: Path) -> None:
    lab = lab_of(
        tmp_path,
        {
            "R1": ethernet(0, "10.0.0.1") + "router bgp 1\n neighbor 10.0.0.2 remote-as 2\n",
            "R2": ethernet(0, "10.0.0.2")
            + "router bgp 2\n neighbor 10.0.0.1 remote-as 1\n neighbor 10.0.0.3 remote-as 3\n",
            "R3": loopback(3)
            + ethernet(0, "10.0.0.3")
            + "router bgp 3\n neighbor 10.0.0.2 remote-as 2\n"
            + own(3),
        },
        ("R1", "R2", "R3"),
    )
    lab.run_for(200)
    assert said(lab, "R1", "3.3.3.3/32") == "2 3 i next 10.0.0.3"
    assert route(lab, "R1", "3.3.3.3/32") == "B 10.0.0.3"


# -- time ----


def has(lab: Lab, name: str, prefix: str) -> bool:
    """Whether a router was told of a prefix."""
    return IPv4Prefix.parse(prefix) in engine(lab, name).state.routing.tables[TableKey()].nets


def test_ebgp_tells_of_a_second_change_thirty_seconds_after_the_first(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n redistribute static\n",
        "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n",
    )
    lab["R1"].configure("ip route 50.0.0.0 255.0.0.0 Null0")
    start = lab.now
    lab.run_until(lambda lab: has(lab, "R2", "50.0.0.0/8"))
    assert lab.now - start < 1
    lab["R1"].configure("ip route 60.0.0.0 255.0.0.0 Null0")
    lab.run_until(lambda lab: has(lab, "R2", "60.0.0.0/8"))
    assert 29 < lab.now - start < 31
    lab["R1"].configure("no ip route 60.0.0.0 255.0.0.0 Null0")
    start = lab.now
    lab.run_until(lambda lab: not has(lab, "R2", "60.0.0.0/8"))
    assert lab.now - start < 1


# -- the other protocols ----


def test_eigrp_and_bgp_take_routes_of_each_other(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router eigrp 9\n network 0.0.0.0\n",
        "router eigrp 9\n network 10.0.12.0 0.0.0.255\n redistribute bgp 2 metric 1 1 1 1 1500\n"
        "router bgp 2\n redistribute eigrp 9\n neighbor 10.0.23.3 remote-as 3\n",
        "router bgp 3\n neighbor 10.0.23.2 remote-as 2\n" + own(3),
    )
    assert route(lab, "R1", "3.3.3.3/32") == "D EX 10.0.12.2"
    assert said(lab, "R3", "1.1.1.1/32") == "2 ? next 10.0.23.2 med 409600"
    lab["R3"].configure("router bgp 3\nno network 3.3.3.3 mask 255.255.255.255")
    lab.run_for(40)
    assert route(lab, "R1", "3.3.3.3/32") is None


def test_ibgp_routes_are_redistributed_only_if_asked_for(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router eigrp 9\n network 0.0.0.0\n",
        "router eigrp 9\n network 10.0.12.0 0.0.0.255\n redistribute bgp 2 metric 1 1 1 1 1500\n"
        "router bgp 2\n neighbor 10.0.23.3 remote-as 2\n",
        "router bgp 2\n neighbor 10.0.23.2 remote-as 2\n" + own(3),
    )
    assert route(lab, "R2", "3.3.3.3/32") == "B 10.0.23.3"
    assert route(lab, "R1", "3.3.3.3/32") is None
    lab["R2"].configure("router bgp 2\nbgp redistribute-internal")
    lab.run_for(5)
    assert route(lab, "R1", "3.3.3.3/32") == "D EX 10.0.12.2"


def test_an_aggregate_hides_its_parts_from_the_neighbor(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "ip route 20.1.0.0 255.255.0.0 Null0\nip route 20.2.0.0 255.255.0.0 Null0\n"
        "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n redistribute static\n"
        " aggregate-address 20.0.0.0 255.0.0.0 summary-only\n",
        "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n",
    )
    aggregate = "1 i next 10.0.12.1 atomic by 1 1.1.1.1"
    assert said(lab, "R2", "20.0.0.0/8") == aggregate
    assert said(lab, "R2", "20.1.0.0/16") is None
    assert route(lab, "R1", "20.0.0.0/8") == "B None"


def test_default_originate_gives_a_default_route(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n neighbor 10.0.12.2 default-originate\n",
        "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n",
    )
    assert said(lab, "R2", "0.0.0.0/0") == "1 i next 10.0.12.1"


def test_a_neighbor_that_becomes_a_client_starts_anew(tmp_path: Path) -> None:
    lab = star(tmp_path, hub(others=(2, 3, 4)))
    lab["R1"].configure("router bgp 100\nneighbor 10.0.12.2 route-reflector-client")
    lab.run_for(60)
    assert said(lab, "R3", "2.2.2.2/32") is not None
    assert said(lab, "R4", "3.3.3.3/32") is None


# -- IPv6 ----


def test_ipv6_goes_with_both_next_hops_over_a_shared_link(tmp_path: Path) -> None:
    def config(n: int) -> str:
        return (
            "ipv6 unicast-routing\n"
            + loopback(n)
            + f" ipv6 address 2001:DB8:{n}::{n}/64\n"
            + ethernet(0, f"10.0.12.{n}")
            + f" ipv6 address 2001:DB8:12::{n}/64\n"
            + f"router bgp {n}\n bgp router-id {n}.{n}.{n}.{n}\n no bgp default ipv4-unicast\n"
            + f" neighbor 2001:DB8:12::{3 - n} remote-as {3 - n}\n"
            + f" address-family ipv6\n  network 2001:DB8:{n}::/64\n"
            + f"  neighbor 2001:DB8:12::{3 - n} activate\n"
        )

    lab = lab_of(tmp_path, {"R1": config(1), "R2": config(2)}, ("R1", "R2"))
    lab.run_for(200)
    tables = engine(lab, "R2").state.routing.tables
    best = tables[TableKey(IPV6_UNICAST)].nets[IPv6Prefix.parse("2001:DB8:1::/64")].best
    assert best is not None
    assert words(best.attributes) == "1 i next 2001:DB8:12::1 med 0"
    assert best.attributes.link_local is not None
    assert best.attributes.link_local.is_link_local


def test_dual_as_is_known_by_either_number(tmp_path: Path) -> None:
    processes = (
        "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n" + own(1),
        "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n"
        " neighbor 10.0.12.1 local-as 77 no-prepend replace-as dual-as\n" + own(2),
    )
    lab = chain(tmp_path, *processes)
    assert said(lab, "R1", "2.2.2.2/32") == "2 i next 10.0.12.2 med 0"


# -- snapshots ----


def test_what_waits_for_the_interval_survives_a_rewind(tmp_path: Path) -> None:
    lab = chain(
        tmp_path,
        "router bgp 1\n neighbor 10.0.12.2 remote-as 2\n redistribute static\n" + own(1),
        "router bgp 2\n neighbor 10.0.12.1 remote-as 1\n",
    )
    lab["R1"].configure("ip route 50.0.0.0 255.0.0.0 Null0")
    lab.run_for(5)
    lab["R1"].configure("ip route 60.0.0.0 255.0.0.0 Null0")
    lab.run_for(5)
    assert not has(lab, "R2", "60.0.0.0/8")
    middle = lab.now
    lab.run_for(60)
    straight = lab.state_digest()
    lab.rewind(middle)
    assert not has(lab, "R2", "60.0.0.0/8")
    lab.run_for(60)
    assert has(lab, "R2", "60.0.0.0/8")
    assert lab.state_digest() == straight
