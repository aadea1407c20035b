"""What the shows of services that never act are about."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class NtpStatusView:
    """`show ntp status` of a router that no server ever answered."""

    uptime: Time


@dataclass(frozen=True, slots=True)
class NtpAssociationsView:
    """`show ntp associations`: addresses, none of which ever answered."""

    addresses: tuple[str, ...]
