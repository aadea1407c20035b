"""What the notation cannot say of BGP's configuration commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from iosemu.address import IPv4Address, IPv4Prefix, length_of
from iosemu.cli.api import Rejected, check, config_command, config_printer
from iosemu.config.tree import Config, with_slot
from iosemu.rib.classful import classful

from .config import (
    BgpConfig,
    BgpNetwork,
    BgpProcess,
    BgpRedistribution,
    BgpSendCommunity,
    Family,
    NeighborPolicy,
    NetworkKey,
    Peer,
)

Owner = BgpProcess | Family
"""`router bgp`, or one of its address families; the process stands for its IPv4 unicast."""
O = TypeVar("O", bound=BgpProcess | Family)

WRONG_PREFIX = "% BGP: Incorrect network or mask/prefix-length configured"
_OSPF = ("internal", "external_1", "external_2", "nssa_external_1", "nssa_external_2")


@config_command("bgp")
def router_bgp(owner: Config, *, form: str, asn: int) -> Config:
    """There is one process."""
    process = owner.of(BgpConfig).process
    if process is not None and process.asn != asn:
        raise Rejected(f"BGP is already running; AS is {process.asn}")
    if form:
        return with_slot(owner, BgpConfig())
    return owner if process is not None else with_slot(owner, BgpConfig(BgpProcess(asn)))


@config_command("bgp.cluster-id")
def cluster_id(owner: BgpProcess, *, form: str, id: IPv4Address | int | None) -> BgpProcess:
    """A number is the address it makes."""
    return replace(owner, cluster_id=None if form or id is None else IPv4Address(id))


@config_command("bgp.graceful-restart")
def graceful_restart(owner: BgpProcess, *, form: str) -> BgpProcess:
    return replace(owner, graceful_restart=replace(owner.graceful_restart, enabled=not form))


@config_printer("bgp.graceful-restart")
def graceful_restart_lines(owner: BgpProcess) -> Iterator[str]:
    said, usual = owner.graceful_restart, BgpProcess(1).graceful_restart
    if said.enabled or said.restart_s != usual.restart_s:
        yield f"bgp graceful-restart restart-time {said.restart_s}"
    if said.enabled or said.stalepath_s != usual.stalepath_s:
        yield f"bgp graceful-restart stalepath-time {said.stalepath_s}"
    if said.enabled:
        yield "bgp graceful-restart"


# -- families ----


def family_of(owner: Owner) -> Family:
    """The family that a command of this mode means."""
    return owner.ipv4 if isinstance(owner, BgpProcess) else owner


def with_family(owner: O, family: Family) -> O:
    """The mode's object with the family changed."""
    if isinstance(owner, BgpProcess):
        return replace(owner, ipv4=family)
    assert isinstance(owner, Family)
    return family  # type: ignore[return-value]


@config_command("bgp.network")
def network(
    owner: O,
    *,
    form: str,
    network: IPv4Address,
    mask: IPv4Address | None,
    route_map: str | None,
    backdoor: bool,
) -> O:
    """The mask of the network's class is not kept."""
    key = network_key(network, mask)
    family = family_of(owner)
    held = family.networks
    networks = held.drop(key) if form else held.put(key, BgpNetwork(route_map, backdoor))
    return with_family(owner, replace(family, networks=networks))


def network_key(network: IPv4Address, mask: IPv4Address | None) -> NetworkKey:
    """As it is kept; Rejected if bits of the host are set, or the mask is none."""
    usual = class_of(network)
    if mask is None:
        return usual.network, None
    length = length_of(mask)
    if length is None or IPv4Prefix.of(network, length).network != network:
        raise Rejected(WRONG_PREFIX)
    return network, None if length == usual.length else mask


@check("bgp.aggregate")
def aggregate_is_prefix(owner: object, *, address: IPv4Address, mask: IPv4Address) -> str | None:
    length = length_of(mask)
    is_prefix = length is not None and IPv4Prefix.of(address, length).network == address
    return None if is_prefix else WRONG_PREFIX


def class_of(network: IPv4Address) -> IPv4Prefix:
    """The class A, B or C network of an address; 0.0.0.0 is the default network."""
    return IPv4Prefix(network, 0) if not network else classful(IPv4Prefix(network, 32))


@config_command("bgp.redistribute")
def redistribute(
    owner: O, *, form: str, protocol: str, process: int | None, values: Mapping[str, Any]
) -> O:
    """Options add to those that are there; a `no` with options takes them away."""
    family = family_of(owner)
    key = (protocol, process)
    held = family.redistributions.get(key)
    said = BgpRedistribution()
    options = {
        name: values[name]
        for name in ("metric", "route_map", *_OSPF)
        if values.get(name) is not None and values[name] is not False
    }
    changed = family.redistributions.drop(key)
    if not form:
        # Naming routes of OSPF replaces those that were named.
        base = replace(held or said, **{n: False for n in _OSPF if set(options) & set(_OSPF)})
        changed = family.redistributions.put(key, replace(base, **options))
    elif held is not None and options:
        left = replace(held, **{name: getattr(said, name) for name in options})
        changed = family.redistributions.put(key, left)
    return with_family(owner, replace(family, redistributions=changed))


config_command("bgp.redistribute.ospf")(redistribute)


# -- the policy of a neighbor ----


def summed(held: BgpSendCommunity | None, which: str | None, form: str) -> BgpSendCommunity | None:
    """Standard and extended communities are turned on and off each by itself."""
    before = _KINDS[held.which] if held is not None else frozenset()
    typed = _KINDS[which or "standard"]
    after = before - typed if form else before | typed
    return _SENT[after]


_KINDS = {
    "standard": frozenset(("standard",)),
    "extended": frozenset(("extended",)),
    "both": frozenset(("standard", "extended")),
}
_SENT = {frozenset[str](): None} | {
    kinds: BgpSendCommunity(which) for which, kinds in _KINDS.items()
}


@config_command("bgp.neighbor.send-community")
def send_community(owner: O, *, form: str, neighbor: Peer, which: str | None) -> O:
    family = family_of(owner)
    policy = family.policies.get(neighbor, NeighborPolicy())
    policy = replace(policy, send_community=summed(policy.send_community, which, form))
    return with_policy(owner, neighbor, policy)


@config_command("bgp.policy.send-community")
def template_send_community(
    owner: NeighborPolicy, *, form: str, which: str | None
) -> NeighborPolicy:
    return replace(owner, send_community=summed(owner.send_community, which, form))


def with_policy(owner: O, neighbor: Peer, policy: NeighborPolicy) -> O:
    """The owner with what a family says of a neighbor; nothing said is not kept."""
    family = family_of(owner)
    held = family.policies
    policies = held.drop(neighbor) if policy == NeighborPolicy() else held.put(neighbor, policy)
    return with_family(owner, replace(family, policies=policies))


@config_command("bgp.neighbor.activate.flat")
def activate_flat(owner: BgpProcess, *, form: str, neighbor: Peer) -> BgpProcess:
    if neighbor not in owner.neighbors:
        return owner
    return with_policy(owner, neighbor, activation(owner, neighbor, form != "no"))


@config_command("bgp.neighbor.activate")
def activate(owner: Family, *, form: str, neighbor: Peer, config: Config) -> Family:
    """What is turned off is forgotten; VPNv4 has its communities from the start."""
    process = config.of(BgpConfig).process
    assert process is not None
    wanted = form != "no"
    if owner is process.ipv4:
        if neighbor not in process.neighbors:
            return owner
        return with_policy(owner, neighbor, activation(process, neighbor, wanted))
    if not wanted:
        off = NeighborPolicy(activate=False if owner.neighbors.get(neighbor) else None)
        return with_policy(owner, neighbor, off)
    policy = owner.policies.get(neighbor, NeighborPolicy())
    if owner.block in ("vpnv4", None):
        policy = replace(policy, send_community=summed(policy.send_community, "extended", ""))
    return with_policy(owner, neighbor, replace(policy, activate=True))


def activation(process: BgpProcess, neighbor: Peer, wanted: bool) -> NeighborPolicy:
    """What IPv4 unicast keeps of a neighbor that is activated for it, or is not."""
    usual = process.default_ipv4 and not isinstance(neighbor, str)
    told = None if wanted == usual else wanted
    if not wanted:
        return NeighborPolicy(activate=False if process.default_ipv4 else None, told=told)
    policy: NeighborPolicy = process.ipv4.policies.get(neighbor, NeighborPolicy())
    return replace(policy, activate=True, told=told)


@config_command("bgp.default.ipv4")
def default_ipv4(owner: BgpProcess, *, form: str) -> BgpProcess:
    """Neighbors that are there stay what they are."""
    changed = replace(owner, default_ipv4=form != "no")
    for neighbor, held in owner.neighbors.items():
        if isinstance(neighbor, str) and not held.is_group:
            continue
        policy = owner.ipv4.policies.get(neighbor, NeighborPolicy())
        if isinstance(neighbor, str) and policy.activate is None:
            continue
        stays = activation(changed, neighbor, bool(policy.activate))
        changed = with_policy(changed, neighbor, stays)
    return changed
