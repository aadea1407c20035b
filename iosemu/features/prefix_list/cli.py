"""Commands of prefix lists: what is refused, and the queries of their shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iosemu.address import IPv4Prefix, IPv6Prefix
from iosemu.cli.api import Exec, check, show
from iosemu.config.tree import Config
from iosemu.policy.prefix_list import Prefix, PrefixList, width_of

from .apply import LastPrefixList
from .config import PrefixListsConfig
from .views import LastChangeView, PrefixListView


@check("prefix-list.entry")
def lengths_are_in_order(
    owner: Config, *, prefix: IPv4Prefix, ge: int | None, le: int | None
) -> str | None:
    return _range_error(prefix, ge, le)


@check("ipv6-prefix-list.entry")
def ipv6_lengths_are_in_order(
    owner: Config, *, prefix: IPv6Prefix, ge: int | None, le: int | None
) -> str | None:
    return _range_error(prefix, ge, le)


def _range_error(prefix: Prefix, ge: int | None, le: int | None) -> str | None:
    """A bound lies above the length of the prefix, and `ge` not above `le`."""
    least = prefix.length if ge is None else ge
    greatest = width_of(prefix) if le is None else le
    is_above = all(bound is None or bound > prefix.length for bound in (ge, le))
    if is_above and least <= greatest:
        return None
    return f"% Invalid prefix range for {prefix}, make sure: len < ge-value <= le-value"


@show("prefix-list.show")
def show_prefix_list(
    x: Exec, *, style: str | None, name: str | None
) -> Iterator[PrefixListView | LastChangeView]:
    lists = x.config.of(PrefixListsConfig).lists
    yield from _views("ip", lists, x.part(LastPrefixList).name, style, name)


@show("ipv6-prefix-list.show")
def show_ipv6_prefix_list(
    x: Exec, *, style: str | None, name: str | None
) -> Iterator[PrefixListView | LastChangeView]:
    lists = x.config.of(PrefixListsConfig).ipv6
    yield from _views("ipv6", lists, x.part(LastPrefixList).ipv6, style, name)


def _views(
    family: str,
    lists: Mapping[str, PrefixList],
    last: str | None,
    style: str | None,
    name: str | None,
) -> Iterator[PrefixListView | LastChangeView]:
    if style is not None and last is not None and lists:
        yield LastChangeView(last)
    for each in sorted(lists):
        if name in (None, each):
            entries = lists[each].entries
            numbered = tuple((sequence, entries[sequence]) for sequence in sorted(entries))
            yield PrefixListView(
                each, lists[each].description, numbered, style or "", family=family
            )
