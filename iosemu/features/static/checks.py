"""Why `ip route` refuses a line."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address, IPv4Prefix, length_of
from iosemu.cli.api import Rejected, check, config_command
from iosemu.config.tree import Config, slot_of, with_slot
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.features.ip.subnets import Subnets

from .config import StaticConfig, StaticKey


@check("static.route")
def mask_fits(owner: object, *, network: IPv4Address, mask: IPv4Address) -> str | None:
    """The mask is contiguous and leaves no host bits in the network."""
    if length_of(mask) is None or network & ~mask & 0xFFFFFFFF:
        return "%Inconsistent address and mask"
    return None


@check("static.route")
def next_hop_is_elsewhere(
    owner: object, *, address: IPv4Address | None, config: Config
) -> str | None:
    """A next hop is a unicast address that is not this router's own."""
    if address is None:
        return None
    if address.is_multicast or address.is_broadcast or address == 0:
        return "%Invalid next hop address"
    if is_own(config, address):
        return "%Invalid next hop address (it's this router)"
    return None


@config_command("static.route.remove")
def remove(
    owner: Config,
    *,
    network: IPv4Address,
    mask: IPv4Address,
    interface: str | None,
    address: IPv4Address | None,
) -> Config:
    """Take one line out, or without a next hop all lines of the prefix."""
    config = owner.of(StaticConfig)
    routes = config.routes
    wanted = [StaticKey(network, mask, interface, address)]
    if interface is None and address is None:
        wanted = [key for key in routes if key[:2] == (network, mask)]
    for key in wanted:
        routes = routes.drop(key)
    if routes is config.routes:
        raise Rejected("%No matching route to delete")
    return with_slot(owner, replace(config, routes=routes))


def is_own(config: Config, address: IPv4Address) -> bool:
    """Whether an interface has this address."""
    by_name = config.of(InterfacesConfig).by_name
    for name in by_name.index(Subnets).meeting(IPv4Prefix(address, 32)):
        ip = slot_of(by_name[name], IpInterfaceConfig)
        if (ip.address is not None and ip.address.address == address) or address in ip.secondaries:
            return True
    return False
