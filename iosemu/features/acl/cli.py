"""Commands of access lists: what the notation cannot say, and the queries of their shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from iosemu.cli.api import Exec, Lines, Rejected, check, config_command, exec_command, show
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, with_slot
from iosemu.features.interface.cli import interface_named
from iosemu.policy.acl import (
    Acl,
    Entry,
    ExtendedAcl,
    ExtendedEntry,
    StandardAcl,
    StandardEntry,
    entry_text,
)
from iosemu.stack.access import clear_counters, matches_of
from iosemu.stack.access_state import AccessList
from iosemu.stack.state import Stack

from .config import AclsConfig, ListName
from .views import AclView, EntryView

E = TypeVar("E", bound=Entry)
LAST_SEQUENCE = 2147483647


# -- configuration ----


@config_command("acl.resequence")
def resequence(owner: Config, *, name: ListName, start: int, step: int) -> Config:
    """Number the entries of a list anew, in their order."""
    acls = owner.of(AclsConfig)
    for field in ("standard", "extended"):
        lists = getattr(acls, field)
        if name in lists:
            acl = lists[name]
            if start + step * (len(acl.entries) - 1) > LAST_SEQUENCE:
                raise Rejected("% Exceeded maximum sequence number")
            changed = replace(acl, entries=renumbered(acl.entries, start, step))
            return with_slot(owner, replace(acls, **{field: lists.put(name, changed)}))
    return owner


def renumbered(entries: Entries[int, Any], start: int, step: int) -> Entries[int, Any]:
    """The same entries under the numbers start, start + step, ..."""
    return Entries({start + n * step: entries[key] for n, key in enumerate(sorted(entries))})


def name_is_a_word(owner: Config, *, name: ListName) -> str | None:
    """A number that is taken for a word is in the range of another kind."""
    return "% Invalid access list name." if str(name) == name and name.isdecimal() else None


def name_is_not_extended(owner: Config, *, name: ListName) -> str | None:
    """A name is of one kind."""
    return CONFLICT if name in owner.of(AclsConfig).extended else None


def name_is_not_standard(owner: Config, *, name: ListName) -> str | None:
    """A name is of one kind."""
    return CONFLICT if name in owner.of(AclsConfig).standard else None


CONFLICT = "Access-list type conflicts prior definition"
check("acl.standard")(name_is_a_word)
check("acl.standard")(name_is_not_extended)
check("acl.extended")(name_is_a_word)
check("acl.extended")(name_is_not_standard)


def number_is_free(
    owner: StandardAcl | ExtendedAcl, *, sequence: int | None, values: Mapping[str, Any]
) -> str | None:
    """A number that is taken stays with its entry; typing that very entry again is no mistake."""
    held = None if sequence is None else owner.entries.get(sequence)
    if held is None or held == made(type(held), values):
        return None
    return "% Duplicate sequence number\n%Failed to add ace to access-list"


for _kind in ("standard.entry", "standard.remark", "extended.entry", "extended.remark"):
    check(f"acl.{_kind}")(number_is_free)
    check(f"acl.{_kind}.numbered")(number_is_free)
for _kind in ("reflect", "evaluate", "dynamic"):
    check(f"acl.extended.{_kind}")(number_is_free)
    check(f"acl.extended.{_kind}.numbered")(number_is_free)


def list_has_a_name(owner: ExtendedAcl, *, key: ListName) -> str | None:
    """Reflexive entries are for named lists."""
    if isinstance(key, int):
        return "% Reflexive access lists are only allowed in named access lists"
    return None


for _kind in ("reflect", "evaluate"):
    check(f"acl.extended.{_kind}")(list_has_a_name)
    check(f"acl.extended.{_kind}.numbered")(list_has_a_name)


def made(kind: type[E], values: Mapping[str, Any]) -> E:
    """The entry these values say."""
    names = [f.name for f in fields(kind) if values.get(f.name) is not None]
    return kind(**{name: values[name] for name in names})


# -- shows ----


@show("acl.show")
def show_access_lists(x: Exec, *, name: ListName | None) -> Iterator[AclView]:
    yield from access_lists(x, name)


@show("acl.show.ip")
def show_ip_access_lists(x: Exec, *, name: ListName | None) -> Iterator[AclView]:
    yield from access_lists(x, name)


@show("acl.show.ip.interface")
def show_interface_lists(x: Exec, *, name: str, direction: str | None) -> Iterator[AclView]:
    """The lists of an interface; with a word only those of that direction."""
    stack = x.part(Stack)
    settings = interface_named(stack, name).settings
    for used, way in ((settings.access_in, "in"), (settings.access_out, "out")):
        held = stack.access.lists.get(used or "")
        if held is not None and direction in (None, way):
            yield acl_view(stack, used or "", held)


def access_lists(x: Exec, name: ListName | None) -> Iterator[AclView]:
    """All lists, standard ones first, numbers before words, or the named one."""
    stack, acls = x.part(Stack), x.config.of(AclsConfig)
    chosen = [*in_order(acls.standard), *in_order(acls.extended)]
    for each in chosen:
        if name is None or str(each) == str(name):
            yield acl_view(stack, str(each), stack.access.lists[str(each)])


def in_order(lists: Entries[ListName, Any]) -> list[ListName]:
    """Numbers, then names, as IOS lists them."""
    return sorted(lists, key=lambda name: (isinstance(name, str), name))


def acl_view(stack: Stack, name: str, held: AccessList) -> AclView:
    """A list with its counters."""
    acl: Acl = held.acl
    shown: list[EntryView] = []
    for sequence in sorted(acl.entries):
        entry: StandardEntry | ExtendedEntry = acl.entries[sequence]
        if entry.remark is None:
            matches = matches_of(held, entry)
            text, active = entry_text(entry), activity(stack, entry)
            shown.append(EntryView(sequence, entry.action, text, matches, active))
    return AclView(name, isinstance(acl, StandardAcl), tuple(shown))


def activity(stack: Stack, entry: Entry) -> bool | None:
    """Whether the time range of an entry is active, None if it has none."""
    if isinstance(entry, StandardEntry) or entry.time_range is None:
        return None
    return stack.access.active.get(entry.time_range, True)


@exec_command("acl.clear")
def clear(x: Exec, *, name: ListName | None) -> Lines:
    return clear_lists(x, name)


@exec_command("acl.clear.ip")
def clear_ip(x: Exec, *, name: ListName | None) -> Lines:
    return clear_lists(x, name)


def clear_lists(x: Exec, name: ListName | None) -> Lines:
    """Zero the counters of one list or of all."""
    clear_counters(x.part(Stack), None if name is None else str(name))
    return ()
