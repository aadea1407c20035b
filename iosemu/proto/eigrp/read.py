"""From the configuration to the settings of each process."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.tree import Config
from iosemu.rib.classful import classful

from .config import EigrpConfig, EigrpNetwork, EigrpProcessConfig
from .settings import ProcessKey, ProcessSettings


def processes(config: Config) -> dict[ProcessKey, ProcessSettings]:
    """Every process that is configured."""
    found = {}
    for name, process in config.of(EigrpConfig).processes.items():
        if isinstance(name, int):
            found[ProcessKey("default", name)] = classic(process)
    return found


def classic(process: EigrpProcessConfig) -> ProcessSettings:
    """`router eigrp 100`."""
    return ProcessSettings(
        networks=tuple(_pair(EigrpNetwork(*network)) for network in process.networks)
    )


def _pair(network: EigrpNetwork) -> tuple[IPv4Address, IPv4Address]:
    if network.wildcard is not None:
        return network.address, network.wildcard
    if not network.address:
        return network.address, IPv4Address(0xFFFFFFFF)
    return network.address, IPv4Address(
        0xFFFFFFFF >> classful(IPv4Prefix(network.address, 32)).length
    )
