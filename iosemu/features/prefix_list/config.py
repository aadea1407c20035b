"""Prefix lists of a router by name."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.policy.prefix_list import PrefixList
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class PrefixListsConfig:
    """All of them; those of IPv6 have names of their own."""

    SLOT: ClassVar[str] = "prefix_list"
    lists: Entries[str, PrefixList] = field(default_factory=Entries)
    ipv6: Entries[str, PrefixList] = field(default_factory=Entries)
    sequence_number: bool = True
    """Whether the running configuration prints the numbers of entries."""
