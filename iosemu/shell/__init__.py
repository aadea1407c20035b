"""The host side: terminal, wall clock, the iosemu command."""
