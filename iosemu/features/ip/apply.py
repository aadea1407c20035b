"""Brings the stack's IPv4 switches to what is configured."""

from __future__ import annotations

from typing import Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.kernel.time import MILLISECOND
from iosemu.proto.parts import Files
from iosemu.stack.state import Stack

from .config import IpConfig
from .methods import AddressMethods

T = TypeVar("T")
STARTUP = "startup-config"


class Parts(Protocol):
    """The device's parts, by class."""

    def part(self, kind: type[T]) -> T: ...


def apply(stack: Stack, device: Parts, old: Config, new: Config) -> None:
    """Routing or host, default gateway, rate of unreachables; where addresses come from."""
    methods = device.part(AddressMethods)
    if old.slots:
        methods.follow(old, new)
    else:
        methods.boot(device.part(Files).nvram.get(STARTUP, b"").decode("latin-1"))
    config = new.of(IpConfig)
    if config is old.of(IpConfig):
        return
    stack.is_routing = config.routing
    stack.default_gateway = config.default_gateway
    interval_ms = config.unreachable_interval_ms
    interval_ns = None if interval_ms is None else interval_ms * MILLISECOND
    stack.icmp.interval_ns = stack.icmp.df_interval_ns = interval_ns
    stack.forget_flows()
