"""The one door by which shows ask: a query in, a view out."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from .answers import prefix_views, table_view
from .group_answers import group_views, peer_group_views
from .list_answers import families, list_view
from .neighbor_answers import neighbor_views
from .queries import (
    FamiliesQuery,
    GroupsQuery,
    ListQuery,
    NeighborsQuery,
    PeerGroupsQuery,
    PrefixQuery,
    SummaryQuery,
    TableQuery,
)
from .state import State
from .summary import summary_view


def answer(state: State, query: Hashable) -> Any:
    """What the state says; None while there is no process, or no such table."""
    if state.settings is None:
        return None
    match query:
        case TableQuery():
            return table_view(state, query)
        case PrefixQuery():
            return prefix_views(state, query)
        case SummaryQuery():
            return summary_view(state, query)
        case NeighborsQuery():
            return neighbor_views(state, query)
        case ListQuery():
            return list_view(state, query)
        case FamiliesQuery():
            return families(state)
        case GroupsQuery():
            return group_views(state, query)
        case PeerGroupsQuery():
            return peer_group_views(state, query)
        case _:
            raise AssertionError(query)
