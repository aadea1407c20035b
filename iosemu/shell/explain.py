"""`explain` at the lab prompt and on the command line: the words of a question, and its answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from iosemu.address import IPv4Address
from iosemu.cli.nvgen import as_data
from iosemu.lab.explain import PROTOCOLS, NotAsked, Question, drops, explain, interface_of
from iosemu.lab.explained import drop_text, one_drop_text, text_of
from iosemu.lab.lab import Lab
from iosemu.values import dataclass, field

from .durations import seconds_of
from .errors import GOOD, LabError, UsageError
from .open import booted

PACKET_USAGE = (
    "explain packet from R1 [SOURCE] to TARGET, or explain packet R1 INTERFACE SOURCE TARGET,"
    " then [icmp | {tcp | udp} [[FROM-PORT] PORT]] [size N] [ttl N] [df] [both] [detail]"
)
USAGE = f"{PACKET_USAGE}; explain drops [DEVICE]; explain drop [DEVICE] NUMBER"
_NUMBERS = {"size": 65_600, "ttl": 255}


@dataclass(slots=True)
class Words:
    """What is left of a question."""

    left: list[str]
    values: dict[str, Any] = field(default_factory=dict)
    is_both: bool = False
    is_detailed: bool = False

    def take(self, what: str) -> str:
        """The next word; LabError if there is none."""
        if not self.left:
            raise LabError(f"{what} is missing; expected: {PACKET_USAGE}")
        return self.left.pop(0)

    def take_address(self) -> IPv4Address:
        """An address."""
        word = self.take("an address")
        try:
            return IPv4Address.parse(word)
        except ValueError:
            raise LabError(f"{word!r} is no IPv4 address; expected: {PACKET_USAGE}") from None


def answer(lab: Lab, text: str, *, as_json: bool = False) -> Iterator[str]:
    """The lines that a question gets.  LabError if it is none."""
    question, bar, format_ = text.partition("|")
    if bar and format_.strip() != "json":
        raise LabError(f"{format_.strip()!r} is unknown behind |; expected json")
    words = question.split()
    is_json = as_json or bool(bar)
    match words:
        case ["packet", *rest]:
            return packet(lab, rest, as_json=is_json)
        case ["drops", *device] if len(device) <= 1:
            return all_drops(lab, device, as_json=is_json)
        case ["drop", *device, number] if len(device) <= 1 and number.isdecimal():
            return one_drop(lab, device, int(number), as_json=is_json)
        case _:
            raise LabError(f"expected: {USAGE}")


def packet(lab: Lab, words: list[str], *, as_json: bool) -> Iterator[str]:
    """What becomes of a packet."""
    asked = Words(list(words))
    if asked.left[:1] == ["from"]:
        asked.left.pop(0)
        device = device_of(lab, asked.take("a device"))
        source = None if asked.left[:1] == ["to"] else asked.take_address()
        if asked.take("the word to") != "to":
            raise LabError(f"expected: {PACKET_USAGE}")
        interface = None
    else:
        device = device_of(lab, asked.take("a device"))
        interface = interface_of(asked.take("an interface"))
        source = asked.take_address()
    target = asked.take_address()
    options(asked)
    try:
        found = explain(lab, Question(device, target, source, interface, **asked.values))
    except NotAsked as refusal:
        raise LabError(str(refusal)) from None
    if as_json:
        yield from as_text(found)
    else:
        yield from text_of(found, both=asked.is_both, detail=asked.is_detailed)


def options(asked: Words) -> None:
    """The words behind the addresses."""
    while asked.left:
        match asked.left.pop(0):
            case ("tcp" | "udp") as protocol:
                asked.values["protocol"] = protocol
                ports: list[int] = []
                while asked.left and asked.left[0].isdecimal() and len(ports) < 2:
                    ports.append(number_of("port", asked.left.pop(0), 65_535))
                if ports:
                    asked.values["port"] = ports[-1]
                if len(ports) == 2:
                    asked.values["source_port"] = ports[0]
            case word if word in PROTOCOLS:
                asked.values["protocol"] = word
            case ("size" | "ttl") as name:
                asked.values[name] = number_of(name, asked.take(name), _NUMBERS[name])
            case "df":
                asked.values["dont_fragment"] = True
            case "both":
                asked.is_both = True
                if asked.left[:1] == ["ways"]:
                    asked.left.pop(0)
            case "detail":
                asked.is_detailed = True
            case word:
                raise LabError(f"{word!r} is not understood; expected: {PACKET_USAGE}")


def number_of(name: str, text: str, most: int) -> int:
    """A number from 1 on; LabError if it is none."""
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise LabError(f"{text!r} is no {name}; expected 1 to {most}")
    return int(text)


def all_drops(lab: Lab, device: Sequence[str], *, as_json: bool) -> Iterator[str]:
    """The last drops, of one device or of all."""
    found = drops(lab, device_of(lab, device[0]) if device else None)
    if as_json:
        yield from as_text(found)
    elif not found:
        yield "nothing was dropped"
    else:
        yield from drop_text(found)


def one_drop(lab: Lab, device: Sequence[str], number: int, *, as_json: bool) -> Iterator[str]:
    """One of them, as numbered by `explain drops`."""
    found = drops(lab, device_of(lab, device[0]) if device else None)
    if not 1 <= number <= len(found):
        raise LabError(f"no drop {number}; there are {len(found)}: try explain drops")
    wanted = found[number - 1]
    yield from as_text(wanted) if as_json else one_drop_text(wanted)


def as_text(found: Any) -> list[str]:
    """JSON for machines; times in nanoseconds."""
    data = [as_data(one) for one in found] if isinstance(found, list) else as_data(found)
    return json.dumps(data, indent=2).split("\n")


def device_of(lab: Lab, word: str) -> str:
    """A device by its name in any case; LabError if there is none."""
    name = next((n for n in lab.routers if n.lower() == word.lower()), None)
    if name is None:
        raise LabError(f"no device {word!r}; there are {', '.join(lab.routers)}")
    return name


def command(
    lab: str | Path, words: Sequence[str], *, after: str = "", as_json: bool = False
) -> int:
    """`iosemu explain LAB ...`: boot the lab, ask, print."""
    opened = booted(lab)
    try:
        if after:
            opened.run_for(seconds_of(after))
        for line in answer(opened, " ".join(words), as_json=as_json):
            print(line)
    except LabError as error:
        raise UsageError(str(error)) from None
    return GOOD
