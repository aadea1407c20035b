"""What shows of several protocols together ask of each engine."""

from __future__ import annotations

from dataclasses import dataclass

from iosemu.kernel.time import Time


@dataclass(frozen=True, slots=True)
class ProtocolsQuery:
    """`show ip protocols`: the answer is the views of an engine's processes, in order.

    is_six: `show ipv6 protocols`.
    """

    now: Time
    is_six: bool = False
