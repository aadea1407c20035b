"""What a feature uses to give commands a meaning: decorators and `Exec`.

`Exec` is the command's window on its device; a feature never imports the device.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from iosemu.address import Address
from iosemu.config.tree import Config
from iosemu.kernel.rng import Random
from iosemu.kernel.time import Time
from iosemu.proto.base import Engine, LogMessage

Lines = Iterable[str]
"""Output without line ends."""

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Rejected(Exception):
    """The user's fault: a `%` line to print; nothing was changed."""


INVALID_VALUE = "% Invalid input detected at '^' marker."
"""What a check says of a value that the syntax allows and this object does not: the caret then
stands under the last word."""


class Dialog(Protocol):
    """A question the terminal asks next.  Frozen; `answer` returns what follows."""

    def ask(self) -> str:
        """The text of the question, with its trailing blank and without a line end."""
        ...

    def answer(self, x: Exec, text: str) -> object:
        """The next `Dialog`, or the `Lines` that end it; what a session itself asks may end in a
        `Reply` of the session."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """Lines of a configuration, without their text: those that printing `having` gives and printing
    `lacking` does not.  Both may be cut down to what matters."""

    having: Config
    lacking: Config


@dataclass(frozen=True, slots=True)
class Why:
    """Why a stage did what it did: in words, and by which lines; without `said`, by none."""

    text: str
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Built:
    """A configuration made of text.  `printed`: the lines that were refused, and why."""

    config: Config
    refused: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


class Box(Protocol):
    """One device, as a task sees it: what runs at its time, for no terminal."""

    @property
    def now(self) -> Time: ...
    @property
    def version(self) -> str:
        """IOS release, as "15.4"."""
        ...

    @property
    def config(self) -> Config:
        """The running configuration."""
        ...

    def part(self, kind: type[T]) -> T:
        """A part of the device's state by its class: Stack, Clock, Syslog ..."""
        ...

    def running_config(self, *, full: bool = False) -> list[str]:
        """The lines of the running configuration."""
        ...

    def built(self, text: str) -> Built:
        """What this hardware would be configured as with the text as startup configuration."""
        ...

    def commit(self, config: Config) -> None:
        """Replace the running configuration, in one commit."""
        ...

    def reload(self, reason: str = "Reload Command") -> None:
        """Restart the device; its terminals close."""
        ...

    def log(self, message: LogMessage) -> None:
        """Log a message of a catalogue."""
        ...

    def announce(self, lines: Lines) -> None:
        """Break into every terminal of the device."""
        ...

    def schedule(self, name: str, delay_ns: Time) -> None:
        """Run a task after this time; scheduling it again replaces.  A reload forgets it."""
        ...

    def unschedule(self, name: str) -> None:
        """Forget a scheduled task."""
        ...


class Screen(NamedTuple):
    """The terminal of a command.  `line`: its number among all lines; `terminal`: what it calls
    itself, empty if it did not say; 0 of `width` or `length`: unlimited."""

    line: int
    width: int
    length: int
    terminal: str


class Exec(Box, Protocol):
    """One exec command being carried out on one device for one terminal."""

    @property
    def hostname(self) -> str: ...
    @property
    def user(self) -> str:
        """Who types, as logs name the line: "console" or "vty0"."""
        ...

    @property
    def privilege(self) -> int: ...
    @property
    def width(self) -> int:
        """Columns of the terminal; 0 means unlimited."""
        ...

    @property
    def screen(self) -> Screen:
        """The terminal that the command was typed on."""
        ...

    @property
    def line_config(self) -> Any:
        """The configuration of the line somebody sits at: a `LineConfig`."""
        ...

    def may_call(self, address: Address) -> bool:
        """Whether `access-class LIST out` lets this line connect to a host."""
        ...

    @property
    def debugs(self) -> dict[str, Any]:
        """Debug flags that are on (mutable)."""
        ...

    def view(self, engine: str, query: Hashable) -> Any:
        """Ask an engine; None if it does not run."""
        ...

    def post(self, engine: str, request: Any) -> None:
        """Give an engine `Requested(request)`; lost if it does not run."""
        ...

    def publish(self, topic: str, value: Any) -> None:
        """Tell the engines that subscribed to a topic."""
        ...

    def start(self, job: Engine) -> None:
        """Run a job in the foreground of this terminal."""
        ...

    def configure(self, text: str) -> list[str]:
        """Carry out lines as if typed in configuration mode; what was printed of refused ones."""
        ...

    def inert_lines(self) -> list[str]:
        """Lines of the running configuration that are kept, not simulated, and no default."""
        ...

    def queued(self, interface: str) -> int:
        """How many frames wait at a port to be sent."""
        ...

    def memory_bytes(self) -> int:
        """How much the device's state takes."""
        ...

    def memory_by_process(self) -> dict[str, int]:
        """How much of it is that of each engine."""
        ...

    def random(self, purpose: str) -> Random:
        """The device's stream for this purpose."""
        ...

    def clock(self, at: Time | None = None) -> str:
        """The device's time of day as its log prints it, of now or of another instant."""
        ...


# -- registration ----
# Tables are filled at import of the features' modules and never changed afterwards.

EXEC: dict[str, Callable[..., Any]] = {}
CHECKS: dict[str, list[Callable[..., str | None]]] = {}
CONFIG: dict[str, Callable[..., Any]] = {}
PRINTERS: dict[str, Callable[..., Iterable[str]]] = {}
RENDERERS: dict[type, Callable[[Any], Iterator[str]]] = {}
EFFECTS: dict[str, Callable[..., None]] = {}
TASKS: dict[str, Callable[[Box], None]] = {}
EXPLAINS: dict[str, Callable[..., Why]] = {}
SHOWS: set[str] = set()


def exec_command(name: str) -> Callable[[F], F]:
    """The handler of an exec stanza: `def f(x: Exec, *, values...) -> Lines | Dialog`."""

    def register(function: F) -> F:
        assert name not in EXEC, f"two handlers for {name}"
        EXEC[name] = function
        return function

    return register


def config_effect(name: str) -> Callable[[F], F]:
    """What a config stanza does to the device instead of to its configuration:
    `def f(box: Box, *, values...)`, called when the line was taken, never at boot."""

    def register(function: F) -> F:
        assert name not in EFFECTS, f"two effects for {name}"
        EFFECTS[name] = function
        return function

    return register


INERT: dict[str, Callable[..., bool]] = {}


def config_inert(name: str) -> Callable[[F], F]:
    """When a config stanza that mostly does something is kept only:
    `def f(owner, *, values...) -> bool`."""

    def register(function: F) -> F:
        assert name not in INERT, f"two answers for {name}"
        INERT[name] = function
        return function

    return register


RESUMES: dict[str, Callable[[Any], tuple[str, str] | None]] = {}


def config_resume(name: str) -> Callable[[F], F]:
    """Of a config stanza that enters a mode: `def f(entered)`, which mode and field below it the
    line goes on to, because they were entered before; None: it stays above."""

    def register(function: F) -> F:
        assert name not in RESUMES, f"two ways on from {name}"
        RESUMES[name] = function
        return function

    return register


def task(name: str) -> Callable[[F], F]:
    """What a device does by itself at a time it was told: `def f(box: Box) -> None`."""

    def register(function: F) -> F:
        assert name not in TASKS, f"two tasks for {name}"
        TASKS[name] = function
        return function

    return register


def explains(word: str) -> Callable[[F], F]:
    """What decided about a packet, for `explain`: `def f(box: Box, ...) -> Why`, called with the
    values behind this word in a stage's `because`; "drop NAME" is called with the `Dropped` of that
    reason, "route from PROTOCOL" with a route of it."""

    def register(function: F) -> F:
        assert word not in EXPLAINS, f"two explanations of {word}"
        EXPLAINS[word] = function
        return function

    return register


def show(name: str) -> Callable[[F], F]:
    """The query of a show stanza: yields frozen views, printed by the renderer of their class."""

    def register(function: F) -> F:
        SHOWS.add(name)
        return exec_command(name)(function)

    return register


def renders(view: type) -> Callable[[F], F]:
    """The renderer of a view class: `def f(view) -> Iterator[str]`."""

    def register(function: F) -> F:
        assert view not in RENDERERS, f"two renderers for {view}"
        RENDERERS[view] = function
        return function

    return register


def check(name: str) -> Callable[[F], F]:
    """A refusal: called with the mode's object and the values before a config stanza is applied.

    It names the values it wants as keyword arguments, and may ask for `config` (the whole
    configuration) and `key` (of the mode's object, as the interface's name).  The text it returns
    is printed and nothing changes.
    """

    def register(function: F) -> F:
        CHECKS.setdefault(name, []).append(function)
        return function

    return register


def config_command(name: str) -> Callable[[F], F]:
    """The handler of a stanza marked `via handler`: `def f(owner, *, form: str, values...)`.

    Gets the mode's object and returns the new one; if it chose key values that were not typed, a
    pair of the new object and a dict of them (`Several` for entries entered together).  It names
    the values it wants; those that were not typed are None (flags False).  It may ask for `form`
    ("", "no" or "default"), `config` (the whole configuration), `key` (of the mode's object),
    `random` (the stream of a purpose) and `said`, a list of lines to print to which it adds.
    Raises Rejected to refuse.
    """

    def register(function: F) -> F:
        assert name not in CONFIG, f"two handlers for {name}"
        CONFIG[name] = function
        return function

    return register


def config_printer(name: str) -> Callable[[F], F]:
    """The running configuration lines of a stanza marked `via handler`: `def f(owner) -> lines`."""

    def register(function: F) -> F:
        assert name not in PRINTERS, f"two printers for {name}"
        PRINTERS[name] = function
        return function

    return register
