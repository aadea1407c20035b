"""Texts a terminal shows before and after login."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.cli.api import Dialog, Exec, Lines
from iosemu.cli.blocks import DELIMITER, Block
from iosemu.features.ip.config import IpConfig
from iosemu.features.line.config import TerminalConfig
from iosemu.features.system.config import SystemConfig

from .reply import Reply
from .session import Session


def banner_lines(x: Exec, session: Session, kind: str, location: str | None) -> Lines:
    """The lines of a banner with its tokens replaced; none if there is none."""
    text: str | None = x.config.of(TerminalConfig).banners.get(kind)
    if text is None:
        return ()
    domain = x.config.of(IpConfig).domain_name or ""
    tokens = {
        "$(hostname)": x.config.of(SystemConfig).hostname,
        "$(domain)": domain,
        "$(line)": str(session.absolute_number),
        "$(line-desc)": location or "",
    }
    for token, value in tokens.items():
        text = text.replace(token, value)
    return text.split("\n")


@dataclass(frozen=True, slots=True)
class BannerText:
    """The lines of a banner, until one has the delimiter."""

    block: Block
    is_text: bool = True

    def ask(self) -> str:
        return ""

    def answer(self, x: Exec, text: str) -> Dialog | Lines | Reply:
        grown = self.block.with_line(text)
        return BannerText(grown) if isinstance(grown, Block) else Whole(line=grown)

    @property
    def ends_at_abort(self) -> bool:
        """Whether Ctrl-C is the delimiter."""
        return self.block.delimiter in (DELIMITER, "\x03")


@dataclass(frozen=True, slots=True)
class Whole(Reply):
    """The text is complete: the command it is part of."""

    line: str = ""
