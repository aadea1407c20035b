"""`interface range`: what it means, how it prompts, and that every interface takes the lines."""

from __future__ import annotations

import iosemu

from .shop import router

PORTS = ("Ethernet0/0", "Ethernet0/1", "Ethernet0/2", "Ethernet0/3", "Ethernet1/0")


def test_every_interface_of_a_range_takes_the_line() -> None:
    shop = router(*PORTS)
    assert shop.type("interface range e0/1 - 3 , Ethernet 1/0,lo5-6", "description spare") == []
    described = [head for head in shop.running if head.startswith("interface")]
    assert described == [
        "interface Loopback5",
        "interface Loopback6",
        *(f"interface {port}" for port in PORTS),
    ]
    for name in described:
        assert (" description spare" in shop.block(name)) == (name != "interface Ethernet0/0")


def test_an_interface_that_refuses_the_line_leaves_it_to_the_others() -> None:
    shop = router(*PORTS)
    said = shop.type("interface range e0/0 - 1", "ip address 10.0.0.1 255.255.255.0")
    assert said == ["% 10.0.0.0 overlaps with Ethernet0/0"]
    assert " ip address 10.0.0.1 255.255.255.0" in shop.block("interface Ethernet0/0")
    assert " no ip address" in shop.block("interface Ethernet0/1")


def test_a_value_too_great_for_the_interface_has_the_caret_under_it() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    router = lab["R1"]
    for line in ("enable", "configure terminal", "interface e0/0"):
        router.cli(line)
    assert router.cli("ip mtu 1501").splitlines() == [
        " " * len("R1(config-if)#ip mtu ") + "^",
        "% Invalid input detected at '^' marker.",
    ]
    assert router.cli("no").splitlines()[0] == "% Incomplete command."
    assert router.cli("default").splitlines()[0] == "% Incomplete command."


def test_one_interface_of_the_short_lists() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    router = lab["R1"]
    head, *rows = router.cli("show ip interface brief").splitlines()
    wanted = [head, next(row for row in rows if row.startswith("Ethernet0/1"))]
    assert router.cli("show ip interface brief e0/1").splitlines() == wanted
    assert router.cli("show ip interface e0/1 brief").splitlines() == wanted
    head, *rows = router.cli("show interfaces description").splitlines()
    wanted = [head, next(row for row in rows if row.startswith("Et0/1"))]
    assert router.cli("show interfaces e0/1 description").splitlines() == wanted


def test_ranges_that_are_none_are_refused() -> None:
    shop = router(*PORTS)
    before = shop.config
    for text in ("e0/3 - 1", "e0/0 -", "nonsense 1", "e0/0 - 1 - 2", ", ".join(PORTS * 2)):
        assert shop.type(f"interface range {text}") == ["%Command rejected: Bad interface range"]
    assert shop.type("interface range e0/0 - 7") == ["%Invalid interface type and number"]
    assert shop.config is before


def test_the_prompt_says_range_and_the_stack_follows() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    r1 = lab["R1"]
    r1.cli("configure terminal")
    r1.cli("interface range e0/0 - 2")
    assert r1.prompt == "R1(config-if-range)#"
    r1.cli("shutdown")
    r1.cli("interface e0/3")
    assert r1.prompt == "R1(config-if)#"
    r1.cli("end")
    lab.run_for(5)
    brief = r1.cli("show ip interface brief | include administratively").splitlines()
    assert [line.split()[0] for line in brief] == [f"Ethernet0/{n}" for n in range(4)]
