"""`show ip interface` against a capture, and from the state of a running router."""

from __future__ import annotations

import iosemu
from iosemu.address import IPv4Address
from iosemu.features.ip import show as ip_show  # noqa: F401  (registers the renderer)
from iosemu.features.ip.views import IpInterfaceView

from ..samples import rendered, sample

ip = IPv4Address.parse
LATER = (
    "Outgoing Common access list",
    "Inbound Common access list",
    "IP Null turbo vector",
    "Associated unicast",
    "Associated multicast",
    "      Topology",
    "Probe proxy",
    "Post encapsulation",
    "IP fast switching on the same",
)
"""Lines that other releases have, and 15.4 on Ethernet has not."""


def captured(name: str, interface: str) -> list[str]:
    """One interface of a capture."""
    lines = sample(name)
    start = next(n for n, line in enumerate(lines) if line.startswith(f"{interface} is "))
    end = next(n for n, line in enumerate(lines) if n > start and not line.startswith(" "))
    return [
        line.rstrip()
        for line in lines[start:end]
        if not line.lstrip().startswith(tuple(text.strip() for text in LATER))
    ]


def test_a_captured_interface_with_access_lists() -> None:
    view = IpInterfaceView(
        "TenGigabitEthernet0/1/0",
        "up",
        "up",
        ip("1.1.1.1"),
        30,
        is_from_nvram=False,
        access_out="ACL-OUT",
        access_in="ACL-IN",
        proxy_arp=False,
        redirects=False,
        unreachables=False,
    )
    expected = captured("show_ip_interface__2.txt", view.name)
    assert rendered(view) == [line.replace("QoS Classification, ", "") for line in expected]


def test_a_captured_interface_with_helpers_and_groups() -> None:
    view = IpInterfaceView(
        "GigabitEthernet0/2.1",
        "up",
        "up",
        ip("192.168.154.1"),
        24,
        groups=tuple(ip(f"224.0.0.{n}") for n in (1, 2, 22, 13, 5, 6)),
    )
    expected = captured("show_ip_interface__3.txt", view.name)
    assert rendered(view) == [line for line in expected if "MFIB" not in line]
    helped = rendered(
        IpInterfaceView(
            "Vlan1",
            "up",
            "up",
            ip("192.168.1.1"),
            24,
            secondaries=((ip("192.168.1.3"), 24),),
            helpers=tuple(map(ip, ("192.168.1.27", "192.168.1.88", "10.17.5.255"))),
            groups=tuple(ip(f"224.0.0.{n}") for n in (1, 2, 22, 13, 10)),
            proxy_arp=False,
            redirects=False,
        )
    )
    expected = captured("show_ip_interface__2.txt", "Vlan1")
    features = ("  Input features", "  Output features", "  IP Flow")
    assert [line for line in helped if not line.startswith(features)] == [
        line for line in expected if not line.startswith(features)
    ]


def test_what_is_configured_is_shown() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(30)
    r1 = lab["R1"]
    r1.configure(
        "interface e0/0\n ip address 10.9.9.1 255.255.255.0 secondary\n ip access-group 101 out\n"
        " ip helper-address 10.0.0.9\n no ip route-cache cef\n no ip unreachables\n ip mtu 1400"
    )
    lines = r1.cli("show ip interface e0/0").splitlines()
    for line in (
        "  MTU is 1400 bytes",
        "  Helper address is 10.0.0.9",
        "  Secondary address 10.9.9.1/24",
        "  Outgoing access list is 101",
        "  Inbound  access list is not set",
        "  ICMP unreachables are never sent",
        "  IP CEF switching is disabled",
        "  IP route-cache flags are Fast, No CEF",
        "  Output features: Access List",
    ):
        assert line in lines
    assert "  IP CEF switching turbo vector" not in lines
