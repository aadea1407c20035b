"""`ip forward-protocol udp`: the broadcasts that `ip helper-address` sends on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iosemu.cli.api import Rejected, config_command, config_printer
from iosemu.config.tree import Config, slot_of, with_slot

from .config import ServicesConfig

PORTS = {
    "discard": 9,
    "time": 37,
    "nameserver": 42,
    "tacacs": 49,
    "domain": 53,
    "bootps": 67,
    "bootpc": 68,
    "tftp": 69,
    "sunrpc": 111,
    "ntp": 123,
    "netbios-ns": 137,
    "netbios-dgm": 138,
    "netbios-ss": 139,
    "snmp": 161,
    "snmptrap": 162,
    "xdmcp": 177,
    "dnsix": 195,
    "mobile-ip": 434,
    "pim-auto-rp": 496,
    "isakmp": 500,
    "biff": 512,
    "who": 513,
    "syslog": 514,
    "talk": 517,
    "rip": 520,
    "non500-isakmp": 4500,
}
"""The names of UDP ports; others are numbers."""
DEFAULTS = ("time", "tacacs", "domain", "bootps", "bootpc", "tftp", "netbios-ns", "netbios-dgm")


@config_command("services.udp-forward")
def forward_udp(owner: Config, *, form: str, port: str) -> Config:
    name = port_name(port)
    services = slot_of(owner, ServicesConfig)
    wanted = name in DEFAULTS if form == "default" else form != "no"
    entries = services.forward_udp
    if wanted == (name in DEFAULTS):
        entries = entries.drop(name) if name in entries else entries
    else:
        entries = entries.put(name, wanted)
    return with_slot(owner, replace(services, forward_udp=entries))


def port_name(text: str) -> str:
    """The name of a port, or its number if it has none."""
    word = text.lower()
    if word in PORTS:
        return word
    if not word.isascii() or not word.isdecimal() or int(word) > 65535:
        raise Rejected("% Invalid port number or name")
    number = int(word)
    return next((name for name, known in PORTS.items() if known == number), str(number))


@config_printer("services.udp-forward")
def printed(owner: Config) -> Iterator[str]:
    for name, wanted in slot_of(owner, ServicesConfig).forward_udp.items():
        yield f"{'' if wanted else 'no '}ip forward-protocol udp {name}"


def helped_ports(services: ServicesConfig) -> tuple[int, ...]:
    """The ports whose broadcasts are sent on."""
    chosen = dict.fromkeys(DEFAULTS, True) | dict(services.forward_udp.items())
    return tuple(PORTS.get(name) or int(name) for name, wanted in chosen.items() if wanted)
