"""Summary addresses: a path of our own to a prefix, as good as the best component."""

from __future__ import annotations

from iosemu.address import IPv4Prefix

from . import dual, table
from .metric import Vector, composite, from_typed
from .state import Destination, Kind, Path, PathKey
from .turn import Turn

KEY = PathKey(Kind.SUMMARY, "")


def wanted(turn: Turn) -> dict[IPv4Prefix, None]:
    """The prefixes some interface summarises to."""
    return {
        summary.prefix: None
        for port in turn.process.ports.values()
        for summary in port.settings.summaries
    }


def component_changed(turn: Turn, destination: Destination) -> None:
    """A destination settled: summaries that hold it may be better, worse or gone."""
    if not any(port.settings.summaries for port in turn.process.ports.values()):
        return
    for prefix in wanted(turn):
        if prefix != destination.prefix and holds(prefix, destination.prefix):
            refresh(turn, prefix)


def refresh_all(turn: Turn) -> None:
    """Summaries were configured, or are no more."""
    configured = wanted(turn)
    held = [d.prefix for d in turn.process.topology.values() if KEY in d.paths]
    for prefix in dict.fromkeys((*held, *configured)):
        refresh(turn, prefix)


def refresh(turn: Turn, prefix: IPv4Prefix) -> None:
    """Make the path to a summary be what its components allow."""
    process = turn.process
    held = process.topology.get(prefix)
    path = _path(turn, prefix) if prefix in wanted(turn) else None
    if path is None and (held is None or KEY not in held.paths):
        return
    if held is None:
        held = process.topology[prefix] = Destination(prefix)
    dual.on_path(turn, held, KEY, path)
    if path is not None and not held.is_active:
        # Its distance may be another.
        table.offer(turn, held)


def _path(turn: Turn, prefix: IPv4Prefix) -> Path | None:
    best: Path | None = None
    for component in turn.process.topology.values():
        path = component.best
        if path is None or component.prefix == prefix or path.key.kind is Kind.SUMMARY:
            continue
        if holds(prefix, component.prefix) and (best is None or path.distance < best.distance):
            best = path
    if best is None or not best.is_reachable:
        return None
    vector = _typed(turn, prefix) or best.vector
    distance = composite(vector, turn.process.settings.k, turn.scale)
    return Path(KEY, vector, distance, 0, turn.process.router_id)


def _typed(turn: Turn, prefix: IPv4Prefix) -> Vector | None:
    """The metric that `summary-metric` gives a summary, whatever its components have."""
    for one in turn.process.settings.summary_metrics:
        if one.prefix == prefix and one.metric is not None:
            return from_typed(one.metric, turn.scale)
    return None


def holds(outer: IPv4Prefix, inner: IPv4Prefix) -> bool:
    """Whether a prefix is a longer one within another."""
    return inner.length > outer.length and outer.holds(inner.network)
