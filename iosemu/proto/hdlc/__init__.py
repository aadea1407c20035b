"""SLARP keepalives: whether a line with Cisco HDLC works (RFC 1547 section 4.3.1)."""
