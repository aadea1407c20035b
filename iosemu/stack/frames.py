"""Sending a frame: link header, tag, padding, counters; frames of link protocols, with a Cisco SNAP
header on Ethernet and under their number on serial lines."""

from __future__ import annotations

from iosemu.address import MacAddress
from iosemu.proto.base import DEFAULT_VRF, Farewell, LinkFrame, LinkFrames, SendFrame
from iosemu.wire.ethernet import EtherType
from iosemu.wire.hdlc import Address
from iosemu.wire.ppp import Protocol

from .context import Context
from .interface import NO_MAC, Encapsulation, Interface
from .state import Stack

MINIMUM_BYTES = 60
CDP = 0x2000
CDPCP = "CDPCP"
ARP, IPV6, OTHER = "ARP", "IPv6", "Other"
"""Names of `show interfaces accounting`."""
_PPP_START = b"\xff\x03"
_HDLC_UNICAST = bytes((Address.UNICAST, 0))
_HDLC_GROUP = bytes((Address.MULTICAST, 0))
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


def serial_header(interface: Interface, protocol: int, *, is_group: bool = False) -> bytes:
    """The bytes in front of the payload on a serial line."""
    if interface.settings.encapsulation is Encapsulation.PPP:
        return _PPP_START + protocol.to_bytes(2, "big")
    start = _HDLC_GROUP if is_group else _HDLC_UNICAST
    return start + protocol.to_bytes(2, "big")


def ipv4_header(interface: Interface, *, is_group: bool) -> bytes:
    """The same in front of an IPv4 datagram."""
    if interface.settings.encapsulation is Encapsulation.PPP:
        return serial_header(interface, Protocol.IPV4)
    return serial_header(interface, EtherType.IPV4, is_group=is_group)


def send_frame(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    target: MacAddress,
    ether_type: int,
    payload: bytes,
) -> None:
    """Send a payload on an Ethernet interface or sub-interface that is up."""
    header = link_header(interface, target, ether_type)
    transmit(stack, ctx, interface, header + payload, ARP if ether_type == EtherType.ARP else OTHER)


def transmit(
    stack: Stack,
    ctx: Context,
    interface: Interface,
    frame: bytes,
    protocol: str | None = None,
    *,
    is_switched: bool = False,
) -> None:
    """Count a frame and put it on the link; a sub-interface counts for its hardware too.

    protocol: what it is in `show interfaces accounting`, None for IP.  is_switched: a remembered
    flow sent it here.
    """
    size = len(frame)
    if size < MINIMUM_BYTES and not interface.is_serial:
        frame = frame.ljust(MINIMUM_BYTES, b"\0")
        size = MINIMUM_BYTES
    now = ctx.now
    count(interface, now, size, is_switched=is_switched)
    if protocol is not None:
        interface.sent.note(protocol, size)
    parent = interface.parent
    hardware = interface if parent is None else stack.interfaces[parent]
    if hardware is not interface:
        count(hardware, now, size, is_switched=is_switched)
    if ctx.transmit(hardware.name, frame) is False:
        hardware.output_drops += 1


def count(interface: Interface, now: int, size: int, *, is_switched: bool) -> None:
    """One frame out."""
    sent = interface.sent
    if now >= sent.window_end:
        sent.sample(now)
    sent.packets += 1
    sent.bytes += size
    sent.last_at = now
    if not is_switched:
        sent.slow_packets += 1
        sent.slow_bytes += size


def send_snap(stack: Stack, ctx: Context, action: SendFrame) -> None:
    """Send a frame of an engine on a port that is up; its payload fits an 802.3 length.  A serial
    line need only have its link: what brings it up has to pass."""
    port = stack.interfaces.get(action.interface)
    if port is None:
        return
    if port.is_serial:
        if port.has_link and (action.protocol != CDP or port.is_up):
            _send_on_serial(stack, ctx, port, action)
    elif port.is_up and port.is_hardware:
        header = snap_header(port, action.target, action.protocol, len(action.payload))
        transmit(stack, ctx, port, header + action.payload, name_of(action.protocol))


def _send_on_serial(stack: Stack, ctx: Context, port: Interface, action: SendFrame) -> None:
    protocol = action.protocol
    if protocol == CDP and port.settings.encapsulation is Encapsulation.PPP:
        if CDPCP not in port.network:
            return
        protocol = Protocol.CDP
    header = serial_header(port, protocol, is_group=action.target.is_group)
    transmit(stack, ctx, port, header + action.payload, name_of(action.protocol))


def name_of(protocol: int) -> str:
    """A link protocol as `show interfaces accounting` names it."""
    return "CDP" if protocol in (CDP, Protocol.CDP) else OTHER


def on_serial_protocol(
    stack: Stack, ctx: Context, port: Interface, protocol: int, payload: bytes
) -> bool:
    """Hand a received frame of a link protocol to the engine that listens; False if nobody does.
    What PPP does not know goes to LCP, which rejects it."""
    if port.settings.encapsulation is Encapsulation.PPP:
        protocol = CDP if protocol == Protocol.CDP else protocol
    if protocol == CDP and not port.is_up:
        return True
    sockets = stack.vrf(DEFAULT_VRF).sockets
    socket = LinkFrames(protocol)
    owner = sockets.get(socket)
    if owner is None and port.settings.encapsulation is Encapsulation.PPP:
        owner = sockets.get(LinkFrames(Protocol.LCP))
    if owner is None:
        return False
    ctx.deliver(owner, LinkFrame(socket, port.name, NO_MAC, payload))
    return True


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
