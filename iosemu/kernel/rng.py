"""Random numbers as part of the state: one small stream for each purpose, equal on every machine.

A stream is a key and a counter; each draw hashes both with blake2b.  So a stream pickles to a few
bytes, does not depend on the interpreter's generator, and two streams never touch each other.
"""

from __future__ import annotations

from collections.abc import MutableSequence, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
_BLOCK_BYTES = 64


@dataclass(slots=True)
class Random:
    """One stream.  Not for secrets outside a simulation: its key is the lab's seed and a name."""

    key: bytes
    counter: int = 0

    @classmethod
    def named(cls, seed: int, *names: str) -> Random:
        """The stream of a purpose, as `Random.named(lab_seed, "R1", "ospf")`."""
        text = "\x00".join((str(seed), *names))
        return cls(blake2b(text.encode(), digest_size=32).digest())

    def randbytes(self, count: int) -> bytes:
        """`count` fresh bytes."""
        blocks = []
        for _ in range(-(-count // _BLOCK_BYTES)):
            self.counter += 1
            blocks.append(blake2b(self.counter.to_bytes(8, "big"), key=self.key).digest())
        return b"".join(blocks)[:count]

    def getrandbits(self, bits: int) -> int:
        """A number of at most `bits` bits."""
        count = -(-bits // 8)
        return int.from_bytes(self.randbytes(count), "big") >> (8 * count - bits)

    def random(self) -> float:
        """A number in [0, 1) with 53 bits of precision."""
        return self.getrandbits(53) / (1 << 53)

    def randrange(self, stop: int) -> int:
        """A number in 0..stop-1, without bias."""
        bits = stop.bit_length()
        if bits <= 8:
            # As below, without a call for each step: timers draw small numbers all the time.
            key, shift, counter = self.key, 8 - bits, self.counter
            while True:
                counter += 1
                drawn = blake2b(counter.to_bytes(8, "big"), key=key).digest()[0] >> shift
                if drawn < stop:
                    self.counter = counter
                    return drawn
        while (drawn := self.getrandbits(bits)) >= stop:
            pass
        return drawn

    def randint(self, low: int, high: int) -> int:
        """A number in low..high, both included."""
        return low + self.randrange(high - low + 1)

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.randrange(len(items))]

    def shuffle(self, items: MutableSequence[T]) -> None:
        """Put the items in random order, in place (Fisher-Yates)."""
        for last in range(len(items) - 1, 0, -1):
            other = self.randrange(last + 1)
            items[last], items[other] = items[other], items[last]
