"""The initial configuration dialog of a router without a startup configuration."""

from __future__ import annotations

import iosemu
from iosemu.lab.console import Console
from iosemu.lab.lab import Lab


def erased() -> tuple[Lab, Console]:
    """A lab whose R1 was erased and has booted again, and the console of it."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(2)
    console = lab["R1"].console()
    for line in ("write erase", "", "reload", "no", ""):
        lab["R1"].cli(line)
    lab.run_for(60)
    return lab, console


def test_an_erased_router_asks_for_the_initial_dialog() -> None:
    console = erased()[1]
    shown = console.read()
    assert (
        "\r\n         --- System Configuration Dialog ---\r\n\r\n"
        "Would you like to enter the initial configuration dialog? [yes/no]: "
    ) in shown
    console.send("perhaps\r")
    assert "% Please answer 'yes' or 'no'.\r\n" in console.read()
    console.send("no\r")
    assert "Press RETURN to get started!" in console.read()
    assert "Router>" not in console.read()
    console.send("\r")
    assert console.read().endswith("Router>")


def test_the_dialog_makes_the_router_reachable() -> None:
    lab, console = erased()
    console.read()
    console.send("yes\r")
    assert console.read().endswith("enter basic management setup? [yes/no]: ")
    console.send("yes\r")
    assert console.read().endswith("  Enter host name [Router]: ")
    console.send("EDGE\r")
    assert console.read().endswith("  Enter enable secret: ")
    console.send("\r")
    assert "% No defaulting allowed\r\n" in console.read()
    console.send("one\r")
    assert console.read().endswith("  Enter enable password: ")
    console.send("one\r")
    assert "different from the enable secret" in console.read()
    console.send("two\rthree\r\r")
    shown = console.read()
    assert "Ethernet0/1                unassigned      YES unset  administratively" in shown
    assert shown.endswith("management network from the above interface summary: ")
    console.send("Loopback0\r")
    assert "% Invalid interface" in console.read()
    console.send("e0/0\r\r10.0.12.1\r")
    assert console.read().endswith("    Subnet mask for this interface [255.0.0.0] : ")
    console.send("255.255.255.0\r")
    shown = console.read()
    assert "    Class A network is 10.0.0.0, 16 subnet bits; mask is /24\r\n" in shown
    script = shown.partition("script was created:\r\n\r\n")[2].split("\r\n")
    assert script[0] == "hostname EDGE"
    assert "interface Ethernet0/0\r\nno shutdown\r\nip address 10.0.12.1 255.255.255.0" in shown
    assert shown.endswith("Enter your selection [2]: ")
    console.send("\r")
    shown = console.read()
    assert "Building configuration...\r\n[OK]\r\n" in shown
    assert "Press RETURN to get started!" in shown
    console.send("\renable\rone\r")
    assert console.read().endswith("EDGE#")
    lab.run_for(5)
    edge = lab["R1"]
    edge.cli("ping 10.0.12.2")
    assert "!!!!" in edge.cli("ping 10.0.12.2")
    assert "hostname EDGE" in edge.cli("show startup-config")


def test_the_dialog_can_be_left_without_saving_or_begun_again() -> None:
    lab, console = erased()
    console.send("yes\ryes\rEDGE\rone\rtwo\rthree\r\re0/0\rno\r")
    assert console.read().endswith("Enter your selection [2]: ")
    console.send("1\r")
    assert console.read().endswith("  Enter host name [Router]: ")
    console.send("EDGE\rone\rtwo\rthree\r\re0/0\rno\r0\r")
    assert "Press RETURN to get started!" in console.read()
    assert lab["R1"].prompt == "Router#"


def test_the_dialog_can_be_aborted() -> None:
    console = erased()[1]
    console.send("\x03")
    console.send("\r")
    assert console.read().endswith("Router>")


def test_a_router_with_a_configuration_does_not_ask() -> None:
    lab, console = erased()
    lab["R1"].cli("copy running-config startup-config")
    lab["R1"].cli("")
    console.read()
    lab.routers["R1"].reload()
    lab.run_for(60)
    shown = console.read()
    assert "initial configuration dialog" not in shown
    assert "Press RETURN to get started." in shown
