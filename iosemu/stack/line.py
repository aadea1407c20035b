"""Link and line-protocol log lines, which come later than the change itself.

Routing reacts at once; `%LINK` follows about 2 s later and `%LINEPROTO` one more second, as stored
logs of real routers show.  What bounced back in between is not logged.
"""

from __future__ import annotations

from iosemu.kernel.time import SECOND

from .context import Context
from .interface import Interface, Link, Medium
from .messages import LineProtocol, LinkShutDown, LinkUpDown
from .state import LineLog, Stack

LINK_DELAY_NS = 2 * SECOND
PROTOCOL_DELAY_NS = 1 * SECOND


def follow(stack: Stack, ctx: Context, interface: Interface) -> None:
    """Arrange for the log to catch up with an interface, if it is one that is logged."""
    if not _is_logged(interface):
        return
    name = interface.name
    if name not in stack.line_log:
        # A loopback is born up: only its line protocol is news.
        is_loopback = interface.kind.medium is Medium.LOOPBACK
        stack.line_log[name] = LineLog(
            Link.UP.value if is_loopback else Link.DOWN.value, False if is_loopback else None
        )
    _arm(stack, ctx, name, stack.line_log[name])


def on_link_timer(stack: Stack, ctx: Context, name: str) -> None:
    """Log the hardware state if it is not what was logged last."""
    held = stack.line_log.get(name)
    if held is None:
        return
    link, _ = _current(stack, name)
    if held.link != link.value:
        held.link = link.value
        if _is_wanted(stack, name):
            ctx.log(LinkShutDown(name) if link is Link.SHUT else LinkUpDown(name, link is Link.UP))
    held.is_pending = False
    _arm(stack, ctx, name, held)


def on_protocol_timer(stack: Stack, ctx: Context, name: str) -> None:
    """Log the line protocol if it is not what was logged last; a changed link goes first."""
    held = stack.line_log.get(name)
    if held is None:
        return
    link, is_up = _current(stack, name)
    if held.protocol != is_up and held.link == link.value:
        held.protocol = is_up
        if _is_wanted(stack, name):
            ctx.log(LineProtocol(name, is_up))
    held.is_pending = False
    _arm(stack, ctx, name, held)


def follow_removed(stack: Stack, ctx: Context, name: str) -> None:
    """The same for an interface that is gone: its end is logged, then it is forgotten."""
    held = stack.line_log.get(name)
    if held is not None:
        _arm(stack, ctx, name, held)


def _arm(stack: Stack, ctx: Context, name: str, held: LineLog) -> None:
    """Start the timer of the next line to log, unless one runs: it will look again."""
    link, is_up = _current(stack, name)
    if held.is_pending:
        return
    if held.link != link.value:
        held.is_pending = True
        ctx.set_timer(("link", name), ctx.now + LINK_DELAY_NS)
    elif held.protocol != is_up:
        held.is_pending = True
        ctx.set_timer(("protocol", name), ctx.now + PROTOCOL_DELAY_NS)
    elif name not in stack.interfaces:
        del stack.line_log[name]


def _current(stack: Stack, name: str) -> tuple[Link, bool]:
    """State now; a removed interface counts as shut down, as IOS logs it."""
    interface = stack.interfaces.get(name)
    return (Link.SHUT, False) if interface is None else (interface.link, interface.is_up)


def _is_wanted(stack: Stack, name: str) -> bool:
    """`no logging event link-status` keeps an interface out of the log."""
    interface = stack.interfaces.get(name)
    return interface is None or interface.settings.logs_link_status


def _is_logged(interface: Interface) -> bool:
    """Sub-interfaces of Ethernet and Null0 have no log lines."""
    return interface.parent is None and interface.kind.medium is not Medium.NULL
