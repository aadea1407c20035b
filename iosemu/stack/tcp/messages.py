"""What TCP logs."""

from __future__ import annotations

from iosemu.address import Address
from iosemu.proto.base import syslog
from iosemu.values import dataclass


@syslog("TCP", severity=6, mnemonic="BADAUTH")
@dataclass(frozen=True, slots=True)
class NoDigest:
    """A segment of a connection with a password came without a signature."""

    peer: Address
    peer_port: int
    local: Address
    local_port: int

    def text(self) -> str:
        return f"No MD5 digest from {_ends(self)} tableid - 0"


@syslog("TCP", severity=6, mnemonic="BADAUTH")
@dataclass(frozen=True, slots=True)
class InvalidDigest:
    """A segment was signed with another password."""

    peer: Address
    peer_port: int
    local: Address
    local_port: int

    def text(self) -> str:
        return f"Invalid MD5 digest from {_ends(self)} tableid - 0"


def _ends(message: NoDigest | InvalidDigest) -> str:
    return f"{message.peer}({message.peer_port}) to {message.local}({message.local_port})"
