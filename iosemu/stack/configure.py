"""Interfaces appear, change and go: configuration, carrier, removal."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import MacAddress
from iosemu.proto.base import InterfaceChanged, InterfaceState, SetLine

from . import arp, ipv6_address, line
from .context import Context
from .counters import keep_of
from .frames import send_farewells
from .interface import Interface, Link, Medium, Settings, kind_of, receive_addresses
from .state import Stack, Vrf


def add_hardware(stack: Stack, ctx: Context, name: str, mac: MacAddress) -> Interface:
    """A port of the chassis, shut down until configured.  Its carrier starts as down."""
    assert name not in stack.interfaces, f"two interfaces {name}"
    interface = stack.interfaces[name] = Interface(name, kind_of(name), mac)
    interface.is_dce, interface.clock_bps = _cable(ctx, interface)
    ctx.interface_changed(InterfaceChanged(name, None, interface.state()))
    line.follow(stack, ctx, interface)
    return interface


def configure_interface(stack: Stack, ctx: Context, name: str, settings: Settings) -> None:
    """Make an interface be as configured; one that does not exist is created.

    Loopbacks and sub-interfaces are born here; KeyError for a kind that does not exist.
    """
    interface = stack.interfaces.get(name)
    before = None
    if interface is None:
        interface = _create(stack, name)
    else:
        before = interface.state()
        if interface.settings == settings:
            return
    was_shut = interface.settings.shutdown
    if settings.shutdown and not was_shut and interface.is_hardware:
        send_farewells(stack, ctx, interface)
    _unplace(stack, interface)
    old = interface.settings
    if (old.vrf, old.addresses, old.mac) != (settings.vrf, settings.addresses, settings.mac):
        arp.forget_all(stack, ctx, interface)
    interface.settings = settings
    for traffic in (interface.received, interface.sent, interface.faults):
        traffic.keep = keep_of(settings.load_interval_s)
    if old.encapsulation is not settings.encapsulation:
        reset_line(interface)
    if interface.is_hardware and was_shut != settings.shutdown:
        interface.resets += 1
        # A port that is off sees no carrier; switched on, it waits for the fabric to tell.
        interface.carrier = interface.has_early_carrier = False
        ctx.stop_timer(("carrier", name))
        ctx.set_port(name, not settings.shutdown)
    if interface.is_hardware and (
        (old.clock_bps, old.hold_queue) != (settings.clock_bps, settings.hold_queue)
    ):
        ctx.set_line(name, settings.clock_bps, settings.hold_queue)
    _settle(stack, ctx, interface, before)
    if (
        before is not None
        and before.is_up
        and interface.is_up
        and interface.kind.medium is Medium.ETHERNET
        and _has_new_address(before, settings)
    ):
        arp.announce(stack, ctx, interface)


def set_admin(stack: Stack, ctx: Context, name: str, up: bool) -> None:
    """`shutdown` or `no shutdown` alone."""
    settings = stack.interfaces[name].settings
    configure_interface(stack, ctx, name, replace(settings, shutdown=not up))


def set_carrier(stack: Stack, ctx: Context, name: str, up: bool) -> None:
    """The link of a hardware interface came or went, or the clock of a serial line changed."""
    interface = stack.interfaces.get(name)
    if interface is None:
        return
    if up and not interface.carrier and not line.is_starting(stack, ctx):
        interface.has_early_carrier = True
        ctx.set_timer(("carrier", name), ctx.now + line.LINK_DELAY_NS)
        return
    interface.has_early_carrier = False
    ctx.stop_timer(("carrier", name))
    _set_carrier(stack, ctx, interface, up=up)


def on_carrier_timer(stack: Stack, ctx: Context, name: str) -> None:
    """A carrier lasts for long enough."""
    interface = stack.interfaces[name]
    interface.has_early_carrier = False
    _set_carrier(stack, ctx, interface, up=True)


def on_settled_timer(stack: Stack, ctx: Context, name: str) -> None:
    """The link is up for long enough for the line protocol to be."""
    interface = stack.interfaces[name]
    before = interface.state()
    _unplace(stack, interface)
    interface.has_settled, interface.is_settling = True, False
    _settle(stack, ctx, interface, before)


def _set_carrier(stack: Stack, ctx: Context, interface: Interface, *, up: bool) -> None:
    is_dce, clock_bps = _cable(ctx, interface)
    if (interface.carrier, interface.clock_bps) == (up, clock_bps):
        return
    before = interface.state()
    _unplace(stack, interface)
    if interface.carrier != up:
        interface.carrier_changes += 1
        if not up and not interface.settings.shutdown:
            interface.carrier_losses += 1
    interface.carrier, interface.is_dce, interface.clock_bps = up, is_dce, clock_bps
    if not interface.has_link:
        reset_line(interface)
    _settle(stack, ctx, interface, before)


def _cable(ctx: Context, interface: Interface) -> tuple[bool | None, int | None]:
    """Which end of a serial cable this is, and the clock on it; nothing without a cable."""
    found = ctx.cable(interface.name) if interface.is_serial else None
    return (None, None) if found is None else (found.is_dce, found.clock_bps)


def set_line(stack: Stack, ctx: Context, action: SetLine) -> None:
    """The protocol of a serial line says whether it is up; one without a link is not."""
    interface = stack.interfaces.get(action.interface)
    if interface is None or not interface.is_serial or not interface.has_link:
        return
    before = interface.state()
    _unplace(stack, interface)
    interface.has_protocol, interface.is_looped = action.is_up, action.is_looped
    interface.network = action.network
    _settle(stack, ctx, interface, before)


def reset_line(interface: Interface) -> None:
    """Nothing is known of what a serial line says."""
    interface.has_protocol = interface.is_looped = False
    interface.network = ()


def remove_interface(stack: Stack, ctx: Context, name: str) -> None:
    """`no interface`: of a loopback or a sub-interface; Null0 is only reset."""
    interface = stack.interfaces[name]
    assert not interface.is_hardware, "ports of the chassis are not removed"
    if interface.kind.medium is Medium.NULL:
        configure_interface(stack, ctx, name, Settings())
        return
    before = interface.state()
    _unplace(stack, interface)
    arp.forget_all(stack, ctx, interface)
    ipv6_address.down(stack, ctx, interface)
    del stack.interfaces[name]
    stack.forget_headers()
    line.follow_removed(stack, ctx, name)
    ctx.interface_changed(InterfaceChanged(name, before, None))


def clear_counters(stack: Stack, interface: Interface, now: int) -> None:
    """`clear counters`: all counts of an interface restart, rates stay."""
    interface.received.clear()
    interface.sent.clear()
    interface.cleared_at = now
    interface.broadcasts_received = interface.multicasts_received = 0
    interface.input_errors = interface.giants = interface.runts = 0
    interface.unknown_protocols = interface.output_drops = 0
    interface.carrier_losses = interface.carrier_changes = interface.resets = 0
    interface.crc_errors = interface.aborts = 0
    interface.faults.clear()


def _create(stack: Stack, name: str) -> Interface:
    kind = kind_of(name)
    interface = Interface(name, kind)
    if kind.medium is Medium.ETHERNET:
        parent = stack.interfaces.get(interface.parent or "")
        assert parent is not None, f"{name} has no hardware"
        interface.burned_in = parent.burned_in
    else:
        interface.carrier = True
    stack.interfaces[name] = interface
    return interface


def _unplace(stack: Stack, interface: Interface) -> None:
    """Take an interface's addresses and VLAN out of the tables."""
    vrf = stack.vrf(interface.settings.vrf)
    for address in receive_addresses(interface.settings.addresses):
        if vrf.fib.receive.get(address) == interface.name:
            del vrf.fib.receive[address]
    if vrf.has_overlap:
        _place_others(stack, vrf, interface)
    parent = stack.interfaces.get(interface.parent or "")
    if parent is not None:
        for number in [n for n, name in parent.vlans.items() if name == interface.name]:
            del parent.vlans[number]
    vrf.fib.forget()


def _settle(
    stack: Stack, ctx: Context, interface: Interface, before: InterfaceState | None
) -> None:
    """Bring tables, neighbors, logs and followers in line with the state of an interface."""
    was_up = interface.is_up
    parent = stack.interfaces.get(interface.parent or "")
    if parent is not None:
        _place_on_hardware(interface, parent)
    if not interface.has_link:
        reset_line(interface)
    if interface.is_hardware:
        _watch_link(stack, ctx, interface)
    interface.is_up = (
        interface.has_link
        and (interface.has_settled or not interface.is_hardware)
        and (interface.has_protocol or not interface.is_serial)
    )
    if was_up != interface.is_up:
        interface.changed_at = ctx.now
    _place_addresses(stack, interface)
    if was_up and not interface.is_up:
        arp.forget_all(stack, ctx, interface)
    stack.forget_headers()
    ipv6_address.follow(stack, ctx, interface)
    line.follow(stack, ctx, interface)
    after = interface.state()
    if before != after:
        ctx.interface_changed(InterfaceChanged(interface.name, before, after))
    if interface.is_up and not was_up and interface.kind.medium is Medium.ETHERNET:
        arp.announce(stack, ctx, interface)
    if parent is None and interface.is_hardware:
        _settle_children(stack, ctx, interface)


def _watch_link(stack: Stack, ctx: Context, interface: Interface) -> None:
    """The line protocol waits for a link that is new."""
    key = ("settled", interface.name)
    if interface.link is not Link.UP:
        interface.has_settled = interface.is_settling = False
        ctx.stop_timer(key)
    elif line.is_starting(stack, ctx):
        interface.has_settled = True
    elif not interface.has_settled and not interface.is_settling:
        interface.is_settling = True
        ctx.set_timer(key, ctx.now + line.PROTOCOL_DELAY_NS)


def _settle_children(stack: Stack, ctx: Context, parent: Interface) -> None:
    """Sub-interfaces follow their hardware."""
    for child in [i for i in stack.interfaces.values() if i.parent == parent.name]:
        before = child.state()
        _unplace(stack, child)
        _settle(stack, ctx, child, before)


def _place_on_hardware(interface: Interface, parent: Interface) -> None:
    """Take a sub-interface's defaults from its hardware, and its VLAN's frames to it."""
    interface.carrier = parent.is_up
    interface.burned_in = parent.mac
    interface.hardware = replace(
        parent.kind,
        bandwidth_kbps=parent.bandwidth_kbps,
        delay_us=parent.delay_us,
        mtu_bytes=parent.mtu_bytes,
    )
    settings = interface.settings
    if settings.vlan is None:
        interface.carrier = False
        return
    parent.vlans[settings.vlan] = interface.name
    if settings.is_native:
        parent.vlans[0] = interface.name


def _place_addresses(stack: Stack, interface: Interface) -> None:
    """An interface that is down owns no address: nothing sent to it is received."""
    vrf = stack.vrf(interface.settings.vrf)
    if interface.is_up:
        for address in receive_addresses(interface.settings.addresses):
            if vrf.fib.receive.setdefault(address, interface.name) != interface.name:
                vrf.has_overlap = True
    vrf.fib.forget()


def _place_others(stack: Stack, vrf: Vrf, leaver: Interface) -> None:
    """Two interfaces shared an address: what one gives up, the other has."""
    for other in stack.interfaces.values():
        if other is not leaver and other.is_up and other.settings.vrf == vrf.name:
            for address in receive_addresses(other.settings.addresses):
                vrf.fib.receive.setdefault(address, other.name)


def _has_new_address(before: InterfaceState, settings: Settings) -> bool:
    return before.addresses != settings.addresses and bool(settings.addresses)
