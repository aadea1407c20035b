"""From what the user typed to what the configuration keeps: veiled, hashed, or as it is."""

from __future__ import annotations

from collections.abc import Callable

from iosemu.cli.api import Rejected
from iosemu.crypto import passwords
from iosemu.kernel.rng import Random

from .config import HIDDEN, Secret

Streams = Callable[[str], Random]
"""The device's random stream of a purpose."""

ALGORITHMS = {"md5": 5, "sha256": 8, "scrypt": 9}


def hashed(text: str, encryption: int | None, random: Streams, *, algorithm: str = "md5") -> Secret:
    """A secret: what is in clear is hashed; a hash must look like one."""
    if encryption:
        digest = text.strip()
        if not passwords.is_hash(encryption, digest):
            raise Rejected("ERROR: The secret you entered is not a valid encrypted secret.")
        return Secret(encryption, digest)
    kind = ALGORITHMS[algorithm]
    make, length = {
        5: (passwords.md5_crypt, passwords.MD5_SALT_LENGTH),
        8: (passwords.pbkdf2, passwords.SALT_LENGTH),
        9: (passwords.scrypt, passwords.SALT_LENGTH),
    }[kind]
    stream = random("password salt")
    salt = "".join(stream.choice(passwords.ALPHABET) for _ in range(length))
    return Secret(kind, make(text, salt))


def kept(text: str, encryption: int | None, random: Streams, *, is_veiled: bool) -> Secret:
    """A password: in clear, or veiled under `service password-encryption`."""
    if encryption == HIDDEN:
        if passwords.reveal(text.strip()) is None:
            raise Rejected(f"Invalid encrypted password: {text.strip()}")
        return Secret(HIDDEN, text.strip())
    return veiled(Secret(0, text), random) if is_veiled else Secret(0, text)


def veiled(secret: Secret, random: Streams) -> Secret:
    """A password in clear as type 7; any other as it is."""
    if secret.encryption:
        return secret
    seed = random("password salt").randrange(passwords.SEEDS)
    return Secret(HIDDEN, passwords.hide(secret.text, seed))


def is_right(secret: Secret, typed: str) -> bool:
    """Whether this is the password."""
    if secret.encryption == 0:
        return typed == secret.text
    if secret.encryption == HIDDEN:
        return typed == passwords.reveal(secret.text)
    return passwords.matches(typed, secret.text)
