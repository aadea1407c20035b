"""Which rows of a table a show asks for."""

from __future__ import annotations

from collections.abc import Callable

from iosemu.features.route_map.config import lists_of
from iosemu.policy.as_path import AsPathProgram
from iosemu.policy.community import community_of, community_program
from iosemu.policy.path_map import apply_to_path
from iosemu.policy.path_sets import PathFacts
from iosemu.policy.regex import regex
from iosemu.rib.classful import classful
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix

from .queries import Prefix, TableQuery, Which
from .state import State
from .table import Net, Path, Table

Test = Callable[[Nlri, Net, Path], bool]
EXACT = "exact-match"


def plain(prefix: Nlri) -> Prefix:
    """The prefix without an RD."""
    return prefix.prefix if isinstance(prefix, VpnPrefix) else prefix


def order(prefix: Nlri) -> tuple[int, int, int]:
    """Rows are sorted by RD, network, length."""
    rd = prefix.rd if isinstance(prefix, VpnPrefix) else 0
    return rd, plain(prefix).network, plain(prefix).length


def test(state: State, table: Table, query: TableQuery) -> Test:
    """What says of a path whether it is shown; a list that is not defined lets nothing through."""
    wanted = [value for value in query.value if value != EXACT]
    name = wanted[0] if wanted else ""
    match query.which:
        case Which.UNDER:
            return lambda prefix, net, path: _is_under(query.prefix, plain(prefix))
        case Which.REGEX:
            program = regex(" ".join(query.value))
            return lambda prefix, net, path: program.search(str(path.attributes.as_path))
        case Which.FILTER_LIST:
            found = lists_of(state.config).as_paths.get(int(name))
            if found is None:
                return _nothing
            judge = AsPathProgram(found)
            return lambda prefix, net, path: judge.permits(str(path.attributes.as_path))
        case Which.PREFIX_LIST:
            lists = lists_of(state.config)
            if name not in lists.prefix_lists and name not in lists.ipv6_prefix_lists:
                return _nothing
            return lambda prefix, net, path: lists.passes(name, plain(prefix))
        case Which.ROUTE_MAP:
            maps = lists_of(state.config)
            return lambda prefix, net, path: (
                apply_to_path(maps, name, plain(prefix), path.attributes, _facts(path)) is not None
            )
        case Which.COMMUNITY:
            return _communities(wanted, is_exact=EXACT in query.value)
        case Which.COMMUNITY_LIST:
            return _community_list(state, name, is_exact=EXACT in query.value)
        case Which.CIDR_ONLY:
            return lambda prefix, net, path: _is_classless(plain(prefix))
        case Which.INCONSISTENT_AS:
            return lambda prefix, net, path: (
                len({p.attributes.as_path.origin for p in net.paths}) > 1
            )
        case Which.ROUTES_OF:
            return lambda prefix, net, path: (
                path.source.peer is not None
                and path.source.peer.address == query.peer
                and path.imported is None
            )
        case Which.DAMPENED:
            return _nothing
        case _:
            return lambda prefix, net, path: True


def _nothing(prefix: Nlri, net: Net, path: Path) -> bool:
    return False


def _facts(path: Path) -> PathFacts:
    kind = "local" if path.is_local else "internal" if path.is_internal else "external"
    return PathFacts(kind, neighbor=None if path.is_local else path.source.address)


def _is_under(wanted: Prefix | None, prefix: Prefix) -> bool:
    return type(wanted) is type(prefix) and wanted.covers(prefix)


def _is_classless(prefix: Prefix) -> bool:
    """Whether its length is not that of its class."""
    return classful(prefix).length != prefix.length or classful(prefix) != prefix


def _communities(wanted: list[str], *, is_exact: bool) -> Test:
    numbers = {community_of(each) for each in wanted}
    if not numbers:
        return lambda prefix, net, path: bool(path.attributes.communities)
    if is_exact:
        return lambda prefix, net, path: set(path.attributes.communities) == numbers
    return lambda prefix, net, path: numbers <= set(path.attributes.communities)


def _community_list(state: State, name: str, *, is_exact: bool) -> Test:
    lists = lists_of(state.config)
    found = lists.communities(name)
    if found is None:
        return _nothing
    program = community_program(found, new_format=lists.new_format)
    permits = program.permits_exactly if is_exact else program.permits
    return lambda prefix, net, path: permits(path.attributes.communities)
