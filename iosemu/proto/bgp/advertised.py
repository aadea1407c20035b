"""What is told to neighbors, as shows ask for it: read from the state of the update groups."""

from __future__ import annotations

from collections.abc import Iterator

from iosemu.address import IPv4Address, IPv6Address
from iosemu.wire.bgp_nlri import Nlri

from .settings import TableKey
from .state import State
from .table import Net, Path
