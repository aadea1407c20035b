"""Queries of the shows of services."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, show
from iosemu.features.system.config import SystemConfig

from .config import ServicesConfig
from .views import SshView


@show("services.show.ssh")
def show_ssh(x: Exec) -> Iterator[SshView]:
    services = x.config.of(ServicesConfig)
    yield SshView(
        x.config.of(SystemConfig).ssh_version,
        services.ssh_timeout_s,
        services.ssh_retries,
        int(services.ssh_dh_bits),
    )
