"""Clock, log and configuration headers against devices' own output."""

from __future__ import annotations

from iosemu.features.clock import show as clock_show  # noqa: F401
from iosemu.features.clock.views import ClockView
from iosemu.features.logging import show as logging_show  # noqa: F401  (registers the renderer)
from iosemu.features.logging.views import Destination, LoggingView
from iosemu.features.system import show as system_show  # noqa: F401
from iosemu.features.system.files import length_bytes
from iosemu.features.system.views import ConfigurationView
from iosemu.proto.calendar import TimeOfDay

from .samples import rendered, sample


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
