"""What `cdp` configures."""

from __future__ import annotations

from typing import ClassVar

from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class CdpConfig:
    """Global settings.  Seconds as they are on the wire."""

    SLOT: ClassVar[str] = "cdp"

    run: bool = True
    timer_s: int = 60
    holdtime_s: int = 180
    advertise_v2: bool = True
    log_mismatch_duplex: bool = True


@dataclass(frozen=True, slots=True)
class CdpInterfaceConfig:
    """Settings of an interface."""

    SLOT: ClassVar[str] = "cdp"

    enable: bool = True
