"""Commands of reloads, their questions, and the countdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iosemu.cli.api import Box, Dialog, Exec, Lines, Rejected, exec_command, show, task
from iosemu.features.clock.text import local_text
from iosemu.features.system.files import is_confirmed, is_modified, save
from iosemu.kernel.time import DAY, HOUR, MINUTE, SECOND, Time
from iosemu.proto.calendar import MONTHS, days_of
from iosemu.proto.parts import Clock
from iosemu.values import dataclass

from .messages import ReloadCancelled, Reloading, ReloadScheduled
from .show import when
from .state import DEFAULT_REASON, Scheduled
from .views import ReloadView

DUE = "reload.due"
WARNINGS = (HOUR, 30 * MINUTE, 5 * MINUTE, MINUTE)
"""How long before the reload every terminal is told."""
_HOURS_MINUTES = re.compile(r"(?:(\d{1,3}):)?(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Request:
    """What to do once the questions are answered; `delay` None: at once."""

    delay: Time | None
    reason: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """The last question.  `above`: lines to print before it."""

    request: Request
    above: tuple[str, ...] = ()

    def ask(self) -> str:
        return "\n".join((*self.above, "Proceed with reload? [confirm]"))

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if not is_confirmed(text):
            return []
        if self.request.delay is None:
            go_down(x, x.user, self.request.reason)
        else:
            schedule(x, x.user, self.request.delay, self.request.reason)
        return []


@dataclass(frozen=True, slots=True)
class SaveFirst:
    """The question of a router whose running configuration is not the saved one."""

    request: Request
    above: tuple[str, ...] = ()

    def ask(self) -> str:
        question = "System configuration has been modified. Save? [yes/no]: "
        return "\n".join((*self.above, question))

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        word = text.strip().lower()
        if not word or not ("yes".startswith(word) or "no".startswith(word)):
            return SaveFirst(self.request, ("% Please answer 'yes' or 'no'.",))
        saved = save(x) if word[0] == "y" else ()
        return Confirm(self.request, (*saved, *announcement(x, self.request)))


def asked(x: Exec, delay: Time | None, reason: str | None) -> Dialog:
    """The first question."""
    request = Request(delay, reason or DEFAULT_REASON)
    if is_modified(x):
        return SaveFirst(request)
    return Confirm(request, announcement(x, request))


def announcement(x: Exec, request: Request) -> tuple[str, ...]:
    """When a reload will be, as the user is told before confirming it."""
    if request.delay is None:
        return ()
    at = date_of(x, x.now + request.delay)
    return (
        f"Reload scheduled {when(at, request.delay)} by {x.user}",
        f"Reload reason: {request.reason}",
    )


def date_of(box: Box, at: Time) -> str | None:
    """The date of an instant; None while the clock is not set."""
    clock = box.part(Clock)
    return local_text(clock, at) if clock.is_set else None


def go_down(box: Box, user: str, reason: str) -> None:
    """Reload now."""
    box.log(Reloading(user, reason))
    box.reload(reason)


# -- later ----


def schedule(box: Box, user: str, delay: Time, reason: str) -> None:
    """Reload after a time; it takes the place of one that waits."""
    held = box.part(Scheduled)
    held.at, held.user, held.reason = box.now + delay, user, reason
    clock = box.part(Clock)
    at, now = local_text(clock, held.at), local_text(clock, box.now)
    box.log(ReloadScheduled(at, now, user, reason))
    on_due(box)


@task(DUE)
def on_due(box: Box) -> None:
    """Tell how long it will be, or go down."""
    held = box.part(Scheduled)
    assert held.at is not None
    left = held.at - box.now
    if left <= 0:
        box.announce(banner("SHUTDOWN NOW"))
        go_down(box, held.user, held.reason)
        return
    if left in WARNINGS:
        seconds = left // SECOND
        box.announce(
            banner(f"SHUTDOWN in {seconds // 3600}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}")
        )
    next_left = max((w for w in WARNINGS if w < left), default=0)
    box.schedule(DUE, left - next_left)


def banner(text: str) -> Lines:
    """What breaks into every terminal."""
    return ["", "", "***", f"*** --- {text} ---", "***", ""]


# -- commands ----


@exec_command("reload.now")
def reload_now(x: Exec, *, reason: str | None) -> Dialog:
    return asked(x, None, reason)


@exec_command("reload.in")
def reload_in(x: Exec, *, delay: str, reason: str | None) -> Dialog:
    """After MM minutes or HH:MM hours."""
    found = _HOURS_MINUTES.fullmatch(delay)
    if found is None or not int(found[1] or 0) * 60 + int(found[2]):
        raise Rejected("%Invalid reload time")
    return asked(x, int(found[1] or 0) * HOUR + int(found[2]) * MINUTE, reason)


@exec_command("reload.at")
def reload_at(
    x: Exec, *, time: str, month: str | None, day: int | None, reason: str | None
) -> Dialog:
    """At a time of day: the next such time, or that of a date."""
    clock = x.part(Clock)
    if not clock.is_set:
        raise Rejected("%Clock must be set before using this command")
    found = _HOURS_MINUTES.fullmatch(time)
    if found is None or found[1] is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Rejected("%Invalid reload time")
    of_day = int(found[1]) * HOUR + int(found[2]) * MINUTE
    now = clock.seconds(x.now) * SECOND
    if month is None or day is None:
        at = now // DAY * DAY + of_day
        at += DAY if at <= now else 0
    else:
        year = clock.at(x.now).year
        at = days_of(year, MONTHS.index(month[:3]) + 1, day) * DAY + of_day
        if at <= now:
            raise Rejected("%Reload time is in the past")
    return asked(x, at - now, reason)


@exec_command("reload.cancel")
def reload_cancel(x: Exec) -> Lines:
    held = x.part(Scheduled)
    if held.at is None:
        raise Rejected("%No reload is scheduled")
    held.at = None
    x.unschedule(DUE)
    x.announce(banner("SHUTDOWN ABORTED"))
    x.log(ReloadCancelled(local_text(x.part(Clock), x.now)))
    return []


@show("reload.show")
def show_reload(x: Exec) -> Iterator[ReloadView]:
    held = x.part(Scheduled)
    if held.at is None:
        yield ReloadView(None, None, "", "")
    else:
        yield ReloadView(date_of(x, held.at), held.at - x.now, held.user, held.reason)
