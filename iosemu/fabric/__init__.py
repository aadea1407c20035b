"""Links, switches, faults and capture: what lies between the devices.

Real bytes travel as events of the kernel.  Knows nothing of what the bytes mean, except that a
switch reads MAC addresses and 802.1Q tags.
"""

from iosemu.fabric.link import (
    arrive,
    carrier,
    handlers,
    impair,
    set_link,
    set_port,
    set_rules,
    transmit,
)
from iosemu.fabric.quality import LAN, Quality
from iosemu.fabric.topology import Fabric, add_link, add_port, add_switch

__all__ = [
    "LAN",
    "Fabric",
    "Quality",
    "add_link",
    "add_port",
    "add_switch",
    "arrive",
    "carrier",
    "handlers",
    "impair",
    "set_link",
    "set_port",
    "set_rules",
    "transmit",
]
