"""Renderer of `show debugging`."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders

from .flags import FLAGS
from .views import ConditionsView, DebuggingView


@renders(DebuggingView)
def debugging(view: DebuggingView) -> Iterator[str]:
    for heading in dict.fromkeys(FLAGS[flag][0] for flag in view.flags):
        yield f"{heading}:"
        for flag, said in zip(view.flags, view.said, strict=True):
            if FLAGS[flag][0] == heading:
                yield f"  {said}"
    yield ""


@renders(ConditionsView)
def conditions(view: ConditionsView) -> Iterator[str]:
    yield ""
    for number, interface in view.conditions:
        yield f"Condition {number}: interface {interface} (1 flags triggered)"
        yield f"        Flags: {interface}"
