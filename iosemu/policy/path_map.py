"""Route maps applied to paths of BGP: `apply_to_path`, and the parts of it for who has many.

A route map is made once into a `PathMap`: tests and setters for each entry.  For one set of
attributes most of it is decided before any prefix is seen; what remains is a `BoundMap`, which is
asked prefix by prefix.  All prefixes that the same entry lets through get the same `Outcome`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix, mask_of
from iosemu.wire.bgp_attributes import Attributes

from . import path_sets
from .acl_match import Facts
from .as_path import AsPathProgram
from .clauses import AclName, CommunityMatch, Dampening, RouteType
from .community import CommunityProgram, community_program, extended_program, large_program
from .path_sets import Outcome, PathFacts, Setter
from .prefix_list import Prefix
from .route_map import Lists, RouteMap, RouteMapEntry, protocol_of

__all__ = ["BoundMap", "Dampening", "Outcome", "PathFacts", "PathMap", "apply_to_path", "path_map"]

PathTest = Callable[[Attributes, PathFacts], bool]
PrefixTest = Callable[[Prefix], bool]
Address = IPv4Address | IPv6Address
_MOST_BOUND = 4096


class Step(NamedTuple):
    """An entry ready to be tried.

    tests: of the attributes and of the prefix; all have to hold.  on: index of the entry that
    `continue` means; None: this one decides.
    """

    sequence: int
    is_permit: bool
    path_tests: tuple[PathTest, ...]
    prefix_tests: tuple[PrefixTest, ...]
    setters: tuple[Setter, ...]
    on: int | None


class PathMap:
    """One route map with all the lists it names; as long as neither changes."""

    __slots__ = ("_bound", "goes_on", "prefix_tests", "steps", "unknown")

    def __init__(self, lists: Lists, held: RouteMap) -> None:
        self.steps = _steps(lists, held)
        self.prefix_tests = [step.prefix_tests for step in self.steps]
        self.goes_on = any(step.on is not None for step in self.steps)
        self.unknown: list[bool | None] = [None] * len(self.steps)
        self._bound: dict[tuple[Attributes, PathFacts], BoundMap] = {}

    def bound(self, attributes: Attributes, facts: PathFacts) -> BoundMap:
        """What is left to ask of each prefix of these attributes."""
        key = (attributes, facts)
        found = self._bound.get(key)
        if found is None:
            if len(self._bound) >= _MOST_BOUND:
                self._bound.clear()
            found = self._bound[key] = BoundMap(self, attributes, facts)
        return found


class BoundMap:
    """A route map for one set of attributes.  Whether the tests of an entry that are not about the
    prefix hold is found out when a prefix first gets that far, and kept."""

    __slots__ = ("_attributes", "_facts", "_goes_on", "_holds", "_map", "_outcomes")

    def __init__(self, held: PathMap, attributes: Attributes, facts: PathFacts) -> None:
        self._map, self._attributes, self._facts = held, attributes, facts
        self._holds: list[bool | None] = held.unknown.copy()
        self._outcomes: dict[tuple[int, ...], Outcome | None] = {}

    def decide(self, prefix: Prefix) -> Outcome | None:
        """What becomes of a path to this prefix; None: it is denied."""
        if self._map.goes_on:
            return self._walk(prefix)
        holds = self._holds
        for place, tests in enumerate(self._map.prefix_tests):
            if holds[place] is False:
                continue
            for test in tests:
                if not test(prefix):
                    break
            else:
                if holds[place] or self._is_held(place):
                    key = (place,)
                    outcomes = self._outcomes
                    return outcomes[key] if key in outcomes else self._made(key)
        return None

    def _is_held(self, place: int) -> bool:
        for test in self._map.steps[place].path_tests:
            if not test(self._attributes, self._facts):
                self._holds[place] = False
                return False
        self._holds[place] = True
        return True

    def _walk(self, prefix: Prefix) -> Outcome | None:
        """With `continue`: every entry that matches adds what it sets, a deny ends it all."""
        matched: list[int] = []
        wanted = 0
        for place, step in enumerate(self._map.steps):
            holds = self._holds[place]
            if place < wanted or holds is False or not all(t(prefix) for t in step.prefix_tests):
                continue
            if not (holds or self._is_held(place)):
                continue
            matched.append(place)
            if step.on is None:
                break
            wanted = step.on
        if not matched:
            return None
        key = tuple(matched)
        return self._outcomes[key] if key in self._outcomes else self._made(key)

    def _made(self, key: tuple[int, ...]) -> Outcome | None:
        """What the entries that matched set, in order."""
        outcome: Outcome | None = Outcome(self._attributes)
        for place in key:
            step = self._map.steps[place]
            if not step.is_permit:
                outcome = None
                break
            for setter in step.setters:
                assert outcome is not None
                outcome = setter(outcome, self._facts)
        if outcome is not None and outcome.attributes == self._attributes:
            # What was set is what was there: one object for both.
            outcome = outcome._replace(attributes=self._attributes)
        self._outcomes[key] = outcome
        return outcome


def path_map(lists: Lists, name: str) -> PathMap | None:
    """The route map of a name, ready to apply; None if it is not defined."""
    return lists.made("route-map", name, lists.maps.get(name), lambda held: PathMap(lists, held))


def apply_to_path(
    lists: Lists, name: str, prefix: Prefix, attributes: Attributes, facts: PathFacts
) -> Outcome | None:
    """What a route map makes of a path; None if it denies it, or if there is no such route map."""
    found = path_map(lists, name)
    return None if found is None else found.bound(attributes, facts).decide(prefix)


# -- making ----


def _steps(lists: Lists, held: RouteMap) -> tuple[Step, ...]:
    ordered = held.in_order()
    places = {sequence: place for place, (sequence, _) in enumerate(ordered)}
    return tuple(
        Step(
            sequence,
            entry.is_permit,
            tuple(path_tests(lists, entry)),
            tuple(prefix_tests(lists, entry)),
            tuple(path_sets.setters(lists, entry)),
            _on(entry, sequence, places),
        )
        for sequence, entry in ordered
    )


def _on(entry: RouteMapEntry, sequence: int, places: dict[int, int]) -> int | None:
    """Where a `continue` leads.  A jump never goes back, and one to an entry that is not there
    goes nowhere; a deny always decides."""
    if entry.continue_at is None or not entry.is_permit:
        return None
    target = entry.continue_at.sequence
    if not target:
        return places[sequence] + 1
    return places[target] if target > sequence and target in places else None


# -- tests of the prefix ----


def prefix_tests(lists: Lists, entry: RouteMapEntry) -> list[PrefixTest]:
    """Clauses about the prefix; one about the other family never fits."""
    found: list[PrefixTest] = []
    if entry.match_acls:
        found.append(_acls(lists, entry.match_acls))
    if entry.match_prefix_lists:
        found.append(_prefix_lists(lists, entry.match_prefix_lists, is_ipv6=False))
    if entry.match_ipv6_prefix_lists:
        found.append(_prefix_lists(lists, entry.match_ipv6_prefix_lists, is_ipv6=True))
    if entry.match_ipv6_acl is not None:
        # There are no IPv6 access lists, and one that is not defined permits all.
        found.append(lambda prefix: type(prefix) is IPv6Prefix)
    return found


def _acls(lists: Lists, names: tuple[AclName, ...]) -> PrefixTest:
    """An extended list has the network as its source and the mask as its destination."""

    def test(prefix: Prefix) -> bool:
        if type(prefix) is not IPv4Prefix:
            return False
        facts = Facts(0, prefix.network, mask_of(prefix.length))
        return any(lists.permits(name, facts) for name in names)

    return test


def _prefix_lists(lists: Lists, names: tuple[str, ...], *, is_ipv6: bool) -> PrefixTest:
    """One of them has to permit it; one that is not defined permits all."""
    family = IPv6Prefix if is_ipv6 else IPv4Prefix
    programs = [lists.prefix_program(name, is_ipv6=is_ipv6) for name in names]
    permits = [program.permits for program in programs if program is not None]
    if len(permits) < len(programs):
        return lambda prefix: type(prefix) is family
    if len(permits) == 1:
        only = permits[0]
        return lambda prefix: type(prefix) is family and only(prefix)
    return lambda prefix: type(prefix) is family and any(each(prefix) for each in permits)


# -- tests of everything else ----


def path_tests(lists: Lists, entry: RouteMapEntry) -> list[PathTest]:
    """Clauses about attributes and about where the path is from."""
    found = [*_attribute_tests(lists, entry), *_fact_tests(entry)]
    for acls, names, names6, address_of in (
        (
            entry.match_next_hop_acls,
            entry.match_next_hop_prefix_lists,
            entry.match_ipv6_next_hop_prefix_lists,
            _next_hop,
        ),
        (
            entry.match_route_source_acls,
            entry.match_route_source_prefix_lists,
            entry.match_ipv6_route_source_prefix_lists,
            _told_by,
        ),
    ):
        if acls:
            found.append(_address_acls(lists, acls, address_of))
        if names:
            found.append(_address_lists(lists, names, address_of, is_ipv6=False))
        if names6:
            found.append(_address_lists(lists, names6, address_of, is_ipv6=True))
    return found


def _attribute_tests(lists: Lists, entry: RouteMapEntry) -> list[PathTest]:
    found: list[PathTest] = []
    if entry.match_as_paths:
        found.append(_as_paths(lists, entry.match_as_paths))
    if entry.match_community is not None:
        found.append(_communities(lists, entry.match_community))
    if entry.match_extcommunities:
        found.append(_extended(lists, entry.match_extcommunities))
    if entry.match_large_community is not None:
        found.append(_large(lists, entry.match_large_community))
    if entry.match_local_preferences:
        preferences = entry.match_local_preferences
        found.append(
            lambda attributes, facts: (
                (DEFAULT_PREFERENCE if attributes.local_pref is None else attributes.local_pref)
                in preferences
            )
        )
    if entry.match_metrics:
        metrics = entry.match_metrics
        found.append(lambda attributes, facts: (attributes.med or 0) in metrics)
    return found


DEFAULT_PREFERENCE = 100


def _fact_tests(entry: RouteMapEntry) -> list[PathTest]:
    found: list[PathTest] = []
    if entry.match_interfaces:
        interfaces = entry.match_interfaces
        found.append(lambda attributes, facts: facts.interface in interfaces)
    if entry.match_tags:
        tags = entry.match_tags
        found.append(lambda attributes, facts: facts.tag in tags)
    if entry.match_route_type is not None:
        found.append(_kind(entry.match_route_type))
    if entry.match_source_protocol is not None:
        wanted = entry.match_source_protocol
        found.append(lambda attributes, facts: protocol_of(facts.source) == wanted)
    return found


def _kind(wanted: RouteType) -> PathTest:
    text = str(wanted)
    return lambda attributes, facts: facts.kind == text


def _as_paths(lists: Lists, numbers: tuple[int, ...]) -> PathTest:
    """A list that is not defined permits all."""
    programs = [
        lists.made("as-path", number, lists.as_paths.get(number), AsPathProgram)
        for number in numbers
    ]

    def test(attributes: Attributes, facts: PathFacts) -> bool:
        text = attributes.as_path.text()
        return any(program is None or program.permits(text) for program in programs)

    return test


def community_list(lists: Lists, name: int | str) -> CommunityProgram[int] | None:
    """The list of plain communities of a name, ready to match."""
    return lists.made(
        "community-list",
        name,
        lists.communities(name),
        lambda held: community_program(held, new_format=lists.new_format),
    )


def _communities(lists: Lists, match: CommunityMatch) -> PathTest:
    """A list that is not defined fits nothing."""
    found = [community_list(lists, name) for name in match.lists]
    programs = [program for program in found if program is not None]
    if match.exact_match:
        return lambda attributes, facts: any(
            program.permits_exactly(attributes.communities) for program in programs
        )
    return lambda attributes, facts: any(
        program.permits(attributes.communities) for program in programs
    )


def _extended(lists: Lists, names: tuple[int | str, ...]) -> PathTest:
    found = [
        lists.made("extcommunity-list", name, lists.extended(name), extended_program)
        for name in names
    ]
    programs = [program for program in found if program is not None]
    return lambda attributes, facts: any(
        program.permits(attributes.extended_communities) for program in programs
    )


def _large(lists: Lists, match: CommunityMatch) -> PathTest:
    found = [
        lists.made("large-community-list", name, lists.large(name), large_program)
        for name in match.lists
    ]
    programs = [program for program in found if program is not None]
    if match.exact_match:
        return lambda attributes, facts: any(
            program.permits_exactly(attributes.large_communities) for program in programs
        )
    return lambda attributes, facts: any(
        program.permits(attributes.large_communities) for program in programs
    )


AddressOf = Callable[[Attributes, PathFacts], Address | None]


def _next_hop(attributes: Attributes, facts: PathFacts) -> Address | None:
    return attributes.next_hop


def _told_by(attributes: Attributes, facts: PathFacts) -> Address | None:
    return facts.neighbor


def _address_acls(lists: Lists, names: tuple[AclName, ...], address_of: AddressOf) -> PathTest:
    def test(attributes: Attributes, facts: PathFacts) -> bool:
        address = address_of(attributes, facts)
        if not isinstance(address, IPv4Address):
            return False
        return any(lists.permits(name, Facts(0, address, 0)) for name in names)

    return test


def _address_lists(
    lists: Lists, names: tuple[str, ...], address_of: AddressOf, *, is_ipv6: bool
) -> PathTest:
    permits = _prefix_lists(lists, names, is_ipv6=is_ipv6)

    def test(attributes: Attributes, facts: PathFacts) -> bool:
        address = address_of(attributes, facts)
        if address is None:
            return False
        if isinstance(address, IPv6Address):
            return permits(IPv6Prefix(address, 128))
        return permits(IPv4Prefix(address, 32))

    return test
