"""What the process shows are about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One process; times in milliseconds and microseconds."""

    number: int
    runtime_ms: int
    invoked: int
    name: str


@dataclass(frozen=True, slots=True)
class ProcessesView:
    """`show processes cpu`; `percent`: use of the last 5 seconds, 1 minute, 5 minutes."""

    percent: tuple[int, int, int]
    rows: tuple[ProcessRow, ...]


@dataclass(frozen=True, slots=True)
class ProcessListView:
    """`show processes`: the same, seen from the scheduler."""

    percent: tuple[int, int, int]
    rows: tuple[ProcessRow, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool of memory; all in bytes.  lowest: the least that was seen free."""

    name: str
    total: int
    used: int
    lowest: int

    @property
    def free(self) -> int:
        return self.total - self.used


@dataclass(frozen=True, slots=True)
class MemoryView:
    """`show memory`."""

    pools: tuple[Pool, ...]


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """One interface: its state, and its address with prefix length."""

    name: str
    status: str
    protocol: str
    address: str | None


@dataclass(frozen=True, slots=True)
class ProtocolsView:
    """`show protocols`."""

    is_routing: bool
    rows: tuple[ProtocolRow, ...]


@dataclass(frozen=True, slots=True)
class MemoryRow:
    """What one process holds, in bytes."""

    number: int
    name: str
    holding: int


@dataclass(frozen=True, slots=True)
class MemoryUseView:
    """`show processes memory`."""

    pools: tuple[Pool, ...]
    rows: tuple[MemoryRow, ...]


@dataclass(frozen=True, slots=True)
class HistoryView:
    """`show processes cpu history`: percent of each of the last seconds, minutes and hours, the
    newest first."""

    hostname: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
