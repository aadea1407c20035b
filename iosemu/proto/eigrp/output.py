"""The flush: what was gathered for the neighbors goes out, in packets as full as they get."""

from __future__ import annotations

from iosemu.address import IPv4Prefix
from iosemu.wire.eigrp import Flag, Opcode, Route

from . import routes, transport
from .state import Neighbor, NeighborKey, Outbox, Port
from .turn import Turn


def flush(turn: Turn) -> None:
    """Whole tables first, then changes, questions and answers."""
    outbox, turn.process.outbox = turn.process.outbox, Outbox()
    for key in outbox.tables:
        neighbor = turn.process.neighbors.get(key)
        if neighbor is not None:
            send_table(turn, neighbor)
    for port in list(turn.process.ports.values()):
        send_updates(turn, port, outbox)
        send_queries(turn, port, outbox)
    for key, prefixes in outbox.replies.items():
        neighbor = turn.process.neighbors.get(key)
        if neighbor is not None:
            port = turn.process.ports[key.interface]
            answers = routes.answers_of(turn, port, list(prefixes))
            for batch in transport.packed(turn, port, answers):
                transport.unicast(turn, neighbor, Opcode.REPLY, batch)


def send_table(turn: Turn, neighbor: Neighbor) -> None:
    """The whole table for one neighbor; its last packet says so."""
    port = turn.process.ports[neighbor.key.interface]
    batches = list(transport.packed(turn, port, routes.table_of(turn, port))) or [()]
    for batch in batches[:-1]:
        transport.unicast(turn, neighbor, Opcode.UPDATE, batch)
    transport.unicast(turn, neighbor, Opcode.UPDATE, batches[-1], Flag.EOT)


def send_updates(turn: Turn, port: Port, outbox: Outbox) -> None:
    """Changed destinations.  A neighbor that just got the whole table gets them too: what it was
    told of is poisoned where it is the successor."""
    if not outbox.updates or not turn.neighbors_on(port):
        return
    name = port.name
    prefixes = [p for p, where in outbox.updates.items() if where is None or name in where]
    for batch in transport.packed(turn, port, routes.changes_of(turn, port, prefixes)):
        transport.multicast(turn, port, Opcode.UPDATE, batch)


def send_queries(turn: Turn, port: Port, outbox: Outbox) -> None:
    """Ask: all of an interface at once if all of them are asked the same."""
    everybody = {n.key: None for n in turn.neighbors_on(port) if n.stub is None}
    groups: dict[tuple[NeighborKey, ...], list[IPv4Prefix]] = {}
    for prefix, asked in outbox.queries.items():
        here = tuple(key for key in asked if key.interface == port.name and key in everybody)
        if here and _is_active(turn, prefix):
            groups.setdefault(here, []).append(prefix)
    for asked, prefixes in groups.items():
        questions: list[Route] = list(routes.questions_of(turn, port, prefixes))
        for batch in transport.packed(turn, port, questions):
            if len(asked) == len(everybody):
                transport.multicast(turn, port, Opcode.QUERY, batch)
            else:
                for key in asked:
                    transport.unicast(turn, turn.process.neighbors[key], Opcode.QUERY, batch)


def _is_active(turn: Turn, prefix: IPv4Prefix) -> bool:
    destination = turn.process.topology.get(prefix)
    return destination is not None and destination.is_active
