"""What the shows of services that never act are about."""

from __future__ import annotations

from iosemu.kernel.time import Time
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class NtpStatusView:
    """`show ntp status` of a router that no server ever answered."""

    uptime: Time


@dataclass(frozen=True, slots=True)
class NtpAssociationsView:
    """`show ntp associations`: addresses, none of which ever answered."""

    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SshView:
    """`show ip ssh`; it is off, for there are no keys.  `version`: None while both will do."""

    version: int | None
    timeout_s: int
    retries: int
    least_bits: int
