"""The state of CDP on one router."""

from __future__ import annotations

from iosemu.kernel.cache import Cache
from iosemu.kernel.time import Time
from iosemu.proto.base import InterfaceState
from iosemu.proto.parts import Chassis
from iosemu.values import dataclass, field

from .config import CdpConfig

NeighborKey = tuple[str, str]
"""Device ID and port ID: a device may be seen on several of its ports over one segment."""


@dataclass(slots=True)
class Neighbor:
    """One device at a port.  `payload`: its last advertisement as it came; what shows print is read
    from it, and one that is equal need not be read again."""

    key: NeighborKey
    payload: bytes
    version: int
    holdtime_s: int
    is_full_duplex: bool | None
    heard_at: Time


@dataclass(slots=True)
class Counters:
    """`show cdp traffic`."""

    output_v1: int = 0
    output_v2: int = 0
    input_v1: int = 0
    input_v2: int = 0
    header_errors: int = 0
    checksum_errors: int = 0
    encapsulation_failures: int = 0
    invalid: int = 0


@dataclass(slots=True)
class Port:
    """One interface CDP may run on.  `fast_left`: advertisements still due in quick succession
    after it came up."""

    state: InterfaceState
    is_enabled: bool = True
    is_full_duplex: bool = False
    fast_left: int = 0
    neighbors: dict[NeighborKey, Neighbor] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """`is_started`: the configuration was told.  `name`: the device ID that is advertised.
    `chassis`: None until the device says.  `encoded`: what is sent, by port."""

    config: CdpConfig = field(default_factory=CdpConfig)
    is_started: bool = False
    is_running: bool = False
    name: str = "Router"
    chassis: Chassis | None = None
    ports: dict[str, Port] = field(default_factory=dict)
    subinterfaces: dict[str, InterfaceState] = field(default_factory=dict)
    counters: Counters = field(default_factory=Counters)
    encoded: Cache[str, bytes] = field(default_factory=Cache)
