"""What must not grow, or be lost, in a lab that runs for a week."""

from __future__ import annotations

import iosemu
from iosemu import Lab
from iosemu.device.device import HISTORY_LINES
from iosemu.session.transcript.read import read
from iosemu.session.transcript.run import run

TRANSCRIPT = """[lab hello]
R1#configure terminal
Enter configuration commands, one per line.  End with CNTL/Z.
R1(config)#interface Loopback9
*Mar  1 00:00:00.000: %LINEPROTO-5-UPDOWN: Line protocol on Interface Loopback9, changed state to up
R1(config-if)#shutdown
[until Loopback9, changed state to administratively down]
"""


def full_log() -> Lab:
    """A lab of which one router has logged more than is kept."""
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_for(5)
    for number in range(HISTORY_LINES + 50):
        lab.routers["R1"].write_log(None, f"%TEST-5-LINE: {number}", 5, is_debug=False)
    return lab


def test_the_log_counts_lines_that_are_no_longer_kept() -> None:
    lab = full_log()
    node = lab["R1"]
    before = node.logged
    assert before > HISTORY_LINES == len(node.log)
    assert node.log_since(before) == node.log_since(before + 5) == []
    lab.routers["R1"].write_log(None, "one more", 5, is_debug=False)
    assert [line.text for line in node.log_since(before)] == ["one more"]
    assert node.log_since(0) == node.log


def test_a_transcript_finds_its_log_lines_after_ten_thousand_others() -> None:
    lab = full_log()
    before = lab.now
    result = run(read(TRANSCRIPT, "long"), lab)
    assert result.passed, list(result.lines)
    assert lab.now - before < 30


def test_a_week_with_a_look_at_every_instant_keeps_nothing_for_the_looks() -> None:
    lab = iosemu.load("hello")
    lab.boot()
    lab.run_until(lambda lab: lab.now >= 7 * 86_400, timeout=8 * 86_400)
    assert len(lab.history.visits) <= len(lab.journal) + 1
    assert len(lab.checkpoints.marks()) <= 64
    assert len(lab.world.timers.get(("device", "R1"), {})) < 100
    assert sum(map(len, lab.world.timers.values())) < 500
    assert len(lab.snapshot().world) < 2 << 20
    assert len(lab.journal) == 1
