"""What a line makes a terminal do."""

from __future__ import annotations

from iosemu.cli.api import Dialog, Lines
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """What a line prints.  `closes`: the user left the terminal.  `paged`: by pages, if long.
    `dialog`: what is asked next."""

    lines: Lines = ()
    closes: bool = False
    paged: bool = True
    dialog: Dialog | None = None
