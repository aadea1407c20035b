"""Brings the stack's interfaces to what is configured."""

from __future__ import annotations

from iosemu.address import IPv4Address, length_of
from iosemu.cli.interfaces import parent
from iosemu.config.entries import Entries
from iosemu.config.tree import Config, slot_of
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.features.ipv6.apply import settings_of as ipv6_settings
from iosemu.features.ipv6.config import Ipv6InterfaceConfig
from iosemu.features.vrf.config import InterfaceVrf
from iosemu.proto.base import DEFAULT_VRF
from iosemu.stack.configure import configure_interface, remove_interface
from iosemu.stack.context import Context
from iosemu.stack.interface import Encapsulation, Settings
from iosemu.stack.state import Stack

from .config import InterfaceConfig, InterfacesConfig


def settings_of(config: InterfaceConfig, by_name: Entries[str, InterfaceConfig]) -> Settings:
    """What the stack is to know of an interface; `by_name`: all of them."""
    ip = slot_of(config, IpInterfaceConfig)
    dot1q = config.encapsulation
    return Settings(
        shutdown=config.shutdown,
        addresses=addresses_of(ip),
        mtu_bytes=config.mtu_bytes,
        ip_mtu_bytes=ip.mtu_bytes,
        tcp_mss_bytes=ip.tcp_mss_bytes,
        bandwidth_kbps=config.bandwidth_kbps or forced_kbps(config),
        delay_us=None if config.delay_tens_us is None else config.delay_tens_us * 10,
        mac=config.mac_address,
        vlan=None if dot1q is None else dot1q.vlan,
        is_native=dot1q is not None and dot1q.native,
        arp_timeout_s=config.arp_timeout_s,
        load_interval_s=config.load_interval_s,
        logs_link_status=config.logs_link_status,
        has_proxy_arp=ip.proxy_arp,
        is_per_packet=ip.load_sharing == "per-packet",
        has_redirects=ip.redirects,
        has_unreachables=ip.unreachables,
        has_mask_reply=ip.mask_reply,
        has_local_proxy_arp=ip.local_proxy_arp,
        has_directed_broadcast=ip.directed_broadcast,
        is_process_switched=not (ip.route_cache and ip.route_cache_cef),
        helpers=ip.helpers,
        borrowed=borrowed(ip, by_name),
        hold_queue=config.hold_queue_out,
        encapsulation=Encapsulation(config.framing),
        clock_bps=config.clock_rate_bps,
        keepalive_s=config.keepalive_s or None,
        is_down_when_looped=config.down_when_looped,
        access_in=None if ip.access_in is None else str(ip.access_in),
        access_out=None if ip.access_out is None else str(ip.access_out),
        policy=ip.policy,
        vrf=slot_of(config, InterfaceVrf).name or DEFAULT_VRF,
        ipv6=ipv6_settings(slot_of(config, Ipv6InterfaceConfig)),
    )


def borrowed(ip: IpInterfaceConfig, by_name: Entries[str, InterfaceConfig]) -> IPv4Address | None:
    """The address an unnumbered interface uses: the primary one of another."""
    lender = None if ip.unnumbered is None else by_name.get(ip.unnumbered)
    address = None if lender is None else slot_of(lender, IpInterfaceConfig).address
    return None if address is None else address.address


def forced_kbps(config: InterfaceConfig) -> int | None:
    """The bandwidth that a typed speed gives, None if the hardware decides."""
    return int(config.speed) * 1000 if config.speed not in (None, "auto") else None


def addresses_of(ip: IpInterfaceConfig) -> tuple[tuple[IPv4Address, int], ...]:
    """Primary first.  Without a primary the secondaries do nothing, as on IOS."""
    if ip.address is None:
        return ()
    configured = (ip.address, *ip.secondaries.values())
    return tuple((item.address, length_of(item.mask) or 0) for item in configured)


def apply(stack: Stack, ctx: Context, old: Config, new: Config) -> None:
    """Remove what is no longer configured, then configure what changed, main interfaces first."""
    before, after = old.of(InterfacesConfig).by_name, new.of(InterfacesConfig).by_name
    if before is after:
        return
    changed = after.changed_keys(before)
    for name in [n for n in changed if n not in after and n in stack.interfaces]:
        remove_interface(stack, ctx, name)
    differing = dict.fromkeys(n for n in changed if n in after)
    differing |= dict.fromkeys(
        name
        for name, held in after.items()
        if slot_of(held, IpInterfaceConfig).unnumbered in changed
    )
    for name in sorted(differing, key=lambda n: parent(n) is not None):
        configure_interface(stack, ctx, name, settings_of(after[name], after))
