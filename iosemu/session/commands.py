"""Lines to commands: configuration, exec, dialogs, help and completion of one session.

Decides what a line means; prints nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from iosemu.cli.api import EXEC, Lines, Rejected
from iosemu.cli.complete import UNRECOGNIZED, complete_word, help_lines
from iosemu.cli.configure import ExecFound, Outcome, configure_line, match_exec
from iosemu.cli.errors import Failure, error_lines
from iosemu.cli.grammar import EXEC as EXEC_MODE
from iosemu.cli.grammar import Grammar
from iosemu.cli.levels import Levels
from iosemu.cli.pipes import PipeError, split_pipes
from iosemu.cli.render import render
from iosemu.device.router import Router
from iosemu.features.aaa.config import AaaConfig
from iosemu.features.archive.log import on_command, on_left
from iosemu.features.line.aliases import MODES_OF_AREA, aliases_in, expanded
from iosemu.features.line.config import TerminalConfig
from iosemu.features.telnet.call import telnet_to

from . import access, connections, tclsh, views
from .banners import BannerText, Whole, banner_lines
from .builtin import BUILTIN, Cleared, RunScript
from .exec import DeviceExec, user
from .lines import HangUp, line_config, sessions_of
from .messages import Configured
from .render import piped, rendered
from .reply import Reply
from .send import Heard, SendText, Sent
from .session import Kind, Session
from .setup import DIALOGS, STARTED
from .tclsh import TclShell

_NOTE = re.compile(r"\s+(?:!.*|\([^()]*\))$")
"""What an author wrote behind a command: `! note`, or `(note)`; tried without it if refused."""
UNAUTHORIZED = ("Command authorization failed.", "")
_DO = re.compile(r"\s*do(?:\s+|$)")


def as_parsed(grammar: Grammar, outcome: Outcome, text: str) -> str:
    """A configuration command with its words in full, indented by the modes it is below.

    Of a `no` that leaves values out only the beginning can be written.
    """
    assert outcome.stanza is not None
    command = grammar.by_name[outcome.stanza]
    enters = command.stanza.enters is not None and not outcome.form
    depth = max(len(outcome.modes) - (2 if enters else 1), 0)
    for end in range(len(command.syntax), 0, -1):
        found = render(command.syntax[:end], outcome.values or {}, frozenset())
        if found is not None:
            return " " * depth + " ".join(word for word in (outcome.form, *found[0]) if word)
    return " " * depth + " ".join(text.split())


class Commands:
    """The commands of one session on one router."""

    def __init__(self, session: Session, router: Router) -> None:
        self.session, self.router = session, router

    # -- what the keys mean ----

    def line(self, text: str) -> Reply:
        """A line was entered."""
        session = self.session
        text = text.rstrip()
        session.line.remember(text)
        if session.tcl is not None and not session.modes:
            return tclsh.on_line(self, session.tcl, text)
        stripped = text.lstrip()
        if not stripped and session.connections and not session.modes:
            return self._followed(connections.resume(session, self.router, None))
        if not stripped or stripped.startswith("!"):
            return Reply()
        text = expanded(self._terminal_config(), self._mode(), text)
        return self._config(text) if session.modes else self.exec(text)

    def line_and_end(self, text: str) -> Reply:
        """Ctrl-Z: the line typed so far, then out of configuration mode."""
        reply = self.line(text)
        if not self.session.modes:
            return reply
        lines = list(reply.lines)
        self._leave()
        return replace(reply, lines=lines)

    def abort(self) -> Reply:
        """Ctrl-C: drop the line or the dialog, and leave configuration mode."""
        session = self.session
        if isinstance(session.dialog, DIALOGS):
            session.dialog, session.is_open = None, False
            return Reply(STARTED)
        dialog, session.dialog = session.dialog, None
        if isinstance(dialog, BannerText) and dialog.ends_at_abort:
            session.dialog = dialog
            return self.answer(dialog.end)
        if session.tcl is not None:
            session.tcl.pending = ""
        if session.modes:
            self._leave()
        return Reply()

    def sit_down(self) -> Reply:
        """Somebody is at the line: the texts before login, and its first question or none."""
        session, config = self.session, self.router.device.config
        line = line_config(config, session)
        aaa = config.of(AaaConfig)
        lines: list[str] = []
        if line.motd_banner:
            lines += self._banner("motd")
        method = access.answering(access.login_methods(config, line, session.kind)) or access.GROUP
        if method == access.LINE and line.password is None and not aaa.new_model:
            if session.kind is Kind.VTY:
                return Reply([*lines, "", "Password required, but none set"], closes=True)
            method = access.NONE
        if method == access.NONE:
            reply = self._granted(None)
            return replace(reply, lines=[*lines, *reply.lines])
        lines += self._banner("login")
        if aaa.new_model and aaa.banner is not None:
            lines += aaa.banner.split("\n")
        else:
            lines += ["", "User Access Verification", ""]
        question = access.Login(
            (method,),
            aaa.new_model,
            prompt_text(aaa.username_prompt, "Username: "),
            prompt_text(aaa.password_prompt, "Password: "),
            aaa.attempts if aaa.new_model else access.TRIES,
            fail_message=aaa.fail_message,
        )
        return Reply(lines, dialog=question)

    def _granted(self, user: str | None) -> Reply:
        """Login is over: the session has its level, and the user reads the exec banner."""
        session, config = self.session, self.router.device.config
        line = line_config(config, session)
        level = access.first_level(config, line, session.kind, user)
        if level is None:
            return Reply(["% Authorization failed."], closes=True)
        session.is_in, session.user, session.privilege = True, user, level
        session.view = None
        lines = self._banner("exec") if line.exec_banner else []
        if line.autocommand is None:
            return Reply(lines)
        session.is_auto = True
        reply = self.exec(line.autocommand)
        return replace(reply, lines=[*lines, *reply.lines])

    def _banner(self, kind: str) -> list[str]:
        config, session = self.router.device.config, self.session
        location = line_config(config, session).location
        return list(banner_lines(self.window(), session, kind, location))

    def _terminal_config(self) -> TerminalConfig:
        return self.router.device.config.of(TerminalConfig)

    def _mode(self) -> str:
        return self.session.modes[-1].mode if self.session.modes else EXEC_MODE

    def _levels(self) -> Levels:
        """Levels of commands that were moved, by mode; in a view what it shows."""
        view = self.session.view
        if view not in (None, views.ROOT):
            assert view is not None
            return views.seen(self.router.device.config, view)
        held = self._terminal_config().levels
        return tuple(
            (mode, words, level.level)
            for (area, words), level in held.items()
            for mode in MODES_OF_AREA[area]
        )

    def job_done(self) -> Reply | None:
        """The job that was waited for has ended: what a script prints that goes on now."""
        shell = self.session.tcl
        if shell is None or shell.script is None:
            return None
        return tclsh.resume(self, shell)

    def answer(self, text: str) -> Reply:
        """The answer to the dialog's question."""
        session = self.session
        dialog = session.dialog
        assert dialog is not None
        session.dialog = None
        return self._carried_out(lambda: dialog.answer(self.window(), text))

    def answer_and_end(self, text: str) -> Reply:
        """Ctrl-Z in a dialog: the end of a text, to any other the same as Enter."""
        session = self.session
        if not isinstance(session.dialog, SendText):
            return self.answer(text)
        session.dialog = session.dialog.ended(text)
        return Reply()

    def help(self, text: str) -> Lines:
        """What `?` prints; a blank line ends it, as on IOS, unless nothing was recognized."""
        session = self.session
        lines = help_lines(
            self.router.grammar,
            session.modes,
            text,
            version=self.router.device.identity.version,
            privilege=session.privilege,
            levels=self._levels(),
            width=session.width,
            aliases=aliases_in(self._terminal_config(), self._mode()),
        )
        return lines if tuple(lines) == UNRECOGNIZED else [*lines, ""]

    def complete(self, text: str) -> str | None:
        """What Tab makes of the text, None if it is no unique beginning."""
        session = self.session
        return complete_word(
            self.router.grammar,
            session.modes,
            text,
            version=self.router.device.identity.version,
            privilege=session.privilege,
            levels=self._levels(),
        )

    # -- configuration ----

    def _config(self, text: str) -> Reply:
        found = _DO.match(text)
        if found is not None:
            return self.exec(text, found.end())
        text_below = BannerText.below(text)
        if text_below is not None:
            said = f"Enter TEXT message.  End with the character '{text_below.end[0]}'."
            return Reply([said], dialog=text_below)
        lines, failure = self._config_line(text)
        without = _NOTE.sub("", text)
        if failure is not None and failure.kind == "invalid" and without != text:
            again, failure = self._config_line(without)
            lines = again if failure is None else lines
        return Reply(lines)

    def _config_line(self, text: str) -> tuple[Lines, Failure | None]:
        """Carry out one line; a failed one changes nothing."""
        session, router = self.session, self.router
        device = router.device
        outcome = configure_line(
            router.grammar,
            device.config,
            session.modes,
            text,
            version=device.identity.version,
            privilege=session.privilege,
            levels=self._levels(),
            random=router.random,
            prompt_width=len(session.line.prompt),
        )
        if outcome.stanza is not None and not self._may_configure(outcome.stanza):
            return UNAUTHORIZED, Failure("rejected")
        if outcome.stanza == "parser.view" and not self._is_root():
            return views.NOT_IN_ROOT, Failure("rejected")
        is_new = outcome.stanza == "parser.view" and outcome.config != device.config
        router.take(outcome)
        if is_new and not outcome.form and outcome.values is not None:
            router.log(views.ViewCreated(outcome.values["name"]))
        if outcome.stanza is not None:
            logged = as_parsed(router.grammar, outcome, text)
            on_command(router, session.number, self.window().user, logged)
        if outcome.modes:
            session.modes = outcome.modes
        else:
            self._leave()
        return outcome.output, outcome.failure

    def _is_root(self) -> bool:
        """Whether views may be configured here."""
        session = self.session
        return session.kind is Kind.HIDDEN or session.view == views.ROOT

    def _may_configure(self, stanza: str) -> bool:
        """Whether AAA, if it is to look at configuration commands, lets this one pass."""
        if not self.router.device.config.of(AaaConfig).config_commands:
            return True
        mode = self.router.grammar.by_name[stanza].stanza.mode
        return self._is_authorized(mode, stanza)

    def _leave(self) -> None:
        """To exec mode; the log says who configured."""
        self.session.modes = ()
        on_left(self.router, self.session.number)
        self.router.log(Configured(f"console by {user(self.session)}"))

    # -- exec ----

    def exec(self, text: str, start: int = 0) -> Reply:
        """An exec line that begins at `start` (behind `do`)."""
        if not text[start:]:
            return Reply(error_lines(Failure("incomplete"), text, 0))
        try:
            command, pipes = split_pipes(text[start:])
        except PipeError as error:
            return self._refused(Failure(error.kind, error.offset), text, start)
        found = self.match(command)
        if isinstance(found, Failure):
            return self._refused(found, text, start)
        if not self._is_authorized(EXEC_MODE, found.stanza):
            return Reply(UNAUTHORIZED)
        as_json = any(pipe.name == "json" for pipe in pipes)
        reply = self._carried_out(lambda: self._call(found), as_json=as_json)
        if not pipes:
            return reply
        return replace(reply, lines=piped(reply.lines, pipes, self.router))

    def _is_authorized(self, mode: str, stanza: str) -> bool:
        """Whether AAA lets this user give the command."""
        config, grammar = self.router.device.config, self.router.grammar
        level = grammar.level_of(mode, stanza, self._levels())
        line = line_config(config, self.session)
        return access.is_authorized(config, line, self.session, level)

    def match(self, command: str) -> ExecFound | Failure:
        """Also without a note behind `!`, if the line is no command as it stands."""
        version, privilege = self.router.device.identity.version, self.session.privilege
        grammar = self.router.grammar
        levels = self._levels()
        found = match_exec(grammar, command, privilege=privilege, version=version, levels=levels)
        without = _NOTE.sub("", command)
        if isinstance(found, Failure) and without != command:
            again = match_exec(
                grammar, without, privilege=privilege, version=version, levels=levels
            )
            return found if isinstance(again, Failure) else again
        return found

    def _refused(self, failure: Failure, text: str, start: int) -> Reply:
        words = text[start:].split()
        if failure.kind == "invalid" and failure.offset < len(words[0]) and len(words) == 1:
            if words[0].isascii() and words[0].isdecimal():
                return self._carried_out(lambda: self._resumed(words[0]))
            if self._calls_hosts():
                return self._carried_out(lambda: telnet_to(self.window(), words[0]))
        if failure.kind == "incomplete" and words == ["show"]:
            return Reply(('% Type "show ?" for a list of subcommands',))
        moved = replace(failure, offset=failure.offset + start)
        return Reply(error_lines(moved, text, len(self.session.line.prompt)))

    def _calls_hosts(self) -> bool:
        """Whether an unknown word is a host: not with `transport preferred none`."""
        line = line_config(self.router.device.config, self.session)
        return line.transport_preferred != "none"

    def _resumed(self, number: str) -> Reply:
        """A number alone goes back to that connection."""
        if not self.session.connections:
            raise Rejected(f"% {number} is not an open connection")
        return connections.resume(self.session, self.router, number)

    def _call(self, found: ExecFound) -> Any:
        builtin = BUILTIN.get(found.stanza)
        if builtin is not None:
            return builtin(self.session, self.router, **found.values)
        result = EXEC[found.stanza](self.window(), **found.values)
        self.router.tell_debugs()
        return result

    def _carried_out(self, call: Callable[[], Any], *, as_json: bool = False) -> Reply:
        """Run a handler: it prints, asks, refuses, or starts a job."""
        try:
            result = call()
            if isinstance(result, Reply):
                return self._followed(result)
            if isinstance(result, RunScript):
                self.session.tcl = shell = TclShell(leaves=True)
                return tclsh.start(self, shell, result.script)
            if hasattr(result, "ask"):
                self.session.dialog = result
                return Reply()
            return Reply(list(rendered(result, as_json=as_json)))
        except Rejected as refusal:
            return Reply(str(refusal).split("\n"))

    def _followed(self, reply: Reply) -> Reply:
        """What a reply of a dialog means for the session."""
        match reply:
            case access.Granted(user=user):
                return self._granted(user)
            case access.Raised(level=level, view=view):
                self.session.privilege, self.session.view = level, view
            case Whole(line=line):
                return self._config(line)
            case Sent(text=text, number=number):
                self._send(text, number)
            case Cleared(number=number):
                self._clear_line(number)
            case connections.Closing():
                return connections.close(self.session, self.router, reply)
            case connections.Naming():
                return connections.confirm_name(self.session, self.router, reply)
            case connections.Named(number=number, name=name):
                self.session.connections[number].name = name
            case _:
                pass
        return reply

    def _send(self, text: str, number: int | None) -> None:
        world = self.router.world
        for session in sessions_of(world, self.router.device.name):
            if number in (None, session.absolute_number):
                world.schedule(world.now, ("session", session.number), Heard(text))

    def _clear_line(self, number: int) -> None:
        world = self.router.world
        for session in sessions_of(world, self.router.device.name):
            if session.absolute_number == number:
                world.schedule(world.now, ("session", session.number), HangUp())

    def window(self) -> DeviceExec:
        return DeviceExec(self.session, self.router)


def prompt_text(configured: str | None, usual: str) -> str:
    """A prompt of the configuration, which may stand in quotes."""
    return usual if configured is None else configured.strip('"')
