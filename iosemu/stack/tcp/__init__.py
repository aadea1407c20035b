"""TCP of one router: RFC 9293 without IO.  State is `TcpHost`, functions are `(stack, ctx, ...)`.

`arrival` takes segments, `calls` what owners ask for, `timers` what runs out, `errors` ICMP;
`output` decides what is sent, `emit` sends it, `life` moves a connection from state to state.
"""

from .arrival import Arrived, on_segment, take
from .calls import TcpAction, forget, listen, perform, unlisten
from .errors import on_error, on_error6
from .timers import on_timer

__all__ = [
    "Arrived",
    "TcpAction",
    "forget",
    "listen",
    "on_error",
    "on_error6",
    "on_segment",
    "on_timer",
    "perform",
    "take",
    "unlisten",
]
