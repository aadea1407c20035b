"""`clear ip bgp` in all its forms."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address
from iosemu.cli.api import Exec, Lines, Rejected, exec_command
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4, Family

from . import read
from .requests import ResetSessions, Selection
from .settings import DEFAULT_VRF, ProcessSettings, TableKey
from .show_commands import BGP, NOT_ACTIVE
from .soft import ClearDampening, SoftReset

FAMILIES = {"ipv4": IPV4_UNICAST, "ipv6": IPV6_UNICAST, "vpnv4": VPNV4}
Which = str | int | IPv4Address | IPv6Address


def selection_of(which: Which, group: str | None, vrf: str | None) -> Selection:
    """The neighbors that are named; an address is an `int` too, so it is looked at first."""
    scope = vrf or DEFAULT_VRF
    if isinstance(which, IPv4Address | IPv6Address):
        return Selection(scope, address=which)
    if isinstance(which, int):
        return Selection(scope, asn=which)
    return Selection(scope, group=group, is_external=which == "external")


@exec_command("bgp.clear")
def clear(
    x: Exec,
    *,
    family: str | None,
    vrf: str | None,
    which: Which,
    group: str | None,
    soft: bool,
    direction: str | None,
    prefix_filter: bool,
) -> Lines:
    """Without `soft` and a direction sessions end; those of a family, if one is named."""
    settings = read.process(x.config)
    if settings is None:
        raise Rejected(NOT_ACTIVE)
    wanted = selection_of(which, group, vrf)
    if not is_meant(settings, wanted):
        shown = group if group is not None else which
        raise Rejected(f'%BGP: Unknown neighbor - "{shown}"')
    named = None if family is None else FAMILIES[family]
    if soft or direction is not None:
        inbound, outbound = direction != "out", direction != "in"
        x.post(BGP, SoftReset(wanted, named or IPV4_UNICAST, inbound, outbound))
    else:
        for one in resets(settings, wanted, named):
            x.post(BGP, ResetSessions(one))
    return []


@exec_command("bgp.clear.family")
def clear_family(
    x: Exec,
    *,
    family: str,
    vrf: str | None,
    which: Which,
    group: str | None,
    soft: bool,
    direction: str | None,
    prefix_filter: bool,
) -> Lines:
    return clear(
        x,
        family=family,
        vrf=vrf,
        which=which,
        group=group,
        soft=soft,
        direction=direction,
        prefix_filter=prefix_filter,
    )


def is_meant(settings: ProcessSettings, wanted: Selection) -> bool:
    """Whether anybody may be meant; a dynamic neighbor is in no configuration."""
    if wanted.address is None and wanted.asn is None and wanted.group is None:
        return True
    known = settings.peers.values()
    if any(wanted.fits(peer) for peer in known):
        return True
    return any(
        one.vrf == wanted.vrf and (wanted.group == one.group or holds(one.prefix, wanted.address))
        for one in settings.listen_ranges
    )


def holds(prefix: object, address: object) -> bool:
    """Whether a listen range holds an address of its kind."""
    return (
        isinstance(prefix, IPv4Prefix)
        and isinstance(address, IPv4Address)
        and prefix.holds(address)
    )


def resets(
    settings: ProcessSettings, wanted: Selection, family: Family | None
) -> Iterator[Selection]:
    """What is reset: those that carry the family, or without one all that are meant."""
    if family is None:
        yield wanted
        return
    for key, peer in settings.peers.items():
        if family in peer.families and wanted.fits(peer):
            yield Selection(key.vrf, address=key.address)


@exec_command("bgp.clear.dampening")
def clear_dampening(
    x: Exec,
    *,
    prefix: IPv4Prefix | None,
    address: IPv4Address | None,
    mask: IPv4Address | None,
) -> Lines:
    if read.process(x.config) is None:
        raise Rejected(NOT_ACTIVE)
    if address is not None:
        prefix = IPv4Prefix.of(address, 32 if mask is None else mask.bit_count())
    x.post(BGP, ClearDampening(TableKey(), prefix))
    return []
