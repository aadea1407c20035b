"""How long ports take to come up, and the log lines of link and line protocol.

A carrier must last for 2 s before the link is up, and the line protocol follows one second later:
what came up is logged as it happens, so no neighbor is found on an interface that the log does not
know to be up.  Down it is the other way around, as stored logs of real routers show: routing
reacts at once, `%LINK` follows about 2 s later and `%LINEPROTO` one more second.  What bounced back
in between is not logged.
"""

from __future__ import annotations

from iosemu.kernel.time import SECOND

from .context import Context
from .interface import Interface, Link, Medium
from .messages import LineProtocol, LinkShutDown, LinkUpDown
from .state import LineLog, Stack

LINK_DELAY_NS = 2 * SECOND
PROTOCOL_DELAY_NS = 1 * SECOND


def is_starting(stack: Stack, ctx: Context) -> bool:
    """Whether carriers were there before: ports wake up while the router loads its software."""
    return ctx.now < stack.started_at + LINK_DELAY_NS


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
    held = stack.line_log[name]
    if interface.is_hardware and interface.link is Link.UP:
        _say_up(stack, ctx, interface, held)
    _arm(stack, ctx, name, held)


def _say_up(stack: Stack, ctx: Context, interface: Interface, held: LineLog) -> None:
    """Log what came up; a line protocol that went down unlogged goes first."""
    name = interface.name
    is_protocol_news = interface.is_up and not held.protocol
    if held.link == Link.UP.value and not is_protocol_news:
        return
    ctx.stop_timer(("link", name))
    ctx.stop_timer(("protocol", name))
    held.is_pending = False
    if held.link != Link.UP.value:
        if held.protocol:
            _log_protocol(stack, ctx, name, held, is_up=False)
        held.link = Link.UP.value
        if _is_wanted(stack, name):
            ctx.log(LinkUpDown(name, is_up=True))
    if is_protocol_news:
        _log_protocol(stack, ctx, name, held, is_up=True)


def _log_protocol(stack: Stack, ctx: Context, name: str, held: LineLog, *, is_up: bool) -> None:
    held.protocol = is_up
    if _is_wanted(stack, name):
        ctx.log(LineProtocol(name, is_up))


def on_link_timer(stack: Stack, ctx: Context, name: str) -> None:
    """Log the hardware state if it is not what was logged last."""
    held = stack.line_log.get(name)
    if held is None:
        return
    link, _ = _current(stack, name)
    if held.link != link.value and not _is_coming_up(stack, name):
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
        _log_protocol(stack, ctx, name, held, is_up=is_up)
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
    if held.is_pending or _is_coming_up(stack, name):
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


def _is_coming_up(stack: Stack, name: str) -> bool:
    """Whether the end of a delay will be logged."""
    interface = stack.interfaces.get(name)
    return interface is not None and interface.is_coming_up


def _is_wanted(stack: Stack, name: str) -> bool:
    """`no logging event link-status` keeps an interface out of the log."""
    interface = stack.interfaces.get(name)
    return interface is None or interface.settings.logs_link_status


def _is_logged(interface: Interface) -> bool:
    """Sub-interfaces of Ethernet and Null0 have no log lines."""
    return interface.parent is None and interface.kind.medium is not Medium.NULL
