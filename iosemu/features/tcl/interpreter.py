"""Runs a script over variables and procedures, as far as the answers it has got reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from iosemu.values import dataclass, field

from .expr import evaluate, is_true
from .parse import Script, TclError, Text, Variable, Word, parsed

Value = str | dict[str, str]
LIMIT = 200_000
"""Commands in one run: a script that never asks the router for anything must end by itself."""
DEPTH = 60
"""Scripts within scripts: bodies, brackets and procedures."""
NESTED = "too many nested calls to Tcl_EvalObj (infinite loop?)"


@dataclass(frozen=True, slots=True)
class Procedure:
    """`proc NAME {parameters} {body}`."""

    parameters: tuple[str, ...]
    body: str


@dataclass(slots=True)
class State:
    """What outlives a script."""

    variables: dict[str, Value] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)

    def copy(self) -> State:
        """A copy that a run may change."""
        variables = {k: dict(v) if isinstance(v, dict) else v for k, v in self.variables.items()}
        return State(variables, dict(self.procedures))


@dataclass(frozen=True, slots=True)
class Request:
    """What the router is asked for: "exec" (its output is wanted), "show" (it is printed),
    "config", "read" (a file), "after" (milliseconds), "seconds", "typeahead"."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the router said."""

    text: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a script came.  `printed`: all of its output from its beginning.

    request: what it wants next; None: it ended, and `result` is its value or its error.
    """

    printed: str
    state: State
    request: Request | None = None
    result: str = ""
    failed: bool = False
    leaves: bool = False


class Waits(Exception):
    """The run needs an answer it has not got."""

    def __init__(self, request: Request) -> None:
        super().__init__(request.kind)
        self.request = request


class Flow(Exception):
    """`break`, `continue`, `return`, `exit` on their way out."""

    def __init__(self, kind: str, value: str = "") -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


def run(script: str, state: State, answers: Sequence[Answer]) -> Outcome:
    """Run a script with these answers to its first requests; `state` is left as it is."""
    interpreter = Interpreter(state.copy(), answers)
    result, failed, leaves = "", False, False
    try:
        result = interpreter.script(script)
    except Waits as waits:
        return Outcome(interpreter.printed, state, waits.request)
    except TclError as error:
        result, failed = str(error), True
    except RecursionError:
        result, failed = NESTED, True
    except Flow as flow:
        result, leaves = flow.value, flow.kind == "exit"
    return Outcome(interpreter.printed, interpreter.state, None, result, failed, leaves)


Command = Callable[["Interpreter", list[str]], str]
COMMANDS: dict[str, tuple[Command, int, int | None]] = {}


def command(name: str, least: int = 0, most: int | None = None) -> Callable[[Command], Command]:
    """Registers a command with how many words may follow its name."""

    def register(function: Command) -> Command:
        COMMANDS[name] = (function, least, most)
        return function

    return register


class Interpreter:
    """One run."""

    def __init__(self, state: State, answers: Sequence[Answer]) -> None:
        self.state = state
        self.answers = list(answers)
        self.printed = ""
        self.scopes: list[dict[str, Any]] = []
        self.globals: list[set[str]] = []
        self.steps = 0
        self.nested = 0
        self.depth = 0

    # -- running ----

    def script(self, source: str) -> str:
        """Run commands; the value of the last one."""
        if self.depth >= DEPTH:
            raise TclError(NESTED)
        self.depth += 1
        result = ""
        try:
            commands, error = parsed(source)
            for words in commands:
                result = self.call([self.word(word) for word in words])
            if error is not None:
                raise TclError(str(error))
        finally:
            self.depth -= 1
        return result

    def step(self) -> None:
        """Count a command or a round of a loop."""
        self.steps += 1
        if self.steps > LIMIT:
            raise TclError("too many commands in one script")

    def call(self, words: list[str]) -> str:
        """Run one command; what Tcl does not know is an exec command of the router."""
        self.step()
        name, *arguments = words
        procedure = self.state.procedures.get(name)
        if procedure is not None:
            return self.procedure(name, procedure, arguments)
        found = COMMANDS.get(name)
        if found is None:
            line = " ".join(words)
            return self.ask("exec" if self.nested else "show", line) if name else ""
        function, least, most = found
        if len(arguments) < least or (most is not None and len(arguments) > most):
            raise TclError(f'wrong # args: should be "{name} ..."')
        return function(self, arguments)

    def procedure(self, name: str, procedure: Procedure, arguments: list[str]) -> str:
        """Run the body of a procedure in a scope of its own."""
        names = procedure.parameters
        scope: dict[str, Any] = {}
        if names and names[-1] == "args":
            names = names[:-1]
            scope["args"] = " ".join(arguments[len(names) :])
            arguments = arguments[: len(names)]
        if len(arguments) != len(names):
            wanted = " ".join((name, *procedure.parameters))
            raise TclError(f'wrong # args: should be "{wanted}"')
        self.scopes.append(scope | dict(zip(names, arguments, strict=True)))
        self.globals.append(set())
        try:
            return self.script(procedure.body)
        except Flow as flow:
            if flow.kind != "return":
                raise
            return flow.value
        finally:
            self.scopes.pop()
            self.globals.pop()

    def ask(self, kind: str, *words: str) -> str:
        """What the router answers; the run ends here if that is not known yet."""
        if not self.answers:
            raise Waits(Request(kind, words))
        answer = self.answers.pop(0)
        if answer.failed:
            raise TclError(answer.text)
        return answer.text

    # -- words ----

    def word(self, word: Word) -> str:
        """A word with everything in it replaced by its value."""
        return "".join(self.part(part) for part in word)

    def part(self, part: Text | Variable | Script) -> str:
        match part:
            case Text(text):
                return text
            case Variable(name, None):
                return self.get(name)
            case Variable(name, index):
                assert index is not None
                return self.get(f"{name}({self.word(index)})")
            case Script(text):
                self.nested += 1
                try:
                    return self.script(text)
                finally:
                    self.nested -= 1

    def expression(self, source: str) -> Any:
        """The value of an expression."""
        return evaluate(source, self.word)

    def is_true(self, source: str) -> bool:
        """Whether a condition holds."""
        return is_true(self.expression(source))

    # -- variables ----

    def scope(self, name: str) -> dict[str, Any]:
        """Where a variable is kept."""
        if self.scopes and name not in self.globals[-1] and not name.startswith("::"):
            return self.scopes[-1]
        return self.state.variables

    def get(self, name: str) -> str:
        """The value of a variable, or of an element `name(index)`."""
        base, index = split_name(name)
        value = self.scope(base).get(base.removeprefix("::"))
        if isinstance(value, dict):
            if index is None:
                raise TclError(f'can\'t read "{name}": variable is array')
            value = value.get(index)
        elif index is not None:
            value = None
        if value is None:
            raise TclError(f'can\'t read "{name}": no such variable')
        return str(value)

    def has(self, name: str) -> bool:
        """Whether there is a variable, an array or an element of one."""
        base, index = split_name(name)
        value = self.scope(base).get(base.removeprefix("::"))
        return value is not None and (index is None or (isinstance(value, dict) and index in value))

    def set(self, name: str, value: str) -> str:
        """Give a variable or an element a value."""
        base, index = split_name(name)
        scope, base = self.scope(base), base.removeprefix("::")
        if index is None:
            if isinstance(scope.get(base), dict):
                raise TclError(f'can\'t set "{name}": variable is array')
            scope[base] = value
            return value
        array = scope.setdefault(base, {})
        if not isinstance(array, dict):
            raise TclError(f"can't set \"{name}\": variable isn't array")
        array[index] = value
        return value

    def unset(self, name: str) -> None:
        """Take a variable or an element away."""
        if not self.has(name):
            raise TclError(f'can\'t unset "{name}": no such variable')
        base, index = split_name(name)
        scope, base = self.scope(base), base.removeprefix("::")
        if index is None:
            del scope[base]
        else:
            del scope[base][index]

    def array(self, name: str) -> dict[str, str]:
        """The elements of an array, none if it is no array."""
        value = self.scope(name).get(name.removeprefix("::"))
        return value if isinstance(value, dict) else {}


def split_name(name: str) -> tuple[str, str | None]:
    """`name(index)` in its two parts."""
    base, bracket, rest = name.partition("(")
    return (base, rest[:-1]) if bracket and rest.endswith(")") else (name, None)
