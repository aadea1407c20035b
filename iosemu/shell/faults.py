"""Faults of links as a user types them: `loss 1% delay 50ms rate 128k`."""

from __future__ import annotations

from iosemu.lab.link import LabLink

from .durations import seconds_of
from .errors import LabError

CHANCES = ("loss", "duplicate", "reorder", "corrupt")
TIMES = {"delay": "delay_ms", "jitter": "jitter_ms"}
_FACTORS = {"k": 1, "M": 1000, "G": 1_000_000}
USAGE = "loss 1%, delay 50ms, jitter 5ms, rate 128k, duplicate 1%, reorder 1%, corrupt 0.1% or off"


DROP_USAGE = "drop [FILTER] [every N] [skip N] [count N] [from END]"


def drop(links: list[LabLink], words: list[str]) -> None:
    """Drop frames as `icmp and src host 10.0.0.1 every 3 from R1` says."""
    words, end = _without_end(links, words)
    numbers: dict[str, int] = {}
    while len(words) >= 2 and words[-2] in ("every", "skip", "count"):
        if not words[-1].isdecimal():
            raise LabError(f"{words[-1]!r} is no number; expected {DROP_USAGE}")
        numbers[words[-2]] = int(words[-1])
        words = words[:-2]
    for link in links:
        try:
            link.drop(" ".join(words), end=_end_of(link, end), **numbers)
        except ValueError as error:
            raise LabError(f"{error}; expected {DROP_USAGE}") from None


def _without_end(links: list[LabLink], words: list[str]) -> tuple[list[str], str | None]:
    """The words before `from END`, and the end, which must be one of each link."""
    if len(words) < 2 or words[-2] != "from":
        return words, None
    for link in links:
        _end_of(link, words[-1])
    return words[:-2], words[-1]


def _end_of(link: LabLink, end: str | None) -> str | None:
    """The end of a link that a node or port names."""
    if end is None:
        return None
    found = [e for e in link.ends if end.lower() in (e.lower(), e.partition(":")[0].lower())]
    if len(found) != 1:
        raise LabError(f"no end {end!r}; there are {', '.join(link.ends)}")
    return found[0]


def impair(links: list[LabLink], words: list[str]) -> None:
    """Set the faults on each link, or take all away; LabError for words that are none."""
    words, end = _without_end(links, words)
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
        link.impair(end=_end_of(link, end), **given)  # type: ignore[arg-type]


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
