"""What PPP sends and says: control packets, the state of the line, the route to the other end."""

from __future__ import annotations

from iosemu.address import IPv4Address, IPv4Prefix, MacAddress
from iosemu.kernel.time import SECOND
from iosemu.proto.base import (
    Action,
    Debug,
    RouteAdd,
    RouteDelete,
    SendFrame,
    SetLine,
    SetTimer,
)
from iosemu.rib.route import NextHop, Route, RouteKey
from iosemu.values import dataclass
from iosemu.wire.base import WireError
from iosemu.wire.ppp import (
    Code,
    Control,
    IpcpOption,
    Ipv6cpOption,
    LcpOption,
    Option,
    Protocol,
    emit_options,
    parse_options,
)

from .state import Layer, Line
from .views import WORDS

NEGOTIATION = "ppp negotiation"
"""Debug flag."""
RESTART_NS = 2 * SECOND
NOBODY = MacAddress(0)
"""A serial line has no addresses."""
CODE_NAMES = {
    Code.CONFIGURE_REQUEST: "CONFREQ",
    Code.CONFIGURE_ACK: "CONFACK",
    Code.CONFIGURE_NAK: "CONFNAK",
    Code.CONFIGURE_REJECT: "CONFREJ",
    Code.TERMINATE_REQUEST: "TERMREQ",
    Code.TERMINATE_ACK: "TERMACK",
    Code.CODE_REJECT: "CODEREJ",
    Code.PROTOCOL_REJECT: "PROTREJ",
    Code.ECHO_REQUEST: "ECHOREQ",
    Code.ECHO_REPLY: "ECHOREP",
    Code.DISCARD_REQUEST: "DISCREQ",
}
_SILENT = (Code.ECHO_REQUEST, Code.ECHO_REPLY, Code.DISCARD_REQUEST)
_WITH_OPTIONS = (
    Code.CONFIGURE_REQUEST,
    Code.CONFIGURE_ACK,
    Code.CONFIGURE_NAK,
    Code.CONFIGURE_REJECT,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What others know of a line."""

    is_up: bool
    is_looped: bool
    network: tuple[str, ...]
    peer: IPv4Address | None


def seen_of(line: Line) -> Seen:
    """As it is now; the address of the other end counts while IPCP is open."""
    peer = line.peer if line.layers[Protocol.IPCP].is_open else None
    return Seen(line.is_up, line.is_looped, line.network, peer)


def changes(line: Line, before: Seen) -> list[Action]:
    """The news since then: first the line, then the route that leans on it."""
    now = seen_of(line)
    if now == before:
        return []
    actions: list[Action] = [SetLine(line.name, now.is_up, now.is_looped, now.network)]
    if now.peer != before.peer:
        actions += withdraw(line, before.peer) + offer(line, now.peer)
    return actions


def offer(line: Line, peer: IPv4Address | None) -> list[Action]:
    """The host route to the other end."""
    if peer is None:
        return []
    hops = (NextHop(interface=line.name),)
    return [RouteAdd(Route(_key(line, peer), hops, 0, "C", "connected"))]


def withdraw(line: Line, peer: IPv4Address | None) -> list[Action]:
    """The other end is gone."""
    return [] if peer is None else [RouteDelete(_key(line, peer))]


def _key(line: Line, peer: IPv4Address) -> RouteKey:
    return RouteKey(line.vrf, IPv4Prefix(peer, 32), f"ppp {line.name}")


def send(line: Line, layer: Layer, packet: Control) -> list[Action]:
    """One control packet."""
    frame = SendFrame(line.name, NOBODY, layer.protocol, packet.emit())
    return [frame, *debug(line, layer, "O", packet)]


def send_request(line: Line, layer: Layer) -> list[Action]:
    """Ask for what is wanted, but for what the other end refused."""
    layer.identifier = layer.identifier + 1 & 0xFF
    layer.restarts -= 1
    options = tuple(option for option in layer.wanted if option.type not in layer.refused)
    return send(
        line, layer, Control(Code.CONFIGURE_REQUEST, layer.identifier, emit_options(options))
    )


def send_terminate(line: Line, layer: Layer) -> list[Action]:
    layer.identifier = layer.identifier + 1 & 0xFF
    layer.restarts -= 1
    return send(line, layer, Control(Code.TERMINATE_REQUEST, layer.identifier))


def send_echo(line: Line, code: Code, identifier: int, data: bytes = b"") -> list[Action]:
    """An echo request or reply; it starts with the magic number of this end."""
    body = line.magic.to_bytes(4, "big") + data
    return send(line, line.layers[Protocol.LCP], Control(code, identifier, body))


def arm(line: Line, layer: Layer) -> Action:
    """Send again if nothing comes."""
    return SetTimer(("restart", line.name, int(layer.protocol)), RESTART_NS)


def debug(line: Line, layer: Layer, way: str, packet: Control) -> list[Action]:
    """What `debug ppp negotiation` prints of a packet; way: "O" for out, "I" for in."""
    if packet.code in _SILENT:
        return []
    name = CODE_NAMES.get(Code(packet.code), "") if packet.code in CODE_NAMES else "UNKNOWN"
    head = f"{short(line.name)} {layer.protocol.name}: "
    length = len(packet.data) + 4
    texts = [f"{head}{way} {name} [{WORDS[layer.phase]}] id {packet.identifier} len {length}"]
    if packet.code in _WITH_OPTIONS:
        try:
            options = parse_options(packet.data)
        except WireError:
            options = ()
        texts += [f"{head}   {option_text(layer.protocol, option)}" for option in options]
    return [Debug(NEGOTIATION, text, line.name) for text in texts]


def debug_state(line: Line, layer: Layer) -> Action:
    """The layer opened or closed."""
    text = f"{short(line.name)} {layer.protocol.name}: State is {WORDS[layer.phase]}"
    return Debug(NEGOTIATION, text, line.name)


def option_text(protocol: Protocol, option: Option) -> str:
    """An option by name and value, with its bytes behind."""
    raw = emit_options((option,)).hex().upper()
    value = int.from_bytes(option.data, "big")
    match protocol, option.type:
        case Protocol.LCP, LcpOption.MAGIC:
            said = f"MagicNumber 0x{value:08X}"
        case Protocol.LCP, LcpOption.MRU:
            said = f"MRU {value}"
        case Protocol.LCP, LcpOption.AUTHENTICATION:
            said = "AuthProto"
        case Protocol.IPCP, IpcpOption.ADDRESS if len(option.data) == 4:
            said = f"Address {IPv4Address(value)}"
        case Protocol.IPV6CP, Ipv6cpOption.IDENTIFIER if len(option.data) == 8:
            halves = [option.data[at : at + 2].hex().upper() for at in range(0, 8, 2)]
            said = f"Interface-Id {':'.join(halves)}"
        case _:
            said = f"UNKNOWN({option.type})"
    return f"{said} (0x{raw})"


def short(name: str) -> str:
    """As debug lines name an interface: "Se1/0"."""
    return name.replace("Serial", "Se", 1)
