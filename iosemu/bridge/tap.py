"""A TAP device of Linux: Ethernet frames of the kernel, through a file descriptor.

Frames are whole, from the destination address on, without checksum at the end and, below 60 bytes,
without padding.  The device belongs to the network namespace of the thread that opens it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct

CLONE_DEVICE = "/dev/net/tun"
LONGEST_NAME = 15
_LARGEST_FRAME = 65_536 + 18
_TUNSETIFF = 0x400454CA
_IFF_TAP = 0x0002
_IFF_NO_PI = 0x1000
_REASONS = {
    errno.EPERM: "not allowed: run as root, or have root make it for you:"
    " ip tuntap add dev {name} mode tap user $USER",
    errno.EACCES: "not allowed: /dev/net/tun cannot be opened by this user",
    errno.EBUSY: "in use by another process",
    errno.EINVAL: "there is a device of this name that is no TAP",
    errno.ENOENT: "this system has no /dev/net/tun",
    errno.ENODEV: "this system has no TUN/TAP driver",
}


class TapError(Exception):
    """The device cannot be opened; the text says why."""


class Tap:
    """One TAP device, open; made if there is none of this name, and then gone after `close`."""

    def __init__(self, name: str) -> None:
        """Raises TapError."""
        if not 0 < len(name.encode()) <= LONGEST_NAME or "/" in name or not name.isprintable():
            raise TapError(f"{name!r} is no device name; expected at most {LONGEST_NAME} letters")
        self.name = name
        try:
            self._file = os.open(CLONE_DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise TapError(_text(name, error)) from None
        request = struct.pack("16sH22x", name.encode(), _IFF_TAP | _IFF_NO_PI)
        try:
            fcntl.ioctl(self._file, _TUNSETIFF, request)
        except OSError as error:
            os.close(self._file)
            raise TapError(_text(name, error)) from None

    def fileno(self) -> int:
        """Readable when a frame waits."""
        return self._file

    def read(self) -> bytes | None:
        """The next frame the kernel sent, None if there is none.  OSError: the device is gone."""
        try:
            return os.read(self._file, _LARGEST_FRAME)
        except BlockingIOError:
            return None

    def write(self, frame: bytes) -> bool:
        """Hand the kernel a frame; False if it does not take it: the device is down, or full."""
        try:
            os.write(self._file, frame)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Let go of the device."""
        os.close(self._file)


def _text(name: str, error: OSError) -> str:
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    return f"{name}: {reason.format(name=name)}"
