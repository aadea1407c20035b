"""Kept configurations: archive, replace and revert, differences, the log of commands."""
