"""Commands of prefix lists: what is refused, and the queries of their shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Prefix
from iosemu.cli.api import Exec, check, show
from iosemu.config.tree import Config

from .apply import LastPrefixList
from .config import PrefixListsConfig
from .views import LastChangeView, PrefixListView


@check("prefix-list.entry")
def lengths_are_in_order(
    owner: Config, *, prefix: IPv4Prefix, ge: int | None, le: int | None
) -> str | None:
    """A bound lies above the length of the prefix, and `ge` not above `le`."""
    least = prefix.length if ge is None else ge
    greatest = 32 if le is None else le
    is_above = all(bound is None or bound > prefix.length for bound in (ge, le))
    if is_above and least <= greatest:
        return None
    return f"% Invalid prefix range for {prefix}, make sure: len < ge-value <= le-value"


@show("prefix-list.show")
def show_prefix_list(
    x: Exec, *, style: str | None, name: str | None
) -> Iterator[PrefixListView | LastChangeView]:
    lists = x.config.of(PrefixListsConfig).lists
    last = x.part(LastPrefixList).name
    if style is not None and last is not None and lists:
        yield LastChangeView(last)
    for each in sorted(lists):
        if name in (None, each):
            entries = lists[each].entries
            numbered = tuple((sequence, entries[sequence]) for sequence in sorted(entries))
            yield PrefixListView(each, lists[each].description, numbered, style or "")
