"""What IOS refuses about interfaces."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from iosemu.cli.api import INVALID_VALUE, Rejected, check, config_command, config_inert
from iosemu.cli.interfaces import BY_NAME, parent
from iosemu.config.tree import Config, slot_of, with_slot
from iosemu.features.ip.config import IpInterfaceConfig

from .config import Dot1Q, InterfaceConfig, InterfacesConfig, fresh
from .hardware import FAMILIES, family_of

SIMULATED = frozenset(hardware.family for hardware in FAMILIES)
NO_SUCH_INTERFACE = "%Invalid interface type and number"


LAN = ("Ethernet", "FastEthernet", "GigabitEthernet", "TenGigabitEthernet")


def is_creatable(name: str) -> bool:
    """Whether configuration alone makes (and removes) this interface.  A serial line with HDLC or
    PPP carries one network: it has no subinterfaces."""
    family = family_of(name)
    if family == "Serial":
        return False
    return family in SIMULATED and (BY_NAME[family].creatable or parent(name) is not None)


@check("interface.interface")
def interface_exists(owner: Config, *, name: str) -> str | None:
    held = owner.of(InterfacesConfig).by_name
    main = parent(name)
    if name in held or (is_creatable(name) and (main is None or main in held)):
        return None
    return NO_SUCH_INTERFACE


@config_command("interface.interface")
def select_or_remove(owner: Config, *, form: str, name: str, said: list[str]) -> Config:
    interfaces = owner.of(InterfacesConfig)
    if not form:
        if name in interfaces.by_name:
            return owner
        entries = interfaces.by_name.put(name, InterfaceConfig())
        return with_slot(owner, InterfacesConfig(entries))
    if name not in interfaces.by_name:
        raise Rejected(NO_SUCH_INTERFACE)
    if form == "default":
        said.append(f"Interface {name} set to default configuration")
        return with_slot(owner, InterfacesConfig(interfaces.by_name.put(name, fresh(name))))
    if not is_creatable(name):
        raise Rejected("% Removal of physical interfaces is not permitted")
    return with_slot(owner, InterfacesConfig(without(interfaces.by_name, name)))


def without(entries: Any, name: str) -> Any:
    """The interfaces without one and its subinterfaces."""
    for other in entries:
        if other == name or parent(other) == name:
            entries = entries.drop(other)
    return entries


@check("interface.encapsulation.dot1q")
def vlan_is_free(
    owner: InterfaceConfig, *, vlan: int, native: bool, config: Config, key: str
) -> str | None:
    main = parent(key)
    if family_of(key) not in LAN:
        return INVALID_VALUE
    if main is None:
        return "% Encapsulation dot1Q is only supported on subinterfaces"
    for other, held in config.of(InterfacesConfig).by_name.items():
        taken = held.encapsulation
        if other == key or parent(other) != main or taken is None:
            continue
        if taken.vlan == vlan:
            return (
                "%Configuration of multiple subinterfaces of the same main\n"
                f"interface with the same VID ({vlan}) is not permitted.\n"
                f"This VID is already configured on {other}."
            )
        if native and taken.native:
            return f"%Native VLAN is already configured on {other}."
    return None


@config_inert("interface.keepalive")
def has_no_keepalives(owner: InterfaceConfig, *, key: str) -> bool:
    """Only serial lines speak of being alive; the loop frames of Ethernet are not simulated."""
    return family_of(key) != "Serial"


@check("interface.encapsulation.serial")
@check("interface.clock.rate")
@check("interface.serial.down-when-looped")
@check("interface.serial.restart-delay")
def is_serial(owner: InterfaceConfig, *, key: str) -> str | None:
    return None if family_of(key) == "Serial" else INVALID_VALUE


@config_command("interface.encapsulation.dot1q")
def tag_or_untag(
    owner: InterfaceConfig, *, form: str, vlan: int | None, native: bool
) -> InterfaceConfig:
    if not form:
        assert vlan is not None
        return replace(owner, encapsulation=Dot1Q(vlan, native))
    # Without a VLAN a subinterface cannot have an address.
    bare = replace(
        slot_of(owner, IpInterfaceConfig), address=None, secondaries=IpInterfaceConfig().secondaries
    )
    return with_slot(replace(owner, encapsulation=None), bare)
