"""Watches, subscriptions and the queue."""

from __future__ import annotations

from iosemu.address import IPv4Prefix
from iosemu.device.bus import Bus
from iosemu.proto.base import Published, RouteChanged
from iosemu.rib.route import NextHop, Route, RouteFilter, RouteKey
from iosemu.rib.table import Rib, RouteChange

PREFIX = IPv4Prefix.parse("10.0.0.0/8")
STATIC = Route(
    RouteKey("default", PREFIX, "static"), (NextHop(interface="Null0"),), 1, "S", "static"
)
TOY = STATIC._replace(key=RouteKey("default", PREFIX, "toy"), protocol="toy", distance=120)


def test_a_watch_tells_what_is_there_first() -> None:
    rib, bus = Rib("default"), Bus()
    rib.offer(STATIC, 0)
    bus.watch("toy", RouteFilter(), rib)
    bus.watch("toy", RouteFilter(), rib)
    bus.watch("other", RouteFilter(protocol="toy"), rib)
    assert list(bus.queue) == [("toy", RouteChanged("default", PREFIX, STATIC))]


def test_a_route_that_no_longer_passes_is_told_as_gone() -> None:
    bus = Bus()
    bus.watch("x", RouteFilter(protocol="static"), Rib("default"))
    bus.routes_changed([RouteChange("default", PREFIX, STATIC, TOY)])
    bus.routes_changed([RouteChange("default", PREFIX, TOY, None)])
    assert list(bus.queue) == [("x", RouteChanged("default", PREFIX, None))]


def test_a_watch_of_one_prefix_sees_only_that() -> None:
    rib, bus = Rib("default"), Bus()
    rib.offer(STATIC, 0)
    bus.watch("x", RouteFilter(prefix=IPv4Prefix.parse("11.0.0.0/8")), rib)
    bus.routes_changed([RouteChange("default", PREFIX, None, STATIC)])
    assert not bus.queue


def test_unwatching_ends_it() -> None:
    bus = Bus()
    bus.watch("x", RouteFilter(), Rib("default"))
    bus.unwatch("x", RouteFilter())
    bus.unwatch("x", RouteFilter())
    bus.routes_changed([RouteChange("default", PREFIX, None, STATIC)])
    assert not bus.queue
    assert not bus.watches


def test_a_subscriber_gets_the_last_value_and_each_new_one() -> None:
    bus = Bus()
    bus.publish("colour", "red")
    bus.subscribe("x", "colour")
    bus.subscribe("x", "colour")
    bus.publish("colour", "blue")
    assert [event for _, event in bus.queue] == [
        Published("colour", "red"),
        Published("colour", "blue"),
    ]


def test_forgetting_an_owner_takes_its_queued_inputs_too() -> None:
    bus = Bus()
    bus.subscribe("x", "colour")
    bus.subscribe("y", "colour")
    bus.watch("x", RouteFilter(), Rib("default"))
    bus.publish("colour", "red")
    bus.forget("x")
    bus.publish("colour", "blue")
    assert [owner for owner, _ in bus.queue] == ["y", "y"]
    assert not bus.watches
