"""VRFs as they are typed, printed, refused, and read by protocols."""

from __future__ import annotations

import pytest

from iosemu.features.vrf.read import VrfFamilySettings, VrfSettings, vrf_of, vrfs_of
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_nlri import RouteDistinguisher

from ..shop import Typed, router

rt, rd = ExtendedCommunity.route_target, RouteDistinguisher.parse
DEFINITION = """\
vrf definition RED
 description the red one
 rd 65000:1
 vpn id A1:3F6C
 route-target export 65000:1
 route-target import 65000:1
 route-target import 10.0.0.1:7
 !
 address-family ipv4
  import map IN
  export map OUT
  route-target export 65000:4
  maximum routes 1000 80
 exit-address-family
 !
 address-family ipv6
 exit-address-family"""
CLASSIC = """\
ip vrf BLUE
 description the blue one
 rd 65000:2
 import map IN
 export map OUT
 route-target export 65000:2
 route-target import 65000:2
 maximum routes 50 warning-only"""


def typed(*texts: str) -> Typed:
    held = router("Ethernet0/0", "Ethernet0/1")
    for text in texts:
        assert held.type(*text.splitlines(), "end") == []
    return held


@pytest.mark.parametrize("text", [DEFINITION, CLASSIC])
def test_both_styles_are_printed_as_typed(text: str) -> None:
    held = typed(text)
    head = text.splitlines()[0]
    lines = held.running
    start = lines.index(head)
    end = next(n for n in range(start, len(lines)) if lines[n] == "!")
    assert [line for line in lines[start:end] if line != " !"] == [
        line for line in text.splitlines() if line != " !"
    ]


def test_protocols_read_targets_and_maps() -> None:
    found = vrfs_of(typed(DEFINITION, CLASSIC).config)
    assert list(found) == ["RED", "BLUE"]
    imports = (rt("65000:1"), rt("10.0.0.1:7"))
    assert found["RED"] == VrfSettings(
        "RED",
        rd("65000:1"),
        VrfFamilySettings(imports, (rt("65000:4"),), "IN", "OUT"),
        VrfFamilySettings(imports, (rt("65000:1"),)),
    )
    both = (rt("65000:2"),)
    ipv4 = VrfFamilySettings(both, both, "IN", "OUT")
    assert found["BLUE"] == VrfSettings("BLUE", rd("65000:2"), ipv4)
    assert vrf_of(typed(CLASSIC).config, "BLUE") == found["BLUE"]
    assert vrf_of(typed(CLASSIC).config, "GREEN") is None


@pytest.mark.parametrize("both", ["both ", ""])
@pytest.mark.parametrize(
    "head", ["vrf definition A", "vrf definition A;address-family ipv4", "ip vrf A"]
)
def test_both_directions_at_once(head: str, both: str) -> None:
    held = typed(head.replace(";", "\n") + f"\nroute-target {both}1:1\nroute-target {both}1:2")
    lines = [line.strip() for line in held.running if "route-target" in line]
    assert lines == [f"route-target {way} 1:{n}" for way in ("export", "import") for n in (1, 2)]
    held = typed(f"{head.replace(';', chr(10))}\nroute-target {both}1:1\nno route-target {both}1:1")
    assert not any("route-target" in line for line in held.running)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("vrf definition A", "rd 70000:70000"), "% Malformed route distinguisher"),
        (
            ("vrf definition A", "rd 1:1", "rd 1:2"),
            '% Do "no vrf definition A" before redefining the VRF',
        ),
        (
            ("ip vrf A", "rd 1:1", "ip vrf B", "rd 1:1"),
            "% Cannot set RD, check if it's unique",
        ),
        (("ip vrf A", "route-target import 300.1.1.1:1"), None),
        (("vrf definition A", "ip vrf A"), "% Use 'vrf definition A' command for this VRF"),
        (("ip vrf A", "vrf definition A"), "% Use 'ip vrf A' command for this VRF"),
        (("interface e0/0", "vrf forwarding A"), "% VRF A not configured."),
        (
            ("ip vrf A", "interface e0/0", "vrf forwarding A"),
            "% Use 'ip vrf forwarding' command for VRF 'A'",
        ),
        (
            ("vrf definition A", "interface e0/0", "ip vrf forwarding A"),
            "% Use 'vrf forwarding' command for VRF 'A'",
        ),
        (("no vrf definition A",), "% VRF A not configured."),
        (("no ip vrf A",), "% VRF A not configured."),
        (
            ("vrf definition A", "interface e0/0", "vrf forwarding A", "ip addr 1.1.1.1 255.0.0.0"),
            "% VRF A does not have address-family ipv4 configured",
        ),
        (
            ("ip route vrf A 10.0.0.0 255.0.0.0 10.1.1.1",),
            "% IP routing table A does not exist",
        ),
        (
            ("ip vrf A", "ip route vrf A 10.0.0.0 255.0.0.0 e0/0"),
            "% For VPN or topology routes, must specify a next hop IP address"
            " if not a point-to-point interface",
        ),
    ],
)
def test_what_is_refused_changes_nothing(lines: tuple[str, ...], said: str | None) -> None:
    held = router("Ethernet0/0")
    assert held.type(*lines[:-1]) == []
    before = held.config
    printed = held.type(lines[-1])
    assert held.config == before
    if said is None:
        assert printed != []
    else:
        assert printed == [said]


def test_an_interface_loses_its_addresses_on_its_way_in_and_out() -> None:
    held = typed("ip vrf A\nrd 1:1")
    held.type("interface e0/0", "ip address 10.0.0.1 255.0.0.0", "ipv6 address 2001:DB8::1/64")
    assert held.type("ip vrf forwarding A") == [
        "% Interface Ethernet0/0 IPv4 disabled and address(es) removed due to enabling VRF A",
        "% Interface Ethernet0/0 IPv6 disabled and address(es) removed due to enabling VRF A",
    ]
    assert held.type("ip vrf forwarding A") == []
    assert held.type("ip address 10.0.0.2 255.0.0.0") == []
    assert held.block("interface Ethernet0/0") == [
        "interface Ethernet0/0",
        " ip vrf forwarding A",
        " ip address 10.0.0.2 255.0.0.0",
    ]
    assert held.type("no ip vrf forwarding") == [
        "% Interface Ethernet0/0 IPv4 disabled and address(es) removed due to disabling VRF A"
    ]
    assert held.block("interface Ethernet0/0") == ["interface Ethernet0/0", " no ip address"]


def test_one_subnet_may_be_in_two_vrfs() -> None:
    held = typed("ip vrf A", "ip vrf B")
    address = "ip address 10.0.0.1 255.0.0.0"
    held.type("interface e0/0", "ip vrf forwarding A", address)
    assert held.type("interface e0/1", address) == []
    assert held.type("ip vrf forwarding A", address)[1:] == ["% 10.0.0.0 overlaps with Ethernet0/0"]
    assert held.type("ip vrf forwarding B", address) == []
    assert held.type("ip route vrf B 11.0.0.0 255.0.0.0 10.0.0.1") == [
        "%Invalid next hop address (it's this router)"
    ]
    assert held.type("ip route 11.0.0.0 255.0.0.0 10.0.0.1") == []


def test_a_vrf_takes_all_that_is_in_it_along() -> None:
    held = typed("vrf definition A\naddress-family ipv4")
    held.type("interface e0/0", "vrf forwarding A", "ip address 10.0.0.1 255.0.0.0")
    held.type("ip route vrf A 0.0.0.0 0.0.0.0 10.0.0.9 5", "ip route 9.0.0.0 255.0.0.0 10.0.0.8")
    assert [line for line in held.running if line.startswith("ip route")] == [
        "ip route 9.0.0.0 255.0.0.0 10.0.0.8",
        "ip route vrf A 0.0.0.0 0.0.0.0 10.0.0.9 5",
    ]
    assert held.type("no vrf definition A") == [
        "% IPv4 and IPv6 addresses from all interfaces in VRF A have been removed"
    ]
    text = "\n".join(held.running)
    assert "vrf" not in text
    assert "10.0.0.1" not in text
    assert "ip route 9.0.0.0 255.0.0.0 10.0.0.8" in text
