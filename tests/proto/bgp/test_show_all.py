"""Shows of all families, groups and lists, in a lab with something of each, and against devices."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import iosemu
import iosemu.proto.bgp.show_groups
import iosemu.proto.bgp.show_lists
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.proto.bgp.list_views import DampeningView, FamilyHeading
from iosemu.proto.bgp.views import DetailPath, PrefixView
from iosemu.wire.bgp_attributes import Origin
from iosemu.wire.bgp_nlri import RouteDistinguisher, VpnPrefix
from tests.features.samples import rendered, sample, unpadded

BUSY = Path(__file__).resolve().parents[2] / "interop" / "busy"


@pytest.fixture(scope="module")
def lab() -> iosemu.Lab:
    lab = iosemu.load(BUSY)
    lab.boot()
    lab.run_for(90)
    return lab


def says(lab: iosemu.Lab, device: str, line: str) -> list[str]:
    return lab[device].cli(line).splitlines()


def activity(lines: list[str], name: str) -> tuple[int, int]:
    """The first row of this name of a neighbor: sent and received."""
    row = next(line for line in lines if line.strip().startswith(f"{name}:"))
    sent, received = re.findall(r"\d+", row)[:2]
    return int(sent), int(received)


# -- against devices ----


def test_a_prefix_of_a_vpn_is_printed_as_by_a_device() -> None:
    ip = IPv4Address.parse
    near = ip("169.254.255.1")
    path = DetailPath(
        1,
        "Local",
        near,
        near,
        ip("1.1.1.1"),
        Origin.IGP,
        ("valid", "internal", "best"),
        vrf="vrf CustB",
        med=0,
        tx_path_id=0,
    )
    key = VpnPrefix(RouteDistinguisher.parse("3:3"), IPv4Prefix.parse("1.0.4.0/24"))
    view = PrefixView(key, 3, (path,), 1, 1, "CustB", "15.4")
    assert unpadded(rendered(view)) == unpadded(sample("show_ip_bgp_vpnv4_vrf_VRF_PREFIX__2.txt"))


def test_an_imported_path_is_printed_as_by_a_device() -> None:
    ip = IPv4Address.parse
    near = ip("10.33.4.10")
    path = DetailPath(
        34,
        "64560 60676",
        near,
        near,
        near,
        Origin.INCOMPLETE,
        ("valid", "internal", "best"),
        notes=("(aggregated by 64560 10.48.191.64)",),
        vrf="default",
        igp_metric=11,
        med=0,
        local_pref=110,
        communities=("560", "no-export"),
        extended=("RT:65404:46",),
        labels="nolabel/6038",
        imported="315:46:1.0.4.0/24",
        tx_path_id=0,
    )
    key = VpnPrefix(RouteDistinguisher.parse("314:46"), IPv4Prefix.parse("1.0.4.0/24"))
    view = PrefixView(key, 127718493, (path,), 3, 1, "TEST", "15.4")
    lines = unpadded(sample("show_ip_bgp_vpnv4_vrf_VRF_PREFIX__1.txt"))
    assert unpadded(rendered(view)) == lines[:11]


def test_a_family_is_headed_as_by_a_device() -> None:
    lines = unpadded(sample("show_ip_bgp_all__1.txt"))
    assert rendered(FamilyHeading("IPv4 Unicast")) == lines[:2]
    at = lines.index("For address family: IPv4 Multicast")
    assert rendered(FamilyHeading("IPv4 Multicast", follows=True)) == lines[at - 1 : at + 2]


def test_the_usual_figures_of_dampening_are_those_of_a_router() -> None:
    assert rendered(DampeningView(15, 750, 2000, 60, 2320, 12000, is_usual=True)) == [
        " dampening 15 750 2000 60 (DEFAULT)",
        "  Half-life time      : 15 mins       Decay Time       : 2320 secs",
        "  Max suppress penalty: 12000         Max suppress time: 60 mins",
        "  Suppress penalty    :  2000         Reuse penalty    : 750",
        "",
    ]


# -- in a lab ----


def test_all_families_are_shown_one_below_the_other(lab: iosemu.Lab) -> None:
    for line in ("show bgp all", "show bgp all summary", "show bgp all neighbors"):
        found = [each for each in says(lab, "R1", line) if each.startswith("For address family")]
        assert [each.partition(": ")[2] for each in found] == [
            "IPv4 Unicast",
            "IPv6 Unicast",
            "VPNv4 Unicast",
        ]


def test_what_one_end_counts_as_sent_the_other_counts_as_received(lab: iosemu.Lab) -> None:
    mine = says(lab, "R1", "show ip bgp neighbors 10.0.14.4")
    theirs = says(lab, "R4", "show ip bgp neighbors 10.0.14.1")
    sent, received = activity(theirs, "Prefixes Total")
    assert sent == 2
    # One of the two is not let in, which is no prefix here.
    denied = next(line for line in theirs if line.startswith("    AS_PATH loop:")).split()
    assert activity(mine, "Prefixes Total") == (received + int(denied[-1]), 1)
    assert activity(mine, "Prefixes Current")[1] == 1


def test_what_is_told_again_or_taken_back_is_counted(lab: iosemu.Lab) -> None:
    lab["R5"].configure("router bgp 65005\n network 56.0.0.0 mask 255.255.255.0")
    lab["R5"].configure("interface Loopback6\n ip address 56.0.0.1 255.255.255.0")
    lab.run_for(70)
    line = "show ip bgp vpnv4 vrf RED neighbors 10.0.15.5"
    assert activity(says(lab, "R1", line), "Prefixes Total")[1] == 2
    lab["R5"].configure("no interface Loopback6")
    lab.run_for(70)
    lines = says(lab, "R1", line)
    assert activity(lines, "Explicit Withdraw")[1] == 1
    assert activity(lines, "Prefixes Current")[1] == 1
    lab["R5"].cli("clear ip bgp * soft out")
    lab.run_for(10)
    assert activity(says(lab, "R1", line), "Implicit Withdraw")[1] == 1


def test_an_update_group_has_its_members_and_knows_how_full_its_messages_were(
    lab: iosemu.Lab,
) -> None:
    lines = says(lab, "R1", "show ip bgp update-group 10.0.12.2")
    assert lines[0].startswith("BGP version 4 update-group 2, internal, Address Family: IPv4")
    assert "  Has 1 member:" in lines
    assert "   10.0.12.2        " in lines
    most = next(line for line in lines if "max" in line)
    assert int(re.findall(r"\d+", most)[0]) >= 2


def test_what_came_stands_below_what_policy_made_of_it(lab: iosemu.Lab) -> None:
    lines = says(lab, "R1", "show ip bgp 44.0.0.0")
    assert "  65004, (received-only)" in lines
    assert lines[1].startswith("Paths: (3 available, best #")
    refused = says(lab, "R1", "show ip bgp 45.0.0.0")
    assert "  65004, (received-only)" in refused


def test_a_neighbor_has_the_policy_of_its_template_and_its_own(lab: iosemu.Lab) -> None:
    assert says(lab, "R1", "show ip bgp neighbors 10.0.12.2 policy")[:5] == [
        " Neighbor: 10.0.12.2, Address-Family: IPv4 Unicast",
        " Locally configured policies:",
        "  next-hop-self",
        " Inherited polices:",
        "  send-community both",
    ]


def test_labels_of_a_vpn_are_those_its_prefixes_have(lab: iosemu.Lab) -> None:
    lines = says(lab, "R1", "show bgp vpnv4 unicast vrf RED labels")
    assert lines[1] == "Route Distinguisher: 65000:1 (RED)"
    assert "   22.0.0.0/24      10.0.12.2       nolabel/16" in lines
    prefix = says(lab, "R1", "show ip bgp vpnv4 vrf RED 55.0.0.0")
    told = next(line for line in prefix if "mpls labels" in line).split()[-1]
    assert any(line.startswith("   55.0.0.0/24 ") and line.endswith(told) for line in lines)


def test_a_reset_says_of_which_session(lab: iosemu.Lab) -> None:
    lab["R4"].cli("clear ip bgp 10.0.14.1")
    lab.run_for(60)
    text = lab["R4"].cli("show ip bgp neighbors 10.0.14.1")
    assert "due to User reset of session 1" in text
    assert re.search(
        r"due to BGP Notification received of session 1, \w+",
        lab["R1"].cli("show ip bgp neighbors 10.0.14.4"),
    )


def test_the_process_is_among_the_protocols(lab: iosemu.Lab) -> None:
    lines = says(lab, "R1", "show ip protocols")
    at = lines.index('Routing Protocol is "bgp 65000"')
    assert "  Redistributing: static" in lines[at:]
    assert "  Distance: external 20 internal 200 local 200" in lines[at:]


def test_received_routes_need_soft_reconfiguration(lab: iosemu.Lab) -> None:
    assert says(lab, "R1", "show ip bgp neighbors 10.0.12.2 received-routes") == [
        "% Inbound soft reconfiguration not enabled on 10.0.12.2"
    ]
