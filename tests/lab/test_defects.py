"""A defect of ours in an engine: the lab is put back, the user goes on without it or rewinds."""

from __future__ import annotations

import shutil
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest

import iosemu
from iosemu.address import IPv4Prefix
from iosemu.data import grammars
from iosemu.kernel.time import SECOND, Time, TimerFired
from iosemu.lab.instance import Instance, Meta
from iosemu.lab.lab import Lab, opened
from iosemu.lab.mutations import CloseSession, Mutation, OpenSession, Typed
from iosemu.lab.program import Program, assemble
from iosemu.lab.rewind import InternalError
from iosemu.lab.topology import RouterNode, Topology
from iosemu.proto.base import Action, Configured, Input, InterfaceChanged, RouteAdd, SetTimer
from iosemu.registry import FEATURES, Feature
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.shell.console import Console
from tests.sim.toy_dv import ToyConfig

BOMB = Feature(
    "bomb",
    grammars=("toy",),
    contexts=("tests.sim.toy_dv:ToyConfig",),
    engine="tests.lab.test_defects:BombEngine",
)
PREFIX = IPv4Prefix.parse("7.7.7.0/24")


@dataclass(slots=True)
class BombEngine:
    """`router toy N`: fails N seconds later, if N is not 60; fails at once if N is 1."""

    SLOTS: ClassVar[tuple[type, ...]] = (ToyConfig,)

    def step(self, now: Time, event: Input) -> list[Action]:
        match event:
            case Configured(_, new):
                return self.on_configured(new.of(ToyConfig).update_s)
            case InterfaceChanged():
                return []
            case TimerFired():
                raise ZeroDivisionError("the bomb went off")
            case _:
                raise AssertionError(event)

    def on_configured(self, seconds: int | None) -> list[Action]:
        if seconds == 1:
            raise ZeroDivisionError("at once")
        if seconds is None:
            return []
        key = RouteKey("default", PREFIX, "bomb 1")
        route = Route(key, (NextHop(interface="Null0"),), 120, "B", "bomb")
        return [RouteAdd(route), SetTimer(("bomb",), seconds * SECOND)]

    def busy(self) -> bool:
        return False

    def view(self, query: Hashable) -> Any:
        return None


@cache
def bomb_program() -> Program:
    """The built-in program and an engine that fails."""
    with TemporaryDirectory() as folder:
        for file in grammars().iterdir():
            shutil.copy(file, folder)
        toy = Path(__file__).parents[1] / "sim" / "toy.cli"
        shutil.copy(toy, folder)
        return assemble((*FEATURES, BOMB), Path(folder))


STARTUP = "hostname R1\ninterface Ethernet0/0\n ip address 10.0.0.1 255.255.255.0\nend\n"
TOPOLOGY = Topology("solo", (RouterNode("R1", ("Ethernet0/0",), STARTUP),), (), ())


def solo(instance: Instance | None = None) -> Lab:
    lab = Lab(TOPOLOGY, runs=bomb_program(), instance=instance)
    lab.boot()
    lab.run_for(5)
    return lab


def routes(lab: Lab) -> str:
    return lab["R1"].cli("show ip route")


def test_a_failing_engine_is_named_and_the_lab_stands_just_before() -> None:
    lab = solo()
    lab["R1"].configure("router toy 20\nhostname KEPT")
    with pytest.raises(InternalError) as raised:
        lab.run_for(3600)
    crash = raised.value.crash
    assert crash.engine == "R1:bomb"
    assert crash.cause == "ZeroDivisionError: the bomb went off"
    assert lab.world.now == crash.at - 1 == 25 * SECOND - 1
    assert crash.digest == lab.world.digest.hexdigest()
    assert "in step" in crash.report
    assert "router toy 20" in bytes.fromhex(
        "".join(part.partition('"')[0] for part in crash.report.split('"$bytes":"')[1:])
    ).decode("latin-1")
    assert lab["R1"].prompt == "KEPT#"


def test_the_user_goes_on_without_the_engine_and_a_replay_agrees() -> None:
    lab = solo()
    lab["R1"].configure("router toy 20")
    assert "7.7.7.0" in routes(lab)
    with pytest.raises(InternalError):
        lab.run_for(60)
    lab.leave_out("R1:bomb")
    assert "7.7.7.0" not in routes(lab)
    lab.run_for(3600)
    assert lab.now > 3600
    again = Lab(TOPOLOGY, runs=bomb_program())
    again.replay(lab.journal.dump(), until=lab.now)
    assert (again.digest, again.state_digest()) == (lab.digest, lab.state_digest())
    lab["R1"].configure("router toy 1")
    lab["R1"].cli("write memory")
    lab["R1"].cli("reload")
    lab["R1"].cli("")
    lab.run_for(60)
    assert "router toy 1" in lab["R1"].cli("show running-config")


def test_or_the_user_rewinds_and_takes_the_cause_back() -> None:
    lab = solo()
    before = lab.now
    lab["R1"].configure("router toy 20")
    with pytest.raises(InternalError):
        lab.run_for(60)
    lab.rewind(before)
    lab.run_for(60)
    assert "7.7.7.0" not in routes(lab)


def test_a_line_that_fails_at_once_is_undone_and_those_before_it_stay() -> None:
    lab = solo()
    with pytest.raises(InternalError) as raised:
        lab["R1"].configure("hostname KEPT\nrouter toy 1\nhostname LATER")
    assert raised.value.crash.failed_input
    assert raised.value.crash.engine == "R1:bomb"
    assert (b"router toy 1\r",) in [entry.args[1:] for entry in lab.journal]
    shown = lab["R1"].cli("show running-config")
    assert "hostname KEPT" in shown
    assert "router toy" not in shown
    lab.leave_out("R1:bomb")
    lab["R1"].configure("router toy 1")
    assert "router toy 1" in lab["R1"].cli("show running-config")


def test_no_such_engine() -> None:
    lab = solo()
    entries = len(lab.journal)
    with pytest.raises(KeyError, match=r"R1 runs logging, tcp, .*connected, .*static, .*bomb"):
        lab.leave_out("R1:nobody")
    with pytest.raises(KeyError, match="no device 'R9'"):
        lab.leave_out("R9:static")
    assert len(lab.journal) == entries


@pytest.mark.parametrize(
    "mistake",
    [Typed(99, b"x"), CloseSession(99), OpenSession("R9", "hidden"), OpenSession("R1", "toaster")],
)
def test_a_mistake_of_a_script_is_no_defect_and_is_not_journaled(mistake: Mutation) -> None:
    lab = solo()
    entries = len(lab.journal)
    with pytest.raises((KeyError, ValueError)):
        lab.act(mistake)
    assert len(lab.journal) == entries


def test_an_error_of_the_condition_is_its_own() -> None:
    lab = solo()
    with pytest.raises(ZeroDivisionError):
        lab.run_until(lambda _: bool(1 / 0))
    assert lab.now == 5


def instance_at(folder: Path) -> Instance:
    return Instance(folder, Meta("solo", "hash", 0, "1"), key_folder=folder)


def test_at_the_lab_prompt_it_is_two_lines_and_resume_without(tmp_path: Path) -> None:
    printed = bytearray()
    lab = solo(instance_at(tmp_path))
    console = Console(lab, printed.extend, origin="solo")

    def typed(keys: str) -> str:
        printed.clear()
        console.guarded(lambda: console.feed(keys.encode()))
        return printed.decode().replace("\r\n", "\n")

    typed(
        "R1\r\renable\rconfigure terminal\rline con 0\rexec-timeout 0 0\r"
        "router toy 20\rhostname KEPT\r\x1d"
    )
    out = typed("run 1h\r").splitlines()
    assert out[2:4] == [
        "-- internal error at 25.000000 s in R1:bomb: ZeroDivisionError: the bomb went off",
        "-- the lab is paused just before it; go on with: resume --without R1:bomb;"
        f" report in {tmp_path / 'crash-1.txt'}",
    ]
    assert out[-1] == "solo> "
    assert console.is_paused
    assert "R1:eigrp" in typed("resume --without R1:eigrp\r")
    assert "Traceback" in (tmp_path / "crash-1.txt").read_text()
    assert "R1:bomb is left out\n" in typed("resume --without R1:bomb\r")
    assert not console.is_paused
    assert "time 00:05:24.99" in typed("run 5m\r")
    assert "KEPT(config)#" in typed("R1\r")
    out = typed("router toy 1\r")
    console.lab.close()


def test_keys_after_a_failing_line_are_kept_in_the_report(tmp_path: Path) -> None:
    printed = bytearray()
    lab = solo(instance_at(tmp_path))
    console = Console(lab, printed.extend, origin="solo")
    keys = b"R1\r\renable\rconfigure terminal\rhostname KEPT\rrouter toy 1\rbanner x\rhostname Y\r"
    console.guarded(lambda: console.feed(keys))
    assert b"-- 20 characters typed after it were not sent" in printed
    assert "banner x\\rhostname Y\\r" in (tmp_path / "crash-1.txt").read_text()
    assert lab["R1"].prompt.startswith("KEPT")
    lab.close()


def test_a_lab_killed_by_its_defect_opens_just_before_it(tmp_path: Path) -> None:
    """The journal of a process that was killed leads into a defect: the lab opens all the same."""
    lab = solo(instance_at(tmp_path))
    lab["R1"].configure("router toy 20")
    state = lab.journal
    state.append(40 * SECOND, 999_999, "api", "open", "R1", "hidden")
    lab.instance.close()  # type: ignore[union-attr]
    again = opened(TOPOLOGY, instance_at(tmp_path), fresh=False, runs=bomb_program())
    assert again.defect is not None
    assert again.defect.engine == "R1:bomb"
    assert again.world.now == 25 * SECOND - 1
    again.leave_out("R1:bomb")
    again.run_for(100)
    again.close()
    again = opened(TOPOLOGY, instance_at(tmp_path), fresh=False, runs=bomb_program())
    assert again.defect is None
    assert again.world.now == 125 * SECOND - 1
    again.close()


def test_internal_error_is_public() -> None:
    assert iosemu.InternalError is InternalError
