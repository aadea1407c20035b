"""The line about the medium of a gigabit port."""

from __future__ import annotations

import pytest

from iosemu.features.interface.show import gigabit
from iosemu.features.interface.views import MediumView


@pytest.mark.parametrize(
    ("medium", "line"),
    [
        # Captured on IOSv 15.7 and on CSR1000V 16.
        (MediumView(), "Auto Duplex, Auto Speed, link type is auto, media type is RJ45"),
        (
            MediumView("auto", "auto", "rj45"),
            "Auto Duplex, Auto Speed, link type is auto, media type is RJ45",
        ),
        (
            MediumView(is_negotiated=True),
            "Full Duplex, 1000Mbps, link type is auto, media type is RJ45",
        ),
        (
            MediumView("half", "100", "sfp"),
            "Half Duplex, 100Mbps, link type is force-up, media type is SFP",
        ),
    ],
)
def test_what_was_said_of_the_medium(medium: MediumView, line: str) -> None:
    assert gigabit(medium) == line
