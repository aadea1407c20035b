"""The ping command."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv6Address
from iosemu.cli.api import Dialog, Exec, Lines, exec_command

from . import answers
from .dialog import OutputInterface, PingDialog
from .job import Ping, PingRequest
from .state import PingState


@exec_command("ping.dialog")
def ping_dialog(x: Exec) -> Dialog:
    """Ask for everything."""
    return PingDialog()


@exec_command("ping.ping")
def ping(
    x: Exec,
    *,
    vrf: str | None,
    ip: bool,
    target: IPv4Address | str,
    repeat: int | None,
    size: int | None,
    timeout: int | None,
    tos: int | None,
    source: IPv4Address | str | None,
    data: str | None,
    df_bit: bool,
    validate: bool,
) -> Lines:
    """Send echoes and wait for the replies."""
    table = answers.vrf_of(x, vrf)
    address = answers.target_address(x, target)
    own = None if source is None else answers.source_address(x, source, table)
    length = 100 if size is None else size
    request = PingRequest(
        address,
        x.part(PingState).next_identifier(),
        repeat=5 if repeat is None else repeat,
        sizes=(length, length, 1),
        timeout_s=2 if timeout is None else timeout,
        source=own,
        show_source=own is not None,
        tos=0 if tos is None else tos,
        dont_fragment=df_bit,
        pattern=None if data is None else answers.hexadecimal(data),
        validate=validate,
        vrf=table,
    )
    x.start(Ping(request))
    return []


@exec_command("ping.ipv6")
def ping6(
    x: Exec,
    *,
    target: IPv6Address | str,
    repeat: int | None,
    size: int | None,
    timeout: int | None,
    source: IPv6Address | str | None,
    data: str | None,
) -> Dialog | Lines:
    """The same over IPv6; for a link-local target the interface is asked for."""
    address = answers.target6_address(x, target)
    own = None if source is None else answers.source6_address(x, source, address)
    length = 100 if size is None else size
    request = PingRequest(
        address,
        x.part(PingState).next_identifier(),
        repeat=5 if repeat is None else repeat,
        sizes=(length, length, 1),
        timeout_s=2 if timeout is None else timeout,
        source=own,
        show_source=own is not None,
        pattern=None if data is None else answers.hexadecimal(data),
    )
    if address.is_link_local:
        return OutputInterface(request)
    x.start(Ping(request))
    return []
