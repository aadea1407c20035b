"""A router in a lab: jobs, logs, boot, what it keeps and what it gives back."""

from __future__ import annotations

import pytest

import iosemu
from iosemu import Lab
from iosemu.device.device import Device
from iosemu.features.ping.state import PingState
from iosemu.kernel.time import MILLISECOND


@pytest.fixture
def lab() -> Lab:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(10)
    return lab


def test_boots_are_staggered_by_less_than_half_a_second() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(1)
    starts = [router.device.identity.booted_at for router in lab.routers.values()]
    assert len(set(starts)) == len(starts)
    assert all(0 <= start <= 500 * MILLISECOND for start in starts)


def of_jobs(device: Device) -> list[object]:
    """Sockets that jobs hold; engines have names."""
    return [s for s, owner in device.stack.vrf("default").sockets.items() if isinstance(owner, int)]


def test_a_job_that_ended_holds_nothing(lab: Lab) -> None:
    lab["R1"].cli("ping 10.0.12.2")
    device = lab.routers["R1"].device
    assert (device.jobs, of_jobs(device)) == ({}, [])
    target = ("device", "R1")
    running = lab.world.timers.get(target, {})
    engine_timers = [k for k in running if k[0] == "engine" and isinstance(k[1], int)]
    assert [lab.world.deadline(target, key) for key in engine_timers] == [None] * len(engine_timers)


def test_a_terminal_that_is_closed_takes_its_job_with_it(lab: Lab) -> None:
    session = lab.open("R1")
    lab.type(session, b"ping 10.0.99.99 repeat 1000\r")
    device = lab.routers["R1"].device
    assert of_jobs(device)
    lab.hang_up(session)
    lab.run_for(10)
    assert (device.jobs, of_jobs(device)) == ({}, [])


def test_two_pings_at_once_do_not_hear_each_other(lab: Lab) -> None:
    lab["R1"].cli("ping 10.0.12.2")
    one, other = lab.open("R1"), lab.open("R1")
    printed = {one: bytearray(), other: bytearray()}
    for session, buffer in printed.items():
        lab.listen(session, buffer.extend)
    lab.type(one, b"ping 10.0.12.2 repeat 50\r")
    lab.type(other, b"ping 10.0.99.99 repeat 2 timeout 1\r")
    lab.run_for(5)
    assert b"(50/50)" in printed[one]
    assert b"(0/2)" in printed[other]


def test_parts_of_features_are_made_once(lab: Lab) -> None:
    router = lab.routers["R1"]
    assert router.part(PingState) is router.part(PingState)
    before = router.part(PingState).identifier
    lab["R1"].cli("ping 10.0.12.2 repeat 1")
    assert router.part(PingState).identifier == before + 1


def test_a_reload_loses_routes_jobs_and_debugs_but_no_files(lab: Lab) -> None:
    lab["R1"].configure("ip route 8.8.8.8 255.255.255.255 10.0.12.2")
    session = lab.open("R1")
    lab.type(session, b"ping 10.0.99.99 repeat 1000\r")
    router = lab.routers["R1"]
    router.device.debugs.flags["ip icmp"] = True
    router.reload("Reload Command")
    assert not lab["R2"].cli("ping 10.0.12.1 repeat 2 timeout 1").count("!")
    lab.run_for(40)
    device = router.device
    assert (device.identity.boots, device.identity.reload_reason) == (2, "Reload Command")
    assert (device.jobs, device.debugs.flags) == ({}, {})
    assert "8.8.8.8" not in lab["R1"].cli("show ip route")
    assert "!!" in lab["R2"].cli("ping 10.0.12.1")


def test_history_keeps_what_the_buffer_was_told_not_to(lab: Lab) -> None:
    lab["R1"].configure("no logging buffered\ninterface e0/1\n shutdown")
    lab.run_for(5)
    assert "administratively down" in lab["R1"].log[-2].text
