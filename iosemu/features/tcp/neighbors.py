"""`show ip bgp neighbors`: what BGP knows of a neighbor, then its TCP connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iosemu.cli.api import Exec, Rejected, show
from iosemu.proto.bgp.neighbor_views import NeighborView
from iosemu.proto.bgp.queries import NeighborsQuery
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
    connections = x.part(Stack).tcp.connections
    for view in found:
        yield view
        connection = connections.get(view.conn)
        if connection is not None:
            yield ConnectionPart(connection_view(x, connection))
