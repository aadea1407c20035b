"""Whatever the wire does to segments, what arrives is what was sent."""

from __future__ import annotations

import pickle

import pytest

from iosemu.kernel.rng import Random
from iosemu.proto.base import TcpDown, TcpEnd, TcpOptions, TcpReason
from iosemu.stack.tcp_state import State

from .rig import Host, Quality, Rig, connected, pair

SEEDS = 60
DONE = (State.CLOSED, State.TIME_WAIT)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_both_streams_survive_a_bad_wire(seed: int) -> None:
    random = Random.named(seed, "transfer")
    options = TcpOptions(
        window_bytes=random.choice((600, 4128, 16384, 65535)),
        nagle=random.choice((True, False)),
        password=random.choice((None, "secret")),
    )
    rig = connected_as(options)
    worst = [chance * random.random() for chance in (0.15, 0.15, 0.3, 0.05)]
    rig.wire.quality = Quality(random, *worst)
    sent = [random.randbytes(random.randrange(30_000)) for _ in range(2)]
    for host, stream in zip((rig.one, rig.two), sent, strict=True):
        at = 0
        while at < len(stream):
            size = 1 + random.randrange(5000)
            host.write(stream[at : at + size])
            at += size
            rig.wait(random.random() / 10)
        host.close()
    run_to_end(rig)
    assert taken(rig.two) == sent[0]
    assert taken(rig.one) == sent[1]
    assert rig.wire.routers["R1"].stack.tcp.statistics.dropped == 0


def test_a_clean_wire_needs_no_retransmission() -> None:
    rig = connected()
    rig.one.write(bytes(200_000))
    rig.wait(60)
    assert len(rig.two.read()) == 200_000
    assert rig.one.connection.counts.retransmitted == 0
    assert rig.one.connection.counts.bytes_sent == 200_000


def test_a_copy_of_the_state_goes_on_where_it_was() -> None:
    results = []
    for is_copied in (False, True):
        rig = connected()
        rig.wire.quality = Quality(Random.named(5, "copy"), loss=0.2)
        rig.one.write(bytes(range(256)) * 60)
        rig.wait(0.5)
        if is_copied:
            for router in rig.wire.routers.values():
                router.stack = pickle.loads(pickle.dumps(router.stack))
        rig.wait(300)
        results.append((rig.two.read(), [(at, to, s) for at, to, s in rig.wire.seen]))
    assert results[0] == results[1]
    assert results[0][0] == bytes(range(256)) * 60


def connected_as(options: TcpOptions) -> Rig:
    """Both ends with these options."""
    rig = pair(options=options)
    rig.one.connect("10.0.1.2", tcp=options)
    rig.wait(1)
    return rig


def run_to_end(rig: Rig) -> None:
    for _ in range(2000):
        if rig.one.state in DONE and rig.two.state in DONE:
            return
        rig.wait(5)
    raise AssertionError("the connection did not end")


def taken(host: Host) -> bytes:
    """All data, and that the stream ended as it should."""
    inputs = host.got()
    ends = [event for event in inputs if isinstance(event, TcpEnd)]
    downs = [event for event in inputs if isinstance(event, TcpDown)]
    assert len(ends) == 1
    assert [event.reason for event in downs] == [TcpReason.CLOSED]
    host.router.inputs.extend((host.owner, event) for event in inputs)
    return host.read()
