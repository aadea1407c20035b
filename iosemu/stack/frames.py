"""Sending a frame: link header, tag, padding, counters."""

from __future__ import annotations

from iosemu.address import MacAddress
from iosemu.wire.ethernet import EtherType

from .context import Context
from .interface import Interface
from .state import Stack

MINIMUM_BYTES = 60


def link_header(interface: Interface, target: MacAddress, ether_type: int) -> bytes:
    """The bytes in front of the payload, with the tag of a sub-interface."""
    addresses = target.packed + interface.mac.packed
    vlan = interface.settings.vlan
    if vlan is not None and not interface.settings.is_native:
        addresses += EtherType.DOT1Q.to_bytes(2, "big") + vlan.to_bytes(2, "big")
    return addresses + ether_type.to_bytes(2, "big")


def send_frame(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    target: MacAddress,
    ether_type: int,
    payload: bytes,
) -> None:
    """Send a payload on an Ethernet interface or sub-interface that is up."""
    transmit(stack, ctx, interface, link_header(interface, target, ether_type) + payload)


def transmit(stack: Stack, ctx: Context, interface: Interface, frame: bytes) -> None:
    """Count a frame and put it on the link; a sub-interface counts for its hardware too."""
    size = len(frame)
    if size < MINIMUM_BYTES:
        frame = frame.ljust(MINIMUM_BYTES, b"\0")
        size = MINIMUM_BYTES
    now = ctx.now
    count(interface, now, size)
    parent = interface.parent
    hardware = interface if parent is None else stack.interfaces[parent]
    if hardware is not interface:
        count(hardware, now, size)
    if ctx.transmit(hardware.name, frame) is False:
        hardware.output_drops += 1


def count(interface: Interface, now: int, size: int) -> None:
    """One frame out."""
    sent = interface.sent
    if now >= sent.window_end:
        sent.sample(now)
    sent.packets += 1
    sent.bytes += size
    sent.last_at = now
