"""What is told to neighbors, as shows ask for it: read from the state of the update groups."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address, IPv6Address
from iosemu.wire.bgp_nlri import Nlri

from .advertising import Advertising, home_of
from .selected import order
from .settings import TableKey
from .state import State
from .table import Net, Path

NOTHING = Net()


def groups_of(state: State, key: TableKey, prefix: Nlri) -> tuple[int, ...]:
    """The update groups that a prefix is told to."""
    held: Advertising | None = state.advertising
    if held is None:
        return ()
    return tuple(
        group.index for group in held.readers_of(key) if prefix in group.sent and group.members
    )


def rows(
    state: State, key: TableKey, address: IPv4Address | IPv6Address | None
) -> Iterator[tuple[Nlri, Net, Path]]:
    """The best paths that a neighbor was told of."""
    held: Advertising | None = state.advertising
    if held is None:
        return
    for group in held.readers_of(key):
        if any(peer.address == address for peer in group.members):
            table = state.routing.tables[home_of(key)]
            for prefix in sorted(group.sent, key=order):
                net = table.nets.get(prefix, NOTHING)
                if net.best is not None:
                    yield prefix, net, net.best
