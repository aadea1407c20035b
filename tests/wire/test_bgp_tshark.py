"""BGP messages as tshark reads them: field by field what we meant to say."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, MacAddress
from iosemu.wire.bgp import (
    PORT,
    Context,
    Message,
    Notification,
    Open,
    RouteRefresh,
    Update,
    end_of_rib,
    parse,
)
from iosemu.wire.bgp_attributes import Attributes
from iosemu.wire.bgp_capability import AddPath, FourOctetAs, GracefulRestart, Multiprotocol
from iosemu.wire.bgp_family import KNOWN, VPNV4
from iosemu.wire.bgp_nlri import Nlri, VpnPrefix
from iosemu.wire.ethernet import Ethernet, EtherType
from iosemu.wire.ipv4 import Protocol, datagram
from iosemu.wire.tcp import Flag, Tcp

from . import bgp_made
from .test_cdp_tshark import pcap

TSHARK = shutil.which("tshark")
A, B = IPv4Address.parse("10.0.0.1"), IPv4Address.parse("10.0.0.2")
INTERNAL = Context(internal=True)
OLD = Context(four_octet=False, internal=True)

_UPDATE = "bgp.update.path_attribute."
Fields = dict[str, list[str]]


def said(message: Message, width: int) -> Fields:
    """What tshark should print about a message, by its names of fields."""
    match message:
        case Open():
            return of_open(message)
        case Notification(code):
            return {"bgp.notify.major_error": [str(code)]}
        case RouteRefresh(family, subtype):
            return {
                "bgp.route_refresh.afi": [str(family.afi)],
                "bgp.route_refresh.subtype": [str(subtype)],
                "bgp.route_refresh.safi": [str(family.safi)],
            }
        case Update():
            return of_update(message, width)
        case _:
            return {}


def of_open(message: Open) -> Fields:
    found: Fields = {
        "bgp.open.version": ["4"],
        "bgp.open.myas": [str(message.two_octet_as)],
        "bgp.open.holdtime": [str(message.hold_s)],
        "bgp.open.identifier": [str(message.identifier)],
    }
    for one in message.capabilities:
        match one:
            case Multiprotocol(family):
                note(found, "bgp.cap.mp.afi", family.afi)
                note(found, "bgp.cap.mp.safi", family.safi)
            case FourOctetAs(asn):
                note(found, "bgp.cap.4as", asn)
            case GracefulRestart(_, restart_s, families):
                note(found, "bgp.cap.gr.timers.restart_time", restart_s)
                for restarting in families:
                    note(found, "bgp.cap.gr.afi", restarting.family.afi)
                    note(found, "bgp.cap.gr.safi", restarting.family.safi)
            case AddPath(modes):
                for family, mode in modes:
                    note(found, "bgp.cap.ap.afi", family.afi)
                    note(found, "bgp.cap.ap.safi", family.safi)
                    note(found, "bgp.cap.ap.sendreceive", int(mode))
    return found


def note(found: Fields, name: str, *values: object) -> None:
    found.setdefault(name, []).extend(map(str, values))


def of_update(message: Update, width: int) -> Fields:
    found: Fields = {}
    for reach in message.announced:
        of_attributes(found, reach.attributes, width)
        of_prefixes(found, "nlri_prefix", "mp_reach_nlri", reach.prefixes)
        for label in reach.labels:
            note(found, "bgp.label_stack", f"{label} (bottom)")
    for unreach in message.withdrawn:
        of_prefixes(found, "withdrawn_prefix", "mp_unreach_nlri", unreach.prefixes)
        if unreach.family == VPNV4:
            note(found, "bgp.label_stack", *["0 (withdrawn)"] * len(unreach.prefixes))
    return found


def of_prefixes(found: Fields, plain: str, mp: str, prefixes: Iterable[Nlri]) -> None:
    for key in prefixes:
        if isinstance(key, VpnPrefix):
            note(found, "bgp.rd", key.rd)
            note(found, "bgp.prefix_length", key.prefix.length + 88)
            note(found, f"bgp.{mp}_ipv4_prefix", key.prefix.network)
        elif isinstance(key, IPv4Prefix):
            note(found, "bgp.prefix_length", key.length)
            note(found, f"bgp.{plain}", key.network)
        else:
            note(found, "bgp.prefix_length", key.length)
            note(found, f"bgp.{mp}_ipv6_prefix", str(key.network).lower())


def of_attributes(found: Fields, attributes: Attributes, width: int) -> None:
    asns = attributes.as_path.asns
    note(found, _UPDATE + "origin", int(attributes.origin))
    kinds = [int(segment.kind) for segment in attributes.as_path]
    if width == 4:
        note(found, _UPDATE + "as_path_segment.type", *kinds)
        note(found, _UPDATE + "as_path_segment.as4", *asns)
    else:
        note(found, _UPDATE + "as_path_segment.as2", *(a if a < 65536 else 23456 for a in asns))
        if max(asns) > 65535:
            note(found, _UPDATE + "as_path_segment.as4", *asns)
    if isinstance(attributes.next_hop, IPv6Address):
        note(found, _UPDATE + "mp_reach_nlri.next_hop.ipv6", str(attributes.next_hop).lower())
        if attributes.link_local is not None:
            local = str(attributes.link_local).lower()
            note(found, _UPDATE + "mp_reach_nlri.next_hop.ipv6.link_local", local)
    if attributes.med is not None:
        note(found, _UPDATE + "multi_exit_disc", attributes.med)
    if attributes.local_pref is not None:
        note(found, _UPDATE + "local_pref", attributes.local_pref)
    if attributes.originator_id is not None:
        note(found, _UPDATE + "originator_id", attributes.originator_id)
    if attributes.aggregator is not None and width == 4:
        note(found, _UPDATE + "aggregator_as", attributes.aggregator.asn)
        note(found, _UPDATE + "aggregator_origin", attributes.aggregator.address)
    for community in attributes.communities:
        note(found, _UPDATE + "community_as", community >> 16)
        note(found, _UPDATE + "community_value", community & 0xFFFF)
    for cluster in attributes.cluster_list:
        note(found, "bgp.path_attribute.cluster_id", cluster)
    for one in attributes.extended_communities:
        of_extended(found, int(one))
    for large in attributes.large_communities:
        note(found, "bgp.large_communities.ga", large.administrator)
        note(found, "bgp.large_communities.ldp1", large.first)
        note(found, "bgp.large_communities.ldp2", large.second)


def of_extended(found: Fields, community: int) -> None:
    high, low = community >> 16 & 0xFFFFFFFF, community & 0xFFFF
    match community >> 56:
        case 0:
            note(found, "bgp.ext_com.value_as2", high >> 16)
            note(found, "bgp.ext_com.value_an4", (high & 0xFFFF) << 16 | low)
        case 1:
            note(found, "bgp.ext_com.value_IP4", IPv4Address(high))
            note(found, "bgp.ext_com.value_an2", low)
        case _:
            note(found, "bgp.ext_com.value_as4", high)
            note(found, "bgp.ext_com.value_an2", low)


def captured(messages: list[bytes]) -> bytes:
    """A connection of TCP in which each message is one segment."""
    frames = []
    sequence = 1
    for data in messages:
        segment = Tcp(40000, PORT, sequence, 1, Flag.ACK | Flag.PSH, 16384, 0, b"", data)
        packet = datagram(A, B, Protocol.TCP, segment.emit(A, B))
        source, target = MacAddress(0xAABBCC000100), MacAddress(0xAABBCC000200)
        frames.append(Ethernet(target, source, (), EtherType.IPV4, packet.emit()).emit())
        sequence += len(data)
    return pcap(frames)


def seen(file: Path, names: list[str], width: int) -> list[Fields]:
    """What tshark says about each packet."""
    assert TSHARK is not None
    command = [TSHARK, "-r", str(file), "-o", f"bgp.asn_len:{width} octet", "-T", "fields"]
    command += ["-E", "separator=|", "-E", "aggregator=;"]
    for name in names:
        command += ["-e", name]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    rows = (line.split("|") for line in run.stdout.splitlines())
    return [
        {name: cell.split(";") for name, cell in zip(names, row, strict=True) if cell}
        for row in rows
    ]


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
@pytest.mark.parametrize(("context", "width"), [(INTERNAL, 4), (OLD, 2)])
def test_tshark_reads_what_was_meant(tmp_path: Path, context: Context, width: int) -> None:
    messages = bgp_made.messages(Random(179), 400, context)
    messages += map(end_of_rib, KNOWN)
    meant = [said(parse(data, context), width) for data in messages]
    file = tmp_path / "bgp.pcap"
    file.write_bytes(captured(messages))
    names = sorted({name for fields in meant for name in fields})
    found = seen(file, [*names, "bgp.type", "_ws.malformed"], width)
    assert len(found) == len(messages)
    for data, expected, fields in zip(messages, meant, found, strict=True):
        assert fields.pop("bgp.type") == [str(data[18])]
        assert fields == expected, data.hex()
