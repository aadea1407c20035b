"""Log lines of entries of access lists with `log`."""

from __future__ import annotations

from iosemu.policy.acl_names import PROTOCOLS
from iosemu.proto.base import LogMessage, syslog
from iosemu.values import dataclass
from iosemu.wire.ipv4 import Protocol

from .access_state import LogKey

_NAMES = {PROTOCOLS[n]: n for n in ("eigrp", "gre", "igmp", "ipinip", "nos", "ospf", "pim")}
"""Protocols that are logged by name; the others by number."""


def _verdict(key: LogKey) -> str:
    return f"list {key.name} {'permitted' if key.is_permit else 'denied'}"


def _count(key: LogKey, packets: int) -> str:
    tag = "" if key.tag is None else f"[{key.tag}]"
    return f"{packets} packet{'' if packets == 1 else 's'} {tag}"


@syslog("SEC", severity=6, mnemonic="IPACCESSLOGP")
@dataclass(frozen=True, slots=True)
class WithPorts:
    """TCP or UDP."""

    key: LogKey
    packets: int

    def text(self) -> str:
        k = self.key
        protocol = "tcp" if k.protocol == Protocol.TCP else "udp"
        return (
            f"{_verdict(k)} {protocol} {k.source}({k.source_port}) {k.heard}->"
            f" {k.target}({k.target_port}), {_count(k, self.packets)}"
        )


@syslog("SEC", severity=6, mnemonic="IPACCESSLOGDP")
@dataclass(frozen=True, slots=True)
class WithMessage:
    """ICMP."""

    key: LogKey
    packets: int

    def text(self) -> str:
        k = self.key
        return (
            f"{_verdict(k)} icmp {k.source} {k.heard}-> {k.target}"
            f" ({k.source_port}/{k.target_port}), {_count(k, self.packets)}"
        )


@syslog("SEC", severity=6, mnemonic="IPACCESSLOGRP")
@dataclass(frozen=True, slots=True)
class WithName:
    """A protocol that has a name."""

    key: LogKey
    packets: int

    def text(self) -> str:
        k = self.key
        return (
            f"{_verdict(k)} {_NAMES[k.protocol]} {k.source} {k.heard}-> {k.target},"
            f" {_count(k, self.packets)}"
        )


@syslog("SEC", severity=6, mnemonic="IPACCESSLOGNP")
@dataclass(frozen=True, slots=True)
class WithNumber:
    """A protocol that has none."""

    key: LogKey
    packets: int

    def text(self) -> str:
        k = self.key
        return (
            f"{_verdict(k)} {k.protocol} {k.source} {k.heard}-> {k.target},"
            f" {_count(k, self.packets)}"
        )


@syslog("SEC", severity=6, mnemonic="IPACCESSLOGS")
@dataclass(frozen=True, slots=True)
class OfStandard:
    """A standard list knows no more than the source."""

    key: LogKey
    packets: int

    def text(self) -> str:
        return f"{_verdict(self.key)} {self.key.source} {_count(self.key, self.packets)}"


def message(key: LogKey, packets: int) -> LogMessage:
    """The line for packets of a key."""
    if key.is_standard:
        return OfStandard(key, packets)
    if key.protocol in (Protocol.TCP, Protocol.UDP):
        return WithPorts(key, packets)
    if key.protocol == Protocol.ICMP:
        return WithMessage(key, packets)
    return WithName(key, packets) if key.protocol in _NAMES else WithNumber(key, packets)
