"""Access lists at work: `ip access-group` as stages of the chain, and the verdict for who asks.

Interfaces name their lists in `Settings`; a name without a list permits all.
"""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.kernel.time import SECOND
from iosemu.policy.acl import Acl, Entry, StandardEntry
from iosemu.policy.acl_match import Facts, Program, Row, compiled
from iosemu.policy.acl_names import TCP_FLAGS
from iosemu.wire.icmp import Type, Unreachable
from iosemu.wire.ipv4 import IPv4, Protocol

from .access_messages import message
from .access_state import AccessList, Gate, Hits, Logged, LogKey
from .chain import Drop, IcmpAnswer, Packet, Verdict
from .context import Context
from .interface import Interface, Medium
from .state import Reason, Stack

LOG_UPDATE_NS = 300 * SECOND
PROHIBITED = IcmpAnswer(Type.UNREACHABLE, Unreachable.PROHIBITED)
DENIED = Drop(Reason.ACCESS, PROHIBITED)
ANY = IPv4Address(0)
_ONLY = "program"
_WITH_MESSAGE = (Protocol.ICMP, Protocol.IGMP)
_FLAGS_AT = 13


# -- the lists of a router ----


def define(stack: Stack, name: str, acl: Acl | None) -> None:
    """A list is now this, None: gone.  Counters of entries that are still there stay."""
    access = stack.access
    held = access.lists.get(name)
    if acl is None:
        if held is not None:
            del access.lists[name]
    elif held is None:
        access.lists[name] = AccessList(acl)
    else:
        for sequence in acl.entries.changed_keys(held.acl.entries):  # type: ignore[arg-type]
            gone = held.acl.entries.get(sequence)
            if gone in held.hits and acl.entries.find(gone) is None:
                del held.hits[gone]
        held.acl = acl
        held.programs.clear()
    stack.forget_flows()


def set_active(stack: Stack, active: dict[str, bool]) -> None:
    """Which time ranges there are, and which of them are active from now on."""
    if active == stack.access.active:
        return
    stack.access.active = active
    for held in stack.access.lists.values():
        held.programs.clear()
    stack.forget_flows()


def clear_counters(stack: Stack, name: str | None = None) -> None:
    """Of one list, or of all of them."""
    for each, held in stack.access.lists.items():
        if name is None or each == name:
            for hits in held.hits.values():
                hits.matches = 0


def program_of(stack: Stack, held: AccessList) -> Program:
    """The list compiled for the time ranges that are active now."""
    program = held.programs.get(_ONLY)
    if program is None:
        program = held.programs[_ONLY] = compiled(held.acl, stack.access.active)
    return program


# -- questions ----


def permits(stack: Stack, name: str, datagram: IPv4) -> bool:
    """Whether a list permits a datagram; nothing is counted."""
    held = stack.access.lists.get(name)
    return held is None or program_of(stack, held).permits(facts_of(datagram))


def counted(stack: Stack, name: str, datagram: IPv4) -> bool:
    """Whether a list permits a datagram, counted at the entry that says so; not logged."""
    held = stack.access.lists.get(name)
    if held is None:
        return True
    program = program_of(stack, held)
    row = program.first(facts_of(datagram))
    if row is None:
        return program.is_empty
    _hits(held, row).matches += 1
    return row.is_permit


def admits(
    stack: Stack,
    ctx: Context,
    name: str,
    source: tuple[IPv4Address, int],
    target: tuple[IPv4Address, int],
) -> bool:
    """Whether a list permits a TCP connection between these addresses and ports (`access-class`).

    Counted and logged.
    """
    held = stack.access.lists.get(name)
    if held is None:
        return True
    ports = source[1], target[1]
    facts = Facts(Protocol.TCP, source[0], target[0], high=ports, flags=TCP_FLAGS["syn"])
    program = program_of(stack, held)
    row = program.first(facts)
    if row is None:
        return program.is_empty
    _hits(held, row).matches += 1
    if row.entry.log:
        _log(stack, ctx, log_key(name, row, facts, ""))
    return row.is_permit


def facts_of(datagram: IPv4) -> Facts:
    """What access lists look at."""
    high: tuple[int, int] | None = None
    flags: int | None = None
    is_later = datagram.fragment_offset > 0
    if not is_later:
        payload = datagram.payload
        if datagram.protocol in _WITH_MESSAGE:
            high = (payload[0], payload[1]) if len(payload) >= 2 else None
        elif datagram.protocol in (Protocol.TCP, Protocol.UDP) and len(payload) >= 4:
            high = payload[0] << 8 | payload[1], payload[2] << 8 | payload[3]
            if datagram.protocol == Protocol.TCP and len(payload) > _FLAGS_AT:
                flags = payload[_FLAGS_AT]
    options = _option_types(datagram.options) if datagram.options else ()
    return Facts(
        datagram.protocol,
        datagram.source,
        datagram.target,
        datagram.tos,
        datagram.ttl,
        is_later,
        high,
        flags,
        options,
    )


def _option_types(options: bytes) -> tuple[int, ...]:
    """The types in a list of options; the rest of a malformed one is not looked at."""
    found = []
    at = 0
    while at < len(options):
        type_ = options[at]
        found.append(type_)
        if type_ == 0:
            break
        length = 1 if type_ == 1 else options[at + 1] if at + 1 < len(options) else 0
        if length < 1 or (type_ != 1 and length < 2):
            break
        at += length
    return tuple(found)


# -- stages ----


def check_in(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """The list of the interface a packet came in by, before anything is done with it."""
    port = stack.interfaces[packet.ingress or ""]
    name = port.settings.access_in
    return packet if name is None else _check(stack, ctx, packet, name, port, "in")


def check_out(stack: Stack, ctx: Context, packet: Packet) -> Verdict:
    """The list of the interface a packet in transit leaves by; own packets do not come here."""
    out = stack.interfaces.get(packet.egress or "")
    if out is None or out.settings.access_out is None:
        return packet
    port = stack.interfaces[packet.ingress or ""]
    return _check(stack, ctx, packet, out.settings.access_out, port, "out")


def _check(
    stack: Stack, ctx: Context, packet: Packet, name: str, port: Interface, direction: str
) -> Verdict:
    """`port`: where the packet came in, for the log."""
    held = stack.access.lists.get(name)
    if held is None:
        return packet
    facts = facts_of(packet.datagram)
    program = program_of(stack, held)
    row = program.first(facts)
    packet.is_gated = True
    if packet.frame and packet.detail is None:
        packet.detail = detail(packet.frame, link_bytes(port))
    if row is None:
        if program.is_empty:
            return packet
        packet.because = ("access list", name, None, *_bound(packet, direction))
        return DENIED
    hits = _hits(held, row)
    hits.matches += 1
    if row.entry.log:
        packet.flow_key = None
        heard = where(port, packet.frame) if row.entry.log == "log-input" else ""
        _log(stack, ctx, log_key(name, row, facts, heard))
    if packet.trace is not None or not row.is_permit:
        packet.because = ("access list", name, row.sequence, *_bound(packet, direction))
    if not row.is_permit:
        return DENIED
    packet.hits = (*packet.hits, hits)
    return packet


def _bound(packet: Packet, direction: str) -> tuple[str | None, str]:
    """Where the list is applied that looks at a packet."""
    return (packet.ingress if direction == "in" else packet.egress), direction


def _hits(held: AccessList, row: Row) -> Hits:
    found = held.hits.get(row.entry)
    if found is None:
        found = held.hits[row.entry] = Hits()
    return found


def matches_of(held: AccessList, entry: Entry) -> int:
    """How many packets an entry matched."""
    hits = held.hits.get(entry)
    return 0 if hits is None else hits.matches


# -- the log ----


def where(port: Interface, frame: bytes) -> str:
    """The interface and the link source of a packet, as `log-input` has them."""
    if port.kind.medium is Medium.ETHERNET:
        mac = frame[6:12].hex()
        return f"({port.name} {mac[:4]}.{mac[4:8]}.{mac[8:]}) "
    return f"({port.name} *HDLC*) "


def log_key(name: str, row: Row, facts: Facts, heard: str) -> LogKey:
    """What a packet is logged under.  Ports that no entry so far looked at are not known."""
    tag = row.entry.log_tag
    source = IPv4Address(facts.source)
    if isinstance(row.entry, StandardEntry):
        return LogKey(name, True, row.is_permit, 0, source, 0, ANY, 0, heard, tag)
    high = (0, 0)
    if facts.high is not None and (facts.protocol == Protocol.ICMP or row.has_seen_ports):
        high = facts.high
    target = IPv4Address(facts.target)
    return LogKey(
        name, False, row.is_permit, facts.protocol, source, high[0], target, high[1], heard, tag
    )


def _log(stack: Stack, ctx: Context, key: LogKey) -> None:
    """The first packet at once, later ones together: after five minutes, or at the threshold."""
    access = stack.access
    held = access.logged.get(key)
    if held is None:
        access.logged[key] = Logged()
        ctx.set_timer(("access-log", key), ctx.now + LOG_UPDATE_NS)
        ctx.log(message(key, 1))
        return
    held.packets += 1
    if access.log_threshold and held.packets >= access.log_threshold:
        ctx.log(message(key, held.packets))
        held.packets = 0


def on_log_timer(stack: Stack, ctx: Context, key: LogKey) -> None:
    """Five minutes are over: tell how many more there were, or forget the flow."""
    held = stack.access.logged.get(key)
    if held is None:
        return
    if not held.packets:
        del stack.access.logged[key]
        return
    ctx.log(message(key, held.packets))
    held.packets = 0
    ctx.set_timer(("access-log", key), ctx.now + LOG_UPDATE_NS)


# -- remembered flows ----

_TCP = int(Protocol.TCP)
_DETAIL_END = bytes(22 if n in (1, 2) else 24 if n in (6, 17) else 20 for n in range(256))
"""Of a datagram of each protocol, where the bytes end that lists look at."""
DETAIL_BYTES = 34
"""An IP datagram of fewer bytes may lack something that `detail` looks at."""


def detail(frame: bytes, at: int) -> bytes:
    """All that a list can look at beyond the key of a flow: TOS, fragment, TTL, protocol, ports or
    type and code, TCP flags.  The datagram starts at this byte; it has no options."""
    protocol = frame[at + 9]
    found = frame[at + 1 : at + 2] + frame[at + 6 : at + 10]
    found += frame[at + 20 : at + _DETAIL_END[protocol]]
    return found + frame[at + 33 : at + 34] if protocol == _TCP else found


def passes(gate: Gate, frame: bytes, at: int, total: int) -> bool:
    """Whether a datagram, of this length and at this byte, is known to pass; then it is counted."""
    if total < DETAIL_BYTES:
        return False
    hits = gate.passed.get(detail(frame, at))
    if hits is None:
        return False
    for entry in hits:
        entry.matches += 1
    return True


def link_bytes(port: Interface) -> int:
    """Length of the link header of frames that come in by an interface, tags not counted."""
    return 14 if port.kind.medium is Medium.ETHERNET else 4
