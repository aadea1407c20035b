"""`configure replace`: a whole configuration in one commit, and rollbacks that come later."""

from __future__ import annotations

from collections.abc import Sequence

from iosemu.cli.api import Box, Dialog, Exec, Lines, Rejected, task
from iosemu.config.graft import grafted
from iosemu.features.files import store
from iosemu.features.system.files import configuration, text_of
from iosemu.kernel.time import MINUTE
from iosemu.values import dataclass

from .keep import archive, path_of
from .messages import (
    BackingUp,
    Confirmed,
    IdleTimerStarted,
    LastMinute,
    RollingBack,
    TimerStarted,
)
from .state import Rollback
from .tree import commands

ROLLBACK = "archive.rollback"
NONE_PENDING = "%No Rollback Confirmed Change pending"
STARS = "********"


def content(box: Box, url: str) -> str:
    """The text of a configuration; Rejected if there is none."""
    place = store.located(box, url)
    if place.system in store.NETWORK:
        raise store.refused("opening", url, "Timed out")
    data = store.read(box, place, lambda: text_of(configuration(box)))
    return data.decode("latin-1")


def replace_by(box: Box, text: str, *, show: bool = False) -> list[str]:
    """Make the text the running configuration; what IOS reports of it.

    The new configuration is built aside and shares with the running one what is equal, so that the
    one commit tells the engines of what is different and of nothing else.
    """
    built = box.built(text)
    new = grafted(box.config, built.config)
    is_same = new is box.config
    changes = [] if is_same else commands(box.running_config(), text.splitlines())
    if not is_same:
        box.commit(new)
    passes = ["!Pass 1", "!List of Commands:", *changes, "end", ""] if show and changes else []
    if built.refused:
        return [*passes, *failed(built.refused)]
    return [*passes, "", f"Total number of passes: {0 if is_same else 1}", "Rollback Done", ""]


def failed(refused: Sequence[str]) -> list[str]:
    """Lines of the file were refused; the others are in force."""
    return [
        "Rollback aborted after 5 passes",
        "The following commands are failed to apply to the IOS image.",
        STARS,
        *refused,
        STARS,
        "",
    ]


@dataclass(frozen=True, slots=True)
class ConfirmReplace:
    """`configure replace URL [list] [time N]`."""

    url: str
    show: bool
    minutes: int | None

    def ask(self) -> str:
        return (
            "This will apply all necessary additions and deletions\n"
            "to replace the current running configuration with the\n"
            "contents of the specified configuration file, which is\n"
            "assumed to be a complete configuration, not a partial\n"
            "configuration. Enter Y if you are sure you want to proceed. ? [no]: "
        )

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        word = text.strip().lower()
        if word and "yes".startswith(word):
            return replace(x, self.url, show=self.show, minutes=self.minutes)
        return []


def replace(x: Exec, url: str, *, show: bool, minutes: int | None) -> Lines:
    """Replace now; with a time, come back unless confirmed."""
    text = content(x, url)
    if minutes is not None:
        start(x, x.user, minutes, idle=False)
    return replace_by(x, text, show=show)


# -- confirmed change ----


def start(box: Box, user: str, minutes: int, *, idle: bool) -> None:
    """Keep the running configuration and come back to it unless that is called off."""
    if box.part(Rollback).is_pending:
        raise Rejected("%Rollback Confirmed Change is already in progress")
    path_of(box)
    url = archive(box)
    box.log(BackingUp(url))
    arm(box, user, url, minutes, idle=idle)


def arm(box: Box, user: str, url: str, minutes: int, *, idle: bool) -> None:
    """Set the time of a rollback."""
    pending = box.part(Rollback)
    pending.url, pending.minutes, pending.idle = url, minutes, idle
    pending.user, pending.set_at = user, box.now
    kind = IdleTimerStarted if idle else TimerStarted
    box.log(kind(user, url, minutes))
    touch(box)


def touch(box: Box) -> None:
    """Count from now on."""
    pending = box.part(Rollback)
    pending.warned = False
    box.schedule(ROLLBACK, max(pending.minutes - 1, 0) * MINUTE)


def on_typed(box: Box) -> None:
    """Somebody typed a configuration command: not idle."""
    pending = box.part(Rollback)
    if pending.is_pending and pending.idle:
        touch(box)


def clear(box: Box) -> str:
    """Call a rollback off; the URL it would have come back to."""
    pending = box.part(Rollback)
    url, pending.url = pending.url, ""
    if not url:
        raise Rejected(NONE_PENDING)
    box.unschedule(ROLLBACK)
    return url


def confirm(x: Exec) -> None:
    """`configure confirm`."""
    clear(x)
    x.log(Confirmed(x.user))


def rearm(x: Exec, minutes: int, *, idle: bool) -> None:
    """`configure revert {timer | idle} N`."""
    url = clear(x)
    arm(x, x.user, url, minutes, idle=idle)


def roll_back(box: Box) -> list[str]:
    """Come back now."""
    url = clear(box)
    box.log(RollingBack(url))
    return replace_by(box, content(box, url))


@task(ROLLBACK)
def on_due(box: Box) -> None:
    """Warn a minute before, then come back."""
    pending = box.part(Rollback)
    if not pending.warned:
        pending.warned = True
        box.log(LastMinute(pending.url))
        box.schedule(ROLLBACK, MINUTE)
        return
    try:
        box.announce(roll_back(box))
    except Rejected as refusal:
        box.announce([str(refusal)])
