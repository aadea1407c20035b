"""Every vector parses, comes back as it was, and survives being cut anywhere."""

from __future__ import annotations

from contextlib import suppress

import pytest

from iosemu.wire.base import WireError

from .vectors import VECTORS


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_parsing_and_emitting_gives_the_same_bytes(vector):
    assert vector.emit(vector.parse(vector.data)) == vector.data[: len(vector.data) - vector.cut]


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_every_truncation_is_a_wire_error_or_parses(vector):
    for n in range(len(vector.data)):
        with suppress(WireError):
            vector.parse(vector.data[:n])


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_the_empty_packet_is_a_wire_error(vector):
    with pytest.raises(WireError):
        vector.parse(b"")
