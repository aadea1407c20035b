"""Terminal lines, and what is common to all of them: banners, aliases, levels of commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, TypeVar

from iosemu.config.entries import Entries
from iosemu.features.aaa.config import Secret
from iosemu.values import dataclass, field

LEAST_VTYS = 5
ESCAPE = 0x1E
"""Ctrl-Shift-6, the usual escape character."""


@dataclass(frozen=True, slots=True)
class ExecTimeout:
    """`exec-timeout MINUTES [SECONDS]`; both 0: never."""

    minutes: int = 10
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class SessionTimeout:
    """`session-timeout MINUTES [output]`; `output`: what the host says counts too.  0: never."""

    minutes: int = 0
    output: bool = False


@dataclass(frozen=True, slots=True)
class Login:
    """`login [local]`: ask for the password of the line, or for a user."""

    local: bool = False


@dataclass(frozen=True, slots=True)
class Synchronous:
    """`logging synchronous [level LEVEL] [limit N]`."""

    level: int | str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class AccessClass:
    """`access-class LIST {in | out}`."""

    acl: int | str
    vrf_also: bool = False


@dataclass(frozen=True, slots=True)
class LineConfig:
    """`line con 0`, `line aux 0`.  `new_model`: AAA asks instead of `login`.
    authorization_commands: the list by level of the commands."""

    session_timeout: SessionTimeout | None = None
    access_class_in: AccessClass | None = None
    access_class_out: int | str | None = None
    location: str | None = None
    exec_timeout: ExecTimeout = ExecTimeout()
    absolute_timeout: int = 0
    login_timeout_s: int = 30
    motd_banner: bool = True
    exec_banner: bool = True
    editing: bool = True
    privilege: int = 1
    password: Secret | None = None
    authorization_exec: str = "default"
    authorization_commands: Entries[int, str] = field(default_factory=Entries)
    logging_synchronous: Synchronous | None = None
    login_authentication: str = "default"
    login: Login | None = None
    new_model: bool = False
    history: int = 20
    keeps_history: bool = True
    length: int = 24
    width: int = 80
    exec: bool = True
    autocommand: str | None = None
    transport_preferred: str | None = None
    transport_input: tuple[str, ...] = ()
    transport_output: tuple[str, ...] = ()
    escape_character: int | str | None = None
    stopbits: str | None = None

    def lets_in(self, transport: str) -> bool:
        """Whether callers may use this protocol; where none is configured, all may be used."""
        return not self.transport_input or any(
            t in ("all", transport) for t in self.transport_input
        )

    def lets_out(self, transport: str) -> bool:
        """Whether the line may call with this protocol."""
        allowed = self.transport_output
        return not allowed or any(t in ("all", transport) for t in allowed)

    @property
    def escape(self) -> int | None:
        """The key that leads to commands of the line."""
        return ESCAPE if self.escape_character is None else escape_of(self.escape_character)


def escape_of(configured: int | str) -> int | None:
    """The key of `escape-character`: a number, a character, or a word for one; BREAK is no key."""
    if isinstance(configured, int):
        return configured
    match configured.upper():
        case "DEFAULT":
            return ESCAPE
        case "NONE" | "BREAK":
            return None
        case _:
            return ord(configured[0])


def shown_key(key: int) -> str:
    """A key as `show terminal` prints it: `^^`, `a`."""
    return f"^{chr(key + 0x40)}" if key < 0x20 else chr(key)


@dataclass(frozen=True, slots=True)
class VtyConfig(LineConfig):
    """`line vty FIRST LAST`; a password is asked for unless `no login`."""

    login: Login | None = Login()


L = TypeVar("L", bound=LineConfig)


@dataclass(frozen=True, slots=True)
class LinesConfig:
    """All lines by number; virtual terminals are five at least and have no gaps."""

    SLOT: ClassVar[str] = "line"
    con: Entries[int, LineConfig] = field(default_factory=lambda: Entries({0: LineConfig()}))
    aux: Entries[int, LineConfig] = field(default_factory=lambda: Entries({0: LineConfig()}))
    vty: Entries[int, VtyConfig] = field(
        default_factory=lambda: Entries({n: VtyConfig() for n in range(LEAST_VTYS)})
    )
    new_model: bool = False

    def __post_init__(self) -> None:
        for number in range(max(self.vty)):
            if number not in self.vty:
                object.__setattr__(self, "vty", self.vty.put(number, VtyConfig()))
        for name in ("con", "aux", "vty"):
            object.__setattr__(self, name, _with_model(getattr(self, name), self.new_model))

    def with_passwords(self, change: Callable[[Secret], Secret]) -> LinesConfig:
        """These lines with every password changed."""

        def changed(lines: Entries[int, L]) -> Entries[int, L]:
            for number, line in lines.items():
                if line.password is not None:
                    lines = lines.put(number, replace(line, password=change(line.password)))
            return lines

        return replace(self, con=changed(self.con), aux=changed(self.aux), vty=changed(self.vty))


def _with_model(lines: Entries[int, L], new_model: bool) -> Entries[int, L]:
    for number, line in lines.items():
        if line.new_model is not new_model:
            lines = lines.put(number, replace(line, new_model=new_model))
    return lines


@dataclass(frozen=True, slots=True)
class CommandLevel:
    """`privilege AREA [all] level N COMMAND`, and one such for each shorter beginning of it."""

    level: int
    all: bool = False


@dataclass(frozen=True, slots=True)
class TerminalConfig:
    """What all lines share.  levels: by area and words of the command; banners by kind; aliases by
    area and name."""

    SLOT: ClassVar[str] = "terminal"
    levels: Entries[tuple[str, tuple[str, ...]], CommandLevel] = field(default_factory=Entries)
    banners: Entries[str, str] = field(default_factory=Entries)
    aliases: Entries[tuple[str, str], str] = field(default_factory=Entries)
