"""From a topology to a world that can run: devices, switches, links, the first boot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from iosemu.device.device import STARTUP_CONFIG, Device
from iosemu.device.hooks import Hooks
from iosemu.device.router import Router, on_damaged_frame, on_frame, on_serial_frame
from iosemu.fabric import Fabric, Quality, add_link, add_port, add_switch, make_serial, set_port
from iosemu.fabric import handlers as fabric_handlers
from iosemu.kernel.world import World
from iosemu.proto.parts import Clock, Files, Identity

from .hardware import SERIAL, burned_in_address
from .program import Program
from .topology import LinkNode, RouterNode, Topology

Handlers = dict[str, Callable[[Any, Any], None]]


def new_world(topology: Topology) -> World:
    """The world of a lab before anything is switched on."""
    world = World(seed=topology.seed, epoch_s=topology.epoch_s)
    fabric = Fabric()
    world.parts["fabric"] = fabric
    for switch in topology.switches:
        add_switch(fabric, switch.name, switch.ports)
    devices = {}
    for number, node in enumerate(topology.routers, 1):
        for port in node.ports:
            add_port(fabric, node.name, port, is_serial=port.startswith(SERIAL))
            set_port(world, node.name, port, up=False)
        devices[node.name] = new_device(node, number, topology.epoch_s)
    world.parts["devices"] = devices
    for link in topology.links:
        if len(link.ends) == 2:
            keys = [(end.node, end.port) for end in link.ends]
            number = add_link(fabric, keys, quality_of(link))
            if link.dce is not None:
                make_serial(fabric, number, keys[link.dce])
    return world


def new_device(node: RouterNode, number: int, epoch_s: int) -> Device:
    """A router that is off; its nvram holds the configuration of the lab folder."""
    files = Files()
    if node.startup:
        files.nvram[STARTUP_CONFIG] = node.startup.encode()
    return Device(
        Identity(node.name, node.hardware, node.version),
        {port: burned_in_address(number, port) for port in node.ports},
        Clock(epoch_s),
        files,
    )


def quality_of(link: LinkNode) -> Quality:
    """Delay and rate of a link, where the lab file gives them."""
    quality = Quality()
    if link.delay_ns is not None:
        quality = replace(quality, delay_ns=link.delay_ns)
    if link.rate_kbps is not None:
        quality = replace(quality, rate_bps=link.rate_kbps * 1000)
    return quality


def routers_of(world: World, program: Program, hooks: Hooks) -> dict[str, Router]:
    """The facades of all devices."""
    devices: dict[str, Device] = world.parts["devices"]
    return {
        name: Router(world, device, program.features, program.grammar, hooks)
        for name, device in devices.items()
    }


def handlers_of(world: World, routers: dict[str, Router]) -> Handlers:
    """What a `Runner` needs for devices and the fabric."""
    return {
        "device": lambda target, event: routers[target[1]].on_timer(event),
        "rx": partial(on_frame, routers),
        "serial": partial(on_serial_frame, routers),
        "crc": partial(on_damaged_frame, routers),
        "carrier": lambda target, up: routers[target[1]].on_carrier(target[2], up),
        **fabric_handlers(world),
    }
