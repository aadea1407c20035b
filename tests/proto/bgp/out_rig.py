"""The table side with neighbors that write down what they are told."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.kernel.time import MILLISECOND, SECOND
from iosemu.proto.base import InterfaceState, TcpWrite
from iosemu.proto.bgp.settings import PeerKind
from iosemu.wire.bgp import RouteRefresh, parse, split
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_update import Context, Update

from .rig import Rig, ip

PLAIN = Context()
RUN_S = 0.011
"""Longer than changes are gathered."""


@dataclass
class OutRig(Rig):
    """Neighbor n of `connections` is reached over connection n."""

    read: int = 0

    def interface(self, name: str, address: str, length: int) -> None:
        """A connected network."""
        self.state.interfaces[name] = InterfaceState(
            name, "default", True, ((ip(address), length),), 1500, 10_000, 1000
        )

    def heard(self, address: str) -> list[str]:
        """What a neighbor was told since the last time somebody asked, a moment later."""
        return self.all_heard().get(address, [])

    def all_heard(self) -> dict[str, list[str]]:
        """What every neighbor was told since the last call."""
        self.run_until(self.now / SECOND + RUN_S)
        new, self.read = self.written[self.read :], len(self.written)
        names = {session.conn: name for name, session in self.sessions.items()}
        found: dict[str, list[str]] = {}
        for action in new:
            if isinstance(action, TcpWrite) and action.conn in names:
                name = names[action.conn]
                found.setdefault(name, []).extend(said(action.data, self.context(name)))
        return found

    def context(self, name: str) -> Context:
        """How a neighbor reads what we say."""
        kind = self.state.peers[self.sessions[name].peer].settings.kind
        return Context(
            internal=kind is PeerKind.INTERNAL,
            confederation=kind is PeerKind.CONFEDERATION,
        )

    def at(self, seconds: float) -> None:
        """Let time pass to shortly after a second."""
        self.run_until(seconds + 20 * MILLISECOND / SECOND)


def said(data: bytes, context: Context = PLAIN) -> list[str]:
    """Messages in words: `+10.0.0.0/8 1 2 i next 10.1.1.1`, `-10.0.0.0/8`, `end`."""
    return [word for one in split(data).messages for word in _said(one, context)]


def _said(data: bytes, context: Context) -> list[str]:
    message = parse(data, context)
    if isinstance(message, RouteRefresh):
        return [("request", "begin", "end")[message.subtype] + " refresh"]
    assert isinstance(message, Update), message
    assert not message.faults, message
    found = [f"-{key}" for unreach in message.withdrawn for key in unreach.prefixes]
    for reach in message.announced:
        found += [f"+{key} {words(reach.attributes)}" for key in reach.prefixes]
    return found + (["end"] if message.end_of_rib is not None else [])


def words(a: Attributes) -> str:
    """Attributes in short."""
    found = [f"{a.as_path} {a.origin.code}".strip(), f"next {a.next_hop}"]
    if a.med is not None:
        found.append(f"med {a.med}")
    if a.local_pref is not None:
        found.append(f"pref {a.local_pref}")
    if a.atomic_aggregate:
        found.append("atomic")
    if a.aggregator is not None:
        found.append(f"by {a.aggregator.asn} {a.aggregator.address}")
    if a.communities:
        found.append("community " + ",".join(f"{c >> 16}:{c & 0xFFFF}" for c in a.communities))
    if a.originator_id is not None:
        found.append(f"from {a.originator_id}")
    if a.cluster_list:
        found.append("cluster " + ",".join(map(str, a.cluster_list)))
    if a.extended_communities:
        found.append(" ".join(map(str, a.extended_communities)))
    for one in a.unknown:
        found.append(f"{one.type}={one.value.hex()} flags {one.flags:02x}")
    return " ".join(found)
