"""The state as bytes, and a hash of the state.

A pickle is a snapshot, but equal states may pickle to different bytes (what is shared, how sets are
laid out).  `state_digest` walks the values instead, so two states can be compared.
"""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator, Mapping, Set
from dataclasses import fields, is_dataclass
from enum import Enum
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from iosemu.kernel.cache import Cache
from iosemu.kernel.world import World

PROTOCOL = 5


def dumps(world: World) -> bytes:
    """The whole state.  The bytes are only for `loads` and are never compared."""
    world.digest.pack()
    return pickle.dumps(world, PROTOCOL)


def loads(data: bytes) -> World:
    """The world of a snapshot.  Only for bytes that this very program wrote."""
    world = pickle.loads(data)
    assert isinstance(world, World)
    return world


def state_digest(state: Any) -> str:
    """Hash of all values of a state, as hexadecimal text.

    Independent of the interpreter's hash seed, of what is shared and of caches.  Dictionaries count
    in their order, which is state; other mappings and sets do not.  An object with a method
    `canonical_state` is walked as what that returns.
    """
    hasher = blake2b(digest_size=16)
    for block in _canonical(state):
        hasher.update(block)
    return hasher.hexdigest()


def state_bytes(state: Any) -> int:
    """How long the canonical text of a state is, as `state_digest` walks it: the same on every
    machine, caches not counted."""
    return sum(map(len, _canonical(state)))


def _canonical(state: Any) -> Iterator[bytearray]:
    """The canonical bytes of a state, in blocks that are valid until the next."""
    buffer = bytearray()
    # An explicit stack: state nests deeper than Python likes to recurse, and a walk is one loop.
    stack = [state]
    while stack:
        _put(buffer, stack, stack.pop())
        if len(buffer) > 1 << 16:
            yield buffer
            buffer.clear()
    yield buffer


def _put(buffer: bytearray, stack: list[Any], value: Any) -> None:
    """Write one value's own bytes; what it contains goes on the stack."""
    kind = type(value)
    if value is None or kind is bool:
        _text(buffer, "=", str(value))
    elif kind is int:
        _text(buffer, "i", str(value))
    elif kind is str:
        _text(buffer, "s", value)
    elif kind is bytes:
        _data(buffer, "b", value)
    elif kind is float:
        _data(buffer, "f", struct.pack(">d", value))
    elif kind is tuple:
        _several(buffer, stack, "(", value)
    elif kind is list:
        _several(buffer, stack, "[", value)
    elif kind is dict:
        _several(buffer, stack, "{", [part for item in value.items() for part in item])
    else:
        _put_other(buffer, stack, value)


def _put_other(buffer: bytearray, stack: list[Any], value: Any) -> None:
    kind = type(value)
    _text(buffer, "c", f"{kind.__module__}.{kind.__qualname__}")
    if isinstance(value, Cache):
        return
    if isinstance(value, type):
        _text(buffer, "t", f"{value.__module__}.{value.__qualname__}")
    elif isinstance(value, Enum):
        # Flags that are combined, or none, have no name of their own.
        _text(buffer, "e", value.name or str(value.value))
    elif isinstance(value, int):
        _text(buffer, "i", str(int(value)))
    elif isinstance(value, str):
        _text(buffer, "s", str.__str__(value))
    elif isinstance(value, bytes | bytearray):
        _data(buffer, "b", value)
    elif isinstance(value, tuple):
        _several(buffer, stack, "(", value)
    elif hasattr(value, "canonical_state"):
        stack.append(value.canonical_state())
    elif isinstance(value, Set):
        _several(buffer, stack, "<", sorted(map(state_digest, value)))
    elif isinstance(value, Mapping) and not isinstance(value, dict):
        digests = sorted((state_digest(key), state_digest(value[key])) for key in value)
        _several(buffer, stack, "<", digests)
    else:
        _put_object(buffer, stack, value)


def _put_object(buffer: bytearray, stack: list[Any], value: Any) -> None:
    """Any other object: the fields of a dataclass, else what `pickle` would ask it for."""
    if is_dataclass(value):
        _several(buffer, stack, "o", [getattr(value, field.name) for field in fields(value)])
        return
    reduced = value.__reduce_ex__(PROTOCOL)
    if isinstance(reduced, str):
        _text(buffer, "g", reduced)
        return
    function, arguments, *rest = reduced
    _text(buffer, "r", attrgetter("__qualname__")(function))
    state, items, pairs = (*rest, None, None, None)[:3]
    contents = [arguments, state, list(items or ()), dict(pairs or ())]
    _several(buffer, stack, "o", contents)


def _several(buffer: bytearray, stack: list[Any], tag: str, values: Any) -> None:
    _text(buffer, tag, str(len(values)))
    stack.extend(reversed(values))


def _text(buffer: bytearray, tag: str, text: str) -> None:
    _data(buffer, tag, text.encode("utf-8", "surrogatepass"))


def _data(buffer: bytearray, tag: str, data: bytes | bytearray) -> None:
    buffer += b"%b%d:" % (tag.encode(), len(data))
    buffer += data
