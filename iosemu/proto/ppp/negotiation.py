"""What is thought of the options the other end asks for, and of its answers to our own."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.rng import Random
from iosemu.wire.ppp import Code, IpcpOption, Ipv6cpOption, LcpOption, Option, Protocol

from .state import Layer, Line

LOOPS = 5
"""Requests with our own magic number, in a row, that make a line looped."""

Verdict = tuple[Code, tuple[Option, ...]]


def judge(line: Line, layer: Layer, options: tuple[Option, ...], random: Random) -> Verdict:
    """Ack with all options, reject with those that are not known or not taken, or nak with what
    would be taken instead (RFC 1661 section 5)."""
    refused = tuple(option for option in options if not _is_known(layer.protocol, option))
    if refused:
        return Code.CONFIGURE_REJECT, refused
    if layer.protocol is Protocol.LCP:
        hint = _own_magic(line, options, random)
        if hint is not None:
            return Code.CONFIGURE_NAK, (hint,)
    return Code.CONFIGURE_ACK, options


def take(line: Line, layer: Layer, options: tuple[Option, ...]) -> None:
    """Keep what was just acknowledged."""
    if layer.protocol is Protocol.IPCP:
        found = [o for o in options if o.type == IpcpOption.ADDRESS]
        line.peer = _address(found[0]) if found else None


def wanted(line: Line, layer: Layer) -> tuple[Option, ...]:
    """What this end asks for."""
    match layer.protocol:
        case Protocol.LCP:
            return (Option(LcpOption.MAGIC, line.magic.to_bytes(4, "big")),)
        case Protocol.IPCP:
            assert line.address is not None
            return (Option(IpcpOption.ADDRESS, int(line.address).to_bytes(4, "big")),)
        case Protocol.IPV6CP:
            assert line.identifier is not None
            return (Option(Ipv6cpOption.IDENTIFIER, line.identifier.to_bytes(8, "big")),)
        case _:
            return ()


def on_nak(line: Line, layer: Layer, options: tuple[Option, ...], random: Random) -> None:
    """The other end would have another value.  A magic number is drawn anew; an address that was
    configured stays."""
    if layer.protocol is Protocol.LCP and any(o.type == LcpOption.MAGIC for o in options):
        line.magic = random.getrandbits(32) or 1
        layer.wanted = wanted(line, layer)


def on_reject(layer: Layer, options: tuple[Option, ...]) -> None:
    """Do not ask for these again."""
    layer.refused = (*layer.refused, *(option.type for option in options))


def _is_known(protocol: Protocol, option: Option) -> bool:
    match protocol, option.type:
        case Protocol.LCP, LcpOption.MRU:
            return len(option.data) == 2
        case Protocol.LCP, LcpOption.MAGIC:
            return len(option.data) == 4
        case Protocol.IPCP, IpcpOption.ADDRESS:
            # An end without an address would have to be given one; there is none to give.
            return len(option.data) == 4 and _address(option) != 0
        case Protocol.IPV6CP, Ipv6cpOption.IDENTIFIER:
            return len(option.data) == 8 and any(option.data)
        case _:
            return False


def _own_magic(line: Line, options: tuple[Option, ...], random: Random) -> Option | None:
    """A magic number that equals ours: a hint of a loop (RFC 1661 section 6.4)."""
    own = line.magic.to_bytes(4, "big")
    if not any(o.type == LcpOption.MAGIC and o.data == own for o in options):
        line.repeated, line.is_looped = 0, False
        return None
    line.repeated += 1
    line.is_looped = line.repeated >= LOOPS
    return Option(LcpOption.MAGIC, random.getrandbits(32).to_bytes(4, "big"))


def _address(option: Option) -> IPv4Address:
    return IPv4Address(int.from_bytes(option.data, "big"))
