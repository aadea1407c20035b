"""Joins ports of a lab to devices of the operating system, and keeps the lab in step with it."""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from typing import Protocol

from iosemu.fabric.capture import Capture, Direction
from iosemu.fabric.linktype import ETHERNET
from iosemu.fabric.topology import PortKey
from iosemu.kernel.time import SECOND, Time
from iosemu.kernel.world import World
from iosemu.lab.lab import Lab
from iosemu.lab.mutations import Arrived
from iosemu.values import dataclass

from .tap import Tap

LONGEST_WAIT_S = 0.05
"""How long a run may sleep before it is asked whether to stop."""
MOST_BEHIND_S = 0.25
"""Wall seconds the lab may be behind: after a pause of the host, virtual time does not jump."""
_FRAMES_AT_ONCE = 256


class Device(Protocol):
    """Where frames of the operating system come from and go to, as `Tap`."""

    @property
    def name(self) -> str: ...

    def fileno(self) -> int:
        """Readable when a frame waits."""
        ...

    def read(self) -> bytes | None:
        """The next frame, None if there is none yet.  OSError: the device is gone."""
        ...

    def write(self, frame: bytes) -> bool:
        """Send a frame; False if the device does not take it."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Joint:
    """A port and its device.  came, went: frames so far; refused: that the device did not take."""

    port: PortKey
    device: Device
    capture: Capture
    came: int = 0
    went: int = 0
    refused: int = 0

    @property
    def text(self) -> str:
        """As the user is told."""
        return f"{':'.join(self.port)} is joined to {self.device.name}"


def wait_readable(filenos: list[int], wait_s: float) -> None:
    """Sleep until one of the descriptors is readable, at most so long."""
    select.select(filenos, [], [], wait_s)


class Bridge:
    """The outside of a lab.  While a device is joined, running the lab follows the wall clock."""

    def __init__(
        self,
        lab: Lab,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[list[int], float], None] = wait_readable,
    ) -> None:
        self.lab, self._clock, self._wait = lab, clock, wait
        self._joined: dict[PortKey, Joint] = {}
        self._world: World = lab.world
        self._last_s = 0.0
        """When the lab was last brought up to date, by the wall clock."""
        self.notes: list[str] = []
        """What the user should know: devices that went away."""

    def attach(self, end: str, device: Device | str) -> Joint:
        """Join a port without a link, as "R1:Ethernet0/1", to a device, or to the TAP of this name.

        Raises KeyError if there is no such port, ValueError if it is not free, TapError.
        """
        port = self.lab.port_key(end)
        name = ":".join(port)
        if port in self._joined:
            raise ValueError(self._joined[port].text)
        if self.lab.fabric.ports[port].link is not None:
            raise ValueError(f"{name} is on a link of the lab; a device needs a free port")
        if self.lab.fabric.ports[port].linktype != ETHERNET:
            raise ValueError(f"{name} is a serial port; a device carries Ethernet frames")
        opened = Tap(device) if isinstance(device, str) else device
        if not self._joined:
            self._last_s, self._world = self._clock(), self.lab.world
        joint = self._joined[port] = Joint(port, opened, self.lab.capture(name))
        self.lab.outside = self
        return joint

    def detach(self, end: str) -> None:
        """Let go of a device; KeyError if none is joined there."""
        port = self.lab.port_key(end)
        if port not in self._joined:
            raise KeyError(f"nothing outside is joined to {':'.join(port)}")
        self._part(self._joined[port])

    def close(self) -> None:
        """Let go of all; the lab runs as fast as it can again."""
        for joint in list(self._joined.values()):
            self._part(joint)

    def __enter__(self) -> Bridge:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def joined(self) -> list[Joint]:
        """What is joined now."""
        return list(self._joined.values())

    @property
    def joints(self) -> list[str]:
        """Each as "R1:Ethernet0/1 is joined to tap0"."""
        return [joint.text for joint in self._joined.values()]

    def filenos(self) -> list[int]:
        """Descriptors that become readable when a frame comes."""
        return [joint.device.fileno() for joint in self._joined.values()]

    # -- time ----

    def advance(self, until: Time, stop: Callable[[], bool] | None) -> bool:
        """Run the lab up to `until` in step with the wall clock; True if `stop` ended it."""
        while not self._follow(until, stop):
            if self.lab.world.now >= until:
                return False
            if not self._joined:
                return self.lab.run_alone(until, stop)
            self._wait(self.filenos(), self._sleep_s(until))
        return True

    def catch_up(self) -> None:
        """Let pass in the lab what has passed by the wall clock, and carry frames both ways."""
        self._follow(None, None)

    def wait_s(self) -> float:
        """Seconds of the wall clock until the next event of the lab is due, if no frame comes."""
        return self._sleep_s(None)

    def _follow(self, until: Time | None, stop: Callable[[], bool] | None) -> bool:
        """One step: the lab up to the present, frames that wait in, frames that left out."""
        now_s = self._clock()
        passed_s, self._last_s = min(now_s - self._last_s, MOST_BEHIND_S), now_s
        lab = self.lab
        present = lab.world.now + round(passed_s * SECOND)
        has_stopped = lab.run_alone(present if until is None else min(present, until), stop)
        self._send()
        if not has_stopped:
            for joint in list(self._joined.values()):
                self._receive(joint)
            has_stopped = stop is not None and stop()
        return has_stopped

    def _sleep_s(self, until: Time | None) -> float:
        """Until the next event, or until a run ends or must be asked whether to go on."""
        now = self.lab.world.now
        due = [t for t in (self.lab.world.queue.first_time(), until) if t is not None]
        ahead_s = min((at - now for at in due), default=SECOND) / SECOND
        return max(0.0, min(LONGEST_WAIT_S, ahead_s - (self._clock() - self._last_s)))

    # -- frames ----

    def _receive(self, joint: Joint) -> None:
        """Hand the lab the frames that wait at a device, each an input at this instant."""
        for _ in range(_FRAMES_AT_ONCE):
            try:
                frame = joint.device.read()
            except OSError as error:
                self.notes.append(f"{joint.device.name} is gone: {error.strerror or error}")
                self._part(joint)
                return
            if frame is None:
                return
            joint.came += 1
            self.lab.act(Arrived(joint.port, frame), joint.device.name)
            self._send()

    def _send(self) -> None:
        """Hand the devices what left the lab since the last time."""
        is_same = self._world is self.lab.world
        self._world = self.lab.world
        for joint in self._joined.values():
            seen = joint.capture.frames[:]
            joint.capture.frames.clear()
            # In a world that was put in place anew, after a defect of ours, what was sent before
            # was played again.
            for captured in seen if is_same else ():
                if captured.direction is Direction.OUTBOUND and not captured.comment:
                    joint.went += 1
                    joint.refused += not joint.device.write(captured.frame)

    def _part(self, joint: Joint) -> None:
        del self._joined[joint.port]
        self.lab.end_capture(joint.capture)
        joint.device.close()
        if not self._joined:
            self.lab.outside = None
