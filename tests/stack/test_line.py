"""Interfaces come and go: state at once, log lines later, followers told."""

from __future__ import annotations

import pytest

from iosemu.address import MacAddress
from iosemu.stack import remove_interface, set_admin, set_carrier
from iosemu.stack.interface import Link

from .net import Net, ip


def one(address: str | None = "10.0.0.1/24"):
    net = Net()
    router = net.router("R1")
    router.port("Ethernet0/0", address)
    return net, router, router.stack.interfaces["Ethernet0/0"]


def test_an_interface_that_is_there_at_boot_comes_up_at_once():
    net, router, interface = one()
    assert (interface.is_up, interface.link) == (True, Link.UP)
    net.wait(10)
    assert router.logs == [
        (0.0, "%LINK-3-UPDOWN: Interface Ethernet0/0, changed state to up"),
        (0.0, "%LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet0/0, changed state to up"),
    ]


def test_a_carrier_that_comes_later_has_to_last_before_link_and_line_protocol_are_up():
    net, router, interface = one()
    set_carrier(router.stack, router, "Ethernet0/0", up=False)
    net.wait(10)
    router.logs.clear()
    router.changes.clear()
    set_carrier(router.stack, router, "Ethernet0/0", up=True)
    net.wait(1.9)
    assert (interface.link, interface.is_up) == (Link.DOWN, False)
    net.wait(1)
    assert (interface.link, interface.is_up, router.changes) == (Link.UP, False, [])
    net.wait(1)
    assert interface.is_up
    assert [(c.old.is_up, c.new.is_up) for c in router.changes] == [(False, True)]
    assert router.logs == [
        (12.0, "%LINK-3-UPDOWN: Interface Ethernet0/0, changed state to up"),
        (13.0, "%LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet0/0, changed state to up"),
    ]


def test_a_carrier_that_goes_again_within_the_delay_is_never_seen():
    net, router, interface = one()
    set_carrier(router.stack, router, "Ethernet0/0", up=False)
    net.wait(10)
    router.logs.clear()
    router.changes.clear()
    set_carrier(router.stack, router, "Ethernet0/0", up=True)
    net.wait(1.5)
    set_carrier(router.stack, router, "Ethernet0/0", up=False)
    net.wait(10)
    assert (interface.link, router.logs, router.changes) == (Link.DOWN, [], [])


def test_a_port_shut_while_it_comes_up_stays_down():
    net, router, interface = one()
    set_carrier(router.stack, router, "Ethernet0/0", up=False)
    net.wait(10)
    set_carrier(router.stack, router, "Ethernet0/0", up=True)
    net.wait(2.5)
    set_admin(router.stack, router, "Ethernet0/0", up=False)
    router.logs.clear()
    net.wait(10)
    assert (interface.link, interface.is_up) == (Link.SHUT, False)
    assert [text for _, text in router.logs] == [
        "%LINK-5-CHANGED: Interface Ethernet0/0, changed state to administratively down"
    ]


def test_shutdown_stops_routing_at_once_and_logs_two_and_three_seconds_later():
    net, router, _ = one()
    net.wait(10)
    router.logs.clear()
    set_admin(router.stack, router, "Ethernet0/0", up=False)
    assert router.stack.vrf("default").rib.lookup(ip("10.0.0.2")) is None
    assert ip("10.0.0.1") not in router.stack.vrf("default").fib.receive
    net.wait(10)
    assert router.logs == [
        (12.0, "%LINK-5-CHANGED: Interface Ethernet0/0, changed state to administratively down"),
        (
            13.0,
            "%LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet0/0, changed state to down",
        ),
    ]


def test_a_lost_carrier_is_link_down_and_counted():
    net, router, interface = one()
    net.wait(10)
    router.logs.clear()
    set_carrier(router.stack, router, "Ethernet0/0", up=False)
    assert (interface.link, interface.carrier_losses) == (Link.DOWN, 1)
    net.wait(10)
    assert [text.split(":")[0] for _, text in router.logs] == [
        "%LINK-3-UPDOWN",
        "%LINEPROTO-5-UPDOWN",
    ]


def test_a_bounce_shorter_than_the_delay_is_told_to_followers_but_not_logged():
    net, router, interface = one()
    net.wait(10)
    router.logs.clear()
    router.changes.clear()
    set_admin(router.stack, router, "Ethernet0/0", up=False)
    set_admin(router.stack, router, "Ethernet0/0", up=True)
    net.wait(10)
    assert (router.logs, interface.carrier_losses) == ([], 0)
    assert [(c.old.is_up, c.new.is_up) for c in router.changes] == [(True, False), (False, True)]


def test_a_port_that_stays_shut_logs_so_after_boot():
    net = Net()
    router = net.router("R1")
    router.port("Ethernet0/0", shutdown=True)
    net.wait(10)
    assert router.logs == [
        (2.0, "%LINK-5-CHANGED: Interface Ethernet0/0, changed state to administratively down"),
        (3.0, "%LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet0/0, changed state to down"),
    ]


def test_a_loopback_is_born_up_with_one_line_and_dies_with_two():
    net = Net()
    router = net.router("R1")
    router.port("Loopback0", "1.1.1.1/32")
    net.wait(5)
    assert router.logs == [
        (1.0, "%LINEPROTO-5-UPDOWN: Line protocol on Interface Loopback0, changed state to up")
    ]
    router.logs.clear()
    remove_interface(router.stack, router, "Loopback0")
    assert router.changes[-1].new is None
    net.wait(5)
    assert [text for _, text in router.logs] == [
        "%LINK-5-CHANGED: Interface Loopback0, changed state to administratively down",
        "%LINEPROTO-5-UPDOWN: Line protocol on Interface Loopback0, changed state to down",
    ]
    assert router.stack.line_log == {}


@pytest.mark.parametrize(
    ("name", "bandwidth", "delay", "mtu"),
    [
        ("Ethernet0/0", 10_000, 1000, 1500),
        ("Loopback0", 8_000_000, 5000, 1514),
    ],
)
def test_defaults_of_a_kind(name, bandwidth, delay, mtu):
    router = Net().router("R1")
    router.port(name)
    made = router.stack.interfaces[name]
    assert (made.bandwidth_kbps, made.delay_us, made.mtu_bytes) == (bandwidth, delay, mtu)


def test_followers_see_addresses_and_parameters_change():
    _, router, _ = one()
    router.changes.clear()
    router.port("Ethernet0/0", "10.0.0.9/24", bandwidth_kbps=64)
    (change,) = router.changes
    assert change.old.addresses == ((ip("10.0.0.1"), 24),)
    assert (change.new.addresses, change.new.bandwidth_kbps) == (((ip("10.0.0.9"), 24),), 64)
    router.port("Ethernet0/0", "10.0.0.9/24", bandwidth_kbps=64)
    assert len(router.changes) == 1


def test_sub_interfaces_follow_their_hardware():
    _, router, _ = one(None)
    router.port("Ethernet0/0.12", "10.12.0.1/24", vlan=12)
    sub = router.stack.interfaces["Ethernet0/0.12"]
    assert sub.is_up
    set_carrier(router.stack, router, "Ethernet0/0", up=False)
    assert not sub.is_up
    set_carrier(router.stack, router, "Ethernet0/0", up=True)
    assert sub.is_up
    router.port("Ethernet0/0.12", "10.12.0.1/24")
    assert not sub.is_up, "without encapsulation it cannot send"


def test_sub_interfaces_inherit_from_their_hardware_unless_configured():
    _, router, _ = one(None)
    router.port("Ethernet0/0.12", "10.12.0.1/24", vlan=12)
    router.port("Ethernet0/0.13", "10.13.0.1/24", vlan=13, delay_us=7)
    mac = MacAddress(0x020000000001)
    router.port("Ethernet0/0", bandwidth_kbps=64, delay_us=5, mac=mac)
    subs = [router.stack.interfaces[f"Ethernet0/0.{n}"] for n in (12, 13)]
    assert [(s.bandwidth_kbps, s.delay_us, s.mac) for s in subs] == [(64, 5, mac), (64, 7, mac)]
    assert router.changes[-1].new.bandwidth_kbps == 64


def test_a_loopback_may_change_its_address():
    net = Net()
    router = net.router("R1")
    router.port("Loopback0", "1.1.1.1/32")
    router.port("Loopback0", "2.2.2.2/32")
    router.ping("2.2.2.2")
    assert len(router.got()) == 1
    assert router.sent == []


def test_null0_cannot_be_removed():
    router = Net().router("R1")
    router.port("Null0", has_unreachables=False)
    assert not router.stack.interfaces["Null0"].settings.has_unreachables
    remove_interface(router.stack, router, "Null0")
    assert router.stack.interfaces["Null0"].settings.has_unreachables
    assert router.stack.interfaces["Null0"].is_up
