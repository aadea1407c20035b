"""iosemu: a lab of IOS-style routers in one process, driven by the IOS command line.

The public API; everything is loaded when first used, so importing this costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iosemu.bridge import Bridge, TapError
    from iosemu.fabric.capture import Capture
    from iosemu.lab.lab import Lab, Snapshot, load, restore
    from iosemu.lab.places import LabFileError
    from iosemu.lab.rewind import InternalError
    from iosemu.lab.timeout import LinesBusy, Timeout

__all__ = [
    "Bridge",
    "Capture",
    "InternalError",
    "Lab",
    "LabFileError",
    "LinesBusy",
    "Snapshot",
    "TapError",
    "Timeout",
    "load",
    "restore",
]

_HOMES = {
    "Bridge": "iosemu.bridge",
    "Capture": "iosemu.fabric.capture",
    "InternalError": "iosemu.lab.rewind",
    "Lab": "iosemu.lab.lab",
    "LabFileError": "iosemu.lab.places",
    "LinesBusy": "iosemu.lab.timeout",
    "Snapshot": "iosemu.lab.lab",
    "TapError": "iosemu.bridge",
    "Timeout": "iosemu.lab.timeout",
    "load": "iosemu.lab.lab",
    "restore": "iosemu.lab.lab",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
