"""The traceroute command."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv6Address
from iosemu.cli.api import Dialog, Exec, Lines, Rejected, exec_command
from iosemu.features.ip.config import IpConfig
from iosemu.features.ip.names import names_of
from iosemu.features.ping import answers

from .dialog import TraceDialog
from .job import TraceRequest, Traceroute
from .release import has_vrf_line
from .state import TraceState


@exec_command("traceroute.dialog")
def trace_dialog(x: Exec) -> Dialog:
    """Ask for everything."""
    return TraceDialog()


@exec_command("traceroute.traceroute")
def traceroute(
    x: Exec,
    *,
    vrf: str | None,
    ip: bool,
    target: IPv4Address | str,
    numeric: bool,
    port: int | None,
    probe: int | None,
    source: IPv4Address | str | None,
    timeout: int | None,
    minimum: int | None,
    maximum: int | None,
) -> Lines:
    """Send probes of growing TTL."""
    table = answers.vrf_of(x, vrf)
    request = TraceRequest(
        answers.target_address(x, target),
        x.part(TraceState).next_port(),
        source=None if source is None else answers.source_address(x, source, table),
        timeout_s=3 if timeout is None else timeout,
        probes=3 if probe is None else probe,
        minimum_ttl=1 if minimum is None else minimum,
        maximum_ttl=30 if maximum is None else maximum,
        port=33434 if port is None else port,
        vrf=table,
        vrf_line=has_vrf_line(x.version),
        names=() if numeric else names_of(x.config.of(IpConfig)),
    )
    if request.minimum_ttl > request.maximum_ttl:
        raise Rejected("% Minimum TTL is greater than maximum TTL")
    x.start(Traceroute.of(request))
    return []


@exec_command("traceroute.ipv6")
def traceroute6(
    x: Exec,
    *,
    target: IPv6Address | str,
    port: int | None,
    probe: int | None,
    source: IPv6Address | str | None,
    timeout: int | None,
    minimum: int | None,
    maximum: int | None,
) -> Lines:
    """Send probes of growing hop limit."""
    address = answers.target6_address(x, target)
    request = TraceRequest(
        address,
        x.part(TraceState).next_port(),
        source=None if source is None else answers.source6_address(x, source, address),
        timeout_s=3 if timeout is None else timeout,
        probes=3 if probe is None else probe,
        minimum_ttl=1 if minimum is None else minimum,
        maximum_ttl=30 if maximum is None else maximum,
        port=33434 if port is None else port,
    )
    if request.minimum_ttl > request.maximum_ttl:
        raise Rejected("% Minimum TTL is greater than maximum TTL")
    x.start(Traceroute.of(request))
    return []
