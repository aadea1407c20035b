"""C and L routes from the state of the interfaces.

An interface that is up offers, for each of its addresses, a route to the network (C) and, unless
the address is a whole /32, one to the address itself (L).  An IPv6 address that is a whole /128 has
one route that is both (LC).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any, ClassVar

from iosemu.address import IPv4Prefix, IPv6Prefix, Prefix
from iosemu.kernel.time import Time
from iosemu.proto.base import Action, Input, InterfaceChanged, InterfaceState, RouteAdd, RouteDelete
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.values import dataclass, field

OWNER = "connected"
DISTANCE = 0
GROUPS = IPv6Prefix.parse("FF00::/8")
"""Received while IPv6 is in use anywhere; that goes to Null0 means that no packet is forwarded."""


@dataclass(slots=True)
class ConnectedEngine:
    """`offers`: for each route, the interfaces that offer it in the order they came up."""

    SLOTS: ClassVar[tuple[type, ...]] = ()

    offers: dict[RouteKey, dict[str, str]] = field(default_factory=dict)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case InterfaceChanged(_, old, new):
                return reconcile(self, old, new)
            case _:
                raise AssertionError(event)

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


def reconcile(
    engine: ConnectedEngine, old: InterfaceState | None, new: InterfaceState | None
) -> list[Action]:
    """Withdraw what the interface no longer offers, then offer what is new."""
    before, after = offered(old), offered(new)
    gone = [key for key in before if key not in after]
    fresh = [key for key in after if key not in before]
    actions: list[Action] = []
    for key in gone:
        assert old is not None
        engine.offers[key].pop(old.name)
        if not engine.offers[key]:
            del engine.offers[key]
        actions.append(current(engine, key))
    for key in fresh:
        assert new is not None
        engine.offers.setdefault(key, {})[new.name] = after[key]
        actions.append(current(engine, key))
    return actions


def offered(interface: InterfaceState | None) -> dict[RouteKey, str]:
    """The routes an interface offers and the code of each."""
    if interface is None or not interface.is_up:
        return {}
    return {RouteKey(interface.vrf, prefix, OWNER): code for prefix, code in _prefixes(interface)}


def _prefixes(interface: InterfaceState) -> Iterator[tuple[Prefix, str]]:
    if interface.ipv6 is not None and interface.ipv6.link_local is not None:
        yield GROUPS, "L"
        for own in interface.ipv6.addresses:
            if own.length == 128:
                yield own.prefix, "LC"
            else:
                yield own.prefix, "C"
                yield IPv6Prefix(own.address, 128), "L"
    for address, length in interface.addresses:
        yield IPv4Prefix.of(address, length), "C"
        if length < 32:
            yield IPv4Prefix.of(address, 32), "L"


def current(engine: ConnectedEngine, key: RouteKey) -> Action:
    """What the routing table is to hold now under this key."""
    held = engine.offers.get(key)
    if not held:
        return RouteDelete(key)
    names = ("Null0",) if key.prefix == GROUPS else tuple(held)
    hops = tuple(NextHop(interface=name) for name in names)
    code = next(iter(held.values()))
    return RouteAdd(Route(key, hops, distance=DISTANCE, code=code, protocol="connected"))
