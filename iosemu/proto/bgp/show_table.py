"""Renderers of BGP's tables and prefixes, as IOS 15.x prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Prefix
from iosemu.cli.api import renders
from iosemu.cli.grammar import release
from iosemu.rib.classful import classful
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix

from .views import DetailPath, PathRow, PrefixView, TableView

LEGEND = (
    "Status codes: s suppressed, d damped, h history, * valid, > best, i - internal, ",
    "              r RIB-failure, S Stale, m multipath, b backup-path, f RT-Filter, ",
    "              x best-external, a additional-path, c RIB-compressed, ",
)
SECONDARY = "              t secondary path, "
ORIGINS = "Origin codes: i - IGP, e - EGP, ? - incomplete"
VALIDATION = "RPKI validation codes: V valid, I invalid, N Not found"
COLUMNS = "     Network          Next Hop            Metric LocPrf Weight Path"
_WRAPPED = " " * 23


def network_text(prefix: Nlri) -> str:
    """A prefix in its column: without a length where that is the classful one."""
    if isinstance(prefix, VpnPrefix):
        prefix = prefix.prefix
    if isinstance(prefix, IPv4Prefix) and (
        prefix.length == 0 or classful(IPv4Prefix(prefix.network, 32)) == prefix
    ):
        return str(prefix.network)
    return str(prefix)


def codes(row: PathRow) -> str:
    """The four characters in front of the network."""
    first = " "
    for is_so, code in (
        (row.is_history, "h"),
        (row.is_damped, "d"),
        (row.is_suppressed, "s"),
        (row.is_stale, "S"),
        (row.is_rib_failure, "r"),
        (row.is_valid, "*"),
    ):
        if is_so:
            first = code
            break
    second = ">" if row.is_best else "m" if row.is_multipath else "b" if row.is_backup else " "
    return f" {first}{second}{'i' if row.is_internal else ' '}{'a' if row.is_additional else ' '}"


def table_rows(rows: tuple[PathRow, ...], version: str) -> Iterator[str]:
    """The rows, each network named once."""
    indent = 1 if release(version) >= (15, 6) else 0
    last: Nlri | None = None
    for row in rows:
        network = "" if row.prefix == last else network_text(row.prefix)
        last = row.prefix
        head = codes(row) + " " * indent
        if len(network) > 16:
            yield head + network
            head = _WRAPPED + " " * indent
        else:
            head = f"{head}{network:<17}"
        next_hop = str(row.next_hop)
        if len(next_hop) > 15:
            yield head + next_hop
            head, next_hop = " " * 37, ""
        else:
            head = f"{head}{next_hop:<15}"
        med = "" if row.med is None else row.med
        preference = "" if row.local_pref is None else row.local_pref
        path = f"{row.as_path} {row.origin.code}".lstrip()
        yield f"{head}{med:>11}{preference:>7}{row.weight:>7} {path}"


@renders(TableView)
def table(view: TableView) -> Iterator[str]:
    if not any(section.rows for section in view.sections):
        return
    yield f"BGP table version is {view.version}, local router ID is {view.router_id}"
    yield from LEGEND
    if release(view.release) >= (15, 6):
        yield SECONDARY
    yield ORIGINS
    yield VALIDATION
    yield ""
    yield COLUMNS
    for section in view.sections:
        if section.heading is not None:
            yield f"Route Distinguisher: {section.heading}"
        yield from table_rows(section.rows, view.release)
    if view.total is not None:
        yield ""
        yield f"Total number of prefixes {view.total} "


# -- one prefix ----


@renders(PrefixView)
def prefix(view: PrefixView) -> Iterator[str]:
    if view.comparing:
        yield f"BGP Bestpath: {', '.join(view.comparing)}"
    yield f"BGP routing table entry for {view.prefix}, version {view.version}"
    best = f"best #{view.best}" if view.best else "no best path"
    notes = "".join(f", {note}" for note in view.notes)
    yield f"Paths: ({view.available} available, {best}, table {view.table}{notes})"
    if view.multipath:
        yield f"Multipath: {' '.join(view.multipath)}"
    if view.groups:
        yield "  Advertised to update-groups:"
        for at in range(0, len(view.groups), 8):
            yield "     " + "".join(f"{group:<10} " for group in view.groups[at : at + 8]).rstrip()
    else:
        yield "  Not advertised to any peer"
    for path in view.paths:
        yield from detail(path, view.release)


def detail(path: DetailPath, version: str) -> Iterator[str]:
    """The lines of one path."""
    if release(version) >= (15, 0):
        yield f"  Refresh Epoch {path.epoch}"
    yield "  " + ", ".join((path.as_path, *path.notes, *_imported(path, version)))
    yield f"    {_next_hop(path, version)}"
    yield f"      {_attributes(path)}"
    if path.communities:
        yield f"      Community: {' '.join(path.communities)}"
    if path.large:
        yield f"      Large Community: {' '.join(path.large)}"
    if path.extended:
        yield f"      Extended Community: {' '.join(path.extended)}"
    if path.originator is not None:
        clusters = ", ".join(map(str, path.cluster_list))
        yield f"      Originator: {path.originator}, Cluster list: {clusters}"
    if path.labels is not None:
        yield f"      mpls labels in/out {path.labels}"
    if path.dampening is not None:
        yield f"      {path.dampening}"
    if release(version) >= (15, 3):
        sent = "" if path.tx_path_id is None else f"0x{path.tx_path_id:X}"
        yield f"      rx pathid: {_hex(path.rx_path_id)}, tx pathid: {sent or 0}"


def _hex(number: int) -> str:
    return f"0x{number:X}" if number else "0"


def _imported(path: DetailPath, version: str) -> Iterator[str]:
    if path.imported is not None:
        table = " (global)" if release(version) >= (15, 2) else ""
        yield f"imported path from {path.imported}{table}"


def _next_hop(path: DetailPath, version: str) -> str:
    words = [str(path.next_hop)]
    if path.link_local is not None:
        words.append(f"({path.link_local})")
    if not path.is_accessible:
        words.append("(inaccessible)")
    elif path.igp_metric:
        words.append(f"(metric {path.igp_metric})")
    if path.vrf is not None and release(version) >= (15, 2):
        words.append(f"(via {path.vrf})")
    words.append(f"from {path.peer} ({path.router_id})")
    return " ".join(words)


def _attributes(path: DetailPath) -> str:
    parts = [f"Origin {path.origin.name if path.origin.name != 'INCOMPLETE' else 'incomplete'}"]
    if path.med is not None:
        parts.append(f"metric {path.med}")
    parts.append(f"localpref {path.local_pref}")
    if path.weight:
        parts.append(f"weight {path.weight}")
    return ", ".join((*parts, *path.flags))
