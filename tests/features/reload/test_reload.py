"""Reload: its questions, its countdown, what every terminal is told."""

from __future__ import annotations

from iosemu.features.reload.show import spoken
from iosemu.kernel.time import HOUR, MINUTE, SECOND

from ..typing import running, screen, typed


def banner(text: str) -> str:
    return f"***\r\n*** --- {text} ---\r\n***\r\n"


def test_a_changed_router_asks_whether_to_save() -> None:
    lab = running()
    typed(lab, "configure terminal", "hostname R9", "end")
    assert screen(lab, "reload", "maybe", "yes") == [
        "R9#reload",
        "System configuration has been modified. Save? [yes/no]: maybe",
        "% Please answer 'yes' or 'no'.",
        "System configuration has been modified. Save? [yes/no]: yes",
        "Building configuration...",
        "[OK]",
    ]
    assert lab["R1"].prompt == "Proceed with reload? [confirm]"
    typed(lab, "")
    lab.run_for(60)
    assert lab["R1"].prompt == "R9#"


def test_a_reload_that_is_not_confirmed_does_nothing() -> None:
    lab = running()
    typed(lab, "reload", "n")
    lab.run_for(60)
    assert lab.routers["R1"].device.identity.boots == 1


def test_the_reason_is_logged_and_kept() -> None:
    lab = running()
    typed(lab, "reload new image", "")
    assert (
        lab["R1"]
        .log[-1]
        .text.endswith("%SYS-5-RELOAD: Reload requested by console. Reload Reason: new image.")
    )
    lab.run_for(60)
    assert "Last reload reason: new image" in typed(lab, "show version")[0]


def test_a_scheduled_reload_is_announced_shown_and_done() -> None:
    lab = running()
    console = lab["R1"].console()
    console.send("\r")
    console.read()
    assert screen(lab, "reload in 5")[1:] == [
        "Reload scheduled in 5 minutes by console",
        "Reload reason: Reload Command",
    ]
    typed(lab, "")
    assert banner("SHUTDOWN in 0:05:00") in console.read()
    lab.run_for(27)
    assert typed(lab, "show reload")[0].splitlines() == [
        "Reload scheduled in 4 minutes and 33 seconds by console",
        "Reload reason: Reload Command",
    ]
    lab.run_for(4 * 60 - 27)
    assert banner("SHUTDOWN in 0:01:00") in console.read()
    lab.run_for(60)
    assert banner("SHUTDOWN NOW") in console.read()
    assert not lab.routers["R1"].device.is_up
    lab.run_for(60)
    assert lab.routers["R1"].device.identity.boots == 2
    assert typed(lab, "show reload") == ["No reload is scheduled."]


def test_with_a_clock_the_date_is_told() -> None:
    lab = running()
    typed(lab, "clock set 18:10:00 2 January 2016")
    assert screen(lab, "reload at 18:40")[1] == (
        "Reload scheduled for 18:40:00 UTC Sat Jan 2 2016 (in 30 minutes) by console"
    )
    typed(lab, "")
    assert "%SYS-5-SCHEDULED_RELOAD: Reload requested for 18:40:00 UTC Sat Jan 2 2016" in (
        lab["R1"].log[-1].text
    )


def test_a_time_that_is_over_today_is_tomorrow() -> None:
    lab = running()
    typed(lab, "clock set 18:10:00 2 January 2016")
    assert (
        "18:05:00 UTC Sun Jan 3 2016 (in 23 hours and 55 minutes)"
        in (screen(lab, "reload at 18:05")[1])
    )


def test_a_cancelled_reload_does_not_come() -> None:
    lab = running()
    console = lab["R1"].console()
    console.send("\r")
    typed(lab, "reload in 0:02", "")
    typed(lab, "reload cancel")
    assert banner("SHUTDOWN ABORTED") in console.read()
    lab.run_for(200)
    assert lab.routers["R1"].device.identity.boots == 1
    assert typed(lab, "reload cancel") == ["%No reload is scheduled"]


def test_what_is_no_time_is_refused() -> None:
    lab = running()
    assert typed(lab, "reload in soon", "reload in 0", "reload at 18:00") == [
        "%Invalid reload time",
        "%Invalid reload time",
        "%Clock must be set before using this command",
    ]


def test_times_are_spoken() -> None:
    assert spoken(5 * MINUTE) == "5 minutes"
    assert spoken(HOUR + MINUTE + SECOND) == "1 hour, 1 minute and 1 second"
    assert spoken(0) == "0 seconds"
