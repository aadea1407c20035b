"""The lines of a device and who sits at them."""

from __future__ import annotations

from collections.abc import Callable

from iosemu import stack
from iosemu.address import Address, IPv6Address
from iosemu.config.tree import Config
from iosemu.device.router import Router
from iosemu.features.line.config import AccessClass, LineConfig, LinesConfig, VtyConfig
from iosemu.kernel.world import World
from iosemu.proto.base import DEFAULT_VRF
from iosemu.proto.lines import Caller
from iosemu.values import dataclass, field

from .session import Kind, Session


@dataclass(frozen=True, slots=True)
class HangUp:
    """Event of a session: its line is reset by somebody else."""


@dataclass(slots=True)
class LineUses:
    """How often each line was used since the boot, by its number among all lines."""

    counts: dict[int, int] = field(default_factory=dict)

    def count(self, number: int) -> None:
        self.counts[number] = self.counts.get(number, 0) + 1


def line_config(config: Config, session: Session) -> LineConfig:
    """The configuration of a session's line."""
    lines = config.of(LinesConfig)
    if session.kind is Kind.VTY:
        return lines.vty.get(session.line_number) or VtyConfig()
    return lines.con.get(session.line_number) or LineConfig()


def sessions_of(world: World, device: str) -> list[Session]:
    """The terminals of a device that somebody may see: con 0 and its virtual terminals in use."""
    held: dict[int, Session] = world.parts.get("sessions", {})
    seen = [s for s in held.values() if s.device == device and s.kind is not Kind.HIDDEN]
    return sorted((s for s in seen if not s.is_over), key=lambda s: s.absolute_number)


def free_vty(
    world: World,
    config: Config,
    device: str,
    wanted: int | None = None,
    lets_in: Callable[[LineConfig], bool] = lambda line: line.transport_input != ("none",),
) -> int | None:
    """The first virtual terminal nobody sits at and that lets him in, or the wanted one; None if
    there is none."""
    busy = {s.line_number for s in sessions_of(world, device) if s.kind is Kind.VTY}
    return next(
        (
            number
            for number, line in sorted(config.of(LinesConfig).vty.items())
            if number not in busy and wanted in (None, number) and lets_in(line)
        ),
        None,
    )


def line_for(router: Router, caller: Caller) -> int | None:
    """The virtual terminal a caller gets; None: he is refused.  A list that several lines share is
    asked once, as it counts."""
    asked: dict[AccessClass | None, bool] = {}

    def lets_in(line: LineConfig) -> bool:
        if not (line.exec and line.lets_in(caller.transport)):
            return False
        access = line.access_class_in
        if access not in asked:
            asked[access] = admits(router, access, caller)
        return asked[access]

    return free_vty(router.world, router.device.config, router.device.name, lets_in=lets_in)


def admits(router: Router, access: AccessClass | None, caller: Caller) -> bool:
    """`access-class LIST in`: whether a line takes this caller.  Without `vrf-also` it takes nobody
    who comes by way of a VRF; who comes over IPv6 is not its business."""
    if access is None:
        return True
    if caller.vrf != DEFAULT_VRF and not access.vrf_also:
        return False
    if isinstance(caller.peer, IPv6Address) or isinstance(caller.local, IPv6Address):
        return True
    source, target = (caller.peer, caller.peer_port), (caller.local, caller.local_port)
    return stack.admits(router.device.stack, router, str(access.acl), source, target)


def may_call(router: Router, line: LineConfig, address: Address) -> bool:
    """`access-class LIST out`: whether a line may connect to a host.  A standard list, which looks
    at sources only, is asked about the host (IOS documents it so)."""
    name = line.access_class_out
    if name is None or isinstance(address, IPv6Address):
        return True
    host = (address, 0)
    return stack.admits(router.device.stack, router, str(name), host, host)
