"""How well one direction of a link carries frames."""

from __future__ import annotations

from iosemu.kernel.time import MICROSECOND, Time
from iosemu.values import dataclass

LAN_DELAY_NS = 500 * MICROSECOND
"""One way, when a lab does not say: a ping over one hop takes the 1 ms that IOS prints on IOL."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Delay and faults.  Chances are in 0..1 and drawn per frame from the direction's own stream.

    delay_ns: propagation, one way.  jitter_ns: a uniform extra delay of 0..jitter that never
    overtakes.  rate_bps: bits per second of the frame as given, None: infinite.  queue_frames:
    how many frames may wait for the rate besides the one being sent.  reorder: chance that a frame
    comes `reorder_ns` late, so that later ones pass it.  corrupt: chance that one bit is flipped
    and the frame arrives with a wrong check sequence.
    """

    delay_ns: Time = LAN_DELAY_NS
    jitter_ns: Time = 0
    rate_bps: int | None = None
    queue_frames: int = 1000
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    reorder_ns: Time = 1000 * MICROSECOND
    corrupt: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Whether a delay is all there is."""
        return self.rate_bps is None and self.is_harmless

    @property
    def is_harmless(self) -> bool:
        """Whether nothing is left to chance."""
        return not (self.jitter_ns or self.loss or self.duplicate or self.reorder or self.corrupt)


LAN = Quality()
