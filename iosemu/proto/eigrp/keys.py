"""Which key an interface signs with and which it accepts."""

from __future__ import annotations

from iosemu.wire.eigrp import Digest

from .settings import AuthKey
from .state import Port
from .turn import Turn


def sending_key(turn: Turn, port: Port) -> AuthKey | None:
    """The key to sign with; None: packets are not signed."""
    settings = port.settings
    if settings.authentication is Digest.SHA256 and settings.password is not None:
        return AuthKey(Digest.SHA256, 0, settings.password)
    return None


def accepted_keys(turn: Turn, port: Port) -> tuple[AuthKey, ...] | None:
    """The keys of which a packet needs one; None: any packet will do."""
    key = sending_key(turn, port)
    return None if key is None else (key,)
