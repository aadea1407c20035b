"""Python's garbage collector while a lab runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (50_000, 20, 20)


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look for cycles seldom: the state of a lab is many small values, which refer to nothing that
    refers to them, so that looking through them again and again as they grow in number is a third
    of the time a network takes to converge."""
    before = gc.get_threshold()
    if before[0]:
        gc.set_threshold(*_THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
