"""What the classes of old say about a prefix."""

from __future__ import annotations

from iosemu.address import IPv4Prefix, Prefix
from iosemu.rib.classful import classful


def is_supernet(prefix: Prefix) -> bool:
    """Whether the mask is shorter than the class says."""
    network = classful(prefix)
    return prefix == network and classful(IPv4Prefix(network.network, 32)) != prefix
