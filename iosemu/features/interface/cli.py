"""Commands of interfaces: queries of their shows, counters."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.cli.api import Dialog, Exec, Lines, Rejected, exec_command, show
from iosemu.cli.interfaces import short
from iosemu.config.tree import slot_of
from iosemu.features.ip.config import IpInterfaceConfig
from iosemu.kernel.time import Time
from iosemu.proto.ppp.views import LineQuery
from iosemu.stack.configure import clear_counters as reset
from iosemu.stack.counters import NEVER
from iosemu.stack.interface import Encapsulation, Interface, Link, Medium
from iosemu.stack.state import Stack
from iosemu.values import dataclass

from .config import InterfaceConfig, InterfacesConfig
from .hardware import family_of, hardware_of, sort_key
from .messages import CountersCleared
from .views import (
    CountersView,
    DescriptionRow,
    DescriptionsView,
    InterfaceView,
    LenderView,
    MediumView,
    SerialView,
)


def sorted_interfaces(stack: Stack) -> list[Interface]:
    """All interfaces in the order of shows."""
    return [stack.interfaces[name] for name in sorted(stack.interfaces, key=sort_key)]


def listed_interfaces(stack: Stack) -> list[Interface]:
    """Those that shows list unasked: Null0 is shown by its name only."""
    return [i for i in sorted_interfaces(stack) if i.kind.medium is not Medium.NULL]


def interface_named(stack: Stack, name: str) -> Interface:
    """The interface of a name; Rejected if there is none."""
    held = stack.interfaces.get(name)
    if held is None:
        raise Rejected("%Invalid interface type and number")
    return held


def configured(x: Exec, name: str) -> InterfaceConfig:
    held: InterfaceConfig = x.config.of(InterfacesConfig).by_name.get(name, InterfaceConfig())
    return held


@show("interface.show")
def show_interfaces(x: Exec, *, name: str | None) -> Iterator[InterfaceView]:
    stack = x.part(Stack)
    chosen = listed_interfaces(stack) if name is None else [interface_named(stack, name)]
    for interface in chosen:
        yield interface_view(x, interface)


def interface_view(x: Exec, interface: Interface) -> InterfaceView:
    config, now = configured(x, interface.name), x.now
    hardware = hardware_of(interface.name)
    has_mac = interface.kind.medium is Medium.ETHERNET
    address, length = (interface.settings.addresses or ((None, 0),))[0]
    counters = counters_view(interface, now)
    return InterfaceView(
        name=interface.name,
        status=interface.link.value,
        protocol="up" if interface.is_up else "down",
        family=family_of(interface.name),
        hardware=hardware.name,
        mac=interface.mac if has_mac else None,
        burned_in_mac=interface.burned_in if has_mac else None,
        description=config.description,
        address=address,
        length=length,
        mtu_bytes=interface.mtu_bytes,
        bandwidth_kbps=interface.bandwidth_kbps,
        delay_us=interface.delay_us,
        encapsulation=(
            interface.settings.encapsulation.name if interface.is_serial else hardware.encapsulation
        ),
        vlan=interface.settings.vlan,
        load_interval_s=interface.settings.load_interval_s,
        input_queue=75 if config.hold_queue_in is None else config.hold_queue_in,
        output_queue=(
            hardware.output_queue if config.hold_queue_out is None else config.hold_queue_out
        ),
        medium=MediumView(config.duplex, config.speed, config.media_type, config.negotiation_auto),
        keepalive_s=config.keepalive_s,
        arp_timeout_s=config.arp_timeout_s,
        last_input=_since(interface.received.last_at, now),
        last_output=_since(interface.sent.last_at, now),
        last_clearing=_since(interface.cleared_at, now),
        counters=counters,
        txload=load(counters.output_bps, interface.bandwidth_kbps),
        rxload=load(counters.input_bps, interface.bandwidth_kbps),
        reliability=interface.reliability(now),
        queued=x.queued(interface.name) if interface.is_hardware else 0,
        serial=serial_view(x, interface, config) if interface.is_serial else None,
        lender=lender_view(config, interface),
    )


def serial_view(x: Exec, interface: Interface, config: InterfaceConfig) -> SerialView:
    ppp = None
    if interface.settings.encapsulation is Encapsulation.PPP:
        ppp = x.view("ppp", LineQuery(interface.name))
    return SerialView(
        lcp=None if ppp is None else ppp.lcp,
        network=() if ppp is None else ppp.network,
        is_looped=interface.is_looped,
        restart_delay_s=config.restart_delay_s or 0,
        has_signals=interface.carrier,
    )


def lender_view(config: InterfaceConfig, interface: Interface) -> LenderView | None:
    lender = slot_of(config, IpInterfaceConfig).unnumbered
    return None if lender is None else LenderView(lender, interface.settings.borrowed)


def load(rate_bps: int, bandwidth_kbps: int) -> int:
    """How much of the bandwidth a rate takes, of 255; IOS never says less than 1."""
    return max(1, min(255, rate_bps * 255 // (bandwidth_kbps * 1000)))


def _since(at: Time, now: Time) -> Time | None:
    return None if at == NEVER else now - at


def counters_view(interface: Interface, now: Time) -> CountersView:
    input_bps, input_pps = interface.received.rates(now)
    output_bps, output_pps = interface.sent.rates(now)
    return CountersView(
        input_packets=interface.received.packets,
        input_bytes=interface.received.bytes,
        input_broadcasts=interface.broadcasts_received,
        input_multicasts=interface.multicasts_received,
        input_errors=interface.input_errors,
        input_crc=interface.crc_errors,
        input_runts=interface.runts,
        input_giants=interface.giants,
        input_aborts=interface.aborts,
        unknown_protocol_drops=interface.unknown_protocols,
        output_packets=interface.sent.packets,
        output_bytes=interface.sent.bytes,
        output_drops=interface.output_drops,
        resets=interface.resets,
        lost_carrier=interface.carrier_losses,
        carrier_transitions=interface.carrier_changes,
        input_bps=input_bps,
        input_pps=input_pps,
        output_bps=output_bps,
        output_pps=output_pps,
    )


@show("interface.show.description")
def show_descriptions(x: Exec, *, name: str | None) -> Iterator[DescriptionsView]:
    stack = x.part(Stack)
    chosen = listed_interfaces(stack) if name is None else [interface_named(stack, name)]
    yield DescriptionsView(
        tuple(
            DescriptionRow(
                name=short(interface.name),
                status="admin down" if interface.link is Link.SHUT else interface.link.value,
                protocol="up" if interface.is_up else "down",
                description=configured(x, interface.name).description or "",
            )
            for interface in chosen
        )
    )


@dataclass(frozen=True, slots=True)
class ConfirmClear:
    """`clear counters`: of one interface, or of all."""

    name: str | None

    def ask(self) -> str:
        which = "all interfaces" if self.name is None else "this interface"
        return f'Clear "show interface" counters on {which} [confirm]'

    def answer(self, x: Exec, text: str) -> Dialog | Lines:
        if text.strip().lower() not in ("", "y"):
            return []
        stack = x.part(Stack)
        names = list(stack.interfaces) if self.name is None else [self.name]
        for name in names:
            reset(stack, interface_named(stack, name), x.now)
        x.log(CountersCleared(self.name, x.user))
        return []


@exec_command("interface.clear.counters")
def clear_counters(x: Exec, *, name: str | None) -> Dialog:
    if name is not None:
        interface_named(x.part(Stack), name)
    return ConfirmClear(name)
