"""The extended ping: a frozen form that is filled question by question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.cli.api import Dialog, Exec, Lines, Rejected
from iosemu.cli.interfaces import canonical
from iosemu.stack import Stack
from iosemu.values import dataclass

from . import answers
from .job import Ping, PingRequest
from .options import NO_OPTIONS, Wanted
from .state import PingState

SMALLEST, LARGEST = 36, 18024


@dataclass(frozen=True, slots=True)
class PingForm:
    """The answers so far, with their defaults."""

    target: IPv4Address | None = None
    repeat: int = 5
    size: int = 100
    timeout_s: int = 2
    extended: bool = False
    source: IPv4Address | None = None
    tos: int = 0
    dont_fragment: bool = False
    validate: bool = False
    pattern: int | None = None
    options: Wanted = NO_OPTIONS
    sweep: bool = False
    sweep_low: int = SMALLEST
    sweep_high: int = LARGEST
    sweep_step: int = 1


Read = Callable[[PingForm, Exec, str], PingForm]


def _protocol(form: PingForm, x: Exec, text: str) -> PingForm:
    answers.ip_only(text)
    return form


def _target(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, target=answers.address(x, text))


def _repeat(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, repeat=answers.number(text, 5, 1, 2147483647))


def _size(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, size=answers.number(text, 100, SMALLEST, LARGEST))


def _timeout(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, timeout_s=answers.number(text, 2, 0, 3600))


def _extended(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, extended=answers.yes(text))


def _source(form: PingForm, x: Exec, text: str) -> PingForm:
    source = answers.typed_source(text)
    return form if source is None else replace(form, source=answers.source_address(x, source))


def _tos(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, tos=answers.number(text, 0, 0, 255))


def _dont_fragment(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, dont_fragment=answers.yes(text))


def _validate(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, validate=answers.yes(text))


def _pattern(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, pattern=answers.hexadecimal(text))


def _options(form: PingForm, x: Exec, text: str) -> PingForm:
    """Read a letter that needs no more answers; others open a question of their own."""
    return replace(form, options=answers.chosen(form.options, text))


def _sweep(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, sweep=answers.yes(text))


def _low(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, sweep_low=answers.number(text, SMALLEST, SMALLEST, LARGEST))


def _high(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, sweep_high=answers.number(text, LARGEST, form.sweep_low, LARGEST))


def _step(form: PingForm, x: Exec, text: str) -> PingForm:
    return replace(form, sweep_step=answers.number(text, 1, 1, LARGEST))


QUESTIONS: tuple[tuple[str, Read], ...] = (
    ("Protocol [ip]: ", _protocol),
    ("Target IP address: ", _target),
    ("Repeat count [5]: ", _repeat),
    ("Datagram size [100]: ", _size),
    ("Timeout in seconds [2]: ", _timeout),
    ("Extended commands [n]: ", _extended),
    ("Source address or interface: ", _source),
    ("Type of service [0]: ", _tos),
    ("Set DF bit in IP header? [no]: ", _dont_fragment),
    ("Validate reply data? [no]: ", _validate),
    ("Data pattern [0xABCD]: ", _pattern),
    ("Loose, Strict, Record, Timestamp, Verbose[none]: ", _options),
    ("Sweep range of sizes [n]: ", _sweep),
    ("Sweep min size [36]: ", _low),
    ("Sweep max size [18024]: ", _high),
    ("Sweep interval [1]: ", _step),
)
EXTENDED = 5
OPTIONS = 11
SWEEP = 12


@dataclass(frozen=True, slots=True)
class PingDialog:
    """The question that is open and what was answered before."""

    form: PingForm = PingForm()
    question: int = 0

    def ask(self) -> str:
        if self.question == OPTIONS:
            return answers.options_question(self.form.options)
        return QUESTIONS[self.question][0]

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        text = text.strip()
        if self.question == OPTIONS:
            detail = answers.detail_of(self.form.options, text)
            if detail is not None:
                return OptionDialog(self, detail)
        form = QUESTIONS[self.question][1](self.form, x, text)
        following = self._after(form, text)
        if following is not None:
            return PingDialog(form, following)
        x.start(Ping(request_of(form, x.part(PingState).next_identifier())))
        return []

    def _after(self, form: PingForm, text: str) -> int | None:
        """The next question; None after the last."""
        match self.question:
            case 5 if not form.extended:
                return SWEEP
            case 11 if text:
                return OPTIONS
            case 12 if not form.sweep:
                return None
            case last if last + 1 == len(QUESTIONS):
                return None
            case number:
                return number + 1


@dataclass(frozen=True, slots=True)
class OptionDialog:
    """What an option needs to know: hops, timestamps or the addresses of a source route."""

    before: PingDialog
    detail: answers.Detail

    def ask(self) -> str:
        return answers.DETAIL_QUESTIONS[self.detail]

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        form = self.before.form
        options = answers.with_detail(form.options, self.detail, text.strip())
        return PingDialog(replace(form, options=options), OPTIONS)


def request_of(form: PingForm, identifier: int) -> PingRequest:
    """What the filled form asks for."""
    assert form.target is not None, "asked for before the last question"
    swept = (form.sweep_low, form.sweep_high, form.sweep_step)
    return PingRequest(
        form.target,
        identifier,
        repeat=form.repeat,
        sizes=swept if form.sweep else (form.size, form.size, 1),
        timeout_s=form.timeout_s,
        source=form.source,
        show_source=form.source is not None,
        tos=form.tos,
        dont_fragment=form.dont_fragment,
        pattern=form.pattern,
        validate=form.validate,
        options=form.options,
    )


@dataclass(frozen=True, slots=True)
class OutputInterface:
    """Which link the link-local target of a ping is on."""

    request: PingRequest

    def ask(self) -> str:
        return "Output Interface: "

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        interface = x.part(Stack).interfaces.get(canonical(text.strip()) or "")
        if interface is None:
            raise Rejected("% Invalid interface. Use full interface name without spaces")
        source = None if interface.ipv6 is None else interface.ipv6.source
        if source is None:
            raise Rejected(answers.NO_INTERFACE6)
        where = replace(self.request, interface=interface.name, source=source, show_source=True)
        x.start(Ping(where))
        return []
