"""The renderer of `show ip bgp neighbors`, as IOS 15.x prints it."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.ages import age
from iosemu.cli.api import renders
from iosemu.cli.grammar import release
from iosemu.kernel.time import SECOND, Time
from iosemu.wire.bgp_family import VPNV4

from .neighbor_views import DeniedRow, NeighborFamily, NeighborView


def ago(elapsed: Time | None) -> str:
    return "never" if elapsed is None else age(elapsed)


@renders(NeighborView)
def neighbor(view: NeighborView) -> Iterator[str]:
    star = "*" if view.is_dynamic else ""
    vrf = "" if view.vrf is None else f"  vrf {view.vrf},"
    own = "" if view.local_as is None else f"  local AS {view.local_as},"
    yield (
        f"BGP neighbor is {star}{view.address},{vrf}  remote AS {view.remote_as},{own}"
        f" {view.kind} link"
    )
    for line in view.lines:
        yield f" {line}"
    if view.is_shutdown:
        yield " Administratively shut down"
    yield from session(view)
    yield from messages(view)
    for family in view.families:
        yield ""
        yield from address_family(family, view.release)
    yield ""
    yield from transport(view)
    if view.conn is None:
        yield "  No active TCP connection"
        yield ""


def session(view: NeighborView) -> Iterator[str]:
    """State, timers, capabilities."""
    yield f"  BGP version 4, remote router ID {view.router_id}"
    up = "" if view.up is None else f", up for {age(view.up)}"
    yield f"  BGP state = {view.state}{up}"
    if view.up is not None:
        yield (
            f"  Last read {ago(view.last_read)}, last write {ago(view.last_write)},"
            f" hold time is {view.hold_s}, keepalive interval is {view.keepalive_s} seconds"
        )
    if view.configured is not None:
        hold, keepalive, least = view.configured
        yield f"  Configured hold time is {hold}, keepalive interval is {keepalive} seconds"
        if least:
            yield f"  Minimum holdtime from neighbor is {least} seconds"
    yield "  Neighbor sessions:"
    yield f"    {view.sessions} active, {view.multisession}"
    if view.up is None:
        yield "    Stateful switchover support enabled: NO"
        return
    if len(view.session_rows) > 1:
        for row in view.session_rows:
            yield f"    Session: {view.address} session {row.number}"
    yield "  Neighbor capabilities:"
    for row_ in view.capabilities:
        yield f"    {row_.name}: {row_.said}".rstrip()
        for line in row_.more:
            yield f"      {line}"
    for each in view.session_rows:
        yield f"    Stateful switchover support enabled: NO for session {each.number}"


def messages(view: NeighborView) -> Iterator[str]:
    """What was sent and received."""
    yield "  Message statistics:"
    yield f"    InQ depth is {view.in_queue}"
    yield f"    OutQ depth is {view.out_queue}"
    yield "    "
    yield f"{'Sent':>29}{'Rcvd':>11}"
    for row in view.messages:
        yield f"    {row.name + ':':<15}{row.sent:>10} {row.received:>10}"
    total = sum(row.sent for row in view.messages), sum(row.received for row in view.messages)
    yield f"    {'Total:':<15}{total[0]:>10} {total[1]:>10}"
    if view.logs_changes and release(view.release) >= (15, 4):
        yield "  Do log neighbor state changes (via global configuration)"
    yield f"  Default minimum time between advertisement runs is {view.interval_s} seconds"


def address_family(family: NeighborFamily, version: str) -> Iterator[str]:
    """One family: versions, update group, policies, figures."""
    yield f" For address family: {family.family if family.vrf is None else VPNV4}"
    if family.vrf is not None:
        yield f"  Translates address family {family.family} for VRF {family.vrf}"
    yield f"  Session: {family.address}"
    known = f"{family.neighbor_version}/{family.pending_version}"
    yield f"  BGP table version {family.version}, neighbor version {known}"
    yield "  Output queue size : 0"
    if family.group is None:
        yield "  Index 0, Advertise bit 0"
    else:
        yield f"  Index {family.group}, Advertise bit {family.bit or 0}"
        yield f"  {family.group} update-group member"
    for line in family.policies:
        yield f"  {line}"
    yield "  Slow-peer detection is disabled"
    yield "  Slow-peer split-update-group dynamic is disabled"
    yield f"{'Sent':>37}{'Rcvd':>11}"
    yield f"  {'Prefix activity:':<31}{'----':>4}{'----':>11}"
    sent, received = family.sent, family.received
    size = received.current * family.path_bytes
    consumed = f" (Consumes {size} bytes)" if received.current else ""
    yield f"    {'Prefixes Current:':<23}{sent.current:>10} {received.current:>10}{consumed}"
    yield f"    {'Prefixes Total:':<23}{sent.total:>10} {received.total:>10}"
    yield f"    {'Implicit Withdraw:':<23}{sent.implicit:>10} {received.implicit:>10}"
    yield f"    {'Explicit Withdraw:':<23}{sent.explicit:>10} {received.explicit:>10}"
    yield f"    {'Used as bestpath:':<23}{'n/a':>10} {received.best:>10}"
    yield f"    {'Used as multipath:':<23}{'n/a':>10} {received.multipath:>10}"
    if release(version) >= (15, 4):
        yield f"    {'Used as secondary:':<23}{'n/a':>10} {0:>10}"
    yield ""
    yield f"{'Outbound':>43}{'Inbound':>11}"
    yield f"  {'Local Policy Denied Prefixes:':<33}{'--------':>8}{'-------':>11}"
    for row in family.denied:
        yield denied(row.reason, row.outbound, row.inbound)
    yield denied("Total", *totals(family.denied))
    most, least = family.most_in_update, family.least_in_update
    yield f"  Number of NLRIs in the update sent: max {most}, min {least}"
    yield "  Last detected as dynamic slow peer: never"
    yield "  Dynamic slow peer recovered: never"
    yield f"  Refresh Epoch: {family.epoch}"
    yield f"  Last Sent Refresh Start-of-rib: {ago(family.refresh_out.begun)}"
    yield f"  Last Sent Refresh End-of-rib: {ago(family.refresh_out.ended)}"
    if family.refresh_out.took is not None:
        yield f"  Refresh-Out took {family.refresh_out.took // SECOND} seconds"
    yield f"  Last Received Refresh Start-of-rib: {ago(family.refresh_in.begun)}"
    yield f"  Last Received Refresh End-of-rib: {ago(family.refresh_in.ended)}"
    if family.refresh_in.took is not None:
        yield f"  Refresh-In took {family.refresh_in.took // SECOND} seconds"
    # The device prints tabs here.
    yield "\t\t\t\t       Sent\t  Rcvd"
    yield "\tRefresh activity:\t       ----\t  ----"
    out, into = family.refresh_out, family.refresh_in
    yield f"\t  {'Refresh Start-of-RIB':<20}{out.begins:>11}{into.begins:>11}"
    yield f"\t  {'Refresh End-of-RIB':<20}{out.ends:>11}{into.ends:>11}"


def denied(reason: str, outbound: int | None, inbound: int | None) -> str:
    """One row of the denied prefixes."""
    out = "n/a" if outbound is None else outbound
    into = "n/a" if inbound is None else inbound
    return f"    {reason + ':':<29}{out:>10} {into:>10}"


def totals(rows: tuple[DeniedRow, ...]) -> tuple[int, int]:
    """What all reasons kept out."""
    return sum(row.outbound or 0 for row in rows), sum(row.inbound or 0 for row in rows)


def transport(view: NeighborView) -> Iterator[str]:
    """How it is reached."""
    if view.tracks:
        does = "does" if view.has_route else "does not"
        yield f"  Address tracking is enabled, the RIB {does} have a route to {view.address}"
    else:
        yield "  Address tracking is disabled"
    if view.reachability is not None and release(view.release) >= (15, 4):
        up, down, told = view.reachability
        yield f"  Route to peer address reachability Up: {up}; Down: {down}"
        yield f"    Last notification {ago(told)}"
    yield f"  Connections established {view.established}; dropped {view.dropped}"
    if view.reset is None:
        yield "  Last reset never"
    else:
        why, since = view.reset
        yield f"  Last reset {age(since)}, due to {why}"
    if view.hops is not None:
        if view.hops > 1:
            yield f"  External BGP neighbor may be up to {view.hops} hops away."
        elif view.is_single_hop and release(view.release) >= (15, 4):
            yield (
                "  External BGP neighbor configured for connected checks"
                " (single-hop no-disable-connected-check)"
            )
    if release(view.release) >= (15, 4):
        if view.link is None:
            yield "  Interface associated: (none) (peering address NOT in same link)"
        else:
            yield f"  Interface associated: {view.link} (peering address in same link)"
    yield f"  Transport(tcp) path-mtu-discovery is {'enabled' if view.path_mtu else 'disabled'}"
    if view.graceful_restart is None:
        yield "  Graceful-Restart is disabled"
    else:
        restart, stale = view.graceful_restart
        yield (
            f"  Graceful-Restart is enabled, restart-time {restart} seconds,"
            f" stalepath-time {stale} seconds"
        )
    if release(view.release) >= (15, 4):
        yield "  SSO is disabled"
