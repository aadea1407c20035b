"""A paste at the prompt: blanks, comments and line ends as IOS takes them, and no more."""

from __future__ import annotations

import iosemu

from .rig import Rig

PASTE = (
    "hostname  X1\r\n"
    "!\r\n"
    "! a comment\r\n"
    "   interface   loopback  7\r\n"
    "description a  b\r\n"
    "\r\n"
    "  ip   address 10.7.7.7   255.255.255.255   \r\n"
    "exit\n"
    "ip  cef\n"
    "end\n"
)


def booted() -> iosemu.Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    return lab


def test_blanks_comments_and_line_ends_are_taken() -> None:
    rig = Rig().boot()
    window = rig.console("R1")
    rig.type(window, b"configure terminal\r" + PASTE.encode(), seconds=5)
    assert "% " not in window.raw
    assert window.terminal.prompt == "X1#"
    window.raw = ""
    rig.type(window, b"show running-config interface loopback 7\r")
    block = window.raw.replace("\r\n", "\n")
    assert " description a  b\n ip address 10.7.7.7 255.255.255.255\n" in block


def test_what_only_the_doctor_mends_is_refused() -> None:
    r1 = booted()["R1"]
    for line in (
        "R1(config)#hostname X1",
        "Building configuration...",
        "--More-- hostname X1",
        "This is no command of a router.",
    ):
        assert "% Invalid input detected at '^' marker." in r1.configure(line), line
    assert r1.prompt == "R1#"
