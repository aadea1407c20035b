"""The configurations of the shipped labs are what `show running-config` prints of them."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.data import labs


def commands(text: str) -> list[str]:
    """The lines of a configuration without the `!` lines, whose number differs by release."""
    return [line for line in text.splitlines() if line.strip() not in ("", "!")]


LABS = sorted(path.parent.name for path in labs().glob("*/*.clab.yml"))


@pytest.mark.parametrize("name", LABS)
def test_a_lab_boots_without_a_refused_line_and_prints_its_files(name: str) -> None:
    lab = iosemu.load(name)
    lab.boot()
    lab.run_for(1)
    for router in lab.topology.routers:
        assert lab.routers[router.name].device.printed == []
        shown = lab[router.name].cli("show running-config").partition("bytes\n")[2]
        assert commands(shown) == commands(router.startup)


def test_a_refused_line_is_printed_and_counted_and_the_rest_taken() -> None:
    lab = iosemu.load("hello")
    startup = "hostname R1\nfoo bar\ninterface Ethernet0/0\n ip address 10.0.12.1\nip cef\n"
    lab.routers["R1"].device.files.nvram["startup-config"] = startup.encode()
    lab.boot()
    lab.run_for(1)
    device = lab.routers["R1"].device
    assert device.refused == 2
    assert device.printed == [
        "foo bar",
        "^",
        "% Invalid input detected at '^' marker.",
        "",
        " ip address 10.0.12.1",
        "% Incomplete command.",
        "",
    ]
    assert lab["R1"].prompt == "R1#"


def test_ports_that_the_configuration_does_not_name_are_shut() -> None:
    lab = iosemu.load("hello")
    startup = "interface Ethernet0/0\n ip address 10.0.12.1 255.255.255.0\n"
    lab.routers["R1"].device.files.nvram["startup-config"] = startup.encode()
    lab.boot()
    lab.run_for(1)
    interfaces = lab.routers["R1"].device.stack.interfaces
    assert interfaces["Ethernet0/0"].is_up
    assert interfaces["Ethernet0/1"].settings.shutdown
