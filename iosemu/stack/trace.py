"""Following packets through the chain, for `explain`.  Costs nothing while nothing is followed."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import Time
from iosemu.wire.icmp import ERRORS, Type
from iosemu.wire.ipv4 import IPv4, Protocol

from .chain import Packet
from .state import Following, Role, Stack, Traced

_PORTS = (Protocol.TCP, Protocol.UDP)


def start_trace(
    stack: Stack,
    source: IPv4Address,
    target: IPv4Address,
    identification: int | None = None,
    head: bytes = b"",
) -> None:
    """From now on, write down what happens to packets from source to target, and to what comes back
    because of them.  `head`: how the payload of a marked packet begins."""
    stack.following = Following(source, target, identification, head)
    stack.forget_flows()


def stop_trace(stack: Stack) -> list[Traced]:
    """End it; every packet that was seen, in order of arrival."""
    following, stack.following = stack.following, None
    return [] if following is None else following.seen


def follow(stack: Stack, now: Time, packet: Packet) -> None:
    """Begin the lines of a packet if it is one of those followed."""
    following = stack.following
    assert following is not None
    # What is remembered of a flow would let the next packet of it pass unseen.
    packet.flow_key = None
    role = role_of(following, packet.datagram)
    if role is not None:
        packet.trace = Traced(now, role, packet.datagram, packet.ingress)
        following.seen.append(packet.trace)


def role_of(following: Following, d: IPv4) -> Role | None:
    """What a datagram is to those followed; None: it has nothing to do with them."""
    if (d.source, d.target) == (following.source, following.target):
        is_marked = following.identification in (None, d.identification)
        return Role.PACKET if is_marked else None
    if d.target != following.source:
        return None
    if d.protocol == Protocol.ICMP and d.payload and d.payload[0] in ERRORS:
        return Role.ERROR if _quotes(following, d.payload[8:]) else None
    if d.source == following.target and _answers(following.head, d):
        return Role.REPLY
    return None


def _quotes(following: Following, quoted: bytes) -> bool:
    number = int.from_bytes(quoted[4:6], "big")
    target = int.from_bytes(quoted[16:20], "big")
    return target == following.target and following.identification in (None, number)


def _answers(head: bytes, d: IPv4) -> bool:
    """Whether a datagram from the target is about the ports, or the echo, of a marked one."""
    if d.fragment_offset:
        return True
    if d.protocol == Protocol.ICMP:
        return d.payload[:1] == bytes([Type.ECHO_REPLY]) and d.payload[4:8] == head[4:8]
    return d.protocol in _PORTS and d.payload[:4] == head[2:4] + head[:2]
