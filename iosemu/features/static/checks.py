"""What `ip route` does to the configuration, why it refuses a line, how it prints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iosemu.address import (
    Address,
    IPv4Address,
    IPv4Prefix,
    IPv6Address,
    IPv6Prefix,
    length_of,
)
from iosemu.cli.api import Rejected, check, config_command, config_printer
from iosemu.config.tree import Config, slot_of, with_slot
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.features.ip.subnets import Subnets
from iosemu.features.ipv6.config import Ipv6InterfaceConfig
from iosemu.features.vrf.config import InterfaceVrf, VrfsConfig
from iosemu.rib.classful import classful
from iosemu.stack.interface import Medium, kind_of

from .config import PLAIN, ByPrefix, Static6Key, StaticConfig, StaticKey, StaticRoute

MAY_BE_SLOW = (
    "%Default route without gateway, if not a point-to-point interface, may impact performance"
)
LINK_LOCAL_ALONE = "% Interface has to be specified for a link-local nexthop"
NOT_THERE = "%No matching route to delete"


@check("static.route")
def mask_fits(owner: object, *, network: IPv4Address, mask: IPv4Address) -> str | None:
    """The mask is contiguous and leaves no host bits in the network."""
    if length_of(mask) is None or network & ~mask & 0xFFFFFFFF:
        return "%Inconsistent address and mask"
    return None


@check("static.route")
def vrf_is_there(owner: object, *, vrf: str | None, config: Config) -> str | None:
    if vrf is None or vrf in config.of(VrfsConfig):
        return None
    return f"% IP routing table {vrf} does not exist"


@check("static.route")
def next_hop_is_known(
    owner: object, *, vrf: str | None, address: IPv4Address | None, interface: str | None
) -> str | None:
    """In a VRF an interface with neighbors does not do without one of them."""
    if vrf is None or address is not None or interface is None:
        return None
    if kind_of(interface).medium is not Medium.ETHERNET:
        return None
    return (
        "% For VPN or topology routes, must specify a next hop IP address"
        " if not a point-to-point interface"
    )


@check("static.route")
def next_hop_is_elsewhere(
    owner: object, *, vrf: str | None, address: IPv4Address | None, config: Config
) -> str | None:
    """A next hop is a unicast address that is not this router's own."""
    if address is None:
        return None
    if address.is_multicast or address.is_broadcast or address == 0:
        return "%Invalid next hop address"
    if is_own(config, address, vrf):
        return "%Invalid next hop address (it's this router)"
    return None


@check("static.route")
def options_agree(owner: object, *, permanent: bool, track: int | None) -> str | None:
    """A route cannot both stay for ever and follow an object."""
    return "%Cannot specify both permanent and track" if permanent and track is not None else None


@config_command("static.route")
def add(
    owner: Config,
    *,
    vrf: str | None,
    network: IPv4Address,
    mask: IPv4Address,
    interface: str | None,
    address: IPv4Address | None,
    distance: int | None,
    tag: int | None,
    permanent: bool,
    name: str | None,
    track: int | None,
    multicast: bool,
    said: list[str],
) -> Config:
    """Put one line; typed again with other options it replaces them."""
    if not mask and address is None and kind_of(interface or "").medium is Medium.ETHERNET:
        said.append(MAY_BE_SLOW)
    options = StaticRoute(distance or 1, name, permanent, tag or 0, track, multicast)
    config = owner.of(StaticConfig)
    key = StaticKey(network, mask, interface, address)
    routes = config.routes_of(vrf).put(key, PLAIN if options == PLAIN else options)
    return with_slot(owner, config.with_routes(vrf, routes))


@config_command("static.route.remove")
def remove(
    owner: Config,
    *,
    vrf: str | None,
    network: IPv4Address,
    mask: IPv4Address,
    interface: str | None,
    address: IPv4Address | None,
    distance: int | None,
) -> Config:
    """Take one line out, or without a next hop all lines of the prefix.

    A distance that is given must be the line's; the other options need not be typed or fit.
    """
    config = owner.of(StaticConfig)
    before = routes = config.routes_of(vrf)
    wanted = [StaticKey(network, mask, interface, address)]
    if interface is None and address is None:
        wanted = list(routes.index(ByPrefix).keys.get((network, mask), ()))
    for key in wanted:
        held = routes.get(key)
        if held is not None and distance in (None, held.distance):
            routes = routes.drop(key)
    if routes is before:
        raise Rejected(NOT_THERE)
    return with_slot(owner, config.with_routes(vrf, routes))


@config_printer("static.route")
def route_lines(owner: Config) -> Iterator[str]:
    """By prefix, those of one prefix as they were entered; VRF by VRF after the global ones."""
    config = owner.of(StaticConfig)
    for vrf in (None, *sorted(config.vrfs)):
        routes = config.routes_of(vrf)
        for key, options in sorted(routes.items(), key=lambda item: item[0][:2]):
            yield route_line(key, options, vrf)


def route_line(key: StaticKey, options: StaticRoute, vrf: str | None = None) -> str:
    """One line as the running configuration has it."""
    head = "ip route" if vrf is None else f"ip route vrf {vrf}"
    words = [head, str(key.network), str(key.mask)]
    return _line(words, key.interface, key.address, options)


def _line(
    words: list[str], interface: str | None, address: Address | None, options: StaticRoute
) -> str:
    words += [str(way) for way in (interface, address) if way is not None]
    if options.distance != 1:
        words.append(str(options.distance))
    if options.tag:
        words.append(f"tag {options.tag}")
    if options.permanent:
        words.append("permanent")
    if options.name is not None:
        words.append(f"name {options.name}")
    if options.track is not None:
        words.append(f"track {options.track}")
    if options.multicast:
        words.append("multicast")
    return " ".join(words)


@check("ipv6.route")
def next_hop6_is_elsewhere(
    owner: object, *, address: IPv6Address | None, interface: str | None, config: Config
) -> str | None:
    """A next hop is a unicast address that is not this router's own, and one of a link says which
    link."""
    if address is None:
        return None
    if address.is_multicast or address in (0, 1):
        return "%Invalid next hop address"
    if address.is_link_local:
        return None if interface is not None else LINK_LOCAL_ALONE
    if any(
        address == held[0]
        for interface_config in config.of(InterfacesConfig).by_name.values()
        for held in slot_of(interface_config, Ipv6InterfaceConfig).addresses
    ):
        return "%Invalid next hop address (it's this router)"
    return None


@check("ipv6.route")
def options6_agree(owner: object, *, permanent: bool, track: int | None) -> str | None:
    """As for IPv4."""
    return options_agree(owner, permanent=permanent, track=track)


@config_command("ipv6.route")
def add6(
    owner: Config,
    *,
    prefix: IPv6Prefix,
    interface: str | None,
    address: IPv6Address | None,
    distance: int | None,
    tag: int | None,
    permanent: bool,
    name: str | None,
    track: int | None,
    multicast: bool,
) -> Config:
    """Put one line; typed again with other options it replaces them."""
    options = StaticRoute(distance or 1, name, permanent, tag or 0, track, multicast)
    config = owner.of(StaticConfig)
    key = Static6Key(prefix, interface, address)
    routes = config.routes6.put(key, PLAIN if options == PLAIN else options)
    return with_slot(owner, replace(config, routes6=routes))


@config_command("ipv6.route.remove")
def remove6(
    owner: Config,
    *,
    prefix: IPv6Prefix,
    interface: str | None,
    address: IPv6Address | None,
    distance: int | None,
) -> Config:
    """Take one line out, or without a next hop all lines of the prefix."""
    config = owner.of(StaticConfig)
    routes = config.routes6
    wanted = [Static6Key(prefix, interface, address)]
    if interface is None and address is None:
        wanted = [Static6Key(*raw) for raw in routes if raw[0] == prefix]
    for key in wanted:
        held = routes.get(key)
        if held is not None and distance in (None, held.distance):
            routes = routes.drop(key)
    if routes is config.routes6:
        raise Rejected(NOT_THERE)
    return with_slot(owner, replace(config, routes6=routes))


@config_printer("ipv6.route")
def route6_lines(owner: Config) -> Iterator[str]:
    """By prefix, those of one prefix as they were entered."""
    routes = owner.of(StaticConfig).routes6
    for raw, options in sorted(routes.items(), key=lambda item: item[0][0]):
        key = Static6Key(*raw)
        yield _line(["ipv6 route", str(key.prefix)], key.interface, key.address, options)


@config_command("static.default-network")
def flag_default(owner: Config, *, form: str, network: IPv4Address) -> Config:
    """Flag a classful network; of a subnet IOS makes a static route to its network instead."""
    config = owner.of(StaticConfig)
    held = config.default_networks
    if form:
        return with_slot(owner, replace(config, default_networks=held.drop(network)))
    major = classful(IPv4Prefix(network, 32))
    if major.network == network:
        return with_slot(owner, replace(config, default_networks=held.put(network, True)))
    key = StaticKey(major.network, major.mask, None, network)
    return with_slot(owner, replace(config, routes=config.routes.put(key, PLAIN)))


def is_own(config: Config, address: IPv4Address, vrf: str | None = None) -> bool:
    """Whether an interface of the VRF has this address."""
    by_name = config.of(InterfacesConfig).by_name
    for name in by_name.index(Subnets).meeting(IPv4Prefix(address, 32)):
        if slot_of(by_name[name], InterfaceVrf).name != vrf:
            continue
        ip = slot_of(by_name[name], IpInterfaceConfig)
        if (ip.address is not None and ip.address.address == address) or address in ip.secondaries:
            return True
    return False
