"""Reading, running, comparing and guarding transcripts, on scripted devices."""

from __future__ import annotations

import pytest

from iosemu.session.transcript.compare import Verdict, compare, compare_line, verdict_of
from iosemu.session.transcript.guard import mutations, survivors
from iosemu.session.transcript.read import (
    Gap,
    Hidden,
    Log,
    Step,
    Text,
    TranscriptError,
    Until,
    Wait,
    read,
)
from iosemu.session.transcript.record import recorded
from iosemu.session.transcript.run import Result, run
from tests.session.fake import FakeDevice, FakeLab

SECOND = 1_000_000_000
PING = """Type escape sequence to abort.
Sending 5, 100-byte ICMP Echos to 10.0.0.2, timeout is 2 seconds:
!!!!!
Success rate is 100 percent (5/5), round-trip min/avg/max = {times} ms"""


def lab(**answers: str) -> FakeLab:
    r1 = FakeDevice("R1", {"ping 10.0.0.2": PING.format(times="1/2/4"), **answers})
    return FakeLab({"R1": r1, "R2": FakeDevice("R2")})


def played(text: str, stage: FakeLab | None = None, *, strict: bool = False) -> Result:
    return run(read(text), stage or lab(), strict=strict)


def verdicts(result: Result) -> list[str]:
    return [line.verdict.value for line in result.lines]


# -- read ----


def test_a_transcript_is_steps_and_marks() -> None:
    items = read(
        "! a note\n[wait 40s]\n[until %OSPF-5-[A-Z]+]\n[hidden R2] conf t; int lo0\n"
        "R1(config-if)#shut\u00a0\nR1#\n*Jan  2 18:10:37.203: %A-5-B: text\n  more\n\n"
        "R1#sh run\none\n<output omitted for brevity>\ntwo [output omitted]\n[cut]\n"
    ).items
    assert items[0] == Wait(2, 40 * SECOND)
    assert items[1] == Until(3, "%OSPF-5-[A-Z]+")
    assert items[2] == Hidden(4, "R2", ("conf t", "int lo0"))
    assert items[3] == Step(5, "R1", "(config-if)#", "shut")
    assert items[4] == Step(
        6, "R1", "#", None, (Log(7, "*Jan  2 18:10:37.203: %A-5-B: text", ("  more",)),)
    )
    assert items[5] == Step(
        10,
        "R1",
        "#",
        "sh run",
        (Text(11, "one"), Gap(12), Text(13, "two"), Gap(13), Gap(14, is_cut=True)),
    )


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("\nhello\n", "t:2:1: expected a prompt"),
        ("[wait soon]\n", "t:1:7: expected a time"),
        ("[until (]\n", "t:1:8: expected a regular expression"),
        ("[hidden R1]\n", "t:1:9: expected [hidden DEVICE]"),
        ("[erratum R1 was: a] b\nR1#c\n", "t:1:1: expected below it the line 'a'"),
        ("[cut]\n", "t:1:1: expected the output"),
    ],
)
def test_a_bad_transcript_names_its_place(text: str, place: str) -> None:
    with pytest.raises(TranscriptError) as caught:
        read(text, "t")
    assert str(caught.value).startswith(place)


# -- compare ----


@pytest.mark.parametrize(
    ("expected", "printed", "verdict"),
    [
        ("Known via", "Known via  ", Verdict.PASS),
        ("  1 10.0.0.1 44 msec 88 msec 4 msec", "  1 10.0.0.1 4 msec 8 msec 40 msec", "normalised"),
        ("  1 10.0.0.1 44 msec *  4 msec", "  1 10.0.0.1 4 msec 8 msec 40 msec", "differs"),
        ("  1 10.0.0.1 44 msec", "  1 10.0.0.2 44 msec", "differs"),
        ("  1 10.0.0.1 44 msec", "  1 10.0.0.1 99999999 msec", "differs"),
        ("rate, min/avg/max = 1/2/3 ms", "rate, min/avg/max = 4/5/9 ms", "normalised"),
        ("rate, min/avg/max = 1/2/3 ms", "rate, min/avg/max = 9/5/4 ms", "differs"),
        ("*Jan  2 18:10:37.203: %A-5-B: x", "*Jan 12 08:10:37.999: %A-5-B: x", "normalised"),
        ("*Jan  2 18:10:37.203: %A-5-B: x", "*Jan  2 18:10:37.203: %A-5-B: y", "differs"),
        ("*Jan  2 18:10:37.203: %A-5-B: x", "*Jan  2 28:10:37.203: %A-5-B: x", "differs"),
        ("    spi: 0x6BAFD3AB(1806685099)", "    spi: 0xA0B897B5(2696452021)", "normalised"),
        ("    spi: 0x6BAFD3AB(1806685099)", "    spi: 0xA0B897B5(2696452022)", "differs"),
        ("      via 1.1.1.1, 00:00:12, Et0/0", "      via 1.1.1.1, 1d02h, Et0/0", "normalised"),
        (
            "7F612C7742A0  1.1.1.1.40234             4.4.4.4.179             ESTAB",
            "7F612C7742B8  1.1.1.1.4023              4.4.4.4.179             ESTAB",
            "normalised",
        ),
        (
            "7F612C7742A0  1.1.1.1.40234             4.4.4.4.179             ESTAB",
            "7F612C7742B8  1.1.1.1.4023             4.4.4.4.179             ESTAB",
            "differs",
        ),
        ("        KEK, version 11", "        KEK, version 12", "normalised"),
        ("Current configuration : 152 bytes", "Current configuration : 87 bytes", "normalised"),
    ],
)
def test_volatile_fields_compare_by_shape(expected: str, printed: str, verdict: object) -> None:
    assert compare_line(expected, printed)[0].value == getattr(verdict, "value", verdict)


def test_a_gap_stands_for_any_lines_and_only_there() -> None:
    block = [Text(1, "a"), Gap(2), Text(3, "z")]
    assert verdict_of(compare(block, ["a", "z"])) is Verdict.PASS
    assert verdict_of(compare(block, ["a", "b", "c", "z"])) is Verdict.PASS
    assert verdict_of(compare(block, ["a", "b", "c"])) is Verdict.DIFFERS
    assert verdict_of(compare(block, ["x", "a", "z"])) is Verdict.DIFFERS


def test_one_changed_line_is_one_difference() -> None:
    block = [Text(n, f"line {n}") for n in range(1, 6)]
    judged = compare(block, ["line 1", "line 2", "LINE 3", "line 4", "line 5"])
    assert [line.verdict for line in judged].count(Verdict.DIFFERS) == 1
    judged = compare(block, ["line 1", "line 2", "new", "line 3", "line 4", "line 5"])
    assert [(j.expected, j.printed) for j in judged if j.verdict is Verdict.DIFFERS] == [
        (None, "new")
    ]
    judged = compare(block, ["line 1", "line 3", "line 4", "line 5"])
    assert [j.number for j in judged if j.verdict is Verdict.DIFFERS] == [2]


# -- run ----


def test_a_ping_passes_with_other_times() -> None:
    result = played("R1#ping 10.0.0.2\n" + PING.format(times="5/6/7"))
    assert verdicts(result) == ["pass", "pass", "pass", "pass", "normalised"]
    assert result.passed


def test_the_prompt_says_the_mode() -> None:
    stage = lab()
    played("R1(config)#hostname R1\nR1#show clock\nR1>ping\n", stage)
    typed = ["configure terminal", "hostname R1", "end", "show clock", "disable", "ping"]
    assert stage.devices["R1"].typed == typed


def test_another_prompt_differs() -> None:
    result = played("R1(config-if)#shutdown\n")
    assert [line.note for line in result.lines if line.verdict is Verdict.DIFFERS] == [
        "another prompt"
    ]


def test_a_refused_line_differs() -> None:
    refused = "         ^\n% Invalid input detected at '^' marker.\n"
    assert not played("R1#bogus\n", lab(bogus=refused)).passed


def test_turning_to_another_device_takes_five_seconds() -> None:
    stage = lab()
    played("R1#a\nR1#b\nR2#c\n[think 500ms]\nR2(config)#d\nR2#e\n", stage)
    assert stage.now_ns == 5.5 * SECOND


def test_an_expected_log_line_is_awaited_and_must_come() -> None:
    text = "R2#x\n*Mar  1 00:00:09.000: %LINK-3-UPDOWN: Interface Ethernet0/0\n"
    stage = lab()
    stage.due = [(90 * SECOND, "R2", "*Mar  1 00:01:30.000: %LINK-3-UPDOWN: Interface Ethernet0/0")]
    assert played(text, stage).passed
    stage = lab()
    result = played(text, stage)
    assert [line.note for line in result.lines][-1] == "not logged within 120 s"


def test_log_lines_must_come_in_order() -> None:
    def stage() -> FakeLab:
        new = lab()
        new.due = [(SECOND, "R1", "*Mar  1 00:00:01.000: %A-1-B: one")]
        new.due += [(2 * SECOND, "R1", "*Mar  1 00:00:02.000: %A-1-B: two")]
        return new

    one, two = "*Mar  1 00:00:01.000: %A-1-B: one\n", "*Mar  1 00:00:02.000: %A-1-B: two\n"
    assert played("R1#x\n" + one + two, stage()).passed
    assert played("R1#x\n" + two, stage()).passed
    assert not played("R1#x\n" + two, stage(), strict=True).passed
    assert not played("R1#x\n" + two + one, stage()).passed


def test_gaps_compare_the_time_between_stamps() -> None:
    def stage() -> FakeLab:
        new = lab()
        new.due = [(SECOND, "R1", "*Mar  1 00:00:01.000: %A-1-B: one")]
        new.due += [(6 * SECOND, "R1", "*Mar  1 00:00:06.000: %A-1-B: two")]
        return new

    text = "[gaps]\nR1#x\n*Mar  1 00:00:01.000: %A-1-B: one\n*Mar  1 00:00:0{}: %A-1-B: two\n"
    assert played(text.format("6.060"), stage()).passed
    assert not played(text.format("6.080"), stage()).passed


def test_an_erratum_types_the_correction_and_is_counted() -> None:
    stage = lab()
    result = played("[erratum R1 was: int s4/0] int s4/1\nR1(config)#int s4/0\n", stage)
    assert stage.devices["R1"].typed == ["configure terminal", "int s4/1"]
    assert verdicts(result) == ["erratum"]


def test_a_dialog_is_answered_from_the_transcript() -> None:
    r1 = FakeDevice(
        "R1",
        {"n": "done"},
        {"ping": "Protocol [ip]: ", "": "Extended commands [n]: ", "n": "#"},
    )
    text = "R1#ping\nProtocol [ip]:\nExtended commands [n]: n  ! no more\ndone\n"
    assert verdicts(played(text, FakeLab({"R1": r1}))) == ["pass"] * 4
    assert r1.typed == ["ping", "", "n"]


def test_hidden_lines_are_typed_and_counted() -> None:
    stage = lab()
    assert played("[hidden R2] conf t; int lo0\n", stage).hidden == 2
    assert stage.devices["R2"].typed == ["conf t", "int lo0"]


def test_until_runs_the_lab_to_a_log_line() -> None:
    stage = lab()
    stage.due = [(600 * SECOND, "R2", "%X-1-Y: now")]
    assert played("[until X-1-Y]\n", stage).passed
    assert stage.now_ns == 600 * SECOND


# -- guard and record ----


def test_every_token_that_is_not_volatile_is_guarded() -> None:
    result = played("R1#ping 10.0.0.2\n" + PING.format(times="5/6/7"))
    assert survivors(result) == []
    assert "x" not in "".join(mutations("44 msec"))[:2]


def test_the_guard_sees_what_a_gap_hides() -> None:
    result = played("R1#ping 10.0.0.2\n<output omitted>\n!!!!!\n<output omitted>\n")
    assert result.passed
    assert survivors(result) == []
    weak = played("R1#show\n<output omitted>\n", lab(show="a\nb"))
    assert weak.passed


def test_a_recording_replays() -> None:
    text = "R1#ping 10.0.0.2\n[wait 40s]\n[hidden R2] a; b\nR2#c\n"
    written = recorded(played(text))
    assert written.startswith("R1#ping 10.0.0.2\nType escape")
    again = played(written)
    assert again.passed
    assert recorded(again) == written
