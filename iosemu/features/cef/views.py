"""What the shows of CEF are about, as frozen values."""

from __future__ import annotations

from iosemu.address import Address, IPv4Address, Prefix
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class WayView:
    """One way out of an entry: next hop, or an attached interface."""

    address: Address | None = None
    interface: str | None = None


@dataclass(frozen=True, slots=True)
class CefTableView:
    """The head of a table; its entries follow as views of their own."""

    vrf: str = "default"


@dataclass(frozen=True, slots=True)
class CefEntryView:
    """One row, or one for each way; `action` as "attached", "receive", "drop", or None with next
    hops."""

    prefix: Prefix
    action: str | None
    ways: tuple[WayView, ...] = ()


@dataclass(frozen=True, slots=True)
class CefPrefixView:
    """`show ip cef PREFIX`: one entry, a line for each way."""

    entry: CefEntryView


@dataclass(frozen=True, slots=True)
class CefStepView:
    """A line of the way to an adjacency; `kind`: "recursive", "nexthop", "attached", "receive",
    "unresolved", or what happens to the packet, as "drop"."""

    kind: str
    address: Address | None = None
    interface: str | None = None
    share: int = 1
    is_complete: bool = True
    below: tuple[CefStepView, ...] = ()
    is_point_to_point: bool = False

    @property
    def is_glean(self) -> bool:
        """Whether the link address of a destination has to be asked for first."""
        is_wire = self.kind == "attached" and self.interface != "Null0"
        return is_wire and not self.is_point_to_point


@dataclass(frozen=True, slots=True)
class CoverView:
    """Entries that exist because of a connected prefix: own addresses of the link, neighbors."""

    need_deagg: int
    notify: int


@dataclass(frozen=True, slots=True)
class CefDetailView:
    """`show ip cef ... detail`.

    flags: in words.  sharing: "per-destination" or "per-packet" of several ways, else None.
    special: of an entry every router has.  neighbor: whose adjacency made the entry.  owner: whose
    address it is, with the flags of that.  cover: the connected prefix it lies in.
    """

    prefix: Prefix
    flags: tuple[str, ...]
    sharing: str | None
    steps: tuple[CefStepView, ...]
    special: str | None = None
    neighbor: WayView | None = None
    owner: str | None = None
    owner_flags: str = "none"
    cover: Prefix | None = None
    covers: CoverView | None = None


@dataclass(frozen=True, slots=True)
class CefInternalView:
    """`show ip cef ... internal`.  buckets: index of a way for each hash bucket; ways: the
    adjacencies it may choose; code: the letter of the routing table's source."""

    detail: CefDetailView
    code: str | None
    ways: tuple[CefStepView, ...]
    buckets: tuple[int, ...]
    indexes: tuple[int, ...]
    """The number of each way's interface."""


@dataclass(frozen=True, slots=True)
class CefSummaryView:
    """`show ip cef summary`, and the head of the detailed table."""

    prefixes: int
    unreachable: int


@dataclass(frozen=True, slots=True)
class CefExactView:
    """`show ip cef exact-route`: where a flow goes."""

    source: IPv4Address
    target: IPv4Address
    step: CefStepView
    is_xe: bool = False


@dataclass(frozen=True, slots=True)
class AdjacenciesView:
    """The head of `show adjacency`; the adjacencies follow as views of their own."""

    protocol: str = "IP"


@dataclass(frozen=True, slots=True)
class AdjacencyView:
    """One adjacency.  address None: point to point.  rewrite: the bytes put in front of a packet,
    None while incomplete."""

    interface: str
    address: Address | None
    references: int
    rewrite: bytes | None
    form: str | None = None
    """None: a row; "detail" or "internal": a block."""
    mtu_bytes: int = 1500
    redirects: bool = True


@dataclass(frozen=True, slots=True)
class AdjacencySummaryView:
    """`show adjacency summary`."""

    complete: int
    incomplete: int
    redirecting: int
