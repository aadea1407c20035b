"""One router's interfaces, ARP, forwarding and sockets, without IO.

State is `Stack`; everything else is functions `(stack, ctx, ...)`, where `ctx` is the device's
`Context`.  Knows no device, no engine and no command.
"""

from .access import admits, permits
from .arp import clear as clear_neighbors
from .arp import forget as forget_neighbor
from .configure import (
    add_hardware,
    clear_counters,
    configure_interface,
    remove_interface,
    set_admin,
    set_carrier,
    set_line,
)
from .context import Context
from .forward import arrive, on_frame
from .interface import Interface, Link, Medium, Settings, iol_mac
from .routes import (
    add_route,
    change_routes,
    delete_route,
    next_hop_news,
    refresh_routes,
    track,
    untrack,
)
from .send import close_all, send
from .serial import on_damaged_frame
from .serial import on_frame as on_serial_frame
from .state import Stack, Vrf
from .timers import on_timer
from .trace import start_trace, stop_trace

__all__ = [
    "Context",
    "Interface",
    "Link",
    "Medium",
    "Settings",
    "Stack",
    "Vrf",
    "add_hardware",
    "add_route",
    "admits",
    "arrive",
    "change_routes",
    "clear_counters",
    "clear_neighbors",
    "close_all",
    "configure_interface",
    "delete_route",
    "forget_neighbor",
    "iol_mac",
    "next_hop_news",
    "on_damaged_frame",
    "on_frame",
    "on_serial_frame",
    "on_timer",
    "permits",
    "refresh_routes",
    "remove_interface",
    "send",
    "set_admin",
    "set_carrier",
    "set_line",
    "start_trace",
    "stop_trace",
    "track",
    "untrack",
]
