"""The Internet checksum, RFC 1071, and its incremental update, RFC 1624.

A number and the sum of its 16-bit digits are equal modulo 65535, so one division of one big
integer replaces the loop over words.
"""

from __future__ import annotations


def checksum(data: bytes) -> int:
    """The checksum to put into `data` whose checksum field is zero; odd data is padded."""
    value = int.from_bytes(data, "big")
    if len(data) & 1:
        value <<= 8
    # A sum that is not all zeros folds to 1..0xFFFF, never to 0.
    return 0xFFFF - (value % 0xFFFF or (0xFFFF if value else 0))


def is_correct(data: bytes) -> bool:
    """Whether data with its checksum in place sums to all ones."""
    value = int.from_bytes(data, "big")
    if len(data) & 1:
        value <<= 8
    return value % 0xFFFF == 0 and value != 0


def update(old: int, before: int, after: int) -> int:
    """The checksum `old` after one 16-bit field went from `before` to `after`.

    RFC 1624 equation 3: HC' = ~(~HC + ~m + m').
    """
    total = (~old & 0xFFFF) + (~before & 0xFFFF) + after
    total = (total & 0xFFFF) + (total >> 16)
    total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
