"""Which interfaces have which subnets: an index, so that a line costs the same on any router."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from iosemu.address import IPv4Prefix, length_of, mask_of
from iosemu.config.entries import Entries
from iosemu.config.tree import slot_of
from iosemu.features.interface.config import InterfaceConfig
from iosemu.values import dataclass

from .config import IpInterfaceConfig

Item = tuple[int, int, str]
"""(network, length, interface) of one configured address."""

_LAST_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Subnets:
    """The subnets of all interfaces, also of those that are shut down, sorted.

    A subnet inside another begins inside it, so those inside a prefix are one run of items.
    """

    items: tuple[Item, ...] = ()
    lengths: tuple[int, ...] = ()
    """All lengths that occur, ascending; those that once did may be among them."""

    @classmethod
    def of(cls, entries: Entries[str, InterfaceConfig]) -> Subnets:
        """Those of `InterfacesConfig.by_name`."""
        items = [item for name, held in entries.items() for item in items_of(name, held)]
        return cls(tuple(sorted(items)), tuple(sorted({length for _, length, _ in items})))

    def changed(
        self, key: str, old: InterfaceConfig | None, new: InterfaceConfig | None
    ) -> Subnets:
        """With one interface as it is in `new`."""
        if old is not None and new is not None and old.slots is new.slots:
            return self
        before, after = list(items_of(key, old)), list(items_of(key, new))
        if before == after:
            return self
        items, lengths = list(self.items), self.lengths
        for item in before:
            del items[bisect_left(items, item)]
        for item in after:
            items.insert(bisect_left(items, item), item)
            if item[1] not in lengths:
                lengths = tuple(sorted((*lengths, item[1])))
        return Subnets(tuple(items), lengths)

    def meeting(self, prefix: IPv4Prefix) -> Iterator[str]:
        """The interfaces that have a subnet in common with a prefix, some perhaps twice."""
        first, length = prefix
        for shorter in self.lengths:
            if shorter >= length:
                break
            wide = (first & mask_of(shorter), shorter)
            yield from self._names(wide, wide)
        yield from self._names((first, length), (prefix.broadcast, _LAST_LENGTH))

    def _names(self, low: tuple[int, int], high: tuple[int, int]) -> Iterator[str]:
        """The interfaces of all items from one (network, length) to another."""
        for at in range(bisect_left(self.items, low), len(self.items)):
            network, length, name = self.items[at]
            if (network, length) > high:
                return
            yield name


def items_of(name: str, interface: InterfaceConfig | None) -> Iterator[Item]:
    """The items of one interface, which may not exist."""
    if interface is not None:
        for subnet in subnets_of(slot_of(interface, IpInterfaceConfig)):
            yield (subnet.network, subnet.length, name)


def subnets_of(ip: IpInterfaceConfig) -> Iterator[IPv4Prefix]:
    """The subnets of the primary and the secondary addresses."""
    for item in (ip.address, *ip.secondaries.values()):
        if item is not None:
            yield IPv4Prefix.of(item.address, length_of(item.mask) or 0)
