"""Renderer of key chains, as IOS 15 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.proto.calendar import MONTHS, time_of_day

from .config import Lifetime
from .views import KeyChainView, LifetimeView


@renders(KeyChainView)
def key_chain(view: KeyChainView) -> Iterator[str]:
    yield f"Key-chain {view.name}:"
    for key in view.keys:
        text = "(unset)" if key.text is None else f'"{key.text}"'
        yield f"    key {key.number} -- text {text}"
        if key.algorithm is not None:
            yield f"        cryptographic-algorithm: {key.algorithm}"
        for one in key.lifetimes:
            valid = " [valid now]" if one.holds else ""
            yield f"        {one.use} lifetime {_span(one, view.zone)}{valid}"


def _span(one: LifetimeView, zone: str) -> str:
    if one.lifetime is None:
        return "(always valid) - (always valid)"
    return f"({_start(one.lifetime, zone)}) - ({_end(one.lifetime, zone)})"


def _start(lifetime: Lifetime, zone: str) -> str:
    return _instant(lifetime.span()[0], zone)


def _end(lifetime: Lifetime, zone: str) -> str:
    if lifetime.duration is not None:
        return f"{lifetime.duration} seconds"
    end = lifetime.span()[1]
    return "infinite" if end is None else _instant(end, zone)


def _instant(second: int, zone: str) -> str:
    """ "11:11:11 UTC Mar 1 2001"."""
    t = time_of_day(second * 1000)
    clock = f"{t.hour:02d}:{t.minute:02d}:{t.second:02d}"
    return f"{clock} {zone} {MONTHS[t.month - 1]} {t.day} {t.year}"
