"""The grammar of the hard shapes, compiled once."""

from __future__ import annotations

import re
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path
from types import ModuleType

from iosemu.cli.grammar import Grammar
from iosemu.features.acl import cli as acl_cli  # noqa: F401  (registers handlers)
from iosemu.features.acl import config as acl_config
from iosemu.features.key_chain import cli as key_chain_cli  # noqa: F401
from iosemu.features.key_chain import config as key_chain_config
from iosemu.features.prefix_list import cli as prefix_list_cli  # noqa: F401
from iosemu.features.prefix_list import config as prefix_list_config
from iosemu.features.route_map import cli as route_map_cli  # noqa: F401
from iosemu.features.route_map import config as route_map_config
from iosemu.proto.bgp import checks as bgp_checks  # noqa: F401
from iosemu.proto.bgp import cli as bgp_cli  # noqa: F401
from iosemu.proto.bgp import config as bgp_config
from iosemu.proto.bgp import templates as bgp_templates  # noqa: F401

from . import crypto, handlers, interfaces, qos, routing

FOLDER = Path(__file__).parent
GRAMMARS = Path(__file__).parents[3] / "grammars"
PRODUCT = ("acl", "bgp", "bgp_neighbor", "key_chain", "policy", "prefix_list")
"""Grammar files of the program that belong here: their commands keep their names."""
MODULES: tuple[ModuleType, ...] = (
    acl_config,
    key_chain_config,
    prefix_list_config,
    route_map_config,
    bgp_config,
    crypto,
    interfaces,
    qos,
    routing,
)

_NAME = re.compile(r"^(?=[a-z0-9.-]+: )|(?<=^    alias   of )", re.MULTILINE)


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
    """The grammar of all `.cli` files of this folder and some of the program's, in the order of the
    file `order`.

    Handlers and checks go by name in one process, and features have commands of the same names, so
    here every name gets a prefix.
    """
    files = sorted(FOLDER.glob("*.cli"))
    texts = [(f.name, _NAME.sub(handlers.PREFIX, f.read_text(encoding="utf-8"))) for f in files]
    texts += [(f"{n}.cli", (GRAMMARS / f"{n}.cli").read_text(encoding="utf-8")) for n in PRODUCT]
    stems = {f.stem for f in files}
    lines = (FOLDER / "order").read_text(encoding="utf-8").splitlines()
    names = [word for line in lines if (word := line.split("#")[0].strip())]
    is_whole = (*stems, *PRODUCT)
    order = [n if n in is_whole or n.startswith(PRODUCT) else handlers.PREFIX + n for n in names]
    return Grammar.of(texts, classes(), order)
