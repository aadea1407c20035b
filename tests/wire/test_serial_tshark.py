"""Frames of serial lines as tshark reads them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from iosemu.wire.hdlc import SLARP, Address, Hdlc, Keepalive
from iosemu.wire.ppp import Code, Control, IpcpOption, LcpOption, Option, Ppp, Protocol
from iosemu.wire.ppp import emit_options as options

TSHARK = shutil.which("tshark")
CISCO_HDLC, PPP_HDLC = 104, 50


def fields(tmp_path: Path, linktype: int, frame: bytes, *names: str) -> list[str]:
    """What tshark finds in one frame."""
    if TSHARK is None:
        pytest.skip("tshark is not installed")
    head = bytes.fromhex("d4c3b2a1020004000000000000000000ffff0000")
    length = len(frame).to_bytes(4, "little")
    file = tmp_path / "one.pcap"
    file.write_bytes(head + linktype.to_bytes(4, "little") + bytes(8) + length + length + frame)
    wanted = [word for name in names for word in ("-e", name)]
    command = [TSHARK, "-r", str(file), "-T", "fields", *wanted]
    seen = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return seen.stdout.rstrip("\n").split("\t")


def test_a_slarp_keepalive(tmp_path: Path) -> None:
    frame = Hdlc(Address.MULTICAST, SLARP, Keepalive(0x1234, 0x1233, uptime_ms=5).emit()).emit()
    names = ("chdlc.address", "chdlc.protocol", "slarp.ptype", "slarp.mysequence")
    seen = fields(tmp_path, CISCO_HDLC, frame, *names, "slarp.yoursequence")
    assert seen[1:3] == ["0x8035", "2"]
    assert int(seen[0], 16) == 0x8F
    assert [int(text, 0) for text in seen[3:]] == [0x1234, 0x1233]


def test_an_lcp_request(tmp_path: Path) -> None:
    wanted = (Option(LcpOption.MRU, b"\x05\xdc"), Option(LcpOption.MAGIC, b"\x12\x34\x56\x78"))
    lcp = Control(Code.CONFIGURE_REQUEST, 7, options(wanted))
    frame = Ppp(Protocol.LCP, lcp.emit()).emit()
    names = ("ppp.protocol", "ppp.code", "ppp.identifier", "lcp.opt.mru", "lcp.opt.magic_number")
    seen = fields(tmp_path, PPP_HDLC, frame, *names)
    assert [int(text, 0) for text in seen] == [0xC021, 1, 7, 1500, 0x12345678]


def test_an_ipcp_nak(tmp_path: Path) -> None:
    nak = Control(Code.CONFIGURE_NAK, 2, options((Option(IpcpOption.ADDRESS, b"\n\0\0\1"),)))
    frame = Ppp(Protocol.IPCP, nak.emit()).emit()
    assert fields(tmp_path, PPP_HDLC, frame, "ppp.code", "ipcp.opt.ip_address") == ["3", "10.0.0.1"]
