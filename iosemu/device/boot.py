"""How a router comes up: hardware, startup configuration, engines, one commit for the whole.

Every line of the startup configuration is carried out as if typed, on top of what the hardware
gives; the stack and the engines are told once, at the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iosemu import stack
from iosemu.cli.api import Built
from iosemu.cli.bodies import gathered
from iosemu.cli.configure import CONFIGURE, Modes, configure_line
from iosemu.config.tree import Config
from iosemu.kernel.time import MILLISECOND, SECOND, Time
from iosemu.proto.base import Seeded
from iosemu.proto.calendar import Zone
from iosemu.proto.parts import Debugs, LogBuffer, LogCounts, LogSettings, Work
from iosemu.stack.state import Stack

from .bus import Bus

if TYPE_CHECKING:
    from .router import Router

STAGGER_NS = 500 * MILLISECOND
RELOAD_NS = 30 * SECOND
"""From `reload` to the first line of the startup configuration."""


def stagger(router: Router) -> Time:
    """How long this router waits before it boots: 0 to 500 ms from its own stream."""
    return router.random("boot").randrange(STAGGER_NS + 1)


def boot(router: Router) -> None:
    """From power to a running configuration."""
    device = router.device
    identity = device.identity
    identity.booted_at = router.now
    identity.boots += 1
    device.is_up = True
    device.files.booted_register = device.files.register
    device.stack = Stack(
        load_sharing_id=router.random("load sharing").getrandbits(32), started_at=router.now
    )
    device.engines = {
        kind.name: kind.create()
        for kind in router.features.engines
        if kind.name not in device.without
    }
    for engine_name, engine in device.engines.items():
        if isinstance(engine, Seeded):
            engine.seed(router.random(engine_name))
    for name, mac in device.ports.items():
        stack.add_hardware(device.stack, router, name, mac)
    made = built(router, device.startup)
    device.refused = len(made.refused)
    device.printed = list(made.printed)
    router.commit(made.config)
    router.hooks.came_up(device.name)


def built(router: Router, text: str) -> Built:
    """What the hardware is configured as by a text, with what IOS says of its lines."""
    config = Config()
    for base in router.features.bases:
        config = base(config, router.device.ports, text)
    refused: list[str] = []
    printed: list[str] = []
    modes: Modes = CONFIGURE
    for line in gathered(text.splitlines()):
        done = configure_line(
            router.grammar,
            config,
            modes,
            line,
            version=router.version,
            random=router.random,
        )
        config, modes = done.config, done.modes or CONFIGURE
        if done.failure is not None:
            refused.append(line)
            printed += line.split("\n")
        printed += done.output
    return Built(config, tuple(refused), tuple(printed))


def shut_down(router: Router, reason: str) -> None:
    """Lose everything that is not in a file.  The far ends do not see their links go down."""
    device, world = router.device, router.world
    device.is_up = False
    device.identity.reload_reason = reason
    for job in list(device.jobs):
        router.job_done(job)
    for key in list(world.timers.get(router.target, {})):
        world.stop_timer(router.target, key)
    for name in device.ports:
        router.set_port(name, up=False)
    device.bus = Bus()
    device.engines = {}
    device.config = Config()
    device.debugs = Debugs()
    device.clock.zone = Zone()
    device.log_buffer = LogBuffer()
    device.log_counts = LogCounts()
    device.work = Work()
    device.log_settings = LogSettings()
    device.parts.clear()
    router.hooks.went_down(device.name)
