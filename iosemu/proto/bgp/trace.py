"""What `debug ip bgp` prints of sessions, in the words of IOS 15.x.

Nobody comes here for nothing: each function looks first whether its flag is on.
"""

from __future__ import annotations

from iosemu.wire.bgp import Open
from iosemu.wire.bgp_capability import (
    Capability,
    EnhancedRefresh,
    FourOctetAs,
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RouteRefresh,
    capability_code,
    emit_capability,
)
from iosemu.wire.bgp_header import HEADER_BYTES

from .peer import Link, Peer, Phase
from .settings import DEFAULT_VRF
from .turn import Turn

SESSIONS, KEEPALIVES, EVENTS = "ip bgp", "ip bgp keepalives", "ip bgp events"
FLAGS = (SESSIONS, KEEPALIVES, EVENTS)


def is_on(turn: Turn, flag: str, peer: Peer | None = None) -> bool:
    """Whether a flag is on, and for this neighbor if it is on for one."""
    condition = turn.state.debugs.get(flag)
    if condition is None:
        return False
    wanted = getattr(condition, "neighbor", None)
    return wanted is None or (peer is not None and wanted == peer.key.address)


def _say(turn: Turn, peer: Peer, text: str) -> None:
    turn.debug(SESSIONS, f"BGP: {peer.name} {text}")


def _ses(turn: Turn, peer: Peer, link: Link | None, number: int, text: str) -> None:
    """A line about the session in IOS's own block of memory, which has an address of its own."""
    vrf = "global" if peer.key.vrf == DEFAULT_VRF else peer.key.vrf
    role = "" if link is None else f" {link.role.value[:3]}"
    place = 0x7F0E00000000 + (int(peer.key.address) & 0xFFFF) * 0x1000 + number * 0x28
    turn.debug(SESSIONS, f"BGP: ses {vrf} {peer.name} (0x{place:X}:{number}){role} {text}")


def went(turn: Turn, peer: Peer, link: Link, old: Phase, new: Phase) -> None:
    """A link has another phase."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        role = "" if old is Phase.ESTABLISHED else f"{link.word} "
        _say(turn, peer, f"{role}went from {old.words} to {new.words}")


def opening(turn: Turn, peer: Peer, local: object) -> None:
    """A connection is opened."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _say(turn, peer, f"open active, local address {local}")


def open_failed(turn: Turn, peer: Peer, why: str) -> None:
    """A connection was refused."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _say(turn, peer, f"open failed: {why}")


def delayed(turn: Turn, peer: Peer, why: str, delay_ms: int) -> None:
    """The next attempt comes later."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _say(
            turn,
            peer,
            f"Active open failed - {why}, open active delayed {delay_ms}ms"
            " (35000ms max, 60% jitter)",
        )


def passive_open(turn: Turn, peer: Peer, link: Link) -> None:
    """A connection came from the neighbor."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _say(turn, peer, f"passive open to {link.local}")
        turn.debug(SESSIONS, f"BGP: Fetched peer {peer.name} from tcb")


def open_delay(turn: Turn, peer: Peer, link: Link, delay_s: int) -> None:
    """The neighbor shall speak first."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _ses(turn, peer, link, 0, f"Setting open delay timer to {delay_s} seconds.")


def refused(turn: Turn, address: object, why: str) -> None:
    """A connection nobody wants."""
    if turn.state.debugs and is_on(turn, SESSIONS):
        turn.debug(SESSIONS, f"BGP: {address} passive open failed - {why}")


def reset(turn: Turn, peer: Peer, link: Link | None, number: int, why: str) -> None:
    """A session or an attempt at one ended."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _ses(turn, peer, link, number, f"Reset ({why}).")


def up(turn: Turn, peer: Peer, number: int) -> None:
    """A session is established."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _ses(turn, peer, None, number, "Up")


def received(turn: Turn, peer: Peer, link: Link, data: bytes) -> None:
    """A message came."""
    if not turn.state.debugs:
        return
    kind, length = data[HEADER_BYTES - 1], len(data) - HEADER_BYTES
    flag = KEEPALIVES if kind == 4 else SESSIONS
    if is_on(turn, flag, peer) and kind != 2:
        role = "" if link.phase is Phase.ESTABLISHED else f"{link.word} "
        turn.debug(
            flag,
            f"BGP: {peer.name} {role}rcv message type {kind}, length (excl. header) {length}",
        )


def keepalive_sent(turn: Turn, peer: Peer) -> None:
    """A KEEPALIVE goes out."""
    if turn.state.debugs and is_on(turn, KEEPALIVES, peer):
        turn.debug(KEEPALIVES, f"BGP: {peer.name} sending KEEPALIVE (io)")


def sent_open(turn: Turn, peer: Peer, link: Link, message: Open) -> None:
    """Our OPEN goes out."""
    if turn.state.debugs and is_on(turn, SESSIONS, peer):
        _say(
            turn,
            peer,
            f"{link.word} sending OPEN, version {message.version}, my as: {message.asn},"
            f" holdtime {message.hold_s} seconds, ID {int(message.identifier):X}",
        )


def received_open(turn: Turn, peer: Peer, link: Link, message: Open) -> None:
    """The neighbor's OPEN, capability by capability."""
    if not turn.state.debugs or not is_on(turn, SESSIONS, peer):
        return
    word = link.word
    _ses(turn, peer, link, 0, "Receive OPEN")
    _say(
        turn,
        peer,
        f"{word} rcv OPEN, version {message.version}, holdtime {message.hold_s} seconds",
    )
    emitted = [emit_capability(one) for one in message.capabilities]
    length = sum(len(one) + 2 for one in emitted)
    _say(turn, peer, f"{word} rcv OPEN w/ OPTION parameter len: {length}")
    for capability, data in zip(message.capabilities, emitted, strict=True):
        _say(
            turn,
            peer,
            f"{word} rcvd OPEN w/ optional parameter type 2 (Capability) len {len(data)}",
        )
        code = capability_code(capability)
        _say(turn, peer, f"{word} OPEN has CAPABILITY code: {code}, length {len(data) - 2}")
        said = _capability(capability)
        if said is not None:
            _say(turn, peer, f"{word} OPEN has {said}")
    four = next((c.asn for c in message.capabilities if isinstance(c, FourOctetAs)), 0)
    _say(
        turn,
        peer,
        f"{word} rcvd OPEN w/ remote AS {message.two_octet_as}, 4-byte remote AS {four}",
    )


def _capability(capability: Capability) -> str | None:
    """What a capability is, None for one IOS has no words for."""
    match capability:
        case Multiprotocol(family):
            return f"MP_EXT CAP for afi/safi: {family.afi}/{family.safi}"
        case RouteRefresh(cisco):
            return f"ROUTE-REFRESH capability({'old' if cisco else 'new'}) for all address-families"
        case EnhancedRefresh():
            return "ENHANCED REFRESH capability"
        case FourOctetAs(asn):
            return f"4-byte ASN CAP for: {asn}"
        case GracefulRestart():
            return "GRACEFUL RESTART CAP"
        case Multisession():
            return "MULTISESSION capability"
        case _:
            return None
