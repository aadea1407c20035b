"""From what a group is told to messages: attributes and prefixes packed into full updates.

What is the same for several members is encoded once; they get the same bytes objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from iosemu.wire.bgp import announce, withdraw
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_family import VPNV4, Family
from iosemu.wire.bgp_nlri import Nlri, Reach, Unreach, VpnPrefix
from iosemu.wire.bgp_update import Context

from . import policy
from .advertising import Form, Told
from .outbound import with_next_hop

Batch = tuple[Told, Sequence[Nlri]]
"""Prefixes of which the same is told."""


class Parcel(NamedTuple):
    """How many messages, and all their bytes for one write."""

    messages: int
    data: bytes


def parcel(messages: Sequence[bytes]) -> Parcel:
    """Put messages together."""
    return Parcel(len(messages), b"".join(messages))


def batches(told: Iterable[tuple[Nlri, Told]]) -> list[Batch]:
    """Put together what is told alike, in the order it is told first."""
    found: dict[Told, list[Nlri]] = {}
    last: Told | None = None
    keys: list[Nlri] = []
    for key, one in told:
        if one is not last:
            # Mostly runs of the same object: it is hashed once for each run.
            last = one
            keys = found.setdefault(one, [])
        keys.append(key)
    return list(found.items())


def announcements(
    family: Family, found: Sequence[Batch], forms: Iterable[Form]
) -> dict[Form, list[bytes]]:
    """The messages that tell this to members of each form."""
    wanted = dict.fromkeys(forms)
    messages: dict[Form, list[bytes]] = {form: [] for form in wanted}
    for told, keys, labels in _joined(found):
        path_ids = (told.path_id,) * len(keys)
        made: dict[tuple[Attributes, Context], list[bytes]] = {}
        prefixes = _named(family, keys)
        for form in wanted:
            if told.path_id and family not in form.context.add_path:
                continue
            attributes = with_next_hop(told, form)
            variant = attributes, form.context
            encoded = made.get(variant)
            if encoded is None:
                reach = Reach(family, attributes, prefixes, tuple(labels), path_ids)
                encoded = made[variant] = announce(reach, form.context)
            messages[form] += encoded
    return messages


def _joined(found: Sequence[Batch]) -> Iterable[tuple[Told, Sequence[Nlri], Sequence[int]]]:
    """Prefixes with labels share an update though each has its own."""
    labelled: dict[Told, tuple[list[Nlri], list[int]]] = {}
    for told, keys in found:
        if told.label is None:
            yield told, keys, ()
            continue
        prefixes, labels = labelled.setdefault(told._replace(label=None), ([], []))
        prefixes += keys
        labels += [told.label] * len(keys)
    for told, (prefixes, labels) in labelled.items():
        yield told, prefixes, labels


def _named(family: Family, keys: Sequence[Nlri]) -> tuple[Nlri, ...]:
    """Prefixes as neighbors know them: those of a VRF hear nothing of its RD."""
    if family == VPNV4 or not isinstance(keys[0], VpnPrefix):
        return tuple(keys)
    return tuple([policy.bare(key) for key in keys])


def withdrawals(
    family: Family, keys: Sequence[Nlri], forms: Iterable[Form], path_id: int = 0
) -> Mapping[Form, list[bytes]]:
    """The messages that take these back, for members of each form."""
    if not keys:
        return {}
    made: dict[Context, list[bytes]] = {}
    unreach = Unreach(family, _named(family, keys), (path_id,) * len(keys))
    messages: dict[Form, list[bytes]] = {}
    for form in forms:
        if path_id and family not in form.context.add_path:
            continue
        if form.context not in made:
            made[form.context] = withdraw(unreach, form.context)
        messages[form] = made[form.context]
    return messages
