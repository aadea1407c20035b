"""Paths that flap are not used for a while."""

from __future__ import annotations

import pytest

from iosemu.kernel.time import MINUTE, SECOND
from iosemu.proto.bgp import dampening
from iosemu.proto.bgp.dampening import Flap
from iosemu.proto.bgp.settings import Dampening, TableSettings

from .rig import UNICAST, Rig, attributes

NET = "44.0.0.0/8"


def damped(asn: int = 4, figures: Dampening | None = None) -> Rig:
    rig = Rig(TableSettings(dampening=figures or Dampening()))
    rig.route("4.4.4.4/32")
    rig.up("4.4.4.4", asn)
    rig.announce("4.4.4.4", "9.0.0.0/8", attributes("4"))
    rig.run_until(10)
    return rig


def flap(rig: Rig, times: int) -> None:
    for _ in range(times):
        rig.announce("4.4.4.4", NET, attributes("4"))
        rig.withdraw("4.4.4.4", NET)
    rig.announce("4.4.4.4", NET, attributes("4"))


def held(rig: Rig) -> Flap:
    (found,) = rig.table.flaps.values()
    return found


def test_a_single_flap_is_remembered() -> None:
    rig = damped()
    rig.announce("4.4.4.4", NET, attributes("4"))
    assert rig.table.flaps == {}
    rig.withdraw("4.4.4.4", NET)
    assert held(rig).penalty == 1000
    assert held(rig).history is not None
    flap(rig, 0)
    assert rig.best(NET) == "4.4.4.4"
    assert (held(rig).flaps, held(rig).history) == (1, None)


def test_the_penalty_halves_in_each_half_life() -> None:
    rig = damped()
    flap(rig, 1)
    rig.run_for(15 * 60 - 30)
    assert held(rig).decayed(held(rig).at + 15 * MINUTE) == pytest.approx(500)
    rig.run_for(15 * 60)
    # Below 375 it is forgotten.
    assert rig.table.flaps == {}


def test_two_flaps_in_a_row_suppress_until_reuse() -> None:
    rig = damped()
    flap(rig, 2)
    assert held(rig).penalty == 2000
    assert rig.best(NET) is None
    assert rig.installed(NET) == []
    start = rig.now
    # 2000 decays to 750 in 15 min * log2(2000/750): 21 minutes and 14 s.
    assert held(rig).reuse_in(rig.now) == 1274 * SECOND
    rig.run_for(1265)
    assert rig.best(NET) is None
    rig.run_for(20)
    assert rig.best(NET) == "4.4.4.4"
    assert rig.installed(NET) == ["4.4.4.4"]
    assert rig.now - start < 1300 * SECOND


def test_another_path_is_used_meanwhile() -> None:
    rig = damped()
    rig.route("5.5.5.5/32")
    rig.up("5.5.5.5", 5)
    rig.announce("5.5.5.5", NET, attributes("5 6 7"))
    rig.run_for(10)
    flap(rig, 2)
    assert rig.best(NET) == "5.5.5.5"


def test_changed_attributes_cost_half() -> None:
    rig = damped()
    for med in range(5):
        rig.announce("4.4.4.4", NET, attributes("4", med=med))
    assert held(rig).penalty == 2000
    assert rig.best(NET) is None


def test_the_penalty_has_a_ceiling() -> None:
    rig = damped()
    flap(rig, 30)
    assert held(rig).penalty == 12000
    assert dampening.most(Dampening()) == 12000
    rig.run_for(3590)
    assert rig.best(NET) is None
    rig.run_for(20)
    assert rig.best(NET) == "4.4.4.4"


def test_internal_paths_are_not_damped() -> None:
    rig = damped(asn=1)
    flap(rig, 5)
    assert rig.table.flaps == {}


def test_the_end_of_a_session_costs_nothing() -> None:
    rig = damped()
    rig.announce("4.4.4.4", NET, attributes("4"))
    rig.down("4.4.4.4")
    assert rig.table.flaps == {}


def test_without_dampening_suppressed_paths_come_back() -> None:
    rig = damped()
    flap(rig, 2)
    rig.table_settings = TableSettings()
    rig.configure()
    assert rig.best(NET) == "4.4.4.4"
    assert rig.table.flaps == {}


def test_the_past_can_be_cleared() -> None:
    rig = damped()
    flap(rig, 2)
    turn = rig.turn()
    dampening.clear(turn, UNICAST)
    rig.done(turn)
    assert rig.best(NET) == "4.4.4.4"
