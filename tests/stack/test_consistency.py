"""Whatever is configured in whatever order, tables and followers agree with the interfaces."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from iosemu.stack import remove_interface, set_admin, set_carrier
from iosemu.stack.interface import receive_addresses
from iosemu.wire.ethernet import Ethernet

from .net import Net, Router

HARDWARE = ("Ethernet0/0", "Ethernet0/1")
SUBS = ("Ethernet0/0.1", "Ethernet0/0.2")
LOOPBACKS = ("Loopback0", "Loopback1")
# Few addresses, so that interfaces collide.
addresses = st.one_of(
    st.none(),
    st.builds(
        lambda a, b, c: f"10.{a}.0.{b}/{c}",
        st.integers(0, 1),
        st.integers(1, 3),
        st.sampled_from([24, 30, 31, 32]),
    ),
)
steps = st.one_of(
    st.tuples(st.just("port"), st.sampled_from(HARDWARE + LOOPBACKS), addresses, st.booleans()),
    st.tuples(st.just("sub"), st.sampled_from(SUBS), addresses, st.integers(0, 2)),
    st.tuples(st.just("admin"), st.sampled_from(HARDWARE + LOOPBACKS), st.booleans()),
    st.tuples(st.just("carrier"), st.sampled_from(HARDWARE), st.booleans()),
    st.tuples(st.just("remove"), st.sampled_from(SUBS + LOOPBACKS)),
    st.tuples(st.just("wait"), st.integers(0, 4)),
    st.tuples(st.just("ping"), st.integers(0, 1), st.integers(0, 4)),
)


def do(router: Router, step: tuple) -> None:
    stack = router.stack
    match step:
        case ("port", name, address, shutdown):
            router.port(name, address, shutdown=shutdown)
        case ("sub", name, address, vlan):
            router.port(name, address, vlan=vlan or None, is_native=vlan == 2)
        case ("admin", name, up) if name in stack.interfaces:
            set_admin(stack, router, name, up=up)
        case ("carrier", name, up):
            set_carrier(stack, router, name, up=up)
        case ("remove", name) if name in stack.interfaces:
            remove_interface(stack, router, name)
        case ("wait", seconds):
            router.net.wait(seconds)
        case ("ping", subnet, host):
            router.ping(f"10.{subnet}.0.{host}")
    router.net.run()


@given(st.lists(steps, max_size=25))
@settings(max_examples=200, deadline=None)
def test_tables_followers_and_logs_agree_with_the_interfaces(operations):
    net = Net()
    router = net.router("R1")
    for name in HARDWARE:
        router.port(name, shutdown=True)
    for step in operations:
        do(router, step)
        check(router)
    net.wait(10)
    check(router)
    for name, interface in router.stack.interfaces.items():
        held = router.stack.line_log.get(name)
        if held is not None:
            assert (held.link, held.protocol) == (interface.link.value, interface.is_up)
    for _, frame in router.sent:
        assert len(frame) >= 60
        Ethernet.parse(frame)


def check(router: Router) -> None:
    interfaces = router.stack.interfaces
    up = [i for i in interfaces.values() if i.is_up]
    owned = {
        a: {i.name for i in up if a in receive_addresses(i.settings.addresses)} for a in all_of(up)
    }
    receive = router.stack.vrf("default").fib.receive
    assert set(receive) == set(owned)
    assert all(receive[address] in names for address, names in owned.items())
    told = {}
    for change in router.changes:
        assert change.old == told.get(change.name)
        told[change.name] = change.new
    told = {name: state for name, state in told.items() if state is not None}
    assert told == {n: i.state() for n, i in interfaces.items() if n != "Null0"}
    for interface in interfaces.values():
        assert interface.is_up or not (interface.arp or interface.flows or interface.headers)


def all_of(up) -> set:
    return {a for i in up for a in receive_addresses(i.settings.addresses)}
