"""Shows of services that never act: they say so in IOS's own words."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address
from iosemu.cli.api import Exec, Rejected, show
from iosemu.features.ip.config import IpConfig
from iosemu.features.ip.names import addresses_of
from iosemu.features.system.config import SystemConfig
from iosemu.proto.parts import Identity

from .config import ServicesConfig
from .views import NtpAssociationsView, NtpStatusView, SshView


def peers(x: Exec) -> tuple[str, ...]:
    """The addresses of the configured peers and servers; a name that means none is left out."""
    config = x.config.of(ServicesConfig)
    found: list[IPv4Address] = []
    for wanted in (*config.ntp_peers, *config.ntp_servers):
        if isinstance(wanted, IPv4Address):
            found.append(wanted)
        else:
            found += addresses_of(x.config.of(IpConfig), wanted)[:1]
    return tuple(str(address) for address in found)


@show("services.show.ntp.status")
def show_ntp_status(x: Exec) -> Iterator[NtpStatusView]:
    if not peers(x):
        raise Rejected("%NTP is not enabled.")
    yield NtpStatusView(x.now - x.part(Identity).booted_at)


@show("services.show.ntp.associations")
def show_ntp_associations(x: Exec) -> Iterator[NtpAssociationsView]:
    addresses = peers(x)
    if not addresses:
        raise Rejected("%NTP is not enabled.")
    yield NtpAssociationsView(addresses)


@show("services.show.snmp")
def show_snmp(x: Exec) -> Iterator[str]:
    """There is no agent, whatever is configured."""
    raise Rejected("%SNMP agent not enabled")


@show("services.show.ssh")
def show_ssh(x: Exec) -> Iterator[SshView]:
    services = x.config.of(ServicesConfig)
    yield SshView(
        x.config.of(SystemConfig).ssh_version,
        services.ssh_timeout_s,
        services.ssh_retries,
        int(services.ssh_dh_bits),
    )
