"""What FRR makes of our BGP messages, and we of its: every family, without a session of ours.

A plain socket of the kernel speaks for us, in a namespace joined to that of FRR.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.wire.bgp import (
    KEEPALIVE,
    PORT,
    Context,
    Keepalive,
    Message,
    Notification,
    Open,
    RouteRefresh,
    Update,
    announce,
    end_of_rib,
    parse,
    split,
    withdraw,
)
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Aggregator, Attributes, Origin, UnknownAttribute
from iosemu.wire.bgp_capability import (
    AddPath,
    AddPathMode,
    Capability,
    EnhancedRefresh,
    FourOctetAs,
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RestartFlag,
    in_ios_order,
)
from iosemu.wire.bgp_capability import RouteRefresh as RefreshCapability
from iosemu.wire.bgp_community import ExtendedCommunity, LargeCommunity
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, KNOWN, VPNV4
from iosemu.wire.bgp_nlri import Nlri, Reach, RouteDistinguisher, Unreach, VpnPrefix

from .frr import Frr, why_not_frr
from .namespace import Namespace

GIVE_UP_S = 30.0
FRR_ASN, OUR_ASN = 65001, 100000
FRR_HOST, OUR_HOST = IPv4Address.parse("10.9.0.1"), IPv4Address.parse("10.9.0.2")
FRR_SIX, OUR_SIX = IPv6Address.parse("2001:db8:9::1"), IPv6Address.parse("2001:db8:9::2")
TAGGED = IPv4Prefix.parse("10.77.0.0/16")
RD = RouteDistinguisher.parse("65001:7")
CONFIG = f"""\
hostname frr
route-map TAGS permit 10
 set metric 5
 set community 65001:9 65535:6
 set large-community 65001:1:4294967295
 set extcommunity rt 65001:5
 set aggregator as 90000 10.9.0.77
 set atomic-aggregate
 set as-path prepend 80000 65001
router bgp {FRR_ASN}
 bgp router-id {FRR_HOST}
 no bgp ebgp-requires-policy
 no bgp network import-check
 neighbor {OUR_HOST} remote-as {OUR_ASN}
 neighbor {OUR_HOST} timers connect 1
 neighbor {OUR_HOST} passive
 address-family ipv4 unicast
  network {TAGGED} route-map TAGS
  neighbor {OUR_HOST} addpath-tx-all-paths
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:77::/48
  neighbor {OUR_HOST} activate
 exit-address-family
 address-family ipv4 vpn
  network 10.78.0.0/24 rd {RD} label 77
  neighbor {OUR_HOST} activate
 exit-address-family
"""
CAPABILITIES: tuple[Capability, ...] = (
    *map(Multiprotocol, KNOWN),
    RefreshCapability(),
    RefreshCapability(cisco=True),
    EnhancedRefresh(),
    Multisession(),
    # Without it FRR sends no End-of-RIB.
    GracefulRestart(RestartFlag(0), 120),
    FourOctetAs(OUR_ASN),
)
BOTH = AddPath(((IPV4_UNICAST, AddPathMode.RECEIVE | AddPathMode.SEND),))


class Speaker:
    """A session with FRR, as far as it takes to exchange updates."""

    def __init__(self, namespace: Namespace, capabilities: tuple[Capability, ...]) -> None:
        with namespace.entered():
            self.socket = socket.socket()
        self.socket.settimeout(GIVE_UP_S)
        self.context = Context(
            four_octet=any(isinstance(one, FourOctetAs) for one in capabilities),
            add_path=(IPV4_UNICAST,) if BOTH in capabilities else (),
        )
        self.rest = b""
        self.received: list[Message] = []
        self.socket.connect((str(FRR_HOST), PORT))
        asn = OUR_ASN if self.context.four_octet else 23456
        self.send(Open.of(asn, 180, OUR_HOST, in_ios_order(capabilities)).emit(), KEEPALIVE)
        self.until(lambda: Keepalive() in self.received)

    def send(self, *messages: bytes) -> None:
        self.socket.sendall(b"".join(messages))

    def until(self, condition: Callable[[], bool]) -> None:
        """Receive until it holds; nothing but a time-out ends a test that waits in vain."""
        while not condition():
            try:
                data = self.socket.recv(1 << 16)
            except TimeoutError:
                raise AssertionError(f"only {self.received}") from None
            assert data, f"closed after {self.received[-1:]}"
            messages, self.rest, error = split(self.rest + data)
            assert error is None
            self.received += [parse(message, self.context) for message in messages]
            assert not [m for m in self.received if isinstance(m, Notification)]

    @property
    def updates(self) -> list[Update]:
        return [message for message in self.received if isinstance(message, Update)]

    def heard(self, prefix: Nlri) -> Attributes | None:
        """The attributes FRR announced a prefix with."""
        for update in self.updates:
            for reach in update.announced:
                if prefix in reach.prefixes:
                    return reach.attributes
        return None


class Side:
    """FRR, and the namespace a speaker starts in."""

    def __init__(self, place: Path, frr: Namespace, ours: Namespace) -> None:
        self.frr = Frr(place, frr.start, frr.run)
        self.ours = ours

    def speak(self, *more: Capability, without: Capability | None = None) -> Speaker:
        kept = tuple(one for one in (*CAPABILITIES, *more) if one != without)
        return Speaker(self.ours, kept)

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + GIVE_UP_S
        while not condition():
            assert time.monotonic() < end, "nothing happened"

    def path(self, family: str, prefix: str) -> dict[str, Any]:
        """What FRR knows of a prefix we sent; empty before it came."""
        found: dict[str, Any] = self.frr.json(f"show bgp {family} {prefix}")
        if "paths" not in found:
            inner = [value for value in found.values() if isinstance(value, dict)]
            found = inner[0] if inner else {}
        paths = found.get("paths", [])
        return paths[0] if paths else {}


@contextmanager
def wired(one: Namespace, other: Namespace) -> Iterator[None]:
    """Both with a network card, joined by a cable."""
    pid = other.file.split("/")[2]
    one.run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v0", "netns", pid)
    for namespace, four, six in ((one, FRR_HOST, FRR_SIX), (other, OUR_HOST, OUR_SIX)):
        namespace.run("sysctl", "-qw", "net.ipv6.conf.v0.disable_ipv6=0")
        namespace.run("ip", "address", "add", f"{four}/24", "dev", "v0")
        namespace.run("ip", "address", "add", f"{six}/64", "dev", "v0", "nodad")
        namespace.run("ip", "link", "set", "v0", "up")
    yield


@pytest.fixture
def side() -> Iterator[Side]:
    reason = why_not_frr("zebra", "bgpd")
    if reason is not None:
        pytest.skip(reason)
    with TemporaryDirectory() as place, Namespace() as frr, Namespace() as ours, wired(frr, ours):
        found = Side(Path(place), frr, ours)
        found.frr.daemon("zebra", "hostname frr\n")
        found.until(lambda: Path(place, "zserv.api").exists())
        found.frr.daemon("bgpd", CONFIG)
        found.until(lambda: Path(place, "bgpd.vty").exists())
        found.until(lambda: "bgp router-id" in found.frr.vtysh("show running-config"))
        yield found


def test_what_frr_announces_is_read(side: Side) -> None:
    speaker = side.speak()
    ends = [Update(end_of_rib=family) for family in KNOWN]
    speaker.until(lambda: all(end in speaker.received for end in ends))
    speaker.until(lambda: speaker.heard(TAGGED) is not None)
    opening = speaker.received[0]
    assert isinstance(opening, Open)
    assert opening.asn == FRR_ASN
    assert {Multiprotocol(family) for family in KNOWN} <= set(opening.capabilities)
    four = speaker.heard(TAGGED)
    assert four == Attributes(
        Origin.IGP,
        AsPath.of(FRR_ASN, 80000, FRR_ASN),
        FRR_HOST,
        med=5,
        atomic_aggregate=True,
        aggregator=Aggregator(90000, IPv4Address.parse("10.9.0.77")),
        communities=(FRR_ASN << 16 | 9, 0xFFFF0006),
        extended_communities=(ExtendedCommunity.route_target("65001:5"),),
        large_communities=(LargeCommunity(65001, 1, 0xFFFFFFFF),),
    )
    six = speaker.heard(IPv6Prefix.parse("2001:db8:77::/48"))
    assert six is not None
    assert (six.next_hop, six.as_path) == (FRR_SIX, AsPath.of(FRR_ASN))
    vpn = VpnPrefix(RD, IPv4Prefix.parse("10.78.0.0/24"))
    assert speaker.heard(vpn) is not None
    labels = [r.labels for u in speaker.updates for r in u.announced if vpn in r.prefixes]
    assert labels == [(77,)]
    assert not any(update.faults for update in speaker.updates)


def test_frr_reads_what_we_announce(side: Side) -> None:
    speaker = side.speak()
    attributes = Attributes(
        Origin.EGP,
        AsPath.of(OUR_ASN, 300000),
        OUR_HOST,
        med=77,
        atomic_aggregate=True,
        aggregator=Aggregator(200000, OUR_HOST),
        communities=(1 << 16 | 2, 3 << 16 | 4),
        extended_communities=(ExtendedCommunity.route_target("1.1.1.1:3"),),
        large_communities=(LargeCommunity(1, 2, 3),),
        unknown=(UnknownAttribute(0xE0, 250, b"kept"),),
    )
    six = attributes._replace(next_hop=OUR_SIX, link_local=IPv6Address.parse("fe80::9"))
    vpn = VpnPrefix(RouteDistinguisher.parse("1.1.1.1:1"), IPv4Prefix.parse("172.18.0.0/16"))
    reaches = [
        Reach(IPV4_UNICAST, attributes, (IPv4Prefix.parse("172.16.0.0/13"),)),
        Reach(IPV6_UNICAST, six, (IPv6Prefix.parse("2001:db8:172::/47"),)),
        Reach(VPNV4, attributes, (vpn,), (16,)),
    ]
    for reach in reaches:
        speaker.send(*announce(reach, speaker.context), end_of_rib(reach.family))
    side.until(lambda: bool(side.path("ipv4 vpn", "172.18.0.0/16")))
    for family, prefix in (
        ("ipv4 unicast", "172.16.0.0/13"),
        ("ipv6 unicast", "2001:db8:172::/47"),
    ):
        path = side.path(family, prefix)
        assert path["aspath"]["string"] == "100000 300000"
        assert (path["origin"], path["metric"]) == ("EGP", 77)
        assert path["community"]["string"] == "1:2 3:4"
        assert path["largeCommunity"]["string"] == "1:2:3"
        assert path["extendedCommunity"]["string"] == "RT:1.1.1.1:3"
        assert path["aggregatorAs"] == 200000
        assert path["atomicAggregate"] is True
    path = side.path("ipv4 vpn", "172.18.0.0/16")
    assert path["remoteLabel"] == 16
    hops = side.path("ipv6 unicast", "2001:db8:172::/47")["nexthops"]
    assert [hop["ip"] for hop in hops] == ["2001:db8:9::2", "fe80::9"]
    for reach in reaches:
        speaker.send(*withdraw(Unreach(reach.family, reach.prefixes), speaker.context))
    side.until(lambda: not side.path("ipv4 vpn", "172.18.0.0/16"))
    assert not side.path("ipv4 unicast", "172.16.0.0/13")
    assert not side.path("ipv6 unicast", "2001:db8:172::/47")


def test_frr_and_a_neighbor_of_two_octets(side: Side) -> None:
    side.frr.vtysh(
        "configure terminal",
        f"router bgp {FRR_ASN}",
        f"no neighbor {OUR_HOST} remote-as {OUR_ASN}",
        f"neighbor {OUR_HOST} remote-as 23456",
        f"neighbor {OUR_HOST} passive",
    )
    speaker = side.speak(without=FourOctetAs(OUR_ASN))
    speaker.until(lambda: speaker.heard(TAGGED) is not None)
    four = speaker.heard(TAGGED)
    assert four is not None
    assert four.as_path == AsPath.of(FRR_ASN, 80000, FRR_ASN)
    assert four.aggregator == Aggregator(90000, IPv4Address.parse("10.9.0.77"))
    attributes = Attributes(Origin.IGP, AsPath.of(23456, 300000), OUR_HOST)
    reach = Reach(IPV4_UNICAST, attributes, (IPv4Prefix.parse("172.16.0.0/13"),))
    speaker.send(*announce(reach, speaker.context))
    side.until(lambda: bool(side.path("ipv4 unicast", "172.16.0.0/13")))
    assert side.path("ipv4 unicast", "172.16.0.0/13")["aspath"]["string"] == "23456 300000"


def test_path_identifiers_and_frr(side: Side) -> None:
    speaker = side.speak(BOTH)
    speaker.until(lambda: speaker.heard(TAGGED) is not None)
    (reach,) = (r for u in speaker.updates for r in u.announced if r.family == IPV4_UNICAST)
    assert reach.prefixes == (TAGGED,)
    assert len(reach.path_ids) == 1
    prefix = IPv4Prefix.parse("172.16.0.0/13")
    for path_id in (5, 6):
        attributes = Attributes(Origin.IGP, AsPath.of(OUR_ASN, path_id), OUR_HOST)
        ours = Reach(IPV4_UNICAST, attributes, (prefix,), (), (path_id,))
        speaker.send(*announce(ours, speaker.context))
    show = f"show bgp ipv4 unicast {prefix}"
    side.until(lambda: len(side.frr.json(show).get("paths", [])) == 2)
    speaker.send(*withdraw(Unreach(IPV4_UNICAST, (prefix,), (5,)), speaker.context))
    side.until(lambda: len(side.frr.json(show).get("paths", [])) == 1)
    assert side.path("ipv4 unicast", str(prefix))["aspath"]["string"] == f"{OUR_ASN} 6"


def test_frr_answers_a_refresh_between_its_marks(side: Side) -> None:
    speaker = side.speak()
    speaker.until(lambda: Update(end_of_rib=VPNV4) in speaker.received)
    del speaker.received[:]
    speaker.send(RouteRefresh(IPV4_UNICAST).emit())
    speaker.until(lambda: RouteRefresh(IPV4_UNICAST, 2) in speaker.received)
    assert RouteRefresh(IPV4_UNICAST, 1) in speaker.received
    assert speaker.heard(TAGGED) is not None


def test_ten_thousand_prefixes_of_ours(side: Side) -> None:
    speaker = side.speak()
    prefixes = tuple(IPv4Prefix.of(0x20000000 + (i << 8), 24) for i in range(10_000))
    attributes = Attributes(Origin.IGP, AsPath.of(OUR_ASN), OUR_HOST)
    speaker.send(*announce(Reach(IPV4_UNICAST, attributes, prefixes), speaker.context))
    side.until(lambda: count(side) == 10_000)
    speaker.send(*withdraw(Unreach(IPV4_UNICAST, prefixes), speaker.context))
    side.until(lambda: count(side) == 0)


def count(side: Side) -> int:
    """How many prefixes FRR has from us."""
    summary = side.frr.json("show bgp ipv4 unicast summary")
    return int(summary["peers"][str(OUR_HOST)]["pfxRcd"])
