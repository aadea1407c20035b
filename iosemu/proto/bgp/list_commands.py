"""Exec commands that show all families together, or what tables list besides their rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from iosemu.address import IPv4Address, IPv6Address
from iosemu.cli.api import Exec, Rejected, show
from iosemu.policy.regex import BadPattern, regex
from iosemu.wire.bgp_family import Family

from .list_views import FamilyHeading
from .queries import (
    FamiliesQuery,
    Listing,
    ListQuery,
    NeighborsQuery,
    Scope,
    SummaryQuery,
    TableQuery,
)
from .show_commands import BGP, NO_NEIGHBOR, ROUTES, asked, keeps, scope_of
from .views import TableView

NO_DAMPENING = "% dampening not enabled for base"


def families(x: Exec) -> tuple[Family, ...]:
    """The families that are at work here."""
    found: tuple[Family, ...] = asked(x, FamiliesQuery())
    return found


@show("bgp.all.table")
def show_all(x: Exec, **values: Any) -> Iterator[object]:
    for at, family in enumerate(families(x)):
        yield FamilyHeading(str(family), at > 0)
        yield asked(x, TableQuery(Scope(family), x.now))


@show("bgp.all.detail")
def show_all_detail(x: Exec, **values: Any) -> Iterator[object]:
    for at, family in enumerate(families(x)):
        yield FamilyHeading(str(family), at > 0)
        yield asked(x, ListQuery(Listing.DETAIL, Scope(family), x.now))


@show("bgp.all.summary")
def show_all_summary(x: Exec, **values: Any) -> Iterator[object]:
    for at, family in enumerate(families(x)):
        yield FamilyHeading(str(family), at > 0, leaves_room=False)
        yield asked(x, SummaryQuery(Scope(family), x.now))


@show("bgp.all.neighbors.routes")
def show_all_routes(x: Exec, *, which: str, **values: Any) -> Iterator[object]:
    address = values["peer"]
    if not asked(x, NeighborsQuery(None, x.now, address)):
        raise Rejected(NO_NEIGHBOR)
    follows = False
    for family in families(x):
        scope = Scope(family)
        views = asked(x, NeighborsQuery(scope, x.now, address))
        if views and (which != "received-routes" or keeps(views, scope)):
            found: TableView = asked(
                x, TableQuery(scope, x.now, ROUTES[which], peer=address, counts=True)
            )
            yield FamilyHeading(str(family), follows, leaves_room=False)
            yield found
            follows = True
    if not follows:
        raise Rejected(f"% Inbound soft reconfiguration not enabled on {address}")


# -- lists ----


def listed(
    x: Exec,
    listing: Listing,
    scope: Scope,
    peer: IPv4Address | IPv6Address | None = None,
    pattern: str | None = None,
) -> object:
    """What the engine lists of a table."""
    if pattern is not None:
        try:
            regex(pattern)
        except BadPattern:
            raise Rejected(f"% Invalid regular expression: {pattern}") from None
    return asked(x, ListQuery(listing, scope, x.now, peer, pattern))


@show("bgp.show.detail")
@show("bgp.vpn.detail")
def show_detail(x: Exec, **values: Any) -> Iterator[object]:
    yield listed(x, Listing.DETAIL, scope_of(values))


@show("bgp.show.failures")
def show_failures(x: Exec, **values: Any) -> Iterator[object]:
    yield listed(x, Listing.FAILURES, scope_of(values))


@show("bgp.show.labels")
@show("bgp.vpn.labels")
def show_labels(x: Exec, **values: Any) -> Iterator[object]:
    yield listed(x, Listing.LABELS, scope_of(values))


@show("bgp.show.paths")
def show_paths(x: Exec, *, pattern: str | None, **values: Any) -> Iterator[object]:
    yield listed(x, Listing.AS_PATHS, Scope(), pattern=pattern)


@show("bgp.show.neighbors.paths")
def show_paths_of(x: Exec, *, pattern: str | None, **values: Any) -> Iterator[object]:
    yield listed(x, Listing.AS_PATHS, Scope(), known(x, values["peer"]), pattern)


def known(x: Exec, address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """A neighbor; Rejected if there is none of this address."""
    if not asked(x, NeighborsQuery(None, x.now, address)):
        raise Rejected(NO_NEIGHBOR)
    return address


FLAPS = {
    "dampened-paths": Listing.DAMPENED,
    "dampened-routes": Listing.DAMPENED,
    "flap-statistics": Listing.FLAPS,
}


@show("bgp.show.dampened")
def show_dampened(x: Exec, *, which: str, **values: Any) -> Iterator[object]:
    yield listed(x, FLAPS[which], scope_of(values))


@show("bgp.show.neighbors.flaps")
def show_flaps_of(x: Exec, *, which: str, **values: Any) -> Iterator[object]:
    yield listed(x, FLAPS[which], scope_of(values), known(x, values["peer"]))


@show("bgp.show.dampening")
def show_dampening(x: Exec, **values: Any) -> Iterator[object]:
    asked(x, FamiliesQuery())
    found = x.view(BGP, ListQuery(Listing.PARAMETERS, scope_of(values), x.now))
    if found is None:
        raise Rejected(NO_DAMPENING)
    yield found
