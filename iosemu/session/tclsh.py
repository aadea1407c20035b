"""`tclsh` on a terminal: what the user types goes to the interpreter, what a script asks for is
done as if typed.

A script that waits for a job (a ping) is kept as its text and the answers it has got.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iosemu.cli.api import Rejected
from iosemu.cli.errors import Failure
from iosemu.cli.pipes import PipeError, split_pipes
from iosemu.features.files.dialogs import content
from iosemu.features.files.store import located
from iosemu.features.tcl.interpreter import Answer, Request, State, run
from iosemu.features.tcl.parse import is_complete
from iosemu.features.tcl.wait import Wait
from iosemu.proto.parts import Clock
from iosemu.values import dataclass, field

from .messages import Configured
from .reply import Reply

if TYPE_CHECKING:
    from .commands import Commands

MOST_QUESTIONS = 20


@dataclass(slots=True)
class TclShell:
    """The shell of one terminal.

    pending: lines of a command that is not complete.  script: what is being run, with the answers
    it has got; shown: how much of its output is on the screen.  capture: output of the job that is
    waited for, if the script wants it.  typeahead: answers to the questions of exec commands.
    leaves: the script is a file and ends the shell.
    """

    state: State = field(default_factory=State)
    pending: str = ""
    script: str | None = None
    answers: list[Answer] = field(default_factory=list)
    shown: int = 0
    capture: list[str] | None = None
    typeahead: list[str] = field(default_factory=list)
    leaves: bool = False

    @property
    def prompt(self) -> str:
        """What stands behind the host name, or instead of it all while more lines have to come."""
        return "+>(tcl)#" if self.pending else "(tcl)#"


def on_line(commands: Commands, shell: TclShell, text: str) -> Reply:
    """A line was typed at the prompt of the shell."""
    shell.pending += text + "\n"
    if not is_complete(shell.pending):
        return Reply()
    script, shell.pending = shell.pending, ""
    return start(commands, shell, script)


def start(commands: Commands, shell: TclShell, script: str) -> Reply:
    """Begin a script."""
    shell.script, shell.answers, shell.shown, shell.capture = script, [], 0, None
    return go_on(commands, shell)


def resume(commands: Commands, shell: TclShell) -> Reply:
    """The job that a script waited for has ended."""
    captured, shell.capture = shell.capture, None
    text = "" if captured is None else "".join(captured).rstrip("\n")
    shell.answers.append(Answer(text))
    return go_on(commands, shell)


def go_on(commands: Commands, shell: TclShell) -> Reply:
    """Run the script as far as it comes without waiting."""
    lines: list[str] = []
    while True:
        assert shell.script is not None
        outcome = run(shell.script, shell.state, shell.answers)
        is_over = outcome.request is None
        end = len(outcome.printed) if is_over else outcome.printed.rfind("\n") + 1
        new = outcome.printed[shell.shown : end]
        shell.shown = max(shell.shown, end)
        if new:
            lines += new.removesuffix("\n").split("\n")
        if outcome.request is None:
            break
        answer = answered(commands, shell, outcome.request, lines)
        if answer is None:
            return Reply(lines, paged=False)
        shell.answers.append(answer)
    shell.state, shell.script, shell.answers = outcome.state, None, []
    if outcome.result and not (shell.leaves and not outcome.failed):
        lines += outcome.result.split("\n")
    if outcome.leaves or shell.leaves:
        commands.session.tcl = None
    return Reply(lines, paged=False)


def answered(
    commands: Commands, shell: TclShell, request: Request, lines: list[str]
) -> Answer | None:
    """Do what a script asks for; None if a job has to end first.  Adds what is printed at once."""
    x = commands.window()
    match request.kind, request.words:
        case "exec" | "show", (text,):
            return executed(commands, shell, text, None if request.kind == "exec" else lines)
        case "config", words:
            printed = x.configure("\n".join(words))
            x.log(Configured(f"console by {x.user}"))
            return Answer("\n".join(printed))
        case "read", (url,):
            try:
                return Answer(content(x, located(x, url)).decode("latin-1"))
            except Rejected:
                return Answer(f'couldn\'t read file "{url}": no such file or directory', True)
        case "after", (milliseconds,):
            x.start(Wait(max(int(milliseconds), 0)))
            return None
        case "seconds", _:
            return Answer(str(x.part(Clock).seconds(x.now)))
        case "typeahead", (text,):
            shell.typeahead += text.replace("\r", "\n").removesuffix("\n").split("\n")
            return Answer()
        case _:
            raise AssertionError(request)


def executed(
    commands: Commands, shell: TclShell, text: str, shown: list[str] | None
) -> Answer | None:
    """Carry out an exec command; its output goes to `shown`, or else into the answer.

    Its questions are answered from the typeahead, then with Enter.
    """
    session = commands.session
    failed = is_no_command(commands, text)
    shell.capture = [] if shown is None else None
    found = list(commands.exec(text).lines)
    for _ in range(MOST_QUESTIONS):
        if session.dialog is None or session.job is not None:
            break
        found += session.dialog.ask().split("\n")
        found += commands.answer(shell.typeahead.pop(0) if shell.typeahead else "").lines
    session.dialog = None
    if shown is not None:
        shown += found
    if shell.capture is not None:
        shell.capture += [line + "\n" for line in found]
    if session.job is not None:
        return None
    captured, shell.capture = shell.capture or [], None
    return Answer("".join(captured).rstrip("\n"), failed and shown is None)


def is_no_command(commands: Commands, text: str) -> bool:
    """Whether an exec line is refused by the parser."""
    try:
        command, _ = split_pipes(text)
    except PipeError:
        return True
    return isinstance(commands.match(command), Failure)
