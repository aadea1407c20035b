"""The learning switch: where frames go, per VLAN, and when it forgets."""

from __future__ import annotations

from iosemu.fabric import add_link, add_switch, set_link
from iosemu.kernel import snapshot
from iosemu.kernel.time import SECOND

from .wire import Wire, ethernet


def star(stations: int = 4) -> Wire:
    """A switch S with a station on each of its ports: R1 on port 1 and so on."""
    wire = Wire()
    add_switch(wire.fabric, "S")
    for number in range(1, stations + 1):
        add_link(wire.fabric, [(f"R{number}", "e0"), ("S", f"port{number}")])
    return wire


def hearers(wire: Wire, port: str, frame: bytes) -> set[str]:
    """Who hears a frame that a station sends now."""
    before = len(wire.heard)
    assert wire.send(port, frame)
    wire.run(wire.world.now + SECOND)
    assert all(heard == frame for _, _, heard in wire.heard[before:])
    return {at.partition(":")[0] for _, at, _ in wire.heard[before:]}


def test_unknown_and_group_addresses_are_flooded_to_all_other_ports() -> None:
    wire = star()
    assert hearers(wire, "R1:e0", ethernet(2, 1)) == {"R2", "R3", "R4"}
    assert hearers(wire, "R1:e0", ethernet(0, 1)) == {"R2", "R3", "R4"}


def test_a_learned_address_gets_its_frames_alone() -> None:
    wire = star()
    hearers(wire, "R2:e0", ethernet(0, 2))
    assert hearers(wire, "R1:e0", ethernet(2, 1)) == {"R2"}
    assert hearers(wire, "R2:e0", ethernet(1, 2)) == {"R1"}


def test_a_frame_for_its_own_port_goes_nowhere() -> None:
    wire = star()
    hearers(wire, "R1:e0", ethernet(0, 9))
    assert hearers(wire, "R1:e0", ethernet(9, 1)) == set()


def test_each_vlan_is_learned_on_its_own_and_tags_pass_unchanged() -> None:
    wire = star()
    hearers(wire, "R2:e0", ethernet(0, 7, vlan=10))
    hearers(wire, "R3:e0", ethernet(0, 7, vlan=20))
    assert hearers(wire, "R1:e0", ethernet(7, 1, vlan=10)) == {"R2"}
    assert hearers(wire, "R1:e0", ethernet(7, 1, vlan=20)) == {"R3"}
    assert hearers(wire, "R1:e0", ethernet(7, 1)) == {"R2", "R3", "R4"}


def test_the_priority_of_a_tag_is_no_part_of_the_vlan() -> None:
    wire = star()
    hearers(wire, "R2:e0", ethernet(0, 7, vlan=10 | 5 << 13))
    assert hearers(wire, "R1:e0", ethernet(7, 1, vlan=10)) == {"R2"}
    hearers(wire, "R3:e0", ethernet(0, 8, vlan=3 << 13))
    assert hearers(wire, "R1:e0", ethernet(8, 1)) == {"R3"}


def test_an_address_that_moves_is_followed() -> None:
    wire = star()
    hearers(wire, "R2:e0", ethernet(0, 7))
    hearers(wire, "R3:e0", ethernet(0, 7))
    assert hearers(wire, "R1:e0", ethernet(7, 1)) == {"R3"}


def test_an_address_is_forgotten_after_five_minutes_of_silence() -> None:
    wire = star()
    hearers(wire, "R2:e0", ethernet(0, 2))
    wire.run(300 * SECOND)
    assert hearers(wire, "R1:e0", ethernet(2, 1)) == {"R2"}
    assert hearers(wire, "R1:e0", ethernet(2, 1)) == {"R2", "R3", "R4"}


def test_a_group_address_is_never_learned() -> None:
    wire = star()
    broadcast_source = b"\xff" * 12 + ethernet(0, 1)[12:]
    hearers(wire, "R2:e0", broadcast_source)
    assert wire.fabric.switches["S"].table == {}


def test_a_cut_link_makes_the_switch_forget_that_port() -> None:
    wire = star()
    hearers(wire, "R2:e0", ethernet(0, 2))
    hearers(wire, "R3:e0", ethernet(0, 3))
    set_link(wire.world, 1, False)
    wire.run(wire.world.now + SECOND)
    assert hearers(wire, "R1:e0", ethernet(2, 1)) == {"R3", "R4"}
    assert hearers(wire, "R1:e0", ethernet(3, 1)) == {"R3"}
    set_link(wire.world, 1, True)
    assert hearers(wire, "R1:e0", ethernet(2, 1)) == {"R2", "R3", "R4"}


def test_a_full_table_floods_what_it_cannot_learn_and_reuses_what_is_old() -> None:
    wire = star()
    switch = wire.fabric.switches["S"]
    switch.capacity = 2
    for station in (2, 3, 4):
        hearers(wire, f"R{station}:e0", ethernet(0, station))
    assert len(switch.table) == 2
    assert hearers(wire, "R1:e0", ethernet(4, 2)) == {"R2", "R3", "R4"}
    wire.run(400 * SECOND)
    hearers(wire, "R4:e0", ethernet(0, 4))
    assert hearers(wire, "R1:e0", ethernet(4, 1)) == {"R4"}


def test_runts_go_nowhere() -> None:
    assert hearers(star(), "R1:e0", b"\xff" * 13) == set()


def test_two_switches_in_a_row_learn_through_each_other() -> None:
    wire = star(2)
    add_switch(wire.fabric, "T", ["port1"])
    add_link(wire.fabric, [("S", "up"), ("T", "up")])
    add_link(wire.fabric, [("T", "port1"), ("R9", "e0")])
    hearers(wire, "R9:e0", ethernet(0, 9))
    assert hearers(wire, "R1:e0", ethernet(9, 1)) == {"R9"}
    assert hearers(wire, "R9:e0", ethernet(1, 9)) == {"R1"}


def test_the_table_survives_a_snapshot() -> None:
    wire = star()
    hearers(wire, "R2:e0", ethernet(0, 2))
    other = Wire()
    other.enter(snapshot.loads(snapshot.dumps(wire.world)))
    assert hearers(other, "R1:e0", ethernet(2, 1)) == {"R2"}
