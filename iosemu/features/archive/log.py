"""`archive log config`: the commands that changed the configuration, as the parser took them."""

from __future__ import annotations

import re

from iosemu.cli.api import Box

from .config import ArchiveLogConfig
from .keep import settings
from .messages import CommandLogged
from .replace import on_typed
from .state import CommandLog, LoggedCommand

_SECRET = re.compile(r"\b(password|secret|key|key-string|community)( [0-9])? \S.*$")
"""What `hidekeys` hides: everything behind such a word."""


def log_settings(box: Box) -> ArchiveLogConfig:
    """What is configured, defaults without."""
    return settings(box).log or ArchiveLogConfig()


def on_command(box: Box, session: int, user: str, text: str) -> None:
    """A line was taken in configuration mode; `text` is indented by the modes it is below."""
    on_typed(box)
    wanted = log_settings(box)
    if not wanted.logging:
        return
    if wanted.hidekeys:
        text = _SECRET.sub(r"\1\2 *****", text)
    log = box.part(CommandLog)
    if session not in log.open:
        log.sessions += 1
        log.open[session] = log.sessions
    log.number += 1
    log.entries.append(LoggedCommand(log.number, log.open[session], user, text))
    del log.entries[: -wanted.size]
    if wanted.notify_syslog:
        box.log(CommandLogged(user, text.strip()))


def on_left(box: Box, session: int) -> None:
    """A terminal left configuration mode: its next commands are of another session."""
    box.part(CommandLog).open.pop(session, None)
