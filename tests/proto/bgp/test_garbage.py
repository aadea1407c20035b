"""A neighbor that sends garbage: the right NOTIFICATION or RFC 7606, and others do not notice."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from iosemu.proto.base import (
    Input,
    TcpAbort,
    TcpClose,
    TcpData,
    TcpDown,
    TcpReason,
    TcpUp,
    TcpWrite,
)
from iosemu.proto.bgp.settings import TableKey
from iosemu.wire.bgp import (
    KEEPALIVE,
    Context,
    Message,
    Notification,
    Open,
    parse,
    split,
)
from iosemu.wire.bgp_capability import FourOctetAs, Multiprotocol
from iosemu.wire.bgp_error import BgpError, Code, FsmError
from iosemu.wire.bgp_family import IPV4_UNICAST
from tests.stack.net import ip
from tests.wire import bgp_made
from tests.wire.test_bgp_damage import damaged

from .net import Speaker, neighbor, pair, process

ASN, BAD = 9, "10.0.1.9"
FIRST = 1_000_000
CAPABILITIES = (Multiprotocol(IPV4_UNICAST), FourOctetAs(ASN))
HELLO = Open.of(ASN, 180, ip("9.9.9.9"), CAPABILITIES).emit() + KEEPALIVE
CONTEXT = Context()


@dataclass
class Visitor:
    """The bad neighbor, straight at the engine of R1: what it is told, and how it is left."""

    speaker: Speaker
    visits: int = 0
    conn: int = FIRST
    told: bytes = b""
    is_left: bool = False

    def come(self, *data: bytes) -> None:
        """Connect, and send these pieces."""
        self.visits += 1
        self.told, self.is_left = b"", False
        self.conn = FIRST + self.visits
        local, port = ip("10.0.1.1"), 20000 + self.visits % 40000
        self.give(TcpUp(self.conn, None, "default", local, 179, ip(BAD), port))
        for piece in data:
            if not self.is_left:
                self.give(TcpData(self.conn, piece))

    def go(self) -> None:
        """The connection is over, if it is not yet."""
        if not self.is_left:
            self.give(TcpDown(self.conn, None, TcpReason.RESET))

    def give(self, event: Input) -> None:
        one = self.speaker
        others = []
        for action in one.engine.step(one.now, event):
            match action:
                case TcpWrite(self.conn, data):
                    self.told += data
                case TcpClose(self.conn) | TcpAbort(self.conn):
                    self.is_left = True
                case _:
                    others.append(action)
        one.perform(others)

    @property
    def messages(self) -> list[Message]:
        found, rest, error = split(self.told)
        assert (rest, error) == (b"", None)
        return [parse(data, CONTEXT) for data in found]


def expected(stream: bytes) -> Notification | bool:
    """How an established session must answer a stream: with a NOTIFICATION, or by being up."""
    messages, _, error = split(stream)
    for data in messages:
        try:
            message = parse(data, CONTEXT)
        except BgpError as wrong:
            return False if data[18] == 3 else Notification.of(wrong)
        if isinstance(message, Notification):
            return False
        if isinstance(message, Open):
            return Notification(Code.FSM, FsmError.ESTABLISHED)
    return True if error is None else Notification.of(error)


@pytest.fixture
def visitor() -> Visitor:
    """R1 with a session to R2, and the bad neighbor, which comes by itself."""
    net, one, two = pair()
    bad = neighbor(BAD, ASN, 1, is_passive=True)
    two.configure(process(2, "2.2.2.2", neighbor("10.0.1.1", 1, 2)))
    one.configure(process(1, "1.1.1.1", neighbor("10.0.1.2", 2, 1), bad))
    net.until_up(one, "10.0.1.2")
    net.wait(1)
    one.log_lines()
    return Visitor(one)


def check(visitor: Visitor, stream: bytes) -> str:
    """One visit; what it came to."""
    visitor.come(HELLO, stream)
    answers = [m for m in visitor.messages if isinstance(m, Notification)]
    wanted = expected(stream)
    one = visitor.speaker
    if isinstance(wanted, Notification):
        assert answers == [wanted], stream.hex()
    else:
        assert answers == [], stream.hex()
        assert one.is_up(BAD) is wanted, stream.hex()
    visitor.go()
    assert not one.is_up(BAD)
    assert one.is_up("10.0.1.2")
    return "told" if isinstance(wanted, Notification) else "up" if wanted else "ended"


@pytest.mark.parametrize("seed", range(4))
def test_ten_thousand_damaged_messages(visitor: Visitor, seed: int) -> None:
    rng = Random(f"RFC 7606 {seed}")
    corpus = bgp_made.messages(rng, 300, CONTEXT)
    counts = {"told": 0, "up": 0, "ended": 0}
    for _ in range(2500):
        counts[check(visitor, damaged(rng, rng.choice(corpus)))] += 1
    assert min(counts.values()) > 20, counts
    # Nothing of the visits is left, and the other session heard nothing of it.
    state = visitor.speaker.engine.state
    assert not [conn for conn in state.conns if 0 < conn - FIRST <= visitor.visits]
    peer = visitor.speaker.peer(BAD)
    assert not peer.links
    assert not state.routing.tables[TableKey(IPV4_UNICAST)].nets
    assert not any("10.0.1.2" in line for line in visitor.speaker.log_lines())


def test_every_truncation_of_every_message(visitor: Visitor) -> None:
    """With a header that says so: a shorter one waits for the rest."""
    for data in bgp_made.messages(Random(8), 24, CONTEXT):
        for size in range(19, len(data)):
            check(visitor, data[:16] + size.to_bytes(2, "big") + data[18:size])
        check(visitor, data[:-1])


def test_garbage_before_the_session_is_up(visitor: Visitor) -> None:
    rng = Random(4271)
    corpus = [*bgp_made.messages(rng, 100, CONTEXT), HELLO[:-19]]
    for _ in range(1000):
        visitor.come(damaged(rng, rng.choice(corpus)), damaged(rng, rng.choice(corpus)))
        answers = [m for m in visitor.messages if isinstance(m, Notification)]
        assert len(answers) <= 1
        visitor.go()
        assert visitor.speaker.is_up("10.0.1.2")
