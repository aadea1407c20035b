"""Configuring neighbors and peer groups: what comes and goes with them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import TypeVar

from iosemu.address import IPv4Address
from iosemu.cli.api import Rejected, config_command
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, slot_of
from iosemu.crypto import passwords
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.features.system.config import SystemConfig
from iosemu.kernel.rng import Random

from .cli import O, Owner, activation, with_policy
from .config import (
    BgpConfig,
    BgpPassword,
    BgpProcess,
    BgpRemoteAs,
    Family,
    Neighbor,
    NeighborPolicy,
    Peer,
)

NO_GROUP = "% Create the peer-group first"
NO_AS = "% Specify remote-as or peer-group remote AS first"
OWN_ADDRESS = "% Cannot configure the local system as neighbor"
_HIDDEN = 7

K = TypeVar("K", bound=Hashable)


# -- coming and going ----


@config_command("bgp.neighbor.peer-group")
def peer_group(owner: O, *, form: str, neighbor: Peer) -> O:
    """A group takes its members along."""
    held = owner.neighbors.get(neighbor)
    if not form:
        if not isinstance(neighbor, str):
            raise Rejected("% Invalid peer-group name")
        group = replace(held or Neighbor(), is_group=True)
        return replace(owner, neighbors=owner.neighbors.put(neighbor, group))
    if held is None or not held.is_group:
        return owner
    return without(owner, neighbor)


@config_command("bgp.neighbor.delete")
def delete(owner: O, *, neighbor: Peer) -> O:
    return without(owner, neighbor)


def without(owner: O, neighbor: Peer) -> O:
    """The owner without a neighbor or group; members that have an AS of their own stay."""
    held = owner.neighbors.get(neighbor)
    if held is None:
        return owner
    members = members_of(owner, neighbor) if held.is_group else ()
    changed = forget(owner, neighbor)
    for member in members:
        changed = without_group(changed, member)
    return changed


def members_of(owner: Owner, group: Peer) -> tuple[Peer, ...]:
    """The neighbors that belong to a group."""
    return tuple(peer for peer, held in owner.neighbors.items() if held.group == group)


def group_of(neighbors: Entries[Peer, Neighbor], held: Neighbor) -> Neighbor | None:
    """The peer group a neighbor is a member of."""
    return None if held.group is None else neighbors.get(held.group)


def without_group(owner: O, member: Peer) -> O:
    """A member leaves its group; without an AS of its own it is gone."""
    held = owner.neighbors[member]
    if held.remote_as is None and held.session is None:
        return forget(owner, member)
    return replace(owner, neighbors=owner.neighbors.put(member, replace(held, group=None)))


def forget(owner: O, neighbor: Peer) -> O:
    """The owner without a neighbor, also in the families that stand on it."""
    left = with_families(owner, lambda f: replace(f, policies=f.policies.drop(neighbor)))
    return replace(left, neighbors=owner.neighbors.drop(neighbor))


def with_families(owner: O, change: Callable[[Family], Family]) -> O:
    """The owner with all families changed that its neighbors may carry."""
    if isinstance(owner, Family):
        return change(owner)  # type: ignore[return-value]
    return replace(
        owner,
        ipv4=change(owner.ipv4),
        ipv6=None if owner.ipv6 is None else change(owner.ipv6),
        vpnv4=None if owner.vpnv4 is None else change(owner.vpnv4),
        others=Entries({name: change(family) for name, family in owner.others.items()}),
    )


def fitted(owner: O, neighbor: Peer, *, internal: bool) -> O:
    """The owner without what cannot be said of a neighbor inside this AS, or outside."""

    def change(family: Family) -> Family:
        held = family.policies.get(neighbor)
        if held is None:
            return family
        if internal:
            fit = replace(held, remove_private_as=None)
        else:
            fit = replace(held, route_reflector_client=False)
        return family if fit == held else with_policy(family, neighbor, fit)

    fit = with_families(owner, change)
    if not internal:
        return fit
    return with_neighbor(fit, neighbor, lambda held: replace(held, local_as=None))


def activated(owner: O, neighbor: Peer) -> O:
    """A new neighbor: of a VRF it carries the VRF's family, else IPv4 unicast if that is usual."""
    if isinstance(owner, BgpProcess):
        if neighbor in owner.ipv4.policies:
            return owner
        return with_policy(owner, neighbor, activation(owner, neighbor, owner.default_ipv4))
    policy = owner.policies.get(neighbor, NeighborPolicy())
    return with_policy(owner, neighbor, replace(policy, activate=True))


@config_command("bgp.neighbor.remote-as")
def remote_as(
    owner: O,
    *,
    form: str,
    neighbor: Peer,
    asn: int | None,
    alternate_as: tuple[int, ...] | None,
    config: Config,
) -> O:
    held = owner.neighbors.get(neighbor)
    if form or asn is None:
        return owner if held is None or held.remote is None else without_as(owner, neighbor)
    if isinstance(neighbor, str) and (held is None or not held.is_group):
        raise Rejected(NO_GROUP)
    if isinstance(neighbor, IPv4Address) and neighbor in own_addresses(config):
        raise Rejected(OWN_ADDRESS)
    group = None if held is None else group_of(owner.neighbors, held)
    if group is not None and group.remote_as is not None:
        raise Rejected(f"% Peer-group AS {group.remote_as}. Cannot configure remote-as for member")
    made = replace(held or Neighbor(), remote=BgpRemoteAs(asn, alternate_as or ()))
    changed = replace(owner, neighbors=owner.neighbors.put(neighbor, made))
    process = config.of(BgpConfig).process
    assert process is not None
    for one in members_of(owner, neighbor):
        changed = with_neighbor(changed, one, lambda each: of_group(each, asn))
        changed = fitted(changed, one, internal=asn == process.asn)
    changed = fitted(changed, neighbor, internal=asn == process.asn)
    return changed if isinstance(neighbor, str) else activated(changed, neighbor)


def without_as(owner: O, neighbor: Peer) -> O:
    """A neighbor whose AS goes, goes; so do members that lived on the AS of their group."""
    held = owner.neighbors[neighbor]
    group = group_of(owner.neighbors, held)
    if not held.is_group and (group is None or group.remote_as is None):
        return forget(owner, neighbor)
    changed = replace(owner, neighbors=owner.neighbors.put(neighbor, replace(held, remote=None)))
    if held.is_group:
        for member in members_of(owner, neighbor):
            if owner.neighbors[member].remote_as is None:
                changed = forget(changed, member)
    return changed


@config_command("bgp.neighbor.member")
def member(owner: O, *, form: str, neighbor: Peer, group: str | None, config: Config) -> O:
    held = owner.neighbors.get(neighbor)
    if form or group is None:
        is_member = held is not None and held.group is not None
        return without_group(owner, neighbor) if is_member else owner
    of = owner.neighbors.get(group)
    if of is None or not of.is_group:
        raise Rejected(NO_GROUP)
    if isinstance(neighbor, str):
        raise Rejected("% A peer-group cannot be a member of another peer-group")
    if isinstance(neighbor, IPv4Address) and neighbor in own_addresses(config):
        raise Rejected(OWN_ADDRESS)
    own = None if held is None else held.remote_as
    if own is None and of.remote_as is None and (held is None or held.session is None):
        raise Rejected(NO_AS)
    kept = replace(of_group(held or Neighbor(), of.remote_as), group=group)
    return activated(replace(owner, neighbors=owner.neighbors.put(neighbor, kept)), neighbor)


def of_group(held: Neighbor, asn: int | None) -> Neighbor:
    """A member of a group: the AS of the group, if it has one, takes the place of an equal one."""
    if asn is None or held.remote is None:
        return held
    if held.remote_as != asn:
        raise Rejected(
            f"% Peer with AS {held.remote_as} cannot be in this peer-group, its AS is {asn}"
        )
    return replace(held, remote=None)


@config_command("bgp.neighbor.inherit.session")
def inherit_session(owner: O, *, form: str, neighbor: Peer, name: str | None) -> O:
    """A template may be what gives a neighbor its AS; without it, the neighbor may be gone."""
    held = owner.neighbors.get(neighbor)
    if form or name is None:
        if held is None or held.session is None:
            return owner
        changed = with_neighbor(owner, neighbor, lambda each: replace(each, session=None))
        is_left = held.is_group or held.remote is not None or held.group is not None
        return changed if is_left else forget(changed, neighbor)
    if held is None and isinstance(neighbor, str):
        raise Rejected(NO_GROUP)
    made = replace(held or Neighbor(), session=name)
    changed = replace(owner, neighbors=owner.neighbors.put(neighbor, made))
    return (
        changed if isinstance(neighbor, str) or held is not None else activated(changed, neighbor)
    )


def own_addresses(config: Config) -> Iterator[IPv4Address]:
    """The addresses of the interfaces."""
    for interface in config.of(InterfacesConfig).by_name.values():
        address = slot_of(interface, IpInterfaceConfig).address
        if address is not None:
            yield address.address


# -- single settings ----


@config_command("bgp.neighbor.cluster-id")
def cluster_id(owner: O, *, form: str, neighbor: Peer, id: IPv4Address | int | None) -> O:
    return with_neighbor(owner, neighbor, lambda held: with_cluster_id(held, form=form, id=id))


@config_command("bgp.session.cluster-id")
def with_cluster_id(owner: Neighbor, *, form: str, id: IPv4Address | int | None) -> Neighbor:
    """A number is the address it makes."""
    return replace(owner, cluster_id=None if form or id is None else IPv4Address(id))


@config_command("bgp.neighbor.password")
def password(
    owner: O,
    *,
    form: str,
    neighbor: Peer,
    encryption: int | None,
    text: str | None,
    config: Config,
    random: Callable[[str], Random],
) -> O:
    secret = None if form or text is None else kept(text, encryption, config, random)
    return with_neighbor(owner, neighbor, lambda held: replace(held, password=secret))


@config_command("bgp.session.password")
def template_password(
    owner: Neighbor,
    *,
    form: str,
    encryption: int | None,
    text: str | None,
    config: Config,
    random: Callable[[str], Random],
) -> Neighbor:
    secret = None if form or text is None else kept(text, encryption, config, random)
    return replace(owner, password=secret)


def kept(
    text: str, encryption: int | None, config: Config, random: Callable[[str], Random]
) -> BgpPassword:
    """In clear, or hidden under `service password-encryption`."""
    if encryption == _HIDDEN:
        if passwords.reveal(text.strip()) is None:
            raise Rejected(f"Invalid encrypted password: {text.strip()}")
        return BgpPassword(text.strip(), _HIDDEN)
    if not config.of(SystemConfig).password_encryption:
        return BgpPassword(text)
    return _hide(text, random)


def hidden(process: BgpProcess, random: Callable[[str], Random]) -> BgpProcess:
    """The process with every password hidden: `service password-encryption` was turned on."""

    def of(held: Entries[K, Neighbor]) -> Entries[K, Neighbor]:
        for name, one in held.items():
            if one.password is not None and one.password.encryption != _HIDDEN:
                held = held.put(name, replace(one, password=_hide(one.password.text, random)))
        return held

    def inside(families: Entries[str, Family]) -> Entries[str, Family]:
        for vrf, family in families.items():
            families = families.put(vrf, replace(family, neighbors=of(family.neighbors)))
        return families

    return replace(
        process,
        neighbors=of(process.neighbors),
        sessions=of(process.sessions),
        vrfs=inside(process.vrfs),
        vrfs6=inside(process.vrfs6),
    )


def _hide(text: str, random: Callable[[str], Random]) -> BgpPassword:
    seed = random("password salt").randrange(passwords.SEEDS)
    return BgpPassword(passwords.hide(text, seed), _HIDDEN)


def with_neighbor(owner: O, neighbor: Peer, change: Callable[[Neighbor], Neighbor]) -> O:
    """The owner with a neighbor changed; one that is not there stays so."""
    held = owner.neighbors.get(neighbor)
    if held is None:
        return owner
    return replace(owner, neighbors=owner.neighbors.put(neighbor, change(held)))
