"""What the notation cannot say of EIGRP's configuration commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.cli.api import INVALID_VALUE, check, config_command, config_printer
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, replaced, slot_of, with_slot
from iosemu.features.interface.config import InterfaceConfig
from iosemu.rib.classful import classful

from .config import (
    EigrpAfInterface,
    EigrpFamily,
    EigrpInterface,
    EigrpInterfaces,
    EigrpNetwork,
    EigrpRedistribution,
    EigrpSource,
    EigrpTopology,
)

ALL_ONES = 0xFFFFFFFF
_METRIC = ("bandwidth", "delay", "reliability", "load", "mtu")


@check("eigrp.instance")
def begins_with_no_digit(owner: Config, *, name: str) -> str | None:
    """A word with a digit first would be a number, and that is not one of a system."""
    return INVALID_VALUE if name[0].isdecimal() else None


@config_command("eigrp.network")
def network(
    owner: EigrpFamily, *, form: str, address: IPv4Address, wildcard: IPv4Address | None
) -> tuple[EigrpFamily, dict[str, Any]]:
    """Bits that do not count are cleared before the statement is kept; a mask is taken for the
    wildcard it means."""
    if wildcard is not None:
        if wildcard != ALL_ONES and is_mask(wildcard):
            wildcard = IPv4Address(wildcard ^ ALL_ONES)
        address = IPv4Address(address & ~wildcard & 0xFFFFFFFF)
    elif address:
        address = classful(IPv4Prefix(address, 32)).network
    key = EigrpNetwork(address, wildcard)
    held = owner.networks
    networks = held.drop(key) if form else held.put(key, True)
    return replace(owner, networks=networks), {"address": address, "wildcard": wildcard}


def is_mask(value: IPv4Address) -> bool:
    """Whether ones stand on the left and zeros on the right, with a one at least."""
    return value != 0 and (value ^ ALL_ONES) & ((value ^ ALL_ONES) + 1) == 0


def mask_is_one(owner: object, *, mask: IPv4Address) -> str | None:
    """A summary has a mask of which the ones stand together."""
    return None if mask == 0 or is_mask(mask) else "% Invalid IP mask"


for _command in ("interface.eigrp.summary", "eigrp.af-interface.summary", "eigrp.summary-metric"):
    check(_command)(mask_is_one)


@config_command("eigrp.redistribute")
def redistribute(
    owner: EigrpFamily | EigrpTopology,
    *,
    form: str,
    protocol: str,
    process: int | None,
    values: Mapping[str, Any],
) -> EigrpFamily | EigrpTopology:
    """Options add to those that are there; a `no` with options takes them away."""
    topology = owner.topology if isinstance(owner, EigrpFamily) else owner
    key = EigrpSource(protocol, process)
    held = topology.redistributions.get(key)
    names = [name for name in (*_METRIC, "route_map") if values.get(name) is not None]
    changed = topology.redistributions.drop(key)
    if not form:
        options = {name: values[name] for name in names}
        changed = topology.redistributions.put(
            key, replace(held or EigrpRedistribution(), **options)
        )
    elif held is not None and names:
        changed = topology.redistributions.put(key, replace(held, **dict.fromkeys(names)))
    topology = replace(topology, redistributions=changed)
    return replace(owner, topology=topology) if isinstance(owner, EigrpFamily) else topology


@config_command("eigrp.passive.default")
def passive_default(owner: EigrpFamily, *, form: str) -> EigrpFamily:
    """All interfaces alike."""
    return replace(owner, passive_default=not form, passive=Entries())


@config_command("eigrp.passive")
def passive(owner: EigrpFamily, *, form: str, name: str) -> EigrpFamily:
    """One interface, kept if it differs from the others."""
    wanted = form == ""
    held = owner.passive
    if wanted == owner.passive_default:
        return replace(owner, passive=held.drop(name))
    return replace(owner, passive=held.put(name, wanted))


@config_printer("eigrp.passive")
def passive_lines(owner: EigrpFamily) -> Iterator[str]:
    """Those that differ."""
    for name, is_passive in owner.passive.items():
        yield f"{'' if is_passive else 'no '}passive-interface {name}"


def switch(name: str) -> None:
    """A flag of `af-interface`: taking back what was said leaves it to the default interface."""

    @config_command(f"eigrp.af-interface.{name}")
    def switched(owner: EigrpAfInterface, *, form: str) -> EigrpAfInterface:
        field = name.replace("-", "_")
        wanted = form == ""
        held = getattr(owner, field)
        value = None if form == "default" or held is (not wanted) else wanted
        return replaced(owner, field, value)


for _name in ("next-hop-self", "passive", "split-horizon"):
    switch(_name)


def classic_switch(name: str) -> None:
    """A flag of an interface in a classic process: what is not kept yet is on."""

    @config_command(f"interface.eigrp.{name}")
    def switched(owner: InterfaceConfig, *, form: str, asn: int) -> InterfaceConfig:
        held = slot_of(owner, EigrpInterfaces)
        one = held.by_asn.get(asn, EigrpInterface())
        one = replaced(one, name.replace("-", "_"), form != "no")
        by_asn = held.by_asn.drop(asn) if one == EigrpInterface() else held.by_asn.put(asn, one)
        return with_slot(owner, EigrpInterfaces(by_asn))


for _name in ("next-hop-self", "split-horizon"):
    classic_switch(_name)
