"""Metric arithmetic: the numbers of routers and of the article."""

from __future__ import annotations

import pytest

from iosemu.proto.eigrp.metric import (
    DEFAULT_K,
    UNREACHABLE,
    Scale,
    Vector,
    composite,
    from_classic,
    from_typed,
    from_wide,
    interface_delay,
    offset,
    rib_metric,
    through,
    to_classic,
    to_wide,
)

MEDIA = {
    "FastEthernet": (100_000, 100),
    "Ethernet": (10_000, 1000),
    "GigabitEthernet": (1_000_000, 10),
    "Serial": (1544, 20_000),
    "Loopback": (8_000_000, 5000),
}


def path(scale: Scale, *media: str) -> Vector:
    """The vector of a network behind these media, the own one last."""
    bandwidth_kbps, delay_us = MEDIA[media[0]]
    vector = Vector(bandwidth_kbps, interface_delay(scale, bandwidth_kbps, delay_us))
    for name in media[1:]:
        bandwidth_kbps, delay_us = MEDIA[name]
        vector = through(
            vector, scale, bandwidth_kbps=bandwidth_kbps, delay_us=delay_us, mtu_bytes=1500
        )
    return vector


@pytest.mark.parametrize(
    ("media", "metric"),
    [
        (("Loopback", "FastEthernet", "Serial"), 2300416),
        (("Loopback", "FastEthernet"), 156160),
        (("Loopback", "Serial"), 2297856),
        (("Loopback", "Ethernet"), 409600),
        (("Loopback", "GigabitEthernet"), 130816),
        (("FastEthernet", "Serial"), 2172416),
    ],
)
def test_classic_distances_are_those_of_routers(media: tuple[str, ...], metric: int) -> None:
    assert composite(path(Scale.CLASSIC, *media), DEFAULT_K, Scale.CLASSIC) == metric


def test_the_metric_of_the_article_is_a_wide_one() -> None:
    vector = path(Scale.WIDE, "Loopback", "GigabitEthernet")
    assert vector.delay == 1_250_000 + 10_000_000
    distance = composite(vector, DEFAULT_K, Scale.WIDE)
    assert distance == 655_360 + 655_360 + 81_920 == 1_392_640
    assert rib_metric(distance, Scale.WIDE) == 10880


@pytest.mark.parametrize("media", [("Loopback", "Ethernet"), ("Ethernet", "Serial", "Serial")])
def test_both_formats_carry_a_classic_vector_unchanged(media: tuple[str, ...]) -> None:
    vector = path(Scale.CLASSIC, *media)
    assert from_wide(to_wide(vector, Scale.CLASSIC), Scale.CLASSIC) == vector
    back = from_classic(to_classic(vector, Scale.CLASSIC), Scale.CLASSIC)
    assert composite(back, DEFAULT_K, Scale.CLASSIC) == composite(vector, DEFAULT_K, Scale.CLASSIC)


@pytest.mark.parametrize("scale", Scale)
def test_unreachable_stays_unreachable(scale: Scale) -> None:
    assert from_wide(to_wide(UNREACHABLE, scale), scale) == UNREACHABLE
    assert from_classic(to_classic(UNREACHABLE, scale), scale) == UNREACHABLE
    assert offset(UNREACHABLE, 50, scale, DEFAULT_K) == UNREACHABLE


@pytest.mark.parametrize("amount", [1, 50, 100_000])
def test_an_offset_adds_to_the_distance_exactly_what_it_says(amount: int) -> None:
    for scale in Scale:
        vector = path(scale, "Loopback", "Ethernet")
        more = offset(vector, amount, scale, DEFAULT_K)
        grown = composite(more, DEFAULT_K, scale) - composite(vector, DEFAULT_K, scale)
        assert amount <= grown <= amount + 1


def test_the_weights_count_load_and_reliability() -> None:
    vector = Vector(1544, 51_200, reliability=128, load=128)
    assert composite(vector, (1, 1, 1, 0, 0, 0), Scale.CLASSIC) == 1_657_856 + 12952 + 51_200
    assert composite(vector, (1, 0, 1, 1, 1, 0), Scale.CLASSIC) == (1_657_856 + 51_200) // 129


def test_typed_metrics_are_tens_of_microseconds() -> None:
    typed = (10_000, 100, 255, 1, 1500)
    for scale in Scale:
        vector = from_typed(typed, scale)
        assert to_wide(vector, scale).delay_ps == 1_000_000_000
    assert composite(from_typed(typed, Scale.CLASSIC), DEFAULT_K, Scale.CLASSIC) == 281_600
