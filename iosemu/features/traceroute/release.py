"""What differs between releases."""

from __future__ import annotations


def has_vrf_line(version: str) -> bool:
    """Whether a trace prints the line about VRFs: 15.0 and later."""
    return int(version.partition(".")[0]) >= 15
