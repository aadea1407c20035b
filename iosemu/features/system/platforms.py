"""Models of routers, as `show version` names them."""

from __future__ import annotations

from iosemu.proto.parts import Chassis, Identity

from .views import Platform

PLATFORMS = {
    "iol": Platform(
        software="Linux",
        image="I86BI_LINUX-ADVENTERPRISEK9-M",
        rom="Bootstrap program is Linux",
        file="unix:iosemu",
        processor="Linux Unix (Intel-x86) processor",
        memory="516112K",
        nvram_kbytes=64,
        nvram="NVRAM",
        register="0x0",
    ),
    "iosv": Platform(
        software="IOSv",
        image="VIOS-ADVENTERPRISEK9-M",
        rom="Bootstrap program is IOSv",
        file="flash0:/vios-adventerprisek9-m",
        processor="Cisco IOSv (revision 1.0) with ",
        memory="460033K/62464K",
        nvram_kbytes=256,
        nvram="non-volatile configuration memory",
        register="0x0",
    ),
    "c7200": Platform(
        software="7200",
        image="C7200-ADVENTERPRISEK9-M",
        rom="ROMMON Emulation Microcode",
        file="tftp://255.255.255.255/unknown",
        processor="Cisco 7206VXR (NPE400) processor (revision A)",
        memory="491520K/32768K",
        nvram_kbytes=509,
        nvram="NVRAM",
        register="0x2102",
    ),
    "csr1000v": Platform(
        software="CSR1000V",
        image="X86_64_LINUX_IOSD-UNIVERSALK9-M",
        rom="IOS-XE ROMMON",
        file="bootflash:packages.conf",
        processor="cisco CSR1000V (VXE) processor (revision VXE)",
        memory="2190795K/6147K",
        nvram_kbytes=32768,
        nvram="non-volatile configuration memory",
        register="0x2102",
    ),
}
ADVERTISED = {
    "iol": ("Linux Unix", 0x05),
    "iosv": ("Cisco ", 0x05),
    "c7200": ("Cisco 7206VXR", 0x01),
    "csr1000v": ("cisco CSR1000V", 0x21),
}
"""What CDP says of a model: its platform, and what it can do (router 1, source-route bridge 4,
IGMP 0x20)."""
RELEASES = {"15.2": "15.2(4)S5", "15.4": "15.4(1)T", "15.7": "15.7(3)M3"}
"""A full release for a short one."""


def platform_of(hardware: str) -> Platform:
    """The model of this name; KeyError if there is none."""
    return PLATFORMS[hardware]


def release_of(version: str) -> str:
    """ "15.4" as the image names it."""
    return RELEASES.get(version, version)


def software(platform: Platform, release: str) -> tuple[str, str]:
    """How a router names its software, in `show version` and to its neighbors."""
    return (
        f"Cisco IOS Software, {platform.software} Software ({platform.image}),"
        f" Version {release}, RELEASE SOFTWARE (fc1)",
        "Simulated by iosemu: no vendor software runs here",
    )


def chassis_of(identity: Identity) -> Chassis:
    """What the router tells of itself."""
    platform, capabilities = ADVERTISED[identity.hardware]
    lines = software(platform_of(identity.hardware), release_of(identity.version))
    return Chassis(platform, "\n".join(lines), capabilities)
