"""Which lines of a configuration are kept and printed, but not simulated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iosemu.config.tree import Config

from .configure import CONFIGURE, configure_line
from .grammar import Grammar
from .nvgen import running_lines


def inert_lines(
    grammar: Grammar, config: Config, lines: Iterable[str], *, version: str = "15.4"
) -> Iterator[str]:
    """Of the lines of this configuration those that do nothing, each block under its heads.

    They are typed again where they are already, so that nothing is refused; nothing comes of it.
    What every router prints is not listed.
    """
    usual = frozenset(running_lines(grammar, Config(), version=version))
    modes = CONFIGURE
    heads: list[str] = []
    for line in lines:
        depth = len(line) - len(line.lstrip(" "))
        outcome = configure_line(grammar, config, modes, line, version=version)
        modes = outcome.modes or CONFIGURE
        del heads[depth:]
        if outcome.inert and line not in usual:
            yield from (head for head in heads if head)
            heads = [""] * len(heads)
            yield line
        heads += [""] * (depth - len(heads)) + ["" if outcome.inert else line]
