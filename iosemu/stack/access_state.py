"""What a router remembers of its access lists: the lists, their counters, and what was logged."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.address import IPv4Address
from iosemu.kernel.cache import Cache
from iosemu.policy.acl import Acl, Entry
from iosemu.policy.acl_match import Program
from iosemu.values import dataclass, field


@dataclass(slots=True)
class Hits:
    """How many packets an entry matched.  An object, so that remembered flows can count too."""

    matches: int = 0


@dataclass(slots=True)
class AccessList:
    """One list.  `hits` by the content of an entry, so that new numbers change nothing."""

    acl: Acl
    hits: dict[Entry, Hits] = field(default_factory=dict)
    programs: Cache[str, Program] = field(default_factory=Cache)
    """The list compiled, under one key; empty after a change."""


class LogKey(NamedTuple):
    """Packets that share one line of the log.

    `heard`: where a packet came in, as `log-input` prints it, "" for `log`.  Ports: type and code
    of ICMP; 0 where no entry looked at them.
    """

    name: str
    is_standard: bool
    is_permit: bool
    protocol: int
    source: IPv4Address
    source_port: int
    target: IPv4Address
    target_port: int
    heard: str
    tag: str | None


@dataclass(slots=True)
class Logged:
    """Packets since the last line."""

    packets: int = 0


@dataclass(slots=True)
class Access:
    """The access lists of a router by name; numbers too are names here.

    `active`: time ranges that are defined, and whether each is active now.
    """

    lists: dict[str, AccessList] = field(default_factory=dict)
    active: dict[str, bool] = field(default_factory=dict)
    logged: dict[LogKey, Logged] = field(default_factory=dict)
    log_threshold: int | None = None


_VERDICTS = 4096


@dataclass(slots=True)
class Gate:
    """What the access lists on the way of a remembered flow said of its packets so far.

    `passed`: detail of a packet (`access.detail`) -> counters of the entries that let it
    pass.  What
    is not here is looked at.
    """

    passed: dict[bytes, tuple[Hits, ...]] = field(default_factory=dict)

    def learn(self, detail: bytes, hits: tuple[Hits, ...]) -> None:
        """Packets like this one pass without another look."""
        if len(self.passed) >= _VERDICTS:
            self.passed.clear()
        self.passed[detail] = hits
