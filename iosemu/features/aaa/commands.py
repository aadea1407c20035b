"""Configuration commands of access that the notation cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from iosemu.cli.api import check, config_command, config_printer
from iosemu.cli.bodies import CONTROL_C, text_of
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.line.config import LinesConfig
from iosemu.features.system.config import SystemConfig
from iosemu.proto.bgp.config import BgpConfig
from iosemu.proto.bgp.neighbors import hidden

from .config import AaaConfig, Secret, User
from .keep import Streams, hashed, kept, veiled

TOP_LEVEL = 15
BOTH_KINDS = (
    "ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other."
)


def is_veiled(config: Config) -> bool:
    """Whether passwords are veiled as they are typed."""
    return config.of(SystemConfig).password_encryption


# -- enable ----


@config_command("aaa.enable.secret")
def enable_secret(
    owner: Config,
    *,
    form: str,
    level: int | None,
    encryption: int | None,
    text: str | None,
    random: Streams,
) -> Config:
    held = owner.of(AaaConfig)
    secret = None if form or text is None else hashed(text, encryption, random)
    return with_slot(owner, replace(held, secrets=put(held.secrets, level, secret)))


@config_command("aaa.enable.secret.algorithm")
def enable_secret_algorithm(
    owner: Config, *, algorithm: str, level: int | None, text: str, random: Streams
) -> Config:
    held = owner.of(AaaConfig)
    secret = hashed(text, None, random, algorithm=algorithm)
    return with_slot(owner, replace(held, secrets=put(held.secrets, level, secret)))


@config_command("aaa.enable.password")
def enable_password(
    owner: Config,
    *,
    form: str,
    level: int | None,
    encryption: int | None,
    text: str | None,
    random: Streams,
) -> Config:
    held = owner.of(AaaConfig)
    secret = None
    if not form and text is not None:
        secret = kept(text, encryption, random, is_veiled=is_veiled(owner))
    return with_slot(owner, replace(held, passwords=put(held.passwords, level, secret)))


def put(
    entries: Entries[int, Secret], level: int | None, secret: Secret | None
) -> Entries[int, Secret]:
    """The entries with the one of this level set or dropped."""
    key = TOP_LEVEL if level is None else level
    if secret is not None:
        return entries.put(key, secret)
    return entries.drop(key) if key in entries else entries


@config_printer("aaa.enable.secret")
def enable_secret_lines(owner: Config) -> Iterator[str]:
    for level, secret in sorted(owner.of(AaaConfig).secrets.items()):
        yield f"enable secret {level_text(level)}{secret.encryption} {secret.text}"


@config_printer("aaa.enable.password")
def enable_password_lines(owner: Config) -> Iterator[str]:
    for level, secret in sorted(owner.of(AaaConfig).passwords.items()):
        encryption = f"{secret.encryption} " if secret.encryption else ""
        yield f"enable password {level_text(level)}{encryption}{secret.text}"


def level_text(level: int) -> str:
    return "" if level == TOP_LEVEL else f"level {level} "


# -- the new model ----


@config_command("aaa.new-model")
def new_model(owner: Config, *, form: str) -> Config:
    """Lines ask by method lists from now on, or by their `login` again."""
    on = not form
    lines = replace(owner.of(LinesConfig), new_model=on)
    return with_slot(with_slot(owner, lines), replace(owner.of(AaaConfig), new_model=on))


@config_command("aaa.authentication.banner")
def authentication_banner(owner: Config, *, form: str, text: str | None) -> Config:
    held = owner.of(AaaConfig)
    banner = None if form or text is None else text_of(text)
    return with_slot(owner, replace(held, banner=banner))


@config_command("aaa.authentication.fail-message")
def authentication_fail_message(owner: Config, *, form: str, text: str | None) -> Config:
    held = owner.of(AaaConfig)
    message = None if form or text is None else text_of(text)
    return with_slot(owner, replace(held, fail_message=message))


@config_printer("aaa.authentication.banner")
def authentication_banner_lines(owner: Config) -> Iterator[str]:
    text = owner.of(AaaConfig).banner
    if text is not None:
        yield from f"aaa authentication banner {CONTROL_C}{text}{CONTROL_C}".split("\n")


@config_printer("aaa.authentication.fail-message")
def authentication_fail_message_lines(owner: Config) -> Iterator[str]:
    text = owner.of(AaaConfig).fail_message
    if text is not None:
        yield from f"aaa authentication fail-message {CONTROL_C}{text}{CONTROL_C}".split("\n")


@check("aaa.authentication.login")
@check("aaa.authentication.enable")
@check("aaa.authorization.exec")
@check("aaa.authorization.commands")
@check("aaa.accounting.exec")
@check("aaa.accounting.commands")
def methods_are_whole(owner: Config, *, methods: tuple[str, ...] | None) -> str | None:
    """A name stands only behind `group`, and `group` never alone."""
    words = iter(methods or ())
    for word in words:
        if word == "group":
            if next(words, None) is None:
                return "% Incomplete command.\n"
        elif word not in KEYWORDS:
            return f"AAA: method {word} is not a server group"
    return None


KEYWORDS = frozenset(
    (
        "enable",
        "line",
        "local",
        "local-case",
        "none",
        "if-authenticated",
        "if-needed",
        "radius",
        "tacacs+",
    )
)


# -- users ----


@config_command("aaa.username")
def username(
    owner: Config,
    *,
    form: str,
    name: str,
    privilege: int | None,
    nopassword: bool,
    kind: str | None,
    encryption: int | None,
    text: str | None,
    random: Streams,
) -> Config:
    """A user, or something more of a user."""
    held = owner.of(AaaConfig)
    if form:
        users = held.users.drop(name) if name in held.users else held.users
        return with_slot(owner, replace(held, users=users))
    user = held.users.get(name) or User()
    if privilege is not None:
        user = replace(user, privilege=privilege)
    if nopassword:
        user = replace(user, nopassword=True, kind=None, encryption=None, text="")
    if kind is not None and text is not None:
        if kind == "secret":
            secret = hashed(text, encryption, random)
        else:
            secret = kept(text, encryption, random, is_veiled=is_veiled(owner))
        user = with_password(user, kind, secret)
    return with_slot(owner, replace(held, users=held.users.put(name, user)))


@config_command("aaa.username.algorithm")
def username_algorithm(
    owner: Config, *, name: str, privilege: int | None, algorithm: str, text: str, random: Streams
) -> Config:
    held = owner.of(AaaConfig)
    user = held.users.get(name) or User()
    if privilege is not None:
        user = replace(user, privilege=privilege)
    user = with_password(user, "secret", hashed(text, None, random, algorithm=algorithm))
    return with_slot(owner, replace(held, users=held.users.put(name, user)))


def with_password(user: User, kind: str, secret: Secret) -> User:
    return replace(
        user, nopassword=False, kind=kind, encryption=secret.encryption, text=secret.text
    )


@check("aaa.username")
def one_kind_of_password(
    owner: Config, *, name: str, kind: str | None, encryption: int | None
) -> str | None:
    """A user has a password or a secret, and each has its own types."""
    user = owner.of(AaaConfig).users.get(name)
    if kind is not None and user is not None and user.kind not in (None, kind):
        return BOTH_KINDS
    if encryption and (encryption == 7) != (kind == "password"):
        return f"% Invalid encryption type {encryption} for a {kind}"
    return None


# -- service password-encryption ----


@config_command("system.password.encryption")
def password_encryption(owner: Config, *, form: str, random: Streams) -> Config:
    """Veil every password there is.  `no` does not lift a veil."""
    on = not form
    owner = with_slot(owner, replace(owner.of(SystemConfig), password_encryption=on))
    if not on:
        return owner
    held, lines = owner.of(AaaConfig), owner.of(LinesConfig)
    owner = with_slot(
        owner,
        replace(
            held,
            passwords=Entries(
                {level: veiled(secret, random) for level, secret in held.passwords.items()}
            ),
            users=Entries({name: with_veil(user, random) for name, user in held.users.items()}),
        ),
    )
    bgp = owner.of(BgpConfig).process
    if bgp is not None:
        owner = with_slot(owner, BgpConfig(hidden(bgp, random)))
    # Lines with one password go on being printed together.
    return with_slot(owner, lines.with_passwords(cache(lambda secret: veiled(secret, random))))


def with_veil(user: User, random: Streams) -> User:
    if user.kind != "password":
        return user
    return with_password(user, "password", veiled(Secret(user.encryption or 0, user.text), random))
