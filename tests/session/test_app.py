"""The `iosemu` command as a user's process: output, exit codes, no traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOUR = ROOT / "labs" / "hello" / "transcripts" / "tour.txt"


def iosemu(*arguments: str, typed: str = "", state: Path | None = None) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    with TemporaryDirectory() as own:
        environment = {**os.environ, "COLUMNS": "100", "XDG_STATE_HOME": str(state or own)}
        return _run(arguments, typed, environment)


def _run(
    arguments: tuple[str, ...], typed: str, environment: dict[str, str]
) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "iosemu", *arguments],
        cwd=ROOT,
        env=environment,
        input=typed.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    out, err = done.stdout.decode(), done.stderr.decode()
    assert "Traceback" not in out + err
    return done.returncode, out.replace("\r\n", "\n"), err


def test_labs_are_listed() -> None:
    code, out, _ = iosemu("labs")
    assert code == 0
    assert "hello " in out
    assert "switch " in out


def test_exec_prints_what_the_device_says() -> None:
    code, out, _ = iosemu(
        "exec", "hello", "host1", "ping 192.168.3.10 repeat 3", "ping 192.168.3.10"
    )
    assert code == 0
    assert out.endswith("round-trip min/avg/max = 3/3/3 ms\n")


def test_exec_fails_when_the_device_refuses() -> None:
    code, out, _ = iosemu("exec", "hello", "R1", "show bogus")
    assert (code, out) == (
        1,
        "         ^\n% Invalid input detected at '^' marker.\n\n",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--bogus"], "No such option"),
        (["run"], "Missing argument"),
        (["run", "nolab"], "nolab: there is no such lab"),
        (["exec", "hello", "R9", "x"], "no device 'R9'; expected R1, R2"),
        (["replay", "no.txt"], "no.txt: cannot be read: No such file"),
    ],
)
def test_a_usage_error_is_2_and_says_what_was_expected(arguments: list[str], said: str) -> None:
    code, out, err = iosemu(*arguments)
    assert code == 2
    assert said in err
    assert out == ""


def test_a_bad_lab_file_names_the_place_and_starts_nothing(tmp_path: Path) -> None:
    file = tmp_path / "bad.clab.yml"
    file.write_text("name: bad\ntopology:\n  nodes:\n    R1:\n      kind: toaster\n")
    for arguments in (["run", str(file)], ["exec", str(file), "R1", "show clock"]):
        code, out, err = iosemu(*arguments)
        assert code == 2
        assert err.startswith(f"{file}:5:13: ")
        assert "expected cisco_iol" in err
        assert out == ""


def test_a_bad_transcript_names_the_place(tmp_path: Path) -> None:
    file = tmp_path / "bad.txt"
    file.write_text("[lab hello]\nR1#show clock\n[wait for it]\n")
    code, _, err = iosemu("replay", str(file))
    assert (code, err.splitlines()[0]) == (
        2,
        f"{file}:3:7: expected a time such as 40s, 500ms, 2m or 24h",
    )
    file.write_text("[lab hello]\nR9#show clock\n")
    code, _, err = iosemu("replay", str(file))
    assert code == 2
    assert err.startswith(f"{file}:2:1: no device 'R9'; expected R1, R2")


def test_replay_passes_and_fails(tmp_path: Path) -> None:
    code, out, _ = iosemu("replay", str(TOUR), "--guard")
    assert code == 0
    assert " 0 differs, 0 erratum\n" in out
    changed = tmp_path / "changed.txt"
    changed.write_text(TOUR.read_text().replace("nexthop 10.0.13.3", "nexthop 10.0.12.2"))
    code, out, _ = iosemu("replay", "--lab", "hello", str(changed))
    assert code == 1
    assert "expected     nexthop 10.0.12.2 Ethernet0/1\n" in out
    assert "printed      nexthop 10.0.13.3 Ethernet0/1\n" in out
    assert " 1 differs, 0 erratum\n" in out


def test_an_internal_error_is_two_lines_and_a_report(tmp_path: Path) -> None:
    """A defect of ours, made by a broken module on the path of `labs`."""
    code = subprocess.run(
        [
            sys.executable,
            "-c",
            "import iosemu.shell.labs as m, sys\n"
            "def broken(): raise ZeroDivisionError('by nothing')\n"
            "m.show_labs = broken\n"
            "from iosemu.shell.app import main\n"
            "sys.exit(main(['labs']))",
        ],
        cwd=ROOT,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    first, second = code.stderr.splitlines()
    assert code.returncode == 1
    assert first == "iosemu: internal error: ZeroDivisionError: by nothing"
    report = Path(second.rpartition(" ")[2])
    assert "in broken" in report.read_text()


# -- iosemu run, from a pipe ----


def test_the_first_ping_from_a_pipe() -> None:
    typed = "HOST1\n\nping 192.168.3.10\nping 192.168.3.10\n\x1dtime\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed)
    assert code == 0
    assert "Press RETURN to get started." in out
    assert "HOST1>ping 192.168.3.10\nType escape sequence to abort.\n" in out
    assert "!!!!!\nSuccess rate is 100 percent (5/5)" in out
    assert "hello> time\ntime 00:00:" in out


@pytest.mark.goal("N3")
def test_time_is_run_stopped_and_stepped_from_the_lab_prompt() -> None:
    typed = "time\nrun 1h\npause\nlink R1 R2 down\nstep\nspeed 10\nlab clock advance 30m\n"
    typed += "link R1 R2 up\nuntil UPDOWN.*up\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed)
    assert code == 0
    rows = [line for line in out.splitlines() if line.startswith("time ")]
    assert rows[0] == "time 00:00:05.000, speed 1"
    assert rows[1] == "time 01:00:05.000, speed 1"
    assert rows[2] == "time 01:00:05.000, speed 1, paused"
    assert "01:00:05.000" < rows[3].split()[1].strip(",") < "01:01:00"
    assert rows[3].endswith("speed 1, paused")
    assert rows[4].endswith("speed 10")
    assert rows[5].split()[1] > "01:30:00"
    assert "R1: *Mar  1 01:3" in out


def test_a_link_is_cut_seen_and_mended() -> None:
    typed = "link R1 R2 down\nuntil changed state to down\nlinks\nlink R1 R2 up\nlinks\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed)
    assert code == 0
    assert "R1:Ethernet0/0 - R2:Ethernet0/0 down\n" in out
    rows = [line.split() for line in out.splitlines() if line.startswith("R1:Ethernet0/0 - R2")]
    assert [row[-1] for row in rows] == ["down", "down", "up", "up"]
    assert "%LINK-3-UPDOWN" in out or "%LINEPROTO-5-UPDOWN" in out


@pytest.mark.goal("N4")
def test_back_returns_to_what_was() -> None:
    typed = (
        "run 10s\nR1\n\nenable\nconf t\nhostname CHANGED\n\x1drun 10s\nback 15s\n"
        "R1\n\n\x1dback to never\nquit\n"
    )
    code, out, _ = iosemu("run", "hello", typed=typed)
    assert "CHANGED(config)#" in out
    assert "-- rewound to 00:00:10.000 --" in out
    after = out.split("-- rewound")[1]
    assert "CHANGED" not in after
    assert "% no log line matched 'never'" in after
    assert code == 1


def test_a_lab_command_that_is_not_understood_fails_a_piped_run() -> None:
    code, out, _ = iosemu("run", "hello", typed="bogus\nlink R1 R1\nrun soon\nquit\n")
    assert code == 1
    assert out.count("\n% ") == 3


def test_a_capture_is_written_when_the_lab_is_left(tmp_path: Path) -> None:
    file = tmp_path / "link.pcapng"
    typed = f"capture {file} R1:e0/0\nR1\n\nping 10.0.12.2\n\x1dcapture {file} R9:e0/0\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed)
    assert code == 1
    assert "% no port 'R9:e0/0'\n" in out
    assert f"{file}: " in out
    assert file.read_bytes()[:4] == bytes.fromhex("0a0d0d0a")
    assert file.read_bytes().count(bytes.fromhex("0a000c010a000c02")) >= 4


# -- what is kept ----


def test_a_lab_goes_on_where_it_was_left(tmp_path: Path) -> None:
    typed = "R1\n\nenable\nconf t\nhostname KEPT\nline con 0\nexec-timeout 0 0\n\x1drun 1h\nquit\n"
    assert iosemu("run", "hello", typed=typed, state=tmp_path)[0] == 0
    code, out, _ = iosemu("run", "hello", typed="time\nR1\n\n\x1dquit\n", state=tmp_path)
    assert code == 0
    assert "time 01:00:05.000" in out
    assert "KEPT(config-line)#" in out
    code, out, _ = iosemu("run", "hello", "--fresh", typed="time\nquit\n", state=tmp_path)
    assert "time 00:00:05.000" in out


def test_reset_starts_over(tmp_path: Path) -> None:
    typed = "run 1h\nreset\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed, state=tmp_path)
    assert code == 0
    assert out.split("reset\n")[1].startswith("time 00:00:05.000")
    assert iosemu("run", "hello", typed="run 1h\nquit\n", state=tmp_path)[0] == 0
    assert iosemu("reset", "hello", state=tmp_path)[0] == 0
    assert "time 00:00:05.000" in iosemu("run", "hello", typed="time\n", state=tmp_path)[1]


def test_an_exported_lab_boots_as_the_lab_ran(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    typed = f"R1\n\nenable\nconf t\nhostname MINE\nend\n\x1dexport {folder}\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed, state=tmp_path)
    assert code == 0
    assert str(folder / "configs" / "R1.cfg") in out
    code, out, _ = iosemu("exec", str(folder), "R1", "show running-config | include hostname")
    assert (code, out) == (0, "hostname MINE\n")
    code, _, err = iosemu("export", "hello", str(folder), state=tmp_path)
    assert (code, err) == (2, f"{folder} is there already\n")


def test_branches_are_forked_listed_and_visited() -> None:
    typed = "run 10s\nfork plain\nR1\n\nenable\nconf t\nhostname ONE\n\x1drun 5s\n"
    typed += "back 10s\nfork other\nR1\n\nenable\nconf t\nhostname TWO\n\x1dbranches\nfork other\n"
    typed += "load plain\nR1\n\n\x1dbranches\nload nowhere\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed)
    assert code == 1
    assert "% there is a branch 'other' already" in out
    first, second = (part.splitlines() for part in out.split("hello> branches\n")[1:])
    rows = [line.split() for line in first[:2]]
    assert [row[-4] for row in rows] == ["plain", "other"]
    assert rows[0][2].startswith("00:00:20")
    assert first[1].startswith("*")
    assert "-- at 00:00:20.000 of plain --" in out
    assert out.split("of plain --")[1].split("hello> branches")[0].count("ONE(config)#") >= 1
    rows = [line.split() for line in second[:2]]
    assert [row[-4] for row in rows] == ["other", "plain"]
    assert second[1].startswith("*")
    assert "% " in out.split("load nowhere\n")[1]


def test_a_save_is_loaded_in_this_lab_and_in_another(tmp_path: Path) -> None:
    file = tmp_path / "x.save"
    typed = (
        f"run 1m\nR1\n\nenable\nconf t\nhostname SAVED\n\x1drun 30s\nsave {file}\nsave a\nsave a\n"
    )
    typed += "reset\nR1\n\n\x1dsave b\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed, state=tmp_path / "one")
    assert code == 1
    assert f"saved as {file}\n" in out
    assert "is there already" in out
    assert b"pickle" not in file.read_bytes()
    typed = f"load {file}\nR1\n\n\x1dtime\nload {file}\nload ./nothing\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed, state=tmp_path / "two")
    assert code == 1
    assert "SAVED(config)#" in out
    assert "-- at 00:01:35.000 of" in out
    assert "time 00:01:35.000" in out
    assert "it starts over" not in out
    assert "% nothing: No such file or directory" in out


def test_a_save_that_another_version_made_falls_back_to_the_configurations(tmp_path: Path) -> None:
    file = tmp_path / "x.save"
    typed = f"run 1m\nR1\n\nenable\nconf t\nhostname SAVED\n\x1drun 30s\nsave {file}\nquit\n"
    iosemu("run", "hello", typed=typed, state=tmp_path / "one")
    held = json.loads(file.read_bytes())
    held["version"], held["digest"] = "0.0", "00" * 16
    held["minutes"] = [[minute, "00" * 16] for minute, _ in held["minutes"]]
    file.write_text(json.dumps(held))
    typed = f"load {file}\nR1\n\n\x1dquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed, state=tmp_path / "two")
    assert code == 0
    assert "saved by version 0.0, it goes another way in minute 0; it starts over" in out
    assert "SAVED>" in out
    held["lab"] = "other"
    file.write_text(json.dumps(held))
    code, out, _ = iosemu("run", "hello", typed=f"load {file}\nquit\n")
    assert code == 1
    assert "of lab 'other', not 'hello'" in out
    file.write_bytes(b"\x80\x05garbage")
    code, out, _ = iosemu("run", "hello", typed=f"load {file}\nquit\n")
    assert f"% {file}: not written by `save`" in out


def test_links_are_spoilt_and_mended() -> None:
    typed = "link R1 R2 impair loss 100%\nR1\n\nping 10.0.12.2 repeat 2\n\x1d"
    typed += "impair R1 R2 off\nR1\nping 10.0.12.2 repeat 3\n\x1d"
    typed += "impair R1 R2 loss 7\nimpair R1 R2 rate fast\nimpair R1 R2 charm 1\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed)
    assert code == 1
    assert "R1:Ethernet0/0 - R2:Ethernet0/0 loss 100%\n" in out
    assert "percent (0/2)" in out
    assert "percent (3/3)" in out or "percent (2/3)" in out
    assert "'7' is no chance" in out
    assert "'fast' is no rate" in out
    assert "no fault 'charm'" in out


def test_messages_of_all_devices_carry_virtual_time() -> None:
    typed = (
        "run until LINEPROTO\nlink R1 R2 down\nrun 10s\nmessages 4\nmessages R1 1\nmessages on\n"
    )
    typed += "link R1 R2 up\nrun 10s\nmessages off\nmessages R9\nquit\n"
    code, out, _ = iosemu("run", "hello", typed=typed.partition("\n")[2])
    assert code == 1
    shown = out.split("messages 4\n")[1].split("hello>")[0].splitlines()
    assert len(shown) == 4
    assert shown == sorted(shown)
    assert {line.split()[1] for line in shown} == {"R1:", "R2:"}
    assert len(out.split("messages R1 1\n")[1].split("hello>")[0].splitlines()) == 1
    assert "UPDOWN" in out.split("run 10s\n")[2].split("hello>")[0]
    assert "% no such device" in out


def test_inert_lines_are_listed() -> None:
    code, out, _ = iosemu("run", "hello", typed="inert R1\ninert R9\nquit\n")
    assert code == 1
    assert "R1: mmi polling-interval 60\n" in out
    assert "R1: hostname" not in out


def test_explain_answers_on_the_command_line() -> None:
    code, out, _ = iosemu("explain", "hello", "packet", "from", "host1", "to", "9.9.9.9")
    assert (code, out.splitlines()[-1]) == (0, "=> dropped at R1")
    code, out, _ = iosemu("explain", "hello", "--json", "packet", "from", "R1", "to", "3.3.3.3")
    assert json.loads(out)["outcome"] == "delivered"
    code, out, err = iosemu("explain", "hello", "packet", "from", "R1")
    assert (code, out) == (2, "")
    assert "an address is missing" in err


def test_help_says_how_to_begin() -> None:
    code, out, _ = iosemu("--help")
    assert code == 0
    assert "iosemu run hello " in out
    assert "pick a lab" in out
    code, out, _ = iosemu("run", "--help")
    assert "Ctrl-]" in out


def test_check_tells_of_each_line_and_its_code_of_refused_ones(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.cfg", tmp_path / "bad.cfg"
    good.write_text("R1(config)#hostname R1\nip\u00a0cef\nend\n", encoding="utf-8")
    bad.write_text("hostname R1\n foo bar\n", encoding="utf-8")
    code, out, err = iosemu("check", str(good))
    assert (code, err) == (0, "")
    assert f"{good}:1: applied  hostname R1" in out
    assert "changed: left out the prompt R1(config)#" in out
    assert "changed: replaced non-breaking blanks" in out
    code, out, _ = iosemu("check", str(good), str(bad))
    assert code == 1
    lines = out.splitlines()
    at = lines.index(f"{bad}:2: refused   foo bar")
    assert lines[at + 1].index("^") == lines[at].index("foo")
    assert lines[at + 2].strip() == "% Invalid input detected at '^' marker."


def test_check_prints_json_and_reads_the_standard_input() -> None:
    code, out, _ = iosemu("check", "--json", "-", typed="hostname R1\nfoo\n")
    (found,) = json.loads(out)
    assert code == 1
    assert found["counts"] == {"applied": 1, "inert": 0, "refused": 1, "skipped": 0}
    assert [line["status"] for line in found["lines"]] == ["applied", "refused"]


def test_check_of_what_is_no_text_is_a_usage_error(tmp_path: Path) -> None:
    missing = tmp_path / "no.cfg"
    assert iosemu("check", str(missing))[0] == 2
    binary = tmp_path / "binary.cfg"
    binary.write_bytes(b"hostname \xff\n")
    code, _, err = iosemu("check", str(binary))
    assert (code, err) == (2, f"{binary}: byte 9 is not UTF-8\n")
    assert iosemu("check")[0] == 2


def test_the_version_is_printed() -> None:
    code, out, _ = iosemu("--version")
    assert code == 0
    assert out.startswith("iosemu ")
