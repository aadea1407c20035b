"""Reading a target, a source and the answers of a dialog; shared with traceroute."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from iosemu.address import IPv4Address, IPv6Address
from iosemu.cli.api import Exec, Rejected
from iosemu.cli.interfaces import canonical
from iosemu.features.ip.config import IpConfig
from iosemu.features.ip.names import addresses_of, translating
from iosemu.features.vrf.config import VrfsConfig
from iosemu.proto.base import DEFAULT_VRF
from iosemu.stack import Stack
from iosemu.stack.ipv6_origin import source_for
from iosemu.wire.ip_options import MOST_ADDRESSES, MOST_BYTES

from .options import LETTERS, Wanted, option_bytes

NO_INTERFACE = "% Invalid source interface - IP not enabled or interface is down"
NO_ADDRESS = "% Invalid source address- IP address not on any of our up interfaces"
NO_INTERFACE6 = "% Invalid source interface - IPv6 not enabled or interface is down"
NO_ADDRESS6 = "% Invalid source address- IPv6 address not on any of our up interfaces"
UNKNOWN_HOST = "% Unrecognized host or address, or protocol not running."


def target_address(x: Exec, target: IPv4Address | str) -> IPv4Address:
    """The address of a target: a name is one of `ip host`, as there are no name servers."""
    if isinstance(target, IPv4Address):
        return target
    held = addresses_of(x.config.of(IpConfig), target)
    if held:
        return held[0]
    if not x.config.of(IpConfig).domain_lookup:
        raise Rejected(UNKNOWN_HOST)
    raise Rejected(f"{translating(x.config.of(IpConfig), target)}\n{UNKNOWN_HOST}")


def vrf_of(x: Exec, name: str | None) -> str:
    """The table of a VRF that was typed; it must have an address to send from."""
    if name is None:
        return DEFAULT_VRF
    if not x.config.of(VrfsConfig).has_ipv4(name):
        raise Rejected(f"% VRF {name} does not exist")
    interfaces = x.part(Stack).interfaces.values()
    if not any(i.is_up and i.address is not None and i.settings.vrf == name for i in interfaces):
        raise Rejected("% VRF does not have a usable source address")
    return name


def source_address(x: Exec, source: IPv4Address | str, vrf: str = DEFAULT_VRF) -> IPv4Address:
    """The own address a source means: an interface's primary one, or itself."""
    interfaces = x.part(Stack).interfaces
    if isinstance(source, IPv4Address):
        held = [i for i in interfaces.values() if i.settings.vrf == vrf]
        if any(i.is_up and i.owns(source) for i in held):
            return source
        raise Rejected(NO_ADDRESS)
    interface = interfaces.get(source)
    if interface is None or not interface.is_up or interface.address is None:
        raise Rejected(NO_INTERFACE)
    if interface.settings.vrf != vrf:
        raise Rejected(NO_INTERFACE)
    return interface.address


def target6_address(x: Exec, target: IPv6Address | str) -> IPv6Address:
    """The address of an IPv6 target; no name has one."""
    if isinstance(target, IPv6Address):
        return target
    raise Rejected(UNKNOWN_HOST)


def source6_address(x: Exec, source: IPv6Address | str, target: IPv6Address) -> IPv6Address:
    """The own address a source means: that of an interface which suits the target, or itself."""
    interfaces = x.part(Stack).interfaces
    if isinstance(source, IPv6Address):
        links = (i.ipv6 for i in interfaces.values() if i.ipv6 is not None)
        if any(source == own.address for link in links for own in link.in_use()):
            return source
        raise Rejected(NO_ADDRESS6)
    interface = interfaces.get(source)
    if interface is None or interface.ipv6 is None:
        raise Rejected(NO_INTERFACE6)
    vrf = x.part(Stack).vrf(interface.settings.vrf)
    held = source_for(x.part(Stack), vrf, source, target)
    if held is None:
        raise Rejected(NO_INTERFACE6)
    return held


def typed_source(text: str) -> IPv4Address | str | None:
    """An answer to "Source address or interface"; None: none was given."""
    if not text:
        return None
    try:
        return IPv4Address.parse(text)
    except ValueError:
        name = canonical(text)
        if name is None:
            raise Rejected("% Invalid source") from None
        return name


def number(text: str, default: int, low: int, high: int) -> int:
    """A decimal answer, its default when Enter is pressed."""
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or not low <= int(text) <= high:
        raise Rejected(f"% A decimal number between {low} and {high}.")
    return int(text)


def yes(text: str, default: bool = False) -> bool:
    """A yes or no answer, its default when Enter is pressed."""
    word = text.lower()
    if not word:
        return default
    if "yes".startswith(word):
        return True
    if "no".startswith(word):
        return False
    raise Rejected("% Please answer 'yes' or 'no'.")


def ip_only(text: str) -> None:
    """The answer to "Protocol [ip]"."""
    if text.lower() not in ("", "ip"):
        raise Rejected(f'% Unknown protocol - "{text}", type "ping ?" for help')


def address(x: Exec, text: str) -> IPv4Address:
    """The answer to "Target IP address": an address, or a known name."""
    try:
        return IPv4Address.parse(text)
    except ValueError:
        held = addresses_of(x.config.of(IpConfig), text)
        if not held:
            raise Rejected("% Bad IP address") from None
        return held[0]


def hexadecimal(text: str) -> int | None:
    """The answer to "Data pattern": 16 bits; None for the default."""
    digits = text.lower().removeprefix("0x")
    if not text:
        return None
    if not 1 <= len(digits) <= 4 or any(c not in "0123456789abcdef" for c in digits):
        raise Rejected("% Invalid pattern, should be 4 hex digits")
    return int(digits, 16)


class Detail(Enum):
    """What else is asked for an option."""

    HOPS = "hops"
    STAMPS = "timestamps"
    LOOSE = "loose"
    STRICT = "strict"


DETAIL_QUESTIONS = {
    Detail.HOPS: f"Number of hops [ {MOST_ADDRESSES} ]: ",
    Detail.STAMPS: f"Number of timestamps [ {MOST_ADDRESSES} ]: ",
    Detail.LOOSE: "Source route: ",
    Detail.STRICT: "Source route: ",
}
_DETAILS = {
    "loose": Detail.LOOSE,
    "strict": Detail.STRICT,
    "record": Detail.HOPS,
    "timestamp": Detail.STAMPS,
}


def options_question(wanted: Wanted) -> str:
    """The question that is repeated until Enter, with what was chosen so far."""
    return f"Loose, Strict, Record, Timestamp, Verbose[{wanted.letters}]: "


def _option_word(text: str) -> str:
    word = text.lower()
    found = next((name for name, _ in LETTERS if name.startswith(word)), None)
    if found is None:
        raise Rejected(f'% Invalid option - "{text}"')
    return found


def detail_of(wanted: Wanted, text: str) -> Detail | None:
    """What the option needs to know; None for Verbose and for Enter."""
    if not text:
        return None
    word = _option_word(text)
    if word in ("loose", "strict") and wanted.route:
        raise Rejected("% Only one source route option allowed")
    return _DETAILS.get(word)


def chosen(wanted: Wanted, text: str) -> Wanted:
    """The options after Verbose or Enter.  Any option makes the ping print its results in words."""
    return replace(wanted, verbose=True) if text else wanted


def with_detail(wanted: Wanted, detail: Detail, text: str) -> Wanted:
    """The options with what was answered; Rejected if they would not fit into a header."""
    match detail:
        case Detail.HOPS:
            wanted = replace(wanted, hops=number(text, MOST_ADDRESSES, 1, MOST_ADDRESSES))
        case Detail.STAMPS:
            wanted = replace(wanted, stamps=number(text, MOST_ADDRESSES, 1, MOST_ADDRESSES))
        case _:
            route = tuple(_route_address(word) for word in text.split())
            if not route:
                raise Rejected("% Bad IP address")
            wanted = replace(wanted, route=route, is_strict=detail is Detail.STRICT)
    if len(option_bytes(wanted, IPv4Address(0))) > MOST_BYTES:
        raise Rejected("% No room for that option")
    return replace(wanted, verbose=True)


def _route_address(word: str) -> IPv4Address:
    try:
        return IPv4Address.parse(word)
    except ValueError:
        raise Rejected("% Bad IP address") from None
