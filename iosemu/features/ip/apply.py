"""Brings the stack's IPv4 switches to what is configured."""

from __future__ import annotations

from typing import Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.features.services.config import ServicesConfig
from iosemu.kernel.time import MILLISECOND
from iosemu.proto.base import DEFAULT_VRF
from iosemu.proto.parts import Files
from iosemu.stack.state import Sharing, Stack

from .config import CefSharing, IpConfig
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
    if config is old.of(IpConfig) and new.of(ServicesConfig) is old.of(ServicesConfig):
        return
    stack.has_cef = config.cef
    stack.sharing = sharing_of(config.sharing)
    fib = stack.vrf(DEFAULT_VRF).fib
    # CEF knows no classes: it goes by the longest match whatever is configured.
    fib.is_classful = not (config.cef or new.of(ServicesConfig).classless)
    fib.forget()
    stack.is_routing = config.routing
    stack.default_gateway = config.default_gateway
    interval_ms = config.unreachable_interval_ms
    interval_ns = None if interval_ms is None else interval_ms * MILLISECOND
    stack.icmp.interval_ns = stack.icmp.df_interval_ns = interval_ns
    stack.forget_flows()


def sharing_of(config: CefSharing) -> Sharing:
    """The configured algorithm as the stack takes it."""
    number = None if config.identifier is None else int(config.identifier, 16)
    return Sharing(config.algorithm, number, config.source, config.destination)
