"""A router of a lab, as scripts see it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from iosemu.cli.configure import prompt_of
from iosemu.cli.nvgen import running_lines
from iosemu.kernel.time import SECOND, Time
from iosemu.proto.parts import LogLine
from iosemu.session.exec import hostname
from iosemu.session.session import Kind

from .console import Console
from .timeout import Timeout
from .waiting import wait

if TYPE_CHECKING:
    from .lab import Lab

ESCAPE = b"\x1e"
SUSPEND = "\x1ex"
"""Ctrl-Shift-6 x leaves a host, and takes no Enter."""
DISCARD = b"\x15"


class Node:
    """One router.  All that it keeps is its name, so it stays valid over a rewind."""

    def __init__(self, lab: Lab, name: str) -> None:
        self._lab, self.name = lab, name

    def cli(self, line: str, timeout: float = 3600) -> str:
        """Type a line on the hidden terminal and return what IOS printed.

        It is typed in whatever mode or dialog the terminal is in; a command that takes time
        advances the lab.  Timeout, with what was printed, after so many virtual seconds.
        """
        return self._typed(self._hidden("cli"), line, timeout)

    def configure(self, text: str) -> str:
        """Paste lines in configuration mode; what IOS printed about them."""
        session = self._hidden("configure")
        self._typed(session, "configure terminal")
        printed = [self._typed(session, line) for line in text.splitlines()]
        self._typed(session, "end")
        return "\n".join(part for part in printed if part)

    @property
    def prompt(self) -> str:
        """The prompt, or the question, of the terminal that `cli` types on."""
        number = self._hidden("cli")
        self._wait(number, 3600)
        session, router = self._lab.terminal(number).session, self._lab.routers[self.name]
        if self._lab.terminal(number).is_with_host:
            return self._lab.terminal(number).prompt
        if session.dialog is not None or session.pager is not None or session.tcl is not None:
            return self._lab.terminal(number).prompt
        # Not what was printed last: the host name may have been changed from elsewhere.
        version = router.device.identity.version
        return prompt_of(
            router.grammar,
            hostname(router),
            session.modes,
            privilege=session.privilege,
            version=version,
        )

    @property
    def log(self) -> list[LogLine]:
        """Log and debug lines, oldest first; of very many the newest 10,000."""
        return list(self._lab.routers[self.name].device.history)

    @property
    def logged(self) -> int:
        """How many lines were ever logged, also of those that `log` has no more."""
        return self._lab.routers[self.name].device.logged

    def log_since(self, number: int) -> list[LogLine]:
        """The lines logged after the first `number`, as far as they are kept."""
        device = self._lab.routers[self.name].device
        wanted = min(device.logged - number, len(device.history))
        return list(islice(reversed(device.history), max(wanted, 0)))[::-1]

    def configuration(self) -> str:
        """The running configuration as text, as a lab folder or nvram keeps it."""
        router = self._lab.routers[self.name]
        release = router.device.identity.version
        lines = running_lines(router.grammar, router.device.config, version=release)
        return "\n".join(("!", f"version {release}", *lines, "!", "end", ""))

    def console(self) -> Console:
        """The true con 0."""
        return Console(self._lab, self._lab.console(self.name))

    def vty(self, line: int | None = None) -> Console:
        """A new virtual terminal: the first free one, or this line; LinesBusy if it is not."""
        return Console.of_vty(self._lab, self.name, line)

    # -- the hidden terminals ----

    def _hidden(self, purpose: str) -> int:
        """The session of a hidden terminal, opened when first used: `cli` has the oldest."""
        held = [
            s.number
            for s in self._lab.switchboard.sessions.values()
            if s.device == self.name and s.kind is Kind.HIDDEN
        ]
        wanted = 1 if purpose == "cli" else 2
        while len(held) < wanted:
            held.append(self._lab.open(self.name))
        return held[wanted - 1]

    def _typed(self, session: int, line: str, timeout: float = 3600) -> str:
        """Type a line; what was printed after its echo and before the next prompt."""
        self._wait(session, timeout)
        printed = bytearray()
        self._lab.listen(session, printed.extend)
        try:
            is_help = line.endswith("?")
            ends_itself = is_help or line.lower().endswith(SUSPEND)
            keys = line.encode("latin-1", "replace") + (b"" if ends_itself else b"\r")
            if self._lab.terminal(session).takes_one_key:
                keys = keys[:1]
            self._lab.type(session, keys)
            self._wait(session, timeout, or_down=True)
            text = printed.decode("latin-1").replace("\r\n", "\n")
            prompt = self._lab.terminal(session).prompt
            if is_help:
                prompt += line.removesuffix("?")
                self._lab.type(session, DISCARD)
        except Timeout as late:
            late.output = printed.decode("latin-1").replace("\r\n", "\n").partition("\n")[2]
            self._lab.type(session, ESCAPE)
            raise
        finally:
            self._lab.unlisten(session, printed.extend)
        return text.partition("\n")[2].removesuffix(prompt).removesuffix("\n")

    def _wait(self, session: int, timeout: float, *, or_down: bool = False) -> None:
        """Run until the terminal waits for input; `or_down`: or the router reloads."""
        lab = self._lab

        def is_waiting() -> bool:
            if not lab.routers[self.name].device.is_up:
                return or_down
            return lab.terminal(session).waiting

        def silent_at() -> Time | None:
            is_up = lab.routers[self.name].device.is_up
            return lab.terminal(session).silent_at if is_up else None

        if not wait(lab, timeout, is_waiting, silent_at):
            after = lab.world.now / SECOND
            raise Timeout(f"{self.name} did not prompt within {timeout:g} s (now {after:g} s)")
