"""Access lists and packets written as text, for tests."""

from __future__ import annotations

from iosemu.address import IPv4Address
from iosemu.features.acl.config import AclsConfig
from iosemu.policy.acl import Acl
from iosemu.policy.acl_names import IP_OPTIONS, PROTOCOLS, TCP_FLAGS
from iosemu.wire.ipv4 import IPv4
from tests.features.shop import Typed, router

NAME = "T"


def acl(text: str) -> Acl:
    """A list by its lines, separated by `;`, typed at a router."""
    typed = router()
    kind = "standard" if is_standard(text) else "extended"
    printed = typed.type(f"ip access-list {kind} {NAME}", *text.split(";"))
    assert printed == [], printed
    found = lists(typed).find(NAME)
    assert found is not None
    return found


def is_standard(text: str) -> bool:
    """Whether the third word is no protocol: `permit 10.0.0.1`."""
    words = text.split(";")[0].split()
    words = words[1:] if words and words[0].isdigit() else words
    return len(words) > 1 and (words[1] in ("any", "host") or "." in words[1])


def lists(typed: Typed) -> AclsConfig:
    return typed.config.of(AclsConfig)


def packet(text: str) -> IPv4:
    """`tcp 10.0.0.1 1024 10.0.0.2 80 +syn tos=8 ttl=1 offset=8 more option=lsr`.

    ICMP and IGMP have a type and code at the end instead of ports; other protocols only addresses.
    """
    name, *words = text.split()
    plain = [w for w in words if "=" not in w and w[0] != "+" and w != "more"]
    marks = dict(w.split("=") for w in words if "=" in w)
    flags = sum(TCP_FLAGS[w[1:]] for w in words if w[0] == "+")
    protocol = int(name) if name.isdigit() else PROTOCOLS[name]
    if protocol in (6, 17):
        source, source_port, target, target_port = plain
        payload = int(source_port).to_bytes(2, "big") + int(target_port).to_bytes(2, "big")
        payload += bytes(9) + bytes([flags]) + bytes(6) if protocol == 6 else bytes(4)
    elif protocol in (1, 2):
        source, target, *message = plain
        payload = bytes(int(n) for n in message).ljust(8, b"\0")
    else:
        source, target = plain
        payload = bytes(8)
    option = marks.get("option")
    offset = int(marks.get("offset", 0))
    return IPv4(
        int(marks.get("tos", 0)),
        7,
        False,
        False,
        "more" in words,
        offset,
        int(marks.get("ttl", 64)),
        protocol,
        IPv4Address.parse(source),
        IPv4Address.parse(target),
        b"" if option is None else bytes([IP_OPTIONS[option], 4, 0, 0]),
        payload[: int(marks.get("cut", len(payload)))],
    )
