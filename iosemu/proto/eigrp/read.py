"""From the configuration to the settings of each process."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, slot_of
from iosemu.crypto.passwords import reveal
from iosemu.features.interface.config import InterfacesConfig
from iosemu.rib.classful import classful
from iosemu.wire.eigrp import Digest, StubFlag

from .config import (
    ACTIVE_MINUTES,
    AclFilter,
    EigrpAfInterface,
    EigrpConfig,
    EigrpFamily,
    EigrpHmac,
    EigrpInterface,
    EigrpInterfaces,
    EigrpMetric,
    EigrpNetwork,
    EigrpRange,
    EigrpRedistribution,
    EigrpSource,
    EigrpStub,
    EigrpSummary,
    EigrpSummaryMetric,
    EigrpTopology,
    EigrpWeights,
    GatewayFilter,
    PrefixFilter,
    RouteMapFilter,
)
from .metric import K, Scale
from .settings import (
    Filter,
    InterfaceSettings,
    Metric,
    Offset,
    ProcessKey,
    ProcessSettings,
    Redistribution,
    SourceDistance,
    Summary,
    SummaryMetric,
)

_PLAIN = InterfaceSettings()
_HIDDEN = 7


def processes(config: Config) -> dict[ProcessKey, ProcessSettings]:
    """Every process that is configured; of two for one autonomous system the classic one runs."""
    eigrp = config.of(EigrpConfig)
    found = {
        ProcessKey("default", number): classic(config, number, family)
        for number, family in eigrp.classic.items()
    }
    for family in eigrp.classic.values():
        for (vrf, number), inner in family.families.items():
            key = ProcessKey(vrf or "default", number)
            found.setdefault(key, classic(config, number, inner))
    for name, instance in eigrp.named.items():
        for (vrf, number), family in instance.families.items():
            settings = named(name, family)
            if instance.shutdown:
                settings = replace(settings, is_shutdown=True)
            found.setdefault(ProcessKey(vrf or "default", number), settings)
    return found


def classic(config: Config, number: int, family: EigrpFamily) -> ProcessSettings:
    """`router eigrp 100`."""
    interfaces = []
    for name, interface in config.of(InterfacesConfig).by_name.items():
        own = slot_of(interface, EigrpInterfaces).by_asn.get(number)
        is_passive = family.passive.get(name, family.passive_default)
        if own is not None or is_passive != family.passive_default:
            interfaces.append((name, _classic_interface(own or EigrpInterface(), is_passive)))
    return replace(
        _common(family),
        interfaces=tuple(interfaces),
        default_interface=replace(_PLAIN, is_passive=family.passive_default),
    )


def _classic_interface(own: EigrpInterface, is_passive: bool) -> InterfaceSettings:
    return InterfaceSettings(
        hello_s=own.hello_s or _PLAIN.hello_s,
        hold_s=own.hold_s or _PLAIN.hold_s,
        is_passive=is_passive,
        split_horizon=own.split_horizon,
        next_hop_self=own.next_hop_self,
        bandwidth_percent=own.bandwidth_percent or _PLAIN.bandwidth_percent,
        summaries=tuple(_summaries(own.summaries)),
        authentication=Digest.MD5 if own.authentication else None,
        key_chain=own.key_chain,
    )


def named(name: str, family: EigrpFamily) -> ProcessSettings:
    """`address-family ipv4 autonomous-system 100` of `router eigrp NAME`."""
    default = _named_interface(family.interface_default, _PLAIN)
    return replace(
        _common(family),
        name=name,
        scale=Scale.WIDE,
        rib_scale=family.rib_scale,
        interfaces=tuple(
            (interface, _named_interface(own, default))
            for interface, own in family.interfaces.items()
        ),
        default_interface=default,
    )


def _named_interface(own: EigrpAfInterface, base: InterfaceSettings) -> InterfaceSettings:
    """What is said of an interface, and for the rest what holds for all."""
    settings = replace(
        base,
        hello_s=own.hello_s or base.hello_s,
        hold_s=own.hold_s or base.hold_s,
        is_passive=base.is_passive if own.passive is None else own.passive,
        split_horizon=base.split_horizon if own.split_horizon is None else own.split_horizon,
        next_hop_self=base.next_hop_self if own.next_hop_self is None else own.next_hop_self,
        bandwidth_percent=own.bandwidth_percent or base.bandwidth_percent,
        summaries=tuple(_summaries(own.summaries)) or base.summaries,
        key_chain=own.key_chain or base.key_chain,
        is_shutdown=own.shutdown or base.is_shutdown,
    )
    match own.authentication:
        case None:
            return settings
        case EigrpHmac(password, encryption):
            clear = reveal(password) if encryption == _HIDDEN else password
            return replace(settings, authentication=Digest.SHA256, password=clear)
        case _:
            return replace(settings, authentication=Digest.MD5, password=None)


def _summaries(said: Entries[EigrpRange, EigrpSummary]) -> Iterator[Summary]:
    for (address, mask), options in said.items():
        yield Summary(_prefix(address, mask), options.distance, options.leak_map)


def _prefix(address: IPv4Address, mask: IPv4Address) -> IPv4Prefix:
    return IPv4Prefix.of(address, int(mask).bit_count())


def _common(family: EigrpFamily) -> ProcessSettings:
    """What is said alike in both modes."""
    topology, stub = family.topology, family.stub
    minutes = topology.active_time.minutes
    return ProcessSettings(
        is_shutdown=family.shutdown,
        networks=tuple(_pair(EigrpNetwork(*network)) for network in family.networks),
        router_id=family.router_id,
        k=_k(family.weights),
        variance=topology.variance,
        maximum_paths=topology.maximum_paths,
        traffic_share_minimum=topology.traffic_share == "min",
        distance_internal=topology.distances.internal,
        distance_external=topology.distances.external,
        source_distances=tuple(
            SourceDistance(address, wildcard or IPv4Address(0), one.distance, one.acl)
            for (address, wildcard), one in topology.source_distances.items()
        ),
        maximum_hops=topology.maximum_hops,
        stub=None if stub is None else _stub(stub),
        stub_leak_map=None if stub is None else stub.leak_map,
        active_time_s=None if topology.active_time.disabled else 60 * (minutes or ACTIVE_MINUTES),
        log_changes=family.log_changes,
        log_warnings_s=family.log_warnings_s,
        default_metric=_metric(topology.default_metric),
        default_in=topology.default_in,
        default_out=topology.default_out,
        neighbors=tuple((interface, address) for address, interface in family.neighbors),
        offsets=tuple(
            Offset(acl, direction == "in", amount, interface)
            for (acl, direction, interface), amount in topology.offsets.items()
        ),
        filters=tuple(_filters(topology)),
        redistributions=tuple(
            _redistribution(
                protocol,
                process,
                options,
                topology.import_filters.get(EigrpSource(protocol, process)),
            )
            for (protocol, process), options in topology.redistributions.items()
        ),
        summary_metrics=tuple(
            SummaryMetric(_prefix(address, mask), _metric(one), one.distance)
            for (address, mask), one in topology.summary_metrics.items()
            if mask is not None
        ),
        auto_summary=topology.auto_summary,
        event_log_size=topology.event_log_size,
    )


def _k(weights: EigrpWeights) -> K:
    return weights.k1, weights.k2, weights.k3, weights.k4, weights.k5, weights.k6 or 0


def _stub(stub: EigrpStub) -> StubFlag:
    said = {
        StubFlag.CONNECTED: stub.connected,
        StubFlag.STATIC: stub.static,
        StubFlag.SUMMARY: stub.summary,
        StubFlag.REDISTRIBUTED: stub.redistributed,
        StubFlag.LEAK_MAP: stub.leak_map is not None,
        StubFlag.RECEIVE_ONLY: stub.receive_only,
    }
    flags = StubFlag(0)
    for flag, is_said in said.items():
        flags |= flag if is_said else StubFlag(0)
    return flags


def _metric(said: EigrpMetric | EigrpRedistribution | EigrpSummaryMetric | None) -> Metric | None:
    if said is None or said.bandwidth is None:
        return None
    assert said.delay is not None
    assert said.reliability is not None
    assert said.load is not None
    assert said.mtu is not None
    return said.bandwidth, said.delay, said.reliability, said.load, said.mtu


def _filters(topology: EigrpTopology) -> Iterator[Filter]:
    for (direction, interface), one in topology.filters.items():
        plain = Filter(direction == "in", interface)
        match one:
            case AclFilter(acl):
                yield replace(plain, acl=acl)
            case GatewayFilter(gateway):
                yield replace(plain, gateway=gateway)
            case PrefixFilter(prefix_list, gateway):
                yield replace(plain, prefix_list=prefix_list, gateway=gateway)
            case RouteMapFilter(route_map):
                yield replace(plain, route_map=route_map)


def _redistribution(
    protocol: str,
    process: int | None,
    options: EigrpRedistribution,
    filtered: AclFilter | PrefixFilter | None,
) -> Redistribution:
    owner = None if process is None else f"{protocol} {process}"
    return Redistribution(
        protocol,
        owner,
        _metric(options),
        options.route_map,
        acl=filtered.acl if isinstance(filtered, AclFilter) else None,
        prefix_list=filtered.prefix_list if isinstance(filtered, PrefixFilter) else None,
    )


def _pair(network: EigrpNetwork) -> tuple[IPv4Address, IPv4Address]:
    if network.wildcard is not None:
        return network.address, network.wildcard
    if not network.address:
        return network.address, IPv4Address(0xFFFFFFFF)
    return network.address, IPv4Address(
        0xFFFFFFFF >> classful(IPv4Prefix(network.address, 32)).length
    )
