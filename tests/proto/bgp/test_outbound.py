"""What neighbors are told of a path: each row names the rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from iosemu.proto.bgp.advertising import Form
from iosemu.proto.bgp.pack import announcements
from iosemu.proto.bgp.settings import NextHopSelf, Outbound, PeerKind, RemovePrivate
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Attributes, UnknownAttribute
from iosemu.wire.bgp_community import LOCAL_AS, NO_ADVERTISE, NO_EXPORT, ExtendedCommunity
from iosemu.wire.bgp_update import Context

from .out_rig import OutRig, said
from .rig import attributes, ip

INTERNAL = Outbound(PeerKind.INTERNAL)
EXTERNAL = Outbound(PeerKind.EXTERNAL, prepends=(1,))
CLIENT = replace(INTERNAL, route_reflector_client=True)
MEMBER = Outbound(PeerKind.CONFEDERATION, prepends=(1,))
COMMUNITIES = replace(EXTERNAL, send_standard=True, send_extended=True)
EBGP, IBGP, CONFED = "10.0.2.2", "10.0.3.3", "10.0.4.4"
ASN = {EBGP: 2, IBGP: 1, CONFED: 64}
KIND = {EBGP: PeerKind.EXTERNAL, IBGP: PeerKind.INTERNAL, CONFED: PeerKind.CONFEDERATION}


def confederate(text: str, *members: int) -> AsPath:
    path = AsPath.of(*map(int, text.split()))
    return AsPath((Segment(SegmentKind.CONFED_SEQUENCE, members), *path))


def plain(path: str = "2", **others: Any) -> Attributes:
    return attributes(path, **others)


ROUTE_TARGET = ExtendedCommunity.route_target("1:1")
SITE = ExtendedCommunity.site_of_origin("1:7")
BANDWIDTH = ExtendedCommunity.link_bandwidth(1, 1000.0)

ROWS: list[tuple[str, str, Attributes, Outbound, str | None]] = [
    # rule, neighbor it is of, its attributes, the group, what the group is told
    (
        "RFC 4271 5.1.2, 5.1.3: own AS and address towards another AS",
        EBGP, plain(), EXTERNAL, "1 2 i next 10.0.9.1",
    ),
    (
        "RFC 4271 5.1.3: nothing but LOCAL_PREF changes towards the own AS",
        EBGP, plain(med=7), INTERNAL, "2 i next 10.0.2.2 med 7 pref 100",
    ),
    ("RFC 4271 9.2: not from iBGP to iBGP", IBGP, plain("", local_pref=100), INTERNAL, None),
    (
        "RFC 4271 5.1.4: MED goes no farther than the neighboring AS",
        EBGP, plain(med=7), EXTERNAL, "1 2 i next 10.0.9.1",
    ),
    (
        "RFC 4271 5.1.5: LOCAL_PREF stays inside",
        IBGP, plain("3", local_pref=300), EXTERNAL, "1 3 i next 10.0.9.1",
    ),
    (
        "RFC 4271 5.1.5: and is kept inside",
        CONFED, plain("3", local_pref=300), INTERNAL, "3 i next 10.0.4.4 pref 300",
    ),
    (
        "RFC 4456 6, 8: to a client, with originator and cluster",
        IBGP, plain("3", local_pref=100), CLIENT,
        "3 i next 10.0.3.3 pref 100 from 10.0.3.3 cluster 1.1.1.1",
    ),
    (
        "RFC 4456 8: the originator stays, the own cluster goes in front",
        IBGP,
        plain("3", local_pref=100, originator_id=ip("9.9.9.9"), cluster_list=(ip("8.8.8.8"),)),
        CLIENT,
        "3 i next 10.0.3.3 pref 100 from 9.9.9.9 cluster 1.1.1.1,8.8.8.8",
    ),
    (
        "RFC 4456 10: neither leaves the AS",
        IBGP,
        plain("3", local_pref=100, originator_id=ip("9.9.9.9"), cluster_list=(ip("8.8.8.8"),)),
        EXTERNAL,
        "1 3 i next 10.0.9.1",
    ),
    (
        "RFC 5065 4.1 a: a member AS is prepended as a confederation sequence",
        EBGP, plain(med=7), MEMBER, "(1) 2 i next 10.0.2.2 med 7 pref 100",
    ),
    (
        "RFC 5065 4.1 a: to the sequence that is there",
        CONFED, plain("3")._replace(as_path=confederate("3", 64)), MEMBER,
        "(1 64) 3 i next 10.0.4.4 pref 100",
    ),
    (
        "RFC 5065 4.1 b: confederation segments do not leave",
        CONFED, plain("3")._replace(as_path=confederate("3", 64)), EXTERNAL,
        "1 3 i next 10.0.9.1",
    ),
    (
        "local-as: both numbers, the one that the neighbor knows first",
        EBGP, plain(), replace(EXTERNAL, prepends=(77, 1)), "77 1 2 i next 10.0.9.1",
    ),
    (
        "local-as no-prepend replace-as: only the number the neighbor knows",
        EBGP, plain(), replace(EXTERNAL, prepends=(77,)), "77 2 i next 10.0.9.1",
    ),
    (
        "remove-private-as: a path of private numbers only",
        EBGP, plain("2 64512")._replace(as_path=AsPath.of(64513, 64512)),
        replace(EXTERNAL, remove_private=RemovePrivate.ONLY), "1 i next 10.0.9.1",
    ),
    (
        "remove-private-as: not from a path with public ones",
        EBGP, plain("2 64512"), replace(EXTERNAL, remove_private=RemovePrivate.ONLY),
        "1 2 64512 i next 10.0.9.1",
    ),
    (
        "remove-private-as all: also from that",
        EBGP, plain("2 64512 3"), replace(EXTERNAL, remove_private=RemovePrivate.ALL),
        "1 2 3 i next 10.0.9.1",
    ),
    (
        "remove-private-as all replace-as: our number instead",
        EBGP, plain("2 64512 3"), replace(EXTERNAL, remove_private=RemovePrivate.REPLACE),
        "1 2 1 3 i next 10.0.9.1",
    ),
    (
        "remove-private-as: not from a path that the neighbor is in",
        EBGP, plain()._replace(as_path=AsPath.of(64513, 64512)),
        replace(EXTERNAL, remove_private=RemovePrivate.ONLY, private_as=64512),
        "1 64513 64512 i next 10.0.9.1",
    ),
    (
        "as-override: our number instead of the neighbor's",
        EBGP, plain("2 9 9 3"), replace(EXTERNAL, override_as=9), "1 2 1 1 3 i next 10.0.9.1",
    ),
    (
        "next-hop-self: paths of eBGP towards iBGP",
        EBGP, plain(), replace(INTERNAL, next_hop_self=NextHopSelf.EXTERNAL),
        "2 i next 10.0.9.1 pref 100",
    ),
    (
        "next-hop-self: not what is reflected",
        IBGP, plain("3", local_pref=100), replace(CLIENT, next_hop_self=NextHopSelf.EXTERNAL),
        "3 i next 10.0.3.3 pref 100 from 10.0.3.3 cluster 1.1.1.1",
    ),
    (
        "next-hop-self all: that, too",
        IBGP, plain("3", local_pref=100), replace(CLIENT, next_hop_self=NextHopSelf.ALL),
        "3 i next 10.0.9.1 pref 100 from 10.0.3.3 cluster 1.1.1.1",
    ),
    (
        "next-hop-unchanged: of iBGP",
        IBGP,
        plain("3", local_pref=100),
        replace(EXTERNAL, next_hop_unchanged=True),
        "1 3 i next 10.0.3.3",
    ),
    (
        "next-hop-unchanged: not of eBGP",
        EBGP,
        plain(),
        replace(EXTERNAL, next_hop_unchanged=True),
        "1 2 i next 10.0.9.1",
    ),
    (
        "next-hop-unchanged allpaths",
        EBGP, plain(), replace(EXTERNAL, next_hop_unchanged_all=True), "1 2 i next 10.0.2.2",
    ),
    (
        "RFC 4271 5.1.3: a third party on the network shared with the neighbor",
        EBGP, plain(next_hop="10.0.9.77"), EXTERNAL, "1 2 i next 10.0.9.77",
    ),
    (
        "next-hop-self: not even then",
        EBGP, plain(next_hop="10.0.9.77"), replace(EXTERNAL, next_hop_self=NextHopSelf.EXTERNAL),
        "1 2 i next 10.0.9.1",
    ),
    (
        "send-community: not without it",
        EBGP, plain(communities=(65537,), extended_communities=(ROUTE_TARGET,)), EXTERNAL,
        "1 2 i next 10.0.9.1",
    ),
    (
        "send-community both",
        EBGP, plain(communities=(65537,), extended_communities=(ROUTE_TARGET,)), COMMUNITIES,
        "1 2 i next 10.0.9.1 community 1:1 RT:1:1",
    ),
    (
        "RFC 4360 6: what is not transitive does not leave the AS",
        EBGP, plain(extended_communities=(BANDWIDTH,)), COMMUNITIES, "1 2 i next 10.0.9.1",
    ),
    ("RFC 1997: no-export", EBGP, plain(communities=(NO_EXPORT,)), EXTERNAL, None),
    (
        "RFC 1997: no-export is for iBGP, and in a confederation",
        EBGP, plain(communities=(NO_EXPORT,)), MEMBER, "(1) 2 i next 10.0.2.2 pref 100",
    ),
    ("RFC 1997: no-advertise", EBGP, plain(communities=(NO_ADVERTISE,)), INTERNAL, None),
    (
        "RFC 1997: local-AS, to no other member",
        EBGP, plain(communities=(LOCAL_AS,)), MEMBER, None,
    ),
    (
        "RFC 1997: local-AS, within the member",
        EBGP, plain(communities=(LOCAL_AS,)), INTERNAL, "2 i next 10.0.2.2 pref 100",
    ),
    (
        "RFC 4364 7: not back to the site it is of",
        EBGP, plain(extended_communities=(SITE,)), replace(EXTERNAL, soo="1:7"), None,
    ),
    (
        "RFC 4271 5: attributes nobody here understands go on, as partial",
        EBGP, plain(unknown=(UnknownAttribute(0xC0, 99, b"\1"),)), EXTERNAL,
        "1 2 i next 10.0.9.1 99=01 flags e0",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "source", "received", "outbound", "expected"), ROWS)
def test_a_group_is_told_by_the_rules(
    rule: str, source: str, received: Attributes, outbound: Outbound, expected: str | None
) -> None:
    rig = OutRig()
    rig.configure(enforce_first_as=False)
    rig.interface("Ethernet0/0", "10.0.9.1", 24)
    rig.route("10.0.0.0/8")
    rig.up(source, ASN[source], kind=KIND[source])
    rig.announce(source, "192.0.2.0/24", received)
    rig.run_for(10)
    rig.up("10.0.9.9", 9, kind=outbound.kind, outbound=outbound, local="10.0.9.1")
    told = rig.heard("10.0.9.9")
    assert told == ["end"] if expected is None else told == [f"+192.0.2.0/24 {expected}", "end"]


def test_clients_do_not_hear_each_other_without_client_to_client_reflection() -> None:
    rig = OutRig()
    rig.configure(client_to_client=False)
    rig.route("10.0.0.0/8")
    rig.up(IBGP, 1, outbound=CLIENT)
    rig.up("10.0.5.5", 1, outbound=CLIENT, local="10.0.9.1")
    rig.up("10.0.6.6", 1, local="10.0.9.1")
    rig.announce(IBGP, "192.0.2.0/24", plain("", local_pref=100))
    rig.run_for(10)
    told = rig.all_heard()
    assert told["10.0.5.5"] == ["end"]
    assert told["10.0.6.6"][-1].startswith("+192.0.2.0/24")


def test_a_neighbor_with_two_octet_numbers_gets_the_path_twice() -> None:
    rig = OutRig()
    rig.route("10.0.0.0/8")
    rig.up(EBGP, 2)
    rig.announce(EBGP, "192.0.2.0/24", plain("2 100000"))
    rig.run_for(10)
    rig.up("10.0.9.9", 9, outbound=EXTERNAL, local="10.0.9.1")
    session = rig.sessions["10.0.9.9"]
    group = next(g for g in rig.state.advertising.groups.values() if session.peer in g.members)
    rig.heard("10.0.9.9")
    ((key, told),) = group.sent.items()
    old = Form(Context(four_octet=False), ip("10.0.9.1"))
    (message,) = announcements(group.key.table.family, [(told, [key])], [old])[old]
    assert said(message, Context(four_octet=False)) == ["+192.0.2.0/24 1 2 100000 i next 10.0.9.1"]
    assert (23456).to_bytes(2, "big") in message
