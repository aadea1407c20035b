"""A line of a router, con 0 or a vty, for scripts that want keys and bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lab import Lab


class Console:
    """A terminal by its session.  What it prints is kept from here on, until it is read."""

    def __init__(self, lab: Lab, session: int, printed: bytearray | None = None) -> None:
        """`printed` hears the session already, and has what it printed so far."""
        self._lab, self.session = lab, session
        self._printed = bytearray() if printed is None else printed
        if printed is None:
            lab.listen(session, self._printed.extend)

    @classmethod
    def of_vty(cls, lab: Lab, device: str, line: int | None) -> Console:
        """A new virtual terminal; LinesBusy if there is none free."""
        printed = bytearray()
        return cls(lab, lab.open(device, "vty", line, printed.extend), printed)

    def send(self, data: str | bytes) -> None:
        """Type at the present instant; nothing runs but what that instant takes."""
        self._lab.type(self.session, data.encode("latin-1") if isinstance(data, str) else data)

    def read(self) -> str:
        """What was printed since the last read."""
        text = self._printed.decode("latin-1")
        self._printed.clear()
        return text

    @property
    def is_over(self) -> bool:
        """Whether the line was left, by `exit`, an expired timeout or a reload."""
        return self._lab.terminal(self.session).session.is_over

    def hang_up(self) -> None:
        """Close it from this side."""
        self._lab.hang_up(self.session)

    @property
    def prompt(self) -> str:
        """What stands left of the cursor."""
        return self._lab.terminal(self.session).prompt
