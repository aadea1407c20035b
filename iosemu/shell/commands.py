"""Commands of the lab prompt: one function each, in a table with their help."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from iosemu.kernel.time import SECOND
from iosemu.session.transcript.read import duration

from .errors import LabError, UsageError
from .links import is_cut, links_between
from .open import refused_lines
from .watch import LogWatch

if TYPE_CHECKING:
    from .console import Console

UNTIL_PATIENCE_S = 86_400.0
"""How long `until` waits, in virtual seconds."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its arguments and what it does, for `help`."""

    arguments: str
    help: str
    run: Callable[[Console, str], None]


COMMANDS: dict[str, Command] = {}


def names_of(word: str) -> list[str]:
    """The commands a word means: its own name, or all it abbreviates."""
    return [word] if word in COMMANDS else [name for name in COMMANDS if name.startswith(word)]


def _command(
    name: str, arguments: str, help_: str
) -> Callable[[Callable[[Console, str], None]], Callable[[Console, str], None]]:
    def register(function: Callable[[Console, str], None]) -> Callable[[Console, str], None]:
        COMMANDS[name] = Command(arguments, help_, function)
        return function

    return register


def seconds_of(text: str) -> float:
    """`24h`, `30s`, `500ms`; a bare number is seconds.  LabError if it is no time."""
    found = duration(text if not text.replace(".", "", 1).isdecimal() else text + "s")
    if found is None:
        raise LabError(f"{text!r} is no time; expected 30s, 5m, 24h or 500ms")
    return found / SECOND


@_command(
    "connect",
    "DEVICE [con | vty [N]]",
    "Go to the console of a device, as its name alone does, or to a virtual terminal",
)
def connect(console: Console, text: str) -> None:
    name, *line = text.lower().split() or [""]
    device = console.device_named(name)
    if device is None:
        raise LabError(f"no device {text!r}; there are {', '.join(console.lab.routers)}")
    match line:
        case [] | ["con"] | ["con", "0"]:
            console.connect(device)
        case ["vty"]:
            console.connect_vty(device, None)
        case ["vty", number] if number.isdecimal():
            console.connect_vty(device, int(number))
        case _:
            raise LabError(f"no line {' '.join(line)!r}; expected con or vty [N]")


@_command("devices", "", "List the devices and whether they are up")
def devices(console: Console, text: str) -> None:
    for name, router in console.lab.routers.items():
        state = "up" if router.device.is_up else "down"
        count = router.device.refused
        refused = f", {refused_lines(count)}" if count else ""
        console.say(f"{name:<16} {router.device.identity.hardware:<12} {state}{refused}")


@_command("links", "", "List the links and whether they carry frames")
def links(console: Console, text: str) -> None:
    for link in console.lab.fabric.links.values():
        ends = " - ".join(f"{node}:{port}" for node, port in link.ports)
        console.say(f"{ends:<50} {'down' if is_cut(console.lab, link.number) else 'up'}")


@_command("link", "A B {down|up}", "Cut or mend the link between two devices or ends")
def link(console: Console, text: str) -> None:
    words = text.split()
    if len(words) != 3 or words[2] not in ("down", "up"):
        raise LabError("expected: link A B down, or link A B up; as link R1 R2 down")
    for held in links_between(console.lab, words[0], words[1]):
        if words[2] == "down":
            held.down()
        else:
            held.up()
        console.say(f"{' - '.join(held.ends)} {words[2]}")


@_command("run", "TIME", "Run virtual time as fast as the machine can; Ctrl-C stops it")
def run(console: Console, text: str) -> None:
    console.run_for(seconds_of(text))
    time(console, "")


@_command("clock", "advance TIME", "As run")
def clock(console: Console, text: str) -> None:
    word, _, rest = text.partition(" ")
    if not word or not "advance".startswith(word):
        raise LabError("expected: clock advance TIME, as clock advance 24h")
    run(console, rest.strip())


@_command("until", "REGEX", "Run until a log line of any device matches")
def until(console: Console, text: str) -> None:
    pattern = _pattern(text)
    watch = LogWatch(console.lab, pattern).start()
    if not console.run_for(UNTIL_PATIENCE_S, watch.look):
        raise LabError(f"no log line matched {text!r} until {console.time_text()}")
    console.say(f"{watch.device}: {watch.line}")
    time(console, "")


@_command("pause", "", "Stop virtual time")
def pause(console: Console, text: str) -> None:
    console.is_paused = True
    time(console, "")


@_command(
    "resume", "[--without DEVICE:ENGINE]", "Let virtual time go on, without an engine that failed"
)
def resume(console: Console, text: str) -> None:
    if text:
        word, _, engine = text.partition(" ")
        if word != "--without" or not engine:
            raise LabError("expected: resume, or resume --without DEVICE:ENGINE, as R3:static")
        try:
            console.lab.leave_out(engine.strip())
        except KeyError as error:
            raise LabError(str(error.args[0])) from None
        console.say(f"{engine.strip()} is left out")
    console.is_paused = False
    time(console, "")


@_command("step", "", "Handle one event, and stop virtual time")
def step(console: Console, text: str) -> None:
    console.is_paused = True
    if not console.lab.step():
        console.say("nothing is to come")
    time(console, "")


@_command("time", "", "Print the virtual time")
def time(console: Console, text: str) -> None:
    paused = ", paused" if console.is_paused else ""
    console.say(f"time {console.time_text()}, speed {console.speed:g}{paused}")


@_command("speed", "FACTOR", "Virtual seconds for each second of the wall clock")
def speed(console: Console, text: str) -> None:
    try:
        factor = float(text)
    except ValueError:
        factor = -1.0
    if not 0 < factor <= 1e6:
        raise LabError(f"{text!r} is no speed; expected a number such as 1, 10 or 0.5")
    console.speed, console.is_paused = factor, False
    time(console, "")


@_command("back", "{TIME | to REGEX}", "Go back in time; what is typed from there is a new branch")
def back(console: Console, text: str) -> None:
    word, _, rest = text.partition(" ")
    lab = console.lab
    if word == "to" and rest:
        pattern = _pattern(rest)
        found = [
            line.at
            for router in lab.routers.values()
            for line in router.device.history
            if pattern.search(line.text)
        ]
        if not found:
            raise LabError(f"no log line matched {rest!r}")
        to = max(found) / SECOND
    else:
        to = lab.now - seconds_of(text)
    try:
        lab.rewind(to)
    except ValueError as error:
        raise LabError(str(error)) from None
    console.say(f"-- rewound to {console.time_text()} --")


@_command("capture", "{FILE [END...] | save}", "Capture at ports, or all; written by save and quit")
def capture(console: Console, text: str) -> None:
    words = text.split()
    if not words:
        raise LabError("expected: capture FILE, capture FILE R1:e0/0 R2:e0/0, or capture save")
    if words == ["save"]:
        console.save_captures()
        return
    try:
        started = console.lab.capture(*words[1:])
    except KeyError as error:
        raise LabError(str(error.args[0])) from None
    console.captures.append((Path(words[0]).expanduser(), started))


@_command("export", "FOLDER", "Write the lab as it is now as a new lab folder")
def export(console: Console, text: str) -> None:
    from . import export as writer

    if not text:
        raise LabError("expected: export FOLDER")
    for file in writer.export(console.lab, console.origin, Path(text).expanduser()):
        console.say(str(file))


@_command("reset", "", "Start over: boot the lab anew and forget what was done")
def reset(console: Console, text: str) -> None:
    if console.reopen is None:
        raise LabError("this lab cannot be opened again")
    console.lab.close()
    try:
        console.lab = console.reopen()
    except UsageError as error:
        raise LabError(str(error)) from None
    time(console, "")


@_command("help", "", "List these commands")
def help_(console: Console, text: str) -> None:
    width = max(len(f"{name} {c.arguments}") for name, c in COMMANDS.items())
    for name, command in COMMANDS.items():
        usage = f"{name} {command.arguments}".strip()
        console.say(f"  {usage:<{width}}  {command.help}")
    console.say(f"  {'DEVICE':<{width}}  Go to its console; Ctrl-] or Ctrl-Shift-6 x comes back")


@_command("quit", "", "Leave the lab")
def quit_(console: Console, text: str) -> None:
    console.end()


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as fault:
        raise LabError(f"{text!r} is no regular expression: {fault}") from None
