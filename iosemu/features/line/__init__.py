"""Terminal lines: console, auxiliary port, virtual terminals."""
