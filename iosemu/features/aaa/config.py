"""Users, enable passwords and AAA method lists."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.values import dataclass, field

Methods = tuple[str, ...]
"""Methods in their order; a server group is the two words "group", NAME."""

HIDDEN = 7
"""The encryption of a password that can be read again."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A password as it is kept; `encryption`: 0 clear, 7 veiled, else a hash."""

    encryption: int
    text: str


@dataclass(frozen=True, slots=True)
class User:
    """`username NAME ...`: `kind` is "password" or "secret", None while none was given."""

    privilege: int = 1
    nopassword: bool = False
    kind: str | None = None
    encryption: int | None = None
    text: str = ""
    autocommand: str | None = None


@dataclass(frozen=True, slots=True)
class Accounting:
    """`aaa accounting ... {start-stop | stop-only | none} group NAME`."""

    when: str = "none"
    methods: Methods = ()


@dataclass(frozen=True, slots=True)
class AaaConfig:
    """All about access.  Secrets and passwords by privilege level, method lists by name."""

    SLOT: ClassVar[str] = "aaa"
    secrets: Entries[int, Secret] = field(default_factory=Entries)
    passwords: Entries[int, Secret] = field(default_factory=Entries)
    new_model: bool = False
    attempts: int = 3
    banner: str | None = None
    fail_message: str | None = None
    username_prompt: str | None = None
    password_prompt: str | None = None
    login: Entries[str, Methods] = field(default_factory=Entries)
    enable: Methods = ()
    console: bool = False
    config_commands: bool = False
    exec: Entries[str, Methods] = field(default_factory=Entries)
    commands: Entries[tuple[int, str], Methods] = field(default_factory=Entries)
    accounting_exec: Entries[str, Accounting] = field(default_factory=Entries)
    accounting_commands: Entries[tuple[int, str], Accounting] = field(default_factory=Entries)
    session_id_common: bool = False
    users: Entries[str, User] = field(default_factory=Entries)
