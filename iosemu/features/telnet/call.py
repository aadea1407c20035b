"""From the name of a host to a conversation with it."""

from __future__ import annotations

from iosemu.address import Address, IPv4Address, IPv6Address
from iosemu.cli.api import Exec, Lines, Rejected
from iosemu.features.ip.config import IpConfig
from iosemu.features.ip.names import addresses_of, translating
from iosemu.features.services.config import ServicesConfig
from iosemu.proto.base import DEFAULT_VRF, INTERNETWORK_CONTROL
from iosemu.stack import Stack
from iosemu.stack.ipv6_origin import source_for
from iosemu.values import dataclass

from .client import TelnetClient, TelnetRequest
from .config import TelnetConfig

UNKNOWN = "% Unknown command or computer name, or unable to find computer address"
NOT_PERMITTED = "% telnet connections not permitted from this terminal"
HOST_NOT_PERMITTED = "% Connections to that host not permitted from this terminal"
PORT = 23


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a command may say of a connection."""

    port: int = PORT
    source: str | None = None
    vrf: str | None = None
    quiet: bool = False
    is_stream: bool = False


def telnet_to(x: Exec, host: str, wishes: Wishes | None = None) -> Lines:
    """Start a conversation; Rejected with what IOS says if it cannot even be tried."""
    wishes = wishes or Wishes()
    config = x.config.of(TelnetConfig)
    address = parsed(host)
    addresses = (address,) if address is not None else addresses_of(x.config.of(IpConfig), host)
    if not addresses:
        raise Rejected(unknown(x, host))
    permit(x, addresses)
    vrf = DEFAULT_VRF if wishes.vrf is None else known_vrf(x, wishes.vrf)
    screen = x.screen
    x.start(
        TelnetClient.of(
            TelnetRequest(
                host,
                addresses,
                is_name=address is None,
                port=wishes.port,
                source=source_of(x, wishes.source or config.source, vrf, addresses[0]),
                vrf=vrf,
                width=screen.width,
                length=screen.length,
                terminal=screen.terminal or "VT100",
                tty=screen.line,
                tos=INTERNETWORK_CONTROL if config.tos is None else int(config.tos, 16),
                quiet=wishes.quiet or config.quiet,
                is_stream=wishes.is_stream,
                hides_addresses=config.hides_addresses
                or x.config.of(ServicesConfig).hide_telnet_addresses,
                stops_window=x.config.of(ServicesConfig).telnet_zeroidle,
            )
        )
    )
    return []


def parsed(host: str) -> Address | None:
    """The address that was typed, if it is one."""
    kind = IPv6Address if ":" in host else IPv4Address
    try:
        return kind.parse(host)
    except ValueError:
        return None


def unknown(x: Exec, name: str) -> str:
    """What IOS says of a name that nobody knows; there are no name servers that would."""
    config = x.config.of(IpConfig)
    if not config.domain_lookup:
        return f"% Bad IP address or host name{UNKNOWN}"
    return f"{translating(config, name)}\n{UNKNOWN}"


def permit(x: Exec, addresses: tuple[Address, ...]) -> None:
    """`transport output` and `access-class LIST out` of the line."""
    if not x.line_config.lets_out("telnet"):
        raise Rejected(NOT_PERMITTED)
    if not all(x.may_call(address) for address in addresses):
        raise Rejected(HOST_NOT_PERMITTED)


def known_vrf(x: Exec, name: str) -> str:
    if name not in x.part(Stack).vrfs:
        raise Rejected(f"% VRF {name} does not exist")
    return name


def source_of(x: Exec, interface: str | None, vrf: str, target: Address) -> Address | None:
    """The address to call from; one that is not there leaves the choice to the stack."""
    if interface is None:
        return None
    held = x.part(Stack).interfaces.get(interface)
    if held is None or not held.is_up or held.settings.vrf != vrf:
        return None
    if isinstance(target, IPv6Address):
        stack = x.part(Stack)
        return source_for(stack, stack.vrf(vrf), interface, target)
    return held.address
