"""What may be typed next at the lab prompt: commands, devices, ends of links, branches, files.

Knows no terminal: the plain prompt and prompt_toolkit's both ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from iosemu.lab.lab import Lab
from iosemu.values import dataclass

from .commands import COMMANDS, names_of
from .saved import saved_names


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that fits, and what it means."""

    word: str
    help: str = ""


def candidates(lab: Lab, text: str) -> list[Candidate]:
    """The words that may stand where `text` ends; its last, unfinished word begins them."""
    words = text.split()
    if words[:1] == ["lab"] and (len(words) > 1 or text.endswith(" ")):
        words = words[1:]
    last = "" if text.endswith(" ") or not words else words.pop()
    found = _first(lab) if not words else _argument(lab, words, last)
    return [c for c in found if c.word.lower().startswith(last.lower())]


def last_word(text: str) -> str:
    """The unfinished word at the end; empty after a blank."""
    return "" if not text or text[-1].isspace() else text.split()[-1]


def common_beginning(words: Sequence[str]) -> str:
    """What all words begin with."""
    if not words:
        return ""
    first, last = min(words), max(words)
    same = (n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(same, min(len(first), len(last)))]


def _first(lab: Lab) -> Iterator[Candidate]:
    for name, command in COMMANDS.items():
        yield Candidate(name, command.help)
    for device in lab.routers:
        yield Candidate(device, "Go to its console")


def _argument(lab: Lab, words: list[str], last: str) -> Iterable[Candidate]:
    """What a command takes after these words."""
    names = names_of(words[0])
    if len(names) != 1:
        return []
    position = len(words)
    match names[0], position:
        case "connect" | "messages" | "inert", 1:
            return _named(lab.routers)
        case "connect", 2:
            return _named(("con", "vty"))
        case "link" | "impair", 1 | 2:
            return _named(_ends(lab, words[1:]))
        case "link", 3:
            return _named(("down", "up", "impair", "drop"))
        case "impair", _:
            return _named(("off", *FAULTS, "from"))
        case "link", _ if words[3] == "drop":
            return _named((*FILTERS, "every", "skip", "count", "from"))
        case "link", _ if words[3] == "impair":
            return _named(("off", *FAULTS))
        case "capture", 1:
            return [*_named(("save",)), *_files(last)]
        case "capture", _:
            return _named(f"{node}:{port}" for node, port in lab.fabric.ports)
        case "explain", _:
            return _named(_explained(lab, words[1:]))
        case "tap", 1:
            return _named(_free_ports(lab))
        case "tap", 2:
            return _named(("detach",))
        case "load", 1:
            return [*_named(b.name for b in lab.branches), *_named(saved_names(lab)), *_files(last)]
        case "save" | "export", 1:
            return _files(last)
        case "back", 1:
            return _named(("to",))
        case "run", 1:
            return _named(("until",))
        case "clock", 1:
            return _named(("advance",))
        case "resume", 1:
            return _named(("--without",))
        case "resume", 2:
            owners = ((n, e) for n, r in lab.routers.items() for e in r.device.engines)
            return _named(f"{name}:{engine}" for name, engine in owners)
        case _:
            return []


FILTERS = ("icmp", "tcp", "udp", "arp", "host", "port", "src", "dst", "net", "not")
FAULTS = ("loss", "delay", "jitter", "rate", "duplicate", "reorder", "corrupt")


def _named(words: Iterable[str]) -> list[Candidate]:
    return [Candidate(word) for word in dict.fromkeys(words)]


def _ends(lab: Lab, before: list[str]) -> Iterator[str]:
    """Nodes and ports with a cable; after one end, what is at the others."""
    wanted = before[0].lower() if before else None
    for link in lab.fabric.links.values():
        ends = [(node, f"{node}:{port}") for node, port in link.ports]
        if wanted is None:
            chosen = ends
        else:
            mine = [end for end in ends if wanted in (end[0].lower(), end[1].lower())]
            chosen = [end for end in ends if end not in mine] if mine else []
        for node, port in chosen:
            yield node
            yield port


def _explained(lab: Lab, before: list[str]) -> Iterator[str]:
    """The next word of a question: see `explain`."""
    match before:
        case []:
            yield from ("packet", "drops", "drop")
        case ["drops" | "drop"] | ["packet", "from"]:
            yield from lab.routers
        case ["packet"]:
            yield "from"
            yield from lab.routers
        case ["packet", "from", device]:
            yield "to"
            yield from _addresses(lab, device)
        case ["packet", "from", _, _]:
            yield "to"
            yield from _addresses(lab, None)
        case ["packet", device] if device in lab.routers:
            yield from lab.routers[device].device.stack.interfaces
        case ["packet", "from", *rest] if rest[-1] == "to":
            yield from _addresses(lab, None)
        case ["packet", *_]:
            yield from ("icmp", "tcp", "udp", "size", "ttl", "df", "both", "detail", "| json")


def _addresses(lab: Lab, device: str | None) -> Iterator[str]:
    """The addresses of a device, or of all."""
    for name, router in lab.routers.items():
        if device in (None, name):
            for interface in router.device.stack.interfaces.values():
                yield from (str(address) for address, _ in interface.settings.addresses)


def _free_ports(lab: Lab) -> Iterator[str]:
    """Ports without a cable."""
    for key, port in lab.fabric.ports.items():
        if port.link is None:
            yield ":".join(key)


def _files(last: str) -> Iterator[Candidate]:
    """Files and folders that begin like this."""
    folder = Path(last).expanduser() if last.endswith("/") else Path(last).expanduser().parent
    if "/" not in last or not folder.is_dir():
        return
    head = last[: last.rfind("/") + 1]
    for path in sorted(folder.iterdir()):
        if not path.name.startswith("."):
            yield Candidate(f"{head}{path.name}{'/' if path.is_dir() else ''}")
