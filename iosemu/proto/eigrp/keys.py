"""Which key an interface signs with and which it accepts."""

from __future__ import annotations

from iosemu.crypto.passwords import reveal
from iosemu.features.key_chain.config import Key, KeyChain, KeyChainsConfig
from iosemu.kernel.time import SECOND
from iosemu.wire.eigrp import Digest

from .settings import AuthKey
from .state import Port
from .turn import Turn

_HIDDEN = 7


def is_on(turn: Turn, port: Port) -> bool:
    """Whether an interface authenticates: MD5 without a key chain is as good as off."""
    settings = port.settings
    if settings.authentication is Digest.SHA256:
        return settings.password is not None
    return settings.authentication is Digest.MD5 and _chain(turn, port) is not None


def sending_key(turn: Turn, port: Port) -> AuthKey | None:
    """The key to sign with; None: packets are not signed."""
    settings = port.settings
    if settings.authentication is None:
        return None
    if settings.authentication is Digest.SHA256:
        return None if settings.password is None else _password(settings.password)
    chain = _chain(turn, port)
    found = None if chain is None else chain.sending(_second(turn))
    return None if found is None else _key(*found)


def accepted_keys(turn: Turn, port: Port) -> tuple[AuthKey, ...]:
    """The keys of which a packet needs one."""
    settings = port.settings
    if settings.authentication is Digest.SHA256:
        return () if settings.password is None else (_password(settings.password),)
    chain = _chain(turn, port)
    return () if chain is None else tuple(_key(*one) for one in chain.accepted(_second(turn)))


def _chain(turn: Turn, port: Port) -> KeyChain | None:
    name = port.settings.key_chain
    return None if name is None else turn.state.config.of(KeyChainsConfig).chains.get(name)


def _second(turn: Turn) -> int:
    """Since 1970, on the device's clock."""
    return (turn.state.clock_ns + turn.now) // SECOND


def _password(password: str) -> AuthKey:
    return AuthKey(Digest.SHA256, 0, password)


def _key(number: int, key: Key) -> AuthKey:
    text = key.key_string
    assert text is not None
    secret = reveal(text.text) if text.encryption == _HIDDEN else text.text
    return AuthKey(Digest.MD5, number, secret or "")
