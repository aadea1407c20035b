"""`debug ipv6 nd`: neighbor discovery in the words of IOS 15."""

from __future__ import annotations

from iosemu.address import IPv6Address, MacAddress

from .context import Context

FLAG = "ipv6 nd"


def say(ctx: Context, interface: str, text: str) -> None:
    """One line about an interface."""
    if ctx.debugging(FLAG):
        ctx.debug(FLAG, f"ICMPv6-ND: ({interface}) {text}", interface)


def about(ctx: Context, interface: str, address: IPv6Address, text: str) -> None:
    """One line about a neighbor or an own address."""
    if ctx.debugging(FLAG):
        ctx.debug(FLAG, f"ICMPv6-ND: ({interface},{address}) {text}", interface)


def moved(ctx: Context, interface: str, address: IPv6Address, before: str, after: str) -> None:
    """A neighbor changed its state."""
    about(ctx, interface, address, f"{before} -> {after}")


def glean(ctx: Context, interface: str, address: IPv6Address, mac: MacAddress) -> None:
    """A link address was learned."""
    about(ctx, interface, address, f"LLA {mac}")


def unique(ctx: Context, interface: str, address: IPv6Address) -> None:
    """Detection found nobody."""
    about(ctx, interface, address, "DAD: address is unique")
