"""CDP as an engine: advertises every port, keeps what is heard until its holdtime ends."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, ClassVar

from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.ip.config import IpConfig
from iosemu.features.system.config import SystemConfig
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    Action,
    Configured,
    Input,
    InterfaceChanged,
    LinkFrame,
    Published,
    Requested,
    TimerFired,
)
from iosemu.values import dataclass, field

from .config import CdpConfig
from .input import (
    on_chassis,
    on_configured,
    on_fast,
    on_frame,
    on_hello,
    on_hold,
    on_interface,
    on_requested,
)
from .state import State
from .views import Query, answer


@dataclass(slots=True)
class CdpEngine:
    """One router's CDP."""

    SLOTS: ClassVar[tuple[type, ...]] = (CdpConfig, InterfacesConfig, IpConfig, SystemConfig)

    state: State = field(default_factory=State)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case LinkFrame():
                return on_frame(self.state, now, event)
            case TimerFired(("hello",)):
                return on_hello(self.state)
            case TimerFired(("fast", str(port))):
                return on_fast(self.state, port)
            case TimerFired(("hold", str(port), str(device), str(far_port))):
                return on_hold(self.state, port, (device, far_port))
            case Configured(old, new):
                return on_configured(self.state, old, new)
            case InterfaceChanged(name, _, new_state):
                return on_interface(self.state, name, new_state)
            case Published(_, value):
                return on_chassis(self.state, value)
            case Requested(what):
                return on_requested(self.state, what)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        assert isinstance(query, Query), query
        return answer(self.state, query)
