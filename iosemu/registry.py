"""The list of built-in features and protocols.  Read by `lab` and passed down.

A feature is described by names, so that listing it imports nothing; `load` imports what it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature or protocol.

    grammars: file names under `grammars/`, without suffix.
    modules: handlers, shows and renderers to import, as "iosemu.features.interface.show".
    contexts: config classes the grammar names,
      as "iosemu.features.interface.config:InterfaceConfig".
    engine: "module:Class" with `SLOTS: tuple[type, ...]`, the config slots it is told of; one
      instance a device, created at boot.
    apply: "module:function", `apply(stack, ctx, old, new)`, called at each commit before engines.
    base: "module:function", `base(config, ports, startup) -> config`: what a router has before it
      reads its startup configuration, whose text is `startup`.
    """

    name: str
    grammars: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    engine: str | None = None
    apply: str | None = None
    base: str | None = None


def load(reference: str) -> Any:
    """The object a "module:name" reference means."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


FEATURES: tuple[Feature, ...] = (
    Feature(
        "system",
        grammars=("core",),
        modules=("iosemu.features.system.cli", "iosemu.features.system.show"),
        contexts=(
            "iosemu.features.system.config:SystemConfig",
            "iosemu.features.system.config:ControlPlane",
            "iosemu.features.system.config:Redundancy",
        ),
        apply="iosemu.features.system.changes:apply",
    ),
    Feature(
        "logging",
        modules=(
            "iosemu.features.logging.cli",
            "iosemu.features.logging.commands",
            "iosemu.features.logging.show",
        ),
        contexts=("iosemu.features.logging.config:LoggingConfig",),
        apply="iosemu.features.logging.apply:apply",
    ),
    Feature(
        "interface",
        grammars=("interface",),
        modules=(
            "iosemu.features.interface.checks",
            "iosemu.features.interface.cli",
            "iosemu.features.interface.show",
        ),
        contexts=(
            "iosemu.features.interface.config:InterfaceConfig",
            "iosemu.features.interface.config:InterfacesConfig",
        ),
        apply="iosemu.features.interface.apply:apply",
        base="iosemu.features.interface.boot:with_ports",
    ),
    Feature(
        "ip",
        grammars=("ip",),
        modules=(
            "iosemu.features.ip.checks",
            "iosemu.features.ip.cli",
            "iosemu.features.ip.route_show",
            "iosemu.features.ip.show",
        ),
        contexts=(
            "iosemu.features.ip.config:IpConfig",
            "iosemu.features.ip.config:IpInterfaceConfig",
        ),
        apply="iosemu.features.ip.apply:apply",
    ),
    Feature(
        "arp",
        modules=("iosemu.features.arp.cli", "iosemu.features.arp.show"),
        contexts=("iosemu.features.arp.config:ArpConfig",),
        apply="iosemu.features.arp.apply:apply",
    ),
    # Connected routes come first of all engines: others may lean on them.
    Feature("connected", engine="iosemu.features.connected.engine:ConnectedEngine"),
    Feature(
        "static",
        grammars=("static",),
        modules=("iosemu.features.static.checks",),
        contexts=("iosemu.features.static.config:StaticConfig",),
        engine="iosemu.features.static.engine:StaticEngine",
    ),
    Feature(
        "ping",
        grammars=("ping",),
        modules=("iosemu.features.ping.cli", "iosemu.features.traceroute.cli"),
    ),
    Feature(
        "debug",
        grammars=("debug",),
        modules=("iosemu.features.debug.cli", "iosemu.features.debug.show"),
    ),
    Feature(
        "aaa",
        grammars=("aaa",),
        modules=("iosemu.features.aaa.commands",),
        contexts=("iosemu.features.aaa.config:AaaConfig",),
    ),
    Feature(
        "line",
        grammars=("line",),
        modules=("iosemu.features.line.commands", "iosemu.features.line.show"),
        contexts=(
            "iosemu.features.line.config:LineConfig",
            "iosemu.features.line.config:LinesConfig",
            "iosemu.features.line.config:TerminalConfig",
            "iosemu.features.line.config:VtyConfig",
        ),
    ),
)
