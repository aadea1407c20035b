"""A configuration typed line by line, with the built-in grammar and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path

from iosemu.cli.configure import CONFIGURE, Modes, configure_line
from iosemu.cli.grammar import Grammar
from iosemu.cli.nvgen import running_lines
from iosemu.config.tree import Config
from iosemu.features.interface.boot import with_ports
from iosemu.registry import FEATURES, load

GRAMMARS = Path(__file__).parents[2] / "grammars"


@cache
def grammar() -> Grammar:
    """The grammar of everything the registry lists."""
    for feature in FEATURES:
        for module in feature.modules:
            import_module(module)
    names = [name for feature in FEATURES for name in feature.grammars]
    classes = [load(reference) for feature in FEATURES for reference in feature.contexts]
    paths = [GRAMMARS / f"{name}.cli" for name in names]
    return Grammar.load(paths, {kind.__name__: kind for kind in classes})


@dataclass
class Typed:
    """What a configuration is after lines, and what they printed."""

    config: Config
    modes: Modes = CONFIGURE
    printed: list[str] = field(default_factory=list)
    version: str = "15.4"

    def type(self, *lines: str) -> list[str]:
        """Type lines; what these printed."""
        start = len(self.printed)
        for line in lines:
            done = configure_line(grammar(), self.config, self.modes, line, version=self.version)
            self.config, self.modes = done.config, done.modes or CONFIGURE
            self.printed += done.output
        return self.printed[start:]

    @property
    def running(self) -> list[str]:
        return running_lines(grammar(), self.config, version=self.version)

    def block(self, head: str) -> list[str]:
        """The lines of one block of the running configuration."""
        lines = self.running
        start = lines.index(head)
        return lines[start : lines.index("!", start)]


def router(*ports: str, startup: str = "", version: str = "15.4") -> Typed:
    """A router with these ports, all of them up unless a startup configuration omits them."""
    named = startup or "\n".join(f"interface {port}" for port in ports)
    return Typed(with_ports(Config(), ports, named), version=version)
