"""Which lines of a running configuration are kept but not simulated."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.configure import CONFIGURE, configure_line
from iosemu.device.router import Router


def inert_lines(router: Router, lines: list[str]) -> Iterator[str]:
    """The inert lines, each below the head of its block; nothing is changed."""
    device = router.device
    config, modes, head = device.config, CONFIGURE, ""
    for line in lines:
        if not line.startswith(" "):
            modes, head = CONFIGURE, line
        done = configure_line(router.grammar, config, modes, line, version=device.identity.version)
        config, modes = done.config, done.modes or CONFIGURE
        if done.inert:
            yield line if line == head else f"{head} / {line.strip()}"
