"""How IOS keeps passwords: type 7 is a veil, types 4, 5, 8 and 9 are hashes.

Knows no configuration and draws no salt: that is an argument.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""Digits of a hash, and what salts are made of."""

MD5_SALT_LENGTH = 4
SALT_LENGTH = 14
SEEDS = 16
"""Type 7 starts its key at one of so many places."""

_KEY = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"
_MD5_ROUNDS = 1000
_PBKDF2_ROUNDS = 20_000
_SCRYPT_COST = 16_384
_TO_CISCO = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", ALPHABET
)


def hide(text: str, seed: int) -> str:
    """Type 7: the seed in two digits, then the text XOR the key from there on, in hex."""
    data = bytes(
        byte ^ _KEY[(seed + n) % len(_KEY)] for n, byte in enumerate(text.encode("latin-1"))
    )
    return f"{seed:02d}{data.hex().upper()}"


def reveal(hidden: str) -> str | None:
    """The text of a type 7 password; None if it is none."""
    seed, digits = hidden[:2], hidden[2:]
    if not seed.isdecimal() or int(seed) >= len(_KEY) or not digits or len(digits) % 2:
        return None
    try:
        data = bytes.fromhex(digits)
    except ValueError:
        return None
    key = (_KEY[(int(seed) + n) % len(_KEY)] for n in range(len(data)))
    return bytes(byte ^ k for byte, k in zip(data, key, strict=True)).decode("latin-1")


def md5_crypt(text: str, salt: str) -> str:
    """Type 5: the `$1$` scheme of FreeBSD's crypt, as its author P.-H. Kamp wrote it."""
    secret, salted = text.encode("latin-1"), salt.encode("ascii")
    inner = hashlib.md5(secret + salted + secret).digest()
    start = hashlib.md5(secret + b"$1$" + salted)
    length = len(secret)
    start.update((inner * (length // 16 + 1))[:length])
    bits = length
    while bits:
        start.update(b"\0" if bits & 1 else secret[:1])
        bits >>= 1
    final = start.digest()
    for turn in range(_MD5_ROUNDS):
        parts = [secret if turn & 1 else final]
        parts += [salted] if turn % 3 else []
        parts += [secret] if turn % 7 else []
        parts += [final if turn & 1 else secret]
        final = hashlib.md5(b"".join(parts)).digest()
    groups = [(final[n] << 16) | (final[n + 6] << 8) | final[(n + 12, 5)[n == 4]] for n in range(5)]
    digits = "".join(_digits(group, 4) for group in groups) + _digits(final[11], 2)
    return f"$1${salt}${digits}"


def _digits(value: int, count: int) -> str:
    """Six bits a digit, the lowest first."""
    return "".join(ALPHABET[(value >> 6 * n) & 0x3F] for n in range(count))


def sha256(text: str) -> str:
    """Type 4: one round without a salt, which IOS 15.0 to 15.3 made and all read."""
    return _base64(hashlib.sha256(text.encode("latin-1")).digest())


def pbkdf2(text: str, salt: str) -> str:
    """Type 8: PBKDF2 (RFC 8018) with HMAC-SHA-256."""
    made = hashlib.pbkdf2_hmac("sha256", text.encode("latin-1"), salt.encode(), _PBKDF2_ROUNDS)
    return f"$8${salt}${_base64(made)}"


def scrypt(text: str, salt: str) -> str:
    """Type 9: scrypt (RFC 7914) with N 16384, r 1, p 1."""
    made = hashlib.scrypt(
        text.encode("latin-1"), salt=salt.encode(), n=_SCRYPT_COST, r=1, p=1, dklen=32
    )
    return f"$9${salt}${_base64(made)}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=").translate(_TO_CISCO)


_SCHEMES: dict[str, Callable[[str, str], str]] = {"1": md5_crypt, "8": pbkdf2, "9": scrypt}


def is_hash(encryption: int, text: str) -> bool:
    """Whether this is a hash as the type has it."""
    if encryption == 4:
        return len(text) == 43
    parts = text.split("$")
    scheme = {5: "1", 8: "8", 9: "9"}[encryption]
    return len(parts) == 4 and parts[:2] == ["", scheme] and bool(parts[2]) and bool(parts[3])


def matches(text: str, hashed: str) -> bool:
    """Whether this text has this hash."""
    scheme = hashed[1:2] if hashed.startswith("$") else ""
    if scheme not in _SCHEMES:
        return hmac.compare_digest(sha256(text), hashed)
    return hmac.compare_digest(_SCHEMES[scheme](text, hashed.split("$")[2]), hashed)
