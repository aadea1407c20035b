"""Links by the names a user gives them."""

from __future__ import annotations

from iosemu.lab.lab import Lab
from iosemu.lab.link import LabLink

from .errors import LabError


def links_between(lab: Lab, one: str, other: str) -> list[LabLink]:
    """All links between two ends, each a node ("R1") or a port ("R1:e0/0"); at least one."""
    found = [
        LabLink(lab, number)
        for number, link in lab.fabric.links.items()
        if _has(lab, link.ports, one) and _has(lab, link.ports, other)
    ]
    if not found:
        raise LabError(f"no link between {one} and {other}; try links")
    return found


def is_cut(lab: Lab, number: int) -> bool:
    """Whether some end of the link does not see it."""
    ports = lab.fabric.links[number].ports
    return not all(lab.fabric.ports[port].sees_link for port in ports)


def _has(lab: Lab, ports: tuple[tuple[str, str], ...], end: str) -> bool:
    if ":" not in end:
        return any(node.lower() == end.lower() for node, _ in ports)
    try:
        return lab.port_key(end) in ports
    except KeyError:
        raise LabError(f"no port {end!r}") from None
