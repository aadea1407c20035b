"""Tells the tables which networks may stand for the default route."""

from __future__ import annotations

from iosemu.address import IPv4Prefix
from iosemu.config.tree import Config
from iosemu.proto.base import DEFAULT_VRF
from iosemu.rib.classful import classful
from iosemu.stack.state import Stack

from .config import StaticConfig


def apply(stack: Stack, device: object, old: Config, new: Config) -> None:
    """`ip default-network`: candidates; static routes themselves are the engine's."""
    networks = new.of(StaticConfig).default_networks
    if networks is old.of(StaticConfig).default_networks:
        return
    vrf = stack.vrf(DEFAULT_VRF)
    vrf.rib.default_networks = tuple(classful(IPv4Prefix(n, 32)) for n in networks)
    vrf.fib.forget()
    stack.forget_flows()
