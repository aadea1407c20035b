"""The traceroute job alone, against the layouts IOS prints."""

from __future__ import annotations

from dataclasses import replace

from iosemu.address import IPv4Address
from iosemu.features.traceroute.job import TraceRequest, Traceroute
from iosemu.kernel.time import MILLISECOND, SECOND, TimerFired
from iosemu.proto.base import (
    Action,
    Done,
    IcmpError,
    Interrupted,
    Print,
    SendUdp,
    Started,
    Udp,
)

TARGET = IPv4Address.parse("9.9.9.9")
REQUEST = TraceRequest(TARGET, source_port=49153)


class Run:
    """Feeds answers to a job and keeps what it prints; one answer for each probe."""

    def __init__(self, request: TraceRequest) -> None:
        self.job, self.now, self.text = Traceroute.of(request), 0, ""
        self.take(self.job.step(0, Started()))

    def take(self, actions: list[Action]) -> None:
        self.text += "".join(a.text for a in actions if isinstance(a, Print))
        self.probe = next((a for a in actions if isinstance(a, SendUdp)), None)
        self.is_done = Done() in actions

    def answer(self, router: str, took_ms: int, kind: int = 11, code: int = 0) -> None:
        assert self.probe is not None
        self.now += took_ms * MILLISECOND
        port = self.probe.target_port.to_bytes(2, "big")
        quoted = bytes([0x45]) + bytes(19) + (49153).to_bytes(2, "big") + port + bytes(4)
        reporter = IPv4Address.parse(router)
        socket = Udp(49153)
        error = IcmpError(socket, "default", reporter, TARGET, kind, code, quoted)
        self.take(self.job.step(self.now, error))

    def lose(self) -> None:
        self.now += 3 * SECOND
        self.take(self.job.step(self.now, TimerFired(("timeout",))))


HEAD = (
    "Type escape sequence to abort.\n"
    "Tracing the route to 9.9.9.9\n"
    "VRF info: (vrf in name/id, vrf out name/id)\n"
)


def test_probes_grow_in_ttl_and_port() -> None:
    run, seen = Run(REQUEST), []
    for _ in range(4):
        assert run.probe is not None
        seen.append((run.probe.ttl, run.probe.target_port, run.probe.payload))
        run.answer("192.168.12.2", 1)
    assert seen == [(1, 33434, b""), (1, 33435, b""), (1, 33436, b""), (2, 33437, b"")]


def test_last_hop_with_a_suppressed_second_answer() -> None:
    run = Run(REQUEST)
    for took in (108, 48, 72):
        run.answer("192.168.12.2", took)
    run.answer("192.168.49.9", 136, 3, 3)
    run.lose()
    run.answer("192.168.49.9", 108, 3, 3)
    assert run.text == HEAD + (
        "  1 192.168.12.2 108 msec 48 msec 72 msec\n  2 192.168.49.9 136 msec *  108 msec\n"
    )
    assert run.is_done


def test_several_routers_under_one_ttl() -> None:
    run = Run(replace(REQUEST, maximum_ttl=1))
    run.answer("192.168.25.5", 72)
    run.answer("192.168.26.6", 76)
    run.answer("192.168.27.7", 60)
    assert run.text == HEAD + (
        "  1 192.168.25.5 72 msec\n    192.168.26.6 76 msec\n    192.168.27.7 60 msec\n"
    )


def test_losses_before_an_answer_and_a_hop_of_losses() -> None:
    run = Run(replace(REQUEST, minimum_ttl=4, maximum_ttl=5))
    for _ in range(5):
        run.lose()
    run.answer("31.55.185.181", 12)
    assert run.text == HEAD + "  4  *  *  * \n  5  *  * \n    31.55.185.181 12 msec\n"


def test_a_prohibited_probe_ends_the_trace_after_its_hop() -> None:
    run = Run(REQUEST)
    run.answer("10.1.1.2", 1, 3, 13)
    run.lose()
    run.answer("10.1.1.2", 1, 3, 13)
    assert run.text == HEAD + "  1 10.1.1.2 !A  *  !A \n"
    assert run.is_done


def test_an_answer_to_an_earlier_probe_is_late() -> None:
    run = Run(REQUEST)
    first = run.probe
    run.lose()
    second, run.probe = run.probe, first
    before = run.text
    run.answer("10.1.1.2", 1)
    assert run.text == before
    assert second is not None


def test_the_escape_sequence_ends_the_line() -> None:
    run = Run(REQUEST)
    run.lose()
    run.take(run.job.step(run.now, Interrupted()))
    assert run.text == HEAD + "  1  * \n"
    assert run.is_done


def test_releases_before_15_print_an_empty_line_instead_of_vrfs() -> None:
    run = Run(replace(REQUEST, vrf_line=False))
    assert run.text == HEAD.rpartition("VRF")[0] + "\n  1 "
