"""The question of a router that boots without a startup configuration, and what follows a yes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from enum import Enum
from typing import Any

from iosemu.address import IPv4Address
from iosemu.cli.api import EXEC, Dialog, Exec, Lines
from iosemu.cli.tokens import Bad, kind_of
from iosemu.features.aaa.keep import hashed
from iosemu.features.system.files import save
from iosemu.stack.state import Stack
from iosemu.values import dataclass

from .exec import DeviceExec
from .render import rendered

BANNER = ("", "         --- System Configuration Dialog ---", "")
QUESTION = "Would you like to enter the initial configuration dialog? [yes/no]: "
STARTED = ("", "", "Press RETURN to get started!", "", "")
BASIC = """

At any point you may enter a question mark '?' for help.
Use ctrl-c to abort configuration dialog at any prompt.
Default settings are in square brackets '[]'.


Basic management setup configures only enough connectivity
for management of the system, extended setup will ask you
to configure each interface on the system
"""
SECRET = """
  The enable secret is a password used to protect access to
  privileged EXEC and configuration modes. This password, after
  entered, becomes encrypted in the configuration."""
PASSWORD = """
  The enable password is used when you do not specify an
  enable secret password, with some older software versions, and
  some boot images."""
VTY = """
  The virtual terminal password is used to protect
  access to the router over a network interface."""
CHOICES = """

[0] Go to the IOS command prompt without saving this config.
[1] Return back to the setup without saving this config.
[2] Save this configuration to nvram and exit.
"""
YES_OR_NO = ("% Please answer 'yes' or 'no'.",)
NO_DEFAULT = ("% No defaulting allowed",)


@dataclass(frozen=True, slots=True)
class InitialDialog:
    """Asked on the console before anybody can press RETURN.  `above`: lines before it."""

    above: tuple[str, ...] = BANNER

    def ask(self) -> str:
        return "\n".join((*self.above, QUESTION))

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        match yes_or_no(text):
            case None:
                return InitialDialog(YES_OR_NO)
            case True:
                return Setup(x.hostname, above=tuple(BASIC.split("\n")))
            case False:
                return left(x)


class Step(Enum):
    """What the setup asks; {} is the default."""

    BASIC = "Would you like to enter basic management setup? [yes/no]: "
    HOSTNAME = "  Enter host name [{}]: "
    SECRET = "  Enter enable secret: "
    PASSWORD = "  Enter enable password: "
    VTY = "  Enter virtual terminal password: "
    SNMP = "  Configure SNMP Network Management? [no]: "
    INTERFACE = "management network from the above interface summary: "
    IP = "  Configure IP on this interface? [yes]: "
    ADDRESS = "    IP address for this interface: "
    MASK = "    Subnet mask for this interface [{}] : "
    SELECTION = "Enter your selection [2]: "


@dataclass(frozen=True, slots=True)
class Setup:
    """Basic management setup.  `above`: lines before the question; the rest was answered so far."""

    hostname: str
    step: Step = Step.BASIC
    above: tuple[str, ...] = ()
    secret: str = ""
    password: str = ""
    vty: str = ""
    snmp: bool = False
    interface: str = ""
    address: IPv4Address | None = None
    mask: str = ""
    script: tuple[str, ...] = ()

    def ask(self) -> str:
        usual = {Step.HOSTNAME: self.hostname, Step.MASK: self.mask}.get(self.step, "")
        return "\n".join((*self.above, self.step.value.format(usual)))

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        text = text.strip()
        match self.step:
            case Step.BASIC:
                return self._basic(text)
            case Step.HOSTNAME:
                return self._on(Step.SECRET, SECRET, hostname=text or self.hostname)
            case Step.SECRET | Step.PASSWORD | Step.VTY if not text:
                return replace(self, above=NO_DEFAULT)
            case Step.SECRET:
                return self._on(Step.PASSWORD, PASSWORD, secret=text)
            case Step.PASSWORD if text == self.secret:
                return replace(self, above=SAME)
            case Step.PASSWORD:
                return self._on(Step.VTY, VTY, password=text)
            case Step.VTY:
                return self._on(Step.SNMP, vty=text)
            case Step.SNMP:
                return self._snmp(x, text)
            case Step.INTERFACE:
                return self._interface(x, text)
            case Step.IP:
                return self._ip(x, text)
            case Step.ADDRESS:
                return self._address(text)
            case Step.MASK:
                return self._mask(x, text or self.mask)
            case Step.SELECTION:
                return self._selection(x, text or "2")

    def _on(self, step: Step, above: str = "", **answers: object) -> Setup:
        lines = tuple(above.split("\n")) if above else ()
        return replace(self, step=step, above=lines, **answers)  # type: ignore[arg-type]

    def _basic(self, text: str) -> Setup:
        match yes_or_no(text):
            case None:
                return replace(self, above=YES_OR_NO)
            case True:
                return self._on(Step.HOSTNAME, "Configuring global parameters:\n")
            case False:
                return replace(self, above=("% Extended setup is not simulated.",))

    def _snmp(self, x: Exec, text: str) -> Setup:
        wanted = yes_or_no(text or "no")
        if wanted is None:
            return replace(self, above=YES_OR_NO)
        summary = rendered(EXEC["ip.show.interface.brief"](x, name=None), as_json=False)
        above = ("", "Current interface summary", "", *summary, "", CONNECTED)
        return replace(self, step=Step.INTERFACE, snmp=wanted, above=above)

    def _interface(self, x: Exec, text: str) -> Setup:
        name = value_of("INTERFACE", text)
        if isinstance(name, Bad) or name not in ports(x):
            return replace(self, above=("% Invalid interface", "", CONNECTED))
        return self._on(Step.IP, f"\nConfiguring interface {name}:", interface=name)

    def _ip(self, x: Exec, text: str) -> Setup:
        match yes_or_no(text or "yes"):
            case None:
                return replace(self, above=YES_OR_NO)
            case True:
                return self._on(Step.ADDRESS)
            case False:
                return self._written(x)

    def _address(self, text: str) -> Setup:
        address = value_of("A.B.C.D", text)
        if isinstance(address, Bad):
            return replace(self, above=("% Invalid IP address",))
        bits = natural_bits(address)
        return self._on(Step.MASK, address=address, mask=mask_text(bits))

    def _mask(self, x: Exec, text: str) -> Setup:
        assert self.address is not None
        value = value_of("A.B.C.D", text)
        bits = None if isinstance(value, Bad) else bits_of(value)
        natural = natural_bits(self.address)
        if bits is None or bits < natural:
            return replace(self, above=("% Invalid subnet mask",))
        network = IPv4Address(int(self.address) >> (32 - natural) << (32 - natural))
        kind = {8: "A", 16: "B"}.get(natural, "C")
        said = (
            f"    Class {kind} network is {network}, {bits - natural} subnet bits; mask is /{bits}"
        )
        return replace(self, mask=text)._written(x, said)

    def _written(self, x: Exec, *said: str) -> Setup:
        script = tuple(self._script(x))
        head = ("", "The following configuration command script was created:", "")
        above = (*said, *head, *script, *CHOICES.split("\n"))
        return replace(self, step=Step.SELECTION, above=above, script=script)

    def _script(self, x: Exec) -> Iterator[str]:
        secret = hashed(self.secret, None, x.random)
        yield f"hostname {self.hostname}"
        yield f"enable secret {secret.encryption} {secret.text}"
        yield f"enable password {self.password}"
        yield "line vty 0 4"
        yield f"password {self.vty}"
        yield "snmp-server community public" if self.snmp else "no snmp-server"
        yield "!"
        yield "no ip routing"
        for name in ports(x):
            yield "!"
            yield f"interface {name}"
            is_wanted = name == self.interface and self.address is not None
            yield "no shutdown" if name == self.interface else "shutdown"
            yield f"ip address {self.address} {self.mask}" if is_wanted else "no ip address"
        yield "!"
        yield "end"

    def _selection(self, x: Exec, text: str) -> Dialog | Lines:
        match text:
            case "0":
                return left(x)
            case "1":
                return Setup(x.hostname, Step.HOSTNAME, ("Configuring global parameters:", ""))
            case "2":
                said = x.configure("\n".join(self.script))
                return [*said, *save(x), AFTER, *left(x)]
            case _:
                return replace(self, above=("% Please enter 0, 1 or 2",))


SAME = ("% Please choose a password that is different from the enable secret",)
CONNECTED = "Enter interface name used to connect to the"
AFTER = "Use the enabled mode 'configure' command to modify this configuration."


def left(x: Exec) -> Lines:
    """The dialog is over: the console waits for RETURN."""
    assert isinstance(x, DeviceExec)
    x.session.is_open = False
    return STARTED


def value_of(kind: str, text: str) -> Any:
    """The value of a text, or Bad."""
    known = kind_of(kind)
    assert known is not None
    return known.read(text)


def ports(x: Exec) -> list[str]:
    """The interfaces a cable fits."""
    return [i.name for i in x.part(Stack).interfaces.values() if i.is_hardware]


def yes_or_no(text: str) -> bool | None:
    """What was meant; None if it is neither."""
    word = text.strip().lower()
    if word and "yes".startswith(word):
        return True
    return False if word and "no".startswith(word) else None


def natural_bits(address: IPv4Address) -> int:
    """The length of the mask of the address's class."""
    first = int(address) >> 24
    return 8 if first < 128 else 16 if first < 192 else 24


def mask_text(bits: int) -> str:
    return str(IPv4Address((1 << 32) - (1 << (32 - bits))))


def bits_of(mask: IPv4Address) -> int | None:
    """The length of a mask; None if it is none."""
    bits = int(mask).bit_count()
    return bits if mask_text(bits) == str(mask) else None


DIALOGS = (InitialDialog, Setup)
"""What Ctrl-C leaves for the console that waits for RETURN."""
