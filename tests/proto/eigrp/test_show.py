"""Renderers of EIGRP against outputs of real devices."""

from __future__ import annotations

from typing import Any

import pytest

import iosemu.proto.eigrp.show  # noqa: F401
from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.kernel.time import DAY, HOUR, MILLISECOND, MINUTE, SECOND
from iosemu.proto.eigrp.metric import Vector
from iosemu.proto.eigrp.views import (
    DestinationView,
    Head,
    InterfaceRow,
    InterfacesView,
    NeighborRow,
    NeighborsView,
    PathView,
    TimersView,
    TopologyView,
    Via,
)
from tests.features.samples import rendered, sample, unpadded

ZERO = IPv4Address(0)
VECTOR = Vector(10_000, 256)


def ip(text: str) -> IPv4Address:
    return IPv4Address.parse(text)


def head(number: int, router: str = "1.1.1.1", **more: Any) -> Head:
    return Head(number, ip(router), **{"version": "15.4", **more})


def neighbor(handle: int, address: str, interface: str, *numbers: int, **more: Any) -> NeighborRow:
    hold_s, uptime, srtt, rto, sequence = numbers
    return NeighborRow(
        handle, ip(address), interface, hold_s * SECOND, uptime, srtt, rto, 0, sequence, **more
    )


def test_neighbors_are_listed_as_by_a_device_of_12_4() -> None:
    gig = "GigabitEthernet0/"
    rows = (
        neighbor(0, "192.168.1.2", f"{gig}0", 10, 12 * MINUTE + 45 * SECOND, 19, 100, 11),
        neighbor(1, "192.168.2.2", f"{gig}1", 12, 11 * MINUTE + 24 * SECOND, 14, 100, 10),
    )
    said = rendered(NeighborsView(head(1, is_old=True, version="12.4"), rows))
    expected = sample("show_ip_eigrp_neighbors__1.txt")
    assert said[:3] == expected[:3]
    # The addresses of the sample were replaced by longer ones; its columns are those of the head.
    assert [row.split() for row in said] == [row.split() for row in expected]


def test_neighbors_are_listed_as_by_a_device_of_15() -> None:
    week, year = 7 * DAY, 364 * DAY
    rows = (
        neighbor(11, "10.1.1.122", "Tunnel15", 44, DAY + HOUR, 114, 684, 21930),
        neighbor(9, "10.1.1.34", "Tunnel117", 38, week + 6 * DAY, 157, 942, 7449),
        neighbor(10, "10.1.1.142", "Tunnel12", 35, 2 * week + 5 * DAY, 141, 846, 3728),
        neighbor(8, "10.1.1.194", "Tunnel11", 38, 4 * week + 3 * DAY, 145, 870, 10023),
        neighbor(7, "10.1.1.182", "Tunnel13", 43, 13 * week + 3 * DAY, 124, 744, 25875),
        neighbor(6, "10.1.1.230", "Tunnel14", 36, 14 * week + 2 * DAY, 93, 558, 5719),
        neighbor(5, "192.168.1.239", "GigabitEthernet0/0/2", 11, year + 17 * week, 1, 100, 1915033),
    )
    expected = unpadded(sample("show_ip_eigrp_neighbors__2.txt"))
    said = unpadded(rendered(NeighborsView(head(10), rows)))
    assert said == expected[3 : 3 + len(said)]


def test_what_hellos_say_of_neighbors_is_in_their_detail() -> None:
    rows = (
        neighbor(
            1,
            "81.211.127.255",
            "Tunnel5",
            13,
            18 * HOUR + 52 * MINUTE + 46 * SECOND,
            55,
            330,
            1042408760,
            release=(25, 0),
            tlv_version=(2, 0),
            retransmissions=1,
            prefixes=952,
        ),
        neighbor(
            0,
            "83.151.157.254",
            "Tunnel5",
            12,
            6 * DAY + 8 * HOUR,
            50,
            300,
            564418354,
            release=(25, 0),
            tlv_version=(2, 0),
            retransmissions=6,
            prefixes=952,
        ),
    )
    said = rendered(NeighborsView(head(215), rows, has_detail=True))
    assert unpadded(said) == unpadded(sample("show_ip_eigrp_neighbors_detail__1.txt"))


def interface(name: str, peers: int, srtt: int, pacing: tuple[int, int], flow: int) -> InterfaceRow:
    return InterfaceRow(name, peers, 0, srtt, pacing, flow, 0)


@pytest.mark.parametrize(
    ("number", "rows"),
    [
        (1, [("GigabitEthernet0/0", 1, 1, (0, 0), 50)]),
        (
            2,
            [
                ("GigabitEthernet1", 1, 20, (0, 0), 84),
                ("GigabitEthernet2", 1, 5, (0, 0), 50),
                ("Loopback0", 0, 0, (0, 0), 0),
            ],
        ),
    ],
)
def test_interfaces_are_listed_as_by_a_device(number: int, rows: list[Any]) -> None:
    expected = unpadded(sample(f"show_ip_eigrp_interfaces__{number}.txt"))
    view = InterfacesView(head(3 - number), tuple(interface(*row) for row in rows))
    assert unpadded(rendered(view)) == expected


def test_counters_of_an_interface_are_in_its_detail() -> None:
    sent = {"packetized": 13389, "hello": 23525118, "ack": 14237, "unicast": 1554}
    sent |= {"retransmission": 662, "out of sequence": 738, "expedited": 224}
    row = InterfaceRow("Tunnel10", 1, 0, 97, (1, 45), 433, 0, sent=tuple(sent.items()))
    said = unpadded(rendered(InterfacesView(head(12345), (row,), has_detail=True)))
    expected = unpadded(sample("show_ip_eigrp_interfaces_detail__1.txt"))[: len(said)]
    # The names of the interfaces were replaced by shorter ones.
    assert said[3].split() == expected[3].split()
    differing = [pair for pair in zip(said[4:], expected[4:], strict=True) if pair[0] != pair[1]]
    # Packets are not sent ahead of their time here, and no acknowledgment is left out.
    assert [one.split(":")[0] for one, _ in differing] == [
        "  Packetized sent/expedited",
        "  Mcast exceptions",
    ]


def via(address: str, interface: str) -> PathView:
    return PathView(Via.NEIGHBOR, ip(address), interface, 409600, 128256, VECTOR, ZERO)


def test_the_topology_is_listed_as_by_a_device() -> None:
    connected = PathView(Via.CONNECTED, None, "Ethernet3/0", 281600, 0, VECTOR, ZERO)
    redistributed = PathView(Via.REDISTRIBUTED, None, None, 281600, 0, VECTOR, ZERO)

    def destination(prefix: str, distance: int, path: PathView) -> DestinationView:
        return DestinationView(IPv4Prefix.parse(prefix), False, 1, distance, 0, 1, (path,))

    view = TopologyView(
        head(1, "192.168.10.1", vrf="VRF1"),
        (
            destination("10.17.17.0/24", 409600, via("10.10.10.2", "Ethernet3/0")),
            destination("172.16.19.0/24", 409600, via("10.10.10.2", "Ethernet3/0")),
            destination("192.168.10.0/24", 281600, connected),
            destination("10.10.10.0/24", 281600, redistributed),
        ),
    )
    said = [line.strip() for line in rendered(view) if line]
    expected = [line.strip() for line in sample("show_ip_eigrp_topology__3.txt")[1:]]
    # This sample of a manual lost a blank.
    assert said == [line.replace("Codes:P", "Codes: P") for line in expected]


def test_the_topology_is_listed_as_by_a_device_of_12_2() -> None:
    tagged = DestinationView(IPv4Prefix.parse("10.50.21.0/27"), False, 0, None, 6508497, 1, ())
    static = PathView(Via.STATIC, None, None, 2816, 0, VECTOR, ZERO)
    own = DestinationView(IPv4Prefix.parse("10.50.75.0/24"), False, 1, 2816, 0, 2, (static,))
    said = rendered(TopologyView(head(65000, "10.2.0.1", is_old=True), (tagged, own)))
    expected = unpadded(sample("show_ip_eigrp_topology__2.txt"))
    assert unpadded(said)[:5] == expected[expected.index(said[0]) :][:5]
    assert said[5] in expected
    assert said[6] in expected
    assert said[7].startswith(expected[expected.index(said[6]) + 1])


def test_timers_are_listed_as_by_a_device() -> None:
    view = TimersView(
        head(100),
        hellos=(
            (1724 * MILLISECOND, "TenGigabitEthernet0/0/6.20"),
            (2294 * MILLISECOND, "TenGigabitEthernet0/0/4"),
            (2923 * MILLISECOND, "TenGigabitEthernet0/0/10"),
        ),
        peers=((13190 * MILLISECOND, "holding"),),
        active=(),
    )
    said = unpadded(rendered(view))
    first, second = (unpadded(sample(f"show_ip_eigrp_timers__{n}.txt")) for n in (1, 2))
    assert said[:7] == first[1:8]
    assert said[7:] == second[6:]
