"""Configuration commands through the grammar: what they set, print and refuse."""

from __future__ import annotations

import pytest

import iosemu
from iosemu.cli.configure import prompt_of

from .shop import Typed, grammar, router

PORTS = ("Ethernet0/0", "Ethernet0/1")

WHOLE = """\
service timestamps debug datetime msec
service timestamps log datetime msec
no service password-encryption
!
hostname Router
!
boot-start-marker
boot-end-marker
!
no aaa new-model
!
mmi polling-interval 60
no mmi auto-configure
no mmi pvc
mmi snmp-timeout 180
!
ip cef
no ipv6 cef
!
multilink bundle-name authenticated
!
interface Ethernet0/0
 no ip address
!
interface Ethernet0/1
 no ip address
 shutdown
!
ip forward-protocol nd
!
no ip http server
no ip http secure-server
!
control-plane
!
line con 0
line aux 0
line vty 0 4
 login
!""".splitlines()


def test_an_empty_router_prints_what_ios_always_prints() -> None:
    typed = router(*PORTS, startup="interface Ethernet0/0")
    assert typed.running == WHOLE


def test_a_whole_configuration_is_printed_and_read_again() -> None:
    typed = router(*PORTS)
    typed.type(
        "hostname R1",
        "no service timestamps debug",
        "service timestamps log uptime",
        "logging buffered 16384 informational",
        "no logging console",
        "no ip domain-lookup",
        "no ip icmp rate-limit unreachable",
        "ip domain-name example.org",
        "interface e0/0",
        "description to R2",
        "ip address 10.0.12.1 255.255.255.0",
        "ip address 10.0.99.1 255.255.255.0 secondary",
        "no ip redirects",
        "bandwidth 5000",
        "delay 77",
        "int e0/1.30",
        "encapsulation dot1q 30",
        "ip address 10.0.30.1 255.255.255.0",
        "interface loopback 0",
        "ip address 1.1.1.1 255.255.255.255",
        "line con 0",
        "exec-timeout 0",
        "logging synchronous",
        "line vty 0 4",
        "no login",
        "privilege level 15",
        "line vty 5 15",
    )
    assert typed.printed == []
    again = router(*PORTS, startup="\n".join(typed.running))
    assert again.type(*typed.running) == []
    assert again.running == typed.running
    assert typed.block("interface Ethernet0/0") == [
        "interface Ethernet0/0",
        " description to R2",
        " bandwidth 5000",
        " ip address 10.0.99.1 255.255.255.0 secondary",
        " ip address 10.0.12.1 255.255.255.0",
        " no ip redirects",
        " delay 77",
    ]
    assert typed.block("interface Ethernet0/1.30") == [
        "interface Ethernet0/1.30",
        " encapsulation dot1Q 30",
        " ip address 10.0.30.1 255.255.255.0",
    ]
    for line in (
        "hostname R1",
        "no service timestamps debug",
        "service timestamps log uptime",
        "logging buffered 16384 informational",
        "no logging console",
        "no ip domain lookup",
        "ip domain name example.org",
        "no ip icmp rate-limit unreachable",
        " exec-timeout 0 0",
        " no login",
    ):
        assert line in typed.running, line


def test_defaults_come_back() -> None:
    typed = router(*PORTS)
    before = typed.running
    typed.type("hostname X", "no logging console", "no ip routing", "interface e0/0", "shutdown")
    typed.type("no hostname", "logging console", "ip routing", "interface e0/0", "default shutdown")
    assert typed.running == before


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("ip address 10.0.0.0 255.255.255.0", "Bad mask /24 for address 10.0.0.0"),
        ("ip address 10.0.0.255 255.255.255.0", "Bad mask /24 for address 10.0.0.255"),
        ("ip address 10.0.0.1 255.0.255.0", "Bad mask 0xFF00FF00 for address 10.0.0.1"),
        ("ip address 224.0.0.9 255.255.255.0", "Not a valid host address - 224.0.0.9"),
        ("ip address 127.0.0.1 255.0.0.0", "Not a valid host address - 127.0.0.1"),
        ("ip address 10.0.12.77 255.255.255.0", "% 10.0.12.0 overlaps with Ethernet0/0"),
        ("ip address 10.0.8.1 255.255.248.0", "% 10.0.8.0 overlaps with Ethernet0/0"),
        ("ip address 10.0.12.9 255.255.255.252 secondary", "% 10.0.12.8 overlaps with Ethernet0/0"),
    ],
)
def test_an_address_that_cannot_be_is_refused(line: str, refusal: str) -> None:
    typed = router(*PORTS)
    typed.type("interface e0/0", "ip address 10.0.12.1 255.255.255.0", "interface e0/1")
    before = typed.config
    assert typed.type(line) == [refusal]
    assert typed.config is before


def test_the_subnet_of_an_interface_that_is_shut_down_is_free() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0", "shutdown", "ip address 10.0.12.1 255.255.255.0", "int e0/1")
    assert typed.type("ip address 10.0.12.2 255.255.255.0") == []


def test_no_shutdown_is_refused_while_subnets_overlap() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0", "ip address 10.0.12.1 255.255.255.0", "int e0/1", "shutdown")
    assert typed.type("ip address 10.0.12.2 255.255.255.0") == []
    before = typed.running
    assert typed.type("no shutdown") == [
        "% 10.0.12.0 overlaps with Ethernet0/0",
        "Ethernet0/1: incorrect IP address assignment",
    ]
    assert typed.running == before
    again = router(*PORTS, startup="\n".join(before))
    assert again.type(*before) == []
    assert again.running == before
    typed.type("int e0/0", "shutdown", "int e0/1")
    assert typed.type("no shutdown") == []


def test_a_subinterface_without_its_vlan_has_no_address() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0.5", "encapsulation dot1Q 5", "ip address 10.1.0.1 255.255.0.0")
    typed.type("no encapsulation dot1Q 5")
    assert typed.block("interface Ethernet0/0.5") == ["interface Ethernet0/0.5", " no ip address"]


def test_an_address_may_move_within_its_own_subnet_and_between_31_bit_ends() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0", "ip address 10.0.12.1 255.255.255.0")
    assert typed.type("ip address 10.0.12.2 255.255.255.0") == []
    assert typed.type("ip address 10.0.13.0 255.255.255.254") == []


def test_secondaries_go_before_the_primary() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0", "ip address 10.1.0.1 255.255.0.0")
    typed.type("ip address 10.2.0.1 255.255.0.0 secondary")
    assert typed.type("no ip address 10.1.0.1 255.255.0.0") == [
        "Must delete secondary before deleting primary"
    ]
    assert typed.type("no ip address 10.9.0.1 255.255.0.0") == ["Invalid address"]
    assert typed.type("no ip address 10.2.0.1 255.255.0.0 secondary") == []
    assert typed.type("no ip address 10.1.0.1 255.255.0.0") == []
    assert typed.block("interface Ethernet0/0") == ["interface Ethernet0/0", " no ip address"]


def test_no_ip_address_alone_takes_all_of_them() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0", "ip address 10.1.0.1 255.255.0.0")
    typed.type("ip address 10.2.0.1 255.255.0.0 secondary", "no ip address")
    assert typed.block("interface Ethernet0/0") == ["interface Ethernet0/0", " no ip address"]


def test_a_subinterface_needs_its_vlan_before_an_address() -> None:
    typed = router(*PORTS)
    said = typed.type("int e0/0.10", "ip address 10.1.0.1 255.255.0.0")
    assert "% Configuring IP routing on a LAN subinterface is only allowed if that" in said
    assert typed.type("encapsulation dot1Q 10", "ip address 10.1.0.1 255.255.0.0") == []


def test_a_subinterface_with_a_vlan_alone_prints_no_address() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0.10", "encapsulation dot1Q 10 native")
    assert typed.block("interface Ethernet0/0.10") == [
        "interface Ethernet0/0.10",
        " encapsulation dot1Q 10 native",
    ]


def test_a_vlan_belongs_to_one_subinterface() -> None:
    typed = router(*PORTS)
    typed.type("int e0/0.10", "encapsulation dot1Q 10", "int e0/0.11")
    assert typed.type("encapsulation dot1Q 10") == [
        "%Configuration of multiple subinterfaces of the same main",
        "interface with the same VID (10) is not permitted.",
        "This VID is already configured on Ethernet0/0.10.",
    ]
    assert typed.type("int e0/1.10", "encapsulation dot1Q 10") == []


def test_interfaces_that_are_not_there_are_refused_and_hardware_stays() -> None:
    typed = router(*PORTS)
    assert typed.type("interface e0/2") == ["%Invalid interface type and number"]
    assert typed.type("interface e0/2.5") == ["%Invalid interface type and number"]
    assert typed.type("no interface e0/0") == ["% Removal of physical interfaces is not permitted"]
    assert typed.type("interface lo7", "no interface lo7") == []
    assert "interface Loopback7" not in typed.running


def test_a_port_the_startup_configuration_omits_is_shut_down() -> None:
    typed = router(*PORTS, startup="hostname R1\ninterface Ethernet 0/1\n ip address 1.2.3.4")
    assert " shutdown" in typed.block("interface Ethernet0/0")
    assert " shutdown" not in typed.block("interface Ethernet0/1")


def test_virtual_terminals_are_set_one_by_one_and_printed_in_runs() -> None:
    typed = router(*PORTS)
    typed.type("line vty 2", "password x", "line vty 5 9", "no login")
    start = typed.running.index("line vty 0 1")
    assert typed.running[start:-1] == [
        "line vty 0 1",
        " login",
        "line vty 2",
        " password x",
        " login",
        "line vty 3 4",
        " login",
        "line vty 5 9",
        " no login",
    ]
    typed.type("no line vty 7", "line vty 2", "no password")
    assert typed.running[typed.running.index("line vty 0 4") : -1] == [
        "line vty 0 4",
        " login",
        "line vty 5 6",
        " no login",
    ]


def test_a_static_route_is_taken_out_by_next_hop_or_by_prefix() -> None:
    typed = router("Ethernet0/0")
    prefix = "ip route 10.1.0.0 255.255.0.0"

    def routes() -> list[str]:
        return [line.removeprefix(prefix + " ") for line in typed.running if prefix in line]

    typed.type(f"{prefix} 10.9.9.9", f"{prefix} null0 200", f"{prefix} e0/0 10.2.2.2")
    assert typed.type(f"no {prefix} 10.9.9.8") == ["%No matching route to delete"]
    assert typed.type(f"no {prefix} null 0 200") == []
    assert routes() == ["10.9.9.9", "Ethernet0/0 10.2.2.2"]
    assert typed.type(f"no {prefix}") == []
    assert routes() == []
    assert typed.type(f"no {prefix}") == ["%No matching route to delete"]


def test_default_interface_forgets_all_of_it() -> None:
    typed = router("Ethernet0/0", startup="interface Ethernet0/0")
    typed.type("interface e0/0", "ip address 10.0.0.1 255.255.255.0", "bandwidth 77", "shutdown")
    assert typed.type("default interface e0/0") == [
        "Interface Ethernet0/0 set to default configuration"
    ]
    assert [frame.mode for frame in typed.modes] == ["config"]
    assert typed.block("interface Ethernet0/0") == ["interface Ethernet0/0", " no ip address"]


def test_a_range_of_interfaces_is_configured_at_once() -> None:
    ports = ("Ethernet0/0", "Ethernet0/1", "Ethernet0/2", "Ethernet1/0")
    typed = router(*ports, startup="interface Ethernet0/0")
    typed.type("interface range e0/0 - 1 , ethernet 1/0, lo1-2")
    assert prompt_of(grammar(), "R1", typed.modes) == "R1(config-if-range)#"
    typed.type("description many", "no shutdown")
    blocks = [name for name in interfaces(typed) if " description many" in typed.block(name)]
    assert blocks == [
        f"interface {name}"
        for name in ("Loopback1", "Loopback2", "Ethernet0/0", "Ethernet0/1", "Ethernet1/0")
    ]
    assert " shutdown" not in typed.block("interface Ethernet0/1")
    assert " shutdown" in typed.block("interface Ethernet0/2")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("e0/0 - 7", "%Invalid interface type and number"),
        *(
            (text, "%Command rejected: Bad interface range")
            for text in ("e0/3 - 1", "e0/0 -", "nonsense", "e0/0,,e0/1", "e0/0 1", "lo1 - 9999999")
        ),
    ],
)
def test_a_range_that_is_none_is_refused(text: str, refusal: str) -> None:
    typed = router("Ethernet0/0", "Ethernet0/1")
    before = typed.running
    assert typed.type(f"interface range {text}") == [refusal]
    assert (typed.running, len(typed.modes)) == (before, 1)


def interfaces(typed: Typed) -> list[str]:
    return [line for line in typed.running if line.startswith("interface ")]


@pytest.mark.parametrize("when", ["before", "after"])
def test_lines_of_one_password_stay_one_block_when_it_is_veiled(when: str) -> None:
    lab = iosemu.load("hello")
    lab.boot()
    veil = ["service password-encryption"]
    lines = ["line vty 0 4", "password cisco", "exit", "line con 0", "password cisco", "exit"]
    lab["R1"].configure("\n".join(veil + lines if when == "before" else lines + veil))
    lab["R1"].cli("enable")
    shown = lab["R1"].cli("show running-config | section line").splitlines()
    assert [line for line in shown if line.startswith("line vty")] == ["line vty 0 4"]
    assert sum(line.startswith(" password 7 ") for line in shown) == 2
