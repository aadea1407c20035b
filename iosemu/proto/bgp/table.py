"""The table of one family and VRF: its prefixes, their paths, and what changed when.

A `Path` is one value for all prefixes of one update that came through inbound policy alike; what
depends on the prefix is in its `Net`.  Knows no neighbor's session and no routing table.

The version of the table starts at 1 and grows by one with each prefix whose best path changes.
`changed` holds the prefix of each version that some reader may not have seen yet, so a reader that
knows version v asks `changes_since(v)` and is told each changed prefix once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from iosemu.address import IPv4Address, IPv6Address
from iosemu.kernel.time import Time
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix

from .settings import PeerKey, PeerKind

if TYPE_CHECKING:
    from .dampening import Flap, FlapKey

NO_ADDRESS = IPv4Address(0)


class Local(Enum):
    """How this router came to a path of its own."""

    NETWORK = "network"
    REDISTRIBUTED = "redistributed"
    AGGREGATE = "aggregate"


class Source(NamedTuple):
    """Where paths come from, the same value for all of a session.

    peer: None for this router itself, whose `kind` means nothing.  address: what breaks the last
    tie, 0 of this router.  router_id: of the BGP identifier of the session's OPEN.
    is_client: of this route reflector.
    """

    peer: PeerKey | None
    kind: PeerKind
    asn: int
    address: IPv4Address | IPv6Address
    router_id: IPv4Address
    is_client: bool = False


class Slot(NamedTuple):
    """What makes a path another one of the same prefix; a path with an equal one replaces it."""

    peer: PeerKey | None
    path_id: int = 0
    local: Local | None = None
    imported: VpnPrefix | None = None


class Path(NamedTuple):
    """A way to any number of prefixes.

    attributes: after inbound policy; their `next_hop` is 0 for a local path without one.
    weight: 32768 for what starts here.  path_id: as received, 0 without additional paths.
    label: of the VPN prefix at the one who told of it.  epoch: of the refresh it came with.
    local: set if the path starts here.  imported: the VPN prefix it was imported from.
    is_stale: kept while its neighbor restarts.
    """

    source: Source
    attributes: Attributes
    weight: int = 0
    path_id: int = 0
    label: int | None = None
    received_at: Time = 0
    epoch: int = 1
    local: Local | None = None
    imported: VpnPrefix | None = None
    is_stale: bool = False

    @property
    def slot(self) -> Slot:
        """What it replaces within a prefix."""
        return Slot(self.source.peer, self.path_id, self.local, self.imported)

    @property
    def next_hop(self) -> IPv4Address | IPv6Address:
        return self.attributes.next_hop

    @property
    def is_local(self) -> bool:
        return self.local is not None

    @property
    def kind(self) -> PeerKind | None:
        """How who told of it stands to this AS; None for a local path."""
        return None if self.local is not None else self.source.kind

    @property
    def is_external(self) -> bool:
        """From another AS, of this confederation or not."""
        return self.local is None and self.source.kind is not PeerKind.INTERNAL

    @property
    def is_internal(self) -> bool:
        return self.local is None and self.source.kind is PeerKind.INTERNAL


class RibState(Enum):
    """How a best path stands to the routing table; FAILURE: a better route is there already."""

    NOT_OFFERED = "not offered"
    INSTALLED = "installed"
    FAILURE = "failure"


@dataclass(slots=True)
class Net:
    """One prefix.  paths: newest first.  version: of the table when its best path last changed, 0
    if it never had one.  offer: how it stands to the routing table, alone; or, of the few whose
    load is shared, a pair of that and the paths.  There are as many as prefixes in the Internet."""

    paths: tuple[Path, ...] = ()
    best: Path | None = None
    version: int = 0
    offer: RibState | tuple[RibState, tuple[Path, ...]] = RibState.NOT_OFFERED

    @property
    def rib(self) -> RibState:
        """How it stands to the routing table."""
        offer = self.offer
        return offer[0] if isinstance(offer, tuple) else offer

    @rib.setter
    def rib(self, state: RibState) -> None:
        offer = self.offer
        self.offer = (state, offer[1]) if isinstance(offer, tuple) else state

    @property
    def multipaths(self) -> tuple[Path, ...]:
        """What shares the load with `best`, itself included; empty for the best alone."""
        offer = self.offer
        return offer[1] if isinstance(offer, tuple) else ()

    @multipaths.setter
    def multipaths(self, paths: tuple[Path, ...]) -> None:
        self.offer = (self.rib, paths) if paths else self.rib


@dataclass(slots=True)
class Activity:
    """`BGP activity`: what was made since the process started, and what of it is gone."""

    nets_made: int = 0
    nets_freed: int = 0
    paths_made: int = 0
    paths_freed: int = 0


@dataclass(slots=True)
class Table:
    """All prefixes of a family and VRF, in the order they became known.

    trimmed: the newest version that `changed` no longer holds; the prefix of version v is
      changed[v - trimmed - 1].
    received: of neighbors with soft-reconfiguration inbound, all they sent, before policy.
    suppressed: prefixes that aggregates keep from being advertised, and how many do.
    counts: how many paths of each neighbor are in the table.
    """

    nets: dict[Nlri, Net] = field(default_factory=dict)
    version: int = 1
    changed: list[Nlri] = field(default_factory=list)
    trimmed: int = 1
    received: dict[PeerKey, dict[tuple[Nlri, int], Path]] = field(default_factory=dict)
    suppressed: dict[Nlri, int] = field(default_factory=dict)
    counts: dict[PeerKey, int] = field(default_factory=dict)
    activity: Activity = field(default_factory=Activity)
    flaps: dict[FlapKey, Flap] = field(default_factory=dict)
    """The past of paths, while they are damped."""

    def path_in(self, key: Nlri, slot: Slot) -> Path | None:
        """The path of a slot of a prefix."""
        net = self.nets.get(key)
        if net is None:
            return None
        return next((path for path in net.paths if path.slot == slot), None)

    def put(self, key: Nlri, path: Path) -> bool:
        """Add a path, in front of all others; the one of its slot goes.  Whether anything is new:
        told once more within the same refresh, a path stays where it is."""
        net = self.nets.get(key)
        source, path_id = path.source, path.path_id
        if net is None:
            self.nets[key] = Net((path,))
            self.activity.nets_made += 1
        else:
            paths = net.paths
            for at, held in enumerate(paths):
                if (
                    held.source.peer == source.peer
                    and held.path_id == path_id
                    and held.local is path.local
                    and held.imported == path.imported
                ):
                    if says_the_same(held, path):
                        if held.epoch == path.epoch and held.is_stale == path.is_stale:
                            return False
                        # Told once more: it is as old as it was.
                        path = path._replace(received_at=held.received_at)
                    net.paths = (path, *paths[:at], *paths[at + 1 :])
                    return True
            net.paths = (path, *paths)
        self.activity.paths_made += 1
        if source.peer is not None and path.imported is None:
            self.counts[source.peer] = self.counts.get(source.peer, 0) + 1
        return True

    def take(self, key: Nlri, slot: Slot) -> bool:
        """Remove the path of a slot; whether there was one.  A prefix without paths stays until
        its best path is looked for again."""
        net = self.nets.get(key)
        if net is None:
            return False
        kept = tuple([path for path in net.paths if path.slot != slot])
        gone = len(net.paths) - len(kept)
        if not gone:
            return False
        net.paths = kept
        self.activity.paths_freed += gone
        if slot.peer is not None and slot.imported is None:
            self.counts[slot.peer] -= gone
        return True

    def forget(self, peer: PeerKey) -> list[Nlri]:
        """Remove all that a neighbor told; the prefixes.  What VRFs imported follows later."""
        found: list[Nlri] = []
        gone = 0
        for key, net in self.nets.items():
            paths = net.paths
            kept = [p for p in paths if p.source.peer != peer or p.imported is not None]
            if len(kept) < len(paths):
                gone += len(paths) - len(kept)
                net.paths = tuple(kept)
                found.append(key)
        self.activity.paths_freed += gone
        self.counts.pop(peer, None)
        return found

    def drop(self, key: Nlri) -> None:
        """A prefix without paths is forgotten."""
        del self.nets[key]
        self.activity.nets_freed += 1

    def of_peer(self, peer: PeerKey) -> list[tuple[Nlri, Path]]:
        """What a neighbor told, in the order of the table; not what VRFs imported of it."""
        return [
            (key, path)
            for key, net in self.nets.items()
            for path in net.paths
            if path.source.peer == peer and path.imported is None
        ]

    def note_change(self, key: Nlri, net: Net | None = None) -> None:
        """A prefix has another best path, or none: it gets the next version."""
        self.version += 1
        self.changed.append(key)
        if net is not None:
            net.version = self.version

    def changes_since(self, version: int) -> list[Nlri]:
        """The prefixes with a newer version, oldest change first, each once.

        A reader that lags behind what was trimmed has to walk `nets`; see `trim`.
        """
        assert version >= self.trimmed, (version, self.trimmed)
        newer = self.changed[version - self.trimmed :]
        if len(newer) <= 1:
            return newer
        # The last mention of each counts, as its version says.
        newer.reverse()
        unique = list(dict.fromkeys(newer))
        unique.reverse()
        return unique

    def trim(self, version: int) -> None:
        """Every reader has seen this version: forget how the table came to it."""
        if version > self.trimmed:
            del self.changed[: version - self.trimmed]
            self.trimmed = version


def says_the_same(one: Path | None, other: Path | None) -> bool:
    """Whether two paths are the same to whoever is told of them; when they came does not count."""
    if one is other:
        return True
    if one is None or other is None:
        return False
    return (
        one.attributes == other.attributes
        and one.source == other.source
        and one.weight == other.weight
        and one.label == other.label
        and one.local is other.local
        and one.path_id == other.path_id
        and one.imported == other.imported
    )
