"""Renderers of the archive."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.features.clock.text import date_text

from .views import (
    ArchiveView,
    CommandLogView,
    DifferencesView,
    IncrementalView,
    RollbackView,
)


@renders(ArchiveView)
def archive(view: ArchiveView) -> Iterator[str]:
    if view.next is None:
        yield " Archive feature not enabled"
        return
    count = len(view.urls)
    yield f"The maximum archive configurations allowed is {view.maximum}."
    yield f"There are currently {count} archive configurations saved."
    yield f"The next archive file will be named {view.next}"
    yield " Archive #  Name"
    for number in range(1, view.maximum + 1):
        url = view.urls[number - 1] if number <= count else ""
        last = "<- Most Recent" if number == count else ""
        yield f"   {number:<9d}{url} {last}"


@renders(CommandLogView)
def command_log(view: CommandLogView) -> Iterator[str]:
    if view.contents:
        for one in view.commands:
            yield one.text
        return
    yield " idx   sess           user@line      Logged command"
    for one in view.commands:
        yield f"{one.number:5d} {one.session:5d}  {one.user:>20}  |{one.text}"


@renders(DifferencesView)
def differences(view: DifferencesView) -> Iterator[str]:
    yield "!Contextual Config Diffs:"
    yield from view.lines
    if not view.lines:
        yield "!No changes were found"
    yield ""


@renders(IncrementalView)
def incremental(view: IncrementalView) -> Iterator[str]:
    yield "!List of Commands:"
    yield from view.lines
    if not view.lines:
        yield "!No changes were found"
    else:
        yield "end"
    yield ""


@renders(RollbackView)
def rollback(view: RollbackView) -> Iterator[str]:
    yield f"Time configured(or reconfigured): {date_text(view.set_at, view.zone)}"
    yield f"Timer type: {'idle' if view.idle else 'absolute'} timer"
    yield f"Timer value: {view.minutes} min"
    yield f"User: {view.user}"
    yield ""
