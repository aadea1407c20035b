"""No neighbor is up on an interface before the log says that its line protocol is."""

from __future__ import annotations

import iosemu
from iosemu import Lab
from iosemu.lab.node import Node


def order(device: Node, since: int, interface: str) -> list[str]:
    """Mnemonics of what was logged of an interface and of neighbors, in order."""
    texts = [entry.text for entry in device.log_since(since)]
    words = ("%LINK", "%LINEPROTO", "%DUAL-5-NBRCHANGE", "%BGP-5-ADJCHANGE")
    return [
        word
        for text in texts
        for word in words
        if word in text and (interface in text or word == "%BGP-5-ADJCHANGE")
    ]


def test_at_boot_the_lines_of_an_interface_come_first() -> None:
    lab = iosemu.load("bgp-nht")
    lab.boot()
    lab.run_for(5)
    for device in lab.devices.values():
        found = order(device, 0, "GigabitEthernet1")
        assert found[:2] == ["%LINK", "%LINEPROTO"], device.name
        assert "%DUAL-5-NBRCHANGE" in found, device.name


def flapped(lab: Lab, name: str, interface: str) -> list[str]:
    device = lab.devices[name]
    device.configure(f"interface {interface}\n shutdown")
    lab.run_for(20)
    since = len(device.log_since(0))
    device.configure(f"interface {interface}\n no shutdown")
    lab.run_for(10)
    return order(device, since, interface)


def test_a_serial_line_that_is_switched_on_is_up_before_its_neighbor() -> None:
    lab = iosemu.load("pbr")
    lab.boot()
    lab.run_for(20)
    assert flapped(lab, "R2", "Serial4/0") == ["%LINK", "%LINEPROTO", "%DUAL-5-NBRCHANGE"]
