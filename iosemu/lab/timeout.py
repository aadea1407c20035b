"""The exceptions that scripts are expected to catch."""

from __future__ import annotations


class Timeout(Exception):
    """What was waited for did not come in the virtual time allowed.

    `output`: what was printed until then, for a command.
    """

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


class LinesBusy(Exception):
    """No virtual terminal of the device lets somebody in now."""
