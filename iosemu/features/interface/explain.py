"""Which line of an interface's configuration decided about a packet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.cli.api import Box, Said, Why, explains
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, slot_of, with_slot
from iosemu.features.ip.config import IpAddress, IpInterfaceConfig
from iosemu.stack.interface import Interface, Link
from iosemu.stack.state import Dropped, Stack

from .config import InterfaceConfig, InterfacesConfig

Change = Callable[[InterfaceConfig], InterfaceConfig]


def said(config: Config, name: str | None, change: Change) -> tuple[Said, ...]:
    """The lines of an interface that would not be there if it were changed."""
    held = config.of(InterfacesConfig).by_name.get(name or "")
    if name is None or held is None:
        return ()
    return (Said(_alone(name, held), _alone(name, change(held))),)


def ip_change(change: Callable[[IpInterfaceConfig], IpInterfaceConfig]) -> Change:
    """A change of the IPv4 part of an interface."""
    return lambda held: with_slot(held, change(slot_of(held, IpInterfaceConfig)))


def address_said(
    config: Config, name: str | None, owned: Callable[[IpAddress], bool]
) -> Said | None:
    """The `ip address` of an interface for which `owned` holds."""
    held = config.of(InterfacesConfig).by_name.get(name or "")
    if name is None or held is None:
        return None
    ip = slot_of(held, IpInterfaceConfig)
    every = ([] if ip.address is None else [ip.address]) + list(ip.secondaries.values())
    wanted = next((a for a in every if owned(a)), None)
    if wanted is None:
        return None
    secondaries = Entries[IPv4Address, IpAddress]()
    if wanted != ip.address:
        secondaries = secondaries.put(wanted.address, wanted)
    primary = wanted if wanted == ip.address else None
    bare = with_slot(InterfaceConfig(), IpInterfaceConfig())
    having = with_slot(bare, IpInterfaceConfig(address=primary, secondaries=secondaries))
    return Said(_alone(name, having), _alone(name, bare))


def why_down(box: Box, interface: Interface | None) -> Why:
    """Why an interface does not carry packets."""
    if interface is None:
        return Why("the interface is gone")
    hardware = box.part(Stack).interfaces.get(interface.parent or "", interface)
    if Link.SHUT in (interface.link, hardware.link):
        shut = interface if interface.link is Link.SHUT else hardware
        lines = said(box.config, shut.name, lambda held: replace(held, shutdown=False))
        return Why(f"{shut.name} is administratively down", lines)
    return Why(f"{interface.name} is down: it sees no carrier")


@explains("interface down")
def interface_down(box: Box, name: str) -> Why:
    return why_down(box, box.part(Stack).interfaces.get(name))


@explains("drop NO_ADJACENCY")
def no_adjacency(box: Box, dropped: Dropped) -> Why:
    return why_down(box, box.part(Stack).interfaces.get(dropped.egress or ""))


@explains("drop DONT_FRAGMENT")
def dont_fragment(box: Box, dropped: Dropped) -> Why:
    out = box.part(Stack).interfaces.get(dropped.egress or "")
    if out is None:
        return Why("larger than the MTU of an interface that is gone")
    smaller = ip_change(lambda ip: replace(ip, mtu_bytes=None))
    lines = said(box.config, out.name, lambda held: replace(smaller(held), mtu_bytes=None))
    by = "" if lines_differ(lines) else ", the default of its hardware"
    return Why(f"larger than the MTU of {out.name}, {out.ip_mtu_bytes} bytes{by}", lines)


def lines_differ(found: tuple[Said, ...]) -> bool:
    """Whether anything is said at all."""
    return any(one.having != one.lacking for one in found)


def _alone(name: str, held: InterfaceConfig) -> Config:
    table = Entries[str, InterfaceConfig]().put(name, held)
    return with_slot(Config(), InterfacesConfig(table))
