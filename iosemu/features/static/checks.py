"""Why `ip route` refuses a line."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix, length_of
from iosemu.cli.api import check
from iosemu.config.tree import Config, slot_of
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.features.ip.subnets import Subnets


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


def is_own(config: Config, address: IPv4Address) -> bool:
    """Whether an interface has this address."""
    by_name = config.of(InterfacesConfig).by_name
    for name in by_name.index(Subnets).meeting(IPv4Prefix(address, 32)):
        ip = slot_of(by_name[name], IpInterfaceConfig)
        if (ip.address is not None and ip.address.address == address) or address in ip.secondaries:
            return True
    return False
