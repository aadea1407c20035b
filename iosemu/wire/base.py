"""Reading and writing of network byte order, and the one error a parser raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from iosemu.address import IPv4Address, IPv6Address, MacAddress

T = TypeVar("T")


class WireError(Exception):
    """The peer's fault: bytes at `offset` are not what the protocol allows."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"at byte {offset}: {reason}")
        self.offset = offset
        self.reason = reason


class Reader:
    """A position in bytes; every read past the end is a WireError."""

    __slots__ = ("data", "end", "offset")

    def __init__(self, data: bytes, offset: int = 0, end: int | None = None) -> None:
        self.data = data
        self.offset = offset
        self.end = len(data) if end is None else end

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        start = self.offset
        if count < 0 or start + count > self.end:
            raise WireError(start, f"{count} bytes wanted, {self.end - start} left")
        self.offset = start + count
        return self.data[start : start + count]

    def number(self, count: int) -> int:
        """The next `count` bytes as a number."""
        return int.from_bytes(self.take(count), "big")

    def u8(self) -> int:
        return self.number(1)

    def u16(self) -> int:
        return self.number(2)

    def u24(self) -> int:
        return self.number(3)

    def u32(self) -> int:
        return self.number(4)

    def u64(self) -> int:
        return self.number(8)

    def ipv4(self) -> IPv4Address:
        return IPv4Address(self.number(4))

    def ipv6(self) -> IPv6Address:
        return IPv6Address(self.number(16))

    def mac(self) -> MacAddress:
        return MacAddress(self.number(6))

    @property
    def left(self) -> int:
        """Number of bytes not yet read."""
        return self.end - self.offset

    def rest(self) -> bytes:
        """All bytes not yet read."""
        return self.take(self.left)

    def part(self, count: int) -> Reader:
        """A reader of the next `count` bytes, which are skipped here; offsets stay absolute."""
        start = self.offset
        self.take(count)
        return Reader(self.data, start, self.offset)

    def rest_of(self, read: Callable[[Reader], T]) -> list[T]:
        """Read items of one kind up to the end."""
        items = []
        while self.offset < self.end:
            items.append(read(self))
        return items

    def finish(self) -> None:
        """WireError if something is left."""
        if self.left:
            raise WireError(self.offset, f"{self.left} bytes too many")

    def fail(self, reason: str) -> WireError:
        """The error to raise about what stands here."""
        return WireError(self.offset, reason)


class Writer:
    """Bytes being built; every method returns the writer, so that fields chain."""

    __slots__ = ("buffer",)

    def __init__(self) -> None:
        self.buffer = bytearray()

    def put(self, data: bytes) -> Writer:
        self.buffer += data
        return self

    def number(self, value: int, count: int) -> Writer:
        """A number in `count` bytes; it must fit."""
        self.buffer += value.to_bytes(count, "big")
        return self

    def u8(self, value: int) -> Writer:
        return self.number(value, 1)

    def u16(self, value: int) -> Writer:
        return self.number(value, 2)

    def u24(self, value: int) -> Writer:
        return self.number(value, 3)

    def u32(self, value: int) -> Writer:
        return self.number(value, 4)

    def u64(self, value: int) -> Writer:
        return self.number(value, 8)

    def ipv4(self, value: IPv4Address) -> Writer:
        return self.number(value, 4)

    def ipv6(self, value: IPv6Address) -> Writer:
        return self.number(value, 16)

    def mac(self, value: MacAddress) -> Writer:
        return self.number(value, 6)

    def patch_u16(self, offset: int, value: int) -> Writer:
        """Overwrite two bytes written before (a length, a checksum)."""
        self.buffer[offset : offset + 2] = value.to_bytes(2, "big")
        return self

    def __len__(self) -> int:
        return len(self.buffer)

    def done(self) -> bytes:
        """What was written."""
        return bytes(self.buffer)
