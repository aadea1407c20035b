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
