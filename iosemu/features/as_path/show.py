"""Renderer of AS path access lists."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import AsPathListView


@renders(AsPathListView)
def as_path_list(view: AsPathListView) -> Iterator[str]:
    yield f"AS path access list {view.number}"
    for entry in view.entries:
        yield f"    {entry.action} {entry.regex}"
