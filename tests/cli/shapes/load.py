"""The grammar of the hard shapes, compiled once."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from iosemu.cli.grammar import Grammar

from . import acl, bgp, crypto, handlers, interfaces, qos, routing

FOLDER = Path(__file__).parent
MODULES: tuple[ModuleType, ...] = (acl, bgp, crypto, interfaces, qos, routing)


def classes() -> dict[str, type]:
    """All paper classes by name."""
    return {
        name: value
        for module in MODULES
        for name, value in vars(module).items()
        if isinstance(value, type) and is_dataclass(value)
    }


@cache
def shapes() -> Grammar:
    """The grammar of all `.cli` files of this folder, in the order of the file `order`."""
    assert handlers
    return Grammar.load(sorted(FOLDER.glob("*.cli")), classes())
