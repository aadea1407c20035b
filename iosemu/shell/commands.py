"""Commands of the lab prompt: one function each, in a table with their help."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from iosemu.fabric.capture import Capture
from iosemu.kernel.time import SECOND
from iosemu.lab.saves import NoSave
from iosemu.values import dataclass

from . import faults, saved, taps
from .durations import clock_text, seconds_of
from .errors import LabError, UsageError
from .inert import inert_lines
from .links import is_cut, links_between
from .open import refused_lines
from .watch import LogWatch, newest

if TYPE_CHECKING:
    from .console import Console

SHOWN_MESSAGES = 20
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
    for joint in console.lab.outside.joints if console.lab.outside else ():
        console.say(joint)


@_command(
    "link",
    "A B {down | up | impair FAULT... | drop [FILTER]}",
    "Cut, mend or spoil the link between two ends",
)
def link(console: Console, text: str) -> None:
    words = text.split()
    if len(words) > 3 and words[2] == "impair":
        impair(console, " ".join(words[:2] + words[3:]))
        return
    if len(words) > 2 and words[2] == "drop":
        found = links_between(console.lab, words[0], words[1])
        faults.drop(found, words[3:])
        for held in found:
            console.say(f"{' - '.join(held.ends)} {' '.join(words[2:])}")
        return
    if len(words) != 3 or words[2] not in ("down", "up"):
        raise LabError(
            "expected: link A B down, link A B up, link A B impair loss 1%, or drop icmp"
        )
    for held in links_between(console.lab, words[0], words[1]):
        if words[2] == "down":
            held.down()
        else:
            held.up()
        console.say(f"{' - '.join(held.ends)} {words[2]}")


@_command(
    "impair",
    "A B {FAULT VALUE... [from END] | off}",
    "Faults of a link: loss 1% delay 50ms rate 128k",
)
def impair(console: Console, text: str) -> None:
    words = text.split()
    if len(words) < 3:
        raise LabError(f"expected: impair A B, then {faults.USAGE}")
    found = links_between(console.lab, words[0], words[1])
    faults.impair(found, words[2:])
    for held in found:
        console.say(f"{' - '.join(held.ends)} {' '.join(words[2:])}")


@_command(
    "run",
    "{TIME | until REGEX}",
    "Run virtual time as fast as the machine can; Ctrl-C stops it",
)
def run(console: Console, text: str) -> None:
    word, _, rest = text.partition(" ")
    if word == "until":
        until(console, rest.strip())
        return
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
    if not text:
        raise LabError("expected: until REGEX, as until OSPF.*FULL")
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
    if factor != 1 and console.lab.outside is not None:
        joints = ", ".join(console.lab.outside.joints)
        raise LabError(f"{joints}: time follows the wall clock")
    console.speed, console.is_paused = factor, False
    time(console, "")


@_command(
    "back",
    "{TIME | to REGEX} [--detach]",
    "Go back in time; what is typed from there is a new branch",
)
def back(console: Console, text: str) -> None:
    text = taps.let_go(console, text)
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
        if to < 0:
            raise LabError(f"this lab has only run for {clock_text(lab.world.now)}")
    taps.must_be_gone(console)
    lab.leave()
    try:
        lab.rewind(to)
    except ValueError as error:
        raise LabError(str(error)) from None
    console.say(f"-- rewound to {console.time_text()} --")


@_command("fork", "NAME", "Start a branch of this name here; branches lists them, load goes there")
def fork(console: Console, text: str) -> None:
    if not text or len(text.split()) != 1:
        raise LabError("expected: fork NAME")
    try:
        console.lab.fork(text)
    except ValueError as error:
        raise LabError(str(error)) from None
    console.say(f"branch {text} starts at {console.time_text()}")


@_command("branches", "", "List every way this lab has gone; * is where it is")
def branches(console: Console, text: str) -> None:
    for branch in console.lab.branches:
        mark = "*" if branch.is_current else " "
        at = clock_text(branch.at)
        console.say(f"{mark}{branch.number:>6} {branch.name:<16} {at:>14}  {branch.inputs} inputs")


@_command("save", "{NAME | FILE}", "Save what was done until here, to be loaded again anywhere")
def save(console: Console, text: str) -> None:
    if not text:
        raise LabError("expected: save NAME, or save ./FILE")
    console.say(f"saved as {saved.write(console.lab, text)}")


@_command("load", "{NAME | BRANCH | FILE} [--detach]", "Go to a save, or to the end of a branch")
def load(console: Console, text: str) -> None:
    text = taps.let_go(console, text)
    if not text:
        raise LabError("expected: load NAME, load BRANCH, or load ./FILE")
    taps.must_be_gone(console)
    lab = console.lab
    known = [b for b in lab.branches if text in (b.name, str(b.number))]
    note = None
    try:
        if known:
            lab.go_to(known[-1])
        else:
            note = lab.load(saved.read(lab, text))
    except (NoSave, ValueError) as error:
        raise LabError(f"{text}: {error}") from None
    if note is not None:
        console.say(f"-- {note}; it starts over from the saved configurations")
    console.say(f"-- at {console.time_text()} of {text} --")


@_command(
    "messages",
    "[DEVICE...] [COUNT] | {on | off}",
    "Log lines of all devices with virtual time; on: as they come",
)
def messages(console: Console, text: str) -> None:
    words = text.split()
    if words in (["on"], ["off"]):
        console.follow_messages(on=words == ["on"])
        return
    count = int(words.pop()) if words and words[-1].isdecimal() else SHOWN_MESSAGES
    devices = [console.device_named(word) for word in words] or list(console.lab.routers)
    if None in devices:
        raise LabError(f"no such device; there are {', '.join(console.lab.routers)}")
    for line in newest(console.lab, [d for d in devices if d is not None], count):
        console.say(line)


@_command("inert", "[DEVICE...]", "Lines of running configurations that are kept, not simulated")
def inert(console: Console, text: str) -> None:
    for name in text.split() or list(console.lab.routers):
        device = console.device_named(name)
        if device is None:
            raise LabError(f"no device {name!r}; there are {', '.join(console.lab.routers)}")
        lines = console.lab[device].configuration().splitlines()
        for line in inert_lines(console.lab.routers[device], lines):
            console.say(f"{device}: {line}")


@_command(
    "capture",
    "{FILE [END...] | [END...] | COMMAND | save}",
    "Capture at ports, or all: to a file, a FIFO, or live into a command as wireshark -k -i -",
)
def capture(console: Console, text: str) -> None:
    # Imported here: it starts processes, which few labs need.
    from . import pipes

    ends, bar, command = text.partition("|")
    if bar:
        if not command.strip():
            raise LabError("expected: capture [END...] | COMMAND, as | wireshark -k -i -")
        console.pipes.append(pipes.to_command(_captured(console, ends.split()), command.strip()))
        console.flush_pipes()
        return
    words = text.split()
    if not words:
        raise LabError("expected: capture FILE, capture FILE R1:e0/0 R2:e0/0, or capture save")
    if words == ["save"]:
        console.save_captures()
        return
    file = Path(words[0]).expanduser()
    started = _captured(console, words[1:])
    if file.is_fifo():
        console.pipes.append(pipes.to_fifo(started, file))
        console.flush_pipes()
        return
    console.captures.append((file, started))
    console.say(f"capturing for {file}; written by capture save, and at the end")


def _captured(console: Console, ends: list[str]) -> Capture:
    try:
        return console.lab.capture(*ends)
    except KeyError as error:
        raise LabError(str(error.args[0])) from None


@_command(
    "tap",
    "[END {NAME | detach}]",
    "Join a free port to a TAP device of Linux, as tap R1:e0/1 tap0; time follows the wall clock",
)
def tap(console: Console, text: str) -> None:
    for line in taps.tap(console, text.split()):
        console.say(line)


@_command(
    "explain",
    "{packet from DEVICE [SOURCE] to TARGET [udp PORT] [both] | drops [DEVICE] | drop N}",
    "What would become of a packet, or why packets were dropped, by which configuration line",
)
def explain(console: Console, text: str) -> None:
    # Imported here: only who asks needs it.
    from . import explain as questions

    for line in questions.answer(console.lab, text):
        console.say(line)


@_command("export", "FOLDER", "Write the lab as it is now as a new lab folder")
def export(console: Console, text: str) -> None:
    from . import export as writer

    if not text:
        raise LabError("expected: export FOLDER")
    for file in writer.export(console.lab, console.origin, Path(text).expanduser()):
        console.say(str(file))


@_command("reset", "[--detach]", "Start over: boot the lab anew and forget what was done")
def reset(console: Console, text: str) -> None:
    if console.reopen is None:
        raise LabError("this lab cannot be opened again")
    taps.let_go(console, text)
    taps.must_be_gone(console)
    console.lab.close()
    try:
        console.lab = console.reopen()
    except UsageError as error:
        raise LabError(str(error)) from None
    time(console, "")


@_command("help", "[COMMAND]", "List these commands")
def help_(console: Console, text: str) -> None:
    names = [name for word in text.split() for name in names_of(word)]
    if text and not names:
        raise LabError(f"no command {text!r}; try help")
    known = {name: COMMANDS[name] for name in names} if names else COMMANDS
    table = [(f"{name} {c.arguments}".strip(), c.help) for name, c in known.items()]
    if not names:
        table += DEVICE_HELP
    columns = console.window[0] if console.window else PAGE_COLUMNS
    for usage, meaning in table:
        for row in _help_rows(usage, meaning, columns):
            console.say(row)


DEVICE_HELP = [
    ("DEVICE", "Go to its console; Ctrl-] or Ctrl-Shift-6 x comes back"),
    ("DEVICE LINE", "Type a line on a terminal of its own there, and print what it says"),
]
PAGE_COLUMNS = 100
"""How wide help is where there is no window."""
_USAGE_COLUMNS = 26


def _help_rows(usage: str, meaning: str, columns: int) -> Iterator[str]:
    """How to type a command and what it does, side by side, or below each other if that is long."""
    margin = " " * (_USAGE_COLUMNS + 4)
    rows = wrap(meaning, max(columns - len(margin), 20)) or [""]
    if len(usage) <= _USAGE_COLUMNS:
        yield f"  {usage:<{_USAGE_COLUMNS}}  {rows.pop(0)}"
    else:
        yield f"  {usage}"
    for row in rows:
        yield margin + row


@_command("quit", "", "Leave the lab")
def quit_(console: Console, text: str) -> None:
    console.end()


@_command("exit", "", "As quit")
def exit_(console: Console, text: str) -> None:
    console.end()


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as fault:
        raise LabError(f"{text!r} is no regular expression: {fault}") from None
