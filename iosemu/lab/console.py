"""The true console of a router, for scripts that want keys and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lab import Lab


class Console:
    """A terminal by its session.  What it prints is kept from here on, until it is read."""

    def __init__(self, lab: Lab, session: int) -> None:
        self._lab, self.session = lab, session
        self._printed = bytearray()
        lab.listen(session, self._printed.extend)

    def send(self, data: str | bytes) -> None:
        """Type at the present instant; nothing runs but what that instant takes."""
        self._lab.type(self.session, data.encode("latin-1") if isinstance(data, str) else data)

    def read(self) -> str:
        """What was printed since the last read."""
        text = self._printed.decode("latin-1")
        self._printed.clear()
        return text

    @property
    def prompt(self) -> str:
        """What stands left of the cursor."""
        return self._lab.terminal(self.session).prompt
