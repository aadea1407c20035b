"""The SSH client, as far as no router of a lab serves SSH: it calls, and says how that ended.

What answers at the port (a host beyond a TAP) is hung up on, since no keys are exchanged.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from iosemu.address import Address
from iosemu.cli.api import Exec, Lines, Rejected, exec_command
from iosemu.features.ip.config import IpConfig
from iosemu.features.ip.names import addresses_of
from iosemu.kernel.time import Time
from iosemu.proto.base import (
    DEFAULT_VRF,
    Action,
    Done,
    Input,
    Interrupted,
    Print,
    Started,
    TcpAbort,
    TcpDown,
    TcpOpen,
    TcpOptions,
    TcpReason,
    TcpUp,
)

from .call import HOST_NOT_PERMITTED, known_vrf, parsed, unknown
from .client import FAILURES

SSH_PORT = 22
NOT_PERMITTED = "% ssh connections not permitted from this terminal"
TOKEN = "ssh"


@dataclass(slots=True)
class SshClient:
    """One call."""

    address: Address
    port: int
    vrf: str

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Started():
                call = TcpOpen(TOKEN, self.address, self.port, vrf=self.vrf, tcp=TcpOptions())
                return [call]
            case TcpUp(conn):
                gone = f"\n[Connection to {self.address} aborted: error status 0]\n"
                return [TcpAbort(conn), Print(gone), Done()]
            case TcpDown(_, _, reason):
                return [Print(f"{FAILURES[reason]}\n\n"), Done()]
            case Interrupted():
                return [TcpAbort(TOKEN), Print(f"{FAILURES[TcpReason.RESET]}\n\n"), Done()]
            case _:
                return []

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


@exec_command("telnet.ssh")
def ssh(
    x: Exec, *, host: Address | str, user: str | None, port: int | None, vrf: str | None
) -> Lines:
    """Call a host; without a user the one that is logged in is meant."""
    name = str(host)
    address = parsed(name)
    found = (address,) if address is not None else addresses_of(x.config.of(IpConfig), name)
    if not found:
        raise Rejected(unknown(x, name))
    if user is None and " on " not in x.user:
        raise Rejected("% No user specified nor available for SSH client")
    if not x.line_config.lets_out("ssh"):
        raise Rejected(NOT_PERMITTED)
    if not x.may_call(found[0]):
        raise Rejected(HOST_NOT_PERMITTED)
    chosen = DEFAULT_VRF if vrf is None else known_vrf(x, vrf)
    x.start(SshClient(found[0], SSH_PORT if port is None else port, chosen))
    return []
