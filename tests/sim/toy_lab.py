"""Rings of routers that run the toy protocol: the built-in program with one feature more."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

from iosemu.data import grammars
from iosemu.lab.lab import Lab
from iosemu.lab.program import Program, assemble
from iosemu.lab.topology import End, LinkNode, RouterNode, Topology
from iosemu.registry import FEATURES, Feature

TOY = Feature(
    "toy",
    grammars=("toy",),
    contexts=("tests.sim.toy_dv:ToyConfig",),
    engine="tests.sim.toy_dv:ToyEngine",
)


@cache
def toy_program() -> Program:
    """The built-in program and the toy protocol."""
    with tempfile.TemporaryDirectory() as folder:
        for file in grammars().iterdir():
            shutil.copy(file, folder)
        shutil.copy(Path(__file__).with_name("toy.cli"), folder)
        return assemble((*FEATURES, TOY), Path(folder))


def ring(size: int) -> Lab:
    """Routers R1..Rn, each linked to the next by Ethernet0/1 to Ethernet0/0; R n has n.n.n.n."""
    numbers = range(1, size + 1)
    ports = tuple(f"Ethernet0/{n}" for n in range(4))
    routers = tuple(RouterNode(f"R{n}", ports, startup(n, size)) for n in numbers)
    links = tuple(
        LinkNode((End(f"R{n}", "Ethernet0/1"), End(f"R{n % size + 1}", "Ethernet0/0")))
        for n in numbers
    )
    return Lab(Topology("ring", routers, (), links), runs=toy_program())


def startup(n: int, size: int) -> str:
    """The configuration of one router of a ring."""
    before = (n - 2) % size + 1
    return f"""hostname R{n}
interface Loopback0
 ip address {n}.{n}.{n}.{n} 255.255.255.255
interface Ethernet0/0
 ip address 10.0.{before}.2 255.255.255.0
interface Ethernet0/1
 ip address 10.0.{n}.1 255.255.255.0
router toy 2
end
"""
