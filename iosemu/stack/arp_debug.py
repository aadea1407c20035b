"""`debug arp`: one entry for each message sent or received, in the words of IOS 15."""

from __future__ import annotations

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


def _word(message: Arp) -> str:
    return "req" if message.operation == Operation.REQUEST else "rep"
