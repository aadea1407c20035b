"""What would become of a packet, and why packets were dropped.

The question is asked of a fork of the lab: a real packet is sent there, with a mark, and every
router writes down what its stages do with it.  So nothing here knows a rule of forwarding, and the
lab itself does not change.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypedDict

from iosemu import stack
from iosemu.address import IPv4Address
from iosemu.cli.api import EXPLAINS, Why
from iosemu.cli.nvgen import differing_lines
from iosemu.device.router import Router
from iosemu.fabric.capture import Capture
from iosemu.proto.base import Send
from iosemu.stack.chain import Drop
from iosemu.stack.origin import origin
from iosemu.stack.state import Dropped, Reason, Role, Traced, TraceLine
from iosemu.values import dataclass
from iosemu.wire import icmp
from iosemu.wire.icmp import Echo
from iosemu.wire.ipv4 import IPv4, Protocol, datagram
from iosemu.wire.tcp import Flag, Tcp
from iosemu.wire.udp import Udp

from .explained import ConfigLine, DropView, Explanation, Outcome, Step
from .hardware import canonical_port

if TYPE_CHECKING:
    from .lab import Lab

PROTOCOLS = {"icmp": Protocol.ICMP, "tcp": Protocol.TCP, "udp": Protocol.UDP}
FIRST_PORT = 49152
"""Where a packet comes from that names no source port."""
UDP_PORT = 33434
"""Where one goes that names no port."""
TCP_PORT = 23
PATIENCE_S = 5.0
ARP_S = 2.0
"""How long after a first packet, which is lost while ARP asks, the next one is sent."""
MOST_TRIES = 16
_MARK = 0xE5A0
_OWNER = "explain"
_WAITS = "waits for more fragments"


class NotAsked(ValueError):
    """The question makes no sense in this lab; the text says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """A packet to be sent.

    interface: it comes in by, as from a neighbor; None: `device` makes it.  source None: `device`
    chooses.  protocol: a word of PROTOCOLS, or a number.  size: of the whole datagram in bytes.
    """

    device: str
    target: IPv4Address
    source: IPv4Address | None = None
    interface: str | None = None
    protocol: str | int = "icmp"
    source_port: int | None = None
    port: int | None = None
    size: int = 100
    ttl: int = 64
    dont_fragment: bool = False

    @property
    def number(self) -> int:
        """Of the protocol."""
        if isinstance(self.protocol, int):
            return self.protocol
        return PROTOCOLS[self.protocol]

    @property
    def ports(self) -> tuple[int, int]:
        """From and to, of TCP and UDP."""
        usual = TCP_PORT if self.number == Protocol.TCP else UDP_PORT
        return self.source_port or FIRST_PORT, self.port or usual


class Asked(TypedDict, total=False):
    """What scripts may say of a packet besides where it begins and where it goes."""

    source: str
    interface: str
    protocol: str | int
    source_port: int
    port: int
    size: int
    ttl: int
    dont_fragment: bool


def question_of(device: str, target: str, asked: Asked) -> Question:
    """The question of a script; NotAsked if a word of it means nothing."""
    values: dict[str, Any] = dict(asked)
    if asked.get("source") is not None:
        values["source"] = address(asked["source"])
    if asked.get("interface") is not None:
        values["interface"] = interface_of(asked["interface"])
    protocol = asked.get("protocol", "icmp")
    if isinstance(protocol, str) and protocol not in PROTOCOLS:
        raise NotAsked(f"no protocol {protocol!r}; expected {', '.join(PROTOCOLS)} or a number")
    return Question(device, address(target), **values)


def address(text: str) -> IPv4Address:
    """NotAsked if it is none."""
    try:
        return IPv4Address.parse(text)
    except ValueError:
        raise NotAsked(f"{text!r} is no IPv4 address") from None


def interface_of(text: str) -> str:
    """The full name of an interface, also of a subinterface."""
    hardware, dot, number = text.partition(".")
    return f"{canonical_port(hardware) or hardware}{dot}{number}"


def explain(lab: Lab, question: Question) -> Explanation:
    """Send it in a fork of the lab; what became of it.  Raises NotAsked."""
    # Not at the top: the lab imports this.
    from .lab import restore

    fork = restore(lab.snapshot(), lab.program)
    router = _router(fork, question)
    source = _source(router, question)
    if isinstance(source, Drop):
        return _never_left(router, question, source)
    notes: list[str] = []
    asked: set[tuple[str, str | None]] = set()
    for number in range(MOST_TRIES):
        sent = _Sent(fork, question, source, _MARK + number)
        lost = sent.lost_to_arp()
        where = ("", None) if lost is None else (lost.router, lost.trace.egress)
        if lost is None or where in asked:
            break
        asked.add(where)
        what = lost.trace.role.value
        notes.append(f"{lost.router}: the first {what} is lost while ARP asks on {where[1]}")
        fork.run_for(ARP_S)
    return sent.explanation(tuple(notes))


def drops(lab: Lab, device: str | None = None) -> list[DropView]:
    """The last packets that a device, or any, dropped, the newest first."""
    names = list(lab.routers) if device is None else [device]
    held = [(kept, name) for name in names for kept in lab.routers[name].device.stack.dropped]
    held.sort(key=lambda item: item[0].at)
    held.reverse()
    return [
        _drop_view(number, lab.routers[name], kept) for number, (kept, name) in enumerate(held, 1)
    ]


# -- the question ----


def _router(fork: Lab, question: Question) -> Router:
    if question.device not in fork.routers:
        raise NotAsked(f"no device {question.device!r}; there are {', '.join(fork.routers)}")
    router = fork.routers[question.device]
    if not router.device.is_up:
        raise NotAsked(f"{question.device} is down")
    held = router.device.stack.interfaces
    if question.interface is not None:
        if question.interface not in held:
            raise NotAsked(f"{question.device} has no interface {question.interface}")
        if question.source is None:
            raise NotAsked("a packet that comes in by an interface has a source address")
    return router


def _source(router: Router, question: Question) -> IPv4Address | Drop:
    """Where the packet comes from; why it cannot leave, if it is made here and has no way."""
    if question.interface is not None:
        assert question.source is not None
        return question.source
    held = router.device.stack
    own = question.source
    if own is not None and not any(i.owns(own) for i in held.interfaces.values()):
        raise NotAsked(
            f"{own} is no address of {question.device};"
            f" name the interface it comes in by: packet {question.device} INTERFACE {own} ..."
        )
    way = origin(held, held.vrf("default"), question.target, own)
    return way if isinstance(way, Drop) else way.source


def payload_of(question: Question, source: IPv4Address, mark: int) -> bytes:
    """What the datagram carries: an echo, a UDP datagram, a TCP segment that opens, or zeros."""
    room = max(0, question.size - 20)
    match question.number:
        case Protocol.ICMP:
            return icmp.emit(Echo(False, mark, 0, bytes(max(0, room - 8))))
        case Protocol.UDP:
            carried = Udp(*question.ports, bytes(max(0, min(room, 0xFFFF) - 8)))
            return carried.emit(source, question.target) + bytes(max(0, room - 0xFFFF))
        case Protocol.TCP:
            opening = Tcp(*question.ports, mark, 0, Flag.SYN, 4128, 0, b"", b"")
            return opening.emit(source, question.target)
        case _:
            return bytes(room)


def words_of(d: IPv4, *, whole: bool = True) -> str:
    """A datagram in words, as "udp 10.0.0.1:1024 -> 10.0.0.2:53"."""
    name = next((n for n, p in PROTOCOLS.items() if p == d.protocol), f"protocol {d.protocol}")
    source, target, kind = str(d.source), str(d.target), ""
    if d.fragment_offset:
        kind = f" fragment at {d.fragment_offset}"
    elif d.protocol in (Protocol.TCP, Protocol.UDP) and len(d.payload) >= 4:
        source += f":{int.from_bytes(d.payload[:2], 'big')}"
        target += f":{int.from_bytes(d.payload[2:4], 'big')}"
    elif d.protocol == Protocol.ICMP and len(d.payload) >= 2:
        kind = f" {icmp_name(d.payload[0], d.payload[1])}"
    size = f", {d.total_bytes} bytes" if whole else ""
    return f"{name}{kind} {source} -> {target}{size}, ttl {d.ttl}"


def icmp_name(type_: int, code: int) -> str:
    """As "echo" or "unreachable 13"."""
    try:
        name = icmp.Type(type_).name.lower().replace("_", " ")
    except ValueError:
        name = f"type {type_}"
    return f"{name} {code}" if type_ in icmp.ERRORS else name


# -- the packet on its way ----


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one router did with one packet."""

    router: str
    trace: Traced

    @property
    def last(self) -> TraceLine:
        return self.trace.lines[-1]

    @property
    def is_over(self) -> bool:
        return bool(self.trace.lines) and self.last.verdict != "sent"


class _Sent:
    """One marked packet, sent in a fork and followed to its end."""

    def __init__(self, fork: Lab, question: Question, source: IPv4Address, mark: int) -> None:
        self.fork, self.question = fork, question
        payload = payload_of(question, source, mark)
        self.datagram = datagram(
            source,
            question.target,
            question.number,
            payload,
            ttl=question.ttl,
            identification=mark,
            dont_fragment=question.dont_fragment,
        )
        for router in fork.routers.values():
            values = (source, question.target, mark, payload[:8])
            stack.start_trace(router.device.stack, *values)
        self.capture: Capture = fork.capture()
        self._send()
        fork.advance(PATIENCE_S, lambda: self._is_over())
        fork.end_capture(self.capture)
        self.seen = sorted(self._all(), key=lambda seen: seen.trace.at)
        for router in fork.routers.values():
            stack.stop_trace(router.device.stack)

    def _send(self) -> None:
        question = self.question
        router = self.fork.routers[question.device]
        held = router.device.stack
        if question.interface is None:
            d = self.datagram
            stack.send(
                held,
                router,
                _OWNER,
                Send(
                    d.target,
                    d.protocol,
                    d.payload,
                    source=d.source,
                    ttl=d.ttl,
                    dont_fragment=d.dont_fragment,
                    identification=d.identification,
                ),
            )
        elif held.interfaces[question.interface].is_up:
            stack.arrive(held, router, question.interface, self.datagram)
        router.run()

    def _all(self) -> Iterator[_Seen]:
        for name, router in self.fork.routers.items():
            following = router.device.stack.following
            for trace in following.seen if following is not None else ():
                yield _Seen(name, trace)

    def _is_over(self) -> bool:
        """Whether the packet and what came of it have ended."""
        ends = {seen.trace.role for seen in self._all() if seen.is_over}
        return Role.PACKET in ends and bool(ends & {Role.REPLY, Role.ERROR})

    def _end_of(self, seen: list[_Seen]) -> _Seen | None:
        dropped = [s for s in seen if s.is_over and s.last.reason is not None]
        ended = [s for s in seen if s.is_over and s.last.verdict != _WAITS]
        found = dropped or ended or seen
        return found[-1] if found else None

    def lost_to_arp(self) -> _Seen | None:
        """Where the packet, or what came of it, was lost because a neighbor had to be asked."""
        lost = [s for s in self.seen if s.is_over and s.last.reason is Reason.ENCAPSULATION]
        return lost[-1] if lost else None

    def explanation(self, notes: tuple[str, ...]) -> Explanation:
        """All of it in order."""
        there = [seen for seen in self.seen if seen.trace.role is Role.PACKET]
        back = [seen for seen in self.seen if seen.trace.role is not Role.PACKET]
        if not there:
            return self._not_let_in(notes)
        steps, outcome = self._way(there)
        returned, answer = self._way(back) if back else ((), None)
        words = words_of(self.datagram)
        where = steps[-1].router
        return Explanation(words, outcome, where, steps, returned, answer, notes)

    def _not_let_in(self, notes: tuple[str, ...]) -> Explanation:
        """The packet was to come in by an interface that is down."""
        question = self.question
        router = self.fork.routers[question.device]
        why = EXPLAINS["interface down"](router, question.interface)
        step = Step(
            self.fork.world.now,
            question.device,
            Role.PACKET.value,
            question.interface or "",
            "link",
            "drop: interface is down",
            why.text,
            lines_of(router, why),
            "INTERFACE_DOWN",
        )
        return Explanation(
            words_of(self.datagram), Outcome.DROPPED, question.device, (step,), notes=notes
        )

    def _way(self, seen: list[_Seen]) -> tuple[tuple[Step, ...], Outcome]:
        """The steps of a packet, or of its fragments, and how it ended."""
        steps = [step for one in seen for step in self._steps(one)]
        end = self._end_of(seen)
        assert end is not None
        if end.is_over:
            ending = [s for s in steps if s.router == end.router and s.stage == end.last.stage]
            steps.append(steps.pop(steps.index(ending[-1])))
            if end.last.reason is not None:
                return tuple(steps), Outcome.DROPPED
            match end.last.verdict:
                case "refused":
                    return tuple(steps), Outcome.REFUSED
                case "waits for more fragments":
                    return tuple(steps), Outcome.WAITING
                case _:
                    return tuple(steps), Outcome.DELIVERED
        step, outcome = self._between(end)
        return (*steps, step), outcome

    def _steps(self, seen: _Seen) -> Iterator[Step]:
        router = self.fork.routers[seen.router]
        trace = seen.trace
        for line in trace.lines:
            why = why_of(router, trace, line)
            yield Step(
                trace.at,
                seen.router,
                trace.role.value,
                trace.ingress or "",
                line.stage,
                line.verdict if line.stage != "local" else _ending(line),
                why.text,
                lines_of(router, why),
                "" if line.reason is None else line.reason.name,
            )

    def _between(self, last: _Seen) -> tuple[Step, Outcome]:
        """What became of a packet that a router sent and no router took."""
        trace = last.trace
        egress = (trace.egress or "").partition(".")[0]
        port = self.fork.fabric.ports[last.router, egress]
        comment = self._lost_as(last.router, egress)

        def step(text: str, verdict: str, lines: tuple[ConfigLine, ...] = ()) -> Step:
            role = trace.role.value
            return Step(trace.at, last.router, role, egress, "link", verdict, text, lines)

        if comment is not None:
            return step(f"on the link of {egress}", comment), Outcome.LOST
        if port.link is None:
            return step(f"nothing of the lab is attached to {egress}", "sent"), Outcome.LEFT
        ends = self.fork.fabric.links[port.link].ports
        others = [key for key in ends if key != port.key]
        for node, name in others:
            router = self.fork.routers.get(node)
            if router is not None and not router.device.is_up:
                return step(f"{node} is off", "sent"), Outcome.UNTAKEN
            held = None if router is None else router.device.stack.interfaces.get(name)
            if router is not None and (held is None or not held.is_up):
                why = EXPLAINS["interface down"](router, name)
                text = f"{node} does not take it: {why.text}"
                return step(text, "sent", lines_of(router, why)), Outcome.UNTAKEN
        names = ", ".join(f"{node}:{name}" for node, name in others)
        return step(f"no router takes the frame that reached {names}", "sent"), Outcome.UNTAKEN

    def _lost_as(self, router: str, egress: str) -> str | None:
        """Why the fabric lost the frame that this port sent; None if it did not."""
        mark = self.datagram.identification.to_bytes(2, "big")
        for seen in reversed(self.capture.frames):
            if seen.port == (router, egress) and mark in seen.frame and seen.comment:
                return seen.comment
        return None


def _never_left(router: Router, question: Question, drop: Drop) -> Explanation:
    """A packet that the router would make, but has no way for."""
    unsent = datagram(
        question.source or IPv4Address(0), question.target, question.number, b"", ttl=question.ttl
    )
    dropped = Dropped(router.now, drop.reason, "default", None, None, unsent)
    why = why_dropped(router, dropped)
    step = Step(
        router.now,
        router.device.name,
        Role.PACKET.value,
        "",
        "route",
        f"drop: {drop.reason.value}",
        why.text,
        lines_of(router, why),
        drop.reason.name,
    )
    return Explanation(words_of(unsent), Outcome.DROPPED, router.device.name, (step,))


def _ending(line: TraceLine) -> str:
    """How a packet to the router itself ends."""
    is_taken = line.reason is None and line.verdict not in ("pass", "refused", _WAITS)
    return f"delivered: {line.verdict}" if is_taken else line.verdict


# -- why ----


def why_of(router: Router, trace: Traced, line: TraceLine) -> Why:
    """Why a stage did what it did."""
    if line.reason is None:
        return _because(router, line.because) if line.because else Why("")
    held = router.device.stack.interfaces.get(trace.ingress or trace.egress or "")
    vrf = "default" if held is None else held.settings.vrf
    ports = trace.ingress, trace.egress
    d = trace.datagram
    return why_dropped(router, Dropped(trace.at, line.reason, vrf, *ports, d, because=line.because))


def why_dropped(router: Router, dropped: Dropped) -> Why:
    """Why a packet was dropped: what the stage said decided, else what its reason means."""
    word = f"drop {dropped.reason.name}"
    if dropped.because and word not in EXPLAINS:
        return _because(router, dropped.because)
    why: Why = EXPLAINS[word](router, dropped)
    return why


def _because(router: Router, because: tuple[object, ...]) -> Why:
    word, *values = because
    why: Why = EXPLAINS[str(word)](router, *values)
    return why


def lines_of(router: Router, why: Why) -> tuple[ConfigLine, ...]:
    """The text of the lines that decided, as the running configuration has them."""
    found = [
        ConfigLine(*pair)
        for said in why.said
        for pair in differing_lines(
            router.grammar, said.having, said.lacking, version=router.version
        )
    ]
    return tuple(dict.fromkeys(found))


def _drop_view(number: int, router: Router, dropped: Dropped) -> DropView:
    why = why_dropped(router, dropped)
    d = dropped.datagram
    return DropView(
        number,
        dropped.at,
        router.device.name,
        dropped.ingress or "",
        words_of(d, whole=False) if d is not None else f"malformed, {len(dropped.head)} bytes kept",
        dropped.reason.name,
        dropped.reason.value,
        why.text,
        lines_of(router, why),
    )


__all__ = ["NotAsked", "Question", "drops", "explain"]
