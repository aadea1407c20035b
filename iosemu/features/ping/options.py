"""IP options of a probe: what the dialog asks for, their bytes, and how a ping prints them."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import Address, IPv4Address, IPv6Address
from iosemu.values import dataclass
from iosemu.wire import ip_options as wire
from iosemu.wire.base import WireError
from iosemu.wire.ip_options import NONSTANDARD, Item, Option

ANY = IPv4Address(0)
LETTERS = (("loose", "L"), ("strict", "S"), ("record", "R"), ("timestamp", "T"), ("verbose", "V"))
_ROUTES = {
    Option.LOOSE_ROUTE: "Loose source route",
    Option.STRICT_ROUTE: "Strict source route",
    Option.RECORD_ROUTE: "Record route",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The answers about options.  `route`: the addresses of a source route; hops and stamps: slots
    of a record route and of timestamps, 0: none."""

    route: tuple[IPv4Address, ...] = ()
    is_strict: bool = False
    hops: int = 0
    stamps: int = 0
    verbose: bool = False

    @property
    def letters(self) -> str:
        """What stands in the brackets of the question: "none", or one letter for each."""
        route = ("S" if self.is_strict else "L") if self.route else ""
        rest = "R" * bool(self.hops) + "T" * bool(self.stamps) + "V" * self.verbose
        return route + rest or "none"


NO_OPTIONS = Wanted()


def option_bytes(wanted: Wanted, target: Address) -> bytes:
    """The options, padded; a source route goes on from its first address and ends at the target."""
    if isinstance(target, IPv6Address):
        return b""
    found = b""
    if wanted.route:
        kind = Option.STRICT_ROUTE if wanted.is_strict else Option.LOOSE_ROUTE
        found += wire.route_option(kind, (*wanted.route[1:], target))
    if wanted.hops:
        found += wire.route_option(Option.RECORD_ROUTE, (ANY,) * wanted.hops)
    if wanted.stamps:
        found += wire.timestamp_option(wanted.stamps)
    return wire.padded(found)


def first_target(wanted: Wanted, target: Address) -> Address:
    """Where the datagram is sent: to the first address of a source route."""
    return wanted.route[0] if wanted.route else target


def sent_text(options: bytes) -> str:
    """The lines about the options of the requests, in front of the first result."""
    total = sum(len(item.data) for item in wire.parse(options))
    lines = [f"Packet has IP options:  Total option bytes= {total}, padded length={len(options)}"]
    return "".join(line + "\n" for line in (*lines, *listed(options), ""))


def received_text(options: bytes) -> str:
    """The lines about the options of a reply."""
    size = len(options)
    lines = [f" Total option bytes= {size}, padded length={size}", *listed(options)]
    if options and options[-1] == Option.END:
        lines.append(" End of list")
    return "".join(line + "\n" for line in (*lines, ""))


def listed(options: bytes) -> Iterator[str]:
    """Every option with its slots; nothing of options that are malformed."""
    try:
        items = wire.parse(options)
    except WireError:
        return
    for item in items:
        if item.type in _ROUTES:
            yield from route_lines(item)
        elif item.type == Option.TIMESTAMP:
            yield from stamp_lines(item)


def route_lines(item: Item) -> Iterator[str]:
    """A route; `<*>` stands behind the last slot that is used."""
    mark = "" if item.recorded else " <*>"
    yield f" {_ROUTES[Option(item.type)]}:{mark}"
    for number, address in enumerate(item.addresses, 1):
        yield f"   ({address}){' <*>' if number == item.recorded else ''}"


def stamp_lines(item: Item) -> Iterator[str]:
    """Timestamps; what is set apart by `*` is no universal time."""
    kind = f"Type {item.flag}.  Overflows: {item.overflows}"
    yield f" Timestamp: {kind} length {len(item.data)}, ptr {item.pointer}"
    used = (item.pointer - wire.FIRST_STAMP) // wire.stamp_bytes(item)
    for number, (address, stamp) in enumerate(wire.stamps(item)):
        if number == used:
            yield "  >>Current pointer<<"
        where = "" if address is None else f"({address}) "
        yield f"  {where}Time={time_text(stamp)} ({stamp:08X})"


def time_text(stamp: int) -> str:
    """A time of the day, `*` before one that is not in universal time."""
    seconds, millis = divmod(stamp & ~NONSTANDARD, 1000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    mark = "*" if stamp & NONSTANDARD else " "
    return f"{mark}{hour:02d}:{minute:02d}:{second:02d}.{millis:03d} UTC"
