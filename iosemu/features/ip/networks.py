"""What the classes of old say about a prefix."""

from __future__ import annotations

from iosemu.address import IPv4Prefix
from iosemu.rib.classful import classful


def is_supernet(prefix: IPv4Prefix) -> bool:
    """Whether the mask is shorter than the class says."""
    return prefix == classful(prefix) and classful(IPv4Prefix(prefix.network, 32)) != prefix
