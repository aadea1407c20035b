"""Models of routers, as `show version` and `show inventory` name them."""

from __future__ import annotations

from iosemu.proto.parts import Chassis, Identity

from .views import Item, Platform

PLATFORMS = {
    "iol": Platform(
        software="Linux",
        image="I86BI_LINUX-ADVENTERPRISEK9-M",
        rom="ROM: Bootstrap program is Linux",
        file="unix:iosemu",
        processor="Linux Unix (Intel-x86) processor with {memory} bytes of memory.",
        memory_kbytes=(516112, 0),
        nvram_kbytes=64,
        nvram=("{nvram}K bytes of NVRAM.",),
        register="0x0",
        inventory=(Item("Linux Unix", "Linux Unix chassis", "Unix", "1.0"),),
    ),
    "iosv": Platform(
        software="IOSv",
        image="VIOS-ADVENTERPRISEK9-M",
        rom="ROM: Bootstrap program is IOSv",
        file="flash0:/vios-adventerprisek9-m",
        processor="Cisco IOSv (revision 1.0) with  with {memory} bytes of memory.",
        memory_kbytes=(460033, 62464),
        nvram_kbytes=256,
        nvram=(
            "DRAM configuration is 72 bits wide with parity disabled.",
            "{nvram}K bytes of non-volatile configuration memory.",
        ),
        register="0x0",
        inventory=(
            Item("IOSv", "IOSv chassis, Hw Serial#: {board}, Hw Revision: 1.0", "IOSv", "1.0"),
        ),
    ),
    "c7200": Platform(
        software="7200",
        image="C7200-ADVENTERPRISEK9-M",
        rom="ROM: ROMMON Emulation Microcode",
        file="tftp://255.255.255.255/unknown",
        processor="Cisco 7206VXR (NPE400) processor (revision A) with {memory} bytes of memory.",
        memory_kbytes=(491520, 32768),
        has_boot_loader=True,
        hardware=(
            "R7000 CPU at 150MHz, Implementation 39, Rev 2.1, 256KB L2 Cache",
            "6 slot VXR midplane, Version 2.1",
            "",
            "Last reset from power-on",
            "",
        ),
        nvram_kbytes=509,
        nvram=(
            "{nvram}K bytes of NVRAM.",
            "",
            "8192K bytes of Flash internal SIMM (Sector size 256K).",
        ),
        register="0x2102",
        inventory=(
            Item("Chassis", "Cisco 7206VXR, 6-slot chassis", "CISCO7206VXR"),
            Item("NPE400 0", "Cisco 7200VXR Network Processing Engine NPE-400", "NPE-400"),
        ),
    ),
    "csr1000v": Platform(
        software="CSR1000V",
        image="X86_64_LINUX_IOSD-UNIVERSALK9-M",
        rom="ROM: IOS-XE ROMMON",
        file="bootflash:packages.conf",
        processor="cisco CSR1000V (VXE) processor (revision VXE) with {memory} bytes of memory.",
        memory_kbytes=(2190795, 6147),
        is_xe=True,
        nvram_kbytes=32768,
        nvram=("{nvram}K bytes of non-volatile configuration memory.",),
        register="0x2102",
        inventory=(
            Item("Chassis", "Cisco CSR1000V Chassis", "CSR1000V", "V00"),
            Item("module R0", "Cisco CSR1000V Route Processor", "CSR1000V", "V00"),
            Item(
                "module F0",
                "Cisco CSR1000V Embedded Services Processor",
                "CSR1000V",
                has_serial=False,
            ),
        ),
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


def image(platform: Platform, release: str) -> str:
    """The image a model runs."""
    return f"{platform.software} Software ({platform.image}), Version {release}"


def software(platform: Platform, release: str) -> tuple[str, str]:
    """How a router names its software, in `show version` and to its neighbors."""
    return (
        f"Cisco IOS Software, {image(platform, release)}, RELEASE SOFTWARE (fc1)",
        "Simulated by iosemu: no vendor software runs here",
    )


def chassis_of(identity: Identity) -> Chassis:
    """What the router tells of itself."""
    platform, capabilities = ADVERTISED[identity.hardware]
    lines = software(platform_of(identity.hardware), release_of(identity.version))
    return Chassis(platform, "\n".join(lines), capabilities)
