"""IP options through routers: recorded, stamped, followed, refused (RFC 791, RFC 1812 5.2.4)."""

from __future__ import annotations

import pytest

from iosemu.address import IPv4Address
from iosemu.proto.base import Datagram, IcmpError
from iosemu.stack.state import Reason
from iosemu.wire import ip_options as options
from iosemu.wire.base import WireError
from iosemu.wire.ip_options import Option, Stamp

from .net import Net, Router, chain, ip

NONE = IPv4Address(0)


def warm(count: int = 3) -> tuple[Net, Router]:
    """A row of routers that know their neighbors, and the first of them."""
    net = chain(count)
    r1 = net.routers["R1"]
    for _ in range(count):
        r1.ping(f"10.0.{count - 1}.2")
        net.wait(3)
    r1.got()
    return net, r1


def answer(router: Router, target: str, *wanted: bytes) -> Datagram | IcmpError:
    """What comes back for an echo with options."""
    router.ping(target, options=options.padded(b"".join(wanted)))
    (event,) = router.got()
    assert isinstance(event, Datagram | IcmpError)
    return event


def addresses(event: Datagram | IcmpError) -> list[str]:
    assert isinstance(event, Datagram)
    (item,) = options.parse(event.options)
    return [str(address) for address in item.addresses[: item.recorded]]


def test_a_route_is_recorded_there_and_back_until_it_is_full():
    _, r1 = warm()
    there_and_back = ["10.0.1.1", "10.0.2.1", "10.0.2.2", "10.0.1.2", "10.0.1.1"]
    nine = answer(r1, "10.0.2.2", options.route_option(Option.RECORD_ROUTE, [NONE] * 9))
    assert addresses(nine) == there_and_back
    two = answer(r1, "10.0.2.2", options.route_option(Option.RECORD_ROUTE, [NONE] * 2))
    assert addresses(two) == there_and_back[:2]


def test_packets_with_options_never_become_a_flow():
    net, r1 = warm()
    flows = dict(net.routers["R2"].stack.interfaces["Ethernet0/0"].flows)
    for _ in range(3):
        answer(r1, "10.0.2.2", options.route_option(Option.RECORD_ROUTE, [NONE]))
    assert dict(net.routers["R2"].stack.interfaces["Ethernet0/0"].flows) == flows


def test_times_are_stamped_and_routers_without_room_are_counted():
    net, r1 = warm()
    event = answer(r1, "10.0.2.2", options.timestamp_option(2))
    assert isinstance(event, Datagram)
    (item,) = options.parse(event.options)
    stamp = net.now // 1_000_000
    assert options.stamps(item) == ((None, stamp), (None, stamp))
    assert (item.is_full, item.overflows) == (True, 3)
    event = answer(r1, "10.0.2.2", options.timestamp_option(4, Stamp.ADDRESSES))
    assert isinstance(event, Datagram)
    (item,) = options.parse(event.options)
    assert [str(a) for a, _ in options.stamps(item)] == [
        "10.0.1.1",
        "10.0.2.1",
        "10.0.2.2",
        "10.0.1.2",
    ]


def test_only_the_named_routers_stamp_a_prespecified_option():
    _, r1 = warm()
    slots = b"".join(ip(a).to_bytes(4, "big") + bytes(4) for a in ("10.0.2.1", "10.0.9.9"))
    wanted = bytes([Option.TIMESTAMP, 20, 5, Stamp.PRESPECIFIED]) + slots
    event = answer(r1, "10.0.2.2", wanted)
    assert isinstance(event, Datagram)
    (item,) = options.parse(event.options)
    assert item.pointer == 13
    assert [time > 0 for _, time in options.stamps(item)] == [True, False]


def test_a_loose_source_route_is_followed_and_gone_back():
    _, r1 = warm(4)
    route = options.route_option(Option.LOOSE_ROUTE, [ip("10.0.2.2"), ip("10.0.3.2")])
    event = answer(r1, "10.0.1.2", route)
    assert isinstance(event, Datagram)
    assert event.source == ip("10.0.3.2")
    # R4 answers to R3, which it came from last; R3 and R2 write down the way out to R1.
    assert addresses(event) == ["10.0.2.2", "10.0.1.2"]


def test_a_strict_source_route_must_name_every_router():
    _, r1 = warm(4)
    complete = [ip("10.0.2.2"), ip("10.0.3.2")]
    event = answer(r1, "10.0.1.2", options.route_option(Option.STRICT_ROUTE, complete))
    assert isinstance(event, Datagram)
    event = answer(r1, "10.0.1.2", options.route_option(Option.STRICT_ROUTE, complete[1:]))
    assert isinstance(event, IcmpError)
    assert (event.reporter, event.type, event.code) == (ip("10.0.1.2"), 3, 5)


def test_a_router_may_refuse_source_routes_and_all_options():
    net, r1 = warm()
    r2 = net.routers["R2"]
    r2.stack.accepts_source_route = False
    route = options.route_option(Option.LOOSE_ROUTE, [ip("10.0.2.2")])
    event = answer(r1, "10.0.1.2", route)
    assert isinstance(event, IcmpError)
    assert (event.reporter, event.type, event.code) == (ip("10.0.1.2"), 3, 5)
    assert r2.stack.drops[Reason.OPTIONS_DENIED] == 1
    r2.stack.drops_options = True
    r1.ping("10.0.2.2", options=options.padded(options.route_option(7, [NONE])))
    assert r1.got() == []
    assert r2.stack.drops[Reason.OPTIONS_DENIED] == 2


@pytest.mark.parametrize(
    ("damaged", "pointer"),
    [
        ("07020000", 21),
        ("0707030000000000", 22),
        ("0707070000000000", 22),
        ("44080d00000000000000", None),
        ("4408050200000000", 23),
        ("8300000000000000", 21),
        ("070b040000000000", 21),
        ("8307040a0000098907040a000009", 27),
    ],
)
def test_the_octet_that_is_wrong_is_named(damaged: str, pointer: int | None):
    wanted = bytes.fromhex(damaged)
    if pointer is None:
        assert options.parse(wanted), "a pointer behind the end means that there is no room"
        return
    with pytest.raises(WireError) as caught:
        options.parse(wanted)
    assert caught.value.offset + 20 == pointer


def test_a_parameter_problem_points_at_it():
    net, r1 = warm()
    r2 = net.routers["R2"]
    frame = bytearray()
    r1.sent.clear()
    r1.ping("10.0.2.2", options=bytes(4))
    frame[:] = r1.sent[0][1]
    r1.got()
    # An option of no length, under a header checksum that is right.
    header = bytearray(frame[14:38])
    header[20:24] = b"\x07\x00\x04\x00"
    header[10:12] = b"\0\0"
    total = sum(int.from_bytes(header[i : i + 2], "big") for i in range(0, 24, 2))
    total = (total & 0xFFFF) + (total >> 16)
    header[10:12] = (~total & 0xFFFF).to_bytes(2, "big")
    net.queue.append(("R2", "Ethernet0/0", bytes(frame[:14] + header + frame[38:])))
    net.run()
    (event,) = r1.got()
    assert isinstance(event, IcmpError)
    assert (event.type, event.code, event.reporter) == (12, 0, ip("10.0.1.2"))
    assert r2.stack.drops[Reason.BAD_OPTIONS] == 1
