"""Bytes <-> frozen packets; pure, one file per header or protocol.  Knows no router."""
