"""What the ICMP shows are about."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import Time
from iosemu.values import dataclass


@dataclass(frozen=True, slots=True)
class RateRow:
    """Unreachables that fell due at one interface, sent or suppressed."""

    interface: str
    df: int
    other: int


@dataclass(frozen=True, slots=True)
class RateLimitView:
    """`show ip icmp rate-limit`; an interval None: not limited."""

    df_interval: Time | None
    interval: Time | None
    rows: tuple[RateRow, ...]


@dataclass(frozen=True, slots=True)
class RedirectRow:
    """One target of the redirect cache; `idle`: since it was last used."""

    target: IPv4Address
    gateway: IPv4Address
    idle: Time
    uses: int
    interface: str


@dataclass(frozen=True, slots=True)
class RedirectsView:
    """`show ip redirects`, and what `show ip route` shows of a host."""

    gateway: IPv4Address | None
    rows: tuple[RedirectRow, ...]
