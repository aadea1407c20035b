"""Labs of routers that run EIGRP, made of configurations."""

from __future__ import annotations

from pathlib import Path

import iosemu

CLASSIC = "router eigrp 100\n network 0.0.0.0\n"
NAMED = (
    "router eigrp LAB\n address-family ipv4 unicast autonomous-system 100\n  network 0.0.0.0\n"
    " exit-address-family\n"
)
ADDRESSES = {
    "R1": {"Loopback0": "1.1.1.1/32", "Ethernet0/0": "10.0.12.1/24", "Ethernet0/1": "10.0.13.1/24"},
    "R2": {"Loopback0": "2.2.2.2/32", "Ethernet0/0": "10.0.12.2/24", "Ethernet0/1": "10.0.23.2/24"},
    "R3": {
        "Loopback0": "3.3.3.3/32",
        "Loopback7": "7.7.7.7/32",
        "Ethernet0/0": "10.0.23.3/24",
        "Ethernet0/1": "10.0.13.3/24",
    },
}
MASKS = {"32": "255.255.255.255", "24": "255.255.255.0"}
LINKS = (("R1", "0/0", "R2", "0/0"), ("R1", "0/1", "R3", "0/1"), ("R2", "0/1", "R3", "0/0"))


def config(name: str, version: str, process: str) -> str:
    """A startup configuration."""
    lines = [f"version {version}", f"hostname {name}"]
    for interface, text in ADDRESSES[name].items():
        address, length = text.split("/")
        lines += [f"interface {interface}", f" ip address {address} {MASKS[length]}"]
    return "\n".join([*lines, process + "end", ""])


def triangle(place: Path, version: str = "15.4", process: str = CLASSIC) -> iosemu.Lab:
    """Three routers, each linked to both others, thirty seconds after they were switched on."""
    lines = ["name: triangle", "topology:", "  nodes:"]
    for name in ADDRESSES:
        (place / f"{name}.cfg").write_text(config(name, version, process))
        lines.append(f"    {name}:")
        lines.append(f"      image: vrnetlab/cisco_iol:{version}")
        lines.append("      kind: cisco_iol")
        lines.append(f"      startup-config: {name}.cfg")
        lines.append("      labels:")
        lines.append(f'        iosemu.version: "{version}"')
    lines.append("  links:")
    lines += [f'    - endpoints: ["{a}:Ethernet{p}", "{b}:Ethernet{q}"]' for a, p, b, q in LINKS]
    (place / "triangle.clab.yml").write_text("\n".join(lines) + "\n")
    lab = iosemu.load(place)
    lab.boot()
    lab.run_for(30)
    return lab
