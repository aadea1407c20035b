"""Following packets through the chain, for `explain`.  Costs nothing while nothing is followed."""

from __future__ import annotations

from iosemu.address import IPv4Address

from .chain import Packet
from .state import Stack, TraceLine


def start_trace(stack: Stack, source: IPv4Address, target: IPv4Address) -> None:
    """From now on, write down what happens to packets from source to target."""
    stack.traces.setdefault((source, target), [])
    stack.forget_flows()


def stop_trace(stack: Stack, source: IPv4Address, target: IPv4Address) -> list[list[TraceLine]]:
    """End it; the lines of every packet, in order of arrival."""
    return stack.traces.pop((source, target), [])


def follow(stack: Stack, packet: Packet) -> None:
    """Begin the lines of a packet if it is one of those followed."""
    held = stack.traces.get((packet.datagram.source, packet.datagram.target))
    if held is not None:
        packet.trace = []
        packet.flow_key = None
        held.append(packet.trace)
