"""Packets of the operating system (TAP).  Only here, and nobody imports it."""
