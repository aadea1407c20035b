"""The state of the fabric: ports, links, switches.  Pure data that the loader fills."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from iosemu.fabric.quality import LAN, Quality
from iosemu.fabric.rules import Rule
from iosemu.kernel.cache import Cache
from iosemu.kernel.queue import Target
from iosemu.kernel.time import SECOND, Time

ETHERNET = 1
CISCO_HDLC = 104
"""Link-layer types of captures (the tcpdump registry)."""

PortKey = tuple[str, str]
"""(node, interface); for a switch, its name and the port's name."""


@dataclass(slots=True)
class Port:
    """One end of a link.

    is_up: the owner's admin state.  sees_link: False while the link is cut towards this end.
    quality: of what leaves here.  busy_until: when the rate has sent everything accepted so far.
    departures: when each frame not yet sent will have been sent.  last_arrival: so that jitter
    never overtakes.  linktype: of captures, ETHERNET or CISCO_HDLC.
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


@dataclass(slots=True)
class Fabric:
    """All of it.

    drops: frames that were sent and got lost, by port and reason.  rules, hits: those of a port and
    how many frames each matched.  direct: (delay, target) of ports whose frames need no more than
    that.  taps: the captures of a port, observers which a snapshot does not hold.
    """

    ports: dict[PortKey, Port] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    switches: dict[str, Switch] = field(default_factory=dict)
    drops: dict[tuple[PortKey, str], int] = field(default_factory=dict)
    rules: dict[PortKey, tuple[Rule, ...]] = field(default_factory=dict)
    hits: dict[PortKey, list[int]] = field(default_factory=dict)
    direct: Cache[PortKey, tuple[Time, Target]] = field(default_factory=Cache)
    taps: Cache[PortKey, tuple[Any, ...]] = field(default_factory=Cache)


def add_switch(fabric: Fabric, name: str, ports: Iterable[str] = ()) -> Switch:
    """Add a learning switch; more ports may come with `add_port` or `add_link`."""
    assert name not in fabric.switches, f"switch {name} twice"
    switch = fabric.switches[name] = Switch(name, ())
    for port in ports:
        add_port(fabric, name, port)
    return switch


def add_port(fabric: Fabric, node: str, interface: str) -> Port:
    """The port of this name, added if it is new.  A switch must be added before its ports."""
    key = (node, interface)
    held = fabric.ports.get(key)
    if held is not None:
        return held
    port = fabric.ports[key] = Port(key)
    switch = fabric.switches.get(node)
    if switch is None:
        port.rx_target, port.carrier_target = ("rx", *key), ("carrier", *key)
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
    fabric.direct.clear()
    return number
