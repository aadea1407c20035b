"""Renderer of access lists, as IOS 15.4 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .views import AclView, EntryView


@renders(AclView)
def access_list(view: AclView) -> Iterator[str]:
    yield f"{'Standard' if view.is_standard else 'Extended'} IP access list {view.name}"
    for entry in view.entries:
        yield f"    {entry.sequence} {entry.text}{state(entry)}"


def state(view: EntryView) -> str:
    """ " (active) (5 matches)", as far as it applies."""
    text = "" if view.is_active is None else f" ({'active' if view.is_active else 'inactive'})"
    if view.matches:
        text += f" ({view.matches} match{'' if view.matches == 1 else 'es'})"
    return text
