"""Telnet: the server of the virtual terminals and the client of the exec."""
