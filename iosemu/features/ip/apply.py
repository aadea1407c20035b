"""Brings the stack's IPv4 switches to what is configured."""

from __future__ import annotations

from typing import Protocol, TypeVar

from iosemu.config.tree import Config
from iosemu.features.services.config import ServicesConfig
from iosemu.features.services.forwarding import helped_ports
from iosemu.kernel.time import MILLISECOND, Time
from iosemu.proto.base import DEFAULT_VRF
from iosemu.proto.parts import Files
from iosemu.stack.redirects import forget_all as forget_redirects
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
    services = new.of(ServicesConfig)
    if services is not old.of(ServicesConfig):
        stack.accepts_source_route = services.source_route
        stack.helped_ports = helped_ports(services)
    config = new.of(IpConfig)
    if config is old.of(IpConfig) and new.of(ServicesConfig) is old.of(ServicesConfig):
        return
    if config.routing or config.default_gateway != stack.default_gateway:
        forget_redirects(stack)
    stack.has_cef = config.cef
    stack.sharing = sharing_of(config.sharing)
    fib = stack.vrf(DEFAULT_VRF).fib
    # CEF knows no classes: it goes by the longest match whatever is configured.
    fib.is_classful = not (config.cef or new.of(ServicesConfig).classless)
    fib.forget()
    stack.is_routing = config.routing
    stack.default_gateway = config.default_gateway
    stack.drops_options = config.options == "drop"
    general_ms, df_ms = config.unreachable_interval_ms, config.df_interval_ms
    stack.icmp.interval_ns = in_ns(general_ms)
    stack.icmp.df_interval_ns = None if general_ms is None else in_ns(df_ms)
    stack.forget_flows()


def in_ns(interval_ms: int | None) -> Time | None:
    return None if interval_ms is None else interval_ms * MILLISECOND


def sharing_of(config: CefSharing) -> Sharing:
    """The configured algorithm as the stack takes it."""
    number = None if config.identifier is None else int(config.identifier, 16)
    return Sharing(config.algorithm, number, config.source, config.destination)
