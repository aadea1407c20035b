"""Class maps and policy maps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from iosemu.config.entries import Entries

MatchKey = tuple[bool, str, int | None, str | None, str | None, tuple[int | str, ...] | None]
"""Negated, what is matched, and its operands: two criteria are the same if they are equal."""


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Criteria in the order they were entered; `kind` says whether all or any must hold."""

    kind: str = "match-all"
    description: str | None = None
    matches: Entries[MatchKey, bool] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """`bandwidth KBPS | percent N | remaining percent N`."""

    kbps: int | None = None
    percent: int | None = None
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Priority:
    """`priority [KBPS [BURST] | percent N]`; bytes for the burst."""

    kbps: int | None = None
    burst: int | None = None
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """`shape average | peak BPS [BC [BE]]`; bits."""

    kind: str
    rate_bps: int
    burst_bits: int | None = None
    excess_bits: int | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What happens to a packet; `value` goes with the set actions."""

    action: str
    value: int | str | None = None


@dataclass(frozen=True, slots=True)
class Police:
    """A policer; bytes for the bursts."""

    cir_bps: int = 8000
    burst_bytes: int | None = None
    excess_bytes: int | None = None
    conform: Action | None = None
    exceed: Action | None = None
    violate: Action | None = None


@dataclass(frozen=True, slots=True)
class RandomDetect:
    """`random-detect [dscp-based | precedence-based]`."""

    basis: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyClass:
    """What a policy does with one class."""

    bandwidth: Bandwidth | None = None
    priority: Priority | None = None
    shape: Shape | None = None
    police: Police | None = None
    fair_queue: bool = False
    random_detect: RandomDetect | None = None
    queue_limit_packets: int | None = None
    set_dscp: int | str | None = None
    set_precedence: int | None = None
    set_cos: int | None = None
    service_policy: str | None = None
    drop: bool = False


@dataclass(frozen=True, slots=True)
class PolicyMap:
    """Classes in the order they were entered."""

    description: str | None = None
    classes: Entries[str, PolicyClass] = field(default_factory=Entries)


@dataclass(frozen=True, slots=True)
class QosConfig:
    """Class maps and policy maps by name."""

    SLOT: ClassVar[str] = "qos"
    class_maps: Entries[str, ClassMap] = field(default_factory=Entries)
    policy_maps: Entries[str, PolicyMap] = field(default_factory=Entries)
