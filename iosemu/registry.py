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
    follows: the slots of the configuration `apply` looks at; it is not called for a commit that
      changed none of them.  Empty: it is always called.
    base: "module:function", `base(config, ports, startup) -> config`: what a router has before it
      reads its startup configuration, whose text is `startup`.
    """

    name: str
    grammars: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    engine: str | None = None
    apply: str | None = None
    follows: tuple[str, ...] = ()
    base: str | None = None


def load(reference: str) -> Any:
    """The object a "module:name" reference means."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)


FEATURES: tuple[Feature, ...] = (
    Feature(
        "system",
        grammars=("core",),
        modules=(
            "iosemu.features.system.cli",
            "iosemu.features.system.commands",
            "iosemu.features.system.show",
        ),
        contexts=(
            "iosemu.features.system.config:SystemConfig",
            "iosemu.features.system.config:ControlPlane",
            "iosemu.features.system.config:Redundancy",
        ),
        apply="iosemu.features.system.changes:apply",
    ),
    Feature(
        "servers",
        grammars=("servers",),
        contexts=(
            "iosemu.features.servers.config:DynamicAuthor",
            "iosemu.features.servers.config:ServerGroup",
            "iosemu.features.servers.config:ServersConfig",
        ),
    ),
    Feature(
        "platform",
        grammars=("platform",),
        contexts=(
            "iosemu.features.platform.config:CallHome",
            "iosemu.features.platform.config:PlatformConfig",
            "iosemu.features.platform.config:VirtualService",
        ),
    ),
    Feature(
        "files",
        grammars=("files",),
        modules=("iosemu.features.files.cli", "iosemu.features.files.show"),
        contexts=("iosemu.features.files.config:FilesConfig",),
    ),
    Feature(
        "archive",
        grammars=("archive",),
        modules=("iosemu.features.archive.cli", "iosemu.features.archive.show"),
        contexts=(
            "iosemu.features.archive.config:ArchiveConfig",
            "iosemu.features.archive.config:ArchiveLogConfig",
            "iosemu.features.archive.config:ArchiveSlot",
        ),
        apply="iosemu.features.archive.apply:apply",
    ),
    Feature(
        "tcl",
        grammars=("tcl",),
        modules=("iosemu.features.tcl.control", "iosemu.features.tcl.words"),
    ),
    Feature(
        "reload",
        grammars=("reload",),
        modules=("iosemu.features.reload.cli", "iosemu.features.reload.show"),
    ),
    Feature(
        "clock",
        grammars=("clock",),
        modules=("iosemu.features.clock.cli", "iosemu.features.clock.show"),
        contexts=("iosemu.features.clock.config:ClockConfig",),
        apply="iosemu.features.clock.apply:apply",
    ),
    Feature(
        "logging",
        grammars=("logging",),
        modules=(
            "iosemu.features.logging.cli",
            "iosemu.features.logging.commands",
            "iosemu.features.logging.show",
        ),
        contexts=("iosemu.features.logging.config:LoggingConfig",),
        engine="iosemu.features.logging.engine:LoggingEngine",
        apply="iosemu.features.logging.apply:apply",
        follows=("logging", "system"),
    ),
    Feature(
        "vrf",
        grammars=("vrf",),
        modules=("iosemu.features.vrf.cli", "iosemu.features.vrf.show"),
        contexts=(
            "iosemu.features.vrf.config:ClassicVrf",
            "iosemu.features.vrf.config:InterfaceVrf",
            "iosemu.features.vrf.config:VrfDefinition",
            "iosemu.features.vrf.config:VrfFamily",
            "iosemu.features.vrf.config:VrfsConfig",
        ),
        apply="iosemu.features.vrf.apply:apply",
        follows=("vrf",),
    ),
    Feature(
        "interface",
        grammars=("interface",),
        modules=(
            "iosemu.features.interface.checks",
            "iosemu.features.interface.cli",
            "iosemu.features.interface.explain",
            "iosemu.features.interface.ranges",
            "iosemu.features.interface.show",
            "iosemu.features.interface.traffic",
        ),
        contexts=(
            "iosemu.features.interface.config:InterfaceConfig",
            "iosemu.features.interface.config:InterfacesConfig",
        ),
        apply="iosemu.features.interface.apply:apply",
        follows=("interface",),
        base="iosemu.features.interface.boot:with_ports",
    ),
    Feature(
        "ip",
        grammars=("ip",),
        modules=(
            "iosemu.features.ip.checks",
            "iosemu.features.ip.cli",
            "iosemu.features.ip.explain",
            "iosemu.features.ip.route_cli",
            "iosemu.features.ip.route_show",
            "iosemu.features.ip.statistics",
            "iosemu.features.ip.statistics_show",
            "iosemu.features.ip.show",
        ),
        contexts=(
            "iosemu.features.ip.config:IpConfig",
            "iosemu.features.ip.config:IpInterfaceConfig",
        ),
        apply="iosemu.features.ip.apply:apply",
        follows=("interface", "ip", "services"),
    ),
    Feature(
        "ipv6",
        grammars=("ipv6",),
        modules=(
            "iosemu.features.ipv6.checks",
            "iosemu.features.ipv6.cli",
            "iosemu.features.ipv6.show",
            "iosemu.features.ipv6.traffic",
        ),
        contexts=(
            "iosemu.features.ipv6.config:Ipv6Config",
            "iosemu.features.ipv6.config:Ipv6InterfaceConfig",
        ),
        apply="iosemu.features.ipv6.apply:apply",
        follows=("ipv6",),
    ),
    Feature(
        "cef",
        grammars=("cef",),
        modules=(
            "iosemu.features.cef.adjacency_show",
            "iosemu.features.cef.cli",
            "iosemu.features.cef.show",
        ),
    ),
    Feature(
        "arp",
        modules=("iosemu.features.arp.cli", "iosemu.features.arp.show"),
        contexts=("iosemu.features.arp.config:ArpConfig",),
        apply="iosemu.features.arp.apply:apply",
        follows=("arp",),
    ),
    Feature(
        "tcp",
        grammars=("tcp",),
        modules=(
            "iosemu.features.tcp.cli",
            "iosemu.features.tcp.neighbors",
            "iosemu.features.tcp.show",
        ),
        contexts=("iosemu.features.tcp.config:TcpConfig",),
        apply="iosemu.features.tcp.apply:apply",
        follows=("services", "system", "tcp"),
        engine="iosemu.features.tcp.servers:SmallServers",
    ),
    Feature(
        "icmp",
        grammars=("icmp",),
        modules=("iosemu.features.icmp.cli", "iosemu.features.icmp.show"),
    ),
    Feature(
        "acl",
        grammars=("acl",),
        modules=(
            "iosemu.features.acl.cli",
            "iosemu.features.acl.explain",
            "iosemu.features.acl.show",
        ),
        contexts=(
            "iosemu.features.acl.config:AclsConfig",
            "iosemu.policy.acl:ExtendedAcl",
            "iosemu.policy.acl:StandardAcl",
        ),
        apply="iosemu.features.acl.apply:apply",
        follows=("acl",),
    ),
    Feature(
        "prefix_list",
        grammars=("prefix_list",),
        modules=("iosemu.features.prefix_list.cli", "iosemu.features.prefix_list.show"),
        contexts=("iosemu.features.prefix_list.config:PrefixListsConfig",),
        apply="iosemu.features.prefix_list.apply:apply",
        follows=("prefix_list",),
    ),
    Feature(
        "as_path",
        grammars=("as_path",),
        modules=("iosemu.features.as_path.cli", "iosemu.features.as_path.show"),
        contexts=("iosemu.features.as_path.config:AsPathsConfig",),
    ),
    Feature(
        "community",
        grammars=("community",),
        modules=("iosemu.features.community.cli", "iosemu.features.community.show"),
        contexts=("iosemu.features.community.config:CommunitiesConfig",),
    ),
    Feature(
        "route_map",
        grammars=("policy",),
        modules=(
            "iosemu.features.route_map.cli",
            "iosemu.features.route_map.explain",
            "iosemu.features.route_map.show",
        ),
        contexts=(
            "iosemu.features.route_map.config:RouteMapEntry",
            "iosemu.features.route_map.config:RouteMapsConfig",
        ),
        engine="iosemu.features.route_map.engine:PolicyEngine",
        apply="iosemu.features.route_map.apply:apply",
        follows=("route_map",),
    ),
    Feature(
        "time_range",
        grammars=("time_range",),
        modules=("iosemu.features.time_range.cli", "iosemu.features.time_range.show"),
        contexts=(
            "iosemu.features.time_range.config:TimeRange",
            "iosemu.features.time_range.config:TimeRangesConfig",
        ),
        apply="iosemu.features.time_range.apply:apply",
        follows=("time_range",),
    ),
    # Connected routes come first of all engines: others may lean on them.
    Feature(
        "connected",
        modules=("iosemu.features.connected.explain",),
        engine="iosemu.features.connected.engine:ConnectedEngine",
    ),
    Feature("hdlc", engine="iosemu.proto.hdlc.engine:HdlcEngine"),
    Feature("ppp", engine="iosemu.proto.ppp.engine:PppEngine"),
    Feature(
        "static",
        grammars=("static",),
        modules=("iosemu.features.static.checks", "iosemu.features.static.explain"),
        contexts=("iosemu.features.static.config:StaticConfig",),
        engine="iosemu.features.static.engine:StaticEngine",
        apply="iosemu.features.static.apply:apply",
        follows=("static",),
    ),
    Feature(
        "sla",
        grammars=("sla",),
        modules=("iosemu.features.sla.cli", "iosemu.features.sla.show"),
        contexts=(
            "iosemu.features.sla.config:Operation",
            "iosemu.features.sla.config:Probe",
            "iosemu.features.sla.config:SlaConfig",
        ),
        engine="iosemu.features.sla.engine:SlaEngine",
    ),
    Feature(
        "track",
        grammars=("track",),
        modules=("iosemu.features.track.cli", "iosemu.features.track.show"),
        contexts=(
            "iosemu.features.track.config:TrackConfig",
            "iosemu.features.track.config:TrackedObject",
        ),
        engine="iosemu.features.track.engine:TrackEngine",
    ),
    Feature(
        "bgp",
        grammars=("bgp", "bgp_neighbor", "bgp_show", "bgp_exec"),
        modules=(
            "iosemu.proto.bgp.checks",
            "iosemu.proto.bgp.cli",
            "iosemu.proto.bgp.exec_commands",
            "iosemu.proto.bgp.explain",
            "iosemu.proto.bgp.neighbors",
            "iosemu.proto.bgp.show_commands",
            "iosemu.proto.bgp.show_neighbor",
            "iosemu.proto.bgp.show_protocols",
            "iosemu.proto.bgp.show_summary",
            "iosemu.proto.bgp.group_commands",
            "iosemu.proto.bgp.list_commands",
            "iosemu.proto.bgp.show_groups",
            "iosemu.proto.bgp.show_lists",
            "iosemu.proto.bgp.show_table",
            "iosemu.proto.bgp.templates",
        ),
        contexts=(
            "iosemu.proto.bgp.config:BgpConfig",
            "iosemu.proto.bgp.config:BgpProcess",
            "iosemu.proto.bgp.config:Family",
            "iosemu.proto.bgp.config:Neighbor",
            "iosemu.proto.bgp.config:NeighborPolicy",
        ),
        engine="iosemu.proto.bgp.engine:BgpEngine",
    ),
    Feature(
        "cdp",
        grammars=("cdp",),
        modules=("iosemu.proto.cdp.cli", "iosemu.proto.cdp.show"),
        contexts=(
            "iosemu.proto.cdp.config:CdpConfig",
            "iosemu.proto.cdp.config:CdpInterfaceConfig",
        ),
        engine="iosemu.proto.cdp.engine:CdpEngine",
    ),
    Feature(
        "key_chain",
        grammars=("key_chain",),
        modules=("iosemu.features.key_chain.cli", "iosemu.features.key_chain.show"),
        contexts=(
            "iosemu.features.key_chain.config:Key",
            "iosemu.features.key_chain.config:KeyChain",
            "iosemu.features.key_chain.config:KeyChainsConfig",
        ),
    ),
    Feature(
        "eigrp",
        grammars=("eigrp", "eigrp_show"),
        modules=(
            "iosemu.proto.eigrp.cli",
            "iosemu.proto.eigrp.commands",
            "iosemu.proto.eigrp.show",
        ),
        contexts=(
            "iosemu.proto.eigrp.config:EigrpAfInterface",
            "iosemu.proto.eigrp.config:EigrpConfig",
            "iosemu.proto.eigrp.config:EigrpFamily",
            "iosemu.proto.eigrp.config:EigrpInstance",
            "iosemu.proto.eigrp.config:EigrpInterfaces",
            "iosemu.proto.eigrp.config:EigrpTopology",
        ),
        engine="iosemu.proto.eigrp.engine:EigrpEngine",
    ),
    Feature(
        "ping",
        grammars=("ping",),
        modules=("iosemu.features.ping.cli", "iosemu.features.traceroute.cli"),
    ),
    Feature(
        "telnet",
        grammars=("telnet",),
        modules=("iosemu.features.telnet.cli", "iosemu.features.telnet.ssh"),
        contexts=("iosemu.features.telnet.config:TelnetConfig",),
        engine="iosemu.features.telnet.engine:TelnetServer",
    ),
    Feature(
        "processes",
        grammars=("processes",),
        modules=("iosemu.features.processes.cli", "iosemu.features.processes.show"),
    ),
    Feature(
        "services",
        grammars=("services",),
        modules=(
            "iosemu.features.services.cli",
            "iosemu.features.services.forwarding",
            "iosemu.features.services.show",
        ),
        contexts=(
            "iosemu.features.services.config:InterfaceServices",
            "iosemu.features.services.config:ServicesConfig",
        ),
    ),
    Feature(
        "debug",
        grammars=("debug",),
        modules=(
            "iosemu.features.debug.bgp",
            "iosemu.features.debug.cli",
            "iosemu.features.debug.eigrp",
            "iosemu.features.debug.show",
        ),
    ),
    Feature(
        "aaa",
        grammars=("aaa",),
        modules=("iosemu.features.aaa.commands",),
        contexts=("iosemu.features.aaa.config:AaaConfig",),
    ),
    Feature(
        "parser",
        grammars=("views",),
        modules=("iosemu.features.parser.commands",),
        contexts=(
            "iosemu.features.parser.config:ParserConfig",
            "iosemu.features.parser.config:ViewConfig",
        ),
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
