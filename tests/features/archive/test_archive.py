"""Archive, replace and rollback: one commit, IOS's words, the same configuration back."""

from __future__ import annotations

import pytest

from iosemu import restore
from iosemu.config.tree import Config
from iosemu.features.archive.tree import commands, differences, missing

from ..typing import running, screen, typed

ONE = """\
hostname R1
!
interface Ethernet0/0
 ip address 10.0.0.1 255.255.255.0
!
ip route 0.0.0.0 0.0.0.0 10.0.0.2
end
""".splitlines()
OTHER = """\
hostname R1
!
interface Ethernet0/0
 ip address 10.0.0.9 255.255.255.0
 shutdown
!
interface Loopback0
 description new
end
""".splitlines()


def test_differences_come_with_their_context() -> None:
    assert differences(ONE, OTHER) == [
        "interface Ethernet0/0",
        " +ip address 10.0.0.9 255.255.255.0",
        " +shutdown",
        "+interface Loopback0",
        " +description new",
        "interface Ethernet0/0",
        " -ip address 10.0.0.1 255.255.255.0",
        "-ip route 0.0.0.0 0.0.0.0 10.0.0.2",
    ]
    assert differences(ONE, ONE) == []


def test_incremental_differences_are_lines_to_type() -> None:
    assert missing(ONE, OTHER) == [
        "interface Ethernet0/0",
        " ip address 10.0.0.9 255.255.255.0",
        " shutdown",
        "interface Loopback0",
        " description new",
    ]


def test_the_list_of_a_replacement_takes_away_first() -> None:
    assert commands(ONE, OTHER)[:3] == [
        "interface Ethernet0/0",
        " no ip address 10.0.0.1 255.255.255.0",
        "no ip route 0.0.0.0 0.0.0.0 10.0.0.2",
    ]
    assert commands(OTHER, ONE)[:4] == [
        "interface Ethernet0/0",
        " no ip address 10.0.0.9 255.255.255.0",
        " no shutdown",
        "no interface Loopback0",
    ]


CHANGES = (
    "configure terminal",
    "interface lo5",
    "ip address 5.5.5.5 255.255.255.255",
    "interface e0/0",
    "shutdown",
    "end",
)


@pytest.mark.goal("P3")
def test_replace_is_one_commit_and_tells_only_engines_concerned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = running()
    router = lab.routers["R1"]
    before = router.config
    typed(lab, *CHANGES)
    commits: list[Config] = []
    commit = router.commit

    def counted(config: Config) -> None:
        commits.append(config)
        commit(config)

    monkeypatch.setattr(router, "commit", counted)
    shown = screen(lab, "configure replace nvram:startup-config list", "y")
    assert shown == [
        "R1#configure replace nvram:startup-config list",
        "This will apply all necessary additions and deletions",
        "to replace the current running configuration with the",
        "contents of the specified configuration file, which is",
        "assumed to be a complete configuration, not a partial",
        "configuration. Enter Y if you are sure you want to proceed. ? [no]: y",
        "!Pass 1",
        "!List of Commands:",
        "no interface Loopback5",
        "interface Ethernet0/0",
        " no shutdown",
        "end",
        "",
        "",
        "Total number of passes: 1",
        "Rollback Done",
        "",
    ]
    assert len(commits) == 1
    assert router.config == before
    interfaces = router.config.slots["interface"].by_name
    assert interfaces["Ethernet0/1"] is before.slots["interface"].by_name["Ethernet0/1"]
    assert router.config.slots.get("static") is before.slots.get("static")


def test_replace_is_refused_by_default() -> None:
    lab = running()
    typed(lab, *CHANGES, "configure replace nvram:startup-config", "")
    assert "5.5.5.5" in lab["R1"].cli("show running-config")


def test_replace_by_what_runs_changes_nothing() -> None:
    lab = running()
    router = lab.routers["R1"]
    before = router.config
    out = typed(lab, "configure replace nvram:startup-config force")[0]
    assert "Total number of passes: 0" in out
    assert router.config is before


def test_lines_that_are_refused_are_reported() -> None:
    lab = running()
    lab.routers["R1"].device.files.flash["bad"] = b"hostname R7\nfoo bar\n"
    out = typed(lab, "configure replace flash:bad force")[0].splitlines()
    assert out[-4:] == [
        "The following commands are failed to apply to the IOS image.",
        "********",
        "foo bar",
        "********",
    ]
    assert lab["R1"].prompt == "R7#"


ARCHIVE = ("configure terminal", "archive", "path flash:cfg", "maximum 2", "write-memory", "end")


def test_the_archive_keeps_the_newest() -> None:
    lab = running()
    typed(lab, *ARCHIVE, "archive config", "archive config", "write memory")
    assert typed(lab, "show archive")[0].splitlines() == [
        "The maximum archive configurations allowed is 2.",
        "There are currently 2 archive configurations saved.",
        "The next archive file will be named flash:cfg-<timestamp>-3",
        " Archive #  Name",
        "   1        unix:/cfg-Mar--1-00-00-02.000-1 ",
        "   2        unix:/cfg-Mar--1-00-00-02.000-2 <- Most Recent",
    ]
    assert len(lab.routers["R1"].device.files.flash) == 2


def test_the_archive_is_written_now_and_then() -> None:
    lab = running()
    typed(lab, "configure terminal", "archive", "path flash:cfg", "time-period 10", "end")
    lab.run_for(1201)
    assert len(lab.routers["R1"].device.files.flash) == 2
    typed(lab, "configure terminal", "archive", "no time-period", "end")
    lab.run_for(1201)
    assert len(lab.routers["R1"].device.files.flash) == 2


def test_a_change_that_nobody_confirms_goes_away() -> None:
    lab = running()
    typed(lab, *ARCHIVE, "configure terminal revert timer 2", "hostname R9", "end")
    assert typed(lab, "show archive config rollback timer")[0].splitlines() == [
        "Time configured(or reconfigured): 00:00:02 UTC Fri Mar 1 2002",
        "Timer type: absolute timer",
        "Timer value: 2 min",
        "User: console",
    ]
    lab.run_for(61)
    assert "System will rollback to config unix:/cfg-Mar--1-00-00-02.000-0 in one minute." in (
        lab["R1"].log[-1].text
    )
    assert lab["R1"].prompt == "R9#"
    lab.run_for(60)
    assert lab["R1"].prompt == "R1#"
    assert typed(lab, "configure confirm") == ["%No Rollback Confirmed Change pending"]


def test_a_confirmed_change_stays() -> None:
    lab = running()
    typed(lab, *ARCHIVE, "configure terminal revert timer 2", "hostname R9", "end")
    typed(lab, "configure confirm")
    lab.run_for(300)
    assert lab["R1"].prompt == "R9#"


def test_revert_now_comes_back_at_once() -> None:
    lab = running()
    typed(lab, *ARCHIVE, "configure terminal revert timer 2", "hostname R9", "end")
    assert "Rollback Done" in typed(lab, "configure revert now")[0]
    assert lab["R1"].prompt == "R1#"


def test_an_idle_rollback_waits_for_the_last_command() -> None:
    lab = running()
    typed(lab, *ARCHIVE, "configure terminal revert idle 2", "hostname R9")
    lab.run_for(90)
    typed(lab, "no ip domain lookup")
    lab.run_for(90)
    assert lab["R1"].prompt == "R9(config)#"
    lab.run_for(31)
    assert lab["R1"].prompt == "R1(config)#"


def test_commands_are_logged_in_full_and_without_secrets() -> None:
    lab = running()
    typed(lab, "configure terminal", "archive", "log config", "logging enable", "hidekeys", "end")
    typed(lab, "conf t", "int e0/0", "desc x", "bogus", "no desc", "username a password 0 b", "end")
    assert typed(lab, "show archive log config all")[0].splitlines() == [
        " idx   sess           user@line      Logged command",
        "    1     1       console@console  |  logging enable",
        "    2     1       console@console  |  hidekeys",
        "    3     2       console@console  |interface Ethernet0/0",
        "    4     2       console@console  | description x",
        "    5     2       console@console  | no description",
        "    6     2       console@console  |username a password 0 *****",
    ]
    assert typed(lab, "show archive log config 4")[0].splitlines()[1:] == [
        "    4     2       console@console  | description x"
    ]


def test_a_rollback_survives_saving_and_restoring() -> None:
    lab = running()
    typed(lab, *ARCHIVE, "configure terminal revert timer 2", "hostname R9", "end")
    twin = restore(lab.snapshot())
    twin.run_for(121)
    assert twin["R1"].prompt == "R1#"


def test_what_is_kept_in_flash_is_listed_after_a_reload() -> None:
    lab = running()
    r1 = lab["R1"]
    r1.configure("archive\n path flash:kept\n maximum 3")
    for _ in range(2):
        r1.cli("archive config")
    r1.cli("show running-config | redirect flash:kept-of-mine-7")
    before = r1.cli("show archive")
    assert "There are currently 2 archive configurations saved." in before
    for answer in ("reload", "yes", ""):
        r1.cli(answer)
    lab.run_for(60)
    assert r1.cli("show archive") == before
    for _ in range(2):
        r1.cli("archive config")
    rows = [row.split() for row in r1.cli("show archive").splitlines()[4:]]
    assert [row[1].rpartition("-")[2] for row in rows] == ["1", "2", "3"]
    assert rows[2][2:] == ["<-", "Most", "Recent"]
    kept = [row.split()[-1] for row in r1.cli("dir").splitlines() if "kept-" in row]
    assert len(kept) == 4
