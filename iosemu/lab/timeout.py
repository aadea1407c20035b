"""The one exception that scripts are expected to catch."""

from __future__ import annotations


class Timeout(Exception):
    """What was waited for did not come in the virtual time allowed.

    `output`: what was printed until then, for a command.
    """

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output
