"""`show ip bgp neighbors`: what BGP knows of a neighbor, then its TCP connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from iosemu.cli.api import Exec, Rejected, show
from iosemu.proto.bgp.list_commands import families
from iosemu.proto.bgp.list_views import FamilyHeading
from iosemu.proto.bgp.neighbor_views import NeighborView
from iosemu.proto.bgp.queries import NeighborsQuery, Scope
from iosemu.proto.bgp.show_commands import NO_NEIGHBOR, asked, scope_of
from iosemu.stack.state import Stack

from .cli import connection_view
from .views import ConnectionPart


@show("bgp.show.neighbors")
@show("bgp.vpn.neighbors")
def show_neighbors(x: Exec, **values: Any) -> Iterator[NeighborView | ConnectionPart]:
    """All neighbors, those of one family if it is named, or one."""
    address = values["peer"]
    is_family_named = values.get("family") is not None or "part" in values
    scope = scope_of(values) if is_family_named else None
    found = asked(x, NeighborsQuery(scope, x.now, address))
    if address is not None and not found:
        raise Rejected(NO_NEIGHBOR)
    yield from with_connections(x, found)


@show("bgp.all.neighbors")
def show_all_neighbors(x: Exec, **values: Any) -> Iterator[object]:
    """Family by family, of which nothing more is told then."""
    address = values["peer"]
    if address is not None and not asked(x, NeighborsQuery(None, x.now, address)):
        raise Rejected(NO_NEIGHBOR)
    for at, family in enumerate(families(x)):
        yield FamilyHeading(str(family), at > 0, leaves_room=False)
        found = asked(x, NeighborsQuery(Scope(family), x.now, address))
        yield from with_connections(x, [replace(view, families=()) for view in found])


def with_connections(
    x: Exec, views: Iterable[NeighborView]
) -> Iterator[NeighborView | ConnectionPart]:
    """Each neighbor, and its TCP connection."""
    connections = x.part(Stack).tcp.connections
    for view in views:
        yield view
        connection = None if view.conn is None else connections.get(view.conn)
        if connection is not None:
            yield ConnectionPart(connection_view(x, connection))
