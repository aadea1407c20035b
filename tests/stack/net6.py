"""The small world of `net` with IPv6 on its routers."""

from __future__ import annotations

from iosemu.address import IPv6Address, IPv6Interface, IPv6Prefix
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.stack import Settings, add_hardware, add_route, configure_interface, iol_mac
from iosemu.stack.ipv6_address import set_routing
from iosemu.stack.ipv6_state import Assigned, Ipv6Settings

from .net import Net, Router


def ip6(text: str) -> IPv6Address:
    return IPv6Address.parse(text)


def route6(router: Router, prefix: str, address: str | None, interface: str | None = None) -> None:
    """A route by next hop, or a connected one."""
    hop = NextHop(None if address is None else ip6(address), interface)
    owner = "connected" if address is None else "static"
    key = RouteKey("default", IPv6Prefix.parse(prefix), owner)
    add_route(router.stack, router.now, Route(key, (hop,), 1, "S", owner))


def port6(router: Router, name: str, address: str, **settings: object) -> None:
    """Add a port and bring it up with an address such as "2001:DB8::1/64"."""
    if name not in router.stack.interfaces:
        slot, port = name.removeprefix("Ethernet").split("/")
        add_hardware(router.stack, router, name, iol_mac(router.number, int(slot), int(port)))
    assigned = (Assigned(IPv6Interface.parse(address)),)
    ipv6 = Ipv6Settings(assigned=assigned, **settings)  # type: ignore[arg-type]
    configure_interface(router.stack, router, name, Settings(ipv6=ipv6))
    route6(router, str(IPv6Interface.parse(address).prefix), None, name)
    router.net.run()


def chain6(count: int) -> Net:
    """R1 - R2 - ... in a row: Ethernet0/1 to the right, 2001:DB8:N::/64 between N and N+1."""
    net = Net()
    for n in range(1, count + 1):
        set_routing(net.router(f"R{n}").stack, net.routers[f"R{n}"], is_on=True)
    for n in range(1, count):
        net.wire(f"R{n}:Ethernet0/1", f"R{n + 1}:Ethernet0/0")
    for n in range(1, count + 1):
        router = net.routers[f"R{n}"]
        if n > 1:
            port6(router, "Ethernet0/0", f"2001:DB8:{n - 1}::2/64")
            for nearer in range(1, n - 1):
                route6(router, f"2001:DB8:{nearer}::/64", f"2001:DB8:{n - 1}::1")
        if n < count:
            port6(router, "Ethernet0/1", f"2001:DB8:{n}::1/64")
        for further in range(n + 1, count):
            route6(router, f"2001:DB8:{further}::/64", f"2001:DB8:{n}::2")
    net.wait(10)
    return net
