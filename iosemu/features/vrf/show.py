"""Renderers of VRFs, as IOS 15 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .config import MaximumRoutes
from .views import FamilyDetail, VrfDetailView, VrfInterfacesView, VrfsView

_IPV6_TABLES = 0x1E000000
_IN_A_ROW = 3


@renders(VrfsView)
def vrfs(view: VrfsView) -> Iterator[str]:
    protocols = f"{'Protocols':<12}" if view.has_protocols else ""
    yield f"  {'Name':<32} {'Default RD':<20}{protocols}Interfaces"
    for row in view.rows:
        head = f"  {row.name:<32} {row.rd or '<not set>':<20}"
        head += f"{','.join(row.protocols):<12}" if view.has_protocols else ""
        first, *rest = row.interfaces or ("",)
        yield f"{head}{first}".rstrip()
        for name in rest:
            yield f"{'':{67 if view.has_protocols else 55}}{name}"


@renders(VrfDetailView)
def vrf_detail(view: VrfDetailView) -> Iterator[str]:
    yield (
        f"VRF {view.name} (VRF Id = {view.number}); default RD {view.rd or '<not set>'};"
        f" default VPNID {view.vpn_id or '<not set>'}"
    )
    if view.description is not None:
        yield f"  Description: {view.description}"
    if view.is_classic:
        yield "  Old CLI format, supports IPv4 only"
    else:
        yield "  New CLI format, supports multiple address-families"
    yield f"  Flags: 0x{_flags(view):X}"
    if view.interfaces:
        yield "  Interfaces:"
        for at in range(0, len(view.interfaces), _IN_A_ROW):
            row = view.interfaces[at : at + _IN_A_ROW]
            yield "    " + " ".join(f"{name:<24}" for name in row)
    else:
        yield "  No interfaces"
    yield from family("ipv4", view.number, view.ipv4)
    if not view.is_ipv4_only:
        yield from family("ipv6", _IPV6_TABLES + view.number, view.ipv6)
        yield "Address family ipv4 multicast not active"
        yield "Address family ipv6 multicast not active"
    yield ""


def _flags(view: VrfDetailView) -> int:
    """0x4: it has an RD; 0x8: it is configured; 0x1800: in the newer style."""
    return 0x8 | (0 if view.rd is None else 0x4) | (0 if view.is_classic else 0x1800)


def family(name: str, table: int, held: FamilyDetail | None) -> Iterator[str]:
    """The block of one address family."""
    if held is None:
        yield f"Address family {name} unicast not active"
        return
    yield f"Address family {name} unicast (Table ID = 0x{table:X}):"
    yield "  Flags: 0x0"
    yield from targets("Export", held.exports)
    yield from targets("Import", held.imports)
    yield _map("import", held.import_map)
    yield "  No global export route-map"
    yield _map("export", held.export_map)
    if held.maximum is not None:
        yield f"  {limit(held.maximum, held.routes)}"
    yield "  VRF label distribution protocol: not configured"
    yield "  VRF label allocation mode: per-prefix"


def targets(direction: str, held: tuple[str, ...]) -> Iterator[str]:
    """One a line, the last filled up with blanks."""
    if not held:
        yield f"  No {direction} VPN route-target communities"
        return
    yield f"  {direction} VPN route-target communities"
    for target in held[:-1]:
        yield f"    {target} "
    yield f"    {held[-1]:<24}"


def _map(direction: str, name: str | None) -> str:
    if name is None:
        return f"  No {direction} route-map"
    return f"  {direction.capitalize()} route-map: {name}"


def limit(maximum: MaximumRoutes, routes: int) -> str:
    """What `maximum routes` says."""
    if maximum.warning_only:
        return f"Route warning limit {maximum.limit}, current count {routes}"
    percent = maximum.threshold or 0
    at = maximum.limit * percent // 100
    return f"Route limit {maximum.limit}, warning limit {percent}% ({at}), current count {routes}"


@renders(VrfInterfacesView)
def vrf_interfaces(view: VrfInterfacesView) -> Iterator[str]:
    yield f"{'Interface':<22} {'IP-Address':<15} {'VRF':<32} Protocol"
    for row in view.rows:
        yield f"{row.name:<22} {row.address:<15} {row.vrf:<32} {row.protocol:<8}"
