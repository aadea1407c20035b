"""Renderers of community lists."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import CommunityListView, ExtendedListView


@renders(CommunityListView)
def community_list(view: CommunityListView) -> Iterator[str]:
    if view.is_large:
        kind = "expanded" if view.is_expanded else "standard"
        named = "Named " if isinstance(view.name, str) else ""
        yield f"{named}Large Community {kind} list {view.name}"
    elif isinstance(view.name, str):
        yield f"Named Community {'expanded' if view.is_expanded else 'standard'} list {view.name}"
    elif view.is_expanded:
        yield f"Community (expanded) access list {view.name}"
    else:
        yield f"Community standard list {view.name}"
    for action, text in view.entries:
        yield f"     {action} {text}"


@renders(ExtendedListView)
def extended_list(view: ExtendedListView) -> Iterator[str]:
    kind = "Expanded" if view.is_expanded else "Standard"
    yield f"{kind} extended community-list {view.name}"
    for number, action, text in view.entries:
        yield f"    {number} {action} {text}"
