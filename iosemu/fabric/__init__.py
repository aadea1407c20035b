"""Links, switches, faults and capture: what lies between the devices.

Real bytes travel as events of the kernel.  Knows nothing of what the bytes mean, except that a
switch reads MAC addresses and 802.1Q tags.
"""

from iosemu.fabric.link import (
    Cable,
    arrive,
    cable,
    carrier,
    handlers,
    impair,
    queued,
    set_line,
    set_link,
    set_port,
    set_rules,
    transmit,
)
from iosemu.fabric.quality import LAN, Quality
from iosemu.fabric.topology import Fabric, add_link, add_port, add_switch, make_serial

__all__ = [
    "LAN",
    "Cable",
    "Fabric",
    "Quality",
    "add_link",
    "add_port",
    "add_switch",
    "arrive",
    "cable",
    "carrier",
    "handlers",
    "impair",
    "make_serial",
    "queued",
    "set_line",
    "set_link",
    "set_port",
    "set_rules",
    "transmit",
]
