"""The index of subnets, against looking at every interface."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from iosemu.address import IPv4Address, IPv4Prefix, mask_of
from iosemu.config.entries import Entries
from iosemu.config.tree import with_slot
from iosemu.features.interface.config import InterfaceConfig
from iosemu.features.ip.config import IpAddress, IpInterfaceConfig
from iosemu.features.ip.subnets import Subnets, items_of

ADDRESSES = st.builds(
    lambda low, length: IpAddress(IPv4Address(0x0A000000 + low), mask_of(length)),
    st.integers(0, 0x3FF),
    st.sampled_from([0, 8, 22, 24, 27, 30, 31, 32]),
)
INTERFACES = st.none() | st.lists(ADDRESSES, max_size=3)
STEPS = st.lists(st.tuples(st.sampled_from("abcd"), INTERFACES), max_size=12)


def interface(addresses: list[IpAddress]) -> InterfaceConfig:
    first, *more = addresses or [None]
    secondaries = Entries({item.address: item for item in more})
    return with_slot(InterfaceConfig(), IpInterfaceConfig(first, secondaries))


@given(STEPS, ADDRESSES)
def test_the_interfaces_that_meet_a_prefix_are_found(
    steps: list[tuple[str, list[IpAddress] | None]], wanted: IpAddress
) -> None:
    entries: Entries[str, InterfaceConfig] = Entries()
    entries.index(Subnets)
    for name, addresses in steps:
        entries = (
            entries.drop(name) if addresses is None else entries.put(name, interface(addresses))
        )
    prefix = IPv4Prefix.of(wanted.address, wanted.mask.bit_count())
    found = {
        name
        for name, held in entries.items()
        for network, length, _ in items_of(name, held)
        if prefix.covers(IPv4Prefix(IPv4Address(network), length))
        or IPv4Prefix(IPv4Address(network), length).covers(prefix)
    }
    assert set(entries.index(Subnets).meeting(prefix)) == found
    assert entries.index(Subnets).items == Subnets.of(entries).items
