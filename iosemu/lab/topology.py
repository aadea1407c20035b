"""What a lab consists of, as values: the result of reading a lab folder."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass

# 2002-03-01 00:00:00: where the clock of a router starts that nobody has set.
DEFAULT_EPOCH_S = 1_014_940_800
DEFAULT_VERSION = "15.4"
DEFAULT_HARDWARE = "iol"


@dataclass(frozen=True, slots=True)
class RouterNode:
    """One router.  `startup`: the text of its configuration, empty without a file."""

    name: str
    ports: tuple[str, ...]
    startup: str = ""
    startup_file: str | None = None
    hardware: str = DEFAULT_HARDWARE
    version: str = DEFAULT_VERSION


@dataclass(frozen=True, slots=True)
class SwitchNode:
    """A learning switch and its ports."""

    name: str
    ports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link."""

    node: str
    port: str


@dataclass(frozen=True, slots=True)
class LinkNode:
    """A link of two ends; of one: its port is up with nothing attached.

    delay: one way, None for the default.  rate: None for the hardware's.  dce: of a serial link,
    which of its ends gives the clock.
    """

    ends: tuple[End, ...]
    delay_ns: Time | None = None
    rate_kbps: int | None = None
    dce: int | None = None


@dataclass(frozen=True, slots=True)
class Topology:
    """A lab, before it runs."""

    name: str
    routers: tuple[RouterNode, ...]
    switches: tuple[SwitchNode, ...]
    links: tuple[LinkNode, ...]
    seed: int = 1
    epoch_s: int = DEFAULT_EPOCH_S
