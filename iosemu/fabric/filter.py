"""Filters on frames, in a part of the language of pcap-filter(7): `icmp and src host 10.0.0.1`.

Offsets are those of IPv4 behind Ethernet, one 802.1Q tag, Cisco HDLC or PPP, as libpcap takes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from iosemu.fabric.linktype import CISCO_HDLC, ETHERNET
from iosemu.values import dataclass

_TOKEN = re.compile(r"\s*(\(|\)|!|&&|\|\||[A-Za-z0-9._:/-]+)")
_IP, _ARP, _DOT1Q, _PPP_IP = 0x0800, 0x0806, 0x8100, 0x0021
PROTOCOLS = {"icmp": 1, "igmp": 2, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ah": 51}
PROTOCOLS |= {"eigrp": 88, "ospf": 89, "pim": 103, "vrrp": 112}
_WITH_PORTS = (6, 17, 132)


class BadFilter(ValueError):
    """The text is no filter; the message says why."""


@dataclass(frozen=True, slots=True)
class Headers:
    """What filters ask of a frame.  `ip`: the IPv4 header and what follows, empty if it is none."""

    type: int
    ip: bytes
    length: int


Test = Callable[[Headers], bool]


def headers_of(frame: bytes, linktype: int) -> Headers:
    """Look at the link header of a frame."""
    start = 14 if linktype == ETHERNET else 4
    type_ = int.from_bytes(frame[start - 2 : start], "big") if len(frame) >= start else 0
    if linktype == ETHERNET and type_ == _DOT1Q and len(frame) >= 18:
        start, type_ = 18, int.from_bytes(frame[16:18], "big")
    elif linktype == CISCO_HDLC and frame[:1] == b"\xff" and type_ == _PPP_IP:
        type_ = _IP
    is_ip = type_ == _IP and len(frame) >= start + 20
    return Headers(type_, frame[start:] if is_ip else b"", len(frame))


@lru_cache(maxsize=256)
def compiled(text: str) -> Test:
    """The test a filter means; BadFilter if it is none.  The empty filter passes every frame."""
    tokens = _tokens(text)
    if not tokens:
        return lambda headers: True
    test = _either(tokens)
    if tokens:
        raise BadFilter(f"{tokens[0]!r} is not expected")
    return test


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise BadFilter(f"{text[at:].strip()!r} is not understood")
        found.append(match[1].lower())
        at = match.end()
    return found


def _either(tokens: list[str]) -> Test:
    left = _both(tokens)
    while tokens and tokens[0] in ("or", "||"):
        tokens.pop(0)
        left = _or(left, _both(tokens))
    return left


def _both(tokens: list[str]) -> Test:
    left = _one(tokens)
    while tokens and tokens[0] in ("and", "&&"):
        tokens.pop(0)
        left = _and(left, _one(tokens))
    return left


def _or(left: Test, right: Test) -> Test:
    return lambda headers: left(headers) or right(headers)


def _and(left: Test, right: Test) -> Test:
    return lambda headers: left(headers) and right(headers)


def _one(tokens: list[str]) -> Test:
    word = _next(tokens, "a filter")
    if word in ("not", "!"):
        inner = _one(tokens)
        return lambda headers: not inner(headers)
    if word == "(":
        inner = _either(tokens)
        if _next(tokens, "')'") != ")":
            raise BadFilter("')' is missing")
        return inner
    return _primitive(word, tokens)


def _primitive(word: str, tokens: list[str]) -> Test:
    match word:
        case "ip" if tokens and tokens[0] == "proto":
            tokens.pop(0)
            return _protocol(_number(tokens, PROTOCOLS))
        case "ip":
            return lambda headers: headers.type == _IP
        case "arp":
            return lambda headers: headers.type == _ARP
        case "ether":
            if _next(tokens, "proto") != "proto":
                raise BadFilter("ether is followed by proto")
            wanted = _number(tokens, {"ip": _IP, "arp": _ARP})
            return lambda headers: headers.type == wanted
        case "proto":
            return _protocol(_number(tokens, PROTOCOLS))
        case "less":
            most = _number(tokens, {})
            return lambda headers: headers.length <= most
        case "greater":
            least = _number(tokens, {})
            return lambda headers: headers.length >= least
        case "tcp" | "udp" if tokens and tokens[0] in ("src", "dst", "port"):
            return _and(_protocol(PROTOCOLS[word]), _sided(tokens.pop(0), tokens, ports_only=True))
        case "src" | "dst" | "host" | "net" | "port":
            return _sided(word, tokens)
        case _ if word in PROTOCOLS:
            return _protocol(PROTOCOLS[word])
    raise BadFilter(f"{word!r} is no filter")


def _protocol(number: int) -> Test:
    return lambda headers: bool(headers.ip) and headers.ip[9] == number


def _sided(word: str, tokens: list[str], *, ports_only: bool = False) -> Test:
    """`[src | dst] {host A | net A/n | port N}`."""
    sides: tuple[int, ...] = (0, 1)
    if word in ("src", "dst"):
        sides = (0,) if word == "src" else (1,)
        word = _next(tokens, "host, net or port")
    if word == "port":
        number = _number(tokens, {})
        return lambda headers: any(_port(headers, side) == number for side in sides)
    if ports_only or word not in ("host", "net"):
        raise BadFilter(f"{word!r} is not expected")
    network, mask = _network(_next(tokens, "an address"), is_host=word == "host")
    return lambda headers: any(_address(headers, side, mask) == network for side in sides)


def _port(headers: Headers, side: int) -> int | None:
    ip = headers.ip
    if not ip or ip[9] not in _WITH_PORTS or int.from_bytes(ip[6:8], "big") & 0x1FFF:
        return None
    start = (ip[0] & 15) * 4 + 2 * side
    return int.from_bytes(ip[start : start + 2], "big") if len(ip) >= start + 2 else None


def _address(headers: Headers, side: int, mask: int) -> int | None:
    if not headers.ip:
        return None
    return int.from_bytes(headers.ip[12 + 4 * side : 16 + 4 * side], "big") & mask


def _network(text: str, *, is_host: bool) -> tuple[int, int]:
    address, slash, length_text = text.partition("/")
    parts = address.split(".")
    if len(parts) != 4 or not all(p.isdecimal() and int(p) < 256 for p in parts):
        raise BadFilter(f"{text!r} is no address")
    length = 32
    if slash:
        if is_host or not length_text.isdecimal() or int(length_text) > 32:
            raise BadFilter(f"{text!r} is no address")
        length = int(length_text)
    mask = (1 << 32) - (1 << (32 - length))
    network = int.from_bytes(bytes(map(int, parts)), "big")
    if network & ~mask:
        raise BadFilter(f"{text!r} has bits behind its length")
    return network, mask


def _number(tokens: list[str], names: dict[str, int]) -> int:
    word = _next(tokens, "a number")
    if word in names:
        return names[word]
    try:
        return int(word, 0)
    except ValueError:
        raise BadFilter(f"{word!r} is no number") from None


def _next(tokens: list[str], wanted: str) -> str:
    if not tokens:
        raise BadFilter(f"{wanted} is missing at the end")
    return tokens.pop(0)
