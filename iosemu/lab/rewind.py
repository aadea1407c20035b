"""Going back: by the user's wish, and after a defect of ours.

The lab itself is a parameter: whatever can put a world in place, act an input and run to a time.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from iosemu.device.router import EngineFailed
from iosemu.kernel.journal import Journal, JournalEntry
from iosemu.kernel.runner import EventFailed
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World
from iosemu.lab.checkpoint import Checkpoints, is_on
from iosemu.values import dataclass

Failures = tuple[type[Exception], ...]
ANY: Failures = (Exception,)


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
        play(lab, entry)
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
    engine: the engine that failed, as "R3:eigrp"; None if it was something else.  digest: that of
    everything before.  report: the text for the developers.  place: where it is kept.
    """

    at: Time
    target: tuple[object, ...]
    cause: str
    digest: str
    report: str
    engine: str | None = None
    failed_input: bool = False
    place: Path | None = None

    @property
    def lines(self) -> tuple[str, str]:
        """What the user is told."""
        where = self.engine or "/".join(map(str, self.target))
        undone = " and the input that led to it" if self.failed_input else ""
        on = f"; go on with: resume --without {self.engine}" if self.engine else ""
        report = f"; report in {self.place}" if self.place else ""
        return (
            f"-- internal error at {self.at / SECOND:.6f} s in {where}: {self.cause}",
            f"-- the lab is paused just before it{undone}{on}{report}",
        )


class InternalError(Exception):
    """A defect of ours showed, and the lab was put back to just before it: see `crash`."""

    def __init__(self, crash: Crash) -> None:
        super().__init__("\n".join(crash.lines))
        self.crash = crash


class InputFailed(Exception):
    """A journaled input could not act: a defect of ours; the cause has the traceback."""

    def __init__(self, entry: JournalEntry) -> None:
        super().__init__(f"input {entry.number} at {entry.time} ns: {entry.kind} {entry.args!r}")
        self.entry = entry


def play(lab: Playable, entry: JournalEntry) -> None:
    """Let a journaled input act.  Raises InputFailed for a defect in what it causes."""
    try:
        lab.perform(entry)
    except Exception as defect:
        raise InputFailed(entry) from defect


def guarded(
    lab: Playable,
    journal: Journal,
    checkpoints: Checkpoints,
    run: Callable[[], object],
    catches: Failures = ANY,
) -> Crash | None:
    """Call `run`, which runs the lab or has an input act.  If a defect of ours shows, bring the lab
    back to just before it, take a failed input off the branch, and tell of it; None: all is well.
    """
    head, started_at = journal.head, lab.world.now
    try:
        run()
        return None
    except InternalError as told:
        return told.crash
    except catches as error:
        failure = error
    chain = list(_causes(failure))
    event = next((e for e in chain if isinstance(e, EventFailed)), None)
    entry = next((e.entry for e in chain if isinstance(e, InputFailed)), None)
    at = event.at if event else entry.time if entry else lab.world.now
    kept = _last_good(journal, entry, head, at)
    last_time = journal[kept].time if kept else 0
    to = min(at, max(at - 1, last_time, started_at if at <= started_at else 0))
    failed_input = entry is not None or kept != journal.head
    kept = _go_back(lab, journal, checkpoints, kept, to)
    journal.branch(kept, lab.world.now, lab.world.sequence, "lab", "crash")
    return _crash(lab, journal, chain, at, failed_input=failed_input)


def _last_good(journal: Journal, entry: JournalEntry | None, head: int, at: Time) -> int:
    """The last input that stays: of those before the failure, without the one that caused it."""
    if entry is not None:
        return entry.parent
    if journal.head != head and journal[journal.head].time >= at:
        return journal[journal.head].parent
    if any(e.time > at for e in journal.path()):
        return journal.last_until(at - 1)
    return journal.head


def _go_back(lab: Playable, journal: Journal, checkpoints: Checkpoints, kept: int, to: Time) -> int:
    """Put the lab to `to` with inputs up to `kept`; the last input that did act."""
    path = journal.path(kept)
    try:
        return_to(lab, path, checkpoints, to)
        return kept
    except (EventFailed, InputFailed):
        # What failed was pending at the very instant of a checkpoint: stay at that checkpoint.
        found = checkpoints.newest(path, to)
        assert found is not None
        lab.enter(found[1])
        return found[0].entry


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """An exception and what it was raised from, outermost first."""
    at: BaseException | None = failure
    while at is not None:
        yield at
        at = at.__cause__


def _crash(
    lab: Playable,
    journal: Journal,
    chain: Sequence[BaseException],
    at: Time,
    *,
    failed_input: bool,
) -> Crash:
    cause = chain[-1]
    event = next((e for e in chain if isinstance(e, EventFailed)), None)
    failed = next((e for e in chain if isinstance(e, EngineFailed)), None)
    target = event.target if event else ("lab",)
    digest = lab.world.digest.hexdigest()
    lines = "".join(traceback.format_exception(chain[0]))
    report = (
        f"time {at} ns\ntarget {target!r}\nevent {event or chain[0]}\n"
        f"digest before {digest}\nby an input: {failed_input}\n\n{lines}\n"
        f"journal\n{journal.dump().decode()}"
    )
    return Crash(
        at,
        target,
        f"{type(cause).__name__}: {cause}",
        digest,
        report,
        engine=f"{failed.device}:{failed.engine}" if failed and failed.is_lasting else None,
        failed_input=failed_input,
    )
