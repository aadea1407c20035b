"""Renderers of the ICMP shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import renders
from iosemu.kernel.time import MILLISECOND, MINUTE, Time

from .views import RateLimitView, RedirectRow, RedirectsView


@renders(RateLimitView)
def rate_limit(view: RateLimitView) -> Iterator[str]:
    yield ""
    yield f"{'':<29}DF bit unreachables     All other unreachables"
    yield f"{'Interval (millisecond)':<29}{interval(view.df_interval):<24}{interval(view.interval)}"
    yield ""
    yield f"{'Interface':<29}# DF bit unreachables   # All other unreachables"
    yield f"{'---------':<29}---------------------   ------------------------"
    for row in view.rows:
        yield f"{row.interface:<29}{row.df:<24}{row.other}"
    greatest = max(view.rows, key=lambda row: row.df + row.other, default=None)
    if greatest is not None and greatest.df + greatest.other:
        yield ""
        yield f"The greatest number of unreachables is on {greatest.interface}"


def interval(value: Time | None) -> str:
    return "disabled" if value is None else str(value // MILLISECOND)


@renders(RedirectsView)
def redirects(view: RedirectsView) -> Iterator[str]:
    yield f"Default gateway is {view.gateway or 'not set'}"
    yield ""
    yield "Host               Gateway           Last Use    Total Uses  Interface"
    if not view.rows:
        yield "ICMP redirect cache is empty"
    for row in view.rows:
        yield redirect_row(row)


def redirect_row(row: RedirectRow) -> str:
    hours, minutes = divmod(row.idle // MINUTE, 60)
    idle = f"{hours}:{minutes:02d}"
    return f"{row.target:<18} {row.gateway:<16} {idle:>9} {row.uses:>13}  {row.interface}"
