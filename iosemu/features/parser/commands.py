"""Configuration commands of parser views that the notation cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iosemu.cli.api import Rejected, config_command, config_printer
from iosemu.features.aaa.keep import Streams, hashed

from .config import ViewCommand, ViewConfig


@config_command("parser.view.secret")
def secret(owner: ViewConfig, *, encryption: int | None, text: str, random: Streams) -> ViewConfig:
    """It cannot be taken back, only changed."""
    return replace(owner, secret=hashed(text, encryption, random))


@config_printer("parser.view.secret")
def secret_line(owner: ViewConfig) -> Iterator[str]:
    if owner.secret is not None:
        yield f"secret {owner.secret.encryption} {owner.secret.text}"


@config_command("parser.view.commands")
def commands(
    owner: ViewConfig, *, form: str, key: str, area: str, how: str, all: bool, command: str
) -> ViewConfig:
    """The command, and each shorter beginning of it, which one has to type to get there."""
    if owner.secret is None:
        raise Rejected(f"%Password not set for the View {key}")
    words = tuple(command.lower().split())
    held = owner.commands
    if form:
        return replace(owner, commands=held.drop((area, words)) if (area, words) in held else held)
    held = held.put((area, words), ViewCommand(how, all))
    for length in range(len(words) - 1, 0, -1):
        if how != "exclude" and (area, words[:length]) not in held:
            held = held.put((area, words[:length]), ViewCommand("include"))
    return replace(owner, commands=held)


@config_printer("parser.view.commands")
def command_lines(owner: ViewConfig) -> Iterator[str]:
    for (area, words), command in owner.commands.items():
        everything = "all " if command.all else ""
        yield f"commands {area} {command.how} {everything}{' '.join(words)}"
