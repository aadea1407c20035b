"""Commands of community lists: what is refused, and the queries of their shows."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Exec, check, show
from iosemu.config.tree import Config
from iosemu.features.as_path.cli import regex_error
from iosemu.policy.community import (
    CommunityEntry,
    ExtendedEntry,
    LargeEntry,
    RegexEntry,
    community_of,
    extended_of,
)
from iosemu.wire.bgp_community import LargeCommunity, community_text

from .config import CommunitiesConfig, ListName, key_of
from .views import CommunityListView, ExtendedListView

# -- what is refused ----


@check("community-list.standard")
@check("community-list.standard.named")
def not_expanded(owner: Config, *, name: ListName) -> str | None:
    is_other = name in owner.of(CommunitiesConfig).expanded
    return _taken(name, "expanded", "community") if is_other else None


@check("community-list.expanded")
@check("community-list.expanded.named")
def not_standard(owner: Config, *, name: ListName, regex: str) -> str | None:
    if name in owner.of(CommunitiesConfig).standard:
        return _taken(name, "standard", "community")
    return regex_error(regex)


@check("extcommunity-list.standard")
@check("extcommunity-list.standard.named")
def not_extended_expanded(
    owner: Config, *, name: ListName, communities: tuple[str, ...]
) -> str | None:
    if name in owner.of(CommunitiesConfig).extended_expanded:
        return _taken(name, "expanded", "extcommunity")
    return extended_error(communities)


def extended_error(typed: tuple[str, ...]) -> str | None:
    """What is wrong with `rt 65000:1 soo 65000:2`."""
    if typed[0] not in ("rt", "soo") or typed[-1] in ("rt", "soo"):
        return "% Incomplete command."
    try:
        extended_of(typed)
    except ValueError:
        return "% Malformed extended community"
    return None


@check("extcommunity-list.expanded")
@check("extcommunity-list.expanded.named")
def not_extended_standard(owner: Config, *, name: ListName, regex: str) -> str | None:
    if name in owner.of(CommunitiesConfig).extended_standard:
        return _taken(name, "standard", "extcommunity")
    return regex_error(regex)


@check("large-community-list.standard")
@check("large-community-list.standard.named")
def not_large_expanded(
    owner: Config, *, name: ListName, communities: tuple[str, ...]
) -> str | None:
    if name in owner.of(CommunitiesConfig).large_expanded:
        return _taken(name, "expanded", "large-community")
    return large_error(communities)


@check("large-community-list.expanded")
@check("large-community-list.expanded.named")
def not_large_standard(owner: Config, *, name: ListName, regex: str) -> str | None:
    if name in owner.of(CommunitiesConfig).large_standard:
        return _taken(name, "standard", "large-community")
    return regex_error(regex)


def large_error(typed: tuple[str, ...]) -> str | None:
    """What is wrong with `65000:1:2`."""
    try:
        for text in typed:
            LargeCommunity.parse(text)
    except ValueError:
        return "% Malformed large community"
    return None


def _taken(name: ListName, kind: str, of: str) -> str:
    return f"% {of.capitalize()}-list {name} is of another type: {kind}"


# -- shows ----


@show("community-list.show")
def show_community_lists(x: Exec, *, name: ListName | None) -> Iterator[CommunityListView]:
    held = x.config.of(CommunitiesConfig)
    for each in _in_order((*held.standard, *held.expanded), name):
        found = held.find(each)
        if found is not None:
            entries = [found.entries[number] for number in sorted(found.entries)]
            rows = tuple((e.action, _text(e, new_format=held.new_format)) for e in entries)
            yield CommunityListView(each, each in held.expanded, rows)


@show("extcommunity-list.show")
def show_extended_lists(x: Exec, *, name: ListName | None) -> Iterator[ExtendedListView]:
    held = x.config.of(CommunitiesConfig)
    for each in _in_order((*held.extended_standard, *held.extended_expanded), name):
        found = held.find_extended(each)
        if found is not None:
            numbers = sorted(found.entries)
            rows = tuple((n, found.entries[n].action, _text(found.entries[n])) for n in numbers)
            yield ExtendedListView(each, each in held.extended_expanded, rows)


@show("large-community-list.show")
def show_large_lists(x: Exec, *, name: ListName | None) -> Iterator[CommunityListView]:
    held = x.config.of(CommunitiesConfig)
    for each in _in_order((*held.large_standard, *held.large_expanded), name):
        found = held.find_large(each)
        if found is not None:
            entries = [found.entries[number] for number in sorted(found.entries)]
            rows = tuple((entry.action, _text(entry)) for entry in entries)
            yield CommunityListView(each, each in held.large_expanded, rows, is_large=True)


def _in_order(names: tuple[ListName, ...], wanted: ListName | None) -> list[ListName]:
    """Numbers first; one of them if one is asked for."""
    ordered = sorted(names, key=lambda each: (isinstance(each, str), each))
    return [each for each in ordered if wanted is None or each == key_of(wanted)]


def _text(
    entry: CommunityEntry | ExtendedEntry | LargeEntry | RegexEntry, *, new_format: bool = False
) -> str:
    if isinstance(entry, RegexEntry):
        return entry.regex
    if isinstance(entry, ExtendedEntry):
        return " ".join(map(str, extended_of(entry.communities)))
    if isinstance(entry, LargeEntry):
        return " ".join(entry.communities)
    numbers = map(community_of, entry.communities or ())
    return " ".join(community_text(each, new_format=new_format) for each in numbers)
