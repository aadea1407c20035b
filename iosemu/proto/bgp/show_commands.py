"""Exec commands that show BGP's tables."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.cli.api import Exec, Rejected, show
from iosemu.policy.regex import BadPattern, regex
from iosemu.rib.classful import classful
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4

from .neighbor_views import NeighborView
from .queries import NeighborsQuery, PrefixQuery, Scope, SummaryQuery, TableQuery, Which
from .selected import EXACT
from .views import PrefixView, SummaryView, TableView

NOT_ACTIVE = "% BGP not active"
NOT_IN_TABLE = "% Network not in table"
NO_NEIGHBOR = "% No such neighbor or address family"
BGP = "bgp"


def scope_of(values: Mapping[str, Any]) -> Scope:
    """The table that was named."""
    if "part" in values:
        return Scope(VPNV4, values["vrf"], values["rd"])
    return Scope(IPV6_UNICAST if values["family"] == "ipv6" else IPV4_UNICAST)


@show("bgp.show.table")
@show("bgp.vpn.table")
def show_table(x: Exec, **values: Any) -> Iterator[TableView]:
    yield from table(x, TableQuery(scope_of(values), x.now))


def table(x: Exec, query: TableQuery) -> Iterator[TableView]:
    """What the engine answers."""
    yield asked(x, query)


def asked(x: Exec, query: Hashable) -> Any:
    """What the engine answers; Rejected while there is no process."""
    found = x.view(BGP, query)
    if found is None:
        raise Rejected(NOT_ACTIVE)
    return found


@show("bgp.show.classless")
@show("bgp.vpn.classless")
def show_classless(x: Exec, **values: Any) -> Iterator[TableView]:
    yield from table(x, TableQuery(scope_of(values), x.now, Which.CIDR_ONLY))


@show("bgp.show.rows")
@show("bgp.vpn.rows")
def show_rows(x: Exec, *, which: str, **values: Any) -> Iterator[TableView]:
    wanted = Which(which)
    texts: tuple[str, ...] = ()
    if wanted is Which.COMMUNITY:
        texts = tuple(map(str, values["communities"] or ()))
    elif values["value"] is not None:
        texts = (str(values["value"]),)
    if values["exact_match"]:
        texts = (*texts, EXACT)
    if wanted is Which.REGEX:
        try:
            regex(texts[0])
        except BadPattern:
            raise Rejected(f"% Invalid regular expression: {texts[0]}") from None
    yield from table(x, TableQuery(scope_of(values), x.now, wanted, texts))


def prefix_of(values: Mapping[str, Any]) -> IPv4Prefix | IPv6Prefix | None:
    """The prefix that was typed, with a mask or a length; None for an address alone."""
    prefix: IPv4Prefix | IPv6Prefix | None = values["prefix"]
    address, mask = values["address"], values.get("mask")
    if prefix is None and mask is not None:
        return IPv4Prefix.of(address, int(mask).bit_count())
    return prefix


@show("bgp.show.longer")
@show("bgp.show.longer6")
def show_longer(x: Exec, **values: Any) -> Iterator[TableView]:
    prefix = prefix_of(values)
    if prefix is None:
        address = values["address"]
        prefix = IPv6Prefix(address, 128) if isinstance(address, IPv6Address) else near(address)
    yield from table(x, TableQuery(scope_of(values), x.now, Which.UNDER, prefix=prefix))


def near(address: IPv4Address) -> IPv4Prefix:
    """An address without a mask: its zeros at the end are host bits."""
    found = classful(IPv4Prefix(address, 32))
    return found if found.network == address else IPv4Prefix(address, 32)


@show("bgp.show.prefix")
@show("bgp.show.prefix6")
@show("bgp.vpn.prefix")
def show_prefix(x: Exec, **values: Any) -> Iterator[PrefixView]:
    prefix = prefix_of(values)
    only = "bestpath" if values["bestpath"] else "multipaths" if values["multipaths"] else None
    address = None if prefix is not None else values["address"]
    found = asked(x, PrefixQuery(scope_of(values), x.now, prefix, address, only))
    if not found:
        raise Rejected(NOT_IN_TABLE)
    yield from found


@show("bgp.show.summary")
@show("bgp.vpn.summary")
def show_summary(x: Exec, **values: Any) -> Iterator[SummaryView]:
    yield asked(x, SummaryQuery(scope_of(values), x.now))


# -- neighbors ----


ROUTES = {
    "advertised-routes": Which.ADVERTISED_TO,
    "received-routes": Which.RECEIVED_FROM,
    "routes": Which.ROUTES_OF,
}


@show("bgp.show.neighbors.routes")
@show("bgp.vpn.neighbors.routes")
def show_routes_of(x: Exec, *, which: str, **values: Any) -> Iterator[TableView]:
    scope, address = scope_of(values), values["peer"]
    found: tuple[NeighborView, ...] = asked(x, NeighborsQuery(scope, x.now, address))
    if not found:
        raise Rejected(NO_NEIGHBOR)
    if which == "received-routes" and not keeps(found, scope):
        raise Rejected(f"% Inbound soft reconfiguration not enabled on {address}")
    yield from table(x, TableQuery(scope, x.now, ROUTES[which], peer=address, counts=True))


def keeps(found: Iterable[NeighborView], scope: Scope) -> bool:
    """Whether all that a neighbor sent is remembered."""
    return any(
        family.keeps
        for view in found
        for family in view.families
        if family.vrf is not None or family.family == scope.family
    )
