"""Configuring neighbors and peer groups: what comes and goes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.cli.api import Rejected, check, config_command
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, slot_of
from iosemu.crypto import passwords
from iosemu.features.interface.config import InterfacesConfig
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.features.system.config import SystemConfig
from iosemu.kernel.rng import Random

from .cli import O, Owner, activation, family_of, with_policy
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

NOT_KNOWN = "% Specify remote-as or peer-group commands first"
NOT_ACTIVE = "% Activate the neighbor for the address family first"
NO_GROUP = "% Create the peer-group first"
NO_AS = "% Specify remote-as or peer-group remote AS first"
OWN_ADDRESS = "% Cannot configure the local system as neighbor"
NOT_INTERNAL = "% Invalid command. Not an internal neighbor"
NOT_EXTERNAL = "% Invalid command. Not an external neighbor"
TTL_FIRST = "Remove ttl-security before configuring ebgp-multihop"
MULTIHOP_FIRST = "Remove ebgp-multihop before configuring ttl-security"
NO_LOCAL_AS = "% Local-AS allowed only for eBGP peers"
OWN_LOCAL_AS = "% Cannot have local-as same as BGP AS number"
NO_PRIVATE_AS = "% Private AS cannot be removed for IBGP peers"
SHORT_HOLD = "% Warning: A hold time of less than 20 seconds increases the chances of peer flapping"
_HIDDEN = 7
_LEAST_HOLD_S = 3
_SAFE_HOLD_S = 20


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
    neighbors = owner.neighbors.drop(neighbor)
    if isinstance(owner, Family):
        return replace(owner, neighbors=neighbors, policies=owner.policies.drop(neighbor))
    assert isinstance(owner, BgpProcess)

    def left(family: Family) -> Family:
        return replace(family, policies=family.policies.drop(neighbor))

    return replace(
        owner,
        neighbors=neighbors,
        ipv4=left(owner.ipv4),
        ipv6=None if owner.ipv6 is None else left(owner.ipv6),
        vpnv4=None if owner.vpnv4 is None else left(owner.vpnv4),
        others=Entries({name: left(family) for name, family in owner.others.items()}),
    )


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
    if own is not None and of.remote_as not in (None, own):
        raise Rejected(
            f"% Peer with AS {own} cannot be in this peer-group, its AS is {of.remote_as}"
        )
    before = held or Neighbor()
    remote = before.remote if of.remote_as is None else None
    kept = replace(before, group=group, remote=remote)
    return activated(replace(owner, neighbors=owner.neighbors.put(neighbor, kept)), neighbor)


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
    seed = random("password salt").randrange(passwords.SEEDS)
    return BgpPassword(passwords.hide(text, seed), _HIDDEN)


def with_neighbor(owner: O, neighbor: Peer, change: Callable[[Neighbor], Neighbor]) -> O:
    """The owner with a neighbor changed; one that is not there stays so."""
    held = owner.neighbors.get(neighbor)
    if held is None:
        return owner
    return replace(owner, neighbors=owner.neighbors.put(neighbor, change(held)))


# -- what is refused ----


def is_known(owner: Owner, *, neighbor: Peer, config: Config) -> str | None:
    """Nothing can be said of a neighbor before its AS."""
    held = neighbor_of(owner, config, neighbor)
    return NOT_KNOWN if held is None or not has_as(config, owner, held) else None


def neighbor_of(owner: Owner, config: Config, neighbor: Peer) -> Neighbor | None:
    """A neighbor where a command of this mode looks for it: in a VRF, or in the process."""
    held: Neighbor | None = neighbors_at(owner, config).get(neighbor)
    return held


def neighbors_at(owner: Owner, config: Config) -> Entries[Peer, Neighbor]:
    """The neighbors that a command of this mode means."""
    process = config.of(BgpConfig).process
    if isinstance(owner, BgpProcess) or process is None or is_of_vrf(process, owner):
        return owner.neighbors
    return process.neighbors


def is_of_vrf(process: BgpProcess, family: Family) -> bool:
    """Whether an address family has its own neighbors."""
    held = (*process.vrfs.values(), *process.vrfs6.values())
    return any(each is family for each in held)


def has_as(config: Config, owner: Owner, held: Neighbor) -> bool:
    """Whether a neighbor is a group, or is known to have an AS."""
    return held.is_group or as_of(config, owner, held) is not None


def as_of(config: Config, owner: Owner, held: Neighbor) -> int | None:
    """The AS of a neighbor: its own, its group's, or that of a template."""
    process = config.of(BgpConfig).process
    assert process is not None
    for said in (held, group_of(neighbors_at(owner, config), held)):
        seen: set[str] = set()
        while said is not None:
            if said.remote_as is not None:
                number: int = said.remote_as
                return number
            if said.session is None or said.session in seen:
                break
            seen.add(said.session)
            said = process.sessions.get(said.session)
    return None


def is_active(owner: Owner, *, neighbor: Peer, config: Config) -> str | None:
    """In a family, nothing can be said of a neighbor that is not activated for it."""
    refusal = is_known(owner, neighbor=neighbor, config=config)
    if refusal is not None:
        return refusal
    if isinstance(neighbor, str):
        return None
    policy = family_of(owner).policies.get(neighbor)
    return None if policy is not None and policy.activate else NOT_ACTIVE


def is_internal(owner: Owner, *, neighbor: Peer, config: Config) -> bool | None:
    """Whether a neighbor is in this AS; None: its AS is not known."""
    process = config.of(BgpConfig).process
    held = neighbor_of(owner, config, neighbor)
    if process is None or held is None:
        return None
    asn = as_of(config, owner, held)
    return None if asn is None else asn == process.asn


def only_internal(owner: Owner, *, neighbor: Peer, config: Config) -> str | None:
    known = is_internal(owner, neighbor=neighbor, config=config)
    return NOT_INTERNAL if known is False else None


def only_external(owner: Owner, *, neighbor: Peer, config: Config) -> str | None:
    known = is_internal(owner, neighbor=neighbor, config=config)
    return NOT_EXTERNAL if known else None


_OF_SESSION = (
    "inherit.session local-as cluster-id description log shutdown password ebgp-multihop"
    " ttl-security connected update-source version dont-negotiate timers transport.mode"
    " transport.mtu transport.multi fall-over graceful-restart"
)
_OF_POLICY = (
    "send-community inherit.policy weight as-override allowas-in advertisement-interval"
    " default-originate reflector next-hop-self next-hop-unchanged send-label soo dmzlink-bw"
    " additional-paths advertise.paths advertise.best-external orf remove-private-as soft"
    " translate distribute.in distribute.out prefix-list.in prefix-list.out route-map.in"
    " route-map.out filter-list.in filter-list.out unsuppress-map advertise-map maximum-prefix"
)
for _name in _OF_SESSION.split():
    if _name != "inherit.session":
        check(f"bgp.neighbor.{_name}")(is_known)
for _name in _OF_POLICY.split():
    check(f"bgp.neighbor.{_name}")(is_active)
for _name in ("activate", "activate.flat"):
    check(f"bgp.neighbor.{_name}")(is_known)
check("bgp.neighbor.reflector")(only_internal)
for _name in ("ebgp-multihop", "ttl-security", "connected"):
    check(f"bgp.neighbor.{_name}")(only_external)


@check("bgp.neighbor.inherit.session")
def brings_an_as(owner: Owner, *, neighbor: Peer, name: str, config: Config) -> str | None:
    """A template may be what gives a neighbor its AS."""
    process = config.of(BgpConfig).process
    held = neighbor_of(owner, config, neighbor)
    if process is None or name not in process.sessions:
        return "% The specified peer-session template does not exist"
    if held is None and isinstance(neighbor, str):
        return NO_GROUP
    with_template = replace(held or Neighbor(), session=name)
    return None if has_as(config, owner, with_template) else NOT_KNOWN


@check("bgp.neighbor.ebgp-multihop")
def no_ttl_security(owner: Owner, *, neighbor: Peer, config: Config) -> str | None:
    held = neighbor_of(owner, config, neighbor)
    return TTL_FIRST if held is not None and held.ttl_security is not None else None


@check("bgp.neighbor.ttl-security")
def no_multihop(owner: Owner, *, neighbor: Peer, config: Config) -> str | None:
    held = neighbor_of(owner, config, neighbor)
    return MULTIHOP_FIRST if held is not None and held.ebgp_multihop is not None else None


@check("bgp.neighbor.local-as")
def local_as_is_another(owner: Owner, *, neighbor: Peer, asn: int, config: Config) -> str | None:
    process = config.of(BgpConfig).process
    if is_internal(owner, neighbor=neighbor, config=config):
        return NO_LOCAL_AS
    return OWN_LOCAL_AS if process is not None and process.asn == asn else None


@check("bgp.neighbor.remove-private-as")
def private_as_goes_outside(owner: Owner, *, neighbor: Peer, config: Config) -> str | None:
    known = is_internal(owner, neighbor=neighbor, config=config)
    return NO_PRIVATE_AS if known else None


@check("bgp.timers")
@check("bgp.neighbor.timers")
@check("bgp.session.timers")
def hold_time(owner: object, *, hold_s: int, said: list[str]) -> str | None:
    """RFC 4271 4.2: no hold time, or three seconds at least."""
    if 0 < hold_s < _LEAST_HOLD_S:
        return "% Hold time must be zero or at least three seconds"
    if 0 < hold_s < _SAFE_HOLD_S:
        said.append(SHORT_HOLD)
    return None
