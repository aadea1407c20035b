"""`telnet` and `connect`."""

from __future__ import annotations

import re

from iosemu.address import Address
from iosemu.cli.api import Dialog, Exec, Lines, check, exec_command
from iosemu.config.tree import Config
from iosemu.policy.acl_names import TCP_PORTS
from iosemu.values import dataclass

from .call import PORT, Wishes, telnet_to

PORTS = {
    **{name: port for name, port in TCP_PORTS.items() if name not in ("drip", "msrpc")},
    "syslog": 514,
}
"""Names of ports: those of access lists, but for two, and one more."""


@dataclass(frozen=True, slots=True)
class AskHost:
    """`telnet` alone asks for the host."""

    def ask(self) -> str:
        return "Host: "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        name = text.strip()
        return telnet_to(x, name) if name else []


@exec_command("telnet.dialog")
def telnet_dialog(x: Exec) -> Dialog:
    return AskHost()


@exec_command("telnet.telnet")
@exec_command("telnet.connect")
def telnet(
    x: Exec,
    *,
    host: Address | str,
    port: int | str | None,
    ipv4: bool,
    quiet: bool,
    source: str | None,
    stream: bool,
    vrf: str | None,
) -> Lines:
    """Call a host."""
    number = PORTS[port] if isinstance(port, str) else PORT if port is None else port
    return telnet_to(x, str(host), Wishes(number, source, vrf, quiet, stream))


@check("telnet.tos")
def tos_is_an_octet(owner: Config, *, tos: str | None) -> str | None:
    if tos is None or re.fullmatch(r"(0[xX])?[0-9a-fA-F]{1,2}", tos):
        return None
    return "% Invalid TOS value"
