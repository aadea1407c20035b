"""Lines about hardware, licences and switching that real configurations carry along."""

from __future__ import annotations

from typing import ClassVar

from iosemu.config.entries import Entries
from iosemu.values import dataclass, field


@dataclass(frozen=True, slots=True)
class License:
    """`license udi pid PID sn SERIAL`."""

    pid: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class CallHome:
    """`call-home`."""

    contact_address: str | None = None
    phone_number: str | None = None
    street_address: str | None = None
    contract: str | None = None
    sender: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class VirtualService:
    """`virtual-service NAME`."""

    is_active: bool = False


@dataclass(frozen=True, slots=True)
class PlatformConfig:
    """The box a configuration was written on."""

    SLOT: ClassVar[str] = "platform"
    kernel_core: bool | None = None
    console: str | None = None
    templating: bool = False
    license: License | None = None
    agreed: bool = False
    license_level: str | None = None
    diagnostic_level: str | None = None
    spanning_tree_mode: str | None = None
    extend_system_id: bool = False
    call_home: CallHome | None = None
    virtual_services: Entries[str, VirtualService] = field(default_factory=Entries)
    ioam_timestamp: bool = False
