"""Brings the stack's TCP to what is configured."""

from __future__ import annotations

from typing import Protocol

from iosemu.config.tree import Config
from iosemu.features.services.config import ServicesConfig
from iosemu.features.system.config import SystemConfig
from iosemu.stack.state import Stack
from iosemu.stack.tcp_state import TcpSettings

from .config import TcpConfig

LARGEST_WINDOW_BYTES = 0xFFFF
LONG_FLOOR_SINCE = (15, 3)


class Box(Protocol):
    """What is asked of the device."""

    @property
    def version(self) -> str: ...


def apply(stack: Stack, device: Box, old: Config, new: Config) -> None:
    """All settings anew: they are few."""
    tcp, system, services = new.of(TcpConfig), new.of(SystemConfig), new.of(ServicesConfig)
    age = None if tcp.path_mtu is None else tcp.path_mtu.age
    stack.tcp.settings = TcpSettings(
        synwait_s=system.tcp_synwait_s,
        # Larger ones need window scaling, which is not spoken.
        window_bytes=min(tcp.window_bytes, LARGEST_WINDOW_BYTES),
        mss_bytes=tcp.mss_bytes,
        path_mtu=tcp.path_mtu is not None,
        path_mtu_age_s=None if age == "infinite" else 60 * int(age or 10),
        nagle=services.nagle,
        keepalives_in=system.tcp_keepalives_in,
        keepalives_out=system.tcp_keepalives_out,
        rtt_floor_ms=rtt_floor_ms(device.version),
    )


def rtt_floor_ms(version: str) -> int:
    """The shortest round trip that the estimate takes: raised from 0.3 s to 1 s (RFC 6298 2.4)."""
    major, _, minor = version.partition(".")
    digits = "".join(c for c in minor if c.isdigit() or c in ".(").replace("(", ".")
    release = (int(major), int(digits.split(".")[0] or 0))
    return 1000 if release >= LONG_FLOOR_SINCE else 300
