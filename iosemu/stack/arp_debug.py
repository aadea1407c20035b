"""`debug arp`: one entry for each message sent or received, in the words of IOS 15."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.wire.arp import Arp, Operation

from .context import Context

FLAG = "arp"


def sent(ctx: Context, message: Arp, interface: str) -> None:
    """Say what was sent, on two lines as IOS does."""
    if ctx.debugging(FLAG):
        ctx.debug(
            FLAG,
            f"IP ARP: sent {_word(message)} src {message.sender} {message.sender_mac},\n"
            f"                 dst {message.target} {message.target_mac} {interface}",
            interface,
        )


def received(ctx: Context, message: Arp, interface: str) -> None:
    """Say what came in."""
    if ctx.debugging(FLAG):
        ctx.debug(
            FLAG,
            f"IP ARP: rcvd {_word(message)} src {message.sender} {message.sender_mac},"
            f" dst {message.target} {interface}",
            interface,
        )


def incomplete(ctx: Context, address: IPv4Address, interface: str) -> None:
    """A neighbor is asked for, for the first time."""
    if ctx.debugging(FLAG):
        text = f"IP ARP: creating incomplete entry for IP address: {address} interface {interface}"
        ctx.debug(FLAG, text, interface)


def throttled(ctx: Context, address: IPv4Address, interface: str) -> None:
    """A neighbor was asked for a moment ago, so it is not asked again."""
    if ctx.debugging(FLAG):
        ctx.debug(FLAG, f"IP ARP throttled out the ARP Request for {address}", interface)


def filtered(ctx: Context, message: Arp, interface: str) -> None:
    """A message of somebody who does not belong on this link."""
    if ctx.debugging(FLAG):
        ctx.debug(
            FLAG,
            f"IP ARP {_word(message)} filtered src {message.sender} {message.sender_mac},"
            f" dst {message.target} {message.target_mac} wrong cable, interface {interface}",
            interface,
        )


def _word(message: Arp) -> str:
    return "req" if message.operation == Operation.REQUEST else "rep"
