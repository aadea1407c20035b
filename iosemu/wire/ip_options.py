"""The options of an IPv4 header: RFC 791 3.1, router alert RFC 2113.

Functions on the bytes between the fixed header and the payload.  WireError carries the offset in
the options of the octet that is wrong, for a parameter problem message.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import IntEnum

from iosemu.address import IPv4Address
from iosemu.values import dataclass

from .base import WireError

MOST_BYTES = 40
MOST_ADDRESSES = 9
"""In a record route or source route option."""
FIRST_SLOT = 4
"""The pointer of a route option that is empty."""
FIRST_STAMP = 5
NONSTANDARD = 1 << 31
"""Set in a timestamp that is no time of the day in universal time."""
_OVERFLOWS = 15


class Option(IntEnum):
    """IANA option types, copy bit included."""

    END = 0
    NO_OPERATION = 1
    RECORD_ROUTE = 7
    TIMESTAMP = 68
    SECURITY = 130
    LOOSE_ROUTE = 131
    EXTENDED_SECURITY = 133
    CIPSO = 134
    STREAM = 136
    STRICT_ROUTE = 137
    ROUTER_ALERT = 148


class Stamp(IntEnum):
    """Flags of a timestamp option."""

    TIMES = 0
    ADDRESSES = 1
    PRESPECIFIED = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One option.  `at`: its offset in the options; `data`: all its bytes, type and length first.

    Of the route and timestamp options `pointer` is that of the RFC: 1 is the type octet.
    """

    type: int
    at: int
    data: bytes

    @property
    def pointer(self) -> int:
        return self.data[2]

    @property
    def is_source_route(self) -> bool:
        return self.type in (Option.LOOSE_ROUTE, Option.STRICT_ROUTE)

    @property
    def is_full(self) -> bool:
        """Whether the pointer stands behind the last slot: a source route is used up."""
        return self.pointer > len(self.data)

    @property
    def addresses(self) -> tuple[IPv4Address, ...]:
        """The slots of a route option, used or not."""
        return tuple(map(_address, _words(self.data[3:])))

    @property
    def recorded(self) -> int:
        """How many slots of a route option are used."""
        return (self.pointer - FIRST_SLOT) // 4

    @property
    def flag(self) -> int:
        """Of a timestamp: what its slots hold."""
        return self.data[3] & 15

    @property
    def overflows(self) -> int:
        """Of a timestamp: routers that found no room."""
        return self.data[3] >> 4


def parse(options: bytes) -> tuple[Item, ...]:
    """All options but padding, checked; WireError for a malformed or repeated one."""
    found = tuple(_items(options))
    for index, item in enumerate(found):
        if any(item.type == other.type for other in found[:index]) and item.type != Option.CIPSO:
            raise WireError(item.at, f"option {item.type} is repeated")
        _check(item)
    if sum(item.is_source_route for item in found) > 1:
        raise WireError(found[-1].at, "two source routes")
    return found


def _items(options: bytes) -> Iterator[Item]:
    at = 0
    while at < len(options) and options[at] != Option.END:
        if options[at] == Option.NO_OPERATION:
            at += 1
            continue
        length = options[at + 1] if at + 1 < len(options) else 0
        if length < 2 or at + length > len(options):
            raise WireError(at + 1 if at + 1 < len(options) else at, f"option length {length}")
        yield Item(options[at], at, options[at : at + length])
        at += length


def _check(item: Item) -> None:
    """Lengths and pointers, RFC 791 and RFC 1812 5.2.4.1."""
    length = len(item.data)
    if item.type == Option.RECORD_ROUTE or item.is_source_route:
        if length < 3:
            raise WireError(item.at + 1, f"route of {length} bytes")
        if item.pointer < FIRST_SLOT or (not item.is_full and item.pointer + 3 > length):
            raise WireError(item.at + 2, f"route pointer {item.pointer} of {length}")
    elif item.type == Option.TIMESTAMP:
        if length < 4:
            raise WireError(item.at + 1, f"timestamp of {length} bytes")
        if item.pointer < FIRST_STAMP:
            raise WireError(item.at + 2, f"timestamp pointer {item.pointer}")
        if not item.is_full and item.pointer + stamp_bytes(item) - 1 > length:
            raise WireError(item.at + 2, f"timestamp pointer {item.pointer} of {length}")


def stamp_bytes(item: Item) -> int:
    """The size of a slot of a timestamp option; WireError for flags nobody defined."""
    if item.flag == Stamp.TIMES:
        return 4
    if item.flag in (Stamp.ADDRESSES, Stamp.PRESPECIFIED):
        return 8
    raise WireError(item.at + 3, f"timestamp flag {item.flag}")


def find(items: Sequence[Item], *types: int) -> Item | None:
    """The first option of these types."""
    return next((item for item in items if item.type in types), None)


def source_route(items: Sequence[Item]) -> Item | None:
    """The loose or strict source route."""
    return find(items, Option.LOOSE_ROUTE, Option.STRICT_ROUTE)


def next_address(route: Item) -> IPv4Address:
    """Where a source route that is not full goes next."""
    return _address(route.data[route.pointer - 1 : route.pointer + 3])


def routed(options: bytes, route: Item, own: IPv4Address) -> bytes:
    """The options after one hop of the source route: the own address takes the slot's place."""
    return _put(options, route, route.pointer - 1, own.to_bytes(4, "big"), route.pointer + 4)


def recorded(
    options: bytes, own: IPv4Address, stamp: int, owns: Callable[[IPv4Address], bool]
) -> bytes:
    """The options after this router put its address and time where they are asked for.

    stamp: milliseconds of the day in universal time, or NONSTANDARD and any number.
    """
    items = parse(options)
    for item in items:
        if item.type == Option.RECORD_ROUTE and not item.is_full:
            address = own.to_bytes(4, "big")
            options = _put(options, item, item.pointer - 1, address, item.pointer + 4)
        elif item.type == Option.TIMESTAMP:
            options = _stamped(options, item, own, stamp, owns)
    return options


def _stamped(
    options: bytes, item: Item, own: IPv4Address, stamp: int, owns: Callable[[IPv4Address], bool]
) -> bytes:
    pointer, time = item.pointer, stamp.to_bytes(4, "big")
    if item.is_full:
        if item.overflows == _OVERFLOWS:
            raise WireError(item.at + 3, "timestamp overflow")
        return _put(options, item, 3, bytes([item.data[3] + 16]), pointer)
    match item.flag:
        case Stamp.TIMES:
            return _put(options, item, pointer - 1, time, pointer + 4)
        case Stamp.ADDRESSES:
            return _put(options, item, pointer - 1, own.to_bytes(4, "big") + time, pointer + 8)
        case _:
            if not owns(_address(item.data[pointer - 1 : pointer + 3])):
                return options
            return _put(options, item, pointer + 3, time, pointer + 8)


def _put(options: bytes, item: Item, offset: int, data: bytes, pointer: int) -> bytes:
    """Options with bytes of one option and its pointer replaced."""
    changed = bytearray(options)
    changed[item.at + offset : item.at + offset + len(data)] = data
    changed[item.at + 2] = pointer
    return bytes(changed)


def answering(options: bytes, source: IPv4Address) -> tuple[bytes, IPv4Address]:
    """Options and first target of an answer to a datagram that arrived with these options.

    Records go on where they are (RFC 1812 4.3.3.6), a source route is gone back (RFC 1122
    3.2.1.8).
    """
    route = source_route(parse(options))
    if route is None or not route.recorded:
        return options, source
    back = route.addresses[: route.recorded][::-1]
    packed = b"".join(a.to_bytes(4, "big") for a in (*back[1:], source))
    return _put(options, route, FIRST_SLOT - 1, packed, FIRST_SLOT), back[0]


def route_option(kind: int, addresses: Sequence[IPv4Address]) -> bytes:
    """A record route (of empty slots) or a source route that begins."""
    slots = b"".join(a.to_bytes(4, "big") for a in addresses)
    return bytes([kind, 3 + len(slots), FIRST_SLOT]) + slots


def timestamp_option(slots: int, flag: int = Stamp.TIMES) -> bytes:
    """An empty timestamp option."""
    size = slots * (4 if flag == Stamp.TIMES else 8)
    return bytes([Option.TIMESTAMP, 4 + size, FIRST_STAMP, flag]) + bytes(size)


def padded(options: bytes) -> bytes:
    """With the end of list and padding that fill the last word."""
    return options + bytes(-len(options) % 4)


def stamps(item: Item) -> tuple[tuple[IPv4Address | None, int], ...]:
    """The slots of a timestamp option: address, if it has them, and time."""
    words = tuple(_words(item.data[4:]))
    if item.flag == Stamp.TIMES:
        return tuple((None, int.from_bytes(word, "big")) for word in words)
    pairs = zip(words[::2], words[1::2], strict=False)
    return tuple((_address(a), int.from_bytes(t, "big")) for a, t in pairs)


def _words(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data) // 4 * 4, 4):
        yield data[at : at + 4]


def _address(word: bytes) -> IPv4Address:
    return IPv4Address(int.from_bytes(word, "big"))
