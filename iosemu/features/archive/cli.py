"""Commands of the archive."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Dialog, Exec, Lines, Rejected, exec_command, show
from iosemu.proto.parts import Clock

from . import keep, replace, tree
from .keep import settings
from .log import log_settings
from .replace import ConfirmReplace, content
from .state import CommandLog, Rollback
from .views import (
    ArchiveView,
    CommandLogView,
    CommandView,
    DifferencesView,
    IncrementalView,
    RollbackView,
)

STARTUP_URL, RUNNING_URL = "nvram:startup-config", "system:running-config"


@exec_command("archive.config")
def archive_config(x: Exec) -> Lines:
    keep.archive(x)
    return []


@show("archive.show")
def show_archive(x: Exec) -> Iterator[ArchiveView]:
    wanted = settings(x)
    following = None if wanted.path is None else keep.next_url(x, "<timestamp>")
    yield ArchiveView(wanted.maximum, following, tuple(keep.archived(x).urls))


@exec_command("archive.replace")
def configure_replace(
    x: Exec, *, url: str, list: bool, force: bool, minutes: int | None
) -> Dialog | Lines:
    content(x, url)
    if force:
        return replace.replace(x, url, show=list, minutes=minutes)
    return ConfirmReplace(url, list, minutes)


@exec_command("archive.confirm")
def configure_confirm(x: Exec) -> Lines:
    replace.confirm(x)
    return []


@exec_command("archive.revert.now")
def revert_now(x: Exec) -> Lines:
    return replace.roll_back(x)


@exec_command("archive.revert.timer")
def revert_timer(x: Exec, *, minutes: int) -> Lines:
    replace.rearm(x, minutes, idle=False)
    return []


@exec_command("archive.revert.idle")
def revert_idle(x: Exec, *, minutes: int) -> Lines:
    replace.rearm(x, minutes, idle=True)
    return []


@show("archive.show.differences")
def show_differences(x: Exec, *, one: str | None, other: str | None) -> Iterator[DifferencesView]:
    before = content(x, one or STARTUP_URL).splitlines()
    after = content(x, other or RUNNING_URL).splitlines()
    yield DifferencesView(tuple(tree.differences(before, after)))


@show("archive.show.incremental")
def show_incremental(x: Exec, *, url: str) -> Iterator[IncrementalView]:
    before = content(x, url).splitlines()
    after = content(x, RUNNING_URL).splitlines()
    yield IncrementalView(tuple(tree.missing(before, after)))


@show("archive.show.rollback")
def show_rollback(x: Exec) -> Iterator[RollbackView]:
    pending = x.part(Rollback)
    if not pending.is_pending:
        raise Rejected(replace.NONE_PENDING)
    at, zone = x.part(Clock).local(pending.set_at)
    yield RollbackView(at, zone, pending.idle, pending.minutes, pending.user)


@show("archive.show.log")
def show_log(x: Exec, *, contenttype_plaintext: bool) -> Iterator[CommandLogView]:
    yield CommandLogView(commands(x), contenttype_plaintext)


@show("archive.show.log.range")
def show_log_range(x: Exec, *, first: int, last: int | None) -> Iterator[CommandLogView]:
    end = first if last is None else last
    yield CommandLogView(tuple(c for c in commands(x) if first <= c.number <= end))


def commands(x: Exec) -> tuple[CommandView, ...]:
    """The commands that are kept, oldest first."""
    if not log_settings(x).logging:
        raise Rejected("%ERROR: Config log not enabled")
    held = x.part(CommandLog).entries
    return tuple(CommandView(c.number, c.session, f"{c.user}@{c.user}", c.text) for c in held)


@exec_command("archive.clear.log")
def clear_log(x: Exec) -> Lines:
    x.part(CommandLog).entries.clear()
    return []
