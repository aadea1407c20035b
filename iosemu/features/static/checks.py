"""Why `ip route` refuses a line."""

from __future__ import annotations

from iosemu.address import IPv4Address, length_of
from iosemu.cli.api import check
from iosemu.config.tree import Config, slot_of
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.ip.config import IpInterfaceConfig


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
    if address in own_addresses(config):
        return "%Invalid next hop address (it's this router)"
    return None


def own_addresses(config: Config) -> frozenset[IPv4Address]:
    """All addresses configured on interfaces."""
    found: list[IPv4Address] = []
    for interface in config.of(InterfacesConfig).by_name.values():
        ip = slot_of(interface, IpInterfaceConfig)
        if ip.address is not None:
            found.append(ip.address.address)
        found.extend(ip.secondaries)
    return frozenset(found)
