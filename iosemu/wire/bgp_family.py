"""Address families of BGP, RFC 4760: the pair of numbers that says what a prefix is."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Afi(IntEnum):
    """Address family numbers."""

    IPV4 = 1
    IPV6 = 2


class Safi(IntEnum):
    """Subsequent address family identifiers."""

    UNICAST = 1
    MULTICAST = 2
    LABELED_UNICAST = 4
    VPN = 128


class Family(NamedTuple):
    """Any pair of AFI and SAFI, also one this release knows nothing of."""

    afi: int
    safi: int

    def __str__(self) -> str:
        return _NAMES.get(self, f"afi {self.afi} safi {self.safi}")

    @property
    def is_known(self) -> bool:
        """Whether its prefixes can be read and sent."""
        return self in KNOWN


IPV4_UNICAST = Family(Afi.IPV4, Safi.UNICAST)
IPV6_UNICAST = Family(Afi.IPV6, Safi.UNICAST)
VPNV4 = Family(Afi.IPV4, Safi.VPN)
KNOWN = (IPV4_UNICAST, IPV6_UNICAST, VPNV4)

_NAMES = {
    IPV4_UNICAST: "IPv4 Unicast",
    Family(Afi.IPV4, Safi.MULTICAST): "IPv4 Multicast",
    Family(Afi.IPV4, Safi.LABELED_UNICAST): "IPv4 Label-unicast",
    VPNV4: "VPNv4 Unicast",
    IPV6_UNICAST: "IPv6 Unicast",
    Family(Afi.IPV6, Safi.MULTICAST): "IPv6 Multicast",
    Family(Afi.IPV6, Safi.LABELED_UNICAST): "IPv6 Label-unicast",
    Family(Afi.IPV6, Safi.VPN): "VPNv6 Unicast",
}
"""As `show ip bgp neighbors` says them."""
