"""Packets of the operating system at ports of a lab.  Only the shell imports this.

A frame that comes in is an input like a key typed: journaled with the virtual instant at which it
came, so what happened is played again without the operating system.  A frame that goes out is seen
as a capture sees it: whether somebody looks changes nothing.
"""

from .bridge import Bridge, Device
from .tap import Tap, TapError

__all__ = ["Bridge", "Device", "Tap", "TapError"]
