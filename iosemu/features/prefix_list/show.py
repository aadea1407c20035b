"""Renderer of prefix lists, as IOS 15.4 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.policy.prefix_list import entry_text

from .views import LastChangeView, PrefixListView


@renders(PrefixListView)
def prefix_list(view: PrefixListView) -> Iterator[str]:
    if view.style:
        yield f"{view.family} prefix-list {view.name}:"
    else:
        yield f"{view.family} prefix-list {view.name}: {len(view.entries)} entries"
    if view.description is not None:
        yield f"   Description: {view.description}"
    if view.style:
        ranged = sum(entry.ge is not None or entry.le is not None for _, entry in view.entries)
        numbers = [sequence for sequence, _ in view.entries]
        ends = f"{numbers[0]} - {numbers[-1]}" if numbers else "0 - 0"
        yield (
            f"   count: {len(numbers)}, range entries: {ranged}, sequences: {ends},"
            f" refcount: {view.uses}"
        )
    if view.style != "summary":
        for sequence, entry in view.entries:
            counts = " (hit count: 0, refcount: 0)" if view.style == "detail" else ""
            yield f"   seq {sequence} {entry_text(entry)}{counts}"


@renders(LastChangeView)
def last_change(view: LastChangeView) -> Iterator[str]:
    yield f"Prefix-list with the last deletion/insertion: {view.name}"
