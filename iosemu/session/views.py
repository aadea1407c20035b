"""Parser views at a terminal: into one, out of it, and what is to be seen there."""

from __future__ import annotations

from iosemu.cli.api import Exec, Lines, Rejected
from iosemu.cli.levels import Rule, View
from iosemu.config.tree import Config
from iosemu.features.aaa.config import AaaConfig
from iosemu.features.aaa.keep import is_right
from iosemu.features.line.aliases import MODES_OF_AREA
from iosemu.features.parser.config import ParserConfig, ViewConfig
from iosemu.proto.base import syslog
from iosemu.values import dataclass

from .access import Raised, enable_secret
from .reply import Reply
from .session import Session

ROOT = "root"
NO_VIEW = "No view is active ! Currently in Privilege Level Context"
NOT_IN_ROOT = ("No view Active! Switch to View Context", "")


@syslog("PARSER", severity=6, mnemonic="VIEW_SWITCH")
@dataclass(frozen=True, slots=True)
class ViewSwitched:
    """A terminal is in a view."""

    view: str

    def text(self) -> str:
        return f"successfully set to view '{self.view}'."


@syslog("PARSER", severity=6, mnemonic="VIEW_CREATED")
@dataclass(frozen=True, slots=True)
class ViewCreated:
    """There is a view of this name now."""

    view: str

    def text(self) -> str:
        return f"view '{self.view}' successfully created."


@dataclass(frozen=True, slots=True)
class EnableView:
    """Asks for the secret of a view."""

    view: str
    echo: bool = False

    def ask(self) -> str:
        return "Password: "

    def answer(self, x: Exec, text: str) -> Lines | Reply:
        if self.view == ROOT:
            secret = enable_secret(x.config.of(AaaConfig), 15)
        else:
            held = view_of(x.config, self.view)
            secret = None if held is None else held.secret
        if secret is None or not is_right(secret, text):
            return ["% Access denied", ""]
        x.log(ViewSwitched(self.view))
        return Raised(view=self.view)


def enable_view(config: Config, name: str | None) -> EnableView:
    """The question for a view; without a name for the one that sees all."""
    if not config.of(AaaConfig).new_model:
        raise Rejected("% AAA must be configured before using views")
    wanted = name or ROOT
    if wanted != ROOT and view_of(config, wanted) is None:
        raise Rejected(f"% Invalid view name '{wanted}'")
    return EnableView(wanted)


def view_of(config: Config, name: str) -> ViewConfig | None:
    """A view of the configuration."""
    found: ViewConfig | None = config.of(ParserConfig).views.get(name)
    return found


def seen(config: Config, name: str) -> View:
    """What the view lets a user see; of a view that is gone nothing."""
    held = view_of(config, name) or ViewConfig()
    return View(
        tuple(
            # What is excluded is so with all that goes on from there.
            Rule(mode, words, includes := command.how != "exclude", command.all or not includes)
            for (area, words), command in held.commands.items()
            for mode in MODES_OF_AREA[area]
        )
    )


def shown(session: Session, config: Config, *, all: bool) -> Lines:
    """`show parser view`."""
    yield NO_VIEW if session.view is None else f"Current view is '{session.view}'"
    if all and session.view == ROOT:
        yield ""
        yield "Views/SuperViews Present in System:"
        for name in sorted(config.of(ParserConfig).views):
            yield f"  {name}"
        yield ""
        yield "-------(*) represent superview-------"
