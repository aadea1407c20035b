"""Renderers of route maps and policy routing, as IOS 15.4 prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iosemu.cli.api import renders
from iosemu.policy.community import community_of
from iosemu.policy.route_map import MetricOffset, RouteMapEntry
from iosemu.wire.bgp_community import community_text

from .views import (
    DynamicMapsView,
    EntryView,
    LocalPolicyView,
    NoSuchMapView,
    PoliciesView,
    StaticMapsView,
)


@renders(EntryView)
def entry(view: EntryView) -> Iterator[str]:
    yield f"route-map {view.name}, {view.entry.action}, sequence {view.sequence}"
    yield "  Match clauses:"
    for text in match_clauses(view.entry):
        yield f"    {text}"
    if view.entry.continue_at is not None:
        yield f"  Continue: {continuation(view)}"
    yield "  Set clauses:"
    for text in set_clauses(view):
        yield f"    {text}"
    yield f"  Policy routing matches: {view.packets} packets, {view.bytes} bytes"


@renders(NoSuchMapView)
def no_such_map(view: NoSuchMapView) -> Iterator[str]:
    yield f"route-map {view.name} not found"


@renders(StaticMapsView)
def static_maps(view: StaticMapsView) -> Iterator[str]:
    yield "STATIC routemaps"


@renders(DynamicMapsView)
def dynamic_maps(view: DynamicMapsView) -> Iterator[str]:
    if view.has_heading:
        yield "DYNAMIC routemaps"
    yield f"Current active dynamic routemaps = {view.count}"


@renders(PoliciesView)
def policies(view: PoliciesView) -> Iterator[str]:
    yield "Interface      Route map"
    for where, name in view.rows:
        yield f"{where:<14} {name}"


@renders(LocalPolicyView)
def local_policy(view: LocalPolicyView) -> Iterator[str]:
    yield f"Local policy routing is enabled, using route map {view.name}"


def continuation(view: EntryView) -> str:
    """Where `continue` leads."""
    assert view.entry.continue_at is not None
    wanted = view.entry.continue_at.sequence
    if wanted is not None:
        return f"sequence {wanted}"
    return "to next entry" if view.next is None else f"to next entry {view.next}"


# -- clauses ----


def listed(head: str, values: Iterable[object]) -> Iterator[str]:
    """IOS leaves a blank behind each of several values."""
    text = "".join(f"{value} " for value in values)
    if text:
        yield f"{head} {text}"


def match_clauses(held: RouteMapEntry) -> Iterator[str]:
    """In IOS's order, without the indent."""
    yield from listed("as-path (as-path filter):", held.match_as_paths)
    if held.match_community is not None:
        exact = ("exact-match",) if held.match_community.exact_match else ()
        yield from listed(
            "community (community-list filter):", (*held.match_community.lists, *exact)
        )
    yield from listed("extcommunity (extcommunity-list filter):", held.match_extcommunities)
    large = held.match_large_community
    if large is not None:
        exact = ("exact-match",) if large.exact_match else ()
        yield from listed("large-community (large-community-list filter):", (*large.lists, *exact))
    yield from listed("interface", held.match_interfaces)
    yield from listed("ip address prefix-lists:", held.match_prefix_lists)
    yield from listed("ip address (access-lists):", held.match_acls)
    yield from listed("ip next-hop prefix-lists:", held.match_next_hop_prefix_lists)
    yield from listed("ip next-hop (access-lists):", held.match_next_hop_acls)
    yield from listed("ip route-source prefix-lists:", held.match_route_source_prefix_lists)
    yield from listed("ip route-source (access-lists):", held.match_route_source_acls)
    if held.match_ipv6_acl is not None:
        yield f"ipv6 address {held.match_ipv6_acl}"
    yield from listed("ipv6 address prefix-lists:", held.match_ipv6_prefix_lists)
    yield from listed("ipv6 next-hop prefix-lists:", held.match_ipv6_next_hop_prefix_lists)
    yield from listed("ipv6 route-source prefix-lists:", held.match_ipv6_route_source_prefix_lists)
    if held.match_length is not None:
        yield f"length {held.match_length.least} {held.match_length.most}"
    yield from listed("local-preference", held.match_local_preferences)
    yield from listed("metric", held.match_metrics)
    yield from listed("route-type", (held.match_route_type,) if held.match_route_type else ())
    yield from listed(
        "source-protocol", (held.match_source_protocol,) if held.match_source_protocol else ()
    )
    yield from listed("tag", held.match_tags)
    if held.match_rpki is not None:
        yield f"rpki {held.match_rpki}"


def set_clauses(view: EntryView) -> Iterator[str]:
    """In IOS's order, without the indent."""
    held = view.entry
    yield from route_clauses(view)
    for word, value in (
        ("ip precedence", held.set_precedence),
        ("ip tos", held.set_tos),
        ("ip dscp", held.set_dscp),
        ("ip df", held.set_df),
        ("vrf", held.set_vrf),
    ):
        if value is not None:
            yield f"{word} {value}"
    if held.set_global:
        yield "global"
    yield from way_clauses(view)


def route_clauses(view: EntryView) -> Iterator[str]:
    """What routing protocols set."""
    held = view.entry
    metric = held.set_metric
    if isinstance(metric, MetricOffset):
        yield f"metric {metric.offset}"
    elif metric is not None:
        values = (metric.metric, metric.delay, metric.reliability, metric.load, metric.mtu)
        yield f"metric {' '.join(str(value) for value in values if value is not None)}"
    origin = held.set_origin
    for word, value in (
        ("metric-type", held.set_metric_type),
        ("tag", held.set_tag),
        ("local-preference", held.set_local_preference),
        ("weight", held.set_weight),
        ("origin", None if origin is None else origin.origin),
        ("traffic-index", held.set_traffic_index),
    ):
        if value is not None:
            yield f"{word} {value}"
    if held.set_automatic_tag:
        yield "automatic-tag"
    if held.set_dampening is not None:
        one = held.set_dampening
        yield f"dampening {one.half_life} {one.reuse} {one.suppress} {one.maximum}"
    yield from path_clauses(held, new_format=view.new_format)


def path_clauses(held: RouteMapEntry, *, new_format: bool) -> Iterator[str]:
    """What is set in the attributes of BGP's paths."""
    if held.set_as_path_prepend:
        yield f"as-path prepend {' '.join(map(str, held.set_as_path_prepend))}"
    if held.set_as_path_last_as is not None:
        yield f"as-path prepend last-as {held.set_as_path_last_as}"
    if held.set_as_path_tag:
        yield "as-path tag"
    if held.set_comm_list_delete is not None:
        yield f"comm-list {held.set_comm_list_delete} delete"
    community = held.set_community
    if community is not None:
        given = map(community_of, () if community.none else community.communities or ())
        texts = [community_text(each, new_format=new_format) for each in given] or ["none"]
        yield " ".join(["community", *texts, *(["additive"] if community.additive else [])])
    if held.set_extcomm_list_delete is not None:
        yield f"extcomm-list {held.set_extcomm_list_delete} delete"
    targets = held.set_extcommunity_rt
    if targets is not None:
        texts = [f"RT:{each}" for each in targets.communities]
        texts += ["additive"] if targets.additive else []
        yield f"extended community {' '.join(texts)}"
    if held.set_extcommunity_soo is not None:
        yield f"extended community SoO:{held.set_extcommunity_soo}"
    if held.set_large_comm_list_delete is not None:
        yield f"large-comm-list {held.set_large_comm_list_delete} delete"
    large = held.set_large_community
    if large is not None:
        texts = ["none"] if large.none else [*(large.communities or ())]
        texts += ["additive"] if large.additive else []
        yield f"large-community {' '.join(texts)}"


def way_clauses(view: EntryView) -> Iterator[str]:
    """What sets the way out of packets, in the order it is tried."""
    held = view.entry
    tracks = dict(view.tracks)
    for sequence in sorted(held.set_verified):
        hop = held.set_verified[sequence]
        state = "up" if tracks.get(hop.track) else "down"
        yield (
            f"ip next-hop verify-availability {hop.next_hop} {sequence}"
            f" track {hop.track}  [{state}]"
        )
    if held.set_verify_availability:
        yield "ip next-hop verify-availability"
    if held.set_next_hops:
        yield f"ip next-hop {' '.join(map(str, held.set_next_hops))}"
    if held.set_next_hop_recursive is not None:
        yield f"ip next-hop recursive {held.set_next_hop_recursive}"
    if held.set_next_hop_peer:
        yield "ip next-hop peer-address"
    if held.set_next_hop_self:
        yield "ip next-hop self"
    if held.set_next_hop_unchanged:
        yield "ip next-hop unchanged"
    if held.set_ipv6_next_hops:
        yield f"ipv6 next-hop {' '.join(map(str, held.set_ipv6_next_hops))}"
    if held.set_ipv6_next_hop_peer:
        yield "ipv6 next-hop peer-address"
    if held.set_ipv6_next_hop_unchanged:
        yield "ipv6 next-hop unchanged"
    if held.set_interfaces:
        yield f"interface {' '.join(held.set_interfaces)}"
    if held.set_default_next_hops:
        yield f"ip default next-hop {' '.join(map(str, held.set_default_next_hops))}"
    if held.set_default_interfaces:
        yield f"default interface {' '.join(held.set_default_interfaces)}"
