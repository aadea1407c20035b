"""The checksum of CDP, whose rule for odd lengths is its own, as tshark sees it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from iosemu.address import MacAddress
from iosemu.wire.cdp import GROUP, ORGANIZATION, PROTOCOL, Cdp, Text, Type, Unknown
from iosemu.wire.ethernet import Snap, padded

TSHARK = shutil.which("tshark")


def pcap(frames: list[bytes]) -> bytes:
    """A capture file of Ethernet frames, all at time zero."""
    head = bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000")
    lengths = [len(frame).to_bytes(4, "little") for frame in frames]
    records = (bytes(8) + n + n + frame for n, frame in zip(lengths, frames, strict=True))
    return head + b"".join(records)


@pytest.mark.skipif(TSHARK is None, reason="tshark is not installed")
def test_tshark_agrees_for_every_last_byte_and_both_lengths(tmp_path: Path) -> None:
    assert TSHARK is not None
    name = Text(Type.DEVICE_ID, "R1")
    fields = [Unknown(0x1A, bytes(4) + bytes([last])) for last in range(256)]
    fields += [Unknown(0x1A, bytes([last])) for last in range(256)]
    fields += [Unknown(0x1A, bytes([last, last])) for last in range(256)]
    packets = [Cdp(2, 180, (name, field)).emit() for field in fields]
    assert {len(packet) & 1 for packet in packets} == {0, 1}
    wrong = bytearray(packets[0])
    wrong[2] ^= 1
    source = MacAddress(0xAABBCC000100)
    frames = [
        padded(Snap(GROUP, source, ORGANIZATION, PROTOCOL, data).emit())
        for data in (*packets, bytes(wrong))
    ]
    file = tmp_path / "cdp.pcap"
    file.write_bytes(pcap(frames))
    seen = subprocess.run(
        [TSHARK, "-r", str(file), "-T", "fields", "-e", "cdp.checksum.status"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert seen.stdout.split() == ["1"] * len(packets) + ["0"]
