"""What a person does all day at a prompt: filters, pages, keys, and the shows of the box."""

from __future__ import annotations

import json

import pytest

import iosemu
from iosemu.lab.console import Console
from iosemu.lab.lab import Lab


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    return lab


@pytest.mark.goal("P1")
def test_every_filter_alone_in_a_row_and_into_a_file(lab: Lab) -> None:
    r1 = lab["R1"]
    everything = r1.cli("show running-config").splitlines()
    addresses = [line for line in everything if "ip address" in line]
    assert len(addresses) >= 4

    def shown(filters: str) -> list[str]:
        return r1.cli(f"show running-config | {filters}").splitlines()

    assert shown("include ip address") == addresses
    assert shown("exclude ip address") == [line for line in everything if line not in addresses]
    at = everything.index("line con 0")
    assert shown("begin ^line con") == everything[at:]
    assert shown("section ^interface Loopback0") == [
        "interface Loopback0",
        " ip address 1.1.1.1 255.255.255.255",
    ]
    assert shown("count ip address") == [f"Number of lines which match regexp = {len(addresses)}"]
    (one,) = json.loads(r1.cli("show ip interface brief | json"))
    assert "Loopback0" in json.dumps(one)
    in_a_row = [line for line in addresses if "255.255.255.0" in line and "no" not in line]
    assert shown("include ip address | exclude no ip | include 255.255.255.0") == in_a_row
    assert shown("include ip address | redirect flash:kept") == []
    assert r1.cli("more flash:kept").splitlines() == addresses
    assert shown("include ^hostname | append flash:kept") == []
    assert r1.cli("more flash:kept").splitlines() == [*addresses, "hostname R1"]
    assert shown("include ^hostname | tee flash:other") == ["hostname R1"]
    assert r1.cli("more flash:other").splitlines() == ["hostname R1"]


@pytest.mark.goal("P2")
def test_a_terminal_is_set_up_and_obeys(lab: Lab) -> None:
    console = lab["R1"].console()
    console.send("\renable\rterminal length 10\rterminal width 60\r")
    console.read()
    console.send("show running-config\r")
    page = console.read()
    assert page.endswith(" --More-- ")
    assert page.count("\r\n") == 10
    console.send("q")
    console.send("terminal length 0\rshow running-config | include ^hostname\r")
    assert "--More--" not in console.read()
    console.send("terminal history size 2\rshow clock\rshow privilege\rshow history\r")
    assert console.read().endswith("  show privilege\r\n  show history\r\nR1#")
    console.send("wor clock\x01\x04\x04\x04sho\x05 detail\r")
    assert "No time source" in console.read()
    console.send("half a line\x12")
    assert console.read().endswith("R1#half a line")
    console.send("\x15configure terminal\rinterface e0/0\r")
    assert console.read().endswith("R1(config-if)#")
    console.send("\x1a")
    assert "R1#" in console.read()
    console.send("ping 10.99.99.99 repeat 1000\r")
    lab.run_for(5)
    console.send("\x1e")
    lab.run_for(1)
    assert console.read().rstrip().endswith("R1#")
    vty = vty_of(lab)
    lab["R1"].configure("interface e0/3\n no shutdown")
    assert "%SYS-5-CONFIG_I" not in vty.read()
    vty.send("terminal monitor\r")
    lab["R1"].configure("interface e0/3\n shutdown")
    lab.run_for(3)
    assert "%SYS-5-CONFIG_I" in vty.read()


def vty_of(lab: Lab) -> Console:
    lab["R1"].configure("line vty 0 4\n no login\n privilege level 15")
    return lab["R1"].vty()


@pytest.mark.goal("P6")
def test_the_shows_of_the_box(lab: Lab) -> None:
    r1 = lab["R1"]
    assert r1.cli("show running-config | section line vty").splitlines()[0] == "line vty 0 4"
    plain = set(r1.cli("show running-config").splitlines()[4:])
    everything = set(r1.cli("show running-config all").splitlines())
    assert len(everything) > len(plain) + 10
    assert not {line for line in plain if line.startswith(" ip address")} - everything
    version = r1.cli("show version")
    assert "R1 uptime is " in version
    tech = r1.cli("show tech-support")
    titles = [line.strip("- ") for line in tech.splitlines() if line.startswith("-----")]
    assert {"show version", "show running-config", "show interfaces"} <= set(titles)
    assert version.splitlines()[0] in tech
    assert "CDP Protocol" in r1.cli("show processes")
    before = r1.cli("show clock")
    lab.run_for(60)
    minute = int(before.split(":")[1])
    assert int(r1.cli("show clock").split(":")[1]) == (minute + 1) % 60
    r1.console().send("\r")
    assert "  0 con 0" in r1.cli("show users")
