"""Which telnet options are on: the rules of RFC 854 and 1143, and what each end of ours agrees to.

Nothing that is said twice is answered twice, so two ends never talk about an option for ever.
"""

from __future__ import annotations

from iosemu.values import dataclass, field
from iosemu.wire.telnet import Command, Negotiation, Option


@dataclass(slots=True)
class Direction:
    """The options of one end.  `may`: those that are welcome; `on`: agreed; `asked`: proposed by us
    and not answered yet."""

    may: tuple[int, ...] = ()
    on: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)

    def heard(self, option: int, *, wanted: bool) -> bool | None:
        """The peer wants an option on or off: our answer, None if nothing is to be said."""
        was_asked, was_on = option in self.asked, option in self.on
        if was_asked:
            self.asked.remove(option)
        if wanted is was_on:
            return None
        if not wanted:
            self.on.remove(option)
            return False
        if was_asked or option in self.may:
            self.on.append(option)
            return None if was_asked else True
        return False


@dataclass(slots=True)
class Options:
    """`ours`: what we do; `theirs`: what the peer does."""

    ours: Direction = field(default_factory=Direction)
    theirs: Direction = field(default_factory=Direction)

    @classmethod
    def of_server(cls) -> Options:
        """A router that is called: it echoes, and asks for the caller's terminal and window."""
        return cls(
            Direction((), asked=[Option.ECHO, Option.SUPPRESS_GO_AHEAD]),
            Direction(
                (Option.SUPPRESS_GO_AHEAD,), asked=[Option.TERMINAL_TYPE, Option.WINDOW_SIZE]
            ),
        )

    @classmethod
    def of_client(cls) -> Options:
        """A router that calls: it proposes nothing and agrees to what servers usually ask for."""
        return cls(
            Direction((Option.TERMINAL_TYPE, Option.WINDOW_SIZE, Option.SUPPRESS_GO_AHEAD)),
            Direction((Option.ECHO, Option.SUPPRESS_GO_AHEAD)),
        )

    def proposals(self) -> list[Negotiation]:
        """What to open with: everything asked for."""
        return [
            *(Negotiation(Command.WILL, option) for option in self.ours.asked),
            *(Negotiation(Command.DO, option) for option in self.theirs.asked),
        ]

    def answer(self, heard: Negotiation) -> Negotiation | None:
        """Take note of what the peer says, and answer if there is something to answer."""
        option = heard.option
        if heard.command in (Command.WILL, Command.WONT):
            yes, no, side = Command.DO, Command.DONT, self.theirs
        else:
            yes, no, side = Command.WILL, Command.WONT, self.ours
        says = side.heard(option, wanted=heard.command in (Command.WILL, Command.DO))
        return None if says is None else Negotiation(yes if says else no, option)
