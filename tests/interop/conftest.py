"""A lab of three routers whose R1 has a free port for what is real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from .namespace import why_not
from .neighbor import Neighbor, opened

CHAIN = """
name: chain
topology:
  kinds: {cisco_iol: {}}
  nodes:
    R1: {kind: cisco_iol, startup-config: R1.cfg}
    R2: {kind: cisco_iol, startup-config: R2.cfg}
    R3: {kind: cisco_iol, startup-config: R3.cfg}
  links:
    - endpoints: ["R1:e0/0", "R2:e0/0"]
    - endpoints: ["R2:e0/1", "R3:e0/1"]
    - type: dummy
      endpoint: {node: R1, interface: Ethernet0/1}
"""
CONFIGS = {
    "R1": """\
hostname R1
interface Ethernet0/0
 ip address 10.0.12.1 255.255.255.0
interface Ethernet0/1
 ip address 192.168.1.1 255.255.255.0
ip route 10.0.23.0 255.255.255.0 10.0.12.2
ip route 3.3.3.3 255.255.255.255 10.0.12.2
ip route 9.9.9.0 255.255.255.0 Null0
""",
    "R2": """\
hostname R2
interface Ethernet0/0
 ip address 10.0.12.2 255.255.255.0
interface Ethernet0/1
 ip address 10.0.23.2 255.255.255.0
 ip mtu 1000
ip route 192.168.1.0 255.255.255.0 10.0.12.1
ip route 3.3.3.3 255.255.255.255 10.0.23.3
""",
    "R3": """\
hostname R3
interface Loopback0
 ip address 3.3.3.3 255.255.255.255
interface Ethernet0/1
 ip address 10.0.23.3 255.255.255.0
 ip mtu 1000
ip route 0.0.0.0 0.0.0.0 10.0.23.2
""",
}


@pytest.fixture
def chain(tmp_path: Path) -> Path:
    """The folder of the lab: R1 e0/1 (192.168.1.1) is free; R2 and R3 are behind it."""
    folder = tmp_path / "chain"
    folder.mkdir()
    (folder / "chain.clab.yml").write_text(CHAIN)
    for name, text in CONFIGS.items():
        (folder / f"{name}.cfg").write_text(text)
    return folder


@pytest.fixture
def linux(chain: Path) -> Iterator[Neighbor]:
    """The Linux kernel at R1 as 192.168.1.2, with a route to everything behind R1."""
    with joined(chain) as neighbor:
        yield neighbor


@contextmanager
def joined(chain: Path, runs: str = "") -> Iterator[Neighbor]:
    """The lab, up, with Linux at its free port; `runs` as in `opened`."""
    reason = why_not("ping", "traceroute", "telnet")
    if reason is not None:
        pytest.skip(reason)
    lab = opened(chain, runs)
    lab.boot()
    lab.run_for(5)
    with Neighbor(lab) as neighbor:
        neighbor.join("R1:Ethernet0/1", "tap0", "192.168.1.2/24")
        neighbor.route("default", "192.168.1.1")
        yield neighbor
