"""Checkpoints, replay, branches, and what happens after a defect of ours."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.kernel import snapshot
from iosemu.kernel.journal import Journal, JournalEntry
from iosemu.kernel.runner import Runner
from iosemu.kernel.time import MINUTE, SECOND
from iosemu.kernel.world import World
from iosemu.lab.checkpoint import Checkpoints, Mark, is_on, least_useful
from iosemu.lab.instance import Instance, InstanceLocked, Meta, NoInstance, Saved, write_folder
from iosemu.lab.rewind import NoCheckpoint, ReplayDiffers, guarded, resume, rewind

TICKER = ("ticker",)


class ToyLab:
    """A ticker that adds random numbers each second, and inputs that add what they say."""

    def __init__(self, journal: Journal | None = None, checkpoints: Checkpoints | None = None):
        self.journal = Journal() if journal is None else journal
        self.checkpoints = checkpoints or Checkpoints()
        self.performed: list[int] = []
        world = World(seed=3)
        world.parts["sum"] = 0
        world.set_timer(TICKER, ("tick",), SECOND)
        self.enter(world)
        if Mark(0, 0) not in self.checkpoints.marks():
            self.checkpoints.take_first(world)

    def enter(self, world: World) -> None:
        self.world = world
        self.runner = Runner(world, {"ticker": self._tick, "boom": self._boom})

    def perform(self, entry: JournalEntry) -> None:
        self.performed.append(entry.number)
        if entry.kind == "add":
            self.world.parts["sum"] += entry.args[0]
        elif entry.kind == "boom":
            self.world.schedule(self.world.now + entry.args[0], ("boom",), "boom")
        elif entry.kind == "fail":
            raise ValueError("cannot act")
        self.run_to(self.world.now)

    def run_to(self, until: int) -> None:
        self.runner.run(until)

    def run(self, seconds: float) -> None:
        until = self.world.now + round(seconds * SECOND)
        while self.world.now < until:
            self.run_to(min(until, self.checkpoints.next_at(self.world.now)))
            if self.checkpoints.is_due(self.world, self.last_input_at()):
                self.checkpoints.take(self.world, self.journal)

    def last_input_at(self) -> int:
        return self.journal[self.journal.head].time if self.journal.head else 0

    def act(self, kind: str, *args: Any) -> None:
        self.run_to(self.world.now)
        now, sequence = self.world.now, self.world.sequence
        self.perform(self.journal.append(now, sequence, "test", kind, *args))

    def state(self) -> tuple[int, str, str]:
        world = self.world
        return world.now, world.digest.hexdigest(), snapshot.state_digest(world)

    def _tick(self, target: Any, fired: Any) -> None:
        world = self.world
        world.parts["sum"] += world.random("ticker").randrange(100)
        world.set_timer(TICKER, ("tick",), world.now + SECOND)

    def _boom(self, target: Any, payload: Any) -> None:
        self.world.parts["sum"] = None
        raise ZeroDivisionError("boom")


@pytest.mark.parametrize("to", [0, 7, 10, 12.5, 25, 33.25])
def test_a_rewound_lab_is_what_it_was(to: float) -> None:
    lab = ToyLab()
    states = {}
    for quarter in range(160):
        if quarter % 30 == 29:
            lab.act("add", quarter)
        states[lab.world.now] = lab.state()
        lab.run(0.25)
    at = round(to * SECOND)
    rewind(lab, lab.journal, lab.checkpoints, at)
    assert lab.state() == states[at]


def test_a_rewind_replays_only_from_the_newest_checkpoint() -> None:
    lab = ToyLab()
    for number in range(10):
        lab.act("add", number)
        lab.run(10)
    lab.performed.clear()
    rewind(lab, lab.journal, lab.checkpoints, 75 * SECOND)
    assert lab.performed == [8]


def test_after_a_rewind_a_branch_goes_its_own_way_and_nothing_is_lost() -> None:
    lab = ToyLab()
    for number in (1, 2, 3):
        lab.act("add", number)
        lab.run(20)
    old = lab.state()
    old_head = lab.journal.head
    rewind(lab, lab.journal, lab.checkpoints, 30 * SECOND)
    lab.act("add", 1000)
    lab.run(30)
    new = lab.state()
    assert new != old
    assert [entry.args for entry in lab.journal.path()] == [(1,), (2,), (), (1000,)]
    rewind(lab, lab.journal, lab.checkpoints, 10 * SECOND)
    lab.journal.head = old_head
    resume(lab, lab.journal, lab.checkpoints, (old_head, 60 * SECOND))
    assert lab.state() == old


def test_inputs_of_the_instant_gone_back_to_can_be_left_out() -> None:
    lab = ToyLab()
    lab.run(5)
    before = lab.state()
    lab.act("add", 5)
    lab.act("add", 6)
    lab.run(5)
    rewind(lab, lab.journal, lab.checkpoints, 5 * SECOND, after=0)
    assert lab.state() == before


def test_nothing_is_before_the_first_checkpoint() -> None:
    lab = ToyLab(checkpoints=Checkpoints())
    lab.run(5)
    lab.checkpoints.clear()
    with pytest.raises(NoCheckpoint):
        rewind(lab, lab.journal, lab.checkpoints, SECOND)


def test_a_replay_that_differs_says_where() -> None:
    lab = ToyLab()
    lab.run(2)
    lab.journal.append(lab.world.now, lab.world.sequence + 1, "test", "add", 1)
    with pytest.raises(ReplayDiffers, match=r"input 1 at 2\.000000000 s"):
        rewind(lab, lab.journal, lab.checkpoints, 3 * SECOND)


def test_checkpoints_come_often_only_while_somebody_is_there() -> None:
    lab = ToyLab()
    lab.run(3600)
    marks = [mark.at // SECOND for mark in lab.checkpoints.marks()]
    assert marks == [0, 10, 20, 30, 40, 50, 60]
    lab.act("add", 1)
    lab.run(30)
    assert [mark.at // SECOND for mark in lab.checkpoints.marks()][7:] == [3610, 3620, 3630]


def test_a_busy_lab_gets_checkpoints_by_its_events() -> None:
    lab = ToyLab()
    lab.run(1000)
    for number in range(25_000):
        lab.world.record("log", TICKER, str(number))
    lab.run(25)
    assert [mark.at // SECOND for mark in lab.checkpoints.marks()][7:] == [1010]


def test_checkpoints_are_bounded_in_number_and_bytes_and_thin_with_age() -> None:
    checkpoints, world, journal = Checkpoints(most=12), World(), Journal()
    checkpoints.take_first(world)
    for second in range(10, 10_000, 10):
        world.now = second * SECOND
        checkpoints.take(world, journal)
    marks = [mark.at // SECOND for mark in checkpoints.marks()]
    assert len(marks) == 12
    assert marks[0] == 0
    assert marks[-2:] == [9980, 9990]
    gaps = [after - before for before, after in pairwise(marks)]
    assert sum(gaps[:4]) > 5 * sum(gaps[-4:])
    small = Checkpoints(most_bytes=3 * len(snapshot.dumps(world)))
    small.take_first(World())
    for second in range(10_000, 10_200, 10):
        world.now = second * SECOND
        small.take(world, journal)
    assert len(small.marks()) <= 3
    assert small.marks()[0] == Mark(0, 0)


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=40, unique=True))
def test_the_first_and_the_newest_are_never_thinned_out(times: list[int]) -> None:
    newest = Mark(times[-1] * SECOND, 0)
    marks = sorted(Mark(at * SECOND, 0) for at in times)
    chosen = least_useful(marks, newest)
    assert chosen not in (marks[0], newest)


def test_a_checkpoint_is_on_a_branch_that_passed_through_its_moment() -> None:
    journal = Journal()
    for at in (10, 20, 30):
        journal.append(at, 0, "test", "add", 1)
    journal.branch(1, 15, 0, "test")
    old, new = journal.path(3), journal.path()
    assert is_on(old, Mark(5, 0))
    assert is_on(new, Mark(5, 0))
    assert is_on(new, Mark(12, 1))
    assert not is_on(new, Mark(17, 1))
    assert is_on(old, Mark(17, 1))
    assert not is_on(new, Mark(25, 2))
    assert not is_on(old, Mark(12, 0))
    assert is_on(old, Mark(99, 3))
    assert is_on((), Mark(99, 0))


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_walk_through_time_gives_what_a_straight_replay_gives(data: st.DataObject) -> None:
    lab = ToyLab(checkpoints=Checkpoints(most=4))
    for _ in range(data.draw(st.integers(1, 12))):
        match data.draw(st.sampled_from(["run", "add", "rewind"])):
            case "run":
                lab.run(data.draw(st.integers(1, 400)) / 10)
            case "add":
                lab.act("add", data.draw(st.integers(0, 9)))
            case _:
                to = data.draw(st.integers(0, lab.world.now // SECOND)) * SECOND
                rewind(lab, lab.journal, lab.checkpoints, to)
    straight = ToyLab()
    for entry in lab.journal.path():
        straight.run_to(entry.time)
        straight.perform(entry)
    straight.run_to(lab.world.now)
    assert straight.state() == lab.state()


# -- our own defects ----


def after(lab: ToyLab, run: Callable[[], object]) -> Any:
    crash = guarded(lab, lab.journal, lab.checkpoints, run)
    assert crash is not None
    return crash


def test_all_well_is_no_crash() -> None:
    lab = ToyLab()
    assert guarded(lab, lab.journal, lab.checkpoints, lambda: lab.run(5)) is None
    assert len(lab.journal) == 0


def test_a_defect_pauses_the_lab_just_before_the_event() -> None:
    lab = ToyLab()
    lab.run(12)
    lab.act("boom", 5 * SECOND)
    lab.run(4.999_999_999)
    before = lab.state()
    crash = after(lab, lambda: lab.run(60))
    assert lab.state() == before
    assert (crash.at, crash.target) == (17 * SECOND, ("boom",))
    assert crash.lines[0] == "-- internal error at 17.000000 s in boom: ZeroDivisionError: boom"
    assert crash.digest == before[1]
    assert "_boom" in crash.report
    assert '"boom",5000000000' in crash.report
    assert [entry.kind for entry in lab.journal.path()] == ["boom", "crash"]
    rewind(lab, lab.journal, lab.checkpoints, 10 * SECOND)
    lab.run(60)


@pytest.mark.parametrize("kind", ["boom", "fail"])
def test_an_input_that_fails_at_once_is_taken_off_the_branch(kind: str) -> None:
    lab = ToyLab()
    lab.run(3)
    lab.act("add", 4)
    before = lab.state()
    crash = after(lab, lambda: lab.act(kind, 0))
    assert lab.state() == before
    assert crash.at == 3 * SECOND
    assert "by an input: True" in crash.report
    assert [entry.kind for entry in lab.journal.path()] == ["add", "crash"]
    lab.run(60)


def test_a_defect_at_the_very_start_leaves_a_lab_at_zero() -> None:
    lab = ToyLab()
    before = lab.state()
    after(lab, lambda: lab.act("fail"))
    assert lab.state() == before


def test_a_defect_pending_in_a_new_world_leaves_the_lab_before_it() -> None:
    lab = ToyLab()
    lab.world.schedule(0, ("boom",), "boom")
    lab.checkpoints.take_first(lab.world)
    before = lab.state()
    crash = after(lab, lambda: lab.run(5))
    assert crash.at == 0
    assert lab.state() == before


# -- on disk ----

META = Meta("toy", "abc", 3, "0.1")


def opened(folder: Path, meta: Meta = META) -> tuple[Instance, ToyLab]:
    instance = Instance(folder / "i", meta, key_folder=folder / "keys")
    return instance, ToyLab(instance.journal, instance.checkpoints)


def test_an_instance_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    instance, lab = opened(tmp_path)
    lab.run(25)
    lab.act("add", 1)
    lab.run(12)
    at_checkpoint = lab.checkpoints.marks()[-1].at
    instance.close()
    instance, again = opened(tmp_path)
    resume(again, again.journal, again.checkpoints, None)
    assert again.world.now == at_checkpoint == 30 * SECOND
    assert again.performed == []
    again.run(7)
    assert again.state() == lab.state()
    instance.close()


def test_an_instance_goes_on_where_it_was_left(tmp_path: Path) -> None:
    instance, lab = opened(tmp_path)
    lab.run(25)
    lab.act("add", 1)
    lab.run(12)
    minutes = tuple(lab.world.digest.all_minutes(lab.world.now))
    saved = Saved(lab.journal.head, minutes, lab.world.now, lab.world.digest.hexdigest())
    instance.save(saved, {"R1": "hostname R1\n"})
    instance.close()
    instance, again = opened(tmp_path)
    assert instance.saved() == saved
    assert instance.configurations() == {"R1": "hostname R1\n"}
    resume(again, again.journal, again.checkpoints, (saved.head, saved.now))
    assert again.state() == lab.state()
    instance.close()


def test_two_processes_cannot_open_one_instance(tmp_path: Path) -> None:
    instance, _ = opened(tmp_path)
    with pytest.raises(InstanceLocked, match="in use by process"):
        opened(tmp_path)
    instance.close()
    with Instance(tmp_path / "i", META, key_folder=tmp_path / "keys"):
        pass
    opened(tmp_path)[0].close()


@pytest.mark.parametrize("tamper", ["other key", "changed byte", "renamed", "moved", "short"])
def test_a_checkpoint_from_elsewhere_is_never_unpickled(
    tmp_path: Path, tamper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance, lab = opened(tmp_path)
    lab.run(35)
    instance.close()
    folder = tmp_path / "i" / "checkpoints"
    for path in list(folder.iterdir()):
        content = bytearray(path.read_bytes())
        match tamper:
            case "changed byte":
                content[-5] ^= 1
                path.write_bytes(content)
            case "short":
                path.write_bytes(content[:20])
            case "renamed":
                path.rename(folder / f"{int(path.name.partition('-')[0]) + 1}-0")
    if tamper == "other key":
        (tmp_path / "keys" / "checkpoint.key").write_bytes(bytes(32))
    if tamper == "moved":
        (tmp_path / "i").rename(tmp_path / "j")
        (tmp_path / "j").rename(tmp_path / "elsewhere")
        (tmp_path / "elsewhere").rename(tmp_path / "k")
        instance = Instance(tmp_path / "k", META, key_folder=tmp_path / "keys")
    else:
        instance = Instance(tmp_path / "i", META, key_folder=tmp_path / "keys")
    monkeypatch.setattr("pickle.loads", lambda data: pytest.fail("unpickled"))
    assert instance.checkpoints.marks() != []
    assert instance.checkpoints.newest([], 100 * SECOND) is None
    assert instance.checkpoints.marks() == []
    instance.close()


def test_without_a_private_key_checkpoints_are_not_trusted(tmp_path: Path) -> None:
    instance, lab = opened(tmp_path)
    lab.run(15)
    instance.close()
    (tmp_path / "keys" / "checkpoint.key").chmod(0o644)
    instance = Instance(tmp_path / "i", META, key_folder=tmp_path / "keys")
    assert instance.checkpoints.newest([], 100 * SECOND) is None
    instance.close()


def test_another_version_is_told_and_starts_without_the_old_worlds(tmp_path: Path) -> None:
    instance, lab = opened(tmp_path)
    lab.act("add", 1)
    lab.run(15)
    state = lab.state()
    instance.close()
    newer = Meta("toy", "abc", 3, "0.2")
    instance = Instance(tmp_path / "i", newer, key_folder=tmp_path / "keys")
    assert instance.changed == ("version",)
    instance.adopt()
    assert instance.changed == ()
    assert instance.checkpoints.marks() == []
    again = ToyLab(instance.journal, instance.checkpoints)
    resume(again, again.journal, again.checkpoints, (1, 15 * SECOND))
    assert again.state() == state
    instance.close()


def test_reset_starts_over(tmp_path: Path) -> None:
    instance, lab = opened(tmp_path)
    lab.act("add", 1)
    lab.run(15)
    instance.save(Saved(1, (), lab.world.now, "x"), {"R1": "!"})
    instance.reset()
    assert len(instance.journal) == 0
    assert instance.checkpoints.marks() == []
    assert instance.saved() is None
    assert instance.configurations() == {}
    instance.journal.append(0, 0, "test", "add", 1)
    instance.close()
    instance, lab = opened(tmp_path)
    assert len(instance.journal) == 1
    instance.close()


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("[]")
    with pytest.raises(NoInstance):
        Instance(tmp_path, META, key_folder=tmp_path / "keys")
    (tmp_path / "meta.json").unlink()
    with Instance(tmp_path, META, key_folder=tmp_path / "keys") as instance:
        assert instance.changed == ()


def test_crash_reports_are_numbered(tmp_path: Path) -> None:
    instance, _ = opened(tmp_path)
    paths = [instance.write_crash_report(f"report {n}") for n in range(2)]
    assert [path.name for path in paths] == ["crash-1.txt", "crash-2.txt"]
    assert paths[1].read_text() == "report 1"
    instance.close()


def test_an_export_never_writes_over_something(tmp_path: Path) -> None:
    write_folder(tmp_path / "out", {"x.clab.yml": "name: x\n", "configs/R1.cfg": "!\n"})
    assert (tmp_path / "out" / "configs" / "R1.cfg").read_text() == "!\n"
    with pytest.raises(FileExistsError):
        write_folder(tmp_path / "out", {"x": ""})


def test_the_checkpoints_of_a_lab_in_memory_are_bounded_by_default() -> None:
    lab = ToyLab()
    for _ in range(100):
        lab.act("add", 1)
        lab.run(30)
    assert len(lab.checkpoints.marks()) == 64
    assert lab.world.now == 50 * MINUTE
