"""Labs made for measuring: chains and grids of any size, written as ordinary lab folders."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from iosemu.address import IPv4Address

Interface = tuple[str, str]
"""Name, and address with mask as typed."""


def _config(name: str, interfaces: Sequence[Interface], tail: Sequence[str]) -> str:
    lines = ["version 15.4", f"hostname {name}", "no ip domain lookup"]
    for interface, address in interfaces:
        lines += ["!", f"interface {interface}", f" ip address {address}"]
    return "\n".join([*lines, "!", *tail, "end", ""])


def _write(
    folder: Path, name: str, configs: dict[str, str], links: Sequence[tuple[str, str]]
) -> Path:
    (folder / "configs").mkdir(parents=True)
    lines = [f"name: {name}", "topology:", "  nodes:"]
    for node, text in configs.items():
        (folder / "configs" / f"{node}.cfg").write_text(text)
        lines += [f"    {node}:", "      kind: cisco_iol"]
        lines += [f"      startup-config: configs/{node}.cfg"]
    lines.append("  links:")
    lines += [f'    - endpoints: ["{left}", "{right}"]' for left, right in links]
    (folder / f"{name}.clab.yml").write_text("\n".join([*lines, ""]))
    return folder


def _sink(hops: int) -> str:
    """A neighbor behind the last router of a chain that is not there: frames to it are lost."""
    return f"arp 10.0.{hops}.9 0200.0000.0009 arpa"


def chain(folder: Path, hops: int) -> Path:
    """Routers R1..Rn in a row, static routes, Loopback0 of Rn is 10.255.0.n.

    Ri and Ri+1 share 10.0.i.0/24; traffic from before R1 to behind Rn crosses all of them.
    """
    configs, links = {}, []
    for n in range(1, hops + 1):
        interfaces = [("Loopback0", f"10.255.0.{n} 255.255.255.255")]
        tail = []
        if n > 1:
            interfaces.append(("Ethernet0/0", f"10.0.{n - 1}.2 255.255.255.0"))
            tail += [f"ip route 10.255.0.{m} 255.255.255.255 10.0.{n - 1}.1" for m in range(1, n)]
            tail.append(f"ip route 10.0.0.0 255.255.255.0 10.0.{n - 1}.1")
        else:
            interfaces.append(("Ethernet0/0", "10.0.0.1 255.255.255.0"))
        interfaces.append(("Ethernet0/1", f"10.0.{n}.1 255.255.255.0"))
        tail += [f"ip route 10.0.{hops}.0 255.255.255.0 10.0.{n}.2"] if n < hops else [_sink(hops)]
        if n < hops:
            behind = range(n + 1, hops + 1)
            tail += [f"ip route 10.255.0.{m} 255.255.255.255 10.0.{n}.2" for m in behind]
            links.append((f"R{n}:Ethernet0/1", f"R{n + 1}:Ethernet0/0"))
        configs[f"R{n}"] = _config(f"R{n}", interfaces, tail)
    return _write(folder, "chain", configs, links)


def grid(folder: Path, side: int) -> Path:
    """side x side routers, each linked to its right and lower neighbor, one loopback each.

    Static routes follow the row and then the column, so every loopback is reachable from all.
    """
    interfaces: dict[tuple[int, int], list[Interface]] = {}
    neighbors: dict[tuple[int, int], dict[tuple[int, int], IPv4Address]] = {}
    links = []
    used: dict[tuple[int, int], int] = {}
    number = 0

    def port(at: tuple[int, int]) -> str:
        index = used[at] = used.get(at, -1) + 1
        return f"Ethernet0/{index}"

    cells = [(row, column) for row in range(side) for column in range(side)]
    for row, column in cells:
        loopback = IPv4Address(0x0AFF0000 + row * side + column + 1)
        interfaces[row, column] = [("Loopback0", f"{loopback} 255.255.255.255")]
        neighbors[row, column] = {}
    for here in cells:
        for there in ((here[0], here[1] + 1), (here[0] + 1, here[1])):
            if there not in interfaces:
                continue
            left, right = IPv4Address(0x0A000001 + 4 * number), IPv4Address(0x0A000002 + 4 * number)
            number += 1
            left_port, right_port = port(here), port(there)
            interfaces[here].append((left_port, f"{left} 255.255.255.252"))
            interfaces[there].append((right_port, f"{right} 255.255.255.252"))
            neighbors[here][there], neighbors[there][here] = right, left
            links.append((f"{_name(here, side)}:{left_port}", f"{_name(there, side)}:{right_port}"))
    configs = {}
    for here in cells:
        routes = []
        for there in cells:
            if there == here:
                continue
            if there[1] != here[1]:
                step = (here[0], here[1] + (1 if there[1] > here[1] else -1))
            else:
                step = (here[0] + (1 if there[0] > here[0] else -1), here[1])
            target = IPv4Address(0x0AFF0000 + there[0] * side + there[1] + 1)
            routes.append(f"ip route {target} 255.255.255.255 {neighbors[here][step]}")
        name = _name(here, side)
        configs[name] = _config(name, interfaces[here], routes)
    return _write(folder, "grid", configs, links)


def _name(at: tuple[int, int], side: int) -> str:
    return f"R{at[0] * side + at[1] + 1}"
