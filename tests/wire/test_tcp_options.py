"""TCP options: every one survives, known or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iosemu.wire.base import WireError
from iosemu.wire.tcp import (
    OptionKind,
    TcpOption,
    emit_options,
    maximum_segment_size,
    parse_options,
)

OPTIONS = st.one_of(
    st.just(TcpOption(OptionKind.NO_OPERATION)),
    st.builds(TcpOption, st.integers(2, 255), st.binary(max_size=8)),
)


@given(st.lists(OPTIONS, max_size=4))
def test_what_is_emitted_is_parsed(options: list[TcpOption]) -> None:
    data = emit_options(options)
    assert len(data) % 4 == 0
    assert parse_options(data) == tuple(options)


@given(st.binary(max_size=40))
def test_noise_is_parsed_or_refused(noise: bytes) -> None:
    try:
        found = parse_options(noise)
    except WireError:
        return
    assert parse_options(emit_options(found)) == found


def test_what_linux_says_in_a_syn() -> None:
    """From a capture of Linux 6: MSS, SACK permitted, timestamps, window scale."""
    data = bytes.fromhex("020405b40402080a9d8b0ba70000000001030307")
    kinds = [option.kind for option in parse_options(data)]
    assert kinds == [2, 4, 8, 1, 3]
    assert maximum_segment_size(parse_options(data)) == 1460
    assert emit_options(parse_options(data)) == data


@pytest.mark.parametrize("data", [b"\2", b"\2\1\0\0", b"\2\5\0\0", b"\3\0\0\0"])
def test_a_wrong_length_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(WireError):
        parse_options(data)


@pytest.mark.parametrize("data", [b"", b"\2\3\1\0", b"\3\4\1\1"])
def test_no_mss_is_no_mss(data: bytes) -> None:
    assert maximum_segment_size(parse_options(data)) is None
