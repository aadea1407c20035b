"""What an operation knows."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.kernel.time import Time
from iosemu.proto.base import Socket
from iosemu.values import dataclass

UNKNOWN = "Unknown"
OK = "OK"
OVER_THRESHOLD = "Over threshold"
TIMEOUT = "Timeout"
NO_CONNECTION = "No connection"
SOCKET_ERROR = "Socket connect error"

TOPIC = "sla "
"""Topic of an operation, with its number behind: it publishes an `Outcome`, or None when gone."""


class Outcome(NamedTuple):
    """How the last probe ended; `rtt_ms` None: nothing came back."""

    code: str
    rtt_ms: int | None


UNTRIED = Outcome(UNKNOWN, None)


@dataclass(slots=True)
class Running:
    """One scheduled operation.

    status: "pending", "active" or "inactive".  started_at: of the last probe, None before the
    first.  is_out: a probe waits for its answer; socket: where a datagram of that kind would come.
    """

    status: str = "pending"
    sequence: int = 0
    is_out: bool = False
    socket: Socket | None = None
    started_at: Time | None = None
    ends_at: Time | None = None
    outcome: Outcome = UNTRIED
    successes: int = 0
    failures: int = 0
