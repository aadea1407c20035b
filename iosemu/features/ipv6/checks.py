"""What IOS refuses about IPv6 addresses, and what the notation cannot say of them."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv6Address, IPv6Interface, IPv6Prefix
from iosemu.cli.api import INVALID_VALUE, Rejected, check, config_command
from iosemu.config.tree import Config, slot_of, with_slot
from iosemu.features.interface.config import InterfaceConfig, InterfacesConfig
from iosemu.stack.interface import kind_of

from .config import Ipv6InterfaceConfig

SMALLEST_MTU = 1280


@check("interface.ipv6.address")
def address_fits(
    owner: InterfaceConfig, *, address: IPv6Interface, eui_64: bool, config: Config, key: str
) -> str | None:
    """An address is that of one host, and no other interface is in its prefix."""
    host, length = address
    if host.is_multicast:
        return f"%{key}: Error: {address} is invalid; multicast address"
    if host.is_link_local:
        return f"%{key}: Error: {address} is invalid; use the link-local keyword"
    if (host == 0 and not eui_64) or host == 1:
        return f"%{key}: Error: {address} is invalid"
    if eui_64 and length > 64:
        return "% Prefix length must be 64 or less with EUI-64"
    return overlap(config, key, address.prefix)


def overlap(config: Config, key: str, prefix: IPv6Prefix) -> str | None:
    """The complaint if the prefix of another interface overlaps."""
    for name, other in config.of(InterfacesConfig).by_name.items():
        if name == key:
            continue
        for held in slot_of(other, Ipv6InterfaceConfig).addresses:
            theirs = IPv6Interface(*held).prefix
            if theirs.covers(prefix) or prefix.covers(theirs):
                return f"%{key}: Error: {prefix} is overlapping with {theirs} on {name}"
    return None


@check("interface.ipv6.link-local")
def is_link_local(owner: InterfaceConfig, *, address: IPv6Address) -> str | None:
    return None if address.is_link_local else "% Invalid link-local address"


@config_command("interface.ipv6.link-local")
def set_link_local(owner: InterfaceConfig, *, form: str, address: IPv6Address) -> InterfaceConfig:
    """Set it, or take away the one that is named."""
    ipv6 = slot_of(owner, Ipv6InterfaceConfig)
    if not form:
        return with_slot(owner, replace(ipv6, link_local=address))
    if ipv6.link_local != address:
        raise Rejected("% Address not found")
    return with_slot(owner, replace(ipv6, link_local=None))


@config_command("interface.ipv6.address.all")
def remove_all(owner: InterfaceConfig) -> InterfaceConfig:
    ipv6 = slot_of(owner, Ipv6InterfaceConfig)
    none = Ipv6InterfaceConfig()
    return with_slot(
        owner, replace(ipv6, addresses=none.addresses, link_local=None, autoconfig=False)
    )


@check("interface.ipv6.mtu")
def fits_interface(owner: InterfaceConfig, *, bytes: int, key: str) -> str | None:
    held = owner.mtu_bytes or kind_of(key).mtu_bytes
    return INVALID_VALUE if bytes > held else None
