"""Configuration of TCP."""

from __future__ import annotations

from typing import ClassVar

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class PathMtu:
    """`ip tcp path-mtu-discovery`; `age`: minutes, or "infinite"; None: 10."""

    age: str | None = None


@dataclass(frozen=True, slots=True)
class TcpConfig:
    """`ip tcp ...`, for connections that are opened from now on."""

    SLOT: ClassVar[str] = "tcp"
    mss_bytes: int | None = None
    path_mtu: PathMtu | None = None
    queue_segments: int | None = None
    selective_ack: bool = False
    timestamp: bool = False
    window_bytes: int = 4128
