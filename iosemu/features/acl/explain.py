"""Which entry of which access list decided about a packet, and what applies the list."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import Box, Said, Why, explains
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.interface.explain import ip_change, said
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.policy.acl import Acl, ExtendedAcl, StandardAcl, entry_text

from .config import AclsConfig, ListName


def _without_in(ip: IpInterfaceConfig) -> IpInterfaceConfig:
    return replace(ip, access_in=None)


def _without_out(ip: IpInterfaceConfig) -> IpInterfaceConfig:
    return replace(ip, access_out=None)


@explains("access list")
def access_list(
    box: Box, name: str, sequence: int | None, interface: str | None, direction: str
) -> Why:
    """The entry, None for the deny at the end of every list, and the `ip access-group`."""
    group = said(
        box.config, interface, ip_change(_without_in if direction == "in" else _without_out)
    )
    held = box.config.of(AclsConfig).find(name)
    where = f"access list {name}, {direction} on {interface}"
    if sequence is None or held is None:
        return Why(f"{where}: no entry fits, and what fits none is denied", group)
    entry = held.entries.get(sequence)
    if entry is None:
        return Why(f"{where}: its entry {sequence}, which is gone", group)
    return Why(f"{where}: {sequence} {entry_text(entry)}", (_only(held, name, sequence), *group))


def _only(held: Acl, name: str, sequence: int) -> Said:
    """The line of one entry."""
    key: ListName = int(name) if name.isdecimal() else name
    kind = type(held)
    empty = kind()
    one = replace(empty, entries=empty.entries.put(sequence, held.entries[sequence]))  # type: ignore[arg-type]
    return Said(_alone(key, one), _alone(key, empty))


def _alone(key: ListName, held: Acl) -> Config:
    if isinstance(held, StandardAcl):
        acls = AclsConfig(standard=Entries[ListName, StandardAcl]().put(key, held))
    else:
        acls = AclsConfig(extended=Entries[ListName, ExtendedAcl]().put(key, held))
    return with_slot(Config(), acls)
