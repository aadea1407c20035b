"""Link-layer types of captures, from the tcpdump registry."""

from __future__ import annotations

ETHERNET = 1
PPP_HDLC = 50
CISCO_HDLC = 104


def linktype_of(linktype: int, frame: bytes) -> int:
    """The type of a frame at a port of this type: a serial line carries HDLC or PPP."""
    return PPP_HDLC if linktype == CISCO_HDLC and frame[:1] == b"\xff" else linktype
