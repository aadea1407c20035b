"""Texts a terminal shows before and after login."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import Dialog, Exec, Lines
from iosemu.cli.bodies import CONTROL_C, QUIT, body_end, is_last
from iosemu.features.ip.config import IpConfig
from iosemu.features.line.config import TerminalConfig
from iosemu.features.system.config import SystemConfig
from iosemu.values import dataclass

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
    """The lines of a text, until one has what ends it; `command`: the line it belongs to."""

    command: str
    end: str
    is_text: bool = True

    @classmethod
    def below(cls, line: str) -> BannerText | None:
        """What a line begins; None if it is whole."""
        end = body_end(line)
        return None if end is None or end == QUIT else cls(line, end)

    def ask(self) -> str:
        return ""

    def answer(self, x: Exec, text: str) -> Dialog | Lines | Reply:
        grown = f"{self.command}\n{text}"
        return Whole(line=grown) if is_last(self.end, text) else replace(self, command=grown)

    @property
    def ends_at_abort(self) -> bool:
        """Whether Ctrl-C is the delimiter."""
        return self.end == CONTROL_C


@dataclass(frozen=True, slots=True)
class Whole(Reply):
    """The text is complete: the command it is part of."""

    line: str = ""
