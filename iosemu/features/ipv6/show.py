"""Renderers of the IPv6 shows, as IOS 15.4 prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import age
from iosemu.cli.api import renders
from iosemu.cli.grammar import release
from iosemu.cli.interfaces import short

from .views import (
    Brief6View,
    Ipv6InterfaceView,
    NeighborsView,
    OwnView,
    Protocols6View,
    Route6EntryView,
    Route6Row,
    Routing6View,
    Statics6View,
    Summary6View,
    Way6,
)

ROUTE_OVERHEAD_BYTES = 192
ROUTE_BYTES = 216
MAXIMUM_PATHS = 16

CODES = """\
Codes: C - Connected, L - Local, S - Static, U - Per-user Static route
       B - BGP, HA - Home Agent, MR - Mobile Router, R - RIP
       H - NHRP, I1 - ISIS L1, I2 - ISIS L2, IA - ISIS interarea
       IS - ISIS summary, D - EIGRP, EX - EIGRP external, NM - NEMO
       ND - ND Default, NDp - ND Prefix, DCE - Destination, NDr - Redirect
       O - OSPF Intra, OI - OSPF Inter, OE1 - OSPF ext 1, OE2 - OSPF ext 2""".splitlines()
CODES_OLD = "       ON1 - OSPF NSSA ext 1, ON2 - OSPF NSSA ext 2, l - LISP"
CODES_NEW = (
    "       ON1 - OSPF NSSA ext 1, ON2 - OSPF NSSA ext 2, la - LISP alt",
    "       lr - LISP site-registrations, ld - LISP dyn-eid, a - Application",
)
STATIC_CODES = """\
IPv6 Static routes Table - default
Code: * - installed in RIB, u/m - Unicast/Multicast only
      U - Per-user Static route
      N - ND Static route
      M - MIPv6 Static route
      P - DHCP-PD Static route
      R - RHI Static route""".splitlines()


@renders(Brief6View)
def brief(view: Brief6View) -> Iterator[str]:
    for row in view.rows:
        yield f"{row.name:<22} [{row.status}/{row.protocol}]"
        for address in row.addresses:
            yield f"    {address}"
        if not row.addresses:
            yield "    unassigned"


def marked(own: OwnView) -> str:
    """What is known of an address, in brackets."""
    return f" [{'/'.join(own.marks)}]" if own.marks else " "


@renders(Ipv6InterfaceView)
def ipv6_interface(view: Ipv6InterfaceView) -> Iterator[str]:
    yield f"{view.name} is {view.status}, line protocol is {view.protocol}"
    local = view.link_local
    state = (
        "tentative" if "TEN" in local.marks else "stalled" if "DUP" in local.marks else "enabled"
    )
    yield (f"  IPv6 is {state}, link-local address is {local.interface.address}{marked(local)}")
    yield "  No Virtual link-local address(es):"
    if view.addresses:
        yield "  Global unicast address(es):"
        for own in view.addresses:
            prefix = own.interface.prefix
            yield f"    {own.interface.address}, subnet is {prefix}{marked(own)}"
    else:
        yield "  No global unicast address is configured"
    yield "  Joined group address(es):"
    for group in view.groups:
        yield f"    {group}"
    yield f"  MTU is {view.mtu_bytes} bytes"
    yield f"  ICMP error messages limited to one every {view.error_interval_ms} milliseconds"
    yield f"  ICMP redirects are {'enabled' if view.redirects else 'disabled'}"
    yield f"  ICMP unreachables are {'sent' if view.unreachables else 'not sent'}"
    if view.dad_attempts is None:
        yield "  ND DAD is not supported"
    elif view.dad_attempts:
        yield f"  ND DAD is enabled, number of DAD attempts: {view.dad_attempts}"
    else:
        yield "  ND DAD is disabled, number of DAD attempts: 0"
    yield from discovery(view)


def discovery(view: Ipv6InterfaceView) -> Iterator[str]:
    """What neighbors and routers are told here."""
    yield (
        f"  ND reachable time is {view.using_reachable_ms} milliseconds"
        f" (using {view.using_reachable_ms})"
    )
    if not view.is_router:
        yield f"  ND NS retransmit interval is {view.using_retransmit_ms} milliseconds"
        return
    if view.advertises is None:
        yield "  ND RAs are suppressed (periodic)"
        yield "  Hosts use stateless autoconfig for addresses."
        return
    yield f"  ND advertised reachable time is {view.reachable_ms} {unit(view.reachable_ms)}"
    yield f"  ND advertised retransmit interval is {view.retransmit_ms} {unit(view.retransmit_ms)}"
    if view.advertises:
        yield f"  ND router advertisements are sent every {view.interval_s} seconds"
        yield f"  ND router advertisements live for {view.lifetime_s} seconds"
    else:
        yield "  ND RAs are suppressed (periodic)"
    yield f"  ND advertised default router preference is {view.preference}"
    way = "DHCP to obtain routable" if view.managed else "stateless autoconfig for"
    yield f"  Hosts use {way} addresses."
    if view.other:
        yield "  Hosts use DHCP to obtain other configuration."


def unit(number: int) -> str:
    return "milliseconds" if number else "(unspecified)"


@renders(Routing6View)
def routing_table(view: Routing6View) -> Iterator[str]:
    yield f"IPv6 Routing Table - {view.vrf} - {view.entries} entries"
    yield from CODES
    yield from CODES_NEW if release(view.version) >= (15, 5) else (CODES_OLD,)
    for row in view.rows:
        yield from route_rows(row)


def route_rows(row: Route6Row) -> Iterator[str]:
    tag = f", tag {row.tag}" if row.tag else ""
    yield f"{row.code:<3} {row.prefix} [{row.distance}/{row.metric}]{tag}"
    for way in row.ways:
        yield f"     via {way_text(way)}"


def way_text(way: Way6) -> str:
    """An address, an interface or both, and what happens there."""
    parts = (str(way.address) if way.address is not None else "", way.interface or "", way.kind)
    return ", ".join(part for part in parts if part)


@renders(Route6EntryView)
def routing_entry(view: Route6EntryView) -> Iterator[str]:
    yield f"Routing entry for {view.prefix}"
    type_ = f", type {view.type}" if view.type else ""
    yield (f'  Known via "{view.known_via}", distance {view.distance}, metric {view.metric}{type_}')
    if view.tag:
        yield f"  Tag {view.tag}"
    count = len(view.ways)
    yield f"  Route count is {count}/{count}, share count 0"
    yield "  Routing paths:"
    for way in view.ways:
        if way.kind:
            yield f"    {way.kind} via {way.interface}"
        else:
            yield f"    {way_text(way)}"
        yield f"      Last updated {age(way.age)} ago"


@renders(NeighborsView)
def neighbors(view: NeighborsView) -> Iterator[str]:
    yield "IPv6 Address                              Age Link-layer Addr State Interface"
    for row in view.rows:
        mac = "-" if row.mac is None else str(row.mac)
        yield (
            f"{row.address!s:<39} {row.age_min:>5} {mac:<14}  {row.state:<5} {short(row.interface)}"
        )


@renders(Statics6View)
def statics(view: Statics6View) -> Iterator[str]:
    yield from STATIC_CODES
    for row in view.rows:
        ways = ", ".join(str(way) for way in (row.address, row.interface) if way is not None)
        tag = f", tag {row.tag}" if row.tag else ""
        mark = "*" if row.is_installed else " "
        yield f"{mark}   {row.prefix} via {ways}, distance {row.distance}{tag}"


@renders(Summary6View)
def route_summary(view: Summary6View) -> Iterator[str]:
    total = sum(count for _, count in view.sources)
    yield f"IPv6 routing table name is {view.vrf}(0) global scope - {total} entries"
    yield f"IPv6 routing table default maximum-paths is {MAXIMUM_PATHS}"
    yield f"{'Route Source':<16}{'Networks':<12}{'Overhead':<12}Memory (bytes)"
    for source, count in view.sources:
        yield summary_row(source, count)
        if source == "static":
            yield f"  Static: {count}  Per-user static: 0"
    yield summary_row("Total", total)
    yield ""
    yield "  Number of prefixes:"
    lengths = [f"/{length}: {count}" for length, count in view.lengths]
    for start in range(0, len(lengths), 8):
        yield f"    {', '.join(lengths[start : start + 8])}"


def summary_row(source: str, count: int) -> str:
    overhead, memory = count * ROUTE_OVERHEAD_BYTES, count * ROUTE_BYTES
    return f"{source:<16}{count:<12}{overhead:<12}{memory}"


@renders(Protocols6View)
def protocols(view: Protocols6View) -> Iterator[str]:
    for name in view.names:
        yield f'IPv6 Routing Protocol is "{name}"'
