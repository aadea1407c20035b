"""Counters of one direction of an interface and their five-minute rate, computed lazily.

IOS samples every 5 s and folds the sample into an exponentially weighted average.  Nothing ticks
here: whole windows that went by are made up when the next packet or the next show comes.
"""

from __future__ import annotations

from dataclasses import replace

from iosemu.kernel.time import SECOND, Time
from iosemu.values import dataclass, field

WINDOW_NS = 5 * SECOND
DEFAULT_INTERVAL_S = 300
NEVER = -1
_FORGOTTEN_WINDOWS = 1 << 14


@dataclass(slots=True)
class Traffic:
    """Packets and bytes of one direction; bytes count the link header, not the check sequence.

    `last_at`: time of the last packet, NEVER before the first.  The sampled fields describe the
    last window that was closed; `rates` answers for now.  `slow_packets`, `slow_bytes`: those that
    are not of a flow that can be remembered.  `others`: (packets, bytes) of protocols that are not
    IP.
    """

    packets: int = 0
    bytes: int = 0
    last_at: Time = NEVER
    window_end: Time = 0
    sampled_packets: int = 0
    sampled_bytes: int = 0
    packets_per_s: float = 0.0
    bytes_per_s: float = 0.0
    slow_packets: int = 0
    slow_bytes: int = 0
    others: dict[str, tuple[int, int]] = field(default_factory=dict)
    keep: float = 0.9834714538216175
    """Weight of the old average after one window: e to the power of -5 s / interval."""

    def uncount_slow(self, size: int) -> None:
        """A packet turned out to be of a flow that can be remembered."""
        self.slow_packets -= 1
        self.slow_bytes -= size

    def packet_rate(self, now: Time) -> float:
        """Packets per second, not rounded."""
        return self._seen(now).packets_per_s

    def _seen(self, now: Time) -> Traffic:
        """As it would be now.  Looking changes nothing: a lab that is watched stays equal to one
        that is not."""
        if now < self.window_end:
            return self
        seen = replace(self)
        seen.sample(now)
        return seen

    def rates(self, now: Time) -> tuple[int, int]:
        """(bits per second, packets per second) as IOS prints them, rounded down to 1000 bits."""
        seen = self._seen(now)
        return int(seen.bytes_per_s * 8) // 1000 * 1000, round(seen.packets_per_s)

    def sample(self, now: Time) -> None:
        """Close the windows that ended: the first one with what was counted, the rest idle."""
        take = 1.0 - self.keep
        packets = (self.packets - self.sampled_packets) / 5
        octets = (self.bytes - self.sampled_bytes) / 5
        self.packets_per_s += (packets - self.packets_per_s) * take
        self.bytes_per_s += (octets - self.bytes_per_s) * take
        idle = (now - self.window_end) // WINDOW_NS
        if idle:
            left = decay(self.keep, idle)
            self.packets_per_s *= left
            self.bytes_per_s *= left
        self.sampled_packets, self.sampled_bytes = self.packets, self.bytes
        self.window_end = now - now % WINDOW_NS + WINDOW_NS

    def clear(self) -> None:
        """`clear counters`: counts restart, rates go on."""
        self.sampled_packets -= self.packets
        self.sampled_bytes -= self.bytes
        self.packets = self.bytes = self.slow_packets = self.slow_bytes = 0
        self.others.clear()

    def note(self, protocol: str, size: int) -> None:
        """One of the packets was not IP."""
        packets, octets = self.others.get(protocol, (0, 0))
        self.others[protocol] = packets + 1, octets + size


def decay(keep: float, windows: int) -> float:
    """keep ** windows by squaring: multiplication alone is equal on every machine."""
    if windows > _FORGOTTEN_WINDOWS:
        return 0.0
    result = 1.0
    while windows:
        if windows & 1:
            result *= keep
        keep *= keep
        windows >>= 1
    return result


def keep_of(interval_s: int) -> float:
    """e to the power of -5 / interval, by its series: no mathematics library differs over it."""
    x = -5.0 / interval_s
    term = total = 1.0
    for n in range(1, 24):
        term *= x / n
        total += term
    return total
