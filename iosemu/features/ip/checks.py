"""What IOS refuses about addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from iosemu.address import IPv4Address, IPv4Prefix, length_of
from iosemu.cli.api import INVALID_VALUE, Rejected, check, config_command, config_printer
from iosemu.cli.interfaces import parent
from iosemu.config.tree import Config, slot_of, with_slot
from iosemu.features.interface.config import InterfaceConfig, InterfacesConfig
from iosemu.features.interface.hardware import family_of
from iosemu.features.ipv6.config import Ipv6InterfaceConfig
from iosemu.features.services.config import ServicesConfig
from iosemu.features.vrf.config import InterfaceVrf, VrfsConfig
from iosemu.rib.classful import classful
from iosemu.stack.interface import kind_of

from .config import IpAddress, IpInterfaceConfig
from .subnets import Subnets, subnets_of

_IDENTIFIER = re.compile(r"0*[1-9A-Fa-f][0-9A-Fa-f]{0,7}", re.ASCII)
NOT_A_VLAN = (
    "\n% Configuring IP routing on a LAN subinterface is only allowed if that\n"
    "subinterface is already configured as part of an IEEE 802.10, IEEE 802.1Q,\n"
    "or ISL vLAN.\n"
)


@check("interface.ip.address")
def address_fits(
    owner: InterfaceConfig, *, address: IPv4Address, mask: IPv4Address, config: Config, key: str
) -> str | None:
    return (
        vlan_is_known(owner, key)
        or vrf_has_ipv4(owner, config)
        or host_is_valid(key, address, mask)
        or subnet_is_allowed(config, address, mask)
        or is_taken(config, key, owner, address, mask)
    )


@check("interface.ip.secondary")
def secondary_fits(
    owner: InterfaceConfig, *, address: IPv4Address, mask: IPv4Address, config: Config, key: str
) -> str | None:
    ip = slot_of(owner, IpInterfaceConfig)
    if ip.address is not None and ip.address.address == address:
        return "% Secondary can't be same as primary"
    return (
        vlan_is_known(owner, key)
        or vrf_has_ipv4(owner, config)
        or host_is_valid(key, address, mask)
        or subnet_is_allowed(config, address, mask)
        or is_taken(config, key, owner, address, mask)
    )


def vlan_is_known(interface: InterfaceConfig, name: str) -> str | None:
    if parent(name) is not None and interface.encapsulation is None:
        return NOT_A_VLAN
    return None


def vrf_has_ipv4(interface: InterfaceConfig, config: Config) -> str | None:
    """In a VRF without the address family there are no addresses."""
    name = slot_of(interface, InterfaceVrf).name
    if name is None or config.of(VrfsConfig).has_ipv4(name):
        return None
    return f"% VRF {name} does not have address-family ipv4 configured"


def host_is_valid(name: str, address: IPv4Address, mask: IPv4Address) -> str | None:
    """Whether the address is one of a host, under a mask that leaves it one."""
    if address.is_multicast or address >> 24 in (0, 127) or address >> 28 == 0xF:
        return f"Not a valid host address - {address}"
    length = length_of(mask)
    if length is None:
        return f"Bad mask 0x{int(mask):08X} for address {address}"
    subnet = IPv4Prefix.of(address, length)
    if length < 31 and address in (subnet.network, subnet.broadcast):
        return f"Bad mask /{length} for address {address}"
    if length == 32 and family_of(name) != "Loopback":
        return f"Bad mask /{length} for address {address}"
    return None


def subnet_is_allowed(config: Config, address: IPv4Address, mask: IPv4Address) -> str | None:
    """Under `no ip subnet-zero` not the first subnet of a classful network."""
    if config.of(ServicesConfig).subnet_zero:
        return None
    subnet = IPv4Prefix.of(address, length_of(mask) or 0)
    major = classful(subnet)
    if subnet.network == major.network and major.length < subnet.length < 32:
        return f"Bad mask /{subnet.length} for address {address}"
    return None


def is_taken(
    config: Config,
    name: str,
    interface: InterfaceConfig,
    address: IPv4Address,
    mask: IPv4Address,
) -> str | None:
    """Whether the subnet overlaps another interface's; those that are shut down do not count."""
    if interface.shutdown:
        return None
    return overlap(config, name, IPv4Prefix.of(address, length_of(mask) or 0))


def overlap(config: Config, name: str, wanted: IPv4Prefix) -> str | None:
    """What IOS says if a subnet overlaps one of an interface of the same VRF that is not shut
    down."""
    by_name = config.of(InterfacesConfig).by_name
    vrf = slot_of(by_name[name], InterfaceVrf).name if name in by_name else None
    others = {
        other
        for other in by_name.index(Subnets).meeting(wanted)
        if other != name
        and not by_name[other].shutdown
        and slot_of(by_name[other], InterfaceVrf).name == vrf
    }
    if not others:
        return None
    first = next(other for other in by_name if other in others)
    return f"% {wanted.network} overlaps with {first}"


@config_printer("interface.ip.address")
def address_lines(owner: InterfaceConfig) -> Iterator[str]:
    """A subinterface with a VLAN and without an address prints nothing, unlike the rest."""
    address = slot_of(owner, IpInterfaceConfig).address
    if address is not None:
        yield f"ip address {address.address} {address.mask}"
    elif slot_of(owner, IpInterfaceConfig).is_dhcp or slot_of(owner, IpInterfaceConfig).unnumbered:
        return
    elif owner.encapsulation is None:
        yield "no ip address"


@config_command("interface.shutdown")
def shut_or_open(owner: InterfaceConfig, *, form: str, config: Config, key: str) -> InterfaceConfig:
    if not form:
        return replace(owner, shutdown=True)
    for subnet in subnets_of(slot_of(owner, IpInterfaceConfig)):
        refusal = overlap(config, key, subnet)
        if owner.shutdown and refusal is not None:
            raise Rejected(f"{refusal}\n{key}: incorrect IP address assignment")
    return replace(owner, shutdown=False)


@config_command("interface.ip.dhcp")
def ask_or_not(owner: InterfaceConfig, *, form: str) -> InterfaceConfig:
    ip = slot_of(owner, IpInterfaceConfig)
    if form:
        return with_slot(owner, replace(ip, is_dhcp=False))
    none = IpInterfaceConfig().secondaries
    return with_slot(
        owner, replace(ip, is_dhcp=True, unnumbered=None, address=None, secondaries=none)
    )


@check("interface.ip.unnumbered")
def lender_fits(owner: InterfaceConfig, *, name: str, config: Config, key: str) -> str | None:
    if family_of(key) != "Serial":
        return "Point-to-point (non-multi-access) interfaces only"
    lender = config.of(InterfacesConfig).by_name.get(name)
    if lender is None:
        return "%Invalid interface type and number"
    if name == key or slot_of(lender, IpInterfaceConfig).unnumbered is not None:
        return f"Cannot use an unnumbered interface: {name}"
    return None


@config_command("interface.ip.unnumbered")
def borrow_or_not(owner: InterfaceConfig, *, form: str, name: str | None) -> InterfaceConfig:
    ip = slot_of(owner, IpInterfaceConfig)
    if form:
        return with_slot(owner, replace(ip, unnumbered=None))
    none = IpInterfaceConfig().secondaries
    bare = replace(ip, is_dhcp=False, address=None, secondaries=none)
    return with_slot(owner, replace(bare, unnumbered=name))


@config_command("interface.mtu")
def set_mtu(owner: InterfaceConfig, *, form: str, bytes: int | None, key: str) -> InterfaceConfig:
    owner = replace(owner, mtu_bytes=None if form else bytes)
    limit = owner.mtu_bytes or kind_of(key).mtu_bytes
    ip, ipv6 = slot_of(owner, IpInterfaceConfig), slot_of(owner, Ipv6InterfaceConfig)
    if ip.mtu_bytes is not None and ip.mtu_bytes > limit:
        owner = with_slot(owner, replace(ip, mtu_bytes=None))
    if ipv6.mtu_bytes is not None and ipv6.mtu_bytes > limit:
        owner = with_slot(owner, replace(ipv6, mtu_bytes=None))
    return owner


@check("ip.cef.sharing")
def sharing_is_complete(
    owner: object, *, algorithm: str, source: bool, destination: bool, identifier: str | None
) -> str | None:
    """Ports are named; an identifier is a number of up to eight hexadecimal digits."""
    if algorithm == "include-ports" and not (source or destination):
        return "% Incomplete command."
    if identifier is not None and _IDENTIFIER.fullmatch(identifier) is None:
        return "% Invalid Id"
    return None


@check("interface.ip.mtu")
def fits_interface(owner: InterfaceConfig, *, bytes: int, key: str) -> str | None:
    held = owner.mtu_bytes or kind_of(key).mtu_bytes
    return INVALID_VALUE if bytes > held else None


@config_command("interface.ip.address")
def set_or_remove(
    owner: InterfaceConfig,
    *,
    form: str,
    address: IPv4Address | None,
    mask: IPv4Address | None,
) -> InterfaceConfig:
    ip = slot_of(owner, IpInterfaceConfig)
    if not form:
        assert address is not None
        assert mask is not None
        wanted = IpAddress(address, mask)
        return with_slot(
            owner,
            replace(
                ip,
                address=wanted,
                secondaries=ip.secondaries.drop(address),
                is_dhcp=False,
                unnumbered=None,
            ),
        )
    if address is None:
        bare = IpInterfaceConfig()
        return with_slot(
            owner,
            replace(ip, address=None, secondaries=bare.secondaries, is_dhcp=False, unnumbered=None),
        )
    if ip.address is None or ip.address.address != address:
        raise Rejected("Invalid address")
    if ip.secondaries:
        raise Rejected("Must delete secondary before deleting primary")
    return with_slot(owner, replace(ip, address=None))
