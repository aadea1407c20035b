"""What lists and route maps of the configuration say of paths."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.address import IPv4Prefix
from iosemu.features.route_map.config import lists_of
from iosemu.policy.acl_match import Facts
from iosemu.policy.as_path import AsPathProgram
from iosemu.policy.path_map import BoundMap, PathFacts, path_map
from iosemu.policy.prefix_list import Prefix
from iosemu.policy.route_map import Lists
from iosemu.wire.bgp_as_path import AsPath
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix

from .settings import AclName, PeerKind, TableSettings
from .table import Path, Source
from .turn import Turn

KINDS = {
    PeerKind.INTERNAL: "internal",
    PeerKind.EXTERNAL: "external",
    PeerKind.CONFEDERATION: "external",
}
"""As `match route-type` has them."""


def lists(turn: Turn) -> Lists:
    """All that policies may name, with what was made of it before."""
    held = turn.state.routing.lists.get("lists")
    if held is None or held[0] is not turn.state.config:
        made = lists_of(turn.state.config)
        if held is not None:
            made.programs, made.compiled = held[1].programs, held[1].compiled
            # A route map is made of the lists it names, which may be others now.
            for key in [key for key in made.compiled if key[0] == "route-map"]:
                del made.compiled[key]
        turn.state.routing.lists["lists"] = turn.state.config, made
        return made
    return held[1]


def bare(key: Nlri) -> Prefix:
    """The prefix that lists look at."""
    return key.prefix if isinstance(key, VpnPrefix) else key


def permits(turn: Turn, name: AclName, prefix: Prefix) -> bool:
    """Whether an access list lets a network through: a standard one looks at the network, an
    extended one has it as its source and the mask as its destination."""
    if not isinstance(prefix, IPv4Prefix):
        return True
    return lists(turn).permits(name, Facts(0, prefix.network, prefix.mask))


def passes(turn: Turn, name: str, prefix: Prefix) -> bool:
    """Whether a prefix list lets a prefix through; one that is not defined does."""
    return lists(turn).passes(name, prefix)


def filter_list(turn: Turn, number: int, path: AsPath) -> bool:
    """Whether an AS path list lets a path through; one that is not defined does."""
    held = lists(turn)
    program = held.made("as-path", number, held.as_paths.get(number), AsPathProgram)
    return program is None or program.permits(path.text())


def bound_map(turn: Turn, name: str, attributes: Attributes, facts: PathFacts) -> BoundMap | None:
    """A route map about to be asked of prefixes; None: it is not defined."""
    made = path_map(lists(turn), name)
    return None if made is None else made.bound(attributes, facts)


def facts_of(source: Source, asn: int) -> PathFacts:
    """What route maps see of the paths of a neighbor."""
    return PathFacts(
        KINDS[source.kind],
        f"bgp {asn}",
        neighbor=source.address,
        peer=source.address,
    )


class Mapped(NamedTuple):
    """What `table-map` sets of a route; None: nothing."""

    metric: int | None = None
    tag: int | None = None


def table_map(turn: Turn, settings: TableSettings, key: Nlri, path: Path) -> Mapped | None:
    """What becomes of a best path on its way to the routing table; None: it does not get there,
    which only a map that filters can say."""
    assert settings.table_map is not None
    bound = bound_map(
        turn, settings.table_map, path.attributes, facts_of(path.source, turn.settings.asn)
    )
    outcome = None if bound is None else bound.decide(bare(key))
    if outcome is None:
        return None if settings.table_map_filters and bound is not None else Mapped()
    metric = outcome.attributes.med
    return Mapped(None if metric == path.attributes.med else metric, outcome.tag)
