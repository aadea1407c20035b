"""Going back: by the user's wish, and after a defect of ours.

The lab itself is a parameter: whatever can put a world in place, act an input and run to a time.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from iosemu.kernel.journal import Journal, JournalEntry
from iosemu.kernel.runner import EventFailed
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World
from iosemu.lab.checkpoint import Checkpoints, is_on


class Playable(Protocol):
    """What a lab must be able to do, to be played again."""

    world: World

    def enter(self, world: World) -> None:
        """Go on with this world: rebuild around it what is never pickled."""
        ...

    def perform(self, entry: JournalEntry) -> None:
        """Let a journaled input act now and drain the instant; nothing is journaled."""
        ...

    def run_to(self, until: Time) -> None:
        """Handle all events up to and including `until`; nothing is journaled."""
        ...


class ReplayDiffers(Exception):
    """A replay does not meet the recorded sequence at an input: another program version, or a
    defect of determinism."""

    def __init__(self, entry: JournalEntry, sequence: int) -> None:
        super().__init__(
            f"replay differs before input {entry.number} at {entry.time / SECOND:.9f} s:"
            f" event sequence {sequence}, recorded {entry.sequence}"
        )
        self.entry, self.sequence = entry, sequence


class NoCheckpoint(Exception):
    """There is no world to start from at or before the wanted time."""


def replay(lab: Playable, entries: Sequence[JournalEntry], until: Time) -> None:
    """Play journal entries, then run to `until`.  Raises ReplayDiffers."""
    for entry in entries:
        lab.run_to(entry.time)
        if lab.world.sequence != entry.sequence:
            raise ReplayDiffers(entry, lab.world.sequence)
        lab.perform(entry)
    lab.run_to(until)


def rewind(
    lab: Playable, journal: Journal, checkpoints: Checkpoints, to: Time, after: int | None = None
) -> None:
    """Bring the lab back to time `to`, with the inputs up to entry `after` (default: all with time
    <= `to`), and start a branch of the journal there.  Raises NoCheckpoint, ReplayDiffers."""
    last = journal.last_until(to) if after is None else after
    return_to(lab, journal.path(last), checkpoints, to)
    journal.branch(last, lab.world.now, lab.world.sequence, "lab")


def return_to(
    lab: Playable, path: Sequence[JournalEntry], checkpoints: Checkpoints, to: Time
) -> None:
    """Put in place the world of a branch at time `to`: newest checkpoint and replay."""
    found = checkpoints.newest(path, to)
    if found is None:
        raise NoCheckpoint(f"no checkpoint at or before {to / SECOND:g} s")
    mark, world = found
    lab.enter(world)
    replay(lab, [entry for entry in path if entry.number > mark.entry], to)


def resume(
    lab: Playable, journal: Journal, checkpoints: Checkpoints, saved: tuple[int, Time] | None
) -> None:
    """Bring a lab whose journal was opened again to where it was: its last input, its newest
    checkpoint, or `saved` (head and time at an orderly end), whichever is latest.
    Raises NoCheckpoint, ReplayDiffers."""
    path = journal.path()
    times = [entry.time for entry in path]
    times += [mark.at for mark in checkpoints.marks() if is_on(path, mark)]
    if saved is not None and saved[0] == journal.head:
        times.append(saved[1])
    return_to(lab, path, checkpoints, max(times, default=0))


@dataclass(frozen=True, slots=True)
class Crash:
    """A defect of ours, and where the lab is now: paused before it.

    at: time of what failed.  target: whom the failed event was for, ("lab",) for an input.
    digest: that of everything before.  report: the text for the developers.
    """

    at: Time
    target: tuple[object, ...]
    cause: str
    digest: str
    report: str

    @property
    def lines(self) -> tuple[str, str]:
        """What the user is told."""
        where = "/".join(map(str, self.target))
        return (
            f"-- internal error at {self.at / SECOND:.6f} s in {where}: {self.cause}",
            "-- the lab is paused just before it; digest " + self.digest,
        )


def guarded(
    lab: Playable, journal: Journal, checkpoints: Checkpoints, run: Callable[[], object]
) -> Crash | None:
    """Call `run`, which runs the lab or has an input act.  If a defect of ours shows, bring the lab
    back to just before it, take a failed input off the branch, and tell of it; None: all is well.
    """
    head, started_at = journal.head, lab.world.now
    try:
        run()
        return None
    except Exception as error:
        failure = error
    at = failure.at if isinstance(failure, EventFailed) else lab.world.now
    target = failure.target if isinstance(failure, EventFailed) else ("lab",)
    # Every input journaled during `run` acted at the instant it failed or before time moved on;
    # the last of them is the one that did it if time has not moved since.
    kept = journal.head
    if journal.head != head and journal[journal.head].time >= at:
        kept = journal[journal.head].parent
    last_time = journal[kept].time if kept else 0
    to = max(at - 1, last_time, started_at if at <= started_at else 0)
    failed_input = kept != journal.head
    try:
        return_to(lab, journal.path(kept), checkpoints, min(to, at))
    except EventFailed:
        # What failed was pending at the very instant of a checkpoint: stay at that checkpoint.
        found = checkpoints.newest(journal.path(kept), min(to, at))
        assert found is not None
        kept = found[0].entry
        lab.enter(found[1])
    journal.branch(kept, lab.world.now, lab.world.sequence, "lab", "crash")
    return _crash(lab, journal, failure, at, target, failed_input=failed_input)


def _crash(
    lab: Playable,
    journal: Journal,
    failure: Exception,
    at: Time,
    target: tuple[object, ...],
    *,
    failed_input: bool,
) -> Crash:
    cause = failure.__cause__ or failure
    digest = lab.world.digest.hexdigest()
    lines = "".join(traceback.format_exception(failure))
    report = (
        f"time {at} ns\ntarget {target!r}\nevent {failure}\n"
        f"digest before {digest}\nby an input: {failed_input}\n\n{lines}\n"
        f"journal\n{journal.dump().decode()}"
    )
    return Crash(at, target, f"{type(cause).__name__}: {cause}", digest, report)
