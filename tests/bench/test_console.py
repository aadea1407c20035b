"""What a user feels at the console: the echo of a key, a long paste.

Run with `pytest tests/bench --benchmark-only -s`.
"""

from __future__ import annotations

from typing import Any

import iosemu
from iosemu import Lab
from iosemu.lab.console import Console

from .figures import rate

KEYS = 200
LINES = 10_000


def at_prompt() -> tuple[Lab, Console]:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    console = lab["R1"].console()
    console.send("\renable\rterminal length 0\rconfigure terminal\r")
    console.read()
    return lab, console


def test_echo_of_a_key(benchmark: Any) -> None:
    """One key at a time, through the journal, as somebody types."""
    _, console = at_prompt()

    def type_a_line() -> None:
        for number in range(KEYS):
            console.send("x" if number % 50 else "\x15")

    benchmark(type_a_line)
    rate(benchmark, "keys echoed a second", KEYS)


def test_help_of_a_key(benchmark: Any) -> None:
    """`?` behind half a line."""
    _, console = at_prompt()
    console.send("ip ")

    benchmark(lambda: console.send("?"))
    assert "  route " in console.read()
    rate(benchmark, "answers to ? a second", 1)


def test_paste_of_ten_thousand_lines(benchmark: Any) -> None:
    """Nothing is lost, and everything is echoed in order."""
    lines = [f"ip route 10.{n // 256}.{n % 256}.0 255.255.255.0 Null0" for n in range(LINES)]
    paste = "\r".join([*lines, ""])

    def setup() -> tuple[tuple[Lab, Console], dict[str, Any]]:
        return at_prompt(), {}

    def run(lab: Lab, console: Console) -> None:
        console.send(paste)
        echoed = console.read().split("\r\n")
        assert echoed[:-1] == [f"R1(config)#{line}" if n else line for n, line in enumerate(lines)]
        shown = lab["R1"].cli("show running-config | count Null0")
        assert shown == f"Number of lines which match regexp = {LINES}"

    benchmark.pedantic(run, setup=setup, rounds=2, iterations=1)
    rate(benchmark, "pasted lines a second", LINES)
