"""One router at work: takes frames, carrier, timers and commits, and runs its bus to empty.

The facade is rebuilt on restore and never pickled; all it knows is in `Device` and `World`.  It is
also the window (`Context`) through which the stack sees its router.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import partial
from typing import Any, TypeVar

from iosemu import stack
from iosemu.address import IpVersion
from iosemu.cli.api import EFFECTS, TASKS, Built
from iosemu.cli.configure import CONFIGURE, Modes, Outcome, configure_line
from iosemu.cli.grammar import Grammar
from iosemu.cli.nvgen import running_lines
from iosemu.config.tree import Config
from iosemu.fabric import Cable, cable, queued, set_line, set_port, transmit
from iosemu.kernel.queue import Target
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time, TimerFired, TimerKey
from iosemu.kernel.world import World
from iosemu.proto.base import (
    Configured,
    Conversation,
    Datagram,
    Engine,
    Input,
    InterfaceChanged,
    Interrupted,
    LogMessage,
    Requested,
    RouteDelete,
    Started,
    heading,
)
from iosemu.proto.parts import DEBUGS, LogLine, StampStyle

from . import boot, syslog
from .actions import perform
from .bus import Owner
from .device import Device, Job
from .features import Features
from .hooks import Hooks

T = TypeVar("T")


class EngineFailed(Exception):
    """An engine raised: a defect of ours; the cause has the traceback."""

    def __init__(self, device: str, owner: Owner, event: object) -> None:
        super().__init__(f"{device}:{owner} at {event!r}")
        self.device, self.engine = device, owner

    @property
    def is_lasting(self) -> bool:
        """Whether it is an engine that can be left out, not a job that ends by itself."""
        return isinstance(self.engine, str)


def on_frame(routers: dict[str, Router], target: Target, frame: bytes) -> None:
    """A frame arrives at the port of ("rx", device, port); a router that is off does not see it."""
    router = routers[target[1]]
    device = router.device
    if device.is_up:
        stack.on_frame(device.stack, router, target[2], frame)
        if device.bus.queue:
            router.run()


def on_serial_frame(routers: dict[str, Router], target: Target, frame: bytes) -> None:
    """The same of a serial port: ("serial", device, port)."""
    router = routers[target[1]]
    device = router.device
    if device.is_up:
        stack.on_serial_frame(device.stack, router, target[2], frame)
        if device.bus.queue:
            router.run()


def on_damaged_frame(routers: dict[str, Router], target: Target, frame: bytes) -> None:
    """A frame with a wrong check sequence: ("crc", device, port); only counted."""
    device = routers[target[1]].device
    if device.is_up:
        stack.on_damaged_frame(device.stack, target[2], routers[target[1]].now)


class Router:
    """A device in its world."""

    def __init__(
        self, world: World, device: Device, features: Features, grammar: Grammar, hooks: Hooks
    ) -> None:
        self.world = world
        self.device = device
        self.features = features
        self.grammar = grammar
        self.hooks = hooks
        self.target = ("device", device.name)
        # Bound here, not a method: the packet path is paid by the call.
        self.transmit: Callable[[str, bytes], bool] = partial(transmit, world, device.name)
        self.is_sending_log = False
        """While a log line goes out, what is logged about that does not go out too."""

    # -- what happens to the router ----

    def on_carrier(self, interface: str, up: bool) -> None:
        """The medium of a port came or went."""
        if self.device.is_up:
            stack.set_carrier(self.device.stack, self, interface, up)
            self.run()

    def on_timer(self, event: TimerFired) -> None:
        """A timer of this router fires."""
        key: tuple[Any, ...] = event.key
        match key:
            case ("engine", owner, inner):
                self.device.bus.tell(owner, TimerFired(inner))
            case ("boot",):
                boot.boot(self)
            case ("stack", inner):
                stack.on_timer(self.device.stack, self, inner)
            case ("task", name):
                TASKS[name](self)
            case _:
                raise AssertionError(event)
        self.run()

    def commit(self, config: Config) -> None:
        """Make this the running configuration: first the stack, then the engines concerned."""
        old, device = self.device.config, self.device
        device.config = config
        touched = config.slots.touched(old.slots) if old.slots else None
        for follower in self.features.followers:
            if follower.concerns(touched):
                follower.apply(device.stack, self, old, config)
        for kind in self.features.engines:
            if kind.concerns(old, config, touched):
                device.bus.tell(kind.name, Configured(old, config))
        self.run()

    def run(self) -> None:
        """Work off the queue of internal messages."""
        device, queue = self.device, self.device.bus.queue
        steps = self.device.work.steps
        while queue:
            owner, event = queue.popleft()
            engine = self.engine(owner)
            if engine is not None:
                name = owner if type(owner) is str else type(engine).__name__
                steps[name] = steps.get(name, 0) + 1
                try:
                    actions = engine.step(self.world.now, event)
                except Exception as defect:
                    raise EngineFailed(device.name, owner, event) from defect
                self.is_sending_log = owner == "logging"
                perform(self, owner, actions)
                self.is_sending_log = False
            queue = device.bus.queue

    def leave_out(self, name: str) -> None:
        """Go on without an engine, also after a reload: its routes, sockets and timers are taken
        back."""
        device = self.device
        device.without = (*device.without, name)
        if device.engines.pop(name, None) is not None:
            self.forget(name)
            ribs = [vrf.rib_of(v) for vrf in device.stack.vrfs.values() for v in IpVersion]
            keys = [key for rib in ribs for key in rib.keys_of(name)]
            perform(self, name, map(RouteDelete, keys))
            self.run()

    def engine(self, owner: Owner) -> Engine | None:
        """The engine or job of an owner; None if it is gone."""
        if isinstance(owner, int):
            job = self.device.jobs.get(owner)
            return None if job is None else job.engine
        return self.device.engines.get(str(owner))

    # -- what tasks and commands ask for ----

    @property
    def version(self) -> str:
        return self.device.identity.version

    @property
    def config(self) -> Config:
        return self.device.config

    def running_config(self, *, full: bool = False) -> list[str]:
        """The lines of the running configuration."""
        return running_lines(self.grammar, self.config, version=self.version, full=full)

    def built(self, text: str) -> Built:
        """What a boot with this text would make of the hardware; nothing changes."""
        return boot.built(self, text)

    def configure(self, text: str) -> list[str]:
        """Carry out lines as if typed, each its own commit; what was printed of refused ones."""
        modes: Modes = CONFIGURE
        printed: list[str] = []
        for line in text.splitlines():
            done = configure_line(
                self.grammar, self.config, modes, line, version=self.version, random=self.random
            )
            modes = done.modes or CONFIGURE
            self.take(done)
            printed += [line, *done.output] if done.failure is not None else done.output
        return printed

    def take(self, done: Outcome) -> None:
        """Let a line that was taken act: commit what it changed, or do what it does besides."""
        if done.config is not self.config:
            self.commit(done.config)
        effect = EFFECTS.get(done.stanza or "")
        if effect is not None:
            effect(self, **(done.values or {}))

    def announce(self, lines: Iterable[str]) -> None:
        """Break into every terminal of this device."""
        self.hooks.announced(self.device.name, "\n".join(lines))

    def schedule(self, name: str, delay_ns: Time) -> None:
        """Run a task after this time; scheduling it again replaces."""
        self.world.set_timer(self.target, ("task", name), self.now + delay_ns)

    def unschedule(self, name: str) -> None:
        """Forget a scheduled task."""
        self.world.stop_timer(self.target, ("task", name))

    # -- power ----

    def power_on(self) -> None:
        """Boot after up to half a second, so that routers do not all start in step."""
        delay = boot.stagger(self)
        self.world.set_timer(self.target, ("boot",), self.world.now + delay)

    def reload(self, reason: str = "Reload Command") -> None:
        """Go down at once and boot again: what is not in nvram is lost."""
        boot.shut_down(self, reason)
        self.world.set_timer(self.target, ("boot",), self.world.now + boot.RELOAD_NS)

    # -- what sessions ask for ----

    def start_job(self, engine: Engine, session: Hashable) -> int:
        """Run a job for a session; the number to interrupt it by."""
        device = self.device
        number = device.next_job
        device.next_job += 1
        device.jobs[number] = Job(session, engine)
        device.bus.tell(number, Started())
        self.run()
        return number

    def interrupt_job(self, number: int) -> None:
        """The user typed the escape sequence."""
        self.tell_job(number, Interrupted())

    def tell_job(self, number: int, event: Input) -> None:
        """What the user wants of a job; one that ended already is left in peace."""
        if number in self.device.jobs:
            self.device.bus.tell(number, event)
            self.run()

    def conversation(self, number: int | None) -> Conversation | None:
        """The job of this number, if it is one that takes keys."""
        job = None if number is None else self.device.jobs.get(number)
        engine = None if job is None else job.engine
        return engine if isinstance(engine, Conversation) else None

    def end_job(self, number: int) -> None:
        """The session is gone: forget its job and what the job holds."""
        if number in self.device.jobs:
            del self.device.jobs[number]
            self.forget(number)

    def post(self, engine: str, request: Any) -> None:
        """Hand an engine a request of a command."""
        self.device.bus.tell(engine, Requested(request))
        self.run()

    def view(self, engine: str, query: Hashable) -> Any:
        """Ask an engine; None if it does not run."""
        running = self.device.engines.get(engine)
        return None if running is None else running.view(query)

    def part(self, kind: type[T]) -> T:
        """A part of the device's state by its class; one of a feature is made when first asked
        for."""
        held = self.device.own_parts().get(kind)
        if held is None:
            held = self.device.parts.setdefault(kind.__qualname__, kind())
        assert isinstance(held, kind), f"two parts are called {kind.__qualname__}"
        return held

    def random(self, purpose: str) -> Random:
        """The device's stream for a purpose."""
        return self.world.random(self.device.name, purpose)

    def is_busy(self) -> list[str]:
        """Names of engines with work pending, and of interfaces that are about to come up."""
        engines = [name for name, engine in self.device.engines.items() if engine.busy()]
        ports = self.device.stack.interfaces.values()
        return engines + [port.name for port in ports if port.is_coming_up]

    # -- jobs speak ----

    def job_printed(self, owner: Owner, text: str) -> None:
        """A job prints."""
        if isinstance(owner, int) and text:
            self.hooks.job_printed(self.device.jobs[owner].session, owner, text)

    def job_showed(self, owner: Owner, data: bytes) -> None:
        """A job passes bytes on."""
        if isinstance(owner, int) and data:
            self.hooks.job_showed(self.device.jobs[owner].session, owner, data)

    def job_done(self, owner: Owner) -> None:
        """A job ends."""
        if isinstance(owner, int):
            job = self.device.jobs.pop(owner)
            self.forget(owner)
            self.hooks.job_done(job.session, owner)

    def forget(self, owner: Owner) -> None:
        """Take back all that an owner holds: timers, sockets, watches."""
        device, world = self.device, self.world
        device.bus.forget(owner)
        stack.close_all(device.stack, self, owner)
        for vrf in device.stack.vrfs.values():
            for version in IpVersion:
                hops = vrf.next_hops_of(version)
                for address in list(hops.tracked):
                    hops.untrack(address, owner)
        for key in list(world.timers.get(self.target, {})):
            if key[:2] == ("engine", owner):
                world.stop_timer(self.target, key)

    # -- Context: what the stack asks for ----

    @property
    def now(self) -> Time:
        return self.world.now

    @property
    def day_ms(self) -> int:
        return self.device.clock.day_ms(self.world.now)

    def set_port(self, interface: str, up: bool) -> None:
        set_port(self.world, self.device.name, interface, up)

    def cable(self, interface: str) -> Cable | None:
        return cable(self.world, self.device.name, interface)

    def queued(self, interface: str) -> int:
        return queued(self.world, self.device.name, interface)

    def set_line(self, interface: str, clock_bps: int | None, hold_queue: int | None) -> None:
        set_line(self.world, self.device.name, interface, clock_bps, hold_queue)

    def set_timer(self, key: TimerKey, at: Time) -> None:
        self.world.set_timer(self.target, ("stack", key), at)

    def stop_timer(self, key: TimerKey) -> None:
        self.world.stop_timer(self.target, ("stack", key))

    def deliver(self, owner: Hashable, event: Input) -> None:
        self.device.bus.tell(owner, event)

    def hear(self, owner: Hashable, event: Datagram) -> None:
        engine = self.device.engines.get(owner)  # type: ignore[call-overload]
        hear = getattr(engine, "hear", None)
        if hear is None or self.device.bus.queue:
            self.device.bus.tell(owner, event)
            return
        try:
            is_known = hear(self.world.now, event)
        except Exception as defect:
            raise EngineFailed(self.device.name, owner, event) from defect
        if is_known:
            steps = self.device.work.steps
            steps[owner] = steps.get(owner, 0) + 1  # type: ignore[index,call-overload]
        else:
            self.device.bus.tell(owner, event)

    def publish(self, topic: str, value: Any) -> None:
        """Tell engines that subscribed to a topic, now and later."""
        self.device.bus.publish(topic, value)

    def interface_changed(self, change: InterfaceChanged) -> None:
        for name in self.device.engines:
            self.device.bus.tell(name, change)

    def log(self, message: LogMessage) -> None:
        settings = self.device.log_settings
        if settings.has_counts:
            syslog.count_message(self.device.log_counts, message, self.now)
        severity = heading(message).severity
        self.write_log(settings.log_stamp, syslog.log_text(message), severity, is_debug=False)

    def debugging(self, flag: str) -> bool:
        return flag in self.device.debugs.flags

    def tell_debugs(self) -> None:
        """Tell engines that subscribed if debug flags are not what they were told last."""
        flags = tuple(self.device.debugs.flags.items())
        if flags != self.device.bus.topics.get(DEBUGS, ()):
            self.publish(DEBUGS, flags)
            self.run()

    def debug_condition(self, flag: str) -> object:
        return self.device.debugs.flags.get(flag)

    def debug(self, flag: str, text: str, interface: str | None = None) -> None:
        if self.device.debugs.wants(flag, interface):
            style = self.device.log_settings.debug_stamp
            self.write_log(style, text, syslog.DEBUG_SEVERITY, is_debug=True)

    def write_log(
        self, style: StampStyle | None, text: str, severity: int, *, is_debug: bool
    ) -> None:
        """Stamp a line, keep it, and tell who shows it."""
        device = self.device
        settings, counts = device.log_settings, self.device.log_counts
        stamp = syslog.stamp(style, device.clock, device.identity, self.now)
        counts.sequence += 1
        number = f"{counts.sequence:06d}: " if settings.has_sequence else ""
        line = LogLine(self.now, severity, number + stamp + text, is_debug)
        device.history.append(line)
        device.logged += 1
        syslog.keep(device.log_buffer, line, settings)
        self.world.record("log", self.target, line.text)
        if syslog.count(counts, line, settings) and not self.is_sending_log:
            # Whoever logs is in the middle of something, so the line is sent right after it.
            device.bus.tell("logging", Requested(line))
            self.world.set_timer(self.target, ("engine", "logging", ("flush",)), self.now)
        self.hooks.logged(device.name, line.text, severity, is_debug)
