"""Short names of commands: those IOS has, and those of the configuration."""

from __future__ import annotations

from .config import TerminalConfig

BUILT_IN = {
    "h": "help",
    "lo": "logout",
    "p": "ping",
    "r": "resume",
    "s": "show",
    "u": "undebug",
    "un": "undebug",
    "w": "where",
}
AREAS = ("exec", "configure", "interface", "line")
AREA_OF_MODE = {
    "exec": "exec",
    "config": "configure",
    "interface": "interface",
    "line": "line",
    "line-vty": "line",
}
MODES_OF_AREA = {
    "exec": ("exec",),
    "configure": ("config",),
    "interface": ("interface",),
    "line": ("line", "line-vty"),
}


def aliases_of(config: TerminalConfig, area: str) -> dict[str, str]:
    """The aliases of an area by name."""
    held = dict(BUILT_IN) if area == "exec" else {}
    held.update({name: text for (where, name), text in config.aliases.items() if where == area})
    return held


def aliases_in(config: TerminalConfig, mode: str) -> dict[str, str]:
    """The aliases of a mode by name."""
    area = AREA_OF_MODE.get(mode)
    return {} if area is None else aliases_of(config, area)


def expanded(config: TerminalConfig, mode: str, line: str) -> str:
    """The line with an alias as its first word spelled out."""
    area = AREA_OF_MODE.get(mode)
    words = line.split(None, 1)
    if area is None or not words:
        return line
    command = config.aliases.get((area, words[0]))
    if command is None and area == "exec":
        command = BUILT_IN.get(words[0])
    return line if command is None else " ".join((command, *words[1:]))
