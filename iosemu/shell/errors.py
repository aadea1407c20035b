"""What ends the `iosemu` command with a message instead of a traceback."""

from __future__ import annotations

GOOD, FAILED, USAGE = 0, 1, 2
"""Exit codes: all is well; a check failed; the command was not understood."""


class UsageError(Exception):
    """The user's mistake: each line of the text is printed as it is; exit code 2."""


class LabError(Exception):
    """A command of the lab prompt cannot be carried out; the text says why."""
