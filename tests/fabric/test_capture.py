"""Captures hold the real bytes and change nothing."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest

from iosemu.fabric import Quality, add_link, set_link
from iosemu.fabric import capture as captures
from iosemu.fabric.topology import CISCO_HDLC
from iosemu.kernel import snapshot
from iosemu.kernel.time import MICROSECOND, SECOND

from .wire import Wire, ethernet

ENDS = [("R1", "Ethernet0/0"), ("R2", "Ethernet0/0")]
EPOCH_S = 1_700_000_000


def cable(quality: Quality | None = None) -> Wire:
    wire = Wire()
    wire.world.epoch_s = EPOCH_S
    add_link(wire.fabric, ENDS, quality or Quality())
    return wire


def talk(wire: Wire, count: int = 5) -> None:
    for number in range(count):
        wire.send("R1:Ethernet0/0", ethernet(2, 1, b"ask" + bytes([number])))
        wire.run(wire.world.now + SECOND)
        wire.send("R2:Ethernet0/0", ethernet(1, 2, b"answer" + bytes([number])))
        wire.run(wire.world.now + SECOND)


def test_a_capture_is_byte_for_byte_what_the_draft_says() -> None:
    wire = cable()
    capture = captures.start(wire.world, ENDS[:1])
    wire.run(3)
    wire.send("R1:Ethernet0/0", b"\x01\x02\x03\x04\x05")
    stamp = EPOCH_S * SECOND + 3
    section = struct.pack(
        "<IIIHHqHH6s2xHHI", 0x0A0D0D0A, 44, 0x1A2B3C4D, 1, 0, -1, 4, 6, b"iosemu", 0, 0, 44
    )
    interface = (
        struct.pack("<IIHHI", 1, 52, 1, 0, 0)
        + struct.pack("<HH14s2x", 2, 14, b"R1:Ethernet0/0")
        + struct.pack("<HHB3x", 9, 1, 9)
        + struct.pack("<HHI", 0, 0, 52)
    )
    packet = (
        struct.pack("<IIIIIII", 6, 52, 0, stamp >> 32, stamp & 0xFFFFFFFF, 5, 5)
        + b"\x01\x02\x03\x04\x05\0\0\0"
        + struct.pack("<HHI", 2, 4, 2)
        + struct.pack("<HHI", 0, 0, 52)
    )
    assert capture.encode() == section + interface + packet


def test_both_ends_see_a_frame_each_at_its_time() -> None:
    wire = cable()
    capture = captures.start(wire.world, ENDS)
    talk(wire, 1)
    seen = [(f.at, f.port[0], f.direction.name, f.frame[14:17]) for f in capture.frames]
    assert seen == [
        (0, "R1", "OUTBOUND", b"ask"),
        (500 * MICROSECOND, "R2", "INBOUND", b"ask"),
        (SECOND, "R2", "OUTBOUND", b"ans"),
        (SECOND + 500 * MICROSECOND, "R1", "INBOUND", b"ans"),
    ]


def test_dropped_frames_say_why() -> None:
    wire = cable(Quality(loss=1.0))
    capture = captures.start(wire.world, ENDS)
    wire.send("R1:Ethernet0/0", ethernet(2, 1))
    set_link(wire.world, 0, False)
    wire.send("R1:Ethernet0/0", ethernet(2, 1))
    assert [f.comment for f in capture.frames] == ["dropped: lost", "dropped: link down"]
    assert b"dropped: link down" in capture.encode()


def test_a_capture_does_not_change_a_run() -> None:
    worlds = []
    for is_watched in (False, True):
        wire = cable(Quality(loss=0.3, duplicate=0.3))
        if is_watched:
            captures.start(wire.world, ENDS)
        talk(wire)
        worlds.append(wire.world)
    assert worlds[0].digest.hexdigest() == worlds[1].digest.hexdigest()
    assert snapshot.state_digest(worlds[0]) == snapshot.state_digest(worlds[1])


def test_a_capture_goes_on_after_a_rewind_as_if_nothing_was() -> None:
    wire = cable()
    capture = captures.start(wire.world, ENDS)
    talk(wire, 2)
    saved = snapshot.dumps(wire.world)
    talk(wire, 3)
    straight = capture.encode()
    wire.enter(snapshot.loads(saved))
    captures.resume(wire.world, capture)
    assert len(capture.frames) == 8
    talk(wire, 3)
    assert capture.encode() == straight
    wire.enter(snapshot.loads(saved))
    captures.resume(wire.world, capture)
    captures.resume(wire.world, capture)
    talk(wire, 3)
    assert len(capture.frames) == 20


def test_a_stopped_capture_keeps_what_it_has_and_takes_no_more() -> None:
    wire = cable()
    capture, other = (captures.start(wire.world, ENDS) for _ in range(2))
    talk(wire, 1)
    captures.stop(wire.world, capture)
    captures.stop(wire.world, capture)
    talk(wire, 1)
    assert len(capture.frames) == 4
    assert len(other.frames) == 8


@pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")
def test_tshark_reads_a_capture_back(tmp_path: Path) -> None:
    wire = cable()
    wire.fabric.ports[ENDS[1]].linktype = CISCO_HDLC
    capture = captures.start(wire.world, ENDS)
    # A loopback test frame (EtherType 0x9000), which needs no upper layer to be well formed.
    loopback = ethernet(2, 1)[:12] + b"\x90\x00\x00\x00\x01\x00\x00\x00" + bytes(40)
    wire.send("R1:Ethernet0/0", loopback)
    set_link(wire.world, 0, False)
    wire.send("R1:Ethernet0/0", loopback)
    capture.save(tmp_path / "x.pcapng")
    names = (
        "frame.interface_name frame.time_epoch frame.packet_flags_direction frame.len"
        " frame.comment frame.encap_type"
    )
    fields = [part for name in names.split() for part in ("-e", name)]
    done = subprocess.run(
        ["tshark", "-r", str(tmp_path / "x.pcapng"), "-T", "fields", "-E", "separator=|", *fields],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [line.split("|") for line in done.stdout.splitlines()]
    assert rows[0] == ["R1:Ethernet0/0", "1700000000.000000000", "0x00000002", "60", "", "1"]
    assert rows[1][:2] == ["R1:Ethernet0/0", "1700000000.000000000"]
    assert rows[1][4] == "dropped: link down"
    assert rows[2][:3] == ["R2:Ethernet0/0", "1700000000.000500000", "0x00000001"]
    assert rows[2][5] == "28"
