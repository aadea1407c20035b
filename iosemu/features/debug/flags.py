"""Debug flags: what the routers' parts call them, and how IOS names them to the user."""

from __future__ import annotations

FLAGS = {
    "arp": ("ARP", "ARP packet debugging"),
    "cdp packets": ("CDP", "CDP packet info debugging"),
    "ip icmp": ("Generic IP", "ICMP packet debugging"),
}
"""Flag -> (heading of `show debugging`, what "is on")."""


def turned(flag: str, *, on: bool) -> str:
    """What the command prints: "ICMP packet debugging is on"."""
    return f"{FLAGS[flag][1]} is {'on' if on else 'off'}"
