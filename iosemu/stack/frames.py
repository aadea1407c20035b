"""Sending a frame: link header, tag, padding, counters; frames with a Cisco SNAP header."""

from __future__ import annotations

from iosemu.address import MacAddress
from iosemu.proto.base import DEFAULT_VRF, Farewell, LinkFrame, LinkFrames, SendFrame
from iosemu.wire.ethernet import EtherType

from .context import Context
from .interface import Interface
from .state import Stack

MINIMUM_BYTES = 60
SNAP_BYTES = 22
"""Addresses, length, LLC and SNAP header in front of a payload."""
_CISCO_SNAP = b"\xaa\xaa\x03\x00\x00\x0c"
_LARGEST_LENGTH = 1500


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


def send_snap(stack: Stack, ctx: Context, action: SendFrame) -> None:
    """Send a frame of an engine on a port that is up; its payload fits an 802.3 length."""
    port = stack.interfaces.get(action.interface)
    if port is not None and port.is_up and port.is_hardware:
        header = snap_header(port, action.target, action.protocol, len(action.payload))
        transmit(stack, ctx, port, header + action.payload)


def snap_header(port: Interface, target: MacAddress, protocol: int, size: int) -> bytes:
    """All that stands before a payload of `size` bytes."""
    addresses = target.packed + port.mac.packed
    return addresses + (8 + size).to_bytes(2, "big") + _CISCO_SNAP + protocol.to_bytes(2, "big")


def set_farewell(stack: Stack, action: Farewell) -> None:
    """Keep what is sent when a port is shut down."""
    port = stack.interfaces.get(action.interface)
    if port is None:
        return
    if action.payload is None:
        port.farewells.pop(action.protocol, None)
    else:
        port.farewells[action.protocol] = action


def send_farewells(stack: Stack, ctx: Context, port: Interface) -> None:
    """The last frames of a port that is about to be switched off."""
    for last in port.farewells.values():
        if last.payload is not None:
            frame = SendFrame(last.interface, last.target, last.protocol, last.payload)
            send_snap(stack, ctx, frame)


def on_snap(stack: Stack, ctx: Context, port: Interface, frame: bytes) -> bool:
    """Hand a received 802.3 frame to the engine that listens; False if nobody does."""
    size = frame[12] << 8 | frame[13]
    if size > _LARGEST_LENGTH or frame[14:20] != _CISCO_SNAP or not 8 <= size <= len(frame) - 14:
        return False
    socket = LinkFrames(frame[20] << 8 | frame[21])
    owner = stack.vrf(DEFAULT_VRF).sockets.get(socket)
    if owner is None:
        return False
    source = MacAddress(int.from_bytes(frame[6:12], "big"))
    ctx.deliver(owner, LinkFrame(socket, port.name, source, frame[SNAP_BYTES : 14 + size]))
    return True
