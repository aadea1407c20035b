"""Commands of VRFs: what the notation cannot say, what is refused, and the queries of shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TypeVar

from iosemu.cli.api import Exec, Rejected, check, config_command, config_printer, show
from iosemu.cli.interfaces import short, sort_key
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, slot_of, with_slot
from iosemu.features.interface.config import InterfaceConfig, InterfacesConfig
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.features.ipv6.config import Ipv6InterfaceConfig
from iosemu.features.static.config import StaticConfig
from iosemu.proto.bgp.config import BgpConfig
from iosemu.stack.state import Stack
from iosemu.wire.bgp_community import ExtendedCommunity
from iosemu.wire.bgp_nlri import RouteDistinguisher

from .config import ClassicVrf, InterfaceVrf, VrfDefinition, VrfFamily, VrfsConfig
from .read import VrfSettings, vrf_of, vrfs_of
from .views import (
    FamilyDetail,
    VrfDetailView,
    VrfInterface,
    VrfInterfacesView,
    VrfRow,
    VrfsView,
)

H = TypeVar("H", VrfDefinition, VrfFamily)

# -- definitions ----


@check("vrf.definition")
def is_not_classic(owner: Config, *, name: str) -> str | None:
    if name in owner.of(VrfsConfig).classic:
        return f"% Use 'ip vrf {name}' command for this VRF"
    return _name_error(name)


@check("vrf.classic")
def is_not_definition(owner: Config, *, name: str) -> str | None:
    if name in owner.of(VrfsConfig).definitions:
        return f"% Use 'vrf definition {name}' command for this VRF"
    return _name_error(name)


def _name_error(name: str) -> str | None:
    return "% VRF name is too long: the maximum is 32 characters" if len(name) > 32 else None


@config_command("vrf.definition.delete")
def delete_definition(owner: Config, *, name: str, said: list[str]) -> Config:
    held = owner.of(VrfsConfig)
    if name not in held.definitions:
        raise Rejected(_no_vrf(name))
    said.append(f"% IPv4 and IPv6 addresses from all interfaces in VRF {name} have been removed")
    without = replace(held, definitions=held.definitions.drop(name))
    return _emptied(with_slot(owner, without), name)


@config_command("vrf.classic.delete")
def delete_classic(owner: Config, *, name: str, said: list[str]) -> Config:
    held = owner.of(VrfsConfig)
    if name not in held.classic:
        raise Rejected(_no_vrf(name))
    said.append(f"% IP addresses from all interfaces in VRF {name} have been removed")
    return _emptied(with_slot(owner, replace(held, classic=held.classic.drop(name))), name)


def _no_vrf(name: str) -> str:
    return f"% VRF {name} not configured."


def _emptied(config: Config, name: str) -> Config:
    """All interfaces of a VRF back in the global table, without addresses; its routes go, and what
    BGP has of it."""
    by_name = config.of(InterfacesConfig).by_name
    for interface, held in by_name.items():
        if slot_of(held, InterfaceVrf).name == name:
            by_name = by_name.put(interface, _moved(held, InterfaceVrf()))
    static = config.of(StaticConfig)
    config = with_slot(config, replace(static, vrfs=static.vrfs.drop(name)))
    bgp = config.of(BgpConfig).process
    if bgp is not None:
        without = replace(bgp, vrfs=bgp.vrfs.drop(name), vrfs6=bgp.vrfs6.drop(name))
        config = with_slot(config, BgpConfig(without))
    return with_slot(config, InterfacesConfig(by_name))


# -- route distinguishers and targets ----


@check("vrf.rd")
def rd_fits(owner: VrfDefinition, *, rd: str, config: Config, key: str) -> str | None:
    return _rd_error(config, key, owner.rd, rd, f"vrf definition {key}")


@check("vrf.classic.rd")
def classic_rd_fits(owner: ClassicVrf, *, rd: str, config: Config, key: str) -> str | None:
    return _rd_error(config, key, owner.rd, rd, f"ip vrf {key}")


def _rd_error(config: Config, name: str, held: str | None, rd: str, command: str) -> str | None:
    """One VRF keeps its RD, and no two have the same."""
    try:
        RouteDistinguisher.parse(rd)
    except ValueError:
        return "% Malformed route distinguisher"
    if held not in (None, rd):
        return f'% Do "no {command}" before redefining the VRF'
    all_ = config.of(VrfsConfig)
    taken = {other: one.rd for other, one in all_.definitions.items()}
    taken |= {other: one.rd for other, one in all_.classic.items()}
    if any(other != name and one == rd for other, one in taken.items()):
        return "% Cannot set RD, check if it's unique"
    return None


@check("vrf.target.export")
def export_fits(owner: VrfDefinition, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.target.import")
def import_fits(owner: VrfDefinition, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.target.both")
def both_fit(owner: VrfDefinition, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.af.target.export")
def family_export_fits(owner: VrfFamily, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.af.target.import")
def family_import_fits(owner: VrfFamily, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.af.target.both")
def family_both_fit(owner: VrfFamily, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.classic.target.export")
def classic_export_fits(owner: ClassicVrf, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.classic.target.import")
def classic_import_fits(owner: ClassicVrf, *, target: str) -> str | None:
    return _target_error(target)


@check("vrf.classic.target.both")
def classic_both_fit(owner: ClassicVrf, *, target: str) -> str | None:
    return _target_error(target)


def _target_error(target: str) -> str | None:
    try:
        ExtendedCommunity.route_target(target)
    except ValueError:
        return "% Malformed extended community"
    return None


@config_command("vrf.target.both")
def set_both(owner: VrfDefinition, *, form: str, target: str) -> VrfDefinition:
    return _both(owner, form, target)


@config_command("vrf.af.target.both")
def set_both_of_family(owner: VrfFamily, *, form: str, target: str) -> VrfFamily:
    return _both(owner, form, target)


@config_command("vrf.classic.target.both")
def set_both_of_classic(owner: ClassicVrf, *, form: str, target: str) -> ClassicVrf:
    return replace(owner, family=_both(owner.family, form, target))


def _both(owner: H, form: str, target: str) -> H:
    def changed(held: Entries[str, bool]) -> Entries[str, bool]:
        return held.drop(target) if form else held.put(target, True)

    return replace(owner, exports=changed(owner.exports), imports=changed(owner.imports))


@config_printer("vrf.target.both")
def nothing_of_definition(owner: VrfDefinition) -> Iterator[str]:
    """Each direction has a line of its own."""
    yield from ()


@config_printer("vrf.af.target.both")
def nothing_of_family(owner: VrfFamily) -> Iterator[str]:
    yield from ()


@config_printer("vrf.classic.target.both")
def nothing_of_classic(owner: ClassicVrf) -> Iterator[str]:
    yield from ()


# -- interfaces ----


@check("interface.vrf")
def is_definition(owner: InterfaceConfig, *, name: str, config: Config) -> str | None:
    held = config.of(VrfsConfig)
    if name in held.classic:
        return f"% Use 'ip vrf forwarding' command for VRF '{name}'"
    return None if name in held.definitions else _no_vrf(name)


@check("interface.vrf.classic")
def is_classic(owner: InterfaceConfig, *, name: str, config: Config) -> str | None:
    held = config.of(VrfsConfig)
    if name in held.definitions:
        return f"% Use 'vrf forwarding' command for VRF '{name}'"
    return None if name in held.classic else _no_vrf(name)


@config_command("interface.vrf")
def enter_vrf(
    owner: InterfaceConfig, *, form: str, name: str | None, key: str, said: list[str]
) -> InterfaceConfig:
    return _into(owner, InterfaceVrf(None if form else name), key, said)


@config_command("interface.vrf.classic")
def enter_classic(
    owner: InterfaceConfig, *, form: str, name: str | None, key: str, said: list[str]
) -> InterfaceConfig:
    vrf = InterfaceVrf() if form else InterfaceVrf(name, classic=True)
    return _into(owner, vrf, key, said)


@config_printer("interface.vrf")
def vrf_line(owner: InterfaceConfig) -> Iterator[str]:
    held = slot_of(owner, InterfaceVrf)
    if held.name is not None and not held.classic:
        yield f"vrf forwarding {held.name}"


@config_printer("interface.vrf.classic")
def classic_line(owner: InterfaceConfig) -> Iterator[str]:
    held = slot_of(owner, InterfaceVrf)
    if held.name is not None and held.classic:
        yield f"ip vrf forwarding {held.name}"


def _into(owner: InterfaceConfig, vrf: InterfaceVrf, name: str, said: list[str]) -> InterfaceConfig:
    """Into another VRF, or out of one; addresses do not come along."""
    held = slot_of(owner, InterfaceVrf)
    if held.name == vrf.name:
        return owner
    verb, of = ("disabling", held.name) if vrf.name is None else ("enabling", vrf.name)
    moved = _moved(owner, vrf)
    for family, kind in (("IPv4", IpInterfaceConfig), ("IPv6", Ipv6InterfaceConfig)):
        if slot_of(moved, kind) != slot_of(owner, kind):
            said.append(
                f"% Interface {name} {family} disabled and address(es) removed"
                f" due to {verb} VRF {of}"
            )
    return moved


def _moved(owner: InterfaceConfig, vrf: InterfaceVrf) -> InterfaceConfig:
    ip, ipv6 = slot_of(owner, IpInterfaceConfig), slot_of(owner, Ipv6InterfaceConfig)
    none, none6 = IpInterfaceConfig(), Ipv6InterfaceConfig()
    bare = replace(ip, address=None, secondaries=none.secondaries, is_dhcp=False, unnumbered=None)
    bare6 = replace(
        ipv6, link_local=None, addresses=none6.addresses, autoconfig=False, enable=False
    )
    return with_slot(with_slot(with_slot(owner, bare), bare6), vrf)


# -- shows ----


def interfaces_of(config: Config, vrf: str) -> list[str]:
    """The interfaces in a VRF, in their order."""
    by_name = config.of(InterfacesConfig).by_name
    found = [name for name, held in by_name.items() if slot_of(held, InterfaceVrf).name == vrf]
    return sorted(found, key=sort_key)


def _wanted(x: Exec, name: str | None) -> list[VrfSettings]:
    """One VRF, or all in the order of their names."""
    if name is not None:
        one = vrf_of(x.config, name)
        if one is None:
            raise Rejected(f"% No VRF named {name}")
        return [one]
    return [held for _, held in sorted(vrfs_of(x.config).items())]


def _row(x: Exec, held: VrfSettings) -> VrfRow:
    families = (("ipv4", held.ipv4), ("ipv6", held.ipv6))
    return VrfRow(
        held.name,
        None if held.rd is None else str(held.rd),
        tuple(name for name, family in families if family is not None),
        tuple(map(short, interfaces_of(x.config, held.name))),
    )


@show("vrf.show")
def show_vrf(x: Exec, *, name: str | None) -> Iterator[VrfsView]:
    yield VrfsView(tuple(_row(x, held) for held in _wanted(x, name)))


@show("vrf.show.family")
def show_vrf_of_family(x: Exec, *, family: str, name: str | None) -> Iterator[VrfsView]:
    rows = [_row(x, held) for held in _wanted(x, name)]
    yield VrfsView(tuple(row for row in rows if family in row.protocols))


@show("vrf.show.ip")
def show_ip_vrf(x: Exec, *, name: str | None) -> Iterator[VrfsView]:
    rows = [_row(x, held) for held in _wanted(x, name)]
    yield VrfsView(tuple(row for row in rows if "ipv4" in row.protocols), has_protocols=False)


@show("vrf.show.detail")
def show_vrf_detail(x: Exec, *, name: str | None) -> Iterator[VrfDetailView]:
    for held in _wanted(x, name):
        yield _detail(x, held)


@show("vrf.show.ip.detail")
def show_ip_vrf_detail(x: Exec, *, name: str | None) -> Iterator[VrfDetailView]:
    for held in _wanted(x, name):
        if held.ipv4 is not None:
            yield replace(_detail(x, held), ipv6=None, is_ipv4_only=True)


def _detail(x: Exec, held: VrfSettings) -> VrfDetailView:
    config, stack = x.config.of(VrfsConfig), x.part(Stack)
    typed = config.definitions.get(held.name) or config.classic[held.name]
    number = list(stack.vrfs).index(held.name) if held.name in stack.vrfs else 0
    routes = sum(1 for _ in stack.vrf(held.name).rib.routes()) if held.name in stack.vrfs else 0
    if isinstance(typed, ClassicVrf):
        ipv4, ipv6 = typed.family, None
    else:
        ipv4, ipv6 = typed.ipv4 or VrfFamily(), typed.ipv6
    return VrfDetailView(
        held.name,
        number,
        None if held.rd is None else str(held.rd),
        typed.vpn_id,
        typed.description,
        isinstance(typed, ClassicVrf),
        tuple(map(short, interfaces_of(x.config, held.name))),
        None if held.ipv4 is None else FamilyDetail.of(held.ipv4, ipv4.maximum_routes, routes),
        None
        if held.ipv6 is None or ipv6 is None
        else FamilyDetail.of(held.ipv6, ipv6.maximum_routes, 0),
    )


@show("vrf.show.ip.interfaces")
def show_ip_vrf_interfaces(x: Exec, *, name: str | None) -> Iterator[VrfInterfacesView]:
    stack = x.part(Stack)
    rows: list[VrfInterface] = []
    for held in _wanted(x, name):
        for interface in interfaces_of(x.config, held.name):
            ip = slot_of(x.config.of(InterfacesConfig).by_name[interface], IpInterfaceConfig)
            address = "unassigned" if ip.address is None else str(ip.address.address)
            state = "up" if stack.interfaces[interface].is_up else "down"
            rows.append(VrfInterface(short(interface), address, held.name, state))
    yield VrfInterfacesView(tuple(rows))
