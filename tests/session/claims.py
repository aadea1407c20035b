"""Which lines of real configurations the program claims to know, and which are not IOS at all."""

from __future__ import annotations

from iosemu.session.doctor import Checked


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TOP = _words(
    """
    aaa access-list alias archive arp banner boot boot-end-marker boot-start-marker call-home cdp
    clock control-plane default diagnostic enable end exit hostname interface license line lldp
    logging mmi multilink ntp platform redundancy scheduler service snmp-server spanning-tree
    subscriber time-range username version virtual-service vlan vtp
    """
)
"""First words at the top of a configuration."""

TOP_IP = _words(
    """
    access-list cef classless default-gateway domain domain-lookup domain-name forward-protocol ftp
    host http icmp name-server prefix-list route routing scp source-route ssh subnet-zero tcp telnet
    tftp
    """
)
TOP_IPV6 = frozenset(("cef", "ioam"))

BLOCKS = frozenset(("line", "archive", "aaa", "logging", "redundancy", "control-plane"))
"""Blocks of which every line is claimed."""

INTERFACE = _words(
    """
    arp bandwidth carrier-delay cdp delay description duplex encapsulation exit hold-queue keepalive
    lldp load-interval logging mac-address media-type mop mtu negotiation ntp shutdown snmp speed
    """
)
INTERFACE_IP = _words(
    """
    access-group address directed-broadcast helper-address load-sharing mtu proxy-arp redirects
    route-cache unreachables
    """
)
"""Below `interface`; what belongs to a protocol is claimed with the protocol."""

FOREIGN = frozenset(
    (
        # Cisco ASA
        "access-list TEST extended deny ip any any log 7 interval 600",
        "access-list TEST extended deny ip any any log default",
        "access-list TEST extended deny ip any any log disable",
        "logging asdm errors",
        "logging asdm-buffer-size 512",
        "logging buffer-size 100000",
        "logging debug-trace",
        "logging device-id cluster-id",
        "logging device-id context-name",
        "logging device-id hostname",
        "logging device-id ipaddress inside",
        "logging device-id string ident_string",
        "logging enable",
        "logging host mgmt 10.246.131.130",
        "logging message 1222444",
        "logging message 1233334 level 1",
        "logging message 1233334 standby",
        "logging message 1111234 level emergencies standby",
        "logging permit-hostdown",
        "aaa authentication include telnet outside 1.2.3.4 255.255.255.255 0.0.0.0 0.0.0.0"
        " user_telnet",
        "aaa authorization include telnet outside 1.2.3.4 255.255.255.255 0.0.0.0 0.0.0.0"
        " User_Telnet",
        # Cisco NX-OS
        "aaa accounting commands all default stop-only group tacacs+",
        "ip access-list BLAH-BLAH",
        "ip access-list PROTOCOLS",
        "ip access-list blah",
        "ip access-list extended",
        "ip access-list standard",
        "ip access-list test-codes",
        "ip prefix-list allowprefix 20 permit 209.165.201.0/24 le 32",
        "ip prefix-list allowprefix seq 10 permit 192.0.2.0/24 eq 24",
        "logging event link-status default",
        "logging ip access-list cache entries 5000",
        "logging ip access-list cache interval 5",
        "logging ip access-list cache threshold 50000",
        "logging level acllog 3",
        "logging level acllog 6",
        "logging linecard informational",
        "logging logfile aclfile 3",
        "logging server 1.2.3.4 6 use-vrf default facility local0",
        "logging server 1.2.3.4 6 use-vrf management facility local0",
        "logging source-interface mgmt0",
        "logging timestamp milliseconds",
        "no aaa root",
        "no aaa user default-role",
        # Cisco IOS-XR
        "logging archive",
        "device harddisk",
        "frequency daily",
        "archive-length 25",
        "logging 1.2.3.4 vrf default severity info port default",
        "logging dead:beef::1 vrf default severity info",
        "logging dead:beef::1 vrf default severity info port default",
        "logging host 1.2.3.4 vrf mgmtVrf port default",
        "logging events link-status software-interfaces",
        "logging suppress apply rule BCD",
        "all-of-router",
        "logging suppress rule ABC",
        "alarm PLATFORM ABC MESSAGE_FAILED",
        "all-alarms",
        # Arista EOS, Cadant
        "aaa authentication policy local allow-nopassword-remote-login",
        "aaa authentication policy on-failure log",
        "aaa authentication policy on-success log",
        "aaa authentication login privilege-mode",
        "aaa authentication login invalid-username-log",
        "no aaa authentication login invalid-username-log",
        "aaa authentication enable implicit-user",
        "logging vrf mgmt host 11.2.3.4",
        "logging vrf mgmt source-interface Management0",
        "logging cmts ipc-cable log-level errors",
        "logging cmts sea syslog-level errors",
        "logging alarm informational",
    )
)
"""Lines of other systems that the fixtures of a parser for all of them hold."""


def is_claimed(line: Checked) -> bool:
    """Whether the line is one of those the program says it knows."""
    words = (line.typed or "").split()
    if words[:1] in (["no"], ["default"]) and len(words) > 1:
        words = words[1:]
    if not words or " ".join((line.typed or "").split()) in FOREIGN:
        return False
    first, second = words[0], (words[1] if len(words) > 1 else "")
    match line.below:
        case "" if (first, second) == ("arp", "access-list"):
            # A list, as all lists.
            return False
        case "":
            return (
                first in TOP
                or (first == "ip" and second in TOP_IP)
                or (first == "ipv6" and second in TOP_IPV6)
            )
        case "interface":
            return first in INTERFACE or (first == "ip" and second in INTERFACE_IP)
        case block:
            return block in BLOCKS
