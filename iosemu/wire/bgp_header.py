"""What every BGP message begins with, RFC 4271 4.1, and how a stream is cut into messages."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

from .bgp_error import BgpError, Code, HeaderError

HEADER_BYTES = 19
MOST_BYTES = 4096
_MARKER = b"\xff" * 16


class MessageType(IntEnum):
    """What a message is."""

    OPEN = 1
    UPDATE = 2
    NOTIFICATION = 3
    KEEPALIVE = 4
    ROUTE_REFRESH = 5
    CISCO_ROUTE_REFRESH = 128


_LEAST_BYTES: dict[int, int] = {
    MessageType.OPEN: 29,
    MessageType.UPDATE: 23,
    MessageType.NOTIFICATION: 21,
    MessageType.KEEPALIVE: HEADER_BYTES,
    MessageType.ROUTE_REFRESH: 23,
    MessageType.CISCO_ROUTE_REFRESH: 23,
}


class Split(NamedTuple):
    """Whole messages with their headers, what is left of the stream, and what ends it."""

    messages: tuple[bytes, ...]
    rest: bytes
    error: BgpError | None = None


def split(stream: bytes) -> Split:
    """Cut what came so far into messages.

    The error of a header comes with the messages before it; nothing behind it can be read.
    """
    found: list[bytes] = []
    at, end = 0, len(stream)
    while at + HEADER_BYTES <= end:
        try:
            length = message_length(stream, at)
        except BgpError as error:
            return Split(tuple(found), stream[at:], error)
        if at + length > end:
            break
        found.append(stream[at : at + length])
        at += length
    return Split(tuple(found), stream[at:])


def message_length(data: bytes, at: int = 0) -> int:
    """How long the message is whose header stands here; BgpError as RFC 4271 6.1 has it."""
    if data[at : at + 16] != _MARKER:
        raise BgpError(Code.HEADER, HeaderError.NOT_SYNCHRONIZED, offset=at)
    length, type_ = data[at + 16] << 8 | data[at + 17], data[at + 18]
    least = _LEAST_BYTES.get(type_)
    if least is None:
        if HEADER_BYTES <= length <= MOST_BYTES:
            raise BgpError(Code.HEADER, HeaderError.BAD_TYPE, bytes((type_,)), offset=at + 18)
        least = HEADER_BYTES
    most = HEADER_BYTES if type_ == MessageType.KEEPALIVE else MOST_BYTES
    if not least <= length <= most:
        bad = data[at + 16 : at + 18]
        raise BgpError(Code.HEADER, HeaderError.BAD_LENGTH, bad, offset=at + 16)
    return length


def message(type_: MessageType, body: bytes) -> bytes:
    """A message with its header."""
    length = HEADER_BYTES + len(body)
    return b"%b%c%c%c%b" % (_MARKER, length >> 8, length & 0xFF, type_, body)
