"""Access lists of a router by name or number.  Their entries are `policy.acl`'s."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.policy.acl import Acl, ExtendedAcl, StandardAcl
from iosemu.values import dataclass, field

ListName = str | int


@dataclass(frozen=True, slots=True)
class AclsConfig:
    """Access lists, and how their log works.  Thresholds in packets, intervals in milliseconds."""

    SLOT: ClassVar[str] = "acl"
    standard: Entries[ListName, StandardAcl] = field(default_factory=Entries)
    extended: Entries[ListName, ExtendedAcl] = field(default_factory=Entries)
    log_threshold: int | None = None
    log_interval_ms: int | None = None
    log_hashes: bool = False
    is_compiled: bool = False
    dynamic_extended: bool = False

    def find(self, name: ListName) -> Acl | None:
        """The list of a name, None if it is not defined."""
        key: ListName = int(name) if str(name).isdecimal() else name
        found: Acl | None = self.standard.get(key)
        return self.extended.get(key) if found is None else found
