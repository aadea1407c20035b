"""A small world for stacks alone: a clock, timers, and wires without delay between ports."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field

from iosemu.address import IPv4Address, IPv4Prefix
from iosemu.fabric import Cable
from iosemu.kernel.rng import Random
from iosemu.kernel.time import MILLISECOND, SECOND, Time, TimerKey
from iosemu.proto.base import (
    IcmpEcho,
    Input,
    InterfaceChanged,
    LogMessage,
    Open,
    Send,
    SetLine,
    heading,
)
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.stack import (
    Settings,
    Stack,
    add_hardware,
    add_route,
    configure_interface,
    delete_route,
    iol_mac,
    on_frame,
    on_serial_frame,
    on_timer,
    send,
    set_carrier,
    set_line,
)
from iosemu.stack.interface import CLOCK_BPS
from iosemu.wire import icmp
from iosemu.wire.icmp import Echo

Owner = Hashable


def ip(text: str) -> IPv4Address:
    return IPv4Address.parse(text)


@dataclass
class Router:
    """A stack and its context; connected routes follow the interfaces as the engine does it."""

    net: Net
    name: str
    number: int
    stack: Stack = field(default_factory=Stack)
    logs: list[tuple[float, str]] = field(default_factory=list)
    inputs: list[tuple[Owner, Input]] = field(default_factory=list)
    changes: list[InterfaceChanged] = field(default_factory=list)
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    port_is_full: bool = False
    flags: dict[str, object] = field(default_factory=dict)
    """Debug flags that are on."""
    said: list[str] = field(default_factory=list)
    """Debug lines."""

    @property
    def now(self) -> Time:
        return self.net.now

    @property
    def day_ms(self) -> int:
        return self.now // MILLISECOND

    def transmit(self, interface: str, frame: bytes) -> bool:
        if self.port_is_full:
            return False
        self.sent.append((interface, frame))
        key = (self.name, interface)
        if key in self.net.segment:
            self.net.queue += [(*peer, frame) for peer in self.net.segment[key]]
        elif key in self.net.wires:
            self.net.queue.append((*self.net.wires[key], frame))
        return True

    def set_port(self, interface: str, up: bool) -> None:
        self.net.queue.append((self.name, interface, up))

    def cable(self, interface: str) -> Cable:
        return Cable(True, CLOCK_BPS)

    def queued(self, interface: str) -> int:
        return 0

    def set_line(self, interface: str, clock_bps: int | None, hold_queue: int | None) -> None:
        pass

    def set_timer(self, key: TimerKey, at: Time) -> None:
        self.net.timers[self.name, key] = at

    def stop_timer(self, key: TimerKey) -> None:
        self.net.timers.pop((self.name, key), None)

    def deliver(self, owner: Owner, event: Input) -> None:
        self.inputs.append((owner, event))

    def hear(self, owner: Owner, event: Input) -> None:
        self.deliver(owner, event)

    def random(self, purpose: str) -> Random:
        return self.net.streams.setdefault(
            (self.name, purpose), Random.named(0, self.name, purpose)
        )

    def interface_changed(self, change: InterfaceChanged) -> None:
        self.changes.append(change)
        for state, is_new in ((change.old, False), (change.new, True)):
            if state is None or not state.is_up:
                continue
            for address, length in state.addresses:
                key = RouteKey(state.vrf, IPv4Prefix.of(address, length), "connected")
                if is_new:
                    hop = (NextHop(None, state.name),)
                    add_route(self.stack, self.now, Route(key, hop, 0, "C", "connected"))
                else:
                    delete_route(self.stack, self.now, key)

    def log(self, message: LogMessage) -> None:
        facility, severity, mnemonic = heading(message)
        text = f"%{facility}-{severity}-{mnemonic}: {message.text()}"
        self.logs.append((self.now / SECOND, text))

    def debugging(self, flag: str) -> bool:
        return flag in self.flags

    def debug_condition(self, flag: str) -> object:
        return self.flags.get(flag)

    def debug(self, flag: str, text: str, interface: str | None = None) -> None:
        self.said.append(text)

    # -- what a test does ----

    def port(self, name: str, address: str | None = None, **settings: object) -> None:
        """Add a port if it is new, and bring it up with an address such as "10.0.0.1/24"."""
        is_port = name.startswith(("Ethernet", "Serial")) and "." not in name
        if name not in self.stack.interfaces and is_port:
            slot, port = name.removeprefix("Ethernet").removeprefix("Serial").split("/")
            add_hardware(self.stack, self, name, iol_mac(self.number, int(slot), int(port)))
        addresses: tuple[tuple[IPv4Address, int], ...] = ()
        if address is not None:
            text, _, length = address.partition("/")
            addresses = ((ip(text), int(length)),)
        made = Settings(addresses=addresses, **settings)  # type: ignore[arg-type]
        configure_interface(self.stack, self, name, made)
        self.net.run()

    def static(self, prefix: str, *hops: str) -> None:
        key = RouteKey("default", IPv4Prefix.parse(prefix), "static")
        next_hops = tuple(NextHop(ip(h)) if h[0].isdigit() else NextHop(None, h) for h in hops)
        add_route(self.stack, self.now, Route(key, next_hops, 1, "S", "static"))

    def ping(self, target: str, sequence: int = 0, size: int = 100, **options: object) -> None:
        """One echo request of `size` bytes, IP header included; replies go to owner "ping"."""
        send(self.stack, self, "ping", Open(IcmpEcho(7)))
        body = icmp.emit(Echo(False, 7, sequence, bytes(size - 28)))
        send(self.stack, self, "ping", Send(ip(target), 1, body, **options))  # type: ignore[arg-type]
        self.net.run()

    def got(self) -> list[Input]:
        """Inputs since the last call."""
        inputs = [event for _, event in self.inputs]
        self.inputs.clear()
        return inputs


@dataclass
class Net:
    """Routers and wires; `run` empties the wires, `wait` lets time pass."""

    now: Time = 0
    routers: dict[str, Router] = field(default_factory=dict)
    wires: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    segment: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    """Ports that hear more than one other."""
    queue: deque[tuple[str, str, bytes | bool]] = field(default_factory=deque)
    timers: dict[tuple[str, TimerKey], Time] = field(default_factory=dict)
    streams: dict[tuple[str, str], Random] = field(default_factory=dict)

    def router(self, name: str) -> Router:
        self.routers[name] = made = Router(self, name, len(self.routers) + 1)
        return made

    def wire(self, one: str, other: str) -> None:
        """Join "R1:Ethernet0/0" and "R2:Ethernet0/0"."""
        a, b = one.split(":"), other.split(":")
        self.wires[a[0], a[1]] = (b[0], b[1])
        self.wires[b[0], b[1]] = (a[0], a[1])

    def run(self) -> None:
        while self.queue:
            name, interface, payload = self.queue.popleft()
            router = self.routers[name]
            if isinstance(payload, bytes):
                is_serial = interface.startswith("Serial")
                (on_serial_frame if is_serial else on_frame)(
                    router.stack, router, interface, payload
                )
            else:
                set_carrier(router.stack, router, interface, payload)
                # What its protocol finds out is not the business of these tests.
                set_line(router.stack, router, SetLine(interface, True, network=("IPCP",)))

    def wait(self, seconds: float) -> None:
        """Fire timers in order up to then."""
        until = self.now + round(seconds * SECOND)
        self.run()
        while due := [(at, key) for key, at in self.timers.items() if at <= until]:
            at, (name, key) = min(due, key=lambda item: item[0])
            del self.timers[name, key]
            self.now = at
            router = self.routers[name]
            on_timer(router.stack, router, key)
            self.run()
        self.now = until


def chain(count: int) -> Net:
    """R1 - R2 - ... in a row: Ethernet0/1 to the right, subnet 10.0.N.0/24 between N and N+1."""
    net = Net()
    for n in range(1, count + 1):
        net.router(f"R{n}")
    for n in range(1, count):
        net.wire(f"R{n}:Ethernet0/1", f"R{n + 1}:Ethernet0/0")
    for n in range(1, count + 1):
        router = net.routers[f"R{n}"]
        if n > 1:
            router.port("Ethernet0/0", f"10.0.{n - 1}.2/24")
            if n > 2:
                router.static("10.0.0.0/16", f"10.0.{n - 1}.1")
        if n < count:
            router.port("Ethernet0/1", f"10.0.{n}.1/24")
        for further in range(n + 1, count):
            router.static(f"10.0.{further}.0/24", f"10.0.{n}.2")
    net.wait(10)
    return net
