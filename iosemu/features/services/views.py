"""What the shows of services are about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SshView:
    """`show ip ssh`; it is off, for there are no keys.  `version`: None while both will do."""

    version: int | None
    timeout_s: int
    retries: int
    least_bits: int
