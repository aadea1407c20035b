"""Faults of links as a user types them: `loss 1% delay 50ms rate 128k`."""

from __future__ import annotations

from iosemu.lab.link import LabLink

from .durations import seconds_of
from .errors import LabError

CHANCES = ("loss", "duplicate", "reorder", "corrupt")
TIMES = {"delay": "delay_ms", "jitter": "jitter_ms"}
_FACTORS = {"k": 1, "M": 1000, "G": 1_000_000}
USAGE = "loss 1%, delay 50ms, jitter 5ms, rate 128k, duplicate 1%, reorder 1%, corrupt 0.1% or off"


def impair(links: list[LabLink], words: list[str]) -> None:
    """Set the faults on each link, or take all away; LabError for words that are none."""
    if words == ["off"]:
        for link in links:
            link.repair()
        return
    if not words or len(words) % 2:
        raise LabError(f"expected: {USAGE}")
    given: dict[str, float] = {}
    for name, value in zip(words[::2], words[1::2], strict=True):
        given.update(_fault(name, value))
    for link in links:
        link.impair(**given)  # type: ignore[arg-type]


def _fault(name: str, value: str) -> dict[str, float]:
    if name in CHANCES:
        return {name: _chance(value)}
    if name in TIMES:
        return {TIMES[name]: seconds_of(value) * 1000}
    if name == "rate":
        return {"rate_kbps": _rate(value)}
    raise LabError(f"no fault {name!r}; expected {USAGE}")


def _chance(text: str) -> float:
    """ "1%" or "0.01" as a number of 0..1."""
    try:
        value = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise LabError(f"{text!r} is no chance; expected 1% or 0.01")
    return value


def _rate(text: str) -> int:
    """ "128k" or "10M" in kilobits a second."""
    number, factor = text[:-1], _FACTORS.get(text[-1:])
    try:
        kbps = round(float(number) * (factor or 0))
    except ValueError:
        kbps = 0
    if kbps <= 0:
        raise LabError(f"{text!r} is no rate; expected 128k, 10M or 1G")
    return kbps
