"""What a lab is to something real at its ports: that sets the pace, and cannot go back in time.

Implemented by `iosemu.bridge`; nothing here knows an operating system or a wall clock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from iosemu.kernel.time import Time


class Outside(Protocol):
    """Devices of the operating system that are joined to ports of a lab."""

    def advance(self, until: Time, stop: Callable[[], bool] | None) -> bool:
        """Run the lab up to `until` in step with the wall clock; True if `stop` ended it."""
        ...

    def catch_up(self) -> None:
        """Let pass in the lab what has passed by the wall clock, and carry frames both ways."""
        ...

    def wait_s(self) -> float:
        """Seconds of the wall clock until there is something to do, if no frame comes."""
        ...

    def filenos(self) -> list[int]:
        """Descriptors that become readable when a frame comes."""
        ...

    @property
    def joints(self) -> list[str]:
        """Each as "R1:Ethernet0/1 is joined to tap0"."""
        ...


class StillJoined(ValueError):
    """Time cannot go back: what is outside would not go back with it."""

    def __init__(self, outside: Outside) -> None:
        super().__init__(
            f"{', '.join(outside.joints)}: what is outside cannot go back in time; detach it first"
        )
