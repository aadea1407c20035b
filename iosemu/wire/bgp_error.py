"""Errors of BGP: codes of NOTIFICATION, IOS's words for them, and the milder ways of RFC 7606."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from .base import WireError


class Code(IntEnum):
    """Error codes of NOTIFICATION."""

    HEADER = 1
    OPEN = 2
    UPDATE = 3
    HOLD_TIMER = 4
    FSM = 5
    CEASE = 6
    ROUTE_REFRESH = 7


class HeaderError(IntEnum):
    """RFC 4271 6.1."""

    NOT_SYNCHRONIZED = 1
    BAD_LENGTH = 2
    BAD_TYPE = 3


class OpenError(IntEnum):
    """RFC 4271 6.2, RFC 5492 5; 8 to 10 are of draft-ietf-idr-bgp-multisession."""

    UNSPECIFIC = 0
    VERSION = 1
    PEER_AS = 2
    IDENTIFIER = 3
    OPTIONAL_PARAMETER = 4
    AUTHENTICATION = 5
    HOLD_TIME = 6
    CAPABILITY = 7
    GROUPING_CONFLICT = 8
    GROUPING_REQUIRED = 9
    CAPABILITY_MISMATCH = 10


class UpdateError(IntEnum):
    """RFC 4271 6.3."""

    MALFORMED = 1
    UNRECOGNIZED_WELL_KNOWN = 2
    MISSING_WELL_KNOWN = 3
    FLAGS = 4
    LENGTH = 5
    ORIGIN = 6
    NEXT_HOP = 8
    OPTIONAL = 9
    NETWORK = 10
    AS_PATH = 11


class FsmError(IntEnum):
    """In which state a message came that is none of it, RFC 6608."""

    UNSPECIFIC = 0
    OPEN_SENT = 1
    OPEN_CONFIRM = 2
    ESTABLISHED = 3


class Cease(IntEnum):
    """RFC 4486, RFC 8538, RFC 9384."""

    UNSPECIFIC = 0
    MAXIMUM_PREFIXES = 1
    ADMINISTRATIVE_SHUTDOWN = 2
    DECONFIGURED = 3
    ADMINISTRATIVE_RESET = 4
    REJECTED = 5
    CONFIGURATION_CHANGE = 6
    COLLISION = 7
    OUT_OF_RESOURCES = 8
    HARD_RESET = 9
    BFD_DOWN = 10


_REASONS: dict[tuple[int, int], str] = {
    (Code.HEADER, HeaderError.NOT_SYNCHRONIZED): "header synchronization problems",
    (Code.HEADER, HeaderError.BAD_LENGTH): "illegal header length",
    (Code.HEADER, HeaderError.BAD_TYPE): "illegal message type",
    (Code.OPEN, OpenError.VERSION): "unsupported version number",
    (Code.OPEN, OpenError.PEER_AS): "peer in wrong AS",
    (Code.OPEN, OpenError.IDENTIFIER): "BGP identifier wrong",
    (Code.OPEN, OpenError.OPTIONAL_PARAMETER): "unsupported optional parameter",
    (Code.OPEN, OpenError.AUTHENTICATION): "authentication failure",
    (Code.OPEN, OpenError.HOLD_TIME): "unacceptable hold time",
    (Code.OPEN, OpenError.CAPABILITY): "unsupported/disjoint capability",
    (Code.OPEN, OpenError.GROUPING_CONFLICT): "no supported AFI/SAFI",
    (Code.OPEN, OpenError.GROUPING_REQUIRED): "grouping required",
    (Code.OPEN, OpenError.CAPABILITY_MISMATCH): "capability value mismatch",
    (Code.UPDATE, UpdateError.MALFORMED): "update malformed",
    (Code.UPDATE, UpdateError.UNRECOGNIZED_WELL_KNOWN): "unrecognized well-known attribute",
    (Code.UPDATE, UpdateError.MISSING_WELL_KNOWN): "missing well-known attribute",
    (Code.UPDATE, UpdateError.FLAGS): "attribute flags error",
    (Code.UPDATE, UpdateError.LENGTH): "attribute length error",
    (Code.UPDATE, UpdateError.ORIGIN): "invalid origin attribute",
    (Code.UPDATE, UpdateError.NEXT_HOP): "invalid next hop attribute",
    (Code.UPDATE, UpdateError.OPTIONAL): "error in optional attribute",
    (Code.UPDATE, UpdateError.NETWORK): "illegal network",
    (Code.UPDATE, UpdateError.AS_PATH): "invalid or corrupt AS path",
    (Code.HOLD_TIMER, 0): "hold time expired",
    (Code.CEASE, Cease.MAXIMUM_PREFIXES): "Maximum Number of Prefixes Reached",
    (Code.CEASE, Cease.ADMINISTRATIVE_SHUTDOWN): "Administrative Shutdown",
    (Code.CEASE, Cease.DECONFIGURED): "Peer De-configured",
    (Code.CEASE, Cease.ADMINISTRATIVE_RESET): "Administrative Reset",
    (Code.CEASE, Cease.REJECTED): "Connection Rejected",
    (Code.CEASE, Cease.CONFIGURATION_CHANGE): "Other Configuration Change",
    (Code.CEASE, Cease.COLLISION): "Connection Collision Resolution",
    (Code.CEASE, Cease.OUT_OF_RESOURCES): "Out of Resources",
    (Code.CEASE, Cease.HARD_RESET): "Hard Reset",
    (Code.CEASE, Cease.BFD_DOWN): "BFD Down",
    (Code.ROUTE_REFRESH, 1): "invalid message length",
}
_KINDS: dict[int, str] = {
    Code.HEADER: "message header error",
    Code.OPEN: "OPEN message error",
    Code.UPDATE: "UPDATE message error",
    Code.HOLD_TIMER: "hold time expired",
    Code.FSM: "finite state machine error",
    Code.CEASE: "cease",
    Code.ROUTE_REFRESH: "ROUTE-REFRESH message error",
}


def reason(code: int, subcode: int) -> str:
    """What IOS says in brackets behind code and subcode: "hold time expired"."""
    found = _REASONS.get((code, subcode))
    return found if found is not None else _KINDS.get(code, "unknown error")


class BgpError(WireError):
    """The session must be reset with this NOTIFICATION; `data` is what goes into it."""

    def __init__(
        self, code: int, subcode: int, data: bytes = b"", *, offset: int = 0, text: str = ""
    ) -> None:
        super().__init__(offset, text or reason(code, subcode))
        self.code = code
        self.subcode = subcode
        self.data = data


class Treatment(IntEnum):
    """What is done about an attribute that is wrong, mildest first (RFC 7606 2).

    The harsher ones are a `BgpError`: no family is disabled alone, as in IOS.
    """

    DISCARD = 1
    WITHDRAW = 2


class Fault(NamedTuple):
    """What was wrong in an update that did not end the session.

    data: the attribute as it came, with its header.
    """

    treatment: Treatment
    subcode: UpdateError
    type: int
    data: bytes
    text: str
