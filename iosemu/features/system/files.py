"""The running configuration as text, and saving it.

Length rule, fitted to captures: from the first `!` to the last letter of `end`, one byte for each
line end, plus 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from iosemu.cli.api import Box, Dialog, Exec, Lines
from iosemu.features.clock.text import local_text
from iosemu.proto.parts import Clock, Files
from iosemu.values import dataclass

from .changes import LastChange

STARTUP = "startup-config"


def length_bytes(lines: Sequence[str]) -> int:
    """What "Current configuration : N bytes" says of these lines."""
    return sum(len(line) + 1 for line in lines) + 1


def configuration(x: Box, *, full: bool = False) -> tuple[str, ...]:
    """The running configuration from its first `!` to `end`."""
    version = f"version {x.version}"
    return (*change_notes(x), "!", version, *x.running_config(full=full), "!", "end")


def change_notes(x: Box) -> Iterator[str]:
    """What stands above `version` once somebody changed or saved the configuration."""
    times = x.part(LastChange)
    clock = x.part(Clock)
    if times.changed_at is not None:
        yield "!"
        yield f"! Last configuration change at {local_text(clock, times.changed_at)}"
        if times.saved_at is not None:
            yield f"! NVRAM config last updated at {local_text(clock, times.saved_at)}"


def interface_block(lines: Sequence[str], name: str) -> tuple[str, ...]:
    """One interface of a running configuration as its own show prints it, or nothing."""
    head = f"interface {name}"
    if head not in lines:
        return ()
    start = lines.index(head)
    stop = next(n for n in range(start + 1, len(lines)) if not lines[n].startswith(" "))
    return ("!", *lines[start:stop], "end")


def text_of(lines: Sequence[str]) -> str:
    """A configuration as a file holds it: behind an empty line, `length_bytes` long."""
    return "".join(("\n", *(f"{line}\n" for line in lines)))


SAVED: list[Callable[[Box], None]] = []
"""What else is done when the running configuration is saved; filled at import, as by archive."""


def save(x: Exec, name: str = STARTUP) -> Lines:
    """Write the running configuration to nvram."""
    if name == STARTUP:
        x.part(LastChange).saved_at = x.now
    x.part(Files).nvram[name] = text_of(configuration(x)).encode("latin-1", "replace")
    for function in SAVED:
        function(x)
    return ["Building configuration...", "[OK]"]


@dataclass(frozen=True, slots=True)
class ConfirmErase:
    """`write erase`."""

    def ask(self) -> str:
        return (
            "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]"
        )

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if not is_confirmed(text):
            return []
        x.part(Files).nvram.clear()
        return ["[OK]", "Erase of nvram: complete"]


def is_modified(x: Box) -> bool:
    """Whether the running configuration says anything else than the saved one."""
    saved = x.part(Files).nvram.get(STARTUP, b"").decode("latin-1").splitlines()
    return settings(saved) != settings(configuration(x))


def settings(lines: Sequence[str]) -> list[str]:
    """The lines of a configuration that are no marks and no notes."""
    return [line.rstrip() for line in lines if line.strip() and line.lstrip()[0] != "!"]


def is_confirmed(text: str) -> bool:
    """Enter or `y` confirms; anything else does not."""
    return text.strip().lower() in ("", "y", "yes")
