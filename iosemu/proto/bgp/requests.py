"""What commands ask of BGP sessions: `clear ip bgp`, the hard way."""

from __future__ import annotations

from iosemu.values import dataclass
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_error import Cease, Code

from . import reconcile
from .messages import NotificationMany, Reason
from .peer import Peer, Phase
from .settings import DEFAULT_VRF, PeerAddress, PeerKind, PeerSettings
from .turn import Turn

ADMINISTRATIVE_RESET = Notification(Code.CEASE, Cease.ADMINISTRATIVE_RESET)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which neighbors a command is about: all of a VRF that fit everything that is given."""

    vrf: str = DEFAULT_VRF
    address: PeerAddress | None = None
    asn: int | None = None
    group: str | None = None
    is_external: bool = False

    @property
    def is_all(self) -> bool:
        return self == Selection(self.vrf)

    def takes(self, peer: Peer) -> bool:
        """Whether a neighbor is meant."""
        return self.fits(peer.settings)

    def fits(self, settings: PeerSettings) -> bool:
        """Whether a neighbor with these settings is."""
        return (
            settings.key.vrf == self.vrf
            and self.address in (None, settings.key.address)
            and self.asn in (None, settings.remote_as)
            and self.group in (None, settings.group)
            and (not self.is_external or settings.kind is not PeerKind.INTERNAL)
        )


@dataclass(frozen=True, slots=True)
class ResetSessions:
    """`clear ip bgp X`: end sessions and open them again."""

    selection: Selection = Selection()


def reset_sessions(turn: Turn, wanted: ResetSessions) -> None:
    """End what is meant; a neighbor that was down for too many prefixes may come back."""
    selection = wanted.selection
    meant = [peer for peer in turn.state.peers.values() if selection.takes(peer)]
    count = sum(
        session.phase is Phase.ESTABLISHED for peer in meant for session in peer.sessions.values()
    )
    for peer in meant:
        peer.is_over_limit = False
        reconcile.restart(turn, peer, Reason.USER, ADMINISTRATIVE_RESET)
    if selection.is_all and count and not turn.state.is_old:
        turn.log(NotificationMany(count, ADMINISTRATIVE_RESET, "all peers"))
