"""Address families of BGP, RFC 4760: the pair of numbers that says what a prefix is.

AFI 1 is IPv4 and 2 IPv6; SAFI 1 unicast, 2 multicast, 4 unicast with labels, 128 VPN with labels.
"""

from __future__ import annotations

from typing import NamedTuple


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


IPV4_UNICAST = Family(1, 1)
IPV6_UNICAST = Family(2, 1)
VPNV4 = Family(1, 128)
KNOWN = (IPV4_UNICAST, IPV6_UNICAST, VPNV4)

_NAMES = {
    IPV4_UNICAST: "IPv4 Unicast",
    Family(1, 2): "IPv4 Multicast",
    Family(1, 4): "IPv4 Label-unicast",
    VPNV4: "VPNv4 Unicast",
    IPV6_UNICAST: "IPv6 Unicast",
    Family(2, 2): "IPv6 Multicast",
    Family(2, 4): "IPv6 Label-unicast",
    Family(2, 128): "VPNv6 Unicast",
}
"""As `show ip bgp neighbors` says them."""
