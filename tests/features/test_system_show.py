"""Clock, log and configuration headers against devices' own output."""

from __future__ import annotations

import pytest

from iosemu.features.clock import show as clock_show  # noqa: F401
from iosemu.features.clock.views import ClockView
from iosemu.features.logging import show as logging_show  # noqa: F401  (registers the renderer)
from iosemu.features.logging.views import Destination, LoggingView
from iosemu.features.system import show as system_show  # noqa: F401
from iosemu.features.system.files import length_bytes
from iosemu.features.system.views import ConfigurationView
from iosemu.proto.calendar import TimeOfDay

from .samples import rendered, sample
from .typing import running


def test_the_clock_is_printed_as_captured() -> None:
    view = ClockView("*", TimeOfDay(2015, 10, 19, 18, 57, 38, 347, weekday=0))
    assert rendered(view) == sample("show_clock__1.txt")


def test_the_log_header_is_printed_as_captured() -> None:
    captured = sample("show_logging__2.txt")
    trap = next(n for n, line in enumerate(captured) if "ESM:" in line)
    view = LoggingView(
        is_enabled=True,
        console=Destination("alerts", 0),
        monitor=Destination("debugging", 0),
        buffer=Destination("debugging", 91442),
        size_bytes=16384,
        lines=("*Jan  1 00:00:00.000: %SYS-5-CONFIG_I: Configured from console by console",),
    )
    expected = [
        line.replace("4 messages rate-limited", "0 messages rate-limited")
        for line in captured[:trap]
    ]
    lines = rendered(view)
    assert lines[: len(expected)] == expected
    assert lines[-3:] == [
        "",
        "Log Buffer (16384 bytes):",
        "*Jan  1 00:00:00.000: %SYS-5-CONFIG_I: Configured from console by console",
    ]


def test_a_disabled_destination_says_so() -> None:
    view = LoggingView(True, *(Destination(None, 0),) * 3, size_bytes=0, lines=())
    assert "    Console logging: disabled" in rendered(view)
    assert "    Console logging: disabled" in sample("show_logging__3.txt")
    assert not any(line.startswith("Log Buffer") for line in rendered(view))


def test_the_length_counts_from_the_first_mark_to_end_plus_two() -> None:
    lines = ["!", "interface Ethernet0/0", " no ip address", "end"]
    assert length_bytes(lines) == len("\n".join(lines)) + 2
    view = ConfigurationView(tuple(lines), length_bytes(lines))
    assert rendered(view)[:4] == [
        "Building configuration...",
        "",
        f"Current configuration : {len(chr(10).join(lines)) + 2} bytes",
        "!",
    ]


@pytest.mark.parametrize(("number", "version"), [(1, "15.2"), (2, "15.7")])
def test_a_configuration_is_headed_as_its_release_heads_it(number: int, version: str) -> None:
    captured = sample(f"show_running_config__{number}.txt")
    lines = tuple(captured[captured.index("!") :])
    assert f"version {version}" in lines
    view = ConfigurationView(lines, 0, is_apart=version == "15.7")
    head = [line for line in rendered(view) if not line.startswith("Current")]
    assert (
        head[: captured.index("!") + 1]
        == [line for line in captured if not line.startswith("Current")][: captured.index("!") + 1]
    )


def test_lines_are_numbered_on_demand() -> None:
    view = ConfigurationView(("!", "version 15.4", "end"), 20, is_numbered=True)
    assert rendered(view)[3:6] == ["1 : !", "2 : version 15.4", "3 : end"]


def test_forms_of_the_running_configuration_agree() -> None:
    lab = running()
    plain, brief, full, every, numbered = (
        lab["R1"].cli(f"show running-config {form}").splitlines()
        for form in ("", "brief", "full", "all", "linenum")
    )
    assert plain == brief == full
    assert [line.partition(" : ")[2] for line in numbered[3:-1]] == plain[3:-1]
    begins = tuple(every)
    missing = [
        line
        for line in plain[3:]
        if line.strip() not in ("", "!") and not any(one.startswith(line) for one in begins)
    ]
    assert missing == []
    assert " ip proxy-arp" in every
    assert " ip proxy-arp" not in plain


def test_one_interface_is_a_configuration_of_its_own() -> None:
    lab = running()
    block = lab["R1"].cli("show running-config interface ethernet 0/0").split("\n")
    body = block[3 : block.index("end") + 1]
    assert body[:2] == ["!", "interface Ethernet0/0"]
    assert block[2] == f"Current configuration : {len(chr(10).join(body)) + 2} bytes"
    section = lab["R1"].cli("show running-config | section interface Ethernet0/0").split("\n")
    assert section == body[1:-1]


def test_changes_and_saves_are_noted_above_the_version() -> None:
    lab = running()
    assert "! Last configuration change" not in lab["R1"].cli("show running-config")
    for line in ("configure terminal", "hostname R1x", "end"):
        lab["R1"].cli(line)
    lab.run_for(10)
    lab["R1"].cli("write memory")
    assert lab["R1"].cli("show running-config").split("\n")[3:8] == [
        "!",
        "! Last configuration change at 00:00:02 UTC Fri Mar 1 2002",
        "! NVRAM config last updated at 00:00:12 UTC Fri Mar 1 2002",
        "!",
        "version 15.4",
    ]
