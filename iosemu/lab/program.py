"""What is the same for every lab of this process: the grammar and the features, loaded once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from iosemu.cli.grammar import Grammar
from iosemu.data import grammars
from iosemu.device.features import Features
from iosemu.registry import FEATURES, Feature, load


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
    return Program(Grammar.load(files, classes), Features.of(features))


@cache
def program() -> Program:
    """The built-in program."""
    return assemble(FEATURES, grammars())
