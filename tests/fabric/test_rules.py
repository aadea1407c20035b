"""Scripted faults."""

from __future__ import annotations

from iosemu.fabric import Quality, add_link, set_rules
from iosemu.fabric.rules import Deliver, Drop, Match, Pass, Rule
from iosemu.kernel import snapshot
from iosemu.kernel.time import SECOND

from .wire import Wire, ethernet


def cable(quality: Quality | None = None) -> Wire:
    wire = Wire()
    add_link(wire.fabric, [("R1", "e0"), ("R2", "e0")], quality or Quality())
    return wire


def send(wire: Wire, count: int) -> list[bytes]:
    for number in range(count):
        assert wire.send("R1:e0", ethernet(2, 1, bytes([number])))
    wire.run(wire.world.now + SECOND)
    return [frame[14:15] for frame in wire.frames("R2:e0")]


def test_a_rule_drops_the_third_matching_frame_only() -> None:
    wire = cable()
    set_rules(wire.world, "R1", "e0", [Rule(Match(ethertype=0x0800), Drop("third"), 2, 1)])
    assert send(wire, 5) == [b"\0", b"\1", b"\3", b"\4"]
    assert wire.fabric.drops == {(("R1", "e0"), "third"): 1}


def test_rules_are_about_one_direction() -> None:
    wire = cable()
    set_rules(wire.world, "R1", "e0", [Rule()])
    assert send(wire, 3) == []
    assert wire.send("R2:e0", ethernet(1, 2))
    wire.run(wire.world.now + SECOND)
    assert len(wire.frames("R1:e0")) == 1


def test_rules_taken_away_let_everything_pass() -> None:
    wire = cable()
    set_rules(wire.world, "R1", "e0", [Rule()])
    assert send(wire, 2) == []
    set_rules(wire.world, "R1", "e0", [])
    assert send(wire, 2) == [b"\0", b"\1"]


def test_deliver_saves_a_frame_from_later_rules_and_from_loss() -> None:
    wire = cable(Quality(loss=1.0))
    saved = Rule(Match(at=((14, b"\1"),)), Deliver())
    set_rules(wire.world, "R1", "e0", [Rule(Match(), Pass()), saved, Rule()])
    assert send(wire, 3) == [b"\1"]


def test_matches_look_at_type_place_and_content() -> None:
    plain, tagged = ethernet(2, 1, b"hello"), ethernet(2, 1, b"hello", vlan=5)
    assert Match(ethertype=0x0800).fits(plain)
    assert Match(ethertype=0x0800).fits(tagged)
    assert not Match(ethertype=0x0806).fits(plain)
    assert Match(contains=b"ell").fits(plain)
    assert not Match(contains=b"elk").fits(plain)
    assert Match(at=((14, b"he"), (18, b"o"))).fits(plain)
    assert not Match(at=((14, b"he"), (18, b"x"))).fits(plain)
    assert not Match(ethertype=0x0800).fits(b"")


def test_counts_are_state() -> None:
    wire, other = cable(), Wire()
    set_rules(wire.world, "R1", "e0", [Rule(skip=1)])
    assert send(wire, 1) == [b"\0"]
    other.enter(snapshot.loads(snapshot.dumps(wire.world)))
    assert send(other, 2) == []


def test_every_third_fitting_frame_is_dropped_so_many_times() -> None:
    wire = Wire()
    add_link(wire.fabric, [("R1", "e0"), ("R2", "e0")], Quality())
    rule = Rule(Match(ethertype=0x0800), Drop("third"), skip=1, count=2, every=3)
    set_rules(wire.world, "R1", "e0", [rule])
    frames = [ethernet(2, 1, bytes([n])) for n in range(12)]
    for frame in frames:
        wire.send("R1:e0", frame)
    wire.run(SECOND)
    lost = [n for n, frame in enumerate(frames) if frame not in wire.frames("R2:e0")]
    assert lost == [3, 6]
