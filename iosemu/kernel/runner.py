"""The event loop.  A runner is made of functions: never pickled, and rebuilt at restore."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from heapq import heappop, heappush
from itertools import repeat
from typing import Any

from iosemu.kernel.digest import BLOCK
from iosemu.kernel.queue import Entry, Target
from iosemu.kernel.time import Time
from iosemu.kernel.world import Timer, World

Handler = Callable[[Target, Any], None]


class EventFailed(Exception):
    """A handler raised: a defect of ours.  The world is in the middle of that event; the cause has
    the traceback."""

    def __init__(self, entry: Entry) -> None:
        at, sequence, target, payload = entry
        super().__init__(f"event {sequence} at {at} ns for {target}: {payload!r}")
        self.at, self.sequence, self.target, self.payload = at, sequence, target, payload


class Runner:
    """Takes the events of a world in order; hands each to the handler of its target's kind."""

    def __init__(self, world: World, handlers: Mapping[str, Handler]) -> None:
        self.world = world
        self.handlers = dict(handlers)

    def run(self, until: Time, stop: Callable[[], bool] | None = None) -> bool:
        """Handle every event up to and including `until`, then leave `world.now` there.

        `stop` is asked before time moves on; once it is true, `now` stays at that instant and the
        result is True.  Raises EventFailed for a defect in a handler.
        """
        world = self.world
        assert until >= world.now, "time does not run backwards"
        if stop is None:
            self._handle_until(until)
        else:
            self._handle_until(world.now)
            while not stop():
                first = world.queue.first_time()
                if first is None or first > until:
                    break
                self._handle_until(first)
            else:
                return True
        world.now = until
        return False

    def step(self) -> bool:
        """Handle all events of the next instant that has any; False if nothing is pending."""
        world, before = self.world, self.world.digest.total()
        while world.digest.total() == before:
            first = world.queue.first_time()
            if first is None:
                return False
            self._handle_until(first)
        return True

    def _handle_until(self, until: Time) -> None:
        """The hot loop: all events with time <= `until`; `now` becomes the time of the last."""
        world = self.world
        handlers, queue, digest = self.handlers, world.queue, world.digest
        near, ready, take = queue.near, queue.ready, queue.ready.pop
        note, expire = digest.pending.append, world.expire
        try:
            while near or ready or queue.refill():
                for _ in repeat(None, BLOCK):
                    if ready and (not near or ready[-1] < near[0]):
                        entry = take()
                    elif near:
                        entry = heappop(near)
                    else:
                        break
                    at, _, target, payload = entry
                    if at > until:
                        heappush(near, entry)
                        return
                    if type(payload) is Timer:
                        due = expire(entry)
                        if due is None:
                            continue
                        note((at, entry[1], target, payload.text))
                        payload = due
                    else:
                        note(entry)
                    world.now = at
                    handlers[target[0]](target, payload)
                if len(digest.pending) >= BLOCK:
                    digest.pack()
        except Exception as defect:
            raise EventFailed(entry) from defect
