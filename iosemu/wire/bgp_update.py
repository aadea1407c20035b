"""UPDATE: what is announced and withdrawn, read with its errors classified, built in full messages.

What RFC 7606 answers with a reset of the session is a `BgpError`; what it answers milder is done
here already, and noted as a `Fault`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from iosemu.values import dataclass

from .base import WireError
from .bgp_attribute_read import Block, Mode, Raw, cut, read_block
from .bgp_attribute_write import attribute, attribute_block, next_hop_bytes
from .bgp_attributes import FLAGS_OF, OPTIONAL_TRANSITIVE, AttributeType
from .bgp_error import BgpError, Code, Fault, Treatment, UpdateError
from .bgp_family import IPV4_UNICAST, IPV6_UNICAST, VPNV4, Family
from .bgp_header import HEADER_BYTES, MOST_BYTES, MessageType, message
from .bgp_nlri import Listed, Nlri, Reach, Unreach, nlri_entries, parse_nlri

_FIXED_BYTES = HEADER_BYTES + 4
_MP_HEADER_BYTES = 4
_NEXT_HOP_BYTES = {IPV4_UNICAST: (4,), IPV6_UNICAST: (16, 32), VPNV4: (12,)}
_MANDATORY = (AttributeType.ORIGIN, AttributeType.AS_PATH)


class Context(NamedTuple):
    """What was negotiated and what the neighbor is: how its updates are read and those to it built.

    four_octet: AS numbers in paths have four octets (both announced capability 65).
    internal: the neighbor is of this autonomous system; confederation: of this confederation.
    add_path: families whose prefixes, in this direction, carry path identifiers.
    """

    four_octet: bool = True
    internal: bool = False
    confederation: bool = False
    add_path: tuple[Family, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """What is announced and withdrawn; prefixes that an error takes back are among the withdrawn.

    end_of_rib: the family whose first table this ends.
    """

    announced: tuple[Reach, ...] = ()
    withdrawn: tuple[Unreach, ...] = ()
    faults: tuple[Fault, ...] = ()
    end_of_rib: Family | None = None


def parse_update(data: bytes, context: Context) -> Update:
    """Read a whole UPDATE; BgpError if the session cannot go on."""
    end = len(data)
    withdrawn_end = HEADER_BYTES + 2 + _u16(data, HEADER_BYTES)
    start = withdrawn_end + 2
    attributes_end = start + _u16(data, withdrawn_end)
    if attributes_end > end:
        raise BgpError(Code.UPDATE, UpdateError.MALFORMED, offset=withdrawn_end)
    if end == _FIXED_BYTES:
        return Update(end_of_rib=IPV4_UNICAST)
    parts = cut(data[start:attributes_end])
    announced = _body_prefixes(data[attributes_end:], context)
    withdrawn = _body_prefixes(data[HEADER_BYTES + 2 : withdrawn_end], context)
    reading = _Reading(context, parts.rest)
    if withdrawn.prefixes:
        reading.withdraw(IPV4_UNICAST, withdrawn)
    if parts.unreach is not None:
        reading.take_unreach(parts.unreach)
    if parts.reach is not None:
        reading.take_reach(parts.reach)
    if announced.prefixes:
        reading.announce(IPV4_UNICAST, announced, b"")
    return reading.done()


def _u16(data: bytes, at: int) -> int:
    if at + 2 > len(data):
        raise BgpError(Code.UPDATE, UpdateError.MALFORMED, offset=at)
    return data[at] << 8 | data[at + 1]


def _body_prefixes(data: bytes, context: Context) -> Listed:
    """The prefixes of IPv4 unicast that stand outside of attributes."""
    try:
        return parse_nlri(IPV4_UNICAST, data, path_ids=IPV4_UNICAST in context.add_path)
    except WireError as error:
        at = error.offset
        text = error.reason
        wrong = data[at : at + 1]
        raise BgpError(Code.UPDATE, UpdateError.NETWORK, wrong, offset=at, text=text) from None


class _Reading:
    """What was found so far in one update."""

    def __init__(self, context: Context, rest: bytes) -> None:
        self.context = context
        self.rest = rest
        self.mode = Mode(context.four_octet, context.internal, context.confederation)
        self.announced: list[Reach] = []
        self.withdrawn: list[Unreach] = []
        self.faults: list[Fault] = []
        self.block: Block | None = None
        self.end_of_rib: Family | None = None

    def withdraw(self, family: Family, listed: Listed) -> None:
        self.withdrawn.append(Unreach(family, listed.prefixes, listed.path_ids))

    def announce(self, family: Family, listed: Listed, next_hop: bytes) -> None:
        """Prefixes with the attributes of the block, if these are all there."""
        self.block = block = read_block(self.rest, next_hop, self.mode)
        needed = _MANDATORY if next_hop else (*_MANDATORY, AttributeType.NEXT_HOP)
        for type_ in needed:
            if not block.present >> type_ & 1:
                self.fault(UpdateError.MISSING_WELL_KNOWN, type_, bytes((type_,)), "missing")
        self.announced.append(Reach(family, block.attributes, *listed))

    def fault(self, subcode: UpdateError, type_: int, data: bytes, text: str) -> None:
        self.faults.append(Fault(Treatment.WITHDRAW, subcode, type_, data, text))

    def take_reach(self, raw: Raw) -> None:
        """MP_REACH_NLRI, RFC 4760 3."""
        value = raw.value
        if len(value) < 5 or len(value) < 5 + value[3]:
            raise _broken(raw, f"{len(value)} bytes")
        family, size = Family(value[0] << 8 | value[1], value[2]), value[3]
        if not family.is_known:
            self.ignore(raw, f"prefixes of {family}")
            return
        if size not in _NEXT_HOP_BYTES[family]:
            raise _broken(raw, f"next hop of {size} bytes")
        if raw.flags & OPTIONAL_TRANSITIVE != FLAGS_OF[raw.type]:
            text = f"attribute flags 0x{raw.flags:02X}"
            self.fault(UpdateError.FLAGS, raw.type, raw.data, text)
        next_hop = value[4 : 4 + size]
        if not _can_be_host(next_hop):
            self.fault(UpdateError.NEXT_HOP, raw.type, raw.data, "next hop that is no host")
        listed = self.listed(raw, family, value[5 + size :])
        if listed.prefixes:
            self.announce(family, listed, next_hop)

    def take_unreach(self, raw: Raw) -> None:
        """MP_UNREACH_NLRI, RFC 4760 4; alone and without prefixes it ends a table (RFC 4724 2)."""
        value = raw.value
        if len(value) < 3:
            raise _broken(raw, f"{len(value)} bytes")
        family = Family(value[0] << 8 | value[1], value[2])
        if not family.is_known:
            self.ignore(raw, f"prefixes of {family}")
            return
        listed = self.listed(raw, family, value[3:])
        if listed.prefixes:
            self.withdraw(family, listed)
        elif not self.rest:
            self.end_of_rib = family

    def listed(self, raw: Raw, family: Family, data: bytes) -> Listed:
        try:
            return parse_nlri(family, data, path_ids=family in self.context.add_path)
        except WireError as error:
            raise _broken(raw, error.reason) from None

    def ignore(self, raw: Raw, text: str) -> None:
        self.faults.append(Fault(Treatment.DISCARD, UpdateError.OPTIONAL, raw.type, raw.data, text))

    def done(self) -> Update:
        """The update; all of it is withdrawn if one of its faults asks for that."""
        block = self.block or read_block(self.rest, b"", self.mode)
        faults = (*block.faults, *self.faults) if block.faults or self.faults else ()
        worst = next((fault for fault in faults if fault.treatment == Treatment.WITHDRAW), None)
        if worst is None:
            return Update(tuple(self.announced), tuple(self.withdrawn), faults, self.end_of_rib)
        if not self.announced:
            # What carries no prefixes may have lost them in the error (RFC 7606 5.2).
            raise BgpError(Code.UPDATE, worst.subcode, worst.data, text=worst.text)
        taken_back = (Unreach(r.family, r.prefixes, r.path_ids) for r in self.announced)
        return Update((), (*self.withdrawn, *taken_back), faults)


def _broken(raw: Raw, text: str) -> BgpError:
    """Prefixes that cannot be read end the session (RFC 7606 5.3)."""
    return BgpError(Code.UPDATE, UpdateError.OPTIONAL, raw.data, text=text)


def _can_be_host(next_hop: bytes) -> bool:
    """Whether a next hop is neither nothing, nor this host itself, nor a group."""
    if len(next_hop) < 16:
        return next_hop[-4] not in (0, 127) and next_hop[-4] < 224
    return next_hop[0] != 0xFF and int.from_bytes(next_hop[:16], "big") > 1


def announce(reach: Reach, context: Context) -> list[bytes]:
    """The messages that announce this, each as full as it can be.

    None if the attributes leave no room for a prefix: such a route is not told (RFC 4271 9.2).
    """
    family = reach.family
    entries = _entries(family, reach.prefixes, reach.labels, reach.path_ids, context)
    in_body = family == IPV4_UNICAST
    block = attribute_block(reach.attributes, next_hop=in_body, four_octet=context.four_octet)
    room = MOST_BYTES - _FIXED_BYTES - len(block)
    if in_body:
        head = b"\0\0" + len(block).to_bytes(2, "big") + block
        return [message(MessageType.UPDATE, head + piece) for piece in _packed(entries, room)]
    hop = next_hop_bytes(reach.attributes)
    head = _family_bytes(family) + bytes((len(hop),)) + hop + b"\0"
    room -= _MP_HEADER_BYTES + len(head)
    return [
        _with_attributes(attribute(AttributeType.MP_REACH_NLRI, head + piece) + block)
        for piece in _packed(entries, room)
    ]


def withdraw(unreach: Unreach, context: Context) -> list[bytes]:
    """The messages that withdraw this."""
    family = unreach.family
    entries = _entries(family, unreach.prefixes, (), unreach.path_ids, context)
    room = MOST_BYTES - _FIXED_BYTES
    if family == IPV4_UNICAST:
        return [
            message(MessageType.UPDATE, len(piece).to_bytes(2, "big") + piece + b"\0\0")
            for piece in _packed(entries, room)
        ]
    head = _family_bytes(family)
    return [
        _with_attributes(attribute(AttributeType.MP_UNREACH_NLRI, head + piece))
        for piece in _packed(entries, room - _MP_HEADER_BYTES - len(head))
    ]


def end_of_rib(family: Family) -> bytes:
    """The marker behind the first table of a family, RFC 4724 2."""
    if family == IPV4_UNICAST:
        return message(MessageType.UPDATE, bytes(4))
    return _with_attributes(attribute(AttributeType.MP_UNREACH_NLRI, _family_bytes(family)))


def _with_attributes(block: bytes) -> bytes:
    """An update of nothing but attributes."""
    return message(MessageType.UPDATE, b"\0\0" + len(block).to_bytes(2, "big") + block)


def _family_bytes(family: Family) -> bytes:
    return family.afi.to_bytes(2, "big") + family.safi.to_bytes(1, "big")


def _entries(
    family: Family,
    prefixes: tuple[Nlri, ...],
    labels: tuple[int, ...],
    path_ids: tuple[int, ...],
    context: Context,
) -> list[bytes]:
    """The prefixes as they stand in a list, with path identifiers where these are agreed on."""
    return nlri_entries(family, prefixes, labels, path_ids if family in context.add_path else ())


def _packed(entries: Iterable[bytes], room: int) -> Iterator[bytes]:
    """Entries joined to pieces of at most `room` bytes each; one that is longer is left out."""
    piece: list[bytes] = []
    size = 0
    for entry in entries:
        length = len(entry)
        size += length
        if size > room:
            if piece:
                yield b"".join(piece)
            piece, size = [], length
            if length > room:
                size = 0
                continue
        piece.append(entry)
    if piece:
        yield b"".join(piece)
