"""How a bench says its figure."""

from __future__ import annotations

from typing import Any


def rate(benchmark: Any, what: str, count: float) -> None:
    """Note `count` things a run as a rate, of the fastest run.

    Nothing was timed when the suite runs in parallel: then the bench is a plain test.
    """
    if benchmark.stats is None:
        return
    figure = count / benchmark.stats.stats.min
    benchmark.extra_info[what] = round(figure)
    print(f"\n{benchmark.name}: {figure:,.0f} {what}")
