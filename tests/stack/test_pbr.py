"""Policy routing of one router: when each set clause is usable, what matches, what is counted."""

from __future__ import annotations

import pickle
from random import Random

import pytest

from iosemu.config.entries import Entries
from iosemu.policy.route_map import Length, RouteMap, RouteMapEntry, VerifiedNextHop
from iosemu.rib.fib import Path
from iosemu.stack.access import define as define_acl
from iosemu.stack.pbr import decide, define, first, marked
from iosemu.stack.pbr_state import PolicyCount
from iosemu.wire.ipv4 import IPv4, datagram
from tests.policy.lists import acl

from .net import Net, Router, chain, ip

TARGET = "9.9.9.9"


def E(**fields: object) -> RouteMapEntry:
    return RouteMapEntry(**fields)  # type: ignore[arg-type]


def hops(*texts: str) -> dict[str, object]:
    return {"set_next_hops": tuple(ip(text) for text in texts)}


# -- usability: (entry, interfaces that are down, default route, explicit route, expected) ----

UP = ""
N1, N2, N3 = "10.0.1.9", "10.0.2.9", "10.0.3.9"
E1, E2, E3 = "Ethernet0/1", "Ethernet0/2", "Ethernet0/3"
EXPLICIT, DEFAULT, BOTH, NONE = "explicit", "default", "both", "none"
RIB = None
"""The routing table decides."""
NH = E(**hops(N1))
NH2 = E(**hops(N1, N2))
IF = E(set_interfaces=(E1,))
IF2 = E(set_interfaces=(E1, E2))
DN = E(set_default_next_hops=(ip(N1),))
DN2 = E(set_default_next_hops=(ip(N1), ip(N2)))
DI = E(set_default_interfaces=(E1,))
DI2 = E(set_default_interfaces=(E1, E2))
ALL = E(
    **hops(N1),
    set_interfaces=(E2,),
    set_default_next_hops=(ip(N3),),
    set_default_interfaces=("Ethernet1/0",),
)
REC = E(set_next_hop_recursive=ip("8.8.8.8"))
VER = E(
    set_verified=Entries({20: VerifiedNextHop(ip(N2), 2), 10: VerifiedNextHop(ip(N1), 1)}),
)
VER_NH = E(set_verified=VER.set_verified, **hops(N3))

CASES: list[tuple[RouteMapEntry, str, str, str | None]] = [
    # next hops on the line are tried from left to right
    (NH, UP, EXPLICIT, E1),
    (NH, UP, DEFAULT, E1),
    (NH, UP, NONE, E1),
    (NH, "1", EXPLICIT, RIB),
    (NH, "1", NONE, RIB),
    (NH, "23", EXPLICIT, E1),
    (NH2, UP, EXPLICIT, E1),
    (NH2, "1", EXPLICIT, E2),
    (NH2, "12", EXPLICIT, RIB),
    (E(**hops("10.0.1.2")), UP, EXPLICIT, RIB),  # an own address
    (E(**hops("10.0.1.255")), UP, EXPLICIT, RIB),  # a broadcast address
    (E(**hops("8.8.8.8")), UP, EXPLICIT, RIB),  # reachable, not adjacent
    (E(**hops("77.7.7.7")), UP, NONE, RIB),  # unknown
    (E(**hops("77.7.7.7")), UP, DEFAULT, RIB),  # only by the default route
    (E(**hops("172.16.0.9")), UP, EXPLICIT, RIB),  # on the network of a loopback
    (E(**hops("77.7.7.7", N2)), UP, EXPLICIT, E2),
    # interfaces need an explicit route, and must be up
    (IF, UP, EXPLICIT, E1),
    (IF, UP, BOTH, E1),
    (IF, UP, DEFAULT, RIB),
    (IF, UP, NONE, RIB),
    (IF, "1", EXPLICIT, RIB),
    (IF2, "1", EXPLICIT, E2),
    (IF2, "12", EXPLICIT, RIB),
    (E(set_interfaces=("Loopback0",)), UP, EXPLICIT, RIB),
    (E(set_interfaces=("Ethernet9/9",)), UP, EXPLICIT, RIB),
    (E(set_interfaces=("Null0",)), UP, EXPLICIT, "Null0"),
    (E(set_interfaces=("Null0",)), UP, NONE, "Null0"),
    (E(set_interfaces=(E1, "Null0")), "1", EXPLICIT, "Null0"),
    # default next hops: only without an explicit route
    (DN, UP, EXPLICIT, RIB),
    (DN, UP, BOTH, RIB),
    (DN, UP, DEFAULT, E1),
    (DN, UP, NONE, E1),
    (DN, "1", DEFAULT, RIB),
    (DN2, "1", DEFAULT, E2),
    (DN2, "12", DEFAULT, RIB),
    (E(set_default_next_hops=(ip("8.8.8.8"),)), UP, DEFAULT, RIB),
    # default interfaces
    (DI, UP, EXPLICIT, RIB),
    (DI, UP, BOTH, RIB),
    (DI, UP, DEFAULT, E1),
    (DI, UP, NONE, E1),
    (DI, "1", DEFAULT, RIB),
    (DI2, "1", NONE, E2),
    (DI2, "12", NONE, RIB),
    (E(set_default_interfaces=("Null0",)), UP, NONE, "Null0"),
    (E(set_default_interfaces=("Null0",)), UP, EXPLICIT, RIB),
    (E(set_default_interfaces=("Loopback0",)), UP, NONE, RIB),
    # all of them: next hop, interface, default next hop, default interface
    (ALL, UP, EXPLICIT, E1),
    (ALL, UP, NONE, E1),
    (ALL, "1", EXPLICIT, E2),
    (ALL, "12", EXPLICIT, RIB),
    (ALL, "1", DEFAULT, E3),
    (ALL, "1", NONE, E3),
    (ALL, "12", DEFAULT, E3),
    (ALL, "13", DEFAULT, "Ethernet1/0"),
    (ALL, "123", NONE, "Ethernet1/0"),
    (ALL, "123", EXPLICIT, RIB),
    (ALL, "123x", DEFAULT, RIB),
    # recursive: 8.8.8.8 is behind 10.0.2.9
    (REC, UP, EXPLICIT, E2),
    (REC, UP, NONE, E2),
    (REC, "2", EXPLICIT, RIB),
    (REC, "2", DEFAULT, E3),  # the default route leads to 8.8.8.8 too
    (E(set_next_hop_recursive=ip(N1)), UP, EXPLICIT, E1),
    (E(set_next_hop_recursive=ip(N1), set_interfaces=(E3,)), "1", EXPLICIT, E3),
    (E(**hops(N1), set_next_hop_recursive=ip("8.8.8.8")), UP, EXPLICIT, E1),
    (E(**hops(N1), set_next_hop_recursive=ip("8.8.8.8")), "1", EXPLICIT, E2),
    (E(set_next_hop_recursive=ip("10.0.1.2")), UP, EXPLICIT, RIB),
    # verified: by sequence, the tracked object and the interface must be up; track 1 is up
    (VER, UP, EXPLICIT, E1),
    (VER, "1", EXPLICIT, RIB),
    (VER_NH, "1", EXPLICIT, E3),
    (VER_NH, UP, EXPLICIT, E1),
    (E(), UP, EXPLICIT, RIB),
]


def built(down: str, table: str) -> Router:
    """Ethernet0/1 to 0/3 with 10.0.N.2/24, Ethernet1/0, a loopback; `down`: numbers of those that
    are not up, x: Ethernet1/0."""
    router = Net().router("R")
    router.port("Loopback0", "172.16.0.1/24")
    for n in "123":
        router.port(f"Ethernet0/{n}", f"10.0.{n}.2/24", shutdown=n in down)
    router.port("Ethernet1/0", "10.1.0.2/24", shutdown="x" in down)
    for name, port in router.stack.interfaces.items():
        if port.is_hardware and not port.settings.shutdown:
            assert port.is_up, name
    if "2" not in down:
        router.static("8.8.8.8/32", N2)
    if table in (EXPLICIT, BOTH):
        router.static("9.0.0.0/8", "10.0.3.9" if "3" not in down else "10.1.0.9")
    if table in (DEFAULT, BOTH):
        router.static("0.0.0.0/0", "10.0.3.9" if "3" not in down else "10.1.0.9")
    router.stack.policies.tracks[1] = True
    return router


def packet(source: str = "1.1.1.1", target: str = TARGET, size: int = 8) -> IPv4:
    return datagram(ip(source), ip(target), 17, bytes(size))


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_set_clause_is_usable_or_not(number: int) -> None:
    entry, down, table, expected = CASES[number]
    stack = built(down, table).stack
    found = decide(stack, "default", entry, packet())
    assert (None if found.path is None else found.path.interface) == expected
    tried = bool(entry.set_next_hops or entry.set_interfaces or entry.set_default_next_hops)
    if expected is None and tried:
        assert found.skipped, "the reasons are told"


def test_the_table_has_many_cases() -> None:
    assert len(CASES) >= 60


def test_tracked_next_hops_follow_their_objects() -> None:
    stack = built(UP, EXPLICIT).stack
    for up, expected in (((1,), E1), ((1, 2), E1), ((2,), E2), ((), None)):
        stack.policies.tracks = dict.fromkeys(up, True)
        found = decide(stack, "default", VER, packet())
        assert (None if found.path is None else found.path.interface) == expected
    assert found.skipped == (
        (f"set ip next-hop verify-availability {N1} 10 track 1", "track 1 is down"),
        (f"set ip next-hop verify-availability {N2} 20 track 2", "track 2 is down"),
    )


# -- what matches ----


@pytest.mark.parametrize(
    ("entry", "is_match"),
    [
        (E(), True),
        (E(match_acls=("ONE",)), True),
        (E(match_acls=("NO",)), False),
        (E(match_acls=("NO", "ONE")), True),
        (E(match_acls=("UNDEFINED",)), True),
        (E(match_length=Length(28, 28)), True),
        (E(match_length=Length(29, 100)), False),
        (E(match_length=Length(1, 100), match_acls=("NO",)), False),
        (E(match_prefix_lists=("ANY",)), True),
        (E(match_prefix_lists=("ANY",), match_acls=("NO",)), False),
        (E(match_tags=(7,)), True),
    ],
)
def test_what_matches_a_packet(entry: RouteMapEntry, is_match: bool) -> None:
    stack = built(UP, EXPLICIT).stack
    define_acl(stack, "ONE", acl("permit ip host 1.1.1.1 any"))
    define_acl(stack, "NO", acl("deny ip host 1.1.1.1 any;permit ip any any"))
    found = first(stack, RouteMap(Entries({10: entry})), packet())
    assert (found is not None) is is_match


def test_random_route_maps_agree_with_a_plain_reading_of_them() -> None:
    """The oracle knows nothing of the stack: interfaces that are up, and one explicit route."""
    random = Random(11)
    seen: dict[str | None, int] = {}
    for _ in range(400):
        down = "".join(n for n in "123" if random.random() < 0.4)
        table = random.choice((EXPLICIT, DEFAULT, BOTH, NONE))
        stack = built(down, table).stack
        define_acl(stack, "ONE", acl("permit ip host 1.1.1.1 any"))
        define_acl(stack, "NO", acl("deny ip host 1.1.1.1 any;permit ip any any"))
        entries: dict[int, RouteMapEntry] = {}
        plan: list[tuple[int, bool, bool, list[str], list[str], list[str], list[str]]] = []
        for sequence in sorted(random.sample(range(1, 99), random.randrange(1, 4))):
            lists = random.choice(((), ("ONE",), ("NO",), ("NO", "ONE")))
            is_permit = random.random() < 0.8
            sets = [random.sample("123", random.randrange(3)) for _ in range(4)]
            entries[sequence] = E(
                action="permit" if is_permit else "deny",
                match_acls=lists,
                set_next_hops=tuple(ip(f"10.0.{n}.9") for n in sets[0]),
                set_interfaces=tuple(f"Ethernet0/{n}" for n in sets[1]),
                set_default_next_hops=tuple(ip(f"10.0.{n}.9") for n in sets[2]),
                set_default_interfaces=tuple(f"Ethernet0/{n}" for n in sets[3]),
            )
            plan.append((sequence, not lists or "ONE" in lists, is_permit, *sets))
        wanted = None
        chosen = next((row for row in plan if row[1]), None)
        if chosen is not None and chosen[2]:
            is_explicit = table in (EXPLICIT, BOTH)
            tried = [*chosen[3], *(chosen[4] if is_explicit else [])]
            tried += [] if is_explicit else [*chosen[5], *chosen[6]]
            up = [n for n in tried if n not in down]
            wanted = f"Ethernet0/{up[0]}" if up else None
        found = first(stack, RouteMap(Entries(entries)), packet())
        assert (None if found is None else found[0]) == (None if chosen is None else chosen[0])
        path: Path | None = None
        if found is not None and found[1].is_permit:
            path = decide(stack, "default", found[1], packet()).path
        assert (None if path is None else path.interface) == wanted
        seen[wanted] = seen.get(wanted, 0) + 1
    assert len(seen) == 4
    assert min(seen.values()) > 10


# -- bits ----


@pytest.mark.parametrize(
    ("entry", "before", "after"),
    [
        (E(set_precedence="flash"), 0x1E, 0x7E),
        (E(set_precedence=0), 0xFF, 0x1F),
        (E(set_tos="min-delay"), 0xE0, 0xF0),
        (E(set_tos=15), 0xA1, 0xBF),
        (E(set_dscp="ef"), 0x03, 0xBB),
        (E(set_dscp=10), 0xFF, 0x2B),
        (E(set_precedence="network", set_tos=1), 0x00, 0xE2),
    ],
)
def test_bits_of_the_type_of_service(entry: RouteMapEntry, before: int, after: int) -> None:
    assert marked(packet()._replace(tos=before), entry).tos == after


def test_the_bit_against_fragments() -> None:
    assert marked(packet(), E(set_df=1)).dont_fragment
    assert not marked(packet()._replace(dont_fragment=True), E(set_df=0)).dont_fragment


# -- in the chain ----


def test_a_policy_is_asked_about_every_packet_and_nothing_is_remembered() -> None:
    network = chain(3)
    r1, r2 = network.routers["R1"], network.routers["R2"]
    for sequence in range(4):
        r1.ping("10.0.2.2", sequence)
        network.wait(2)
    r1.got()
    port = r2.stack.interfaces["Ethernet0/0"]
    assert port.flows
    r2.port("Ethernet0/0", "10.0.1.2/24", policy="P")
    assert not port.flows, "a policy that is new is asked at once"
    define(r2.stack, "P", RouteMap(Entries({10: E()})))
    for sequence in range(3):
        r1.ping("10.0.2.2", sequence)
        network.wait(1)
    assert len(r1.got()) == 3
    assert r2.stack.policies.counts["P", 10].packets == 3
    assert not port.flows
    define(r2.stack, "P", RouteMap(Entries({10: E(set_interfaces=("Null0",))})))
    r1.ping("10.0.2.2", 9)
    assert [type(event).__name__ for event in r1.got()] == ["IcmpError"]
    r2.port("Ethernet0/0", "10.0.1.2/24")
    for sequence in range(3):
        r1.ping("10.0.2.2", sequence)
        network.wait(1)
    assert port.flows, "without a policy flows are remembered again"
    assert pickle.loads(pickle.dumps(r2.stack)).policies == r2.stack.policies


def test_counters_go_with_their_entry() -> None:
    stack = built(UP, EXPLICIT).stack
    held = RouteMap(Entries({10: E(), 20: E()}))
    define(stack, "P", held)
    stack.policies.counts.update({("P", n): PolicyCount(n) for n in (10, 20)})
    define(stack, "P", RouteMap(held.entries.drop(20)))
    assert list(stack.policies.counts) == [("P", 10)]
    define(stack, "P", None)
    assert not stack.policies.counts
