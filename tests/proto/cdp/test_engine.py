"""The engine alone: a ladder of inputs with the clock in the margin."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from iosemu.address import IPv4Address, MacAddress
from iosemu.config.tree import Config, with_slot
from iosemu.features.interface.config import InterfaceConfig, InterfacesConfig
from iosemu.features.system.config import SystemConfig
from iosemu.kernel.time import SECOND
from iosemu.proto.base import (
    Action,
    Close,
    Configured,
    Debug,
    Farewell,
    Input,
    InterfaceChanged,
    InterfaceState,
    LinkFrame,
    Open,
    Published,
    Requested,
    SendFrame,
    SetTimer,
    StopTimer,
    Syslog,
    TimerFired,
)
from iosemu.proto.cdp.config import CdpConfig, CdpInterfaceConfig
from iosemu.proto.cdp.engine import CdpEngine
from iosemu.proto.cdp.input import SOCKET, ClearCounters, ClearTable
from iosemu.proto.cdp.views import Query
from iosemu.proto.parts import CHASSIS, Chassis
from iosemu.wire.cdp import Address, Addresses, Cdp, Number, Text, Tlv, Type

E0, E1 = "Ethernet0/0", "Ethernet0/1"
A = TypeVar("A", bound=Action)


def interface(name: str, address: str = "10.0.0.1", *, up: bool = True) -> InterfaceState:
    return InterfaceState(
        name, "default", up, ((IPv4Address.parse(address), 24),), 1500, 10_000, 1000
    )


def advertisement(
    device: str = "R2", port: str = E0, *more: Tlv, holdtime_s: int = 180, version: int = 2
) -> bytes:
    fields = (Text(Type.DEVICE_ID, device), Text(Type.PORT_ID, port), *more)
    return Cdp(version, holdtime_s, fields).emit()


class Router:
    """An engine with two ports, configured and up."""

    def __init__(self) -> None:
        self.engine, self.now = CdpEngine(), 0
        ports = InterfacesConfig().by_name.put(E0, InterfaceConfig()).put(E1, InterfaceConfig())
        self.config = with_slot(Config(), InterfacesConfig(ports))
        self.config = with_slot(self.config, SystemConfig(hostname="R1"))
        for name in (E0, E1):
            self.step(InterfaceChanged(name, None, interface(name, up=False)))
        self.first = self.step(Configured(Config(), self.config))
        self.step(Published(CHASSIS, Chassis("Linux Unix", "software", 5)))

    def step(self, event: Input) -> list[Action]:
        return self.engine.step(self.now, event)

    def up(self, name: str, address: str = "10.0.0.1") -> list[Action]:
        before = interface(name, up=False)
        return self.step(InterfaceChanged(name, before, interface(name, address)))

    def recv(self, at_s: float, payload: bytes, port: str = E0) -> list[Action]:
        self.now = round(at_s * SECOND)
        return self.step(LinkFrame(SOCKET, port, MacAddress(2), payload))

    def configure(self, cdp: CdpConfig) -> list[Action]:
        old, self.config = self.config, with_slot(self.config, cdp)
        return self.step(Configured(old, self.config))

    def set_port(self, name: str, changed: InterfaceConfig) -> list[Action]:
        ports = self.config.of(InterfacesConfig).by_name.put(name, changed)
        old, self.config = self.config, with_slot(self.config, InterfacesConfig(ports))
        return self.step(Configured(old, self.config))

    def neighbors(self) -> list[tuple[str, str | None, str | None]]:
        held = self.engine.view(Query("neighbors"))
        return [(e.interface, e.packet.text(Type.DEVICE_ID), e.packet.text(3)) for e in held]


def only(actions: list[Action], kind: type[A]) -> list[A]:
    return [action for action in actions if isinstance(action, kind)]


def sent(actions: list[Action]) -> list[tuple[str, Cdp]]:
    return [(a.interface, Cdp.parse(a.payload)) for a in only(actions, SendFrame)]


def test_a_port_that_comes_up_is_advertised_three_times_and_then_each_minute():
    r = Router()
    assert Open(SOCKET) in r.first
    assert SetTimer(("hello",), 60 * SECOND) in r.first
    first = r.up(E0)
    assert [name for name, _ in sent(first)] == [E0]
    assert SetTimer(("fast", E0), SECOND) in first
    second = r.step(TimerFired(("fast", E0)))
    assert SetTimer(("fast", E0), SECOND) in second
    third = r.step(TimerFired(("fast", E0)))
    assert len(sent(third)) == 1
    assert not only(third, SetTimer)
    later = r.step(TimerFired(("hello",)))
    assert [name for name, _ in sent(later)] == [E0]
    assert only(later, SetTimer) == [SetTimer(("hello",), 60 * SECOND)]


def test_an_advertisement_says_who_where_and_what():
    ((_, packet),) = sent(Router().up(E0, "10.9.8.7"))
    assert (packet.version, packet.holdtime_s) == (2, 180)
    assert [tlv.type for tlv in packet.tlvs] == [1, 5, 6, 2, 3, 4, 0x0B, 0x16]
    assert (packet.text(Type.DEVICE_ID), packet.text(Type.PORT_ID)) == ("R1", E0)
    assert (packet.number(Type.CAPABILITIES), packet.number(Type.DUPLEX)) == (5, 0)
    address = Address.of(IPv4Address.parse("10.9.8.7"))
    assert packet.field(Addresses, Type.ADDRESSES) == Addresses(2, (address,))


def test_the_bytes_are_made_once_and_anew_when_something_changed():
    r = Router()
    payload = only(r.up(E0), SendFrame)[0].payload
    assert only(r.step(TimerFired(("hello",))), SendFrame)[0].payload is payload
    r.step(InterfaceChanged(E0, interface(E0), interface(E0, "10.0.0.9")))
    assert only(r.step(TimerFired(("hello",))), SendFrame)[0].payload != payload
    old, r.config = r.config, with_slot(r.config, SystemConfig(hostname="NEW"))
    r.step(Configured(old, r.config))
    assert sent(r.step(TimerFired(("hello",))))[0][1].text(Type.DEVICE_ID) == "NEW"


def test_a_port_without_an_address_has_that_of_its_first_subinterface():
    r = Router()
    bare = replace(interface(E0), addresses=())
    r.step(InterfaceChanged("Ethernet0/0.10", None, interface("Ethernet0/0.10", "10.1.1.1")))
    ((_, packet),) = sent(r.step(InterfaceChanged(E0, interface(E0, up=False), bare)))
    address = Address.of(IPv4Address.parse("10.1.1.1"))
    assert packet.field(Addresses, Type.ADDRESSES) == Addresses(2, (address,))


def test_a_neighbor_is_held_for_its_holdtime_and_each_hello_renews_it():
    r = Router()
    r.up(E0)
    first = r.recv(1, advertisement(holdtime_s=100))
    hold = ("hold", E0, "R2", E0)
    assert only(first, SetTimer) == [SetTimer(hold, 100 * SECOND)]
    assert only(r.recv(61, advertisement(holdtime_s=100)), SetTimer) == [
        SetTimer(hold, 100 * SECOND)
    ]
    assert r.neighbors() == [(E0, "R2", E0)]
    assert r.engine.view(Query("neighbors"))[0].heard_at == 61 * SECOND
    r.step(TimerFired(hold))
    assert r.neighbors() == []


def test_devices_and_their_ports_are_told_apart():
    r = Router()
    r.up(E0)
    for device, port in (("R2", E0), ("R2", E1), ("R3", E0), ("R2", E0)):
        r.recv(1, advertisement(device, port))
    assert r.neighbors() == [(E0, "R2", E0), (E0, "R2", E1), (E0, "R3", E0)]
    changed = advertisement("R2", E0, Text(Type.PLATFORM, "other"))
    r.recv(2, changed)
    held = r.engine.view(Query("neighbors"))
    assert len(held) == 3
    assert held[0].packet.text(Type.PLATFORM) == "other"


def test_a_holdtime_of_zero_takes_the_neighbor_away():
    r = Router()
    r.up(E0)
    r.recv(1, advertisement())
    said = r.recv(2, advertisement(holdtime_s=0))
    assert StopTimer(("hold", E0, "R2", E0)) in said
    assert r.neighbors() == []


def test_what_cannot_be_read_is_counted_and_nothing_is_lost():
    r = Router()
    r.up(E0)
    r.recv(1, advertisement())
    good = advertisement()
    said = r.recv(2, good[:2] + b"\0\0" + good[4:])
    assert said == [
        Debug("cdp events", f"CDP-EV: Packet with bad checksum received on interface {E0}")
    ]
    assert r.recv(2, b"\x02") == [Debug("cdp events", "CDP-EV: Bad version number in header")]
    r.recv(2, Cdp(2, 180, (Text(Type.PORT_ID, E0),)).emit())
    r.recv(2, advertisement(version=3))
    counters = r.engine.view(Query("counters"))
    assert (counters.checksum_errors, counters.header_errors, counters.invalid) == (1, 1, 2)
    assert counters.input_v2 == 1
    assert r.neighbors() == [(E0, "R2", E0)]
    r.step(Requested(ClearCounters()))
    assert r.engine.view(Query("counters")).checksum_errors == 0


def test_duplex_is_compared_each_time_unless_configured_otherwise():
    r = Router()
    r.up(E0)
    full = advertisement("SW1", "Ethernet1/1", Number(Type.DUPLEX, 1))
    for at in (1, 61):
        (line,) = only(r.recv(at, full), Syslog)
        assert line.message.text() == (
            "duplex mismatch discovered on Ethernet0/0 (not full duplex),"
            " with SW1 Ethernet1/1 (full duplex)."
        )
    assert not only(r.recv(62, advertisement("R2", E0, Number(Type.DUPLEX, 0))), Syslog)
    r.configure(CdpConfig(log_mismatch_duplex=False))
    assert not only(r.recv(121, full), Syslog)
    r.configure(CdpConfig())
    r.set_port(E0, InterfaceConfig(duplex="full"))
    assert not only(r.recv(181, full), Syslog)


def test_a_disabled_port_says_goodbye_and_is_silent_and_deaf():
    r = Router()
    r.up(E0)
    r.up(E1)
    r.recv(1, advertisement())
    disabled = with_slot(InterfaceConfig(), CdpInterfaceConfig(enable=False))
    said = r.set_port(E0, disabled)
    ((name, packet),) = sent(said)
    assert (name, packet.holdtime_s, packet.text(Type.DEVICE_ID)) == (E0, 0, "R1")
    assert only(said, Farewell)[-1].payload is None
    assert r.neighbors() == []
    r.recv(2, advertisement())
    assert r.neighbors() == []
    assert [name for name, _ in sent(r.step(TimerFired(("hello",))))] == [E1]
    assert [name for name, _ in sent(r.set_port(E0, InterfaceConfig()))] == [E0]


def test_no_cdp_run_ends_everything_and_cdp_run_starts_it_again():
    r = Router()
    r.up(E0)
    r.recv(1, advertisement())
    said = r.configure(CdpConfig(run=False))
    assert [packet.holdtime_s for _, packet in sent(said)] == [0]
    assert Close(SOCKET) in said
    assert StopTimer(("hello",)) in said
    assert r.neighbors() == []
    assert r.up(E1) == []
    again = r.configure(CdpConfig())
    assert Open(SOCKET) in again
    assert [name for name, _ in sent(again)] == [E0, E1]


def test_timers_and_version_are_configured():
    r = Router()
    r.up(E0)
    said = r.configure(CdpConfig(timer_s=10, holdtime_s=40, advertise_v2=False))
    assert SetTimer(("hello",), 10 * SECOND) in said
    ((_, packet),) = sent(r.step(TimerFired(("hello",))))
    assert (packet.version, packet.holdtime_s) == (1, 40)
    assert packet.number(Type.DUPLEX) is None
    counters = r.engine.view(Query("counters"))
    assert (counters.output_v1, counters.output_v2) == (1, 1)


def test_the_farewell_is_ready_before_a_port_is_shut_down():
    r = Router()
    last = only(r.up(E0), Farewell)[-1]
    assert last.interface == E0
    assert last.payload is not None
    assert Cdp.parse(last.payload).holdtime_s == 0
    down = r.step(InterfaceChanged(E0, interface(E0), interface(E0, up=False)))
    assert only(down, Farewell)[-1].payload is None


def test_the_table_is_cleared():
    r = Router()
    r.up(E0)
    r.recv(1, advertisement())
    said = "CDP-AD: Deleted table entry for R2, interface Ethernet0/0"
    assert r.step(Requested(ClearTable())) == [
        StopTimer(("hold", E0, "R2", E0)),
        Debug("cdp adjacency", said),
    ]
    assert r.neighbors() == []


def test_debug_lines_say_what_was_known():
    r = Router()
    r.up(E0)
    for found in ("NOT found", "found"):
        (line,) = only(r.recv(1, advertisement()), Debug)
        assert line.text == (
            f"CDP-PA: Packet received from R2 on interface {E0}\n**Entry {found} in cache**"
        )
