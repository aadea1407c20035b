"""Carry out what an engine or a job asks for, in order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from iosemu import stack
from iosemu.address import IpVersion, version_of
from iosemu.cli.grammar import release
from iosemu.proto.base import (
    Action,
    Close,
    Debug,
    Done,
    Farewell,
    Join,
    Leave,
    Open,
    PolicyTrack,
    Print,
    Publish,
    Requested,
    RouteAdd,
    RouteChanges,
    RouteDelete,
    Send,
    SendFrame,
    SendUdp,
    SetLine,
    SetTimer,
    Show,
    StopTimer,
    Subscribe,
    Syslog,
    TcpAbort,
    TcpAccept,
    TcpClear,
    TcpClose,
    TcpOpen,
    TcpPause,
    TcpResume,
    TcpSign,
    TcpWrite,
    TrackNextHop,
    UntrackNextHop,
    Unwatch,
    Watch,
)
from iosemu.proto.lines import (
    CallLine,
    LeaveLine,
    LineGiven,
    LineKeys,
    LineTerminal,
    LineWindow,
    StartLine,
)
from iosemu.rib.table import RouteChange
from iosemu.stack.routes import RoutesOf, permits_route

from . import route_debug
from .bus import Owner

if TYPE_CHECKING:
    from .router import Router


def perform(router: Router, owner: Owner, actions: Iterable[Action]) -> None:
    """Do all of it.  What routes changed is told once, at the end, or before a watch starts."""
    device, now = router.device, router.now
    changes: list[RouteChange] = []
    for action in actions:
        match action:
            case Send():
                stack.send(device.stack, router, owner, action)
            case SetTimer(key, delay_ns):
                router.world.set_timer(router.target, ("engine", owner, key), now + delay_ns)
            case RouteAdd(route):
                change = stack.add_route(device.stack, now, route)
                if change is not None:
                    changes.append(change)
            case RouteDelete(route_key, offers_again):
                change = stack.delete_route(device.stack, now, route_key)
                if change is not None:
                    if offers_again:
                        change = replace(change, is_offered_again=True)
                    changes.append(change)
            case RouteChanges(wanted_changes):
                changes += stack.change_routes(device.stack, now, wanted_changes)
            case Watch(wanted):
                told(router, changes)
                rib = device.stack.vrf(wanted.vrf).rib_of(wanted.version)
                device.bus.watch(owner, wanted, rib)
            case TrackNextHop(address, vrf):
                told(router, changes)
                device.bus.tell(owner, stack.track(device.stack, owner, vrf, address))
            case _:
                perform_simple(router, owner, action)
    told(router, changes)


def perform_simple(router: Router, owner: Owner, action: Action) -> None:
    """Actions that change no route and ask for none."""
    device, world = router.device, router.world
    match action:
        case SendUdp() | SendFrame() | Farewell() | Open() | Close() | Join() | Leave():
            stack.send(device.stack, router, owner, action)
        case SetLine():
            stack.set_line(device.stack, router, action)
        case TcpOpen() | TcpAccept() | TcpWrite() | TcpPause() | TcpResume():
            stack.send(device.stack, router, owner, action)
        case TcpSign() | TcpClose() | TcpAbort() | TcpClear():
            stack.send(device.stack, router, owner, action)
        case StopTimer(key):
            world.stop_timer(router.target, ("engine", owner, key))
        case Unwatch(wanted):
            device.bus.unwatch(owner, wanted)
        case UntrackNextHop(address, vrf):
            stack.untrack(device.stack, owner, vrf, address)
        case Subscribe(topic):
            device.bus.subscribe(owner, topic)
        case Publish(topic, value):
            device.bus.publish(topic, value)
        case PolicyTrack(number, is_up):
            device.stack.policies.tracks[number] = is_up
        case Syslog(message):
            router.log(message)
        case Debug(flag, text, interface):
            router.debug(flag, text, interface)
        case Print(text):
            router.job_printed(owner, text)
        case Show(data):
            router.job_showed(owner, data)
        case Done():
            router.job_done(owner)
        case CallLine(caller):
            line = router.hooks.called(device.name, str(owner), caller)
            device.bus.tell(owner, Requested(LineGiven(caller.conn, line)))
        case StartLine() | LineKeys() | LineWindow() | LineTerminal() | LeaveLine():
            router.hooks.line_event(device.name, str(owner), action)
        case _:
            raise AssertionError(action)


def told(router: Router, changes: list[RouteChange]) -> None:
    """Queue the news of changed routes for watchers and for those who track next hops."""
    if not changes:
        return
    bus = router.device.bus
    router.device.last_change_at = router.now
    bus.routes_changed(changes)
    if router.debugging(route_debug.FLAG6):
        for change in changes:
            for text in route_debug.lines6(change):
                router.debug(route_debug.FLAG6, text)
    if router.debugging(route_debug.FLAG):
        condition = router.device.debugs.flags[route_debug.FLAG]
        is_old = release(router.version) < (15,)
        said = route_debug.lines_old if is_old else route_debug.lines
        for change in changes:
            if version_of(change.prefix) is IpVersion.V6:
                continue
            if isinstance(condition, RoutesOf) and not permits_route(
                router.device.stack, condition.acl, change.prefix
            ):
                continue
            for text in said(change):
                router.debug(route_debug.FLAG, text)
    for owner, news in stack.next_hop_news(router.device.stack, changes):
        bus.tell(owner, news)
    changes.clear()
