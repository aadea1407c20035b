"""The extended traceroute: a frozen form that is filled question by question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.cli.api import Dialog, Exec, Lines
from iosemu.features.ip.config import IpConfig
from iosemu.features.ip.names import names_of
from iosemu.features.ping import answers
from iosemu.features.ping.options import NO_OPTIONS, Wanted
from iosemu.values import dataclass

from .job import TraceRequest, Traceroute
from .release import has_vrf_line
from .state import TraceState


@dataclass(frozen=True, slots=True)
class TraceForm:
    """The answers so far, with their defaults."""

    target: IPv4Address | None = None
    source: IPv4Address | None = None
    numeric: bool = False
    timeout_s: int = 3
    probes: int = 3
    minimum_ttl: int = 1
    maximum_ttl: int = 30
    port: int = 33434
    options: Wanted = NO_OPTIONS


Read = Callable[[TraceForm, Exec, str], TraceForm]


def _protocol(form: TraceForm, x: Exec, text: str) -> TraceForm:
    answers.ip_only(text)
    return form


def _target(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, target=answers.address(x, text))


def _source(form: TraceForm, x: Exec, text: str) -> TraceForm:
    source = answers.typed_source(text)
    return form if source is None else replace(form, source=answers.source_address(x, source))


def _numeric(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, numeric=answers.yes(text))


def _timeout(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, timeout_s=answers.number(text, 3, 0, 3600))


def _probes(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, probes=answers.number(text, 3, 1, 65535))


def _minimum(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, minimum_ttl=answers.number(text, 1, 1, 255))


def _maximum(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, maximum_ttl=answers.number(text, 30, form.minimum_ttl, 255))


def _port(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, port=answers.number(text, 33434, 1, 65535))


def _options(form: TraceForm, x: Exec, text: str) -> TraceForm:
    return replace(form, options=answers.chosen(form.options, text))


QUESTIONS: tuple[tuple[str, Read], ...] = (
    ("Protocol [ip]: ", _protocol),
    ("Target IP address: ", _target),
    ("Source address: ", _source),
    ("Numeric display [n]: ", _numeric),
    ("Timeout in seconds [3]: ", _timeout),
    ("Probe count [3]: ", _probes),
    ("Minimum Time to Live [1]: ", _minimum),
    ("Maximum Time to Live [30]: ", _maximum),
    ("Port Number [33434]: ", _port),
    ("Loose, Strict, Record, Timestamp, Verbose[none]: ", _options),
)
OPTIONS = len(QUESTIONS) - 1


@dataclass(frozen=True, slots=True)
class TraceDialog:
    """The question that is open and what was answered before."""

    form: TraceForm = TraceForm()
    question: int = 0

    def ask(self) -> str:
        if self.question == OPTIONS:
            return answers.options_question(self.form.options)
        return QUESTIONS[self.question][0]

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        text = text.strip()
        if self.question == OPTIONS and text:
            detail = answers.detail_of(self.form.options, text)
            if detail is not None:
                return OptionDialog(self.form, detail)
        form = QUESTIONS[self.question][1](self.form, x, text)
        if self.question == OPTIONS and text:
            return TraceDialog(form, OPTIONS)
        if self.question < OPTIONS:
            return TraceDialog(form, self.question + 1)
        x.start(Traceroute.of(request_of(form, x)))
        return []


@dataclass(frozen=True, slots=True)
class OptionDialog:
    """What an option needs to know: hops, timestamps or the addresses of a source route."""

    form: TraceForm
    detail: answers.Detail

    def ask(self) -> str:
        return answers.DETAIL_QUESTIONS[self.detail]

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        options = answers.with_detail(self.form.options, self.detail, text.strip())
        return TraceDialog(replace(self.form, options=options), OPTIONS)


def request_of(form: TraceForm, x: Exec) -> TraceRequest:
    """What the filled form asks for."""
    assert form.target is not None, "asked for before the last question"
    return TraceRequest(
        form.target,
        x.part(TraceState).next_port(),
        source=form.source,
        timeout_s=form.timeout_s,
        probes=form.probes,
        minimum_ttl=form.minimum_ttl,
        maximum_ttl=form.maximum_ttl,
        port=form.port,
        options=form.options,
        vrf_line=has_vrf_line(x.version),
        names=() if form.numeric else names_of(x.config.of(IpConfig)),
    )
