"""Which tables of the stack the name of a VRF in a command means."""

from __future__ import annotations

from iosemu.cli.api import Exec, Rejected
from iosemu.proto.base import DEFAULT_VRF

from .config import VrfsConfig


def table_of(x: Exec, vrf: str | None) -> str:
    """The name of the tables of a VRF with IPv4, those of the router itself without a name."""
    if vrf is None:
        return DEFAULT_VRF
    if not x.config.of(VrfsConfig).has_ipv4(vrf):
        raise Rejected(f"% IP routing table vrf {vrf} does not exist")
    return vrf
