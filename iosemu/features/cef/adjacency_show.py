"""Renderers of `show adjacency`, as IOS 15 prints it."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.wire.ethernet import EtherType

from .show import pointer
from .views import AdjacenciesView, AdjacencySummaryView, AdjacencyView

INDENT = " " * 35
BYTES_EACH = 336
REWRITE_DIGITS = 32
"""Of a longer rewrite a second row is printed."""
TAG = EtherType.DOT1Q.to_bytes(2, "big")


@renders(AdjacenciesView)
def adjacencies(view: AdjacenciesView) -> Iterator[str]:
    yield f"{'Protocol':<8} {'Interface':<25} Address"


@renders(AdjacencyView)
def adjacency(view: AdjacencyView) -> Iterator[str]:
    hint = " (incomplete)" if view.rewrite is None else ""
    address = "point2point" if view.address is None else view.address
    yield f"{'IP':<8} {view.interface:<25} {address}({view.references}){hint}"
    if view.form is not None:
        yield from (INDENT + line for line in block(view))
    if view.form == "internal":
        yield from (INDENT + line for line in insides(view))


def block(view: AdjacencyView) -> Iterator[str]:
    """Counting is not configured (`ip cef accounting`), so the counts are zero."""
    yield "0 packets, 0 bytes"
    yield "epoch 0"
    yield "sourced in sev-epoch 0"
    if view.rewrite is None:
        yield "punt (rate-limited) packets"
        yield "ARP"
        return
    yield f"Encap length {len(view.rewrite)}"
    digits = view.rewrite.hex().upper()
    for at in range(0, len(digits), REWRITE_DIGITS):
        yield digits[at : at + REWRITE_DIGITS]
    if view.address is None:
        yield "P2P-ADJ"
        return
    yield "L2 destination address byte offset 0"
    yield "L2 destination address byte length 6"
    is_tagged = view.rewrite[12:14] == TAG
    yield f"Link-type after encap: {'dot1Q' if is_tagged else 'ip'}"
    yield "ARP"


def insides(view: AdjacencyView) -> Iterator[str]:
    end = "" if view.address is None else f", addr {view.address}"
    yield f"Fast adjacency {'disabled' if view.rewrite is None else 'enabled [OK]'}"
    yield f"L3 mtu {view.mtu_bytes}"
    yield "Fixup disabled"
    yield f"IP redirect {'enabled' if view.redirects else 'disabled'}"
    yield "Switching vector: IPv4 " + ("incomplete" if view.rewrite is None else "adjacency oce")
    yield f"Adjacency pointer 0x{pointer('adj', view.interface + end)}"
    if view.address is not None:
        yield f"Next-hop {view.address}"


@renders(AdjacencySummaryView)
def adjacency_summary(view: AdjacencySummaryView) -> Iterator[str]:
    total = view.complete + view.incomplete
    yield f"Adjacency table has {total} adjacenc{'y' if total == 1 else 'ies'}:"
    yield f"  each adjacency consumes {BYTES_EACH} bytes (0 bytes platform extension)"
    yield f"  {view.complete} complete adjacencies"
    yield f"  {view.incomplete} incomplete adjacencies"
    if total:
        yield f"  {total} adjacencies of linktype IP"
        yield f"    {view.complete} complete adjacencies of linktype IP"
        yield f"    {view.incomplete} incomplete adjacencies of linktype IP"
        yield "    0 adjacencies with fixups of linktype IP"
        yield f"    {view.redirecting} adjacencies with IP redirect of linktype IP"
        yield "    0 adjacencies post encap punt capable of linktype IP"
    yield ""
    yield "Adjacency database high availability:"
    yield f"  Database epoch:        0 ({total} entries at this epoch)"
    yield ""
    yield "Adjacency manager summary event processing:"
    yield " Summary events epoch is 0"
    yield " Summary events queue contains 0 events (high water mark 0 events)"
    yield " Summary events queue can contain 49151 events"
    yield " Adj last sourced field refreshed every 16384 summary events"
    yield " RP adjacency component enabled"
