"""Configuration commands of terminal lines that the notation cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iosemu.cli.api import check, config_command, config_printer
from iosemu.cli.bodies import CONTROL_C, text_of
from iosemu.config.tree import Config, with_slot
from iosemu.features.aaa.keep import Streams, kept
from iosemu.features.system.config import SystemConfig

from .config import CommandLevel, LineConfig, LinesConfig, TerminalConfig, VtyConfig

BANNERS = ("exec", "incoming", "login", "motd")
"""In the order of the running configuration."""


@config_command("line.vty.delete")
def delete_lines(owner: Config, *, first: int) -> Config:
    """Take away the virtual terminals from this number on."""
    lines = owner.of(LinesConfig)
    kept_lines = lines.vty
    for number in lines.vty:
        if number >= first:
            kept_lines = kept_lines.drop(number)
    return with_slot(owner, replace(lines, vty=kept_lines))


# -- passwords ----


@config_command("line.password")
def password(
    owner: LineConfig,
    *,
    form: str,
    config: Config,
    encryption: int | None,
    text: str | None,
    random: Streams,
) -> LineConfig:
    if form or text is None:
        return replace(owner, password=None)
    is_veiled = config.of(SystemConfig).password_encryption
    return replace(owner, password=kept(text, encryption, random, is_veiled=is_veiled))


@config_printer("line.password")
def password_line(owner: LineConfig) -> Iterator[str]:
    secret = owner.password
    if secret is not None:
        encryption = f"{secret.encryption} " if secret.encryption else ""
        yield f"password {encryption}{secret.text}"


@check("line.login")
@check("vty.login")
def login_needs_a_password(owner: LineConfig, *, local: bool, key: int, said: list[str]) -> None:
    """`login` lets nobody in while the line has no password: IOS says so as it turns it on."""
    turns_on = owner.login is None and not local and not owner.new_model
    if turns_on and owner.password is None:
        number = key + VTY_OFFSET if isinstance(owner, VtyConfig) else key
        said.append(f"% Login disabled on line {number}, until 'password' is set")


VTY_OFFSET = 2
"""The number of the first virtual terminal among all lines: behind con 0 and aux 0."""


# -- levels of commands ----


@config_command("line.level")
def level_of_command(
    owner: Config, *, area: str, all: bool, level: int | None, command: str
) -> Config:
    """The command gets the level, and so does each shorter beginning that has none yet."""
    if level is None:
        return level_off(owner, area=area, command=command)
    held = owner.of(TerminalConfig)
    words = tuple(command.lower().split())
    levels = held.levels.put((area, words), CommandLevel(level, all))
    for length in range(len(words) - 1, 0, -1):
        if (area, words[:length]) not in levels:
            levels = levels.put((area, words[:length]), CommandLevel(level))
    return with_slot(owner, replace(held, levels=levels))


@config_command("line.level.off")
def level_off(owner: Config, *, area: str, command: str) -> Config:
    """The command has the level of the grammar again."""
    held = owner.of(TerminalConfig)
    key = (area, tuple(command.lower().split()))
    if key not in held.levels:
        return owner
    return with_slot(owner, replace(held, levels=held.levels.drop(key)))


@config_printer("line.level")
def level_lines(owner: Config) -> Iterator[str]:
    for (area, words), level in owner.of(TerminalConfig).levels.items():
        everything = "all " if level.all else ""
        yield f"privilege {area} {everything}level {level.level} {' '.join(words)}"


# -- banners ----


@config_command("line.banner")
def banner(owner: Config, *, form: str, kind: str, text: str | None) -> Config:
    held = owner.of(TerminalConfig)
    if form or text is None:
        banners = held.banners.drop(kind) if kind in held.banners else held.banners
    else:
        banners = held.banners.put(kind, text_of(text))
    return with_slot(owner, replace(held, banners=banners))


@config_command("line.banner.motd")
def banner_motd(owner: Config, *, text: str) -> Config:
    """Without a kind it is the message of the day."""
    return banner(owner, form="", kind="motd", text=text)


@config_printer("line.banner")
def banner_lines(owner: Config) -> Iterator[str]:
    banners = owner.of(TerminalConfig).banners
    for kind in BANNERS:
        if kind in banners:
            yield from f"banner {kind} {CONTROL_C}{banners[kind]}{CONTROL_C}".split("\n")


@check("line.alias")
def alias_is_no_loop(owner: Config, *, name: str, command: str | None) -> str | None:
    """An alias that begins with itself would never end."""
    words = (command or "").split()
    return "% Alias cannot be recursive" if words[:1] == [name] else None
