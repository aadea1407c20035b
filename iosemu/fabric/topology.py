"""The state of the fabric: ports, links, switches.  Pure data that the loader fills."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any

from iosemu.fabric.linktype import CISCO_HDLC, ETHERNET
from iosemu.fabric.quality import LAN, Quality
from iosemu.fabric.rules import Rule
from iosemu.kernel.cache import Cache
from iosemu.kernel.queue import Target
from iosemu.kernel.time import SECOND, Time
from iosemu.values import dataclass, field

DEFAULT_CLOCK_BPS = 2_000_000
"""What the DCE end of a serial cable gives until it is told otherwise."""

PortKey = tuple[str, str]
"""(node, interface); for a switch, its name and the port's name."""


@dataclass(slots=True)
class Port:
    """One end of a link.

    is_up: the owner's admin state.  sees_link: False while the link is cut towards this end.
    quality: of what leaves here.  busy_until: when the rate has sent everything accepted so far.
    departures: when each frame not yet sent will have been sent.  last_arrival: so that jitter
    never overtakes.  linktype: of captures, ETHERNET or CISCO_HDLC; the latter makes it a serial
    port.  is_dce: the end of a serial cable that gives the clock, `clock_bps` (None: none).
    hold_queue: how many frames may wait here, None: as many as the quality says.
    """

    key: PortKey
    link: int | None = None
    is_up: bool = True
    sees_link: bool = True
    quality: Quality = LAN
    rx_target: Target = ()
    carrier_target: Target = ()
    busy_until: Time = 0
    departures: deque[Time] = field(default_factory=deque)
    last_arrival: Time = 0
    linktype: int = ETHERNET
    crc_target: Target = ()
    """Where frames go that were damaged on the way; a switch only drops them."""
    is_dce: bool = False
    clock_bps: int | None = DEFAULT_CLOCK_BPS
    hold_queue: int | None = None

    @property
    def is_serial(self) -> bool:
        return self.linktype == CISCO_HDLC


@dataclass(slots=True)
class Link:
    """A cable: two ports, or more on a shared segment."""

    number: int
    ports: tuple[PortKey, ...]


@dataclass(slots=True)
class Learned:
    """Where a switch saw a source address last."""

    port: str
    seen_at: Time


@dataclass(slots=True)
class Switch:
    """A learning switch; `table` is keyed by (VLAN, MAC address), VLAN 0 for untagged frames, and
    holds at most `capacity` addresses."""

    name: str
    ports: tuple[str, ...]
    age_ns: Time = 300 * SECOND
    capacity: int = 8192
    table: dict[tuple[int, bytes], Learned] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paced:
    """What a frame needs that waits for a rate and nothing else."""

    port: Port
    rate_bps: int
    queue_frames: int
    delay_ns: Time
    target: Target


@dataclass(slots=True)
class Fabric:
    """All of it.

    drops: frames that were sent and got lost, by port and reason.  rules, hits: those of a port and
    how many frames each matched.  direct: (delay, target) of ports whose frames need no more than
    that.  paced: the same of ports that have a rate besides.  taps: the captures of a port,
    observers which a snapshot does not hold.
    """

    ports: dict[PortKey, Port] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    switches: dict[str, Switch] = field(default_factory=dict)
    drops: dict[tuple[PortKey, str], int] = field(default_factory=dict)
    rules: dict[PortKey, tuple[Rule, ...]] = field(default_factory=dict)
    hits: dict[PortKey, list[int]] = field(default_factory=dict)
    direct: Cache[PortKey, tuple[Time, Target]] = field(default_factory=Cache)
    paced: Cache[PortKey, Paced] = field(default_factory=Cache)
    taps: Cache[PortKey, tuple[Any, ...]] = field(default_factory=Cache)

    def forget_ways(self) -> None:
        """What happens to frames has changed."""
        self.direct.clear()
        self.paced.clear()


def add_switch(fabric: Fabric, name: str, ports: Iterable[str] = ()) -> Switch:
    """Add a learning switch; more ports may come with `add_port` or `add_link`."""
    assert name not in fabric.switches, f"switch {name} twice"
    switch = fabric.switches[name] = Switch(name, ())
    for port in ports:
        add_port(fabric, name, port)
    return switch


def add_port(fabric: Fabric, node: str, interface: str, *, is_serial: bool = False) -> Port:
    """The port of this name, added if it is new.  A switch must be added before its ports."""
    key = (node, interface)
    held = fabric.ports.get(key)
    if held is not None:
        return held
    port = fabric.ports[key] = Port(key)
    switch = fabric.switches.get(node)
    if switch is None:
        port.rx_target, port.carrier_target = ("rx", *key), ("carrier", *key)
        if is_serial:
            port.linktype, port.rx_target = CISCO_HDLC, ("serial", *key)
        port.crc_target = ("crc", *key)
    else:
        switch.ports = (*switch.ports, interface)
        port.rx_target = port.carrier_target = ("switch", *key)
    return port


def add_link(fabric: Fabric, ends: Sequence[PortKey], quality: Quality = LAN) -> int:
    """Join ports (new ones are added): two for a cable, more for a shared segment.  Returns the
    link's number.  A port can be on one link only."""
    number = len(fabric.links)
    assert len(set(ends)) == len(ends) >= 2, "a link joins two or more ports"
    for node, interface in ends:
        port = add_port(fabric, node, interface)
        assert port.link is None, f"{port.key} is on two links"
        port.link, port.quality = number, quality
    fabric.links[number] = Link(number, tuple(ends))
    fabric.forget_ways()
    return number


def make_serial(fabric: Fabric, number: int, dce: PortKey) -> None:
    """Make a link a serial cable; `dce` is the end that gives the clock."""
    link = fabric.links[number]
    assert dce in link.ports, f"{dce} is not on link {number}"
    assert len(link.ports) == 2, "a serial cable has two ends"
    for key in link.ports:
        assert fabric.ports[key].is_serial, f"{key} is no serial port"
        fabric.ports[key].is_dce = key == dce


def peers(fabric: Fabric, port: Port) -> list[Port]:
    """The other ports of a port's link."""
    if port.link is None:
        return []
    return [fabric.ports[key] for key in fabric.links[port.link].ports if key != port.key]
