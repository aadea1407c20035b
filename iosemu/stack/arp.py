"""Address resolution: RFC 826, with the tables, timers and proxy answers of IOS."""

from __future__ import annotations

from iosemu.address import BROADCAST_MAC, IPv4Address, IPv4Prefix, MacAddress
from iosemu.kernel.time import SECOND
from iosemu.rib.fib import Kind as Forwarding
from iosemu.wire.arp import Arp, Operation
from iosemu.wire.base import WireError
from iosemu.wire.ethernet import EtherType

from . import arp_debug
from .context import Context
from .counters import NEVER
from .frames import send_frame
from .interface import NO_MAC, ArpEntry, Interface, Medium
from .messages import DuplicateAddress
from .state import Stack

REFRESH_BEFORE_S = 60
RETRY_NS = 1 * SECOND
INCOMPLETE_NS = 60 * SECOND
DUPLICATE_LOG_NS = 30 * SECOND
GRATUITOUS_COUNT = 3
GROUP_BIT = 1 << 40
"""Set in the link address of a group, which is nobody's own."""


def resolve(
    stack: Stack, ctx: Context, interface: Interface, address: IPv4Address
) -> MacAddress | None:
    """The link address of a neighbor; None: a request is out and the packet is lost.

    IOS keeps no packet back, so the first ping to a new neighbor is a `.`.
    """
    static = stack.static_arp.get(address)
    if static is not None and static.interface in (None, interface.name):
        return static.mac
    entry = interface.arp.get(address)
    if entry is None:
        arp_debug.incomplete(ctx, address, interface.name)
        entry = interface.arp[address] = ArpEntry(None, ctx.now)
    if entry.mac is not None:
        return entry.mac
    if entry.asked_at == NEVER or ctx.now - entry.asked_at >= RETRY_NS:
        entry.asked_at = ctx.now
        ctx.set_timer(("arp", interface.name, address), ctx.now + INCOMPLETE_NS)
        _request(stack, ctx, interface, address, BROADCAST_MAC)
    else:
        arp_debug.throttled(ctx, address, interface.name)
    return None


def on_frame(stack: Stack, ctx: Context, interface: Interface, payload: bytes) -> None:
    """One ARP message; a malformed one is counted."""
    try:
        message = Arp.parse(payload)
    except WireError:
        interface.count_fault(ctx.now)
        stack.ip.arp_others_received += 1
        return
    if message.operation not in (Operation.REQUEST, Operation.REPLY):
        stack.ip.arp_others_received += 1
        return
    arp_debug.received(ctx, message, interface.name)
    if message.operation == Operation.REQUEST:
        stack.ip.arp_requests_received += 1
    else:
        stack.ip.arp_replies_received += 1
    if interface.owns(message.sender):
        _on_duplicate(ctx, interface, message)
        return
    is_ours = interface.owns(message.target)
    if message.sender == 0 and message.operation == Operation.REQUEST and is_ours:
        # A probe (RFC 5227): who asks has no address yet, and hears that this one is taken.
        _reply(stack, ctx, interface, message)
        return
    if message.sender_mac & GROUP_BIT or not _may_say(stack, interface, message.sender):
        stack.ip.arp_filtered += 1
        arp_debug.filtered(ctx, message, interface.name)
        return
    _learn(stack, ctx, interface, message, may_create=is_ours)
    if message.operation != Operation.REQUEST or message.sender == message.target:
        return
    if is_ours or _has_alias(stack, interface, message.target):
        _reply(stack, ctx, interface, message)
    elif _is_proxied(stack, interface, message):
        stack.ip.arp_proxy_replies_sent += 1
        _reply(stack, ctx, interface, message)


def on_timer(stack: Stack, ctx: Context, interface: Interface, address: IPv4Address) -> None:
    """Refresh an entry shortly before it ends; then, or if it never completed, forget it."""
    entry = interface.arp.get(address)
    if entry is None:
        return
    expires_at = entry.since + interface.settings.arp_timeout_s * SECOND
    if entry.mac is not None and not interface.settings.arp_timeout_s:
        return
    if entry.mac is None or ctx.now >= expires_at:
        forget(stack, ctx, interface, address)
        return
    _request(stack, ctx, interface, address, entry.mac)
    ctx.set_timer(("arp", interface.name, address), expires_at)


def forget(stack: Stack, ctx: Context, interface: Interface, address: IPv4Address) -> None:
    """Remove a neighbor (timeout, `clear arp`, interface down)."""
    if interface.arp.pop(address, None) is not None:
        ctx.stop_timer(("arp", interface.name, address))
        stack.vrf(interface.settings.vrf).fib.hosts.pop(address, None)
        stack.forget_headers()


def forget_all(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Remove every neighbor of an interface."""
    for address in list(interface.arp):
        forget(stack, ctx, interface, address)


def clear(
    stack: Stack, address: IPv4Address | None = None, interface_name: str | None = None
) -> None:
    """Forget what was learned of one neighbor or of all, everywhere or on one interface
    (`clear arp-cache`).

    Their timers find nothing, or are moved when the neighbor is learned again.
    """
    for interface in stack.interfaces.values():
        if interface_name not in (None, interface.name):
            continue
        for known in [a for a in interface.arp if address is None or a == address]:
            del interface.arp[known]
            stack.vrf(interface.settings.vrf).fib.hosts.pop(known, None)
    stack.forget_headers()


def announce(stack: Stack, ctx: Context, interface: Interface, round_: int = 1) -> None:
    """Gratuitous replies for own addresses when an interface comes up, a second apart."""
    if interface.kind.medium is not Medium.ETHERNET or not interface.is_up:
        return
    for address, _ in interface.settings.addresses:
        own = Arp(Operation.REPLY, interface.mac, address, BROADCAST_MAC, address)
        stack.ip.arp_replies_sent += 1
        arp_debug.sent(ctx, own, interface.name)
        send_frame(stack, ctx, interface, BROADCAST_MAC, EtherType.ARP, own.emit())
    if round_ < GRATUITOUS_COUNT:
        ctx.set_timer(("announce", interface.name, round_ + 1), ctx.now + SECOND)


def _may_say(stack: Stack, interface: Interface, sender: IPv4Address) -> bool:
    """Whether a message counts.  From outside of the subnets only an answer that was asked for
    does: that of proxy ARP."""
    if interface.subnet_of(sender) is not None:
        return True
    return sender in interface.arp and is_of_this_cable(stack, interface, sender)


def is_of_this_cable(stack: Stack, interface: Interface, address: IPv4Address) -> bool:
    """Whether an address belongs on a link: it is of its subnet, or routed out there.

    A packet may be sent out elsewhere than its route says (`set interface`); IOS then asks for the
    target and filters the answer of proxy ARP: wrong cable.
    """
    if interface.subnet_of(address) is not None or not stack.is_routing:
        return True
    entry = stack.vrf(interface.settings.vrf).fib.lookup(address)
    if entry.kind is not Forwarding.FORWARD:
        return True
    return any(path.interface == interface.name for path in entry.paths)


def _learn(
    stack: Stack, ctx: Context, interface: Interface, message: Arp, *, may_create: bool
) -> None:
    entry = interface.arp.get(message.sender)
    if entry is None:
        if not may_create:
            return
        entry = interface.arp[message.sender] = ArpEntry(None, ctx.now)
    if entry.mac != message.sender_mac:
        entry.mac = message.sender_mac
        stack.forget_headers()
    entry.since = ctx.now
    stack.vrf(interface.settings.vrf).fib.hosts[message.sender] = interface.name
    if not interface.settings.arp_timeout_s:
        # Zero: the entry stays for ever.
        ctx.stop_timer(("arp", interface.name, message.sender))
        return
    lifetime_s = max(1, interface.settings.arp_timeout_s - REFRESH_BEFORE_S)
    ctx.set_timer(("arp", interface.name, message.sender), ctx.now + lifetime_s * SECOND)


def _has_alias(stack: Stack, interface: Interface, address: IPv4Address) -> bool:
    """Whether a static entry says to answer for an address as for an own one."""
    static = stack.static_arp.get(address)
    return static is not None and static.alias and static.interface in (None, interface.name)


def _is_proxied(stack: Stack, interface: Interface, message: Arp) -> bool:
    """Whether to answer for somebody else: a route leads there through another interface."""
    if not (stack.is_routing and interface.settings.has_proxy_arp):
        return False
    if interface.subnet_of(message.target) is not None:
        # Neighbors of each other, kept apart by their switch: `ip local-proxy-arp`.
        return interface.settings.has_local_proxy_arp
    entry = stack.vrf(interface.settings.vrf).fib.lookup(message.target)
    if entry.kind is Forwarding.RECEIVE:
        owner = stack.interfaces.get(entry.interface or "")
        return owner is not None and owner is not interface and owner.owns(message.target)
    if entry.kind is not Forwarding.FORWARD:
        return False
    return all(path.interface not in (interface.name, "Null0") for path in entry.paths)


def _on_duplicate(ctx: Context, interface: Interface, message: Arp) -> None:
    """Somebody else uses an address of ours; say so, at most every 30 s."""
    if message.sender_mac == interface.mac:
        return
    last = interface.duplicate_logged_at
    if last == NEVER or ctx.now - last >= DUPLICATE_LOG_NS:
        interface.duplicate_logged_at = ctx.now
        ctx.log(DuplicateAddress(message.sender, interface.name, message.sender_mac))


def _request(
    stack: Stack, ctx: Context, interface: Interface, address: IPv4Address, to: MacAddress
) -> None:
    own = _own_address(interface, address)
    if own is None:
        return
    stack.ip.arp_requests_sent += 1
    message = Arp(Operation.REQUEST, interface.mac, own, NO_MAC, address)
    arp_debug.sent(ctx, message, interface.name)
    send_frame(stack, ctx, interface, to, EtherType.ARP, message.emit())


def _reply(stack: Stack, ctx: Context, interface: Interface, request: Arp) -> None:
    stack.ip.arp_replies_sent += 1
    answer = Arp(Operation.REPLY, interface.mac, request.target, request.sender_mac, request.sender)
    arp_debug.sent(ctx, answer, interface.name)
    send_frame(stack, ctx, interface, request.sender_mac, EtherType.ARP, answer.emit())


def _own_address(interface: Interface, neighbor: IPv4Address) -> IPv4Address | None:
    """The own address in the neighbor's subnet, else the primary one."""
    for own, length in interface.settings.addresses:
        if IPv4Prefix.of(own, length).holds(neighbor):
            return own
    return interface.address
