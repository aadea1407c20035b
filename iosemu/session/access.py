"""Who may sit down at a line, and who may rise to a higher level: the questions asked.

The methods are those of the line's `login` or of an AAA list.  A server group never answers, so the
next method of its list is asked.
"""

from __future__ import annotations

from dataclasses import replace

from iosemu.cli.api import Dialog, Exec, Lines
from iosemu.config.tree import Config
from iosemu.features.aaa.config import AaaConfig, Methods, Secret, User
from iosemu.features.aaa.keep import is_right
from iosemu.features.line.config import LineConfig
from iosemu.values import dataclass

from .exec import DeviceExec
from .reply import Reply
from .session import Kind, Session

TRIES = 3
LINE, LOCAL, ENABLE, NONE, GROUP = "line", "local", "enable", "none", "group"
LOCAL_CASE = "local-case"
IF_AUTHENTICATED = "if-authenticated"


# -- which methods ----


def login_methods(config: Config, line: LineConfig, kind: Kind) -> Methods:
    """How a line asks who is there."""
    aaa = config.of(AaaConfig)
    if not aaa.new_model:
        if line.login is None:
            return (NONE,)
        return (LOCAL,) if line.login.local else (LINE,)
    held = aaa.login.get(line.login_authentication)
    if held is not None:
        return methods_of(held)
    # Without a default list the console is open and all other lines ask for a local user.
    return (NONE,) if kind is Kind.CONSOLE else (LOCAL,)


def methods_of(words: Methods) -> Methods:
    """The methods of a list; a server group is one of them, whatever its name."""
    found, iterator = [], iter(words)
    for word in iterator:
        if word == GROUP:
            next(iterator, None)
        found.append(GROUP if word in (GROUP, "radius", "tacacs+") else word)
    return tuple(found)


def answering(methods: Methods) -> str | None:
    """The first method that answers; None if there are only servers."""
    return next((method for method in methods if method != GROUP), None)


# -- login ----


@dataclass(frozen=True, slots=True)
class Login:
    """The questions before the first prompt.

    user: as typed, None while it is still to be asked.  is_aaa: the words of a refusal are others.
    """

    methods: Methods
    is_aaa: bool
    username_prompt: str = "Username: "
    password_prompt: str = "Password: "
    tries: int = TRIES
    user: str | None = None
    fail_message: str | None = None

    @property
    def asks_user(self) -> bool:
        return self.methods[0] in (LOCAL, LOCAL_CASE, GROUP) and self.user is None

    @property
    def echo(self) -> bool:
        return self.asks_user

    def ask(self) -> str:
        return self.username_prompt if self.asks_user else self.password_prompt

    def answer(self, x: Exec, text: str) -> Dialog | Lines | Reply:
        config = x.config
        if self.asks_user:
            name = text.strip()
            if not name:
                return self
            user = config.of(AaaConfig).users.get(name)
            if user is not None and user.nopassword:
                return Granted(user=name)
            return replace(self, user=name)
        if is_granted(self, config, x, text):
            return Granted(user=self.user)
        return self._refused()

    def _refused(self) -> Reply:
        last = self.tries == 1
        again = replace(self, user=None, tries=self.tries - 1)
        if self.is_aaa:
            said = (self.fail_message or "% Authentication failed").split("\n")
        elif self.methods[0] == LINE:
            said = ["% Bad passwords"] if last else []
        else:
            said = ["% Login invalid"]
        if last:
            return Reply(said, closes=True)
        return Reply([*said, ""] if said else [], dialog=again)


@dataclass(frozen=True, slots=True)
class Granted(Reply):
    """The user is in; the terminal goes on from here."""

    user: str | None = None


def is_granted(login: Login, config: Config, x: Exec, typed: str) -> bool:
    """Whether the password is right by the first method that answers."""
    aaa = config.of(AaaConfig)
    match answering(login.methods):
        case "local" | "local-case":
            user = user_of(aaa, login.user or "", exact=LOCAL_CASE in login.methods)
            return user is not None and user.kind is not None and is_user(user, typed)
        case "line":
            password = line_password(x)
            return password is not None and is_right(password, typed)
        case "enable":
            secret = enable_secret(aaa, 15)
            return secret is not None and is_right(secret, typed)
        case "none":
            return True
        case _:
            return False


def user_of(aaa: AaaConfig, name: str, *, exact: bool) -> User | None:
    """A user; case matters only to `local-case`."""
    users: dict[str, User] = dict(aaa.users)
    if exact:
        return users.get(name)
    return next((u for n, u in users.items() if n.lower() == name.lower()), None)


def is_user(user: User, typed: str) -> bool:
    return is_right(Secret(user.encryption or 0, user.text), typed)


def line_password(x: Exec) -> Secret | None:
    """The password of the line somebody sits at."""
    assert isinstance(x, DeviceExec)
    password: Secret | None = x.line_config.password
    return password


# -- enable ----


def enable_secret(aaa: AaaConfig, level: int) -> Secret | None:
    """What lets a user rise to this level; a secret goes before a password."""
    found: Secret | None = aaa.secrets.get(level) or aaa.passwords.get(level)
    return found


@dataclass(frozen=True, slots=True)
class Enable:
    """Asks for the password of a privilege level, and raises the session to it."""

    level: int
    method: str
    is_aaa: bool
    tries: int = TRIES
    echo: bool = False

    def ask(self) -> str:
        return "Password: "

    def answer(self, x: Exec, text: str) -> Dialog | Lines | Reply:
        aaa = x.config.of(AaaConfig)
        secret = line_password(x) if self.method == LINE else enable_secret(aaa, self.level)
        if secret is not None and is_right(secret, text):
            return Raised(level=self.level)
        if self.is_aaa:
            return Reply(["% Access denied", ""])
        if self.tries > 1:
            return replace(self, tries=self.tries - 1)
        kind = "secrets" if self.level in aaa.secrets else "passwords"
        return Reply([f"% Bad {kind}", ""])


@dataclass(frozen=True, slots=True)
class Raised(Reply):
    """The session has this level from now on, or is in this view."""

    level: int = 15
    view: str | None = None


def enable(session: Session, config: Config, level: int) -> Reply | Enable:
    """The question for a higher level, or the answer without one."""
    aaa = config.of(AaaConfig)
    is_console = session.kind is not Kind.VTY
    method = answering(methods_of(aaa.enable)) if aaa.new_model and aaa.enable else ENABLE
    if method == NONE:
        return Raised(level=level)
    secret = enable_secret(aaa, level)
    if method == ENABLE and secret is None:
        if aaa.new_model and aaa.enable:
            return Reply(["% Error in authentication.", ""])
        return Raised(level=level) if is_console else Reply(["% No password set"])
    if method is None:
        return Reply(["% Error in authentication.", ""])
    return Enable(level, method, aaa.new_model)


# -- may a command be carried out ----


def is_authorized(config: Config, line: LineConfig, session: Session, level: int) -> bool:
    """Whether the method list for commands of this level lets them pass."""
    aaa = config.of(AaaConfig)
    if not aaa.new_model or session.kind is Kind.HIDDEN:
        return True
    if session.kind is Kind.CONSOLE and not aaa.console:
        return True
    methods = aaa.commands.get((level, line.authorization_commands.get(level, "default")))
    if methods is None:
        return True
    match answering(methods_of(methods)):
        case "local":
            return session.user is not None and user_of(aaa, session.user, exact=False) is not None
        case "if-authenticated":
            return session.user is not None
        case "none":
            return True
        case _:
            return False


# -- the level of a new session ----


def first_level(config: Config, line: LineConfig, kind: Kind, user: str | None) -> int | None:
    """The privilege level after login; None if the user may not have an exec at all."""
    aaa = config.of(AaaConfig)
    known = None if user is None else user_of(aaa, user, exact=False)
    if not aaa.new_model:
        return line.privilege if known is None or known.privilege == 1 else known.privilege
    methods = aaa.exec.get(line.authorization_exec)
    if methods is None or (kind is Kind.CONSOLE and not aaa.console):
        return line.privilege
    match answering(methods_of(methods)):
        case "local":
            return None if known is None else max(known.privilege, 1)
        case "if-authenticated":
            return line.privilege if user is not None else None
        case "none":
            return line.privilege
        case _:
            return None
