"""`maximum-prefix`: how many prefixes a neighbor may tell."""

from __future__ import annotations

from dataclasses import dataclass
from struct import pack

from iosemu.kernel.time import MINUTE
from iosemu.proto.base import syslog
from iosemu.wire.bgp import Notification
from iosemu.wire.bgp_error import Cease, Code

from . import session as sessions
from .intake import Intake
from .messages import Reason
from .peer import Session
from .settings import PeerKey
from .turn import Turn

RESTART = "maximum-prefix restart"


@syslog("BGP", severity=4, mnemonic="MAXPFX")
@dataclass(frozen=True, slots=True)
class ThresholdReached:
    """A neighbor comes near its limit."""

    peer: str
    afi: int
    count: int
    limit: int

    def text(self) -> str:
        return (
            f"Number of prefixes received from {self.peer} (afi {self.afi})"
            f" reaches {self.count}, max {self.limit}"
        )


@syslog("BGP", severity=3, mnemonic="MAXPFXEXCEED")
@dataclass(frozen=True, slots=True)
class LimitExceeded:
    """A neighbor told more than it may."""

    peer: str
    afi: int
    count: int
    limit: int

    def text(self) -> str:
        return (
            f"Number of prefixes received from {self.peer} (afi {self.afi}):"
            f" {self.count} exceeds limit {self.limit}"
        )


def check(turn: Turn, session: Session, intake: Intake) -> None:
    """After an update: log that the threshold is passed, once until it is not; past the limit
    end the session, unless only a warning is wanted."""
    wanted = intake.policy.maximum_prefix
    assert wanted is not None
    count = intake.table.counts.get(session.peer, 0)
    receiver, peer = intake.receiver, turn.peer(session.peer)
    family = intake.peer.table.family
    # IOS counts its families from 0.
    number = {(1, 1): 0, (1, 128): 2, (2, 1): 5}[tuple(family)]  # type: ignore[index]
    if count * 100 <= wanted.limit * wanted.percent:
        receiver.is_warned = False
        return
    if not receiver.is_warned:
        receiver.is_warned = True
        # IOS counts prefix by prefix: it is the first one too many that is told of, not the last
        # one of the update.
        first = wanted.limit * wanted.percent // 100 + 1
        turn.log(ThresholdReached(peer.name, number, first, wanted.limit))
    if count <= wanted.limit:
        return
    told = count if wanted.is_warning else wanted.limit + 1
    turn.log(LimitExceeded(peer.name, number, told, wanted.limit))
    if wanted.is_warning:
        return
    peer.is_over_limit = True
    if wanted.restart_minutes is not None:
        turn.set_timer(wanted.restart_minutes * MINUTE, RESTART, session.peer)
    data = pack("!HBI", family.afi, family.safi, wanted.limit)
    notification = Notification(Code.CEASE, Cease.MAXIMUM_PREFIXES, data)
    sessions.reset(turn, session, Reason.MAXIMUM_PREFIX, notification)


def on_restart(turn: Turn, key: PeerKey) -> None:
    """The neighbor may come back."""
    # The machine of sessions stands on the tables.
    from . import fsm

    peer = turn.state.peers.get(key)
    if peer is not None:
        peer.is_over_limit = False
        fsm.start(turn, peer)
