"""Commands of AS path access lists: what is refused, and the query of their show."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, check, show
from iosemu.config.tree import Config
from iosemu.policy.regex import BadPattern, Regex

from .config import AsPathsConfig
from .views import AsPathListView


def regex_error(text: str) -> str | None:
    """What IOS says of a text that is no regular expression."""
    try:
        Regex(text)
    except BadPattern:
        return f"% Invalid regular expression: {text}"
    return None


@check("as-path.entry")
def is_expression(owner: Config, *, regex: str) -> str | None:
    return regex_error(regex)


@show("as-path.show")
def show_as_paths(x: Exec, *, number: int | None) -> Iterator[AsPathListView]:
    lists = x.config.of(AsPathsConfig).lists
    for each in sorted(lists):
        if number in (None, each):
            entries = lists[each].entries
            yield AsPathListView(each, tuple(entries[n] for n in sorted(entries)))
