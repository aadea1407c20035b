"""The built-in grammar as a whole: it is clean, and what it prints it reads again."""

from __future__ import annotations

import pytest

from iosemu.cli.configure import CONFIGURE
from iosemu.cli.lint import lint, lint_handlers
from iosemu.cli.sample import sample_command
from iosemu.kernel.rng import Random

from .shop import Typed, grammar, router

PORTS = ("Ethernet0/0", "Ethernet0/1", "FastEthernet1/0", "GigabitEthernet2/0")


def test_the_grammar_and_its_handlers_have_no_findings() -> None:
    assert lint(grammar()) == []
    assert lint_handlers(grammar()) == []


def filled(seed: int, count: int) -> Typed:
    """A router after random valid lines, half of them below some interface."""
    random = Random.named(seed, "fixed point")
    typed = router(*PORTS)
    for number in range(count):
        if number % 8 == 0:
            typed.type(f"interface {random.choice((*PORTS, 'Loopback1', 'Ethernet0/0.5'))}")
        elif number % 8 == 1:
            typed.type(f"encapsulation dot1Q {random.randint(2, 99)}")
            host = f"10.{random.randint(1, 99)}.{random.randint(0, 255)}.1"
            typed.type(f"ip address {host} 255.255.255.0")
        else:
            if random.random() < 0.3:
                typed.modes = CONFIGURE
            sampled = sample_command(grammar(), typed.modes, random)
            if sampled is not None:
                typed.type(sampled[1])
    return typed


@pytest.mark.parametrize("seed", range(20))
def test_what_is_printed_is_read_again(seed: int) -> None:
    typed = filled(seed, 120)
    running = typed.running
    again = router(*PORTS, startup="\n".join(running))
    said = again.type(*running)
    # A console that asks for a password it has not got: IOS takes the line and says so.
    assert [line for line in said if not line.startswith("% Login disabled on line")] == []
    assert again.running == running
