"""The question of a router that boots without a startup configuration."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.cli.api import Dialog, Exec, Lines

from .exec import DeviceExec

BANNER = ("", "         --- System Configuration Dialog ---", "")
QUESTION = "Would you like to enter the initial configuration dialog? [yes/no]: "
STARTED = ("", "", "Press RETURN to get started!", "", "")


@dataclass(frozen=True, slots=True)
class InitialDialog:
    """Asked on the console before anybody can press RETURN.  `above`: lines before it.

    The questions behind a yes are not simulated; who says yes is told so.
    """

    above: tuple[str, ...] = BANNER

    def ask(self) -> str:
        return "\n".join((*self.above, QUESTION))

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        word = text.strip().lower()
        if word and "no".startswith(word):
            assert isinstance(x, DeviceExec)
            x.session.is_open = False
            return STARTED
        if word and "yes".startswith(word):
            return InitialDialog(("% Setup is not simulated: answer no and configure.",))
        return InitialDialog(("% Please answer 'yes' or 'no'.",))
