"""What IOS prints when it does not take a line."""

from __future__ import annotations

from iosemu.values import dataclass

from .match import AmbiguousWord, Incomplete, Invalid


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a line was not taken.

    `kind`: "invalid", "incomplete", "ambiguous", "rejected".  `offset`: of the first bad character
    in the typed line (invalid), or of the end of the ambiguous word.
    """

    kind: str
    offset: int = 0


def failure_of(verdict: Invalid | AmbiguousWord | Incomplete) -> Failure:
    """The failure a verdict of the matcher is."""
    match verdict:
        case Invalid(offset):
            return Failure("invalid", offset)
        case AmbiguousWord(end):
            return Failure("ambiguous", end)
        case _:
            return Failure("incomplete")


def error_lines(failure: Failure, line: str, prompt_width: int) -> tuple[str, ...]:
    """The lines IOS prints; the caret stands under the first bad character, prompt included."""
    match failure.kind:
        case "invalid":
            return (
                " " * (prompt_width + failure.offset) + "^",
                "% Invalid input detected at '^' marker.",
                "",
            )
        case "ambiguous":
            return (f'% Ambiguous command:  "{line[: failure.offset].strip()}"',)
        case "incomplete":
            return ("% Incomplete command.", "")
        case _:
            return ()
