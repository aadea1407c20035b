"""Community lists of a router by number or name.  Their entries are `policy.community`'s."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.policy.community import (
    CommunityList,
    ExpandedList,
    ExtendedList,
    LargeList,
    StandardExtendedList,
    StandardLargeList,
    StandardList,
)
from iosemu.values import dataclass, field

ListName = str | int


@dataclass(frozen=True, slots=True)
class CommunitiesConfig:
    """A name is in one of the two collections of its kind only.

    new_format: `ip bgp-community new-format`, 65000:1 instead of one number.
    """

    SLOT: ClassVar[str] = "community"
    new_format: bool = False
    standard: Entries[ListName, StandardList] = field(default_factory=Entries)
    expanded: Entries[ListName, ExpandedList] = field(default_factory=Entries)
    extended_standard: Entries[ListName, StandardExtendedList] = field(default_factory=Entries)
    extended_expanded: Entries[ListName, ExpandedList] = field(default_factory=Entries)

    large_standard: Entries[ListName, StandardLargeList] = field(default_factory=Entries)
    large_expanded: Entries[ListName, ExpandedList] = field(default_factory=Entries)

    def find(self, name: ListName) -> CommunityList | None:
        """The list of plain communities of this name."""
        key = key_of(name)
        found: CommunityList | None = self.standard.get(key)
        return self.expanded.get(key) if found is None else found

    def find_extended(self, name: ListName) -> ExtendedList | None:
        """The list of extended communities of this name."""
        key = key_of(name)
        found: ExtendedList | None = self.extended_standard.get(key)
        return self.extended_expanded.get(key) if found is None else found

    def find_large(self, name: ListName) -> LargeList | None:
        """The list of large communities of this name."""
        key = key_of(name)
        found: LargeList | None = self.large_standard.get(key)
        return self.large_expanded.get(key) if found is None else found


def key_of(name: ListName) -> ListName:
    """Numbered lists have a number as their key, however they are named."""
    return int(name) if str(name).isdecimal() else name
