"""Transcripts written from what a lab really printed."""

from __future__ import annotations

from iosemu.kernel.time import MILLISECOND, SECOND, Time

from .read import Gaps, Hidden, Item, Settle, Step, Think, Until, Wait
from .run import Exchange, Result


def recorded(result: Result) -> str:
    """The transcript with its marks and typed lines, and the output that was printed now."""
    exchanges = {id_of(exchange.step): exchange for exchange in result.exchanges}
    head = [f"[lab {result.transcript.lab}]"] if result.transcript.lab else []
    lines = head
    for item in result.transcript.items:
        lines += _written(item, exchanges)
    return "\n".join(lines) + "\n"


def id_of(step: Step) -> tuple[int, str]:
    """What tells one step of a file from another."""
    return step.number, step.device


def _written(item: Item, exchanges: dict[tuple[int, str], Exchange]) -> list[str]:
    match item:
        case Step():
            return _step(exchanges[id_of(item)])
        case Wait(_, duration):
            return [f"[wait {_duration(duration)}]"]
        case Think(_, duration):
            return [f"[think {_duration(duration)}]"]
        case Until(_, pattern):
            return [f"[until {pattern}]"]
        case Hidden(_, device, lines):
            return [f"[hidden {device}] {'; '.join(lines)}"]
        case Settle():
            return ["[settle]"]
        case Gaps():
            return ["[gaps]"]


def _step(exchange: Exchange) -> list[str]:
    step = exchange.step
    typed = f"{step.device}{step.prompt}{step.typed or ''}"
    first = typed if step.was is None else f"[erratum {step.device} was: {step.was}] {typed}"
    printed = [line.rstrip() for line in exchange.printed]
    while printed and not printed[-1]:
        printed.pop()
    return [first, *exchange.questions, *printed, *exchange.logs]


def _duration(duration: Time) -> str:
    if duration % SECOND:
        return f"{duration / MILLISECOND:g}ms"
    return f"{duration // SECOND}s"
