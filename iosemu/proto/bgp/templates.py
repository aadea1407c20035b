"""Templates of neighbors: how they come, and that what is inherited stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iosemu.cli.api import Rejected, config_command

from .config import BgpProcess, Family, Neighbor, NeighborPolicy
from .neighbors import activated


@config_command("bgp.template.session")
def session_template(owner: BgpProcess, *, form: str, name: str) -> BgpProcess:
    """A template that is inherited stays."""
    held = owner.sessions
    if not form:
        return owner if name in held else replace(owner, sessions=held.put(name, Neighbor()))
    users = [*held.values(), *owner.neighbors.values()]
    for family in (*owner.vrfs.values(), *owner.vrfs6.values()):
        users += family.neighbors.values()
    if any(one.session == name for one in users):
        raise Rejected(f"% Peer-session template {name} is in use")
    return replace(owner, sessions=held.drop(name))


@config_command("bgp.template.policy")
def policy_template(owner: BgpProcess, *, form: str, name: str) -> BgpProcess:
    """A template that is inherited stays."""
    held = owner.policies
    if not form:
        return owner if name in held else replace(owner, policies=held.put(name, NeighborPolicy()))
    users = (one for family in families_of(owner) for one in family.policies.values())
    if any(one.policy == name for one in users):
        raise Rejected(f"% Peer-policy template {name} is in use")
    return replace(owner, policies=held.drop(name))


def families_of(process: BgpProcess) -> Iterator[Family]:
    """Every address family there is."""
    yield process.ipv4
    yield from (family for family in (process.ipv6, process.vpnv4) if family is not None)
    for families in (process.vrfs, process.vrfs6, process.others):
        yield from families.values()


@config_command("bgp.family.ipv4")
def family_ipv4(owner: BgpProcess, *, form: str) -> BgpProcess:
    """Without its block, IPv4 unicast is as it was when nothing was said of it."""
    if not form:
        return replace(owner, ipv4=replace(owner.ipv4, block="ipv4"))
    changed = replace(owner, ipv4=Family())
    for neighbor in owner.neighbors:
        if not isinstance(neighbor, str):
            changed = activated(changed, neighbor)
    return changed
