"""Dump, erase, reload, paste, dump: a router is what its configuration says."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.data import labs
from iosemu.lab.node import Node

LABS = sorted(path.parent.name for path in labs().glob("*/*.clab.yml"))


def dump(router: Node) -> list[str]:
    """The running configuration without its heading."""
    return router.cli("show running-config").partition("version ")[2].splitlines()


def blank(lab: iosemu.Lab, router: Node) -> None:
    """Erase the startup configuration, and reload."""
    router.cli("write erase")
    router.cli("")
    router.cli("reload")
    while router.prompt.endswith(("[yes/no]: ", "[confirm]")):
        router.cli("no" if "yes" in router.prompt else "")
    lab.run_for(60)
    assert router.prompt == "Router#"


@pytest.mark.parametrize("name", LABS)
def test_an_erased_router_is_the_same_after_a_paste(name: str) -> None:
    """But for its ports: those of an erased router are down, and no line of a dump opens them."""
    lab = iosemu.load(name)
    lab.boot()
    lab.run_for(5)
    for held in lab.topology.routers:
        router = lab[held.name]
        before = dump(router)
        blank(lab, router)
        said = router.configure("version " + "\n".join(before))
        assert "%" not in said
        closed = dump(router)
        assert [line for line in closed if line != " shutdown"] == [
            line for line in before if line != " shutdown"
        ]
        was_open = {
            head.split()[1]
            for head, body in blocks(before)
            if head.startswith("interface ") and " shutdown" not in body
        }
        for port in was_open:
            router.configure(f"interface {port}\n no shutdown")
        assert dump(router) == before


def blocks(lines: list[str]) -> list[tuple[str, list[str]]]:
    """Lines that stand at the left, each with those below it."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line.startswith(" ") and found:
            found[-1][1].append(line)
        else:
            found.append((line, []))
    return found
