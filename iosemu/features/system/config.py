"""Configuration of the box itself."""

from __future__ import annotations

from typing import ClassVar

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class Timestamps:
    """`service timestamps {log | debug} ...`; `style` is "datetime" or "uptime"."""

    style: str | None = None
    msec: bool = False
    localtime: bool = False
    show_timezone: bool = False
    year: bool = False

    def __post_init__(self) -> None:
        if self.style is None:
            object.__setattr__(self, "style", "uptime")


@dataclass(frozen=True, slots=True)
class ControlPlane:
    """`control-plane`: a mode with nothing in it yet."""


@dataclass(frozen=True, slots=True)
class Redundancy:
    """`redundancy`, on a router without a second supervisor."""

    mode: str | None = None


@dataclass(frozen=True, slots=True)
class SystemConfig:
    """Name, stamps, passwords, and what every running configuration carries along."""

    SLOT: ClassVar[str] = "system"
    hostname: str = "Router"
    timestamps_debug: Timestamps | None = Timestamps("datetime", msec=True)
    timestamps_log: Timestamps | None = Timestamps("datetime", msec=True)
    tcp_keepalives_in: bool = False
    tcp_keepalives_out: bool = False
    password_encryption: bool = False
    sequence_numbers: bool = False
    boot_start_marker: bool = True
    boot_end_marker: bool = True
    mmi_polling_s: int = 60
    mmi_auto_configure: bool = False
    mmi_pvc: bool = False
    mmi_snmp_timeout_s: int = 180
    ipv6_cef: bool = False
    multilink_authenticated: bool = True
    redundancy: Redundancy | None = None
    tcp_synwait_s: int = 30
    forward_protocol_nd: bool = True
    http_server: bool = False
    http_secure_server: bool = False
    ssh_version: int | None = None
    control_plane: ControlPlane | None = ControlPlane()
