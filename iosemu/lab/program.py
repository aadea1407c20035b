"""What is the same for every lab of this process: the grammar and the features, loaded once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path

from iosemu.cli.grammar import Grammar
from iosemu.config.tree import Config
from iosemu.data import cache as user_cache
from iosemu.data import grammars
from iosemu.device.features import Features
from iosemu.registry import FEATURES, Feature, load
from iosemu.values import dataclass

from .hardware import canonical_port


@dataclass(frozen=True, slots=True)
class Program:
    """The loaded program."""

    grammar: Grammar
    features: Features


def assemble(features: Iterable[Feature], folder: Path) -> Program:
    """Import what the features name and compile their grammars, which are in the folder."""
    features = tuple(features)
    for feature in features:
        for module in feature.modules:
            import_module(module)
    classes = {c.__name__: c for f in features for c in map(load, f.contexts)}
    files = [folder / f"{name}.cli" for f in features for name in f.grammars]
    return Program(Grammar.load(files, classes, user_cache() / "grammars"), Features.of(features))


@cache
def program() -> Program:
    """The built-in program."""
    return assemble(FEATURES, grammars())


def bare_config(program: Program, text: str) -> Config:
    """What a router is before it reads this configuration: the ports that the text names."""
    ports = tuple(dict.fromkeys(filter(None, map(_port_in, text.splitlines()))))
    config = Config()
    for base in program.features.bases:
        config = base(config, ports, text)
    return config


def _port_in(line: str) -> str | None:
    """The port whose block this line begins; of a subinterface, the port it is on."""
    words = line.split(None, 1)
    if len(words) < 2 or len(words[0]) < 3 or not "interface".startswith(words[0].lower()):
        return None
    return canonical_port(words[1].partition(".")[0])
