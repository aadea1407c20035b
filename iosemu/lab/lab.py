"""The public object: a lab that is loaded, booted, run, typed into, saved and rewound.

Everything that changes it from outside is a `Mutation`: it is written to the journal, then acts
between two instants.  So a lab can be played again from its journal, up to any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar, Unpack

from iosemu.data import labs
from iosemu.device.device import STARTUP_CONFIG
from iosemu.device.router import Router
from iosemu.fabric import arrive, capture, impair, set_link, set_rules
from iosemu.fabric.capture import Capture
from iosemu.fabric.topology import Fabric, PortKey
from iosemu.kernel import snapshot
from iosemu.kernel.digest import first_different_minute
from iosemu.kernel.journal import Journal, JournalEntry, parse
from iosemu.kernel.runner import EventFailed, Runner
from iosemu.kernel.time import MINUTE, SECOND, Time
from iosemu.kernel.world import World
from iosemu.session.lines import free_vty
from iosemu.session.session import Kind, Session
from iosemu.session.terminal import Terminal
from iosemu.values import dataclass

from .branches import Branch
from .build import handlers_of, new_world, routers_of
from .checkpoint import Checkpoints
from .collector import seldom_collecting
from .explain import Asked, drops, explain, question_of
from .explained import DropView, Explanation
from .hardware import canonical_port
from .history import UP_S, History
from .instance import Instance, Meta, Saved, default_folder, hash_of_folder
from .link import LabLink, rule_of
from .loader import load as load_topology
from .mutations import (
    Arrived,
    CloseSession,
    LeaveOut,
    Mutation,
    OpenSession,
    PowerOn,
    SetDrops,
    SetLink,
    SetQuality,
    SetSize,
    SetStartup,
    Typed,
    kind_and_args,
    mutation_of,
)
from .node import Node
from .outside import Outside, StillJoined
from .places import LabFileError, Problem
from .program import Program, program
from .rewind import (
    ANY,
    Crash,
    Failures,
    InputFailed,
    InternalError,
    ReplayDiffers,
    guarded,
    play,
    replay,
    resume,
)
from .switchboard import Listener, Switchboard
from .timeout import LinesBusy, Timeout
from .topology import Topology
from .version import version

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A lab at an instant: enough to go on from there.  `journal` and `head` are how it came
    there."""

    topology: Topology
    journal: tuple[JournalEntry, ...]
    head: int
    world: bytes


def load(lab: str | Path, *, state: str | Path | None = None, fresh: bool = False) -> Lab:
    """A lab from its folder, its .clab.yml or the name of a built-in lab.

    It lives in memory; with `state`, a folder, it is kept there and goes on where it was left,
    unless `fresh`.  Raises LabFileError, with file, line and column, if something is wrong with the
    lab; InstanceLocked if another process has it open; ReplayDiffers if what was kept is of another
    lab or version and cannot be played again.
    """
    path = Path(lab)
    built_in = labs() / str(lab)
    if not path.exists() and path.name == str(lab) and built_in.is_dir():
        path = built_in
    if not path.exists():
        raise LabFileError([Problem(str(path), 0, 0, f"there is no such lab; {known_labs()}")])
    topology = load_topology(path)
    if state is None:
        return Lab(topology)
    folder = path if path.is_dir() else path.parent
    meta = Meta(topology.name, hash_of_folder(folder), topology.seed, version())
    instance = Instance(default_folder(folder, Path(state)), meta)
    try:
        return opened(topology, instance, fresh=fresh)
    except BaseException:
        instance.close()
        raise


def known_labs() -> str:
    """The built-in labs, for somebody who named another."""
    names = sorted(file.parent.name for file in labs().glob("*/*.clab.yml"))
    return f"built in are {', '.join(names)}"


def opened(
    topology: Topology, instance: Instance, *, fresh: bool, runs: Program | None = None
) -> Lab:
    """The lab of an instance, at the time at which it was left."""
    if fresh:
        instance.reset()
    changed, saved, configurations = instance.changed, instance.saved(), instance.configurations()
    if changed:
        instance.adopt()
    lab = Lab(topology, instance=instance, runs=runs)
    if changed and instance.journal.path():
        lab.notes.append(f"{names_of(changed)} since this lab was left: it is played again")
    left_at = None if saved is None else (saved.head, saved.now)

    def go_on() -> None:
        resume(lab, instance.journal, instance.checkpoints, left_at)

    try:
        if changed:
            go_on()
        else:
            lab.defect = lab.guard(go_on, (EventFailed, InputFailed))
        differs = None if saved is None or lab.defect else first_different(lab, saved)
    except (ReplayDiffers, EventFailed, InputFailed) as error:
        at = error.at if isinstance(error, EventFailed) else error.entry.time
        differs = at // MINUTE
    if differs is None:
        return lab
    return fallen_back(lab, instance, differs, configurations)


def names_of(changed: Iterable[str]) -> str:
    """What is different, in words."""
    words = {
        "lab_hash": "the lab folder",
        "version": "iosemu",
        "seed": "the seed",
        "lab": "the name",
    }
    return " and ".join(words[name] for name in changed) + " changed"


def first_different(lab: Lab, saved: Saved) -> int | None:
    """The first minute that went differently from what was saved; None if none did."""
    if saved.head not in [0, *(entry.number for entry in lab.journal.path())]:
        return None
    now = lab.world.digest.all_minutes(lab.world.now)
    differs = first_different_minute(saved.minutes, now[: len(saved.minutes)])
    if differs is None and (saved.head, saved.now) == (lab.journal.head, lab.world.now):
        return None if saved.digest == lab.world.digest.hexdigest() else saved.now // MINUTE
    return differs


def fallen_back(
    lab: Lab, instance: Instance, minute: int, configurations: Mapping[str, str]
) -> Lab:
    """A lab that starts over from the configurations that were saved, as its journal cannot be
    played by this program; the journal is kept aside."""
    notes = [*lab.notes, f"the replay goes another way in minute {minute}"]
    aside = instance.set_aside()
    fresh = Lab(lab.topology, instance=instance, runs=lab.program)
    held = {name: text for name, text in configurations.items() if name in fresh.routers}
    for name, text in held.items():
        fresh.act(SetStartup(name, text), "lab")
    fresh.boot()
    fresh.run_for(UP_S)
    from_ = "the configurations it was left with" if held else "the lab folder"
    fresh.notes = [*notes, f"it starts over from {from_}; what was done is kept in {aside}"]
    return fresh


def restore(saved: Snapshot, runs: Program | None = None) -> Lab:
    """A lab of its own that goes on from a snapshot; `runs` if it is not the built-in program."""
    return Lab(saved.topology, saved.world, Journal(saved.journal, saved.head), runs)


class Lab:
    """One lab.  Times of this class are virtual seconds."""

    def __init__(
        self,
        topology: Topology,
        world: bytes | None = None,
        journal: Journal | None = None,
        runs: Program | None = None,
        instance: Instance | None = None,
    ) -> None:
        self.topology = topology
        self.program = runs or program()
        self.instance = instance
        self.journal = instance.journal if instance else journal or Journal()
        self.checkpoints = instance.checkpoints if instance else Checkpoints()
        self._listeners: dict[int, list[Listener]] = {}
        self.history = History(self)
        self._captures: list[Capture] = []
        self.outside: Outside | None = None
        """What is joined to ports of this lab: while it is, time follows the wall clock."""
        self.notes: list[str] = []
        """What the user should know about how this lab was opened."""
        self.defect: Crash | None = None
        """A defect of ours that kept the lab from going on where it was left."""
        if world is None:
            self.enter(self.fresh_world())
            self.checkpoints.take_first(self.world)
        else:
            self.enter(snapshot.loads(world))
            self.checkpoints.take(self.world, self.journal, world)

    # -- time ----

    @property
    def now(self) -> float:
        """Virtual seconds since the lab started."""
        self.history.visit()
        return self.world.now / SECOND

    @property
    def digest(self) -> str:
        """Hash of everything that happened so far."""
        self.history.visit()
        return self.world.digest.hexdigest()

    def state_digest(self) -> str:
        """Hash of the whole state, without caches."""
        self.history.visit()
        return snapshot.state_digest(self.world)

    def boot(self) -> None:
        """Switch all routers on: each reads its configuration within half a second."""
        self.act(PowerOn())

    def run_for(self, seconds: float) -> None:
        """Run as fast as the machine can."""
        self._advance(self.world.now + round(seconds * SECOND))

    def step(self) -> bool:
        """Handle the events of the next instant that has any; False if there are none."""
        return self.guarded(self.runner.step)

    def run_until(self, condition: Callable[[Lab], bool], timeout: float = 300) -> None:
        """Run until the condition holds, asked at every instant; Timeout if it never does."""
        until = self.world.now + round(timeout * SECOND)
        if not self._advance(until, lambda: condition(self)) and not condition(self):
            raise Timeout(f"the condition did not hold within {timeout:g} s")

    def advance(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Run for at most so long, until `stop` holds before some instant; whether it did."""
        return self._advance(self.world.now + round(seconds * SECOND), stop)

    def settle(self, quiet: float = 15, timeout: float = 600) -> float:
        """Run until no route changed for `quiet` seconds and no engine has work pending.

        Returns the seconds taken; Timeout names what is busy.
        """
        started, quiet_ns = self.world.now, round(quiet * SECOND)
        deadline = started + round(timeout * SECOND)
        while True:
            now, busy = self.world.now, self._busy()
            calm_at = quiet_ns + max(
                (router.device.last_change_at for router in self.routers.values()), default=0
            )
            if not busy and now >= calm_at:
                return (now - started) / SECOND
            if now >= deadline:
                names = ", ".join(busy) or "routes still change"
                raise Timeout(f"not quiet after {timeout:g} s: {names}")
            self._advance(min(deadline, max(calm_at, now + SECOND)))

    def _busy(self) -> list[str]:
        off = [f"{name} boots" for name, r in self.routers.items() if not r.device.is_up]
        return off + [f"{n}:{e}" for n, r in self.routers.items() for e in r.is_busy()]

    # -- what is in it ----

    @property
    def devices(self) -> Mapping[str, Node]:
        """The routers by name, in the order of the lab file."""
        return {name: self[name] for name in self.routers}

    def __getitem__(self, name: str) -> Node:
        """A router; KeyError names those there are."""
        if name not in self.routers:
            raise KeyError(f"no device {name!r}; there are {', '.join(self.routers)}")
        return Node(self, name)

    def link(self, one: str, other: str | None = None) -> LabLink:
        """The link of an end ("R1:Ethernet0/0"), or between two; KeyError if there is none."""
        key = self.port_key(one)
        number = self.fabric.ports[key].link
        if number is None:
            raise KeyError(f"nothing is attached to {one}")
        ends = self.fabric.links[number].ports
        if other is not None and self.port_key(other) not in ends:
            raise KeyError(f"no link between {one} and {other}")
        return LabLink(self, number)

    def port_key(self, end: str) -> PortKey:
        """The port of "R1:e0/0"; KeyError if there is no such port."""
        node, _, port = end.partition(":")
        key = (node, port if node in self.fabric.switches else canonical_port(port) or port)
        if key not in self.fabric.ports:
            raise KeyError(f"no port {end!r}")
        return key

    @property
    def fabric(self) -> Fabric:
        """Links and switches."""
        fabric: Fabric = self.world.parts["fabric"]
        return fabric

    def capture(self, *ends: str) -> Capture:
        """Capture the frames at ports from now on: of one ("R1:e0/0"), of several, or of all.

        Its `save(path)` writes a pcapng file.  A capture changes nothing in the lab; a rewind
        takes from it what then has not happened yet.
        """
        keys = [self.port_key(end) for end in ends] or list(self.fabric.ports)
        started = capture.start(self.world, keys)
        self._captures.append(started)
        return started

    def end_capture(self, held: Capture) -> None:
        """Stop capturing; what was seen is kept."""
        capture.stop(self.world, held)
        self._captures.remove(held)

    def explain(self, device: str, target: str, **asked: Unpack[Asked]) -> Explanation:
        """What would become of a packet of a device to an address, stage by stage, each with the
        configuration line that decided; `str()` of it is a table.

        It is sent in a fork: nothing changes here.  `source` with `interface`: it comes in there,
        as from a neighbor.  NotAsked (a ValueError) if that makes no sense.
        """
        return explain(self, question_of(device, target, asked))

    def drops(self, device: str | None = None) -> list[DropView]:
        """The last packets that a device, or any, dropped, the newest first, and why."""
        return drops(self, device)

    # -- terminals ----

    def console(self, device: str) -> int:
        """The session of a device's con 0."""
        return next(
            s.number
            for s in self.switchboard.sessions.values()
            if s.device == device and s.kind is Kind.CONSOLE
        )

    def open(
        self,
        device: str,
        kind: str = "hidden",
        line: int | None = None,
        listener: Listener | None = None,
    ) -> int:
        """Open a terminal, "hidden" or "vty"; the number of its session.

        A vty is the wanted `line` or the first free one; LinesBusy if there is none.  `listener`
        hears it from its first byte on.
        """
        # The instant may have a caller in it, who gets a number too.
        self.guarded(lambda: self.run_to(self.world.now))
        if Kind(kind) is Kind.VTY:
            router = self.routers[device]
            if not router.device.is_up:
                raise LinesBusy(f"{device} is down")
            if free_vty(self.world, router.device.config, device, line) is None:
                raise LinesBusy(f"{device}: all lines are busy")
        number = self.switchboard.coming_number
        if listener is not None:
            self.listen(number, listener)
        self.act(OpenSession(device, kind, line))
        return number

    def resize(self, session: int, width: int, length: int) -> None:
        """The window of a virtual terminal got another size; a console does not hear of it."""
        self.act(SetSize(session, width, length))

    def hang_up(self, session: int) -> None:
        """Close a terminal that was opened; a job it waits for ends."""
        self.act(CloseSession(session))

    def terminal(self, session: int) -> Terminal:
        """The terminal of a session, as it is now: do not keep it over a rewind."""
        return self.switchboard.terminals[session]

    def listen(self, session: int, listener: Listener) -> None:
        """Call `listener` with every byte the terminal prints, also after a rewind."""
        self._listeners.setdefault(session, []).append(listener)

    def unlisten(self, session: int, listener: Listener) -> None:
        """End a `listen`."""
        self._listeners[session].remove(listener)

    def type(self, session: int, data: bytes) -> None:
        """Type bytes on a terminal at the present instant."""
        self.act(Typed(session, data))

    # -- mutations ----

    def act(self, mutation: Mutation, source: str = "api") -> None:
        """Journal a mutation, then let it act between two instants.  Raises InternalError."""
        self._check(mutation)
        self.guarded(lambda: self.run_to(self.world.now))
        kind, args = kind_and_args(mutation)
        world = self.world
        entry = self.journal.append(world.now, world.sequence, source, kind, *args)
        if kind == "typed" and b"\r" in args[1]:
            self.journal.sync()
        self.guarded(lambda: play(self, entry))

    def guarded(self, run: Callable[[], T]) -> T:
        """What `run` returns.  Raises InternalError for a defect of ours that shows in it."""
        result: list[T] = []
        crash = self.guard(lambda: result.append(run()), (EventFailed, InputFailed))
        if crash is not None:
            raise InternalError(crash)
        return result[0]

    def _check(self, mutation: Mutation) -> None:
        """KeyError or ValueError for what cannot act: it must not get into the journal."""
        match mutation:
            case OpenSession(device, kind, _):
                self[device]
                Kind(kind)
            case Typed(number, _) | CloseSession(number) | SetSize(number, _, _) if (
                number not in self.switchboard.sessions
            ):
                raise KeyError(f"no session {number}")
            case Arrived(port, _):
                if port not in self.fabric.ports:
                    raise KeyError(f"no port {':'.join(port)!r}")
                if self.fabric.ports[port].link is not None:
                    raise ValueError(f"{':'.join(port)} is on a link of the lab")
            case _:
                pass

    def perform(self, entry: JournalEntry) -> None:
        """Let a journaled input act now and drain the instant; nothing is journaled."""
        mutation = mutation_of(entry)
        if mutation is not None:
            self.world.record("input", ("lab",), repr(mutation))
            self._perform(mutation)
            self.run_to(self.world.now)

    def run_to(self, until: Time) -> None:
        """Handle all events up to and including `until`; nothing is journaled."""
        self.runner.run(until)

    def _perform(self, mutation: Mutation) -> None:
        match mutation:
            case PowerOn():
                for router in self.routers.values():
                    router.power_on()
            case OpenSession(device, kind, line):
                self._open_session(device, Kind(kind), line)
            case SetSize(number, width, length):
                self.terminal(number).resize(width, length)
            case CloseSession(number):
                self._close_session(number)
            case Typed(number, data):
                self.terminal(number).feed(data)
            case Arrived(port, frame):
                arrive(self.world, *port, frame)
            case SetLink(number, up, ends):
                set_link(self.world, number, up, ends or None)
            case SetQuality(number, quality, ends):
                impair(self.world, number, quality, ends or None)
            case SetDrops(port, drops):
                set_rules(self.world, *port, [rule_of(drop) for drop in drops])
            case SetStartup(device, text):
                self.routers[device].device.files.nvram[STARTUP_CONFIG] = text.encode()
            case LeaveOut(device, engine):
                self.routers[device].leave_out(engine)

    def _open_session(self, device: str, kind: Kind, line: int | None) -> None:
        number = self.switchboard.next_number()
        if kind is Kind.VTY:
            config = self.routers[device].device.config
            free = free_vty(self.world, config, device, line)
            assert free is not None, f"no vty of {device} is free"
            session = Session.vty(number, device, free)
        else:
            session = Session(number, device, kind)
        self.switchboard.sessions[session.number] = session
        terminal = self.switchboard.attach(session, self.routers[device])
        if self.routers[device].device.is_up:
            terminal.start()

    def _close_session(self, number: int) -> None:
        session = self.switchboard.sessions.pop(number)
        del self.switchboard.terminals[number]
        if session.job is not None:
            self.routers[session.device].end_job(session.job)

    # -- saving, forking, rewinding ----

    def snapshot(self) -> Snapshot:
        """The lab as it is now, for `iosemu.restore`."""
        self.run_to(self.world.now)
        journal = tuple(self.journal)
        return Snapshot(self.topology, journal, self.journal.head, snapshot.dumps(self.world))

    def rewind(self, to: float) -> None:
        """Go back to a virtual second; what came after stays in the journal as a branch.

        Of several mutations at that very instant those stay that had acted when `now` or a digest
        was last read there; without such a look none does.
        """
        self.history.rewind(to)

    def fork(self, name: str) -> None:
        """Start a branch of this name here; ValueError if there is one."""
        self.history.fork(name)

    @property
    def branches(self) -> list[Branch]:
        """Every way this lab has gone."""
        return self.history.branches

    def go_to(self, branch: Branch) -> None:
        """Leave this branch for the end of another; ValueError if it cannot be reached."""
        self.history.go_to(branch)

    def leave(self) -> None:
        """Note how far this branch came, before a rewind."""
        self.history.leave()

    def save(self) -> bytes:
        """The history of this branch as a file, for `load`."""
        return self.history.save()

    def load(self, data: bytes) -> str | None:
        """Go to where a save was made, as a branch; NoSave if that is none of this lab.

        Returns None, or why the lab starts over from the saved configurations instead.
        StillJoined (a ValueError) while something outside is joined, as with all that goes back.
        """
        return self.history.load(data)

    def replay(self, journal: bytes, until: float) -> None:
        """Play the journal of another run of this lab, as `lab.journal.dump()` gives it, up to a
        virtual second.  Raises JournalDamaged, ReplayDiffers; this lab must not have begun."""
        assert not len(self.journal), "this lab has a history of its own"
        entries, _ = parse(journal)
        self.journal = Journal(entries)
        self.guarded(lambda: replay(self, self.journal.path(), round(until * SECOND)))

    def guard(
        self,
        run: Callable[[], object],
        catches: Failures = ANY,
    ) -> Crash | None:
        """Call `run`, which plays this lab.  A defect of ours is caught: the lab is put back to
        just before it, and the report kept in the instance; None if all is well."""
        crash = guarded(self, self.journal, self.checkpoints, run, catches)
        if crash is not None and crash.place is None and self.instance is not None:
            crash = replace(crash, place=self.instance.write_crash_report(crash.report))
        return crash

    def leave_out(self, engine: str) -> None:
        """Go on without an engine that failed, as "R3:eigrp"; KeyError if there is none."""
        device, _, name = engine.partition(":")
        running = self.routers[self[device].name].device.engines
        if name not in running:
            raise KeyError(f"no engine {engine!r}; {device} runs {', '.join(running) or 'none'}")
        self.act(LeaveOut(device, name))

    def close(self) -> None:
        """Keep the instance, if the lab has one, and let others open it.  The lab ends here."""
        if self.instance is None:
            return
        world = self.world
        minutes, digest = tuple(world.digest.all_minutes(world.now)), world.digest.hexdigest()
        saved = Saved(self.journal.head, minutes, world.now, digest)
        self.instance.save(
            saved, {name: node.configuration() for name, node in self.devices.items()}
        )
        self.instance.close()
        self.instance = None

    def abandon(self) -> None:
        """Let others open the instance, without saving more than is on disk already: for a lab that
        was stopped in the middle of an event."""
        if self.instance is not None:
            self.instance.close()
            self.instance = None

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- the machinery ----

    def fresh_world(self) -> World:
        """The world of the lab before it is booted."""
        world = new_world(self.topology)
        sessions = {n: Session.console(n, d.name) for n, d in enumerate(self.topology.routers, 1)}
        world.parts["sessions"] = sessions
        world.parts["next session"] = len(sessions) + 1
        return world

    def enter(self, world: World) -> None:
        """Rebuild around a world all that is never pickled."""
        self.world = world
        self.switchboard = Switchboard(world)
        self.switchboard.listeners = self._listeners
        self.routers: dict[str, Router] = routers_of(world, self.program, self.switchboard)
        self.switchboard.routers = self.routers
        for session in self.switchboard.sessions.values():
            self.switchboard.attach(session, self.routers[session.device])
        handlers = handlers_of(world, self.routers)
        handlers["session"] = lambda target, event: self._session_event(target[1], event)
        self.runner = Runner(world, handlers)
        for held in self._captures:
            capture.resume(world, held)

    def _session_event(self, number: int, event: object) -> None:
        terminal = self.switchboard.terminals.get(number)
        if terminal is None:
            return
        terminal.on_event(event)
        if terminal.is_gone:
            self.switchboard.forget(number)

    def must_be_alone(self) -> None:
        """StillJoined while something outside is: time does not go back then."""
        if self.outside is not None:
            raise StillJoined(self.outside)

    def _advance(self, until: Time, stop: Callable[[], bool] | None = None) -> bool:
        """Run, in step with what is outside if something is; True if `stop` ended it."""
        if self.outside is not None:
            return self.outside.advance(until, stop)
        return self.run_alone(until, stop)

    def run_alone(self, until: Time, stop: Callable[[], bool] | None = None) -> bool:
        """Run as fast as the machine can, with a checkpoint now and then, whatever is joined;
        True if `stop` ended it."""
        with seldom_collecting():
            return self._run_alone(until, stop)

    def _run_alone(self, until: Time, stop: Callable[[], bool] | None) -> bool:
        while True:
            goal = min(until, self.checkpoints.next_at(self.world.now))
            if self.guarded(partial(self.runner.run, goal, stop)):
                return True
            if self.checkpoints.is_due(self.world, self.last_input_at()):
                self.checkpoints.take(self.world, self.journal)
            if goal == until:
                return False

    def last_input_at(self) -> Time:
        """When something last came from outside."""
        head = self.journal.head
        return self.journal[head].time if head else 0


__all__ = ["Lab", "Snapshot", "load", "restore"]
