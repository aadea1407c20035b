"""What is built is read back as it was, for every update and OPEN there can be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import IPv4Address, IPv4Prefix, IPv6Address, IPv6Prefix
from iosemu.wire.bgp import (
    Context,
    Notification,
    Open,
    RouteRefresh,
    Update,
    announce,
    parse,
    split,
    withdraw,
)
from iosemu.wire.bgp_as_path import AsPath, Segment, SegmentKind
from iosemu.wire.bgp_attributes import Aggregator, Attributes, Origin, UnknownAttribute
from iosemu.wire.bgp_capability import (
    AddPath,
    AddPathMode,
    Capability,
    EnhancedRefresh,
    ExtendedMessage,
    FourOctetAs,
    GracefulRestart,
    Multiprotocol,
    Multisession,
    RestartFlag,
    RestartingFamily,
    UnknownCapability,
)
from iosemu.wire.bgp_capability import RouteRefresh as RefreshCapability
from iosemu.wire.bgp_community import ExtendedCommunity, LargeCommunity
from iosemu.wire.bgp_family import IPV4_UNICAST, IPV6_UNICAST, KNOWN, VPNV4, Family
from iosemu.wire.bgp_nlri import Reach, RouteDistinguisher, Unreach, VpnPrefix

u8, u16 = st.integers(0, 0xFF), st.integers(0, 0xFFFF)
u32, u64 = st.integers(0, 0xFFFFFFFF), st.integers(0, (1 << 64) - 1)
addresses = u32.map(IPv4Address)
hosts = st.integers(1 << 24, (127 << 24) - 1).map(IPv4Address)
v6 = st.integers(2, (0xFF << 120) - 1).map(IPv6Address)
asns = st.integers(1, 0xFFFFFFFF)
segments = st.builds(
    Segment, st.sampled_from(SegmentKind), st.lists(asns, min_size=1, max_size=5).map(tuple)
)


def joined(parts: list[Segment]) -> AsPath:
    """No two sequences of a kind beside each other: these are one."""
    return AsPath(p for i, p in enumerate(parts) if not i or p.kind != parts[i - 1].kind)


def some(items: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(items, max_size=4).map(tuple)


unknown_types = st.integers(33, 255)
unknown = st.builds(UnknownAttribute, st.just(0xE0), unknown_types, st.binary(max_size=300))
attributes = st.builds(
    Attributes,
    st.sampled_from(Origin),
    st.lists(segments, max_size=4).map(joined),
    hosts,
    st.none(),
    st.none() | u32,
    st.none() | u32,
    st.booleans(),
    st.none() | st.builds(Aggregator, asns, addresses),
    some(u32),
    st.none() | addresses,
    some(addresses),
    some(u64.map(ExtendedCommunity)),
    some(st.builds(LargeCommunity, u32, u32, u32)),
    st.lists(unknown, max_size=2, unique_by=lambda one: one.type).map(tuple),
)
v6_attributes = st.builds(
    lambda four, hop, local: four._replace(next_hop=hop, link_local=local),
    attributes,
    v6,
    st.none() | v6,
)
v4_prefixes = st.builds(IPv4Prefix.of, u32, st.integers(0, 32))
PREFIXES: dict[Family, st.SearchStrategy[object]] = {
    IPV4_UNICAST: v4_prefixes,
    IPV6_UNICAST: st.builds(IPv6Prefix.of, st.integers(0, (1 << 128) - 1), st.integers(0, 128)),
    VPNV4: st.builds(VpnPrefix, u64.map(RouteDistinguisher), v4_prefixes),
}


@st.composite
def reaches(draw: st.DrawFn) -> tuple[Reach, Context]:
    family = draw(st.sampled_from(KNOWN))
    keys = tuple(draw(st.lists(PREFIXES[family], min_size=1, max_size=8)))
    many = draw(st.booleans())
    labels = tuple(draw(st.integers(0, 0xFFFFF)) for _ in keys) if family == VPNV4 else ()
    ids = tuple(draw(u32) for _ in keys) if many else ()
    values = draw(v6_attributes if family == IPV6_UNICAST else attributes)
    context = Context(internal=True, add_path=(family,) if many else ())
    return Reach(family, values, keys, labels, ids), context


@given(reaches())
def test_what_is_announced(made: tuple[Reach, Context]) -> None:
    reach, context = made
    (data,) = announce(reach, context)
    assert parse(data, context) == Update((reach,))


@given(reaches())
def test_what_is_withdrawn(made: tuple[Reach, Context]) -> None:
    reach, context = made
    unreach = Unreach(reach.family, reach.prefixes, reach.path_ids)
    (data,) = withdraw(unreach, context)
    assert parse(data, context) == Update(withdrawn=(unreach,))


@given(attributes)
def test_an_old_neighbor_loses_no_number_of_a_path_without_confederations(
    values: Attributes,
) -> None:
    old = Context(four_octet=False, internal=True)
    path = joined(list(values.as_path.without_confederation))
    reach = Reach(IPV4_UNICAST, values._replace(as_path=path), (IPv4Prefix.parse("10.0.0.0/8"),))
    (data,) = announce(reach, old)
    assert parse(data, old) == Update((reach,))


families = st.sampled_from(KNOWN) | st.builds(Family, u16, u8)
capabilities: st.SearchStrategy[Capability] = st.one_of(
    st.builds(Multiprotocol, families),
    st.builds(RefreshCapability, st.booleans()),
    st.just(EnhancedRefresh()),
    st.just(ExtendedMessage()),
    st.builds(
        GracefulRestart,
        st.integers(0, 15).map(RestartFlag),
        st.integers(0, 4095),
        some(st.builds(RestartingFamily, families, st.booleans())),
    ),
    st.builds(Multisession, st.lists(u8, max_size=3).map(tuple), u8, st.booleans()),
    st.builds(AddPath, some(st.tuples(families, st.integers(0, 3).map(AddPathMode)))),
    st.builds(UnknownCapability, st.integers(71, 127), st.binary(max_size=60)),
)


@given(asns, u16.filter(lambda s: s not in (1, 2)), hosts, st.lists(capabilities, max_size=12))
def test_an_open(asn: int, hold_s: int, identifier: IPv4Address, there: list[Capability]) -> None:
    sent = Open.of(asn, hold_s, identifier, (FourOctetAs(asn), *there))
    data = sent.emit()
    assert split(data) == ((data,), b"", None)
    assert parse(data, Context()) == sent


@given(u8, u8, st.binary(max_size=100))
def test_a_notification(code: int, subcode: int, data: bytes) -> None:
    sent = Notification(code, subcode, data)
    assert parse(sent.emit(), Context()) == sent


@given(families, st.just(0) | st.integers(3, 255), st.binary(max_size=20), st.booleans())
def test_a_route_refresh(family: Family, subtype: int, filter_: bytes, cisco: bool) -> None:
    sent = RouteRefresh(family, subtype, filter_, cisco)
    assert parse(sent.emit(), Context()) == sent
