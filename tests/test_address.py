"""Addresses and prefixes as values."""

from __future__ import annotations

import ipaddress
from random import Random

import pytest

from iosemu.address import IPv6Address, IPv6Prefix


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("::", "::"),
        ("2001:db8:0:0:0:0:0:1", "2001:DB8::1"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("::ffff:1.2.3.4", "::FFFF:102:304"),
    ],
)
def test_an_ipv6_address_prints_as_ios_prints_it(typed: str, printed: str) -> None:
    assert str(IPv6Address.parse(typed)) == printed


@pytest.mark.parametrize("typed", ["", ":", "1::2::3", "12345::", "fe80::1%eth0", "1:2:3:4:5:6:7"])
def test_what_is_no_ipv6_address_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an IPv6 address"):
        IPv6Address.parse(typed)


def test_ipv6_texts_agree_with_the_standard_library() -> None:
    random = Random(1)
    for _ in range(2000):
        value = 0
        for _ in range(8):
            value = value << 16 | random.choice((0, 0, 1, 0xABCD))
        ours = IPv6Address(value)
        assert str(ours).lower() == str(ipaddress.IPv6Address(value))
        assert IPv6Address.parse(str(ours)) == ours


def test_an_ipv6_prefix_clears_host_bits_and_knows_what_it_holds() -> None:
    prefix = IPv6Prefix.parse("2001:db8:1::5/48")
    assert str(prefix) == "2001:DB8:1::/48"
    assert prefix.holds(IPv6Address.parse("2001:db8:1:ffff::"))
    assert not prefix.holds(IPv6Address.parse("2001:db8:2::"))
    assert prefix.covers(IPv6Prefix.parse("2001:db8:1:2::/64"))
    assert str(prefix.last) == "2001:DB8:1:FFFF:FFFF:FFFF:FFFF:FFFF"
