"""The ways a lab has gone: rewinds, branches, saves.

A history works on its lab and keeps nothing but where somebody looked; what happened is in the
journal and in the checkpoints.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from iosemu.kernel.journal import JournalEntry
from iosemu.kernel.time import SECOND, Time

from .branches import FORK, LEFT, MAIN, RETURN, Branch, branches, names
from .mutations import SetStartup
from .rewind import InternalError, NoCheckpoint, ReplayDiffers, return_to, rewind
from .saves import NoSave, Save, made_by, same_inputs
from .version import version

if TYPE_CHECKING:
    from .lab import Lab

UP_S = 5.0
"""After this time all is up that comes up by itself, and the boot's log lines are over."""


class History:
    """The history of one lab.  Times are virtual seconds, as those of the lab."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.visits: dict[Time, int] = {}

    def rewind(self, to: float) -> None:
        """Go back to a virtual second; what came after stays in the journal as a branch.

        Of several mutations at that very instant those stay that had acted when `now` or a digest
        was last read there; without such a look none does.
        """
        at = round(to * SECOND)
        if not 0 <= at <= self.lab.world.now:
            raise ValueError(f"cannot rewind to {to:g} s: now is {self.lab.world.now / SECOND:g} s")
        self.lab.must_be_alone()
        after = self.visits.get(at, self.lab.journal.last_until(at - 1))
        self.visits = {t: n for t, n in self.visits.items() if t <= at and n <= after}
        try:
            self.lab.guarded(
                lambda: rewind(self.lab, self.lab.journal, self.lab.checkpoints, at, after)
            )
        except NoCheckpoint as error:
            raise ValueError(f"this lab does not reach back to {to:g} s") from error

    def fork(self, name: str) -> None:
        """Start a branch of this name here; ValueError if there is one."""
        if name in (MAIN, *names(self.lab.journal)):
            raise ValueError(f"there is a branch {name!r} already")
        self._mark(FORK, name)

    @property
    def branches(self) -> list[Branch]:
        """Every way this lab has gone."""
        return branches(self.lab.journal, self.lab.world.now)

    def go_to(self, branch: Branch) -> None:
        """Leave this branch for the end of another; ValueError if it cannot be reached."""
        self.lab.must_be_alone()
        self._mark(LEFT)
        self._jump(self.lab.journal.path(branch.number), branch.at)

    def leave(self) -> None:
        """Note how far this branch came, before a rewind."""
        self._mark(LEFT)

    def save(self) -> bytes:
        """The history of this branch as a file, for `load`."""
        self.lab.run_to(self.lab.world.now)
        digest = self.lab.world.digest
        save = Save(
            lab=self.lab.topology.name,
            version=version(),
            now=self.lab.world.now,
            digest=digest.hexdigest(),
            minutes=tuple(digest.all_minutes(self.lab.world.now)),
            entries=tuple(self.lab.journal.path()),
            configurations={name: node.configuration() for name, node in self.lab.devices.items()},
        )
        return save.dump()

    def load(self, data: bytes) -> str | None:
        """Go to where a save was made, as a branch; NoSave if that is none of this lab.

        Returns None, or why the lab starts over from the saved configurations instead.
        StillJoined (a ValueError) while something outside is joined, as with all that goes back.
        """
        save = Save.read(data)
        if save.lab != self.lab.topology.name:
            raise NoSave(f"of lab {save.lab!r}, not {self.lab.topology.name!r}")
        self.lab.must_be_alone()
        self._mark(LEFT)
        own = self._branch_like(save.entries)
        if own is not None:
            self._jump(own, save.now)
            return None
        try:
            self.lab.guarded(lambda: self._play(save))
            differs = save.differs_in(
                self.lab.world.digest.all_minutes(self.lab.world.now),
                self.lab.world.digest.hexdigest(),
            )
        except (ReplayDiffers, InternalError) as error:
            differs = str(error)
        if differs is not None:
            self._start_over(save)
            return f"saved by {made_by(save.version)}, it goes another way in {differs}"
        return None

    def _mark(self, kind: str, *args: object) -> None:
        """Put an entry into the journal that changes nothing."""
        self.lab.run_to(self.lab.world.now)
        self.lab.journal.append(self.lab.world.now, self.lab.world.sequence, "lab", kind, *args)

    def _jump(self, path: list[JournalEntry], at: Time) -> None:
        """Go to a time of a branch of the own journal, and on from there."""
        try:
            self.lab.guarded(lambda: return_to(self.lab, path, self.lab.checkpoints, at))
        except NoCheckpoint as error:
            raise ValueError("this lab does not reach back there") from error
        last = path[-1].number if path else 0
        self.lab.journal.branch(last, self.lab.world.now, self.lab.world.sequence, "lab", RETURN)

    def _branch_like(self, entries: Sequence[JournalEntry]) -> list[JournalEntry] | None:
        """The part of the own journal that holds the same inputs; None if there is none."""
        for branch in self.branches:
            path = self.lab.journal.path(branch.number)[: len(entries)]
            if same_inputs(path, entries):
                return path
        return None

    def _begin(self) -> None:
        """A branch from the very start."""
        self.lab.enter(self.lab.fresh_world())
        self.lab.journal.branch(0, self.lab.world.now, self.lab.world.sequence, "lab", RETURN)

    def _play(self, save: Save) -> None:
        """Play a save as a branch from the start."""
        self._begin()
        for entry in save.entries:
            self.lab.run_to(entry.time)
            if self.lab.world.sequence != entry.sequence:
                raise ReplayDiffers(entry, self.lab.world.sequence)
            self.lab.journal.append(
                entry.time, entry.sequence, entry.source, entry.kind, *entry.args
            )
            self.lab.perform(entry)
        self.lab.run_to(save.now)
        self.lab.checkpoints.take(self.lab.world, self.lab.journal)

    def _start_over(self, save: Save) -> None:
        """Boot anew with the configurations of a save."""
        self._begin()
        for name, text in save.configurations.items():
            if name in self.lab.routers:
                self.lab.act(SetStartup(name, text), "lab")
        self.lab.boot()
        self.lab.run_for(UP_S)

    def visit(self) -> None:
        """Somebody looks at this instant: `rewind` brings back what they saw.

        Only an instant with inputs must be kept, so a look at every event costs no memory.
        """
        if self.lab.last_input_at() == self.lab.world.now:
            self.visits[self.lab.world.now] = self.lab.journal.head
