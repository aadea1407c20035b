"""Labs of BGP routers: configurations of few lines, and what their tables hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from iosemu import Lab
from iosemu.address import IPv4Prefix
from iosemu.lab.loader import load as load_topology
from iosemu.proto.bgp.engine import BgpEngine
from iosemu.proto.bgp.settings import TableKey
from iosemu.proto.bgp.table import Path as BgpPath

from .out_rig import words


def lab_of(folder: Path, configs: Mapping[str, str], *segments: Sequence[str]) -> Lab:
    """A booted lab.  A segment names the routers on it; the n-th segment of a router is its
    interface Ethernet0/n."""
    lines = ["name: bgp", "topology:", "  nodes:"]
    for name, config in configs.items():
        (folder / f"{name}.cfg").write_text(f"hostname {name}\n{config}\nend\n")
        lines += [f"    {name}:", "      kind: cisco_iol", f"      startup-config: {name}.cfg"]
    used: dict[str, int] = {}
    links = []
    for number, segment in enumerate(segments):
        ends = []
        for name in segment:
            ends.append(f"{name}:Ethernet0/{used.setdefault(name, 0)}")
            used[name] += 1
        if len(ends) == 2:
            links.append(ends)
            continue
        lines.append(f"    SW{number}: {{kind: bridge}}")
        links += [[end, f"SW{number}:eth{k}"] for k, end in enumerate(ends, 1)]
    lines.append("  links:")
    lines += [f'    - endpoints: ["{left}", "{right}"]' for left, right in links]
    (folder / "bgp.clab.yml").write_text("\n".join([*lines, ""]))
    lab = Lab(load_topology(folder))
    lab.boot()
    return lab


def engine(lab: Lab, name: str) -> BgpEngine:
    found = lab.routers[name].device.engines["bgp"]
    assert isinstance(found, BgpEngine)
    return found


def best(lab: Lab, name: str, prefix: str) -> BgpPath | None:
    """The best path of a prefix on a router."""
    net = engine(lab, name).state.routing.tables[TableKey()].nets.get(IPv4Prefix.parse(prefix))
    return None if net is None else net.best


def said(lab: Lab, name: str, prefix: str) -> str | None:
    """The attributes of the best path in short."""
    path = best(lab, name, prefix)
    return None if path is None else words(path.attributes)


def route(lab: Lab, name: str, prefix: str) -> str | None:
    """The route of a prefix: its code and first next hop."""
    found = lab.routers[name].device.stack.vrf("default").rib.get(IPv4Prefix.parse(prefix))
    return None if found is None else f"{found.code} {found.next_hops[0].address}"
