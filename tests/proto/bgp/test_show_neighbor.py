"""The renderer of BGP neighbors against the output of a real device."""

from __future__ import annotations

import iosemu.proto.bgp.show_neighbor  # noqa: F401
from iosemu.address import IPv4Address
from iosemu.kernel.time import DAY, SECOND
from iosemu.proto.bgp.neighbor_views import (
    Activity,
    CapabilityRow,
    DeniedRow,
    MessageRow,
    NeighborFamily,
    NeighborView,
    SessionRow,
)
from iosemu.wire.bgp_family import IPV4_UNICAST
from tests.features.samples import rendered, sample, unpadded

BOTH = "advertised and received"
ADDRESS = IPv4Address.parse("2.2.2.2")
FAMILY = NeighborFamily(
    IPV4_UNICAST,
    "2.2.2.2",
    64524347,
    64524250,
    64524347,
    4,
    3,
    (
        "Inherits from template ebgp-peer",
        "Inbound soft reconfiguration allowed",
        "My AS number is allowed for 10 number of times",
        "NEXT_HOP is always this router for eBGP paths",
        "Community attribute sent to this neighbor",
        "Extended-community attribute sent to this neighbor",
        "Inbound path policy configured",
        "Outbound path policy configured",
        "Incoming update prefix filter list is bogons-in",
        "Outgoing update prefix filter list is BGP_TO_TRANSIT",
        "Route map for incoming advertisements is bgp-in",
        "Route map for outgoing advertisements is bgp-out",
    ),
    Activity(7, 68, 40, 21),
    Activity(679328, 58397012, 49488476, 8229208, 39815, 0),
    136,
    (
        DeniedRow("AS_PATH too long", 0, 24),
        DeniedRow("Other Policies", 29728393),
    ),
    6,
)
VIEW = NeighborView(
    ADDRESS,
    "2",
    "external",
    "15.4",
    router_id=IPv4Address.parse("2.2.2.1"),
    state="Established",
    up=12 * 7 * DAY + 2 * DAY,
    last_read=0,
    last_write=20 * SECOND,
    hold_s=90,
    keepalive_s=30,
    sessions=1,
    session_rows=(SessionRow(1, "Established", (IPV4_UNICAST,)),),
    capabilities=(
        CapabilityRow("Route refresh", f"{BOTH}(new)"),
        CapabilityRow("Four-octets ASN Capability", BOTH),
        CapabilityRow("Address family IPv4 Unicast", BOTH),
        CapabilityRow(
            "Graceful Restart Capability",
            BOTH,
            (
                "Remote Restart timer is 120 seconds",
                "Address families advertised by peer:",
                "  none",
            ),
        ),
        CapabilityRow("Enhanced Refresh Capability", "advertised"),
        CapabilityRow("Multisession Capability", ""),
    ),
    messages=(
        MessageRow("Opens", 1, 1),
        MessageRow("Notifications", 0, 0),
        MessageRow("Updates", 25, 25127420),
        MessageRow("Keepalives", 271205, 269273),
        MessageRow("Route Refresh", 0, 0),
    ),
    interval_s=30,
    families=(FAMILY,),
    established=1,
    is_single_hop=True,
    hops=1,
    link="GigabitEthernet0/0/0",
    graceful_restart=(120, 360),
)


def test_a_neighbor_is_printed_as_by_a_device() -> None:
    expected = unpadded(sample("show_ip_bgp_neighbors__2.txt"))
    start = next(n for n, line in enumerate(expected) if line.startswith("BGP neighbor is"))
    end = next(n for n, line in enumerate(expected) if line.startswith("Connection state"))
    said = unpadded(rendered(VIEW))
    assert said[: said.index("  No active TCP connection")] == expected[start:end]
