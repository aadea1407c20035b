"""What the shows of CDP are about, and how the engine answers for them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.kernel.time import Time
from iosemu.values import dataclass
from iosemu.wire.cdp import Cdp

from .config import CdpConfig
from .state import Counters, State


@dataclass(frozen=True, slots=True)
class Query:
    """What a show asks: "neighbors", "ports" or "counters"."""

    what: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A neighbor as the engine holds it; `packet`: its last advertisement."""

    interface: str
    packet: Cdp
    heard_at: Time


@dataclass(frozen=True, slots=True)
class PortEntry:
    """An interface CDP is enabled on."""

    name: str
    is_up: bool


def answer(state: State, query: Query) -> tuple[Entry, ...] | tuple[PortEntry, ...] | Counters:
    """The engine's answer to a query."""
    match query.what:
        case "neighbors":
            return tuple(entries(state))
        case "ports":
            held = state.ports.items()
            return tuple(PortEntry(n, p.state.is_up) for n, p in held if p.is_enabled)
        case "counters":
            return state.counters
        case _:
            raise AssertionError(query)


def entries(state: State) -> Iterator[Entry]:
    """All neighbors, by port in the order of the hardware, those of a port as they were found."""
    for name, port in state.ports.items():
        for neighbor in port.neighbors.values():
            yield Entry(name, Cdp.parse(neighbor.payload), neighbor.heard_at)


@dataclass(frozen=True, slots=True)
class NeighborView:
    """One neighbor.  `holdtime_s`: what is left of it.  `hello`: the greeting of another protocol,
    in words.  `duplex`: "half" or "full"."""

    device: str
    interface: str
    port: str
    holdtime_s: int
    capabilities: int
    platform: str
    software: str
    addresses: tuple[str, ...]
    management_addresses: tuple[str, ...] | None
    version: int
    hello: str | None
    native_vlan: int | None
    vtp_domain: str | None
    duplex: str | None


@dataclass(frozen=True, slots=True)
class NeighborsView:
    """`show cdp neighbors`."""

    neighbors: tuple[NeighborView, ...]


@dataclass(frozen=True, slots=True)
class DetailView:
    """`show cdp neighbors detail`, and without `has_total` `show cdp entry`."""

    neighbors: tuple[NeighborView, ...]
    has_total: bool


@dataclass(frozen=True, slots=True)
class EntryView:
    """`show cdp entry NAME {protocol | version}`: a part of each neighbor."""

    neighbors: tuple[NeighborView, ...]
    protocol: bool
    version: bool


@dataclass(frozen=True, slots=True)
class GlobalView:
    """`show cdp`."""

    config: CdpConfig


@dataclass(frozen=True, slots=True)
class InterfaceRow:
    """An interface in `show cdp interface`."""

    name: str
    status: str
    protocol: str
    encapsulation: str


@dataclass(frozen=True, slots=True)
class InterfacesView:
    """`show cdp interface`; `has_summary`: of all."""

    rows: tuple[InterfaceRow, ...]
    timer_s: int
    holdtime_s: int
    has_summary: bool


@dataclass(frozen=True, slots=True)
class TrafficView:
    """`show cdp traffic`."""

    output_v1: int
    output_v2: int
    input_v1: int
    input_v2: int
    header_errors: int
    checksum_errors: int
    encapsulation_failures: int
    invalid: int
