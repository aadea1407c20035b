"""`send`: a message from one terminal of a router to another, or to all."""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import Dialog, Exec, Lines
from iosemu.values import dataclass

from .reply import Reply


@dataclass(frozen=True, slots=True)
class Heard:
    """Event of a session: somebody sent this."""

    text: str


@dataclass(frozen=True, slots=True)
class Sent(Reply):
    """The message is to go out.  `number`: of the line among all, None: to all."""

    text: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class SendText:
    """The lines of a message, until Ctrl-Z.  `sender`, `number`: lines among all, None: all."""

    sender: int
    number: int | None
    text: tuple[str, ...] = ()
    is_text: bool = True

    def ask(self) -> str:
        return "" if self.text else "Enter message, end with CTRL/Z; abort with CTRL/C:\n"

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        return replace(self, text=(*self.text, text))

    def ended(self, text: str) -> Dialog:
        """The message is whole; `text`: its last line, not ended by Enter."""
        return SendConfirm(replace(self, text=(*self.text, text) if text else self.text))


@dataclass(frozen=True, slots=True)
class SendConfirm:
    """The question before a message goes out."""

    message: SendText

    def ask(self) -> str:
        return "Send message? [confirm]"

    def answer(self, x: Exec, text: str) -> Lines | Reply:
        if text.strip().lower() not in ("", "y"):
            return []
        held = self.message
        target = "all terminals" if held.number is None else f"tty{held.number}"
        head = f"*** Message from tty{held.sender} to {target}:"
        lines = ("", "", "***", "***", head, "***", *held.text, "")
        return Sent(text="\n".join(lines), number=held.number)
