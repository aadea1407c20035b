"""What is the same for every lab of this process: the grammar and the features, loaded once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from iosemu.cli.grammar import Grammar
from iosemu.data import grammars
from iosemu.device.features import Features
from iosemu.registry import FEATURES, load


@dataclass(frozen=True, slots=True)
class Program:
    """The loaded program."""

    grammar: Grammar
    features: Features


@cache
def program() -> Program:
    """Import what the registry names and compile the grammar."""
    for feature in FEATURES:
        for module in feature.modules:
            import_module(module)
    classes = {c.__name__: c for f in FEATURES for c in map(load, f.contexts)}
    files = [grammars() / f"{name}.cli" for f in FEATURES for name in f.grammars]
    return Program(Grammar.load(files, classes), Features.of(FEATURES))
