"""Paths that start at this router."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.wire.bgp_attributes import Attributes

from .settings import PeerKind
from .table import Local, Path, Source
from .turn import Turn

LOCAL_WEIGHT = 32768


def source_of(turn: Turn) -> Source:
    """Where they come from."""
    own = turn.state.router_id
    return Source(None, PeerKind.INTERNAL, turn.settings.asn, IPv4Address(0), own)


def path_of(turn: Turn, local: Local, attributes: Attributes, weight: int | None = None) -> Path:
    """A path of this router."""
    return Path(
        source_of(turn),
        attributes,
        LOCAL_WEIGHT if weight is None else weight,
        received_at=turn.now,
        local=local,
    )
