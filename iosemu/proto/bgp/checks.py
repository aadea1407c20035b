"""What is refused of the commands of neighbors, in the words of IOS."""

from __future__ import annotations

from iosemu.cli.api import check
from iosemu.config.entries import Entries
from iosemu.config.tree import Config
from iosemu.features.vrf.config import VrfsConfig

from .cli import Owner, family_of
from .config import BgpConfig, BgpProcess, Family, Neighbor, Peer
from .neighbors import group_of

NOT_KNOWN = "% Specify remote-as or peer-group commands first"
NOT_ACTIVE = "% Activate the neighbor for the address family first"
NOT_INTERNAL = "% Invalid command. Not an internal neighbor"
TTL_FIRST = "Remove ttl-security before configuring ebgp-multihop"
MULTIHOP_FIRST = "Remove ebgp-multihop before configuring ttl-security"
NO_LOCAL_AS = "% Local-AS allowed only for eBGP peers"
OWN_LOCAL_AS = "% Cannot have local-as same as BGP AS number"
NO_PRIVATE_AS = "% Private AS cannot be removed for IBGP peers"
SHORT_HOLD = "% Warning: A hold time of less than 20 seconds increases the chances of peer flapping"
_LEAST_HOLD_S = 3
_SAFE_HOLD_S = 20


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
    """Whether a neighbor is a group, or has an AS or a template that may give it one."""
    return held.is_group or held.session is not None or as_of(config, owner, held) is not None


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


_OF_SESSION = (
    "local-as cluster-id description log shutdown password ebgp-multihop"
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
    check(f"bgp.neighbor.{_name}")(is_known)
for _name in _OF_POLICY.split():
    check(f"bgp.neighbor.{_name}")(is_active)
for _name in ("activate", "activate.flat"):
    check(f"bgp.neighbor.{_name}")(is_known)
check("bgp.neighbor.reflector")(only_internal)


@check("bgp.neighbor.inherit.session")
@check("bgp.session.inherit.session")
def is_session_template(owner: object, *, name: str, config: Config) -> str | None:
    process = config.of(BgpConfig).process
    is_there = process is not None and name in process.sessions
    return None if is_there else "% The specified peer-session template does not exist"


@check("bgp.neighbor.inherit.policy")
def is_policy_template(owner: object, *, name: str, config: Config) -> str | None:
    process = config.of(BgpConfig).process
    is_there = process is not None and name in process.policies
    return None if is_there else "% The specified peer-policy template does not exist"


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


@check("bgp.family.vrf")
@check("bgp.family.vrf6")
def vrf_has_rd(owner: object, *, vrf: str, config: Config) -> str | None:
    """A family of a VRF needs the distinguisher of its routes."""
    vrfs = config.of(VrfsConfig)
    held = vrfs.definitions.get(vrf) or vrfs.classic.get(vrf)
    is_whole = held is not None and held.rd is not None
    return None if is_whole else f"% VRF {vrf} does not exist or does not have a RD."
