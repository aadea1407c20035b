"""Damaged BGP messages: whatever comes is a value, or a BgpError that says how to answer."""

from __future__ import annotations

from random import Random

import pytest

from iosemu.wire.bgp import Context, Notification, Update, announce, parse, split, withdraw
from iosemu.wire.bgp_error import BgpError, Treatment
from iosemu.wire.bgp_family import KNOWN

from .bgp_made import messages

CONTEXTS = (
    Context(internal=True),
    Context(),
    Context(four_octet=False, confederation=True),
    Context(add_path=KNOWN),
)
MUTATIONS = 10_000


def damaged(rng: Random, data: bytes) -> bytes:
    """A few bytes changed, cut out, doubled or put in; mostly the header says the new length."""
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        at = rng.randrange(len(found))
        match rng.randrange(6):
            case 0:
                found[at] ^= 1 << rng.randrange(8)
            case 1:
                found[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                found[at : at + rng.randint(1, 8)] = b""
            case 3:
                found[at:at] = rng.randbytes(rng.randint(1, 8))
            case 4:
                found[at:at] = found[at : at + rng.randint(1, 40)]
            case _:
                found[at] = rng.randrange(256)
        if not found:
            return b"\0"
    if rng.random() < 0.9:
        found[:16] = b"\xff" * 16
        found[16:18] = len(found).to_bytes(2, "big")
    return bytes(found)


def check(data: bytes, context: Context) -> str:
    """Read one message, and say what became of it."""
    try:
        message = parse(data, context)
    except BgpError as error:
        check_answer(error, context)
        return "reset"
    if not isinstance(message, Update):
        return "read"
    if any(fault.treatment == Treatment.WITHDRAW for fault in message.faults):
        assert not message.announced
        assert message.withdrawn
        return "withdrawn"
    if context.four_octet:
        check_again(message, context)
    return "read"


def check_answer(error: BgpError, context: Context) -> None:
    sent = Notification.of(error).emit()
    assert parse(sent, context) == Notification(error.code, error.subcode, error.data)


def check_again(message: Update, context: Context) -> None:
    """What was taken from a damaged update can be told to others, who read the same."""
    for reach in message.announced:
        for data in announce(reach, context):
            again = parse(data, context)
            assert isinstance(again, Update)
            assert not again.faults
            assert again.announced[0].attributes == reach.attributes
    for unreach in message.withdrawn:
        found = [parse(data, context) for data in withdraw(unreach, context)]
        assert sum(len(one.withdrawn[0].prefixes) for one in found) == len(unreach.prefixes)


@pytest.mark.parametrize("context", CONTEXTS, ids=str)
def test_nothing_but_the_error_of_bgp_leaves(context: Context) -> None:
    rng = Random(f"damage {CONTEXTS.index(context)}")
    corpus = messages(rng, 300, context)
    counts = {"read": 0, "withdrawn": 0, "reset": 0}
    for _ in range(MUTATIONS // len(CONTEXTS)):
        counts[check(damaged(rng, rng.choice(corpus)), context)] += 1
    # The damage is of a kind that all three happen.
    assert min(counts.values()) > 20, counts


@pytest.mark.parametrize("context", CONTEXTS, ids=str)
def test_every_truncation_of_every_message(context: Context) -> None:
    """Both as the header has it and with a header that owns up to it."""
    for data in messages(Random(7), 40, context):
        for size in range(len(data)):
            assert split(data[:size]).messages == ()
            with pytest.raises(BgpError):
                parse(data[:size], context)
            if size > 18:
                honest = data[:16] + size.to_bytes(2, "big") + data[18:size]
                check(honest, context)


def test_a_stream_of_noise_is_an_error_of_the_header() -> None:
    rng = Random(4)
    for _ in range(500):
        found = split(rng.randbytes(200))
        assert found.messages == ()
        assert found.error is not None
        assert (found.error.code, found.error.subcode) == (1, 1)
