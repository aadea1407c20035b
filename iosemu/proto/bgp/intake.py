"""Where the prefixes of one neighbor go, and by which policy."""

from __future__ import annotations

from typing import NamedTuple

from iosemu.wire.bgp_nlri import Nlri

from .peer import Carriage
from .routing import Receiver, ReceiverKey
from .settings import Inbound, TableKey
from .table import Table
from .vpn import Vrf


class Intake(NamedTuple):
    """Where the prefixes of one neighbor go, and by which policy.

    peer: with the table of the session.  home: the table that has the paths.  vrf: of a neighbor in
    a VRF, whose RD and targets they get.  is_damped: flaps are counted.
    keeps: what comes is remembered as it came.
    """

    peer: ReceiverKey
    home: TableKey
    table: Table
    receiver: Receiver
    policy: Inbound
    dirty: dict[Nlri, None]
    carriage: Carriage
    vrf: Vrf | None = None
    is_damped: bool = False
    keeps: bool = False

    @property
    def held(self) -> int:
        """How many paths of the neighbor are in the table."""
        return self.table.counts.get(self.peer.peer, 0)

    @property
    def is_open(self) -> bool:
        """No filter is asked of its prefixes."""
        wanted = self.policy
        return (
            wanted.route_map is None
            and wanted.prefix_list is None
            and wanted.filter_list is None
            and wanted.distribute_list is None
        )
