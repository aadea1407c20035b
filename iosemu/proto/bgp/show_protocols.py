"""The paragraph of BGP in `show ip protocols` and `show ipv6 protocols`."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import age
from iosemu.cli.api import renders

from .protocol_views import BgpProtocolView, NeighborFilters


@renders(BgpProtocolView)
def protocol(view: BgpProtocolView) -> Iterator[str]:
    synchronization = "enabled" if view.is_synchronized else "disabled"
    if view.is_six:
        yield f'IPv6 Routing Protocol is "bgp {view.asn}"'
        yield f"  IGP synchronization is {synchronization}"
        yield "  Redistribution:"
        for name in view.redistributed or ("None",):
            yield f"    {name}"
        yield "  Neighbor(s):"
        yield "    Address                    FiltIn FiltOut Weight RoutemapIn RoutemapOut"
        for each in view.neighbors:
            yield _six(each)
        return
    yield f'Routing Protocol is "bgp {view.asn}"'
    yield "  Outgoing update filter list for all interfaces is not set"
    yield "  Incoming update filter list for all interfaces is not set"
    yield f"  IGP synchronization is {synchronization}"
    summarization = "enabled" if view.is_summarized else "disabled"
    yield f"  Automatic route summarization is {summarization}"
    if view.redistributed:
        yield f"  Redistributing: {', '.join(view.redistributed)}"
    if view.neighbors:
        yield "  Neighbor(s):"
        yield "    Address          FiltIn FiltOut DistIn DistOut Weight RouteMap"
        for each in view.neighbors:
            yield _four(each)
    yield f"  Maximum path: {view.maximum_paths}"
    yield "  Routing Information Sources:"
    yield "    Gateway         Distance      Last Update"
    for gateway in view.gateways:
        yield f"    {gateway.address!s:<15} {gateway.distance:>8}      {age(gateway.told)}"
    external, internal, local = view.distances
    yield f"  Distance: external {external} internal {internal} local {local}"
    yield ""


def _four(each: NeighborFilters) -> str:
    return (
        f"    {each.address!s:<17}{each.filter_in:<7}{each.filter_out:<8}{each.list_in:<7}"
        f"{each.list_out:<8}{each.weight:<7}{each.route_map_in or each.route_map_out}"
    )


def _six(each: NeighborFilters) -> str:
    return (
        f"    {each.address!s:<27}{each.filter_in:<7}{each.filter_out:<8}{each.weight:<7}"
        f"{each.route_map_in:<11}{each.route_map_out}"
    ).rstrip()
