"""Shows of VRFs against raw outputs."""

from __future__ import annotations

import re

from iosemu.features.vrf import show as vrf_show  # noqa: F401
from iosemu.features.vrf.config import MaximumRoutes
from iosemu.features.vrf.show import limit
from iosemu.features.vrf.views import (
    FamilyDetail,
    VrfDetailView,
    VrfInterface,
    VrfInterfacesView,
    VrfRow,
    VrfsView,
)

from ..samples import rendered, sample, unpadded


def rows_of(lines: list[str]) -> tuple[VrfRow, ...]:
    """What the lines of a list say."""
    found: list[VrfRow] = []
    for line in lines:
        words = line.split()
        if line.startswith("   "):
            last = found[-1]
            found[-1] = VrfRow(last.name, last.rd, last.protocols, (*last.interfaces, words[0]))
        else:
            name, rd, *rest = line.replace("<not set>", "-").split()
            protocols = tuple(rest[0].split(",")) if rest else ()
            found.append(VrfRow(name, None if rd == "-" else rd, protocols, tuple(rest[1:])))
    return tuple(found)


def test_the_list_of_vrfs() -> None:
    captured = [line for line in sample("show_vrf__1.txt") if line.strip()]
    view = VrfsView(rows_of(captured[1:]))
    assert len(view.rows) > 10
    assert rendered(view) == unpadded(captured)


def test_the_list_without_protocols() -> None:
    captured = [line for line in sample("show_ip_vrf__3.txt") if line.strip()]
    view = VrfsView((VrfRow("TEST", None, ("ipv4",), ()),), has_protocols=False)
    assert rendered(view) == captured


EMPTY = FamilyDetail((), (), None, None, None, 0)


def test_details_of_the_older_style() -> None:
    targets = FamilyDetail(("RT:65000:42",), ("RT:65000:43", "RT:65000:44"), None, None, None, 0)
    views = (
        VrfDetailView("Management", 1, None, None, None, True, ("Gi1",), EMPTY, None),
        VrfDetailView("testr", 2, "65000:42", None, None, True, (), targets, None),
        VrfDetailView("test2", 3, None, None, "test2 description", True, (), EMPTY, None),
    )
    captured = sample("show_vrf_detail__1.txt")
    printed = [line for view in views for line in rendered(view)]
    assert [line for line in printed if line] == [line for line in captured if line.strip()]


def test_details_of_the_newer_style() -> None:
    both = FamilyDetail(("RT:100:1",), ("RT:100:1",), None, None, None, 0)
    views = (
        VrfDetailView("VRF1", 1, "100:1", None, None, False, ("Lo1", "Gi0/4.200"), both, both),
        VrfDetailView("VRF2", 2, None, None, None, False, (), EMPTY, EMPTY),
    )
    captured = [line for line in sample("show_vrf_detail__2.txt") if line.strip()]
    printed = [line for view in views for line in rendered(view) if line]
    # The capture is of a release that does not know IPv6 multicast in VRFs.
    assert [line for line in printed if line != "Address family ipv6 multicast not active"] == (
        captured
    )


def test_details_of_ipv4_alone() -> None:
    names = re.findall(r"\w+[\d.]+", "Tu1 Lo300 Gi2.390 Gi2.410 Gi2.415 Gi2.420 Gi3.390 Gi3.410")
    names += ["Gi3.415", "Gi3.420", "Tu3", "Tu4", "Tu6", "Tu8"]
    view = VrfDetailView(
        "VRF1", 2, "65000:1", None, None, False, tuple(names), EMPTY, None, is_ipv4_only=True
    )
    captured = [line for line in sample("show_ip_vrf_detail__2.txt") if line.strip()]
    captured = [line.replace("protocol: LDP", "protocol: not configured") for line in captured]
    assert unpadded(rendered(view))[:-1] == unpadded(captured[1:])


def test_limits_and_maps() -> None:
    assert limit(MaximumRoutes(10000, 70), 1) == (
        "Route limit 10000, warning limit 70% (7000), current count 1"
    )
    assert limit(MaximumRoutes(10000, warning_only=True), 0) == (
        "Route warning limit 10000, current count 0"
    )
    family = FamilyDetail((), (), "A", "B", None, 0)
    lines = rendered(VrfDetailView("X", 1, None, None, None, True, (), family, None))
    assert "  Import route-map: A" in lines
    assert "  Export route-map: B" in lines


def test_the_interfaces_of_vrfs() -> None:
    captured = sample("show_ip_vrf_interfaces__2.txt")
    rows = tuple(VrfInterface(*line.split()) for line in captured[1:])
    assert unpadded(rendered(VrfInterfacesView(rows))) == unpadded(captured)
