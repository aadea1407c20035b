"""Renderers of what shows list of BGP's tables besides their rows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import age
from iosemu.cli.api import renders
from iosemu.cli.grammar import release

from .list_views import (
    AsPathsView,
    DampeningView,
    DetailView,
    FailuresView,
    FamilyHeading,
    FlapRow,
    FlapsView,
    LabelsView,
)
from .selected import plain
from .show_table import LEGEND, ORIGINS, SECONDARY, VALIDATION, network_text, prefix


@renders(FamilyHeading)
def heading(view: FamilyHeading) -> Iterator[str]:
    if view.follows:
        yield ""
    yield f"For address family: {view.family}"
    if view.leaves_room:
        yield ""


@renders(DetailView)
def detail(view: DetailView) -> Iterator[str]:
    for section in view.sections:
        if section.heading is not None:
            yield ""
            yield f"Route Distinguisher: {section.heading}"
        for one in section.prefixes:
            yield from prefix(one)


@renders(FailuresView)
def failures(view: FailuresView) -> Iterator[str]:
    yield "  Network            Next Hop                      RIB-failure   RIB-NH Matches"
    for row in view.rows:
        yield f"{network_text(row.prefix):<18} {row.next_hop!s:<19} {row.reason:<34} {row.matches}"


@renders(LabelsView)
def labels(view: LabelsView) -> Iterator[str]:
    yield "   Network          Next Hop      In label/Out label"
    for section in view.sections:
        if section.heading is not None:
            yield f"Route Distinguisher: {section.heading}"
        last = None
        for row in section.rows:
            network = "" if row.prefix == last else str(plain(row.prefix))
            last = row.prefix
            if len(network) > 16:
                yield f"   {network}"
                network = ""
            yield f"   {network:<17}{row.next_hop!s:<15} {row.inbound}/{row.outbound}"


@renders(AsPathsView)
def as_paths(view: AsPathsView) -> Iterator[str]:
    yield f"Address    {'Hash ' if view.has_buckets else ''}Refcount Metric Path"
    for row in view.rows:
        bucket = f"{row.bucket:>4} " if view.has_buckets else ""
        path = f"{row.as_path} {row.origin.code}".lstrip()
        yield f"0x{row.address:08X} {bucket}{row.count:>8} {row.med:>6} {path}"


@renders(FlapsView)
def flaps(view: FlapsView) -> Iterator[str]:
    if not view.rows:
        return
    yield f"BGP table version is {view.version}, local router ID is {view.router_id}"
    yield from LEGEND
    if release(view.release) >= (15, 6):
        yield SECONDARY
    yield ORIGINS
    yield VALIDATION
    yield ""
    if view.counts:
        yield "     Network          From            Flaps Duration Reuse    Path"
    else:
        yield "     Network          From             Reuse    Path"
    for row in view.rows:
        yield from _flap(row, counts=view.counts)


def _flap(row: FlapRow, *, counts: bool) -> Iterator[str]:
    network = network_text(row.prefix)
    first = "h" if row.is_history else "d" if row.is_suppressed else "*"
    head = f" {first}{'>' if row.is_best else ' '}  "
    if len(network) > 16:
        yield head + network
        network, head = "", "     "
    reuse = "" if row.reuse_in is None else age(row.reuse_in)
    path = f"{row.as_path} {row.origin.code}".lstrip()
    middle = f"{row.flaps:<5} {age(row.duration):<8} " if counts else " "
    yield f"{head}{network:<17}{row.neighbor!s:<16}{middle}{reuse:<8} {path}"


@renders(DampeningView)
def dampening(view: DampeningView) -> Iterator[str]:
    if view.route_map is not None:
        yield f" dampening with route-map {view.route_map}"
    else:
        usual = " (DEFAULT)" if view.is_usual else ""
        yield (
            f" dampening {view.half_life_minutes} {view.reuse} {view.suppress}"
            f" {view.longest_minutes}{usual}"
        )
    yield (
        f"  Half-life time      : {f'{view.half_life_minutes} mins':<13}"
        f" Decay Time       : {view.decay_s} secs"
    )
    yield (
        f"  Max suppress penalty: {view.most:>5} {'':<7}"
        f" Max suppress time: {view.longest_minutes} mins"
    )
    yield f"  Suppress penalty    : {view.suppress:>5} {'':<7} Reuse penalty    : {view.reuse}"
    yield ""
