"""FRR's bgpd beside a router of a lab: sessions, paths of every family both ways, and their end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest

from iosemu import Lab
from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.lab.loader import load as load_topology
from iosemu.proto.bgp.engine import BgpEngine
from iosemu.proto.bgp.peer import Phase
from iosemu.proto.bgp.settings import PeerKey, TableKey
from iosemu.proto.bgp.state import State
from iosemu.proto.bgp.table import Path as BgpPath
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes, Origin
from iosemu.wire.bgp_community import ExtendedCommunity, LargeCommunity
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4, Family
from iosemu.wire.bgp_nlri import Nlri, RouteDistinguisher, VpnPrefix

from .frr import Frr, why_not_frr
from .neighbor import GIVE_UP_S, Neighbor, assert_plays_again

_POLL_S = 0.2

TOPOLOGY = """
name: frr-bgp
topology:
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol, startup-config: R2.cfg}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
    - type: dummy
      endpoint: {node: R1, interface: Ethernet0/1}
"""
R1, R2 = (IPv4Address.parse(text) for text in ("192.168.1.1", "10.0.12.2"))
FRR = IPv4Address.parse("192.168.1.2")
FRR_ASN = 4200000001
R1_CONFIG = """\
hostname R1
ipv6 unicast-routing
ip bgp-community new-format
interface Loopback0
 ip address 1.1.1.1 255.255.255.255
interface Ethernet0/0
 ip address 10.0.12.1 255.255.255.0
interface Ethernet0/1
 ip address 192.168.1.1 255.255.255.0
 ipv6 address 2001:db8:1::1/64
router bgp 65001
 bgp router-id 1.1.1.1
 neighbor 10.0.12.2 remote-as 65001
 neighbor 192.168.1.2 remote-as 4200000001
"""
R1_FAMILIES = """\
 address-family ipv4
  network 1.1.1.1 mask 255.255.255.255
  neighbor 10.0.12.2 activate
  neighbor 10.0.12.2 next-hop-self
  neighbor 10.0.12.2 send-community both
  neighbor 192.168.1.2 activate
  neighbor 192.168.1.2 advertisement-interval 0
  neighbor 192.168.1.2 send-community both
  neighbor 192.168.1.2 route-map TAGS out
 exit-address-family
route-map TAGS permit 10
 match ip address prefix-list R2S
 set community 65001:7 65001:8
 set extcommunity rt 65001:9
route-map TAGS permit 20
ip prefix-list R2S permit 2.2.2.2/32
"""
R2_CONFIG = """\
hostname R2
interface Loopback0
 ip address 2.2.2.2 255.255.255.255
interface Ethernet0/0
 ip address 10.0.12.2 255.255.255.0
router bgp 65001
 bgp router-id 2.2.2.2
 neighbor 10.0.12.1 remote-as 65001
 address-family ipv4
  network 2.2.2.2 mask 255.255.255.255
  neighbor 10.0.12.1 activate
 exit-address-family
"""
BGPD = f"""\
hostname frr
route-map TAGS permit 10
 set metric 5
 set community 65535:6 7:8
 set large-community 4200000001:1:2
 set extcommunity rt 7:9
route-map RT permit 10
 set extcommunity rt 7:10
router bgp {FRR_ASN}
 bgp router-id 7.7.7.7
 no bgp ebgp-requires-policy
 no bgp network import-check
 timers bgp 3 9
 neighbor {R1} remote-as 65001
 neighbor {R1} timers connect 1
"""
UNICAST = """\
 address-family ipv4 unicast
  network 10.77.0.0/16 route-map TAGS
 exit-address-family
"""
TAGGED = IPv4Prefix.parse("10.77.0.0/16")


class Bgp:
    """FRR at R1's free port as 192.168.1.2, in an AS of four octets; R2 is behind R1."""

    def __init__(self, neighbor: Neighbor, place: Path) -> None:
        self.neighbor, self.lab, self.until = neighbor, neighbor.lab, neighbor.until
        self.frr = Frr(place, neighbor.start, neighbor.run)
        self.place = place

    def start(self, config: str) -> None:
        self.frr.daemon("zebra", "hostname frr\n")
        self.until((self.place / "zserv.api").exists)
        self.frr.daemon("bgpd", config)
        self.until((self.place / "bgpd.vty").exists)

    def until_frr(self, condition: Callable[[], bool], give_up_s: float = GIVE_UP_S) -> None:
        """Let the lab run until FRR says so; it is asked every fifth of a second."""
        asked = 0
        while not condition():
            asked += 1
            assert asked * _POLL_S < give_up_s, "FRR does not come to it"
            self.lab.advance(_POLL_S, lambda: False)

    def configure(self, *lines: str) -> None:
        """Type into FRR, at `router bgp`."""
        self.frr.vtysh("configure terminal", f"router bgp {FRR_ASN}", *lines)

    def state(self, name: str = "R1") -> State:
        return cast(BgpEngine, self.lab.routers[name].device.engines["bgp"]).state

    def best(self, name: str, prefix: Nlri, family: Family = IPV4_UNICAST) -> BgpPath | None:
        """The best path of a router of the lab."""
        table = self.state(name).routing.tables.get(TableKey(family))
        net = table.nets.get(prefix) if table is not None else None
        return net.best if net is not None else None

    def count(self, name: str, family: Family = IPV4_UNICAST) -> int:
        """How many prefixes a router of the lab has a best path for."""
        table = self.state(name).routing.tables.get(TableKey(family))
        return sum(net.best is not None for net in table.nets.values()) if table is not None else 0

    @property
    def is_up(self) -> bool:
        """Whether R1 thinks that the session is established."""
        peer = self.state().peers.get(PeerKey("default", FRR))
        if peer is None:
            return False
        return any(link.phase is Phase.ESTABLISHED for link in peer.links.values())

    def path(self, family: str, prefix: str) -> dict[str, Any]:
        """What FRR knows of a prefix; empty if it has none."""
        found: dict[str, Any] = self.frr.json(f"show bgp {family} {prefix}")
        if "paths" not in found:
            found = next((value for value in found.values() if isinstance(value, dict)), {})
        paths: list[dict[str, Any]] = found.get("paths", [])
        return paths[0] if paths else {}

    def from_us(self) -> int:
        """How many prefixes of IPv4 FRR has from R1."""
        summary = self.frr.json("show bgp ipv4 unicast summary")
        return int(summary["peers"][str(R1)]["pfxRcd"])

    def said(self, text: str) -> bool:
        """Whether R1 logged it."""
        return any(text in line.text for line in self.lab["R1"].log)


def write(folder: Path, r1: str, r2: str = R2_CONFIG) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "frr-bgp.clab.yml").write_text(TOPOLOGY)
    (folder / "R1.cfg").write_text(r1)
    (folder / "R2.cfg").write_text(r2)
    return folder


@contextmanager
def beside(folder: Path, config: str, *, six: bool = False) -> Iterator[Bgp]:
    """The lab of a folder, up, and FRR with this configuration of bgpd."""
    reason = why_not_frr("zebra", "bgpd")
    if reason is not None:
        pytest.skip(reason)
    lab = Lab(load_topology(folder))
    lab.boot()
    lab.run_for(5)
    with TemporaryDirectory() as place, Neighbor(lab) as neighbor:
        neighbor.join("R1:Ethernet0/1", "tap0", f"{FRR}/24")
        if six:
            neighbor.namespace.run("sysctl", "-qw", "net.ipv6.conf.tap0.disable_ipv6=0")
            neighbor.namespace.run(
                "ip", "address", "add", "2001:db8:1::2/64", "dev", "tap0", "nodad"
            )
        found = Bgp(neighbor, Path(place))
        found.start(config)
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "lab", R1_CONFIG + R1_FAMILIES)


@pytest.fixture
def bgp(folder: Path) -> Iterator[Bgp]:
    with beside(folder, BGPD + UNICAST) as found:
        yield found


def test_paths_go_both_ways_with_all_they_carry(bgp: Bgp, folder: Path) -> None:
    bgp.until(lambda: bgp.best("R2", TAGGED) is not None)
    bgp.until_frr(lambda: bgp.from_us() == 2)
    path = bgp.best("R1", TAGGED)
    assert path is not None
    assert path.attributes == Attributes(
        Origin.IGP,
        AsPath.of(FRR_ASN),
        FRR,
        med=5,
        communities=(7 << 16 | 8, 0xFFFF0006),
        extended_communities=(ExtendedCommunity.route_target("7:9"),),
        large_communities=(LargeCommunity(FRR_ASN, 1, 2),),
    )
    there = bgp.best("R2", TAGGED)
    assert there is not None
    assert there.attributes == path.attributes._replace(
        next_hop=IPv4Address.parse("10.0.12.1"), local_pref=100
    )
    mine = bgp.path("ipv4 unicast", "2.2.2.2/32")
    assert mine["aspath"]["string"] == "65001"
    assert mine["community"]["string"] == "65001:7 65001:8"
    assert mine["extendedCommunity"]["string"] == "RT:65001:9"
    assert mine["origin"] == "IGP"
    assert [hop["ip"] for hop in mine["nexthops"]] == [str(R1)]
    assert "1.1.1.1" in bgp.neighbor.namespace.run("ip", "route")
    rib = bgp.lab.routers["R2"].device.stack.vrf("default").rib
    assert rib.get(TAGGED) is not None
    assert_plays_again(bgp.lab, folder)


def test_a_withdrawal_goes_both_ways(bgp: Bgp) -> None:
    bgp.until(lambda: bgp.best("R2", TAGGED) is not None)
    bgp.until_frr(lambda: bgp.from_us() == 2)
    bgp.configure("address-family ipv4 unicast", "no network 10.77.0.0/16")
    bgp.until(lambda: bgp.best("R2", TAGGED) is None)
    bgp.lab["R2"].configure(
        "router bgp 65001\n address-family ipv4\n no network 2.2.2.2 mask 255.255.255.255"
    )
    bgp.until_frr(lambda: bgp.from_us() == 1)


def test_frr_ends_the_session_and_says_so(bgp: Bgp) -> None:
    bgp.until(lambda: bgp.best("R2", TAGGED) is not None)
    bgp.configure(f"neighbor {R1} shutdown")
    bgp.until(lambda: not bgp.is_up)
    assert bgp.said("received from neighbor 192.168.1.2 6/2 (Administrative Shutdown)")
    bgp.until(lambda: bgp.best("R2", TAGGED) is None)
    bgp.configure(f"no neighbor {R1} shutdown")
    bgp.until(lambda: bgp.best("R2", TAGGED) is not None)


def test_r1_ends_the_session_and_says_so(bgp: Bgp) -> None:
    bgp.until_frr(lambda: bgp.is_up and bgp.from_us() == 2)
    bgp.lab["R1"].configure("router bgp 65001\n neighbor 192.168.1.2 shutdown")
    bgp.until_frr(lambda: bgp.frr.json("show bgp neighbors")[str(R1)]["bgpState"] != "Established")
    peer = bgp.frr.json("show bgp neighbors")[str(R1)]
    assert peer["lastNotificationReason"] == "Cease/Administrative Shutdown"
    bgp.lab["R1"].configure("router bgp 65001\n no neighbor 192.168.1.2 shutdown")
    bgp.until_frr(lambda: bgp.from_us() == 2)


def test_a_neighbor_that_dies_is_held_and_lost(bgp: Bgp) -> None:
    bgp.until(lambda: bgp.best("R2", TAGGED) is not None)
    bgp.neighbor.namespace.run("ip", "link", "set", "tap0", "down")
    bgp.until(lambda: bgp.best("R2", TAGGED) is None)
    assert bgp.said("sent to neighbor 192.168.1.2 4/0 (hold time expired)")


def test_frr_asks_for_all_of_it_again(bgp: Bgp) -> None:
    bgp.until(lambda: bgp.best("R2", TAGGED) is not None)
    bgp.until_frr(lambda: bgp.from_us() == 2)
    before = _updates(bgp)
    bgp.frr.vtysh(f"clear bgp ipv4 unicast {R1} soft in")
    bgp.until_frr(lambda: _refreshes(bgp) >= 1 and _updates(bgp) >= before + 2)
    assert bgp.is_up
    assert bgp.from_us() == 2


def test_r1_asks_for_all_of_it_again(tmp_path: Path) -> None:
    # FRR keeps a refresh waiting until it has sent End-of-RIB, which it does not without this.
    folder = write(tmp_path / "lab", R1_CONFIG + " bgp graceful-restart\n" + R1_FAMILIES)
    with beside(folder, BGPD + UNICAST) as bgp:
        bgp.until(lambda: bgp.best("R2", TAGGED) is not None)
        lab = bgp.lab
        lab["R1"].configure("route-map LOW permit 10\n set local-preference 50")
        lab["R1"].configure(
            "router bgp 65001\n address-family ipv4\n neighbor 192.168.1.2 route-map LOW in"
        )
        assert _preference(bgp, "R2") == 100
        lab["R1"].cli("clear ip bgp 192.168.1.2 soft in")
        bgp.until(lambda: _preference(bgp, "R2") == 50)
        assert bgp.is_up
        assert_plays_again(lab, folder)


def _preference(bgp: Bgp, name: str) -> int | None:
    path = bgp.best(name, TAGGED)
    return path.attributes.local_pref if path is not None else None


def _updates(bgp: Bgp) -> int:
    peers = bgp.frr.json("show bgp neighbors")[str(R1)]
    return int(peers["messageStats"]["updatesRecv"])


def _refreshes(bgp: Bgp) -> int:
    peers = bgp.frr.json("show bgp neighbors")[str(R1)]
    return int(peers["messageStats"]["routeRefreshSent"])


def test_a_session_with_a_password(tmp_path: Path) -> None:
    password = " neighbor 192.168.1.2 password Secret7\n"
    folder = write(tmp_path / "lab", R1_CONFIG + password + R1_FAMILIES)
    with beside(folder, BGPD + f" neighbor {R1} password wrong\n" + UNICAST) as bgp:
        bgp.until(lambda: bgp.said("Invalid MD5 digest from 192.168.1.2"))
        assert not bgp.is_up
        bgp.configure(f"neighbor {R1} password Secret7")
        bgp.until(lambda: bgp.best("R2", TAGGED) is not None)
        bgp.until_frr(lambda: bgp.from_us() == 2)
        assert_plays_again(bgp.lab, folder)


SIX = IPv6Prefix.parse("2001:db8:77::/48")


def test_prefixes_of_ipv6_over_the_same_session(tmp_path: Path) -> None:
    r1 = """\
 address-family ipv6
  network 2001:DB8:1::/64
  neighbor 192.168.1.2 activate
  neighbor 192.168.1.2 route-map SIX out
 exit-address-family
route-map SIX permit 10
 set ipv6 next-hop 2001:DB8:1::1
"""
    frr = f"""\
 address-family ipv6 unicast
  network {SIX}
  neighbor {R1} activate
 exit-address-family
"""
    folder = write(tmp_path / "lab", R1_CONFIG + r1 + R1_FAMILIES)
    with beside(folder, BGPD + UNICAST + frr, six=True) as bgp:
        bgp.until(lambda: bgp.best("R1", SIX, IPV6_UNICAST) is not None)
        path = bgp.best("R1", SIX, IPV6_UNICAST)
        assert path is not None
        assert path.attributes.as_path == AsPath.of(FRR_ASN)
        assert path.next_hop == IPv6Address.parse("2001:db8:1::2")
        bgp.until_frr(lambda: bool(bgp.path("ipv6 unicast", "2001:db8:1::/64")))
        mine = bgp.path("ipv6 unicast", "2001:db8:1::/64")
        assert mine["aspath"]["string"] == "65001"
        assert "2001:db8:1::1" in [hop["ip"] for hop in mine["nexthops"]]
        assert_plays_again(bgp.lab, folder)


VRF = """\
vrf definition BLUE
 rd {rd}
 route-target export 65001:10
 route-target import 7:10
 address-family ipv4
 exit-address-family
"""
VPN = """\
 address-family vpnv4
  neighbor {peer} activate
  neighbor {peer} send-community extended
  neighbor {peer} next-hop-self
 exit-address-family
"""


def test_prefixes_of_vpns(tmp_path: Path) -> None:
    """FRR's goes to R2 with its label, R1's own to FRR with one of ours."""
    blue = """\
 address-family ipv4 vrf BLUE
  redistribute static
 exit-address-family
ip route vrf BLUE 10.79.0.0 255.255.255.0 Null0
"""
    r1 = VRF.format(rd="65001:1") + R1_CONFIG
    r1 += VPN.format(peer=FRR) + VPN.format(peer=R2) + blue + "router bgp 65001\n" + R1_FAMILIES
    r2 = VRF.format(rd="65001:2") + R2_CONFIG + VPN.format(peer="10.0.12.1")
    frr = f"""\
 address-family ipv4 vpn
  network 10.78.0.0/24 rd 7:1 label 77 route-map RT
  neighbor {R1} activate
 exit-address-family
"""
    folder = write(tmp_path / "lab", r1, r2)
    key = VpnPrefix(RouteDistinguisher.parse("7:1"), IPv4Prefix.parse("10.78.0.0/24"))
    target = ExtendedCommunity.route_target("7:10")
    with beside(folder, BGPD + UNICAST + frr) as bgp:
        bgp.until(lambda: bgp.best("R2", key, VPNV4) is not None)
        path = bgp.best("R1", key, VPNV4)
        assert path is not None
        assert (path.label, path.next_hop) == (77, FRR)
        assert path.attributes.extended_communities == (target,)
        bgp.until_frr(lambda: bool(bgp.path("ipv4 vpn", "10.79.0.0/24")))
        mine = bgp.path("ipv4 vpn", "10.79.0.0/24")
        assert mine["aspath"]["string"] == "65001"
        assert mine["extendedCommunity"]["string"] == "RT:65001:10"
        assert mine["remoteLabel"] >= 16
        assert_plays_again(bgp.lab, folder)


MANY = 10_000


def test_ten_thousand_prefixes_both_ways(tmp_path: Path) -> None:
    ours = [IPv4Prefix.of(0x20000000 + (i << 8), 24) for i in range(MANY)]
    theirs = [IPv4Prefix.of(0x40000000 + (i << 8), 24) for i in range(MANY)]
    statics = "".join(f"ip route {p.network} {p.mask} Null0\n" for p in ours)
    r1 = R1_FAMILIES.replace(
        " exit-address-family", "  redistribute static\n exit-address-family", 1
    )
    folder = write(tmp_path / "lab", R1_CONFIG + r1 + statics)
    networks = "".join(f"  network {prefix}\n" for prefix in theirs)
    frr = UNICAST.replace(" exit-address-family", f"{networks} exit-address-family")
    with beside(folder, BGPD + frr) as bgp:
        bgp.until(lambda: bgp.count("R2") == 2 * MANY + 3)
        bgp.until_frr(lambda: bgp.from_us() == MANY + 2)
        assert bgp.count("R1") == 2 * MANY + 3
        # And all of them go again.
        bgp.configure(f"no neighbor {R1}")
        bgp.until(lambda: bgp.count("R2") == MANY + 2)
