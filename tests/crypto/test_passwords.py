"""Passwords against known pairs and against `crypt` as OpenSSL has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.crypto import passwords

PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=25)


@pytest.mark.parametrize(
    ("hidden", "text"),
    [("094F471A1A0A", "cisco"), ("02050D480809", "cisco"), ("070C285F4D06", "cisco")],
)
def test_known_type_7_passwords_are_revealed(hidden: str, text: str) -> None:
    assert passwords.reveal(hidden) == text
    assert passwords.hide(text, int(hidden[:2])) == hidden


@given(PRINTABLE, st.integers(0, passwords.SEEDS - 1))
def test_what_is_hidden_is_revealed(text: str, seed: int) -> None:
    assert passwords.reveal(passwords.hide(text, seed)) == text


@pytest.mark.parametrize("hidden", ["", "99AA", "0", "09", "094F4", "09XX", "cisco"])
def test_no_type_7_password(hidden: str) -> None:
    assert passwords.reveal(hidden) is None


# `openssl passwd -1 -salt SALT TEXT`
@pytest.mark.parametrize(
    ("text", "salt", "hashed"),
    [
        ("cisco", "mERr", "$1$mERr$hx5rVt7rPNoS4wqbXKX7m0"),
        ("password", "abcd", "$1$abcd$ABOCfICGTWeBeG/njucVA1"),
    ],
)
def test_known_type_5_hashes(text: str, salt: str, hashed: str) -> None:
    assert passwords.md5_crypt(text, salt) == hashed
    assert passwords.matches(text, hashed)
    assert not passwords.matches(text + "x", hashed)


# Pairs of hashcat's examples for modes 5700, 9200 and 9300; the text is "hashcat".
@pytest.mark.parametrize(
    ("encryption", "hashed"),
    [
        (4, "2btjjy78REtmYkkW0csHUbJZOstRXoWdX1mGrmmfeHI"),
        (8, "$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk"),
        (9, "$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6"),
    ],
)
def test_known_hashes_of_the_newer_types(encryption: int, hashed: str) -> None:
    assert passwords.is_hash(encryption, hashed)
    assert passwords.matches("hashcat", hashed)
    assert not passwords.matches("hashcot", hashed)
